//! Programmes with all that changes when they play, beside an oracle that walks the wall clock.
//!
//! The oracle knows rules by what they say and goes from UTC to the wall, as in `oracle.rs`; a day is the
//! one that the rule was written for, also when a gap moves the hour to the next one.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use schedules::{
    Between, Calendar, CronRule, DayRule, DaySet, Exception, Instead, Item, Occurrence, Programme,
    Recurrence, TimeOfDay, Zone,
};
use support::crontab::{Crontab, crontab};
use support::days::{DaySpec, Sets, day_sets, day_specs, fit};
use support::places::places;

const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u64 = 24 * 60;
/// So that the oracle has seen what a fold repeats, and days that a gap moves.
const WARM_UP_MINUTES: u64 = 2 * DAY_MINUTES;
const HORIZON_MINUTES: u64 = 15 * DAY_MINUTES;
/// Dense rules are not compared to the horizon's end.
const COMPARED_MAX: usize = 150;

#[derive(Debug, Clone)]
enum When {
    Once(NaiveDateTime),
    Cron(Crontab),
    /// Minutes of the day.
    Days(Vec<DaySpec>, Vec<u32>),
}

#[derive(Debug, Clone)]
struct Except {
    days: Vec<DaySpec>,
    /// Other minutes of the day.
    at: Option<Vec<u32>>,
    /// Other items.
    items: bool,
}

#[derive(Debug, Clone)]
struct Plan {
    when: When,
    between: Option<(NaiveDate, NaiveDate)>,
    except: Vec<Except>,
    sets: Sets,
}

/// One occurrence: UTC ms, what the wall shows then, and the exception.
type Happening = (u64, NaiveDateTime, Option<usize>);

impl Plan {
    /// Minutes of a date, and the exception that it falls under.
    fn minutes(&self, date: NaiveDate) -> (Vec<u32>, Option<usize>) {
        let usual: Vec<u32> = match &self.when {
            When::Once(at) => {
                return if at.date() == date { (vec![minute_of(*at)], None) } else { (vec![], None) };
            }
            When::Cron(rule) => (0..24 * 60).filter(|minute| rule.fits(at_minute(date, *minute))).collect(),
            When::Days(on, at) => at.iter().copied().filter(|_| fit(on, date, &self.sets)).collect(),
        };
        let outside = self.between.is_some_and(|(first, last)| date < first || last < date);
        if usual.is_empty() || outside {
            return (Vec::new(), None);
        }
        for (place, except) in self.except.iter().enumerate() {
            if fit(&except.days, date, &self.sets) {
                return match (&except.at, except.items) {
                    (None, false) => (Vec::new(), None),
                    (None, true) => (usual, Some(place)),
                    (Some(at), _) => (at.clone(), Some(place)),
                };
            }
        }
        (usual, None)
    }

    /// All that happens after an instant, up to the horizon.
    fn walk(&self, zone: Tz, after_ms: u64) -> Vec<Happening> {
        let wall = |minute: u64| utc(minute * MINUTE_MS).with_timezone(&zone).naive_local();
        let mut days: BTreeMap<NaiveDate, (Vec<u32>, Option<usize>)> = BTreeMap::new();
        let mut happens = |at: NaiveDateTime| {
            let (minutes, exception) = days.entry(at.date()).or_insert_with(|| self.minutes(at.date()));
            minutes.contains(&minute_of(at)).then_some(*exception)
        };
        let first = after_ms / MINUTE_MS - WARM_UP_MINUTES;
        let mut reached = wall(first);
        let mut found = Vec::new();
        for minute in first + 1..=after_ms / MINUTE_MS + HORIZON_MINUTES {
            let now = wall(minute);
            let mut here = None;
            while reached < now {
                reached += TimeDelta::minutes(1);
                // Of several that a gap moves to one instant, the earliest is the one.
                here = here.or_else(|| happens(reached));
            }
            if let Some(exception) = here.filter(|_| minute * MINUTE_MS > after_ms) {
                found.push((minute * MINUTE_MS, now, exception));
            }
        }
        found
    }

    /// As the library has it; none if it refuses the cron rule.
    fn programme(&self) -> Option<Programme<String>> {
        let recurrence = match &self.when {
            When::Once(at) => Recurrence::Once(*at),
            When::Cron(rule) => Recurrence::Cron(CronRule::parse(&rule.to_string()).ok()?),
            When::Days(on, at) => Recurrence::Days { on: rules(on), at: times(at) },
        };
        let mut programme = support::programme(recurrence);
        programme.between = self.between.map(|(first, last)| Between { first, last });
        let items = |place: usize| vec![Item::Clip(format!("other-{place}"))];
        let instead = |(place, except): (usize, &Except)| Exception {
            days: rules(&except.days),
            instead: (except.at.is_some() || except.items).then(|| Instead {
                at: times(except.at.as_deref().unwrap_or_default()),
                items: if except.items { items(place) } else { Vec::new() },
            }),
        };
        programme.except = self.except.iter().enumerate().map(instead).collect();
        Some(programme)
    }

    fn calendar(&self, zone: &str) -> Calendar {
        let set = |days: &Vec<DaySpec>| DaySet { title: String::new(), days: rules(days) };
        let sets = self.sets.iter().map(|(name, days)| ((*name).to_owned(), set(days))).collect();
        Calendar { zone: Zone::parse(zone).unwrap(), sets }
    }
}

fn utc(ms: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(i64::try_from(ms).unwrap()).unwrap()
}

fn minute_of(at: NaiveDateTime) -> u32 {
    at.hour() * 60 + at.minute()
}

fn at_minute(date: NaiveDate, minute: u32) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute.into())
}

fn rules(specs: &[DaySpec]) -> Vec<DayRule> {
    specs.iter().map(|spec| spec.to_string().parse().unwrap()).collect()
}

fn times(minutes: &[u32]) -> Vec<TimeOfDay> {
    minutes.iter().map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60).parse().unwrap()).collect()
}

fn minutes() -> impl Strategy<Value = Vec<u32>> {
    let minute =
        prop_oneof![3 => 0_u32..DAY_MINUTES as u32, 2 => 0_u32..240, 1 => 1_380_u32..1_440, 1 => Just(0)];
    vec(minute, 1..4).prop_map(|mut minutes| {
        minutes.sort_unstable();
        minutes.dedup();
        minutes
    })
}

fn plan(around: NaiveDate) -> impl Strategy<Value = Plan> {
    let when = prop_oneof![
        5 => (day_specs(around), minutes()).prop_map(|(on, at)| When::Days(on, at)),
        4 => crontab().prop_map(When::Cron),
    ];
    let except = (day_specs(around), option::of(minutes()), any::<bool>());
    let except = except.prop_map(|(days, at, items)| Except { days, at, items });
    let between = (-5_i64..10, 0_i64..20).prop_map(move |(from, days)| {
        let first = around + TimeDelta::days(from);
        (first, first + TimeDelta::days(days))
    });
    (when, option::weighted(0.3, between), vec(except, 0..4), day_sets(around))
        .prop_map(|(when, between, except, sets)| Plan { when, between, except, sets })
}

fn once(around: NaiveDate) -> impl Strategy<Value = Plan> {
    let at = (-2_i64..4, 0_u32..DAY_MINUTES as u32);
    at.prop_map(move |(days, minute)| Plan {
        when: When::Once(at_minute(around + TimeDelta::days(days), minute)),
        between: None,
        except: Vec::new(),
        sets: Sets::new(),
    })
}

/// A plan, and where it is looked at.
fn case() -> impl Strategy<Value = (Plan, &'static str, u64)> {
    places().prop_flat_map(|(zone, after_ms)| {
        let around = utc(after_ms).date_naive();
        (prop_oneof![9 => plan(around).boxed(), 1 => once(around).boxed()], Just(zone), Just(after_ms))
    })
}

fn seen(occurrence: &Occurrence) -> (u64, String, Option<usize>) {
    (occurrence.utc_ms, occurrence.local_text(), occurrence.exception)
}

/// The library's occurrences up to the horizon, and the oracle's.
fn agree(plan: &Plan, zone: &str, after_ms: u64) -> Result<(), TestCaseError> {
    let (Some(programme), calendar) = (plan.programme(), plan.calendar(zone)) else { return Ok(()) };
    let expected: Vec<_> =
        plan.walk(zone.parse().unwrap(), after_ms).into_iter().take(COMPARED_MAX).collect();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(utc_ms, wall, exception)| (utc_ms, wall.format("%Y-%m-%dT%H:%M:%S").to_string(), exception))
        .collect();
    let end_ms = (after_ms / MINUTE_MS + HORIZON_MINUTES) * MINUTE_MS + 1;
    let found: Vec<_> = programme.occurrences(&calendar, (after_ms + 1, end_ms)).take(COMPARED_MAX).collect();
    prop_assert_eq!(found.iter().map(seen).collect::<Vec<_>>(), expected, "{} after {}", zone, utc(after_ms));

    let mut after = after_ms;
    for next in &found {
        prop_assert!(next.utc_ms > after);
        for earlier in [after, after + (next.utc_ms - after) / 2, next.utc_ms - 1] {
            prop_assert_eq!(programme.next_after(&calendar, earlier), Some(*next), "after {}", utc(earlier));
        }
        let place = next.exception.filter(|place| plan.except[*place].items);
        let items = place.map_or("usual".to_owned(), |place| format!("other-{place}"));
        prop_assert_eq!(programme.items_at(next), &[Item::Clip(items)]);
        after = next.utc_ms;
    }
    prop_assert!(found.windows(2).all(|two| two[0].local_text() < two[1].local_text()), "an identity again");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn occurrences_are_what_the_wall_clock_shows((plan, zone, after_ms) in case()) {
        agree(&plan, zone, after_ms)?;
    }
}

//! `next_after` beside an oracle that walks the wall clock minute by minute.
//!
//! The oracle goes the other way round: from each UTC minute to the local time that the wall shows,
//! which is never ambiguous. A local minute happens when the wall first reaches or passes it.
#![allow(clippy::unwrap_used)]

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::sample::select;
use schedules::{CronRule, Recurrence, Zone, next_after};

const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u64 = 24 * 60;
/// Two days before the start, so that the oracle has seen what a fold repeats.
const WARM_UP_MINUTES: u64 = 2 * DAY_MINUTES;
const HORIZON_MINUTES: u64 = 45 * DAY_MINUTES;

/// One field, by what it says rather than by how it is read.
#[derive(Debug, Clone)]
enum Field {
    Any,
    Every(u32),
    From(u32, u32),
    OneOf(Vec<u32>),
}

impl Field {
    fn allows(&self, value: u32, min: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Every(step) => (value - min).is_multiple_of(*step),
            Self::From(from, to) => (*from..=*to).contains(&value),
            Self::OneOf(values) => values.contains(&value),
        }
    }

    fn starred(&self) -> bool {
        matches!(self, Self::Any | Self::Every(_))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Every(step) => write!(f, "*/{step}"),
            Self::From(from, to) => write!(f, "{from}-{to}"),
            Self::OneOf(values) => {
                let texts: Vec<String> = values.iter().map(u32::to_string).collect();
                f.write_str(&texts.join(","))
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Crontab {
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

impl fmt::Display for Crontab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {} {}", self.minute, self.hour, self.day, self.month, self.weekday)
    }
}

impl Crontab {
    fn fits(&self, local: NaiveDateTime) -> bool {
        let sunday_0 = local.weekday().num_days_from_sunday();
        let weekday = self.weekday.allows(sunday_0, 0) || (sunday_0 == 0 && self.weekday.allows(7, 0));
        let day = self.day.allows(local.day(), 1);
        let date = if self.day.starred() || self.weekday.starred() { day && weekday } else { day || weekday };
        date && self.minute.allows(local.minute(), 0)
            && self.hour.allows(local.hour(), 0)
            && self.month.allows(local.month(), 1)
    }
}

fn utc(ms: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(i64::try_from(ms).unwrap()).unwrap()
}

/// UTC milliseconds of the first occurrence after `after_ms`, unless it is beyond the horizon.
fn walk(rule: &Crontab, zone: Tz, after_ms: u64) -> Option<u64> {
    let first = after_ms / MINUTE_MS - WARM_UP_MINUTES;
    let wall = |minute: u64| utc(minute * MINUTE_MS).with_timezone(&zone).naive_local();
    let mut reached = wall(first);
    for minute in first + 1..=first + WARM_UP_MINUTES + HORIZON_MINUTES {
        let now = wall(minute);
        let mut happens = false;
        while reached < now {
            reached += TimeDelta::minutes(1);
            happens |= rule.fits(reached);
        }
        if happens && minute * MINUTE_MS > after_ms {
            return Some(minute * MINUTE_MS);
        }
    }
    None
}

fn field(min: u32, max: u32) -> impl Strategy<Value = Field> {
    let range = (min..=max, min..=max).prop_map(|(a, b)| Field::From(a.min(b), a.max(b)));
    prop_oneof![
        2 => Just(Field::Any),
        1 => (1..=max - min).prop_map(Field::Every),
        1 => range,
        2 => proptest::collection::vec(min..=max, 1..4).prop_map(Field::OneOf),
    ]
}

fn crontab() -> impl Strategy<Value = Crontab> {
    // Hours around the clock changes come often, months rarely: the horizon is short.
    let hour = prop_oneof![field(0, 23), field(0, 3)];
    let month = prop_oneof![4 => Just(Field::Any), 1 => field(1, 12)];
    (field(0, 59), hour, field(1, 31), month, field(0, 7))
        .prop_map(|(minute, hour, day, month, weekday)| Crontab { minute, hour, day, month, weekday })
}

/// Zones, and instants near their clock changes (UTC seconds).
fn places() -> impl Strategy<Value = (&'static str, u64)> {
    let changes: [(&str, u64); 9] = [
        ("Asia/Ho_Chi_Minh", 1_795_514_400),
        ("Europe/Berlin", 1_774_746_000),
        ("Europe/Berlin", 1_792_890_000),
        ("America/New_York", 1_772_953_200),
        ("America/New_York", 1_793_512_800),
        ("Australia/Lord_Howe", 1_775_314_800),
        ("Australia/Lord_Howe", 1_791_041_400),
        ("Pacific/Apia", 1_325_239_200),
        ("Africa/Casablanca", 1_771_120_800),
    ];
    let near = (select(changes.to_vec()), -3_i64 * 86_400_000..3 * 86_400_000)
        .prop_map(|((zone, at_s), off_ms)| (zone, (at_s * 1_000).checked_add_signed(off_ms).unwrap()));
    let zones: Vec<&str> = changes.iter().map(|(zone, _)| *zone).collect();
    let far = (select(zones), 946_684_800_000_u64..2_500_000_000_000);
    prop_oneof![3 => near, 1 => far]
}

/// A date outside the rule's month or a rare day may lie beyond the horizon, never before it.
fn agree(rule: &Crontab, zone: &str, after_ms: u64) -> Result<(), TestCaseError> {
    let expected = walk(rule, zone.parse().unwrap(), after_ms);
    let Ok(parsed) = CronRule::parse(&rule.to_string()) else {
        prop_assert_eq!(expected, None, "{} was refused", rule);
        return Ok(());
    };
    let next = next_after(&Recurrence::Cron(parsed), Zone::parse(zone).unwrap(), after_ms);
    let Some(expected) = expected else {
        let horizon_ms = after_ms + (HORIZON_MINUTES - 1) * MINUTE_MS;
        prop_assert!(next.is_none_or(|next| next.utc_ms > horizon_ms), "{} after {}", rule, utc(after_ms));
        return Ok(());
    };
    let next = next.unwrap();
    prop_assert_eq!(next.utc_ms, expected, "{} after {}", rule, utc(after_ms));
    let wall = utc(expected).with_timezone(&zone.parse::<Tz>().unwrap()).naive_local();
    prop_assert_eq!(next.local, wall.format("%Y-%m-%dT%H:%M:%S").to_string());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn next_after_is_what_the_wall_clock_shows(rule in crontab(), (zone, after_ms) in places()) {
        agree(&rule, zone, after_ms)?;
    }

    #[test]
    fn occurrences_ascend_and_no_identity_comes_twice(rule in crontab(), (zone, after_ms) in places()) {
        let Ok(parsed) = CronRule::parse(&rule.to_string()) else { return Ok(()) };
        let (rule, zone) = (Recurrence::Cron(parsed), Zone::parse(zone).unwrap());
        let mut last = None;
        let mut after = after_ms;
        for _ in 0..200 {
            let Some(next) = next_after(&rule, zone, after) else { break };
            prop_assert!(next.utc_ms > after);
            prop_assert_eq!(next.utc_ms % 1_000, 0);
            prop_assert!(last.is_none_or(|last| last < next.local));
            let middle = after + (next.utc_ms - after) / 2;
            prop_assert_eq!(next_after(&rule, zone, middle), Some(next.clone()));
            after = next.utc_ms;
            last = Some(next.local);
        }
    }

    #[test]
    fn six_fields_mean_what_the_cron_crate_means(
        second in field(0, 59), rule in crontab(), weekday in field(1, 7), after_s in 0_u64..4_000_000_000,
    ) {
        let text = format!("{second} {} {} {} {} {weekday}", rule.minute, rule.hour, rule.day, rule.month);
        let crate_says = text.parse::<cron::Schedule>().unwrap().after(&utc(after_s * 1_000)).next();
        let Ok(parsed) = CronRule::parse(&text) else {
            prop_assert_eq!(crate_says, None);
            return Ok(());
        };
        let next = next_after(&Recurrence::Cron(parsed), Zone::parse("UTC").unwrap(), after_s * 1_000);
        prop_assert_eq!(next.map(|next| next.utc_ms), crate_says.map(|at| at.timestamp_millis() as u64));
    }

    #[test]
    fn no_rule_and_no_instant_panics(
        text in "\\PC{0,40}|[-*/,?0-9A-Z ]{0,30}|([-*/,0-9]{1,5} ){4,6}[-*/,0-9]{1,5}", after in any::<u64>(),
    ) {
        if let Ok(rule) = CronRule::parse(&text) {
            let _ = next_after(&Recurrence::Cron(rule), Zone::HO_CHI_MINH, after);
        }
    }
}

//! `next_after` beside an oracle that walks the wall clock minute by minute.
//!
//! The oracle goes the other way round: from each UTC minute to the local time that the wall shows,
//! which is never ambiguous. A local minute happens when the wall first reaches or passes it.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use schedules::{CronRule, Recurrence};

use support::crontab::{Crontab, crontab, field};
use support::places::places;
use support::{calendar, programme};

const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u64 = 24 * 60;
/// Two days before the start, so that the oracle has seen what a fold repeats.
const WARM_UP_MINUTES: u64 = 2 * DAY_MINUTES;
const HORIZON_MINUTES: u64 = 45 * DAY_MINUTES;

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

/// A date outside the rule's month or a rare day may lie beyond the horizon, never before it.
fn agree(rule: &Crontab, zone: &str, after_ms: u64) -> Result<(), TestCaseError> {
    let expected = walk(rule, zone.parse().unwrap(), after_ms);
    let Ok(parsed) = CronRule::parse(&rule.to_string()) else {
        prop_assert_eq!(expected, None, "{} was refused", rule);
        return Ok(());
    };
    let next = programme(Recurrence::Cron(parsed)).next_after(&calendar(zone), after_ms);
    let Some(expected) = expected else {
        let horizon_ms = after_ms + (HORIZON_MINUTES - 1) * MINUTE_MS;
        prop_assert!(next.is_none_or(|next| next.utc_ms > horizon_ms), "{} after {}", rule, utc(after_ms));
        return Ok(());
    };
    let next = next.unwrap();
    prop_assert_eq!(next.utc_ms, expected, "{} after {}", rule, utc(after_ms));
    let wall = utc(expected).with_timezone(&zone.parse::<Tz>().unwrap()).naive_local();
    prop_assert_eq!(next.local_text(), wall.format("%Y-%m-%dT%H:%M:%S").to_string());
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
        let (rule, calendar) = (programme(Recurrence::Cron(parsed)), calendar(zone));
        let mut last = None;
        let mut after = after_ms;
        for _ in 0..200 {
            let Some(next) = rule.next_after(&calendar, after) else { break };
            prop_assert!(next.utc_ms > after);
            prop_assert_eq!(next.utc_ms % 1_000, 0);
            prop_assert!(last.is_none_or(|last| last < next.local_text()));
            let middle = after + (next.utc_ms - after) / 2;
            prop_assert_eq!(rule.next_after(&calendar, middle), Some(next));
            after = next.utc_ms;
            last = Some(next.local_text());
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
        let next = programme(Recurrence::Cron(parsed)).next_after(&calendar("UTC"), after_s * 1_000);
        prop_assert_eq!(next.map(|next| next.utc_ms), crate_says.map(|at| at.timestamp_millis() as u64));
    }

    #[test]
    fn no_rule_and_no_instant_panics(
        text in "\\PC{0,40}|[-*/,?0-9A-Z ]{0,30}|([-*/,0-9]{1,5} ){4,6}[-*/,0-9]{1,5}", after in any::<u64>(),
    ) {
        if let Ok(rule) = CronRule::parse(&text) {
            let _ = programme(Recurrence::Cron(rule)).next_after(&calendar("Asia/Ho_Chi_Minh"), after);
        }
    }
}

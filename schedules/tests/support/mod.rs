//! What several of these tests need: short ways to a programme and its calendar.
#![allow(dead_code, clippy::unwrap_used)]

pub mod crontab;
pub mod days;
pub mod places;

use chrono::{NaiveDateTime, TimeZone};
use schedules::{
    Calendar, DayRule, DaySet, DaySets, Item, Occurrence, Programme, Recurrence, TimeOfDay, Zone,
};

/// A programme with nothing special but when it plays.
pub fn programme(recurrence: Recurrence) -> Programme<String> {
    Programme::plain("ban-tin", vec![Item::Clip("usual".into())], recurrence)
}

pub fn calendar(zone: &str) -> Calendar {
    Calendar::new(Zone::parse(zone).unwrap())
}

pub fn rules(texts: &[&str]) -> Vec<DayRule> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

pub fn times(texts: &[&str]) -> Vec<TimeOfDay> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

pub fn days(on: &[&str], at: &[&str]) -> Recurrence {
    Recurrence::Days { on: rules(on), at: times(at) }
}

pub fn sets(of: &[(&str, &[&str])]) -> DaySets {
    let set = |days: &[&str]| DaySet { title: String::new(), days: rules(days) };
    of.iter().map(|(name, days)| ((*name).to_owned(), set(days))).collect()
}

/// The instant of a local time that is neither in a gap nor in a fold: `2026-11-24 17:00`, or with a `T` and seconds.
pub fn instant(zone: &str, local: &str) -> u64 {
    let zone: chrono_tz::Tz = zone.parse().unwrap();
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").or_else(|_| local.parse()).unwrap();
    zone.from_local_datetime(&local).unwrap().timestamp_millis().try_into().unwrap()
}

/// The local times of the next `count` occurrences.
pub fn next(programme: &Programme<String>, calendar: &Calendar, after: u64, count: usize) -> Vec<String> {
    let first = programme.next_after(calendar, after);
    let each = std::iter::successors(first, |last| programme.next_after(calendar, last.utc_ms));
    each.take(count).map(|occurrence: Occurrence| occurrence.local_text()).collect()
}

//! What a site allows and how long things wait: guard rails, lateness.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::{DateTime, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;
use schedules::{Busy, Calendar, HourVolume, Hours, LATE_MS, LATEST_UTC_MS, Missed, Rails, Recurrence, Zone};
use support::places::places;
use support::{calendar, days, instant, programme};

const ZONE: &str = "Asia/Ho_Chi_Minh";
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

fn wall(zone: &str, utc_ms: u64) -> NaiveDateTime {
    let zone: Tz = zone.parse().unwrap();
    DateTime::from_timestamp_millis(utc_ms as i64).unwrap().with_timezone(&zone).naive_local()
}

/// Does the wall show any minute of the span, from one instant up to another?
fn shown(zone: &str, (begin, end): (u32, u32), from: u64, to: u64) -> bool {
    let minutes = std::iter::successors(Some(from), |at| Some((at / MINUTE_MS + 1) * MINUTE_MS));
    minutes.take_while(|at| *at < to).any(|at| {
        let minute = wall(zone, at).hour() * 60 + wall(zone, at).minute();
        if begin < end { begin <= minute && minute < end } else { begin <= minute || minute < end }
    })
}

fn hours((begin, end): (u32, u32)) -> Hours {
    let text = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", text(begin), text(end)).parse().unwrap()
}

/// Spans of the day, many of them at the hours at which clocks change.
fn span() -> impl Strategy<Value = (u32, u32)> {
    let minute = || prop_oneof![0_u32..1_440, 0_u32..240, 1_320_u32..1_440];
    (minute(), minute()).prop_filter("empty", |(begin, end)| begin != end)
}

/// Up to ten hours; a third shorter than a clock change.
fn length_ms() -> impl Strategy<Value = u64> {
    prop_oneof![2 => 1..600 * MINUTE_MS, 1 => 1..90 * MINUTE_MS]
}

fn quiet(hours: &str) -> Rails {
    Rails { quiet_hours: Some(hours.parse().unwrap()), ..Rails::none() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn quiet_hours_are_met_if_the_wall_shows_them((zone, from) in places(), span in span(), length in length_ms()) {
        let rails = Rails { quiet_hours: Some(hours(span)), ..Rails::none() };
        let met = rails.quiet_hours_met(&calendar(zone), from, from + length);
        prop_assert_eq!(met, shown(zone, span, from, from + length).then_some(hours(span)));
    }

    #[test]
    fn the_latest_start_is_the_last_that_is_over_in_time(
        (zone, from) in places(), span in span(), length in 1..180 * MINUTE_MS,
    ) {
        let rails = Rails { quiet_hours: Some(hours(span)), ..Rails::none() };
        let calendar = calendar(zone);
        let latest = rails.latest_start(&calendar, from, length).unwrap();
        let begins = latest + length;
        let mut minutes = std::iter::successors(Some(from), |at| Some((at / MINUTE_MS + 1) * MINUTE_MS));
        let oracle = minutes.find(|at| shown(zone, span, *at, at + 1));
        prop_assert_eq!(Some(begins), oracle, "{} {}", wall(zone, from), wall(zone, begins));
    }

    #[test]
    fn the_lowest_ceiling_of_those_met_counts(
        (zone, from) in places(), ceilings in proptest::collection::vec((span(), 1_u8..=100), 0..4), length in length_ms(),
    ) {
        let each = ceilings.iter().map(|(span, volume)| HourVolume { hours: hours(*span), volume: *volume });
        let rails = Rails { volume_ceilings: each.collect(), ..Rails::none() };
        let met = ceilings.iter().filter(|(span, _)| shown(zone, *span, from, from + length));
        let lowest = met.map(|(_, volume)| *volume).min().unwrap_or(100);
        prop_assert_eq!(rails.ceiling(&calendar(zone), from, from + length), lowest);
    }

    #[test]
    fn a_day_goes_from_midnight_to_midnight((zone, at) in places()) {
        let (begin, end) = calendar(zone).day_of(at);
        let date = wall(zone, at).date();
        prop_assert!(begin < end && end - begin <= 26 * 3_600_000);
        prop_assert_eq!(wall(zone, begin).date(), date);
        prop_assert!(wall(zone, begin - 1).date() < date, "it begins when the wall first shows it");
        prop_assert!(wall(zone, end).date() > date);
    }

    #[test]
    fn lateness_ends_when_the_wall_shows_its_time((zone, after) in places(), hour in 0_u32..24, minute in 0_u32..60) {
        let mut programme = programme(Recurrence::Cron("17 */3 * * *".parse().unwrap()));
        let calendar = calendar(zone);
        let occurrence = programme.next_after(&calendar, after).unwrap();
        prop_assert_eq!(programme.start_by(&calendar, &occurrence), occurrence.utc_ms + LATE_MS);
        programme.missed = format!("late-until {hour:02}:{minute:02}").parse().unwrap();
        let until = programme.start_by(&calendar, &occurrence);
        // Clocks change by an hour at the most, but a day may be missing.
        prop_assert!(until > occurrence.utc_ms && until <= occurrence.utc_ms + 2 * DAY_MS + 3_600_000);
        let wanted = |at: u64| wall(zone, at).hour() == hour && wall(zone, at).minute() == minute;
        let jumped = wall(zone, until) - wall(zone, until - MINUTE_MS) > chrono::TimeDelta::minutes(1);
        prop_assert!(wanted(until) || jumped, "{}", wall(zone, until));
    }

    #[test]
    fn no_instant_does_harm(from in any::<u64>(), to in any::<u64>(), span in span()) {
        let rails = Rails {
            quiet_hours: Some(hours(span)),
            volume_ceilings: vec![HourVolume { hours: hours(span), volume: 30 }],
            ..Rails::none()
        };
        for zone in ["Asia/Ho_Chi_Minh", "America/New_York"] {
            let _ = rails.quiet_hours_met(&calendar(zone), from, to);
            let _ = rails.ceiling(&calendar(zone), from % LATEST_UTC_MS, to);
            let _ = calendar(zone).day_of(from);
        }
    }
}

#[test]
fn quiet_hours_cross_midnight() {
    let rails = Rails::default();
    let met = |from: &str, minutes: u64| {
        let from = instant(ZONE, from);
        rails.quiet_hours_met(&calendar(ZONE), from, from + minutes * MINUTE_MS).is_some()
    };
    assert!(met("2026-11-24 20:45", 16) && !met("2026-11-24 20:45", 15));
    assert!(met("2026-11-24 23:50", 20) && met("2026-11-25 00:00", 1) && met("2026-11-25 04:59", 1));
    assert!(!met("2026-11-25 05:00", 16 * 60) && met("2026-11-25 05:00", 16 * 60 + 1));
    assert_eq!(rails.minutes_per_day_max, Some(90));
    assert_eq!(Rails::none().quiet_hours_met(&calendar(ZONE), 0, LATEST_UTC_MS), None);
    assert_eq!(Rails::none().ceiling(&calendar(ZONE), 0, LATEST_UTC_MS), 100);
}

#[test]
fn quiet_hours_follow_the_wall_when_clocks_change() {
    let berlin = "Europe/Berlin";
    let met = |hours: &str, from: u64, minutes: u64| {
        quiet(hours).quiet_hours_met(&calendar(berlin), from, from + minutes * MINUTE_MS).is_some()
    };
    // At 03:00 it is 02:00 again.
    let half_past_two = instant(berlin, "2026-10-25 01:30") + 60 * MINUTE_MS;
    assert!(met("02:50-03:00", half_past_two, 40), "03:10 is not reached, but 02:50 is");
    assert!(met("02:00-02:20", half_past_two, 40), "02:00 comes again");
    assert!(!met("03:00-03:30", half_past_two, 40));
    assert!(met("03:00-03:30", half_past_two, 91));
    // At 02:00 it is 03:00.
    let half_past_one = instant(berlin, "2026-03-29 01:30");
    assert!(!met("02:00-03:00", half_past_one, 60), "no such hour that night");
    assert!(met("02:00-03:01", half_past_one, 60));
}

#[test]
fn rails_in_json_may_leave_anything_out() {
    let rails: Rails = serde_json::from_str(r#"{"minutes_per_day_max":null}"#).unwrap();
    assert_eq!(rails, Rails { minutes_per_day_max: None, ..Rails::default() });
    let json = serde_json::to_string(&rails).unwrap();
    assert_eq!(json, r#"{"quiet_hours":"21:00-05:00","minutes_per_day_max":null,"volume_ceilings":[]}"#);
    assert!(serde_json::from_str::<Rails>(r#"{"quiet_hours":"21:00-21:00"}"#).is_err());
}

#[test]
fn what_is_late_may_start_until_its_time_the_next_day_if_need_be() {
    let calendar = calendar(ZONE);
    let start_by = |at: &str, missed: &str| {
        let mut programme = programme(days(&["daily"], &[at]));
        programme.missed = missed.parse().unwrap();
        let occurrence = programme.next_after(&calendar, instant(ZONE, "2026-11-24 00:00")).unwrap();
        calendar.zone.local_text(programme.start_by(&calendar, &occurrence))
    };
    assert_eq!(start_by("05:30", "skip"), "2026-11-24T05:35:00");
    assert_eq!(start_by("05:30", "late-until 07:00"), "2026-11-24T07:00:00");
    assert_eq!(start_by("05:30", "late-until 05:31"), "2026-11-24T05:31:00");
    assert_eq!(start_by("23:30", "late-until 01:00"), "2026-11-25T01:00:00");
    assert_eq!(start_by("05:30", "late-until 05:30"), "2026-11-25T05:30:00");
}

#[test]
fn nothing_is_late_beyond_what_schedules_know() {
    let calendar = Calendar::new(Zone::parse("Pacific/Pago_Pago").unwrap());
    let mut programme = programme(days(&["daily"], &["23:59"]));
    let last = programme.next_after(&calendar, LATEST_UTC_MS - 2 * DAY_MS).unwrap();
    assert_eq!(last.local_text(), "2100-12-31T23:59:00");
    for missed in [Missed::Skip, "late-until 23:58".parse().unwrap()] {
        programme.missed = missed;
        assert!((last.utc_ms..=LATEST_UTC_MS).contains(&programme.start_by(&calendar, &last)));
    }
}

#[test]
fn how_long_one_waits() {
    let minutes = |text: &str| text.parse::<Busy>().unwrap().wait_ms() / MINUTE_MS;
    assert_eq!(minutes("wait 10m"), 10);
    assert_eq!(minutes("wait 1440m"), 1_440);
    assert_eq!(minutes("at once"), 5);
    assert_eq!(minutes("next"), 720);
    assert_eq!(Busy::default().wait_ms(), 5 * MINUTE_MS);
}

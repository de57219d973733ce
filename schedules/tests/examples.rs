//! The files under `examples` are what staff copy from: they have to be right.
#![allow(clippy::unwrap_used)]

use std::fs;

use schedules::{Calendar, DaySets, Entry, Zone, parse_file, to_toml};

fn week() -> (Calendar, Vec<Entry>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/lich-phat.toml");
    let file = parse_file(&fs::read_to_string(path).unwrap(), &DaySets::new()).unwrap();
    (Calendar { zone: Zone::HO_CHI_MINH, sets: file.sets }, file.programmes)
}

/// Local starts of a programme from one date up to another, both at 00:00 in Viet Nam.
fn starts(id: &str, from: &str, to: &str) -> Vec<String> {
    let (calendar, entries) = week();
    let programme = &entries.iter().find(|entry| entry.programme.id == id).unwrap().programme;
    let utc = |date: &str| {
        let local: chrono::NaiveDateTime = format!("{date}T00:00:00").parse().unwrap();
        (local.and_utc().timestamp_millis() - 7 * 3_600_000) as u64
    };
    programme.occurrences(&calendar, (utc(from), utc(to))).map(|o| o.local_text()[..16].to_owned()).collect()
}

#[test]
fn tet_is_silent_but_for_the_greeting() {
    // Mùng 1 of 2027 is 6 February; the set begins on 28/12 of the old year, 4 February.
    assert_eq!(
        starts("ban-tin-sang", "2027-02-03", "2027-02-13"),
        ["2027-02-03T05:30", "2027-02-06T07:30", "2027-02-11T05:30", "2027-02-12T05:30"]
    );
    assert_eq!(starts("ban-tin-chieu", "2027-02-03", "2027-02-13").len(), 10);
}

#[test]
fn full_moons_and_first_days_are_vietnamese_ones() {
    assert_eq!(
        starts("ram-va-mung-mot", "2026-12-01", "2027-02-01"),
        ["2026-12-09T06:15", "2026-12-23T06:15", "2027-01-08T06:15", "2027-01-22T06:15"]
    );
}

#[test]
fn the_market_notice_comes_the_day_before_and_school_ends() {
    assert_eq!(starts("cho-phien-coc-ly", "2026-11-23", "2026-12-08").len(), 3);
    assert_eq!(starts("den-truong", "2027-05-30", "2027-06-30"), ["2027-05-31T06:40"]);
    assert_eq!(starts("giao-ban", "2026-11-01", "2026-12-31"), ["2026-11-27T11:15", "2026-12-25T11:15"]);
}

#[test]
fn the_week_survives_being_written_and_read() {
    let (calendar, entries) = week();
    let programmes: Vec<_> = entries.into_iter().map(|entry| entry.programme).collect();
    let text = to_toml(&calendar.sets, &[], programmes.iter()).unwrap();
    let again = parse_file(&text, &DaySets::new()).unwrap();
    assert_eq!(again.sets, calendar.sets);
    assert_eq!(again.programmes.into_iter().map(|entry| entry.programme).collect::<Vec<_>>(), programmes);
}

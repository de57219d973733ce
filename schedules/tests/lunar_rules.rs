//! Rules of the Vietnamese lunar calendar, against dates of printed calendars.
#![allow(clippy::unwrap_used)]

mod support;

use schedules::{Between, Exception, Programme};
use support::{calendar, days, instant, programme, rules, sets};

const ZONE: &str = "Asia/Ho_Chi_Minh";

/// The dates that rules pick, of a span of dates.
fn picked(on: &[&str], first: &str, last: &str) -> Vec<String> {
    let mut programme = programme(days(on, &["05:00"]));
    programme.between = Some(Between { first: first.parse().unwrap(), last: last.parse().unwrap() });
    dates(&programme, &calendar(ZONE))
}

fn dates(programme: &Programme<String>, calendar: &schedules::Calendar) -> Vec<String> {
    let all = programme.occurrences(calendar, (0, u64::MAX));
    all.map(|occurrence| occurrence.local_text()[..10].to_owned()).collect()
}

#[test]
fn a_day_of_every_month_comes_in_leap_months_too() {
    let full_moons = [
        "2025-01-14",
        "2025-02-12",
        "2025-03-14",
        "2025-04-12",
        "2025-05-12",
        "2025-06-10",
        "2025-07-09",
        "2025-08-08",
        "2025-09-06",
        "2025-10-06",
        "2025-11-04",
        "2025-12-04",
        "2026-01-03",
        "2026-02-02",
        "2026-03-03",
    ];
    for text in ["lunar 15", "rằm", "ram", "RẰM", "r\u{103}\u{300}m"] {
        assert_eq!(picked(&[text], "2025-01-01", "2026-03-31"), full_moons, "{text}");
    }
    let new_moons = [
        "2025-01-29",
        "2025-02-28",
        "2025-03-29",
        "2025-04-28",
        "2025-05-27",
        "2025-06-25",
        "2025-07-25",
        "2025-08-23",
        "2025-09-22",
        "2025-10-21",
        "2025-11-20",
        "2025-12-20",
    ];
    for text in ["lunar 1", "mùng 1", "mồng 1", "mung 1", "mu\u{300}ng 1"] {
        assert_eq!(picked(&[text], "2025-01-01", "2025-12-31"), new_moons, "{text}");
    }
}

#[test]
fn a_month_ends_with_its_29th_or_30th_day() {
    let last_days = [
        "2025-01-28",
        "2025-02-27",
        "2025-03-28",
        "2025-04-27",
        "2025-05-26",
        "2025-06-24",
        "2025-07-24",
        "2025-08-22",
        "2025-09-21",
        "2025-10-20",
        "2025-11-19",
        "2025-12-19",
        "2026-01-18",
        "2026-02-16",
    ];
    assert_eq!(picked(&["lunar last day"], "2025-01-01", "2026-03-01"), last_days);
    let thirtieths =
        ["2025-02-27", "2025-04-27", "2025-07-24", "2025-09-21", "2025-11-19", "2025-12-19", "2026-01-18"];
    assert_eq!(picked(&["lunar 30"], "2025-01-01", "2026-03-01"), thirtieths);
    let last_of_the_year = picked(&["lunar 30/12"], "2020-01-01", "2038-12-31");
    let years_that_have_it: Vec<&str> = last_of_the_year.iter().map(|date| &date[..4]).collect();
    assert_eq!(
        years_that_have_it,
        ["2020", "2021", "2023", "2024", "2033", "2034", "2035", "2036", "2037", "2038"]
    );
}

#[test]
fn a_day_of_the_year_is_not_that_of_a_leap_month() {
    let both = ["2024-07-20", "2025-07-09", "2026-07-28", "2027-07-18"];
    assert_eq!(picked(&["lunar 15/6"], "2024-01-01", "2027-12-31"), both);
    assert_eq!(picked(&["lunar 15/6 leap"], "2020-01-01", "2050-12-31"), ["2025-08-08", "2036-08-06"]);
    assert_eq!(picked(&["lunar 15/11 leap"], "2000-01-01", "2050-12-31"), ["2034-01-05"]);
    assert_eq!(picked(&["lunar 15/1 leap"], "2000-01-01", "2050-12-31"), [""; 0]);
    assert_eq!(picked(&["lunar 15/1"], "2026-01-01", "2026-12-31"), ["2026-03-03"], "rằm tháng Giêng");
    let hung_kings = ["2023-04-29", "2024-04-18", "2025-04-07", "2026-04-26", "2027-04-16", "2028-04-04"];
    assert_eq!(picked(&["lunar 10/3"], "2023-01-01", "2028-12-31"), hung_kings);
    assert_eq!(
        picked(&["lunar 23/12"], "2025-01-01", "2027-12-31"),
        ["2025-01-22", "2026-02-10", "2027-01-30"]
    );
}

/// In 2030 the Chinese year begins a day later, and 2033 has its leap month at its end.
#[test]
fn new_year_is_that_of_viet_nam() {
    let new_years = [
        "2020-01-25",
        "2021-02-12",
        "2022-02-01",
        "2023-01-22",
        "2024-02-10",
        "2025-01-29",
        "2026-02-17",
        "2027-02-06",
        "2028-01-26",
        "2029-02-13",
        "2030-02-02",
        "2031-01-23",
        "2032-02-11",
        "2033-01-31",
        "2034-02-19",
        "2035-02-08",
        "2036-01-28",
        "2037-02-15",
        "2038-02-04",
        "2039-01-24",
        "2040-02-12",
        "2041-02-01",
        "2042-01-22",
        "2043-02-10",
        "2044-01-30",
        "2045-02-17",
        "2046-02-06",
        "2047-01-26",
        "2048-02-14",
        "2049-02-02",
        "2050-01-23",
    ];
    assert_eq!(picked(&["lunar 1/1"], "2020-01-01", "2050-12-31"), new_years);
}

#[test]
fn leap_months_begin_where_they_should() {
    let begins = [
        ("4", "2020-05-23"),
        ("2", "2023-03-22"),
        ("6", "2025-07-25"),
        ("5", "2028-06-23"),
        ("3", "2031-04-21"),
        ("11", "2033-12-22"),
        ("6", "2036-07-23"),
        ("5", "2039-06-22"),
        ("2", "2042-03-22"),
        ("7", "2044-08-23"),
        ("5", "2047-06-23"),
        ("3", "2050-04-21"),
    ];
    let all: Vec<String> = (1..=12).map(|month| format!("lunar 1/{month} leap")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(picked(&all, "2020-01-01", "2050-12-31"), begins.map(|(_, date)| date));
    for (month, date) in begins {
        assert_eq!(picked(&[&format!("lunar 1/{month} leap")], date, date), [date], "{month}");
    }
}

#[test]
fn a_span_may_cross_new_year_and_has_the_leap_months_inside() {
    let tet = [
        "2026-02-15",
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-02-19",
        "2026-02-20",
        "2026-02-21",
        "2027-02-04",
        "2027-02-05",
        "2027-02-06",
        "2027-02-07",
        "2027-02-08",
        "2027-02-09",
        "2027-02-10",
    ];
    assert_eq!(picked(&["lunar 28/12..5/1"], "2026-01-01", "2027-12-31"), tet);
    let with_leap = picked(&["lunar 15/6..2/7"], "2025-01-01", "2025-12-31");
    assert_eq!(
        (with_leap.len(), with_leap[0].as_str(), with_leap[46].as_str()),
        (47, "2025-07-09", "2025-08-24")
    );
    let before_it = ["2025-07-09", "2025-07-10", "2025-07-11"];
    assert_eq!(picked(&["lunar 15/6..17/6"], "2025-01-01", "2025-12-31"), before_it);
    assert_eq!(picked(&["lunar 25/11..2/12"], "2033-11-01", "2034-06-30").len(), 37);
    assert_eq!(picked(&["lunar 15/7..15/7"], "2026-01-01", "2026-12-31"), ["2026-08-27"]);
}

#[test]
fn a_set_of_lunar_days_silences_a_programme() {
    let calendar =
        schedules::Calendar { sets: sets(&[("nghi-tet", &["lunar 28/12..5/1"])]), ..calendar(ZONE) };
    for recurrence in
        [days(&["daily"], &["05:00"]), schedules::Recurrence::Cron("0 5 * * *".parse().unwrap())]
    {
        let mut programme = programme(recurrence);
        programme.except = vec![Exception { days: rules(&["nghi-tet"]), instead: None }];
        let found = support::next(&programme, &calendar, instant(ZONE, "2026-02-13 12:00"), 2);
        assert_eq!(found, ["2026-02-14T05:00:00", "2026-02-22T05:00:00"]);
    }
}

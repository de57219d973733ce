//! The lunar calendar beside independent ephemerides, day by day, and beside dates that are known.
//!
//! `tests/data` has the moments of new moons and major terms. From them the tests know where months
//! begin and which of them may be leap, without the astronomy of the crate.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use schedules::{LUNAR_YEARS, LunarDate, lunar_new_year};

const NEW_MOONS: &str = include_str!("data/new-moons.txt");
const SOLAR_TERMS: &str = include_str!("data/solar-terms.txt");
const WINTER_SOLSTICE: &str = "270";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn lunar(year: i32, month: u8, leap: bool, day: u8) -> LunarDate {
    LunarDate { year, month, leap, day }
}

/// The day in Viet Nam of a UTC moment such as `1968-01-29 16:30:01`.
fn local_day(utc: &str) -> NaiveDate {
    let utc = NaiveDateTime::parse_from_str(utc, "%Y-%m-%d %H:%M:%S").unwrap();
    (utc + TimeDelta::hours(7)).date()
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#'))
}

fn new_moons() -> BTreeSet<NaiveDate> {
    lines(NEW_MOONS).map(local_day).collect()
}

/// Days of major terms with the longitude of the sun.
fn solar_terms() -> Vec<(NaiveDate, &'static str)> {
    lines(SOLAR_TERMS)
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(utc, longitude)| (local_day(utc), longitude))
        .collect()
}

fn first_day() -> NaiveDate {
    lunar_new_year(*LUNAR_YEARS.start()).unwrap()
}

fn known_days() -> impl Iterator<Item = NaiveDate> {
    first_day().iter_days().take_while(|&day| LunarDate::of(day).is_some())
}

/// The first days of all known months.
fn months() -> Vec<(NaiveDate, LunarDate)> {
    known_days().map(|day| (day, LunarDate::of(day).unwrap())).filter(|(_, date)| date.day == 1).collect()
}

/// The leap months of all known years, as year and month.
fn leap_months() -> Vec<(i32, u8)> {
    months().iter().filter(|(_, date)| date.leap).map(|(_, date)| (date.year, date.month)).collect()
}

#[test]
fn every_day_of_two_centuries_has_a_lunar_date_and_so_do_all_between_the_ends() {
    let last = known_days().last().unwrap();
    assert_eq!((first_day(), last), (day("1899-02-10"), day("2102-02-16")));
    assert_eq!(LunarDate::of(day("1899-02-09")), None);
    assert_eq!(LunarDate::of(day("2102-02-17")), None);
    assert_eq!(LunarDate::of(NaiveDate::MIN), None);
    assert_eq!(LunarDate::of(NaiveDate::MAX), None);
}

#[test]
fn a_month_begins_where_a_new_moon_is_and_nowhere_else() {
    let last = known_days().last().unwrap();
    let expected: Vec<_> = new_moons().range(first_day()..=last).copied().collect();
    let begins: Vec<_> = months().into_iter().map(|(day, _)| day).collect();
    for (begin, expected) in begins.iter().zip(&expected) {
        assert_eq!(begin, expected);
    }
    assert_eq!(begins.len(), expected.len());
    assert!(new_moons().contains(&(last + Days::new(1))), "the last month is whole");
}

#[test]
fn days_count_up_by_one_in_months_of_29_or_30() {
    let mut before = LunarDate::of(first_day()).unwrap();
    for day in known_days().skip(1) {
        let date = LunarDate::of(day).unwrap();
        if date.day == 1 {
            assert!(matches!(before.day, 29 | 30), "{before}");
            assert_eq!(before.month_days(), Some(before.day), "{before}");
            assert_eq!(LunarDate { day: before.day + 1, ..before }.to_solar(), None, "{before}");
        } else {
            assert_eq!(date, LunarDate { day: before.day + 1, ..before });
        }
        assert!(before < date, "{before} {date}");
        before = date;
    }
}

#[test]
fn every_day_comes_back_from_its_lunar_date() {
    for day in known_days() {
        assert_eq!(LunarDate::of(day).unwrap().to_solar(), Some(day));
    }
}

#[test]
fn months_follow_each_other_and_a_leap_month_its_namesake() {
    for pair in months().windows(2) {
        let [(_, before), (_, date)] = pair else { unreachable!() };
        let expected = match (date.leap, before.month) {
            (true, month) => lunar(before.year, month, true, 1),
            (false, 12) => lunar(before.year + 1, 1, false, 1),
            (false, month) => lunar(before.year, month + 1, false, 1),
        };
        assert_eq!(*date, expected);
        assert!(!(before.leap && date.leap), "{date}");
    }
}

#[test]
fn a_year_has_12_months_or_13_with_one_leap_month() {
    for year in LUNAR_YEARS {
        let months: Vec<_> = months().into_iter().filter(|(_, date)| date.year == year).collect();
        let leap = months.iter().filter(|(_, date)| date.leap).count();
        assert!(leap <= 1 && months.len() == 12 + leap, "{year}: {leap} of {}", months.len());
        let begin = lunar_new_year(year).unwrap();
        assert_eq!(months.first(), Some(&(begin, lunar(year, 1, false, 1))));
        assert!((day("2000-01-21").ordinal()..=day("2000-02-21").ordinal()).contains(&begin.ordinal()));
    }
}

#[test]
fn the_winter_solstice_lies_in_month_11() {
    let mut seen = 0;
    for (day, _) in solar_terms().into_iter().filter(|(_, longitude)| *longitude == WINTER_SOLSTICE) {
        if let Some(date) = LunarDate::of(day) {
            assert_eq!((date.year, date.month, date.leap), (day.year(), 11, false), "{day}");
            seen += 1;
        }
    }
    assert_eq!(seen, LUNAR_YEARS.count());
}

/// The rule itself, from the golden moments alone.
#[test]
fn leap_is_the_first_month_without_a_major_term_of_13_between_two_solstices() {
    let terms = solar_terms();
    let begins: Vec<_> = new_moons().into_iter().collect();
    let longitudes_from = |begin: NaiveDate| -> Vec<&str> {
        let end = *begins.iter().find(|&&next| next > begin).unwrap_or(&NaiveDate::MAX);
        terms.iter().filter(|(day, _)| (begin..end).contains(day)).map(|(_, longitude)| *longitude).collect()
    };
    let months: Vec<_> = begins.iter().map(|&begin| (begin, longitudes_from(begin))).collect();
    let solstices: Vec<_> = (0..months.len()).filter(|&i| months[i].1.contains(&WINTER_SOLSTICE)).collect();

    let mut expected = Vec::new();
    for pair in solstices.windows(2) {
        let between = &months[pair[0]..pair[1]];
        if between.len() == 13 {
            expected.push(between.iter().find(|(_, terms)| terms.is_empty()).unwrap().0);
        } else {
            assert_eq!(between.len(), 12, "{}", between[0].0);
        }
    }
    let leap = self::months().into_iter().filter(|(_, date)| date.leap).map(|(day, _)| day);
    assert_eq!(leap.collect::<Vec<_>>(), expected[..], "golden on the right");
}

#[test]
fn new_years_are_those_of_viet_nam_even_where_china_has_others() {
    for (year, expected) in [
        (1968, "1968-01-29"), // China: 30 January.
        (1985, "1985-01-21"), // China: 20 February.
        (2007, "2007-02-17"), // China: 18 February.
        (2030, "2030-02-02"), // China: 3 February.
        (2000, "2000-02-05"),
        (2020, "2020-01-25"),
        (2023, "2023-01-22"),
        (2024, "2024-02-10"),
        (2025, "2025-01-29"),
        (2026, "2026-02-17"),
        (2027, "2027-02-06"),
    ] {
        assert_eq!(lunar_new_year(year), Some(day(expected)));
        assert_eq!(LunarDate::of(day(expected)), Some(lunar(year, 1, false, 1)));
    }
    assert_eq!(lunar_new_year(1898), None);
    assert_eq!(lunar_new_year(2102), None);
}

#[test]
fn leap_months_are_those_of_viet_nam() {
    let of_1976_to_2036: Vec<_> =
        leap_months().into_iter().filter(|(year, _)| (1976..=2036).contains(year)).collect();
    let expected = [
        (1976, 8),
        (1979, 6),
        (1982, 4),
        (1985, 2),
        (1987, 7),
        (1990, 5),
        (1993, 3),
        (1995, 8),
        (1998, 5),
        (2001, 4),
        (2004, 2),
        (2006, 7),
        (2009, 5),
        (2012, 4),
        (2014, 9),
        (2017, 6),
        (2020, 4),
        (2023, 2),
        (2025, 6),
        (2028, 5),
        (2031, 3),
        (2033, 11),
        (2036, 6),
    ];
    assert_eq!(of_1976_to_2036, expected);
}

#[test]
fn the_new_moons_closest_to_midnight_fall_on_their_side_of_it() {
    for (first, date) in [
        ("1944-06-20", lunar(1944, 5, false, 1)),
        ("1967-07-08", lunar(1967, 6, false, 1)),
        ("2054-05-08", lunar(2054, 4, false, 1)),
        ("2077-11-15", lunar(2077, 10, false, 1)),
        ("2085-10-18", lunar(2085, 9, false, 1)),
    ] {
        assert_eq!(LunarDate::of(day(first)), Some(date));
    }
}

#[test]
fn dates_that_do_not_exist_have_no_day() {
    let short =
        months().into_iter().map(|(_, date)| date).find(|date| date.month_days() == Some(29)).unwrap();
    for date in [
        lunar(2026, 1, false, 0),
        lunar(2026, 1, false, 31),
        lunar(2026, 0, false, 1),
        lunar(2026, 13, false, 1),
        lunar(2026, 6, true, 1),
        lunar(2025, 5, true, 1),
        lunar(1898, 12, false, 1),
        lunar(2102, 1, false, 1),
        LunarDate { day: 30, ..short },
    ] {
        assert_eq!(date.to_solar(), None, "{date}");
    }
    assert_eq!(lunar(2026, 6, true, 1).month_days(), None);
    assert_eq!(lunar(2025, 6, true, 1).to_solar(), Some(day("2025-07-25")));
}

#[test]
fn the_text_names_day_month_year_and_leap() {
    assert_eq!(LunarDate::of(day("2026-08-27")).unwrap().to_string(), "15/7/2026");
    assert_eq!(LunarDate::of(day("2025-08-08")).unwrap().to_string(), "15/6/2025 leap");
}

proptest! {
    #[test]
    fn no_input_panics(year: i32, month: u8, leap: bool, day: u8) {
        let date = lunar(year, month, leap, day);
        prop_assert_eq!(date.to_solar().is_some(), date.to_solar().and_then(LunarDate::of) == Some(date));
        let _ = (date.month_days(), date.to_string(), lunar_new_year(year));
    }

    #[test]
    fn a_lunar_date_either_comes_back_or_has_no_day(year in 1890..2110, month in 0..=14_u8, leap: bool, day in 0..=32_u8) {
        let date = lunar(year, month, leap, day);
        if let Some(solar) = date.to_solar() {
            prop_assert_eq!(LunarDate::of(solar), Some(date));
            prop_assert!(date.month_days().is_some_and(|days| (1..=days).contains(&day)));
        }
    }

    #[test]
    fn no_day_panics(days: i32) {
        if let Some(day) = NaiveDate::from_num_days_from_ce_opt(days) {
            prop_assert_eq!(LunarDate::of(day).and_then(LunarDate::to_solar).unwrap_or(day), day);
        }
    }
}

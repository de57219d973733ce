//! Cron rules by example: what they mean, and what is said about wrong ones.
#![allow(clippy::unwrap_used)]

mod support;

use schedules::{Calendar, CronRule, FieldName, Programme, Recurrence, RuleError, Zone};

/// 2026-11-24 00:00 in Viet Nam, a Tuesday.
const TUESDAY: u64 = 1_795_453_200_000;

fn cron(text: &str) -> Recurrence {
    Recurrence::Cron(CronRule::parse(text).unwrap())
}

fn programme(rule: &str) -> Programme<String> {
    support::programme(cron(rule))
}

fn viet_nam() -> Calendar {
    Calendar::new(Zone::HO_CHI_MINH)
}

/// The next `count` local times after `from`.
fn times(rule: &str, zone: &str, from: u64, count: usize) -> Vec<String> {
    support::next(&programme(rule), &support::calendar(zone), from, count)
}

fn first(rule: &str) -> String {
    times(rule, "Asia/Ho_Chi_Minh", TUESDAY, 1).remove(0)
}

#[test]
fn every_day_at_five_is_five_on_the_wall_in_viet_nam() {
    let (rule, calendar) = (programme("0 17 * * *"), viet_nam());
    let next = rule.next_after(&calendar, TUESDAY).unwrap();
    assert_eq!((next.utc_ms, next.local_text().as_str()), (TUESDAY + 17 * 3_600_000, "2026-11-24T17:00:00"));
    let again = rule.next_after(&calendar, next.utc_ms).unwrap();
    assert_eq!(again.utc_ms - next.utc_ms, 86_400_000);
    let just_before = rule.next_after(&calendar, next.utc_ms - 1).unwrap();
    assert_eq!(just_before, next);
}

#[test]
fn days_of_the_week_are_crontabs_in_five_fields_and_the_crates_in_six() {
    assert_eq!(first("0 5 * * 0"), "2026-11-29T05:00:00");
    assert_eq!(first("0 5 * * 7"), "2026-11-29T05:00:00");
    assert_eq!(first("0 5 * * 1"), "2026-11-30T05:00:00");
    assert_eq!(first("0 0 5 * * 1"), "2026-11-29T05:00:00");
    assert_eq!(first("0 0 5 * * 7"), "2026-11-28T05:00:00");
    for rule in ["0 5 * * MON", "0 5 * * Monday", "0 0 5 * * mon", "0 0 5 ? * 2 2026"] {
        assert_eq!(first(rule), "2026-11-30T05:00:00", "{rule}");
    }
    assert_eq!(
        times("0 5 * * SAT-SUN", "Asia/Ho_Chi_Minh", TUESDAY, 3),
        ["2026-11-28T05:00:00", "2026-11-29T05:00:00", "2026-12-05T05:00:00"]
    );
    assert_eq!(times("0 5 * * 5-7", "Asia/Ho_Chi_Minh", TUESDAY, 4)[3], "2026-12-04T05:00:00");
}

#[test]
fn either_day_field_suffices_in_crontab_when_both_are_restricted() {
    assert_eq!(
        times("0 5 1,15 * FRI", "Asia/Ho_Chi_Minh", TUESDAY, 3),
        ["2026-11-27T05:00:00", "2026-12-01T05:00:00", "2026-12-04T05:00:00"]
    );
    assert_eq!(first("0 5 */2 * FRI"), "2026-11-27T05:00:00", "with a star both must fit");
    assert_eq!(first("0 5 */3 * FRI"), "2026-12-04T05:00:00", "with a star both must fit");
    assert_eq!(first("0 0 5 1 * FRI"), "2027-01-01T05:00:00", "six fields: both must fit");
    assert_eq!(first("0 5 30 2 MON"), "2027-02-01T05:00:00", "the part that never fires does no harm");
}

#[test]
fn shorthands_steps_names_and_lists() {
    assert_eq!(first("@daily"), "2026-11-25T00:00:00");
    assert_eq!(first("@weekly"), "2026-11-29T00:00:00");
    assert_eq!(first("  30   5-7/2   *   dec   * "), "2026-12-01T05:30:00");
    assert_eq!(first("50/5 4 * * *"), "2026-11-24T04:50:00");
    assert_eq!(first("0 5 29 2 *"), "2028-02-29T05:00:00");
    assert_eq!(first("15 30 5 * * *"), "2026-11-24T05:30:15");
    assert_eq!(CronRule::parse(" 0  17 * * * ").unwrap().as_str(), "0 17 * * *");
}

#[test]
fn clock_changes_move_a_gap_and_play_a_fold_once() {
    let march_28 = 1_774_656_000_000;
    assert_eq!(
        times("30 2 * * *", "Europe/Berlin", march_28, 3),
        ["2026-03-28T02:30:00", "2026-03-29T03:00:00", "2026-03-30T02:30:00"]
    );
    assert_eq!(
        times("*/30 2-3 * * *", "Europe/Berlin", march_28 + 86_400_000, 3),
        ["2026-03-29T03:00:00", "2026-03-29T03:30:00", "2026-03-30T02:00:00"],
        "three times that meet in one instant are one occurrence"
    );
    let october_25 = 1_792_879_200_000;
    assert_eq!(
        times("30 2 * * *", "Europe/Berlin", october_25, 2),
        ["2026-10-25T02:30:00", "2026-10-26T02:30:00"]
    );
}

#[test]
fn an_error_names_the_field_and_shows_a_right_one() {
    let cases = [
        (
            "0 25 * * *",
            r#"the hour field "25" is wrong: 25 is not in 0-23; a right one is "17", as in "0 17 * * *""#,
        ),
        (
            "60 5 * * *",
            r#"the minute field "60" is wrong: 60 is not in 0-59; a right one is "30", as in "30 17 * * *""#,
        ),
        (
            "0 5 0 * *",
            r#"the day-of-month field "0" is wrong: 0 is not in 1-31; a right one is "1,15", as in "0 17 1,15 * *""#,
        ),
        (
            "0 5 * 13 *",
            r#"the month field "13" is wrong: 13 is not in 1-12; a right one is "9-12", as in "0 17 * 9-12 *""#,
        ),
        (
            "0 5 * * T2",
            r#"the day-of-week field "T2" is wrong: "T2" is no value that this field knows; a right one is "MON-FRI", as in "0 17 * * MON-FRI""#,
        ),
        (
            "0 5 * * FRI-MON",
            r#"the day-of-week field "FRI-MON" is wrong: the range "FRI-MON" runs backwards; list its values with commas instead; a right one is "MON-FRI", as in "0 17 * * MON-FRI""#,
        ),
        (
            "*/90 5 * * *",
            r#"the minute field "*/90" is wrong: the step after '/' must be 1-59; a right one is "30", as in "30 17 * * *""#,
        ),
        (
            "0 5,, * * *",
            r#"the hour field "5,," is wrong: a value is missing; a right one is "17", as in "0 17 * * *""#,
        ),
        (
            "0 5 L * *",
            r#"the day-of-month field "L" is wrong: "L" is no value that this field knows; a right one is "1,15", as in "0 17 1,15 * *""#,
        ),
        (
            "17:00",
            r#"a cron rule has 5 fields (minute hour day-of-month month day-of-week), found 1; write for example "0 17 * * *" for 17:00 every day, in quotes on a command line"#,
        ),
        ("  ", r#"the cron rule is empty; write for example "0 17 * * *" for 17:00 every day"#),
        (
            "@reboot",
            r#""@reboot" is not known; use @hourly, @daily, @weekly, @monthly or @yearly, or five fields such as "0 17 * * *""#,
        ),
        (
            "0 5 30 2 *",
            r#"no date fits the cron rule "0 5 30 2 *", as with 30 February; correct its day-of-month or its month"#,
        ),
        (
            "0 0 5 31 4,6 ?",
            r#"no date fits the cron rule "0 0 5 31 4,6 ?", as with 30 February; correct its day-of-month or its month"#,
        ),
        (
            "0 0 5 * * * 1969",
            r#"the year field "1969" is wrong: 1969 is not in 1970-2100; a right one is "2026", as in "0 0 17 * * * 2026""#,
        ),
    ];
    for (rule, said) in cases {
        assert_eq!(CronRule::parse(rule).unwrap_err().to_string(), said, "{rule}");
    }
    assert_eq!(CronRule::parse(&"0 ".repeat(200)).unwrap_err(), RuleError::TooLong);
    let bad = [
        "? 5 * * *",
        "0 +5 * * *",
        "0 -5 * * *",
        "0 5- * * *",
        "0 5/0 * * *",
        "0 99999999999 * * *",
        "0 5 * m *",
    ];
    for rule in bad {
        assert_eq!(CronRule::parse(rule).unwrap_err().code(), "rule-field-wrong", "{rule}");
    }
}

#[test]
fn every_example_in_an_error_is_right() {
    use FieldName::{DayOfMonth, DayOfWeek, Hour, Minute, Month, Second, Year};
    for field in [Second, Minute, Hour, DayOfMonth, Month, DayOfWeek, Year] {
        let (part, whole) = field.example();
        assert!(CronRule::parse(whole).is_ok(), "{field}");
        assert!(whole.split(' ').any(|field| field == part), "{field}");
    }
}

#[test]
fn a_rule_whose_years_are_over_is_an_error_for_whoever_adds_it() {
    let over = programme("0 0 17 * * * 2020-2025");
    assert_eq!(over.next_after(&viet_nam(), TUESDAY), None);
    let error = over.first_after(&viet_nam(), TUESDAY).unwrap_err();
    assert_eq!(error.code(), "rule-never-again");
    assert_eq!(
        error.to_string(),
        "the rule \"0 0 17 * * * 2020-2025\" has no occurrence after 2026-11-24T00:00:00 \
         (Asia/Ho_Chi_Minh); give it a later year"
    );
    assert_eq!(programme("0 17 * * *").next_after(&viet_nam(), u64::MAX), None);
}

#[test]
fn json_is_the_text_and_a_wrong_text_is_refused() {
    let rule = cron("0 17 * * MON");
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(json, r#"{"cron":"0 17 * * MON"}"#);
    assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), rule);
    let error = serde_json::from_str::<Recurrence>(r#"{"cron":"0 25 * * *"}"#).unwrap_err();
    assert!(error.to_string().contains("the hour field \"25\" is wrong"), "{error}");
    assert_eq!(serde_json::to_string(&Zone::HO_CHI_MINH).unwrap(), r#""Asia/Ho_Chi_Minh""#);
    assert!(serde_json::from_str::<Zone>(r#""Asia/Hanoi""#).is_err());
}

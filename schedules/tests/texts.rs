//! Everything that has a text: what is shown is read back, what people write means what it should, and no
//! text does harm.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::{Debug, Display};
use std::str::FromStr;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;
use schedules::{
    Busy, CronRule, DayRule, Hours, Interrupted, Language, Missed, TimeOfDay, WAIT_MINUTES_MAX, Zone,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use support::days::day_spec;

/// Reads a text that has to be right; shows it, stores it, reads both back.
fn round<T>(text: &str) -> Result<T, TestCaseError>
where
    T: FromStr + Display + Serialize + DeserializeOwned + PartialEq + Debug,
    T::Err: Display,
{
    let value: T = text.parse().map_err(|error| TestCaseError::fail(format!("{text:?}: {error}")))?;
    let shown = value.to_string();
    let again = shown.parse::<T>().map_err(|error| TestCaseError::fail(format!("{shown:?}: {error}")))?;
    prop_assert_eq!(&again, &value, "{} shown as {}", text, shown);
    prop_assert_eq!(again.to_string(), shown.as_str(), "one value has one text");
    let json = serde_json::to_string(&value).unwrap();
    prop_assert_eq!(&json, &serde_json::to_string(&shown).unwrap(), "JSON has the same text");
    prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), &value);
    Ok(value)
}

/// A text that may be wrong: if it is not, it is as good as any.
fn harmless<T>(text: &str) -> Result<(), TestCaseError>
where
    T: FromStr + Display + Serialize + DeserializeOwned + PartialEq + Debug,
    T::Err: Display,
{
    match text.parse::<T>() {
        Ok(_) => round::<T>(text).map(|_| ()),
        Err(error) => {
            prop_assert!(error.to_string().len() < 1_500, "the whole text is echoed");
            let json = serde_json::to_string(text).unwrap();
            prop_assert!(serde_json::from_str::<T>(&json).is_err());
            Ok(())
        }
    }
}

fn all_harmless(text: &str) -> Result<(), TestCaseError> {
    harmless::<DayRule>(text)?;
    harmless::<TimeOfDay>(text)?;
    harmless::<Hours>(text)?;
    harmless::<Busy>(text)?;
    harmless::<Missed>(text)?;
    harmless::<Language>(text)?;
    harmless::<CronRule>(text)?;
    if let Ok(interrupted) = text.parse::<Interrupted>() {
        prop_assert_eq!(interrupted.to_string().parse(), Ok(interrupted));
    }
    let _ = text.parse::<Zone>();
    Ok(())
}

fn lunar_text() -> impl Strategy<Value = String> {
    let day = || (1..=30, 1..=12).prop_map(|(day, month)| format!("{day}/{month}"));
    prop_oneof![
        (1..=30).prop_map(|day| format!("lunar {day}")),
        Just("lunar last day".to_owned()),
        day().prop_map(|day| format!("lunar {day}")),
        day().prop_map(|day| format!("lunar {day} leap")),
        (day(), day()).prop_map(|(from, to)| format!("lunar {from}..{to}")),
    ]
}

/// Texts made of the words of all the notations, so that many are nearly right.
fn nearly() -> impl Strategy<Value = String> {
    let words = vec![
        "daily",
        "every",
        "3",
        "days",
        "day",
        "from",
        "2026-12-01",
        "2026-02-30",
        "lunar",
        "last",
        "leap",
        "rằm",
        "mùng",
        "15",
        "15/7",
        "31",
        "0",
        "..",
        "/",
        ",",
        "-",
        "mon",
        "fri",
        "t2",
        "cn",
        "2nd",
        "5th",
        "at once",
        "next",
        "wait",
        "10m",
        "in",
        "skip",
        "late-until",
        "07:30",
        "24:00",
        "5h",
        "h",
        ":",
        "21:00-05:00",
        "vi",
        "hmn-Latn",
        "x-",
        "*",
        "*/5",
        "1-5",
        "MON",
        "@daily",
        "\u{301}",
        "İ",
        "99999999999",
        "+",
        "é",
        "ß",
        "’",
    ];
    proptest::collection::vec((select(words), select(vec!["", " ", "  ", "\t", "\u{a0}"])), 0..8)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn day_rules_are_read_back(rule in day_spec(NaiveDate::from_ymd_opt(2028, 2, 27).unwrap())) {
        round::<DayRule>(&rule.to_string())?;
    }

    #[test]
    fn lunar_rules_are_read_back(text in lunar_text()) {
        let rule = round::<DayRule>(&text)?;
        prop_assert_eq!(rule.to_string(), text);
    }

    #[test]
    fn names_of_sets_are_read_back(name in "[a-z]([a-z0-9-]{0,30}[a-z0-9])?") {
        round::<DayRule>(&name)?;
    }

    #[test]
    fn times_and_spans_are_read_back(
        (hour, minute, second) in (0_u32..24, 0_u32..60, 0_u32..60), (to_hour, to_minute) in (0_u32..24, 0_u32..60),
    ) {
        let long = round::<TimeOfDay>(&format!("{hour:02}:{minute:02}:{second:02}"))?;
        let short = round::<TimeOfDay>(&format!("{hour}h{minute}"))?;
        prop_assert!(short <= long && (short == long) == (second == 0));
        let (from, to) = (format!("{hour:02}:{minute:02}"), format!("{to_hour:02}:{to_minute:02}"));
        if from != to {
            let hours = round::<Hours>(&format!("{from}-{to}"))?;
            prop_assert_eq!(hours.to_string(), format!("{from}-{to}"));
        }
    }

    #[test]
    fn policies_are_read_back(minutes in 1..=WAIT_MINUTES_MAX, hour in 0_u32..24, minute in 0_u32..60) {
        prop_assert_eq!(round::<Busy>(&format!("wait {minutes}m"))?, Busy::Wait(minutes));
        prop_assert_eq!(round::<Busy>(&format!("WAIT {minutes} min"))?, Busy::Wait(minutes));
        let until = format!("late-until {hour:02}:{minute:02}");
        prop_assert_eq!(round::<Missed>(&until)?.to_string(), until);
    }

    #[test]
    fn languages_are_read_back(text in "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?(-[a-z0-9]{5,8})?(-x-[a-z0-9]{1,8})?") {
        if text.len() <= 35 {
            let language = round::<Language>(&text)?;
            prop_assert!(language.as_str().eq_ignore_ascii_case(&text));
        }
    }

    #[test]
    fn no_text_does_harm(text in "\\PC{0,60}|.{0,40}|[-0-9:/,.hmTZ ]{0,30}|[a-z0-9-]{0,40}") {
        all_harmless(&text)?;
    }

    #[test]
    fn no_text_that_is_nearly_right_does_harm(text in nearly()) {
        all_harmless(&text)?;
    }
}

/// Several texts of one value, the first as it is shown.
fn same<T>(texts: &[&str])
where
    T: FromStr + Display + PartialEq + Debug,
    T::Err: Debug,
{
    let value: T = texts[0].parse().unwrap();
    assert_eq!(value.to_string(), texts[0]);
    for text in texts {
        assert_eq!(text.parse::<T>().unwrap(), value, "{text}");
    }
}

#[test]
fn people_write_one_thing_in_several_ways() {
    same::<DayRule>(&["daily", "every day", "hằng ngày", "Hàng Ngày", "hang ngay", "  DAILY "]);
    same::<DayRule>(&["mon-fri", "t2-t6", "T2-T6", "monday-friday", "mon,tue,wed,thu,fri", "fri,mon-thu"]);
    same::<DayRule>(&["sat,sun", "t7,cn", "sat-sun", "CN,T7"]);
    same::<DayRule>(&["mon,fri-sun", "fri-mon"]);
    same::<DayRule>(&["mon-sun", "t2-cn", "tue-mon"]);
    same::<DayRule>(&["2nd tue", "second tuesday", "2nd t3"]);
    same::<DayRule>(&["last fri", "last t6"]);
    same::<DayRule>(&["day 1,15", "day 15,1", "day 01,15,15"]);
    same::<DayRule>(&["every 1 days from 2026-12-01", "every 1 day from 2026-12-1"]);
    same::<DayRule>(&["lunar 15", "rằm", "ram", "mùng 15"]);
    same::<DayRule>(&["lunar 1", "mùng 1", "mồng 1", "mung 01"]);
    same::<DayRule>(&["lunar 15/7", "rằm tháng 7", "Rằm Tháng 07", "mùng 15 tháng 7"]);
    same::<DayRule>(&["lunar 1/1", "mùng 1 tháng giêng", "mồng 1 tháng 1"]);
    same::<DayRule>(&["lunar 23/12", "mùng 23 tháng chạp"]);
    same::<DayRule>(&["mon", "thứ hai", "Thứ Hai", "thu hai", "thứ 2", "t2"]);
    same::<DayRule>(&["sun", "chủ nhật", "Chủ Nhật", "chu nhat", "cn"]);
    same::<DayRule>(&["2/9", "02/09"]);
    same::<DayRule>(&["2026-09-02", "2/9/2026", "02/09/2026"]);
    same::<DayRule>(&["2026-09-02..2027-05-31", "2/9/2026..31/5/2027", "2026-9-2..31/05/2027"]);
    same::<DayRule>(&["every 3 days from 2026-12-01", "every 3 days from 1/12/2026"]);
    same::<TimeOfDay>(&["05:00", "5:00", "5h", "5H00", "05:00:00", " 5h "]);
    same::<TimeOfDay>(&["17:30:09", "17h30:9"]);
    same::<Hours>(&["21:00-05:00", "21h-5h", "21:00 - 05:00"]);
    same::<Busy>(&["at once", "At-Once"]);
    same::<Busy>(&["next", " NEXT "]);
    same::<Busy>(&["wait 10m", "wait 10", "wait 10 min", "Wait 10min"]);
    same::<Interrupted>(&["resume", "Resume"]);
    same::<Interrupted>(&["restart"]);
    same::<Interrupted>(&["drop"]);
    same::<Missed>(&["skip", "SKIP"]);
    same::<Missed>(&["late-until 07:30", "late until 7h30"]);
    same::<Language>(&["vi", "VI", " vi "]);
    same::<Language>(&["hmn-Latn-VN", "HMN-latn-vn"]);
}

#[test]
fn every_policy_of_interruption_has_its_word_in_json() {
    for policy in [Interrupted::Resume, Interrupted::Restart, Interrupted::Drop] {
        assert_eq!(serde_json::to_string(&policy).unwrap(), format!("\"{policy}\""));
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
}

fn refused<T>(texts: &[&str], code: impl Fn(T::Err) -> &'static str, expected: &str)
where
    T: FromStr + Debug,
{
    for text in texts {
        match text.parse::<T>() {
            Err(error) => assert_eq!(code(error), expected, "{text:?}"),
            Ok(value) => panic!("{text:?} was read as {value:?}"),
        }
    }
}

#[test]
fn what_is_wrong_is_refused_for_the_right_reason() {
    let days = |texts: &[&str], code| refused::<DayRule>(texts, |error| error.code(), code);
    days(
        &["", " ", "6th fri", "mon-", "mon,,tue", "t2,t8", "mon-fri,", "Nghỉ Tết", "mon fri"],
        "days-unreadable",
    );
    days(&["every 3 days", "every day from 2026-12-01", "-nghi", "nghi-"], "days-unreadable");
    days(&[&"a".repeat(33), &"a".repeat(500), "rằm 1"], "days-unreadable");
    days(
        &["30/2", "31/4", "0/1", "1/13", "32/1", "2026-02-30", "2026-13-01", "1969-12-31", "2101-01-01"],
        "days-no-such-date",
    );
    days(
        &["29/2/2026", "2026-09-02..", "20/11..", "20/11..31/11", "day 0", "day 32", "day 1,,2", "day x"],
        "days-no-such-date",
    );
    days(&["2026", "2026-09", "2026-9-2-1", "15", "every 3 days from 2026-02-30"], "days-no-such-date");
    days(
        &["lunar 31", "lunar 0", "lunar 1/13", "lunar 31/1", "lunar 15/0", "lunar 15 leap"],
        "days-no-such-lunar-date",
    );
    days(
        &["lunar 1/1..31/1", "lunar 1/6..2/6 leap", "mùng 31", "lunar last", "lunar x", "lunar 1/"],
        "days-no-such-lunar-date",
    );
    days(&["2026-09-05..2026-09-02"], "days-backwards");
    days(
        &["every 0 days from 2026-12-01", "every 367 days from 2026-12-01", "every x days from 2026-12-01"],
        "days-step",
    );

    let time = |texts: &[&str]| refused::<TimeOfDay>(texts, |error| error.code(), "time-unreadable");
    time(&[
        "",
        "5",
        "24:00",
        "05:60",
        "05:",
        ":30",
        "h",
        "5h30m",
        "-1:00",
        "05:00:00:00",
        "005:00",
        "5:00pm",
    ]);
    time(&["5::30", "5hh", "5:h", "5h:30", "::5", "05::00", "5h30:", "05:00:60", "５:00"]);
    let span = |texts: &[&str], code| refused::<Hours>(texts, |error| error.code(), code);
    span(
        &["", "21:00", "21:00-", "-05:00", "21:00-25:00", "21:00-22:00-23:00", "21:00..05:00"],
        "hours-unreadable",
    );
    span(&["21:00-21:00", "21h-21:00"], "hours-empty");

    let busy = |texts: &[&str]| refused::<Busy>(texts, |error| error.code(), "busy-unknown");
    busy(&[
        "",
        "wait",
        "wait 0m",
        "wait 1441m",
        "wait -1m",
        "wait 10h",
        "wait m",
        "wait 70000m",
        "now",
        "wait 10m 5",
        "wait 10mm",
        "wait 10 inin",
    ]);
    let missed = |texts: &[&str]| refused::<Missed>(texts, |error| error.code(), "missed-unknown");
    missed(&["", "late", "late-until", "late-until 25:00", "skip 5", "late-until 5"]);
    refused::<Interrupted>(&["", "stop", "re start"], |error| error.code(), "interrupted-unknown");
    let language = |texts: &[&str]| refused::<Language>(texts, |error| error.code(), "language-unknown");
    language(&["", "tiếng việt", "a", "vi_VN", "-vi", "vi-", "vi--VN", &"vi-x-".repeat(10)]);
}

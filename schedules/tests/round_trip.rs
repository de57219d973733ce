//! Whole programmes: stored in the journal and written to a file, they come back as they were; and no file,
//! however damaged, does harm.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use schedules::{
    Between, Busy, CronRule, DayRule, DaySet, DaySets, Exception, HourVolume, Hours, Importance, Instead,
    Interrupted, Item, Language, Missed, Programme, Recurrence, TimeOfDay, parse_file, to_toml,
};
use support::crontab::crontab;
use support::days::{NO_SET, day_spec};

const MANY: &str = include_str!("file/many-mistakes.toml");
const WHOLE: &str = include_str!("file/whole.toml");
const EVERY_FIELD: &str = include_str!("file/every-field.toml");

fn date() -> impl Strategy<Value = NaiveDate> {
    (0_i64..40_000).prop_map(|days| NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + TimeDelta::days(days))
}

fn time() -> impl Strategy<Value = TimeOfDay> {
    (0_u32..24, 0_u32..60, prop_oneof![4 => Just(0_u32), 1 => 0_u32..60])
        .prop_map(|(hour, minute, second)| format!("{hour}:{minute:02}:{second:02}").parse().unwrap())
}

fn times() -> impl Strategy<Value = Vec<TimeOfDay>> {
    proptest::collection::btree_set(time(), 1..4).prop_map(|times| times.into_iter().collect())
}

fn hours() -> impl Strategy<Value = Hours> {
    (time(), time()).prop_filter_map("empty", |(from, to)| Hours::new(from, to))
}

fn rule() -> impl Strategy<Value = DayRule> {
    let lunar =
        select(vec!["lunar 15", "lunar last day", "lunar 15/7", "lunar 15/6 leap", "lunar 28/12..5/1"]);
    let plain = date().prop_flat_map(day_spec).prop_map(|spec| spec.to_string());
    prop_oneof![4 => plain, 1 => lunar.prop_map(str::to_owned)].prop_map(|text| text.parse().unwrap())
}

fn rules() -> impl Strategy<Value = Vec<DayRule>> {
    vec(rule(), 1..4)
}

/// Anything that has no space at its ends: quotes, marks, lines, Vietnamese.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zà-ỹ \"'\\\\#=\\[\\]{}\t\n]{1,20}",
        1 => "\\PC{1,10}",
        1 => Just("Bản tin \"sáng\" \u{7} '''\"\"\"".to_owned()),
    ]
    .prop_map(|text| text.trim().to_owned())
    .prop_filter("empty", |text| !text.is_empty())
}

fn item() -> impl Strategy<Value = Item<String>> {
    let tag = select(vec!["vi", "hmn", "hmn-Latn", "en-GB", "x-dao", "zh-Hant-TW"]);
    let variants = proptest::collection::btree_map(tag, text(), 1..4).prop_map(BTreeMap::into_iter);
    let variants = variants.prop_map(|all| all.map(|(tag, clip)| (tag.parse().unwrap(), clip)).collect());
    let variants = variants.prop_shuffle();
    prop_oneof![2 => text().prop_map(Item::Clip), 1 => variants.prop_map(Item::Variants)]
}

fn exception() -> impl Strategy<Value = Exception<String>> {
    let instead = prop_oneof![
        (times(), vec(item(), 0..3)).prop_map(|(at, items)| Instead { at, items }),
        vec(item(), 1..3).prop_map(|items| Instead { at: Vec::new(), items }),
    ];
    (rules(), option::of(instead)).prop_map(|(days, instead)| Exception { days, instead })
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    let cron = crontab().prop_filter_map("never", |rule| CronRule::parse(&rule.to_string()).ok());
    prop_oneof![
        3 => (rules(), times()).prop_map(|(on, at)| Recurrence::Days { on, at }),
        2 => cron.prop_map(Recurrence::Cron),
        1 => (date(), time()).prop_map(|(date, time)| {
            let time = time.to_string();
            let time = if time.len() == 5 { format!("{time}:00") } else { time };
            Recurrence::Once(format!("{date}T{time}").parse().unwrap())
        }),
    ]
}

prop_compose! {
    fn policies()(
        busy in prop_oneof![Just(Busy::AtOnce), Just(Busy::Next), (1_u16..=1_440).prop_map(Busy::Wait)],
        interrupted in option::of(select(vec![Interrupted::Resume, Interrupted::Restart, Interrupted::Drop])),
        missed in prop_oneof![Just(Missed::Skip), time().prop_map(Missed::LateUntil)],
    ) -> (Busy, Option<Interrupted>, Missed) {
        (busy, interrupted, missed)
    }
}

prop_compose! {
    fn programme()(
        id in "[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
        title in text(),
        priority in any::<bool>(),
        targets in vec(text(), 1..4),
        items in vec(item(), 1..4),
        volume in option::of(1_u8..=100),
        volumes in vec((hours(), 1_u8..=100).prop_map(|(hours, volume)| HourVolume { hours, volume }), 0..3),
        recurrence in recurrence(),
        between in option::of((date(), 0_i64..500)),
        except in vec(exception(), 0..4),
        (busy, interrupted, missed) in policies(),
        paused in any::<bool>(),
    ) -> Programme<String> {
        let between = between.map(|(first, days)| Between { first, last: first + TimeDelta::days(days) });
        // What is once has no other days.
        let once = matches!(recurrence, Recurrence::Once(_));
        Programme {
            id, title, targets, items, volume, volumes, recurrence, busy, interrupted, missed, paused,
            class: if priority { Importance::Priority } else { Importance::Routine },
            between: between.filter(|_| !once),
            except: if once { Vec::new() } else { except },
        }
    }
}

/// The sets that rules name, all of them, with anything in them but sets.
fn sets() -> impl Strategy<Value = DaySets> {
    let days = || {
        rules().prop_map(|days| -> Vec<DayRule> {
            let (plain, _): (Vec<_>, Vec<_>) = days.into_iter().partition(|rule| !is_set(rule));
            if plain.is_empty() { vec![DayRule::Daily] } else { plain }
        })
    };
    let set = || {
        (prop_oneof![Just(String::new()), text()], days()).prop_map(|(title, days)| DaySet { title, days })
    };
    vec(set(), 3)
        .prop_map(|sets| ["nghi-tet", "cho-phien", NO_SET].map(str::to_owned).into_iter().zip(sets).collect())
}

fn is_set(rule: &DayRule) -> bool {
    matches!(rule, DayRule::Set(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_journal_gives_back_what_it_was_given(programme in programme(), sets in sets()) {
        let json = serde_json::to_string(&programme).unwrap();
        prop_assert_eq!(serde_json::from_str::<Programme<String>>(&json).unwrap(), programme);
        let json = serde_json::to_string(&sets).unwrap();
        prop_assert_eq!(serde_json::from_str::<DaySets>(&json).unwrap(), sets);
    }

    #[test]
    fn a_file_gives_back_what_was_written(mut programmes in vec(programme(), 0..4), sets in sets()) {
        programmes.sort_by(|a, b| a.id.cmp(&b.id));
        programmes.dedup_by(|a, b| a.id == b.id);
        let text = to_toml(&sets, &[], programmes.iter()).unwrap();
        let file = match parse_file(&text, &DaySets::new()) {
            Ok(file) => file,
            Err(problems) => return Err(TestCaseError::fail(format!("{}\n{text}", problems[0]))),
        };
        prop_assert_eq!(&file.sets, &sets);
        let read: Vec<_> = file.programmes.iter().map(|entry| entry.programme.clone()).collect();
        prop_assert_eq!(&read, &programmes, "{}", text);
        for entry in &file.programmes {
            let line = text.lines().nth(entry.position("id").line - 1).unwrap();
            prop_assert_eq!(line, format!("id = \"{}\"", entry.programme.id));
        }
        let known = parse_file(&to_toml(&DaySets::new(), &[], programmes.iter()).unwrap(), &sets).unwrap();
        prop_assert_eq!(known.programmes.len(), programmes.len());
    }
}

/// One thing that goes wrong with a file.
#[derive(Debug, Clone)]
enum Damage {
    Remove(Index, usize),
    Insert(Index, String),
    Double(Index, Index),
    Cut(Index),
    DropLine(Index),
    SwapLines(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let inserted = prop_oneof![
        select(vec![
            "\"",
            "'",
            "'''",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ",",
            ".",
            "\n",
            "\r",
            "#",
            "-",
            "..",
            "0",
            "99999999999999999999",
            "true",
            "1e400",
            "nan",
            "2026-02-30",
            "\\u0000",
            "\\",
            "\u{0}",
            "\u{feff}",
            "ữ",
            "🔊",
            "programme",
            "except",
            "[[programme]]",
            "[[programme.except]]",
            "[day_set.nghi-tet]",
            "items = ",
            "at = []",
            "id = \"a\"",
            "lunar 31",
            "daily",
        ])
        .prop_map(str::to_owned),
        "\\PC{1,8}",
    ];
    prop_oneof![
        1 => (any::<Index>(), 1_usize..20).prop_map(|(at, length)| Damage::Remove(at, length)),
        3 => (any::<Index>(), inserted).prop_map(|(at, text)| Damage::Insert(at, text)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Double(from, to)),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => any::<Index>().prop_map(Damage::DropLine),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Damage::SwapLines(one, other)),
    ]
}

impl Damage {
    fn done_to(&self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let mut lines: Vec<&str> = text.lines().collect();
        if chars.is_empty() {
            return String::new();
        }
        match self {
            Self::Remove(at, length) => {
                let at = at.index(chars.len());
                chars.drain(at..(at + length).min(text.chars().count()));
            }
            Self::Insert(at, inserted) => {
                let at = at.index(chars.len());
                chars.splice(at..at, inserted.chars());
            }
            Self::Double(from, to) => {
                let part = lines[from.index(lines.len())];
                lines.insert(to.index(lines.len()), part);
                return lines.join("\n");
            }
            Self::Cut(at) => chars.truncate(at.index(chars.len())),
            Self::DropLine(at) => {
                lines.remove(at.index(lines.len()));
                return lines.join("\n");
            }
            Self::SwapLines(one, other) => {
                let count = lines.len();
                lines.swap(one.index(count), other.index(count));
                return lines.join("\n");
            }
        }
        chars.into_iter().collect()
    }
}

/// Every place that is named is in the text, and what is read can be written and read again.
fn harmless(text: &str) -> Result<(), TestCaseError> {
    let file = match parse_file(text, &DaySets::new()) {
        Ok(file) => file,
        Err(problems) => {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.is_sorted_by_key(|problem| problem.at));
            for problem in &problems {
                let (line, column) = (problem.at.line, problem.at.column);
                let there = text.split('\n').nth(line - 1).map_or(0, |line| line.chars().count());
                prop_assert!((1..=there + 1).contains(&column), "{}\n{}", problem, text);
                prop_assert!(!problem.wrong.code().is_empty());
            }
            return Ok(());
        }
    };
    let programmes = || file.programmes.iter().map(|entry| &entry.programme);
    let again = to_toml(&file.sets, &[], programmes()).unwrap();
    let again = parse_file(&again, &DaySets::new());
    let again = again.map_err(|problems| TestCaseError::fail(format!("{}\n{text}", problems[0])))?;
    prop_assert_eq!(&again.sets, &file.sets);
    prop_assert!(again.programmes.iter().map(|entry| &entry.programme).eq(programmes()), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_damaged_file_does_harm(
        whole in select(vec![WHOLE, WHOLE, EVERY_FIELD, MANY]), damages in vec(damage(), 1..5),
    ) {
        let damaged = damages.iter().fold(whole.to_owned(), |text, damage| damage.done_to(&text));
        harmless(&damaged)?;
    }

    #[test]
    fn no_text_does_harm(text in "\\PC{0,200}|(\\[\\[programme\\]\\]|\\[|\\]|\\{|\\}|=|\"|'|,|\n|a|at|1|\\.| ){0,60}") {
        harmless(&text)?;
    }

    /// A value of the wrong kind in the place of any other.
    #[test]
    fn no_value_in_the_wrong_place_does_harm(
        at in any::<Index>(),
        value in select(vec![
            "1", "-1", "0.5", "true", "\"\"", "\" \"", "[]", "[[]]", "{}", "{ a = {} }", "[{}]", "[1, \"a\"]", "2026-12-01", "05:30:00",
            "2026-12-01T05:30:00Z", "0x7fffffffffffffff", "99999999999999999999", "inf", "\"daily\"", "[\"daily\"]",
        ]),
    ) {
        let lines: Vec<&str> = WHOLE.lines().collect();
        let fields: Vec<usize> = (0..lines.len()).filter(|line| lines[*line].contains(" = ")).collect();
        let changed = *at.get(&fields);
        let line = |(at, line): (usize, &&str)| {
            let (field, _) = line.split_once(" = ").unwrap_or((line, ""));
            if at == changed { format!("{field} = {value}\n") } else { format!("{line}\n") }
        };
        harmless(&lines.iter().enumerate().map(line).collect::<String>())?;
    }
}

/// A language that is written in another way is the same one.
#[test]
fn languages_are_stored_one_way() {
    let tag: Language = "HMN-latn".parse().unwrap();
    let item = Item::Variants(vec![(tag, "tin".to_owned())]);
    let json = r#"{"variants":[["hmn-Latn","tin"]]}"#;
    assert_eq!(serde_json::to_string(&item).unwrap(), json);
    assert_eq!(serde_json::from_str::<Item<String>>(json).unwrap(), item);
}

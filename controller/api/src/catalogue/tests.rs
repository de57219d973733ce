//! The catalogue in both languages: complete, right, and the same in what it names.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::text;
use crate::text::Code;

fn catalogue(language: Language) -> Catalogue {
    Catalogue::new(language, |at| {
        let seconds = at / 1_000;
        format!("2026-11-24T{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
    })
}

/// Every message of a language with the names of its parameters.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    messages_in(SOURCES.iter().map(|source| language.source(*source)))
}

fn messages_in(sources: impl Iterator<Item = &'static str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let mut current = None;
        for line in source.lines() {
            let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((key, _)) = line.split_once(" =").filter(|_| starts) {
                let twice = messages.insert(key.to_owned(), BTreeSet::new());
                assert_eq!(twice, None, "{key} stands there twice");
                current = Some(key.to_owned());
            }
            if let Some(params) = current.as_ref().and_then(|key| messages.get_mut(key)) {
                let names = line.split("{ $").skip(1);
                params.extend(names.map(|n| n.split([' ', '}']).next().unwrap().to_owned()));
            }
        }
    }
    messages
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_parameters() {
    let (english, vietnamese) = (messages(Language::English), messages(Language::Vietnamese));
    assert!(english.len() > 100);
    for key in english.keys().chain(vietnamese.keys()) {
        assert_eq!(english.get(key), vietnamese.get(key), "{key}");
    }
}

/// A parameter that the table does not have would be shown as its name.
#[test]
fn every_sentence_of_the_table_stands_in_every_language_and_names_only_its_parameters() {
    for language in Language::ALL {
        let messages = messages(language);
        for code in Code::ALL {
            let named = messages.get(code.word()).unwrap_or_else(|| panic!("{code:?} in {language:?}"));
            let foreign: Vec<&String> =
                named.iter().filter(|n| !code.params().contains(&n.as_str())).collect();
            assert!(foreign.is_empty(), "{code:?} in {language:?}: {foreign:?}");
        }
    }
}

/// Parameters that may be absent are those that the catalogue expects to be.
#[test]
fn what_is_absent_of_a_sentence_reads_as_none() {
    let text = text!(AudioTrimmed { start_ms: Some(1_000), end_ms: None::<u64> });
    assert_eq!(text.params.keys().collect::<Vec<_>>(), ["start_ms"]);
    for language in Language::ALL {
        let said = catalogue(language).text(&text);
        assert!(!said.contains('$') && !said.contains('{'), "{said}");
    }
}

#[test]
fn every_message_reads_well_with_its_parameters() {
    for language in Language::ALL {
        let catalogue = catalogue(language);
        for source in SOURCES {
            assert!(FluentResource::try_new(language.source(source).to_owned()).is_ok());
        }
        for (key, params) in messages(language) {
            for value in ["0", "1", "2", "", "bao-tan-1"] {
                let values: Vec<_> = params.iter().map(|name| (name.as_str(), value)).collect();
                let pattern = catalogue.bundle.get_message(&key).and_then(|m| m.value()).unwrap();
                let mut args = FluentArgs::new();
                for (name, value) in &values {
                    args.set(*name, catalogue.value(name, value));
                }
                let mut errors = Vec::new();
                drop(catalogue.bundle.format_pattern(pattern, Some(&args), &mut errors));
                assert!(errors.is_empty(), "{key}: {errors:?}");
                let text = catalogue.format(&key, &values);
                assert!(!text.is_empty() && !text.contains(['{', '}', '\u{2068}']), "{key}: {text}");
                assert!(value.is_empty() || !text.contains("  "), "{key}: {text:?}");
            }
        }
    }
}

#[test]
fn the_help_has_each_message_once_and_can_be_read_whole() {
    for (language, source) in HELP {
        assert!(FluentResource::try_new(source.to_owned()).is_ok());
        let help = Catalogue::of_help(language).unwrap();
        let keys = messages_in(std::iter::once(source));
        assert!(keys.len() > 150 && keys.keys().all(|key| help.has(key)), "{language:?}");
    }
}

#[test]
fn vietnamese_is_not_english() {
    let (english, vietnamese) = (catalogue(Language::English), catalogue(Language::Vietnamese));
    let same: Vec<String> = messages(Language::English)
        .into_keys()
        .filter(|key| english.get(key) == vietnamese.get(key))
        .collect();
    let numbers = ["duration-milliseconds", "evidence-level", "evidence-amplifier", "evidence-microphone"];
    assert_eq!(same.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(numbers));
}

#[test]
fn what_is_missing_shows_its_code_and_parameters() {
    let params = [("cluster", "a-1"), ("n", "3")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let text = Text { code: "never-written".to_owned(), params: params.into() };
    assert_eq!(catalogue(Language::Vietnamese).text(&text), "never-written (cluster: a-1, n: 3)");
    assert_eq!(catalogue(Language::English).get("never-written"), "never-written");
}

#[test]
fn times_and_durations_are_local() {
    let text = text!(PastTime { play_at: 61_200_000, now_at: 61_230_000 });
    assert_eq!(
        catalogue(Language::English).text(&text),
        "The start, 2026-11-24 17:00, is past: it is now 2026-11-24 17:00:30. Give a later time."
    );
    assert_eq!(
        catalogue(Language::Vietnamese).text(&text),
        "Giờ phát 17:00 24/11/2026 đã qua: bây giờ là 17:00:30 24/11/2026. Hãy chọn giờ muộn hơn."
    );
    let words = catalogue(Language::English);
    let shown: Vec<String> =
        [999, 1_000, 61_000, 3_600_000, 7_500_000, 90_061_000].map(|ms| words.duration(ms)).into();
    assert_eq!(shown, ["999 ms", "1 s", "1 min 1 s", "1 h", "2 h 5 min", "1 d 1 h"]);
}

#[test]
fn ids_of_digits_stay_as_they_are() {
    let words = catalogue(Language::English);
    for id in ["12345678901234567890123456789012", "00123", "1e5", "1.0", "4294967295"] {
        assert!(words.format("job-over", &[("job", id)]).contains(id), "{id}");
    }
}

#[test]
fn optional_parameters_may_be_absent_or_empty() {
    let words = catalogue(Language::English);
    let absent = words.format("unknown-targets", &[("targets", "x")]);
    let empty = words.text(&text!(UnknownTargets { targets: "x", nearest: "" }));
    assert_eq!(absent, "No loudspeaker fits x. See `loa cluster list`.");
    assert_eq!(absent, empty);
}

#[test]
fn the_language_is_that_of_the_environment() {
    let choose = |variables: &[(&str, &str)]| {
        Language::choose(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    };
    assert_eq!(choose(&[]), Language::English);
    assert_eq!(choose(&[("LANG", "vi_VN.UTF-8")]), Language::Vietnamese);
    assert_eq!(choose(&[("LC_ALL", "C.UTF-8"), ("LANG", "vi_VN")]), Language::English);
    assert_eq!(choose(&[("LC_ALL", ""), ("LANG", "vi")]), Language::Vietnamese);
    assert_eq!(choose(&[("LOA_LANG", "vi"), ("LC_ALL", "en_US.UTF-8")]), Language::Vietnamese);
    assert_eq!(choose(&[("LOA_LANG", "fr"), ("LANG", "vi_VN")]), Language::Vietnamese);
    assert_eq!(choose(&[("LANG", "fr_FR")]), Language::English);
}

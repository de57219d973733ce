//! What is wrong with schedules, times and zones, in the words of the catalogue.

use schedules::{DaysError, HoursError, LanguageError, PolicyError, RuleError, WhenError, Wrong, ZoneError};

use crate::text;
use crate::text::Text;

impl From<&Wrong> for Text {
    fn from(wrong: &Wrong) -> Self {
        match wrong {
            Wrong::Syntax { problem } => text!(FileSyntax { kind: syntax_kind(problem), problem: problem }),
            Wrong::CurlyQuotes => text!(FileCurlyQuotes),
            Wrong::TooLong { max_mb } => text!(FileTooLong { max: max_mb }),
            Wrong::Field { field, nearest, fields } => {
                text!(FileFieldUnknown { field: field, fields: fields, nearest: nearest })
            }
            Wrong::Kind { field, wanted, found } => {
                text!(FileKind { field: field, kind: wanted.code(), found: found })
            }
            Wrong::Missing { field, example } => text!(FileMissing { field: field, example: example }),
            Wrong::Empty { field } => text!(FileEmpty { field: field }),
            Wrong::Both { field, other } => text!(FileBoth { field: field, other: other }),
            Wrong::NoTime => text!(FileNoTime),
            Wrong::Number { field, value, min, max } => {
                text!(FileNumber { field: field, value: value, min: min, max: max })
            }
            Wrong::TooMany { field, max } => text!(FileTooMany { field: field, max: max }),
            Wrong::Word { field, text, words, nearest } => {
                text!(FileWord { field: field, text: text, words: words, nearest: nearest })
            }
            Wrong::Name { text } => text!(FileName { text: text }),
            Wrong::Double { id, line } => text!(FileDouble { id: id, line: line }),
            Wrong::OrderedTwice { id } => text!(FileOrderedTwice { id: id }),
            Wrong::Brackets { field } => text!(FileBrackets { field: field }),
            Wrong::DoubleVariant { language } => text!(FileDoubleVariant { language: language }),
            Wrong::SetName { text } => text!(FileSetName { text: text }),
            Wrong::UnknownSet { name, nearest } => text!(FileSetUnknown { text: name, nearest: nearest }),
            Wrong::Moment { text } => text!(FileMoment { text: text }),
            Wrong::Between { text } => text!(FileBetween { text: text }),
            Wrong::Rule(error) => error.into(),
            Wrong::Days(error) => error.into(),
            Wrong::Hours(error) => error.into(),
            Wrong::Policy(error) => error.into(),
            Wrong::Language(error) => error.into(),
        }
    }
}

impl From<&RuleError> for Text {
    fn from(error: &RuleError) -> Self {
        match error {
            RuleError::Empty => text!(RuleEmpty { problem: error }),
            RuleError::TooLong => text!(RuleTooLong { problem: error }),
            RuleError::FieldCount { .. } => text!(RuleFieldCount { problem: error }),
            RuleError::Shorthand { .. } => text!(RuleShorthandUnknown { problem: error }),
            RuleError::Field { .. } => text!(RuleFieldWrong { problem: error }),
            RuleError::NeverFires { .. } => text!(RuleNeverFires { problem: error }),
            RuleError::NeverAgain { .. } => text!(RuleNeverAgain { problem: error }),
        }
    }
}

impl From<&DaysError> for Text {
    fn from(error: &DaysError) -> Self {
        match error {
            DaysError::Unreadable { text } => text!(DaysUnreadable { text: text }),
            DaysError::NoSuchDate { text } => text!(DaysNoSuchDate { text: text }),
            DaysError::NoSuchLunarDate { text } => text!(DaysNoSuchLunarDate { text: text }),
            DaysError::Backwards { text } => text!(DaysBackwards { text: text }),
            DaysError::Step { text } => text!(DaysStep { text: text }),
        }
    }
}

impl From<&HoursError> for Text {
    fn from(error: &HoursError) -> Self {
        match error {
            HoursError::Time { text } => text!(TimeUnreadable { text: text }),
            HoursError::Span { text } => text!(HoursUnreadable { text: text }),
            HoursError::Empty { text } => text!(HoursEmpty { text: text }),
        }
    }
}

impl From<&PolicyError> for Text {
    fn from(error: &PolicyError) -> Self {
        match error {
            PolicyError::Busy { text } => text!(BusyUnknown { text: text }),
            PolicyError::Interrupted { text } => text!(InterruptedUnknown { text: text }),
            PolicyError::Missed { text } => text!(MissedUnknown { text: text }),
        }
    }
}

impl From<&LanguageError> for Text {
    fn from(error: &LanguageError) -> Self {
        text!(LanguageUnknown { text: error.text })
    }
}

impl From<&ZoneError> for Text {
    fn from(error: &ZoneError) -> Self {
        text!(ZoneUnknown { name: error.name })
    }
}

impl From<&WhenError> for Text {
    fn from(error: &WhenError) -> Self {
        match error {
            WhenError::Unreadable { text } => text!(WhenUnreadable { text: text }),
            WhenError::NoSuchDate { text } => text!(WhenNoSuchDate { text: text }),
            WhenError::NoSuchTime { text } => text!(WhenNoSuchTime { text: text }),
            WhenError::Past { text, now, tomorrow, .. } => {
                text!(WhenPast { text: text, now: now, tomorrow: tomorrow })
            }
            WhenError::TooFar { text, example } => text!(WhenTooFar { text: text, example: example }),
        }
    }
}

/// What the TOML parser found, as a key: `duplicate-key`.
fn syntax_kind(problem: &str) -> String {
    let first = problem.split(',').next().unwrap_or_default();
    let words = first.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_no_toml_has_a_key_for_its_kind() {
        let kind = |text: &str| {
            let problems = schedules::parse_file(text, &schedules::DaySets::new()).unwrap_err();
            Text::from(&problems[0].wrong).params["kind"].clone()
        };
        let told = [
            ("at = 5h", "string-values-must-be-quoted"),
            ("a = 1\na = 2", "duplicate-key"),
            ("a = [\"x\" \"y\"]", "missing-comma-between-array-elements"),
            ("a \"x\"", "key-with-no-value"),
            ("a = [\"x\"", "unclosed-array"),
            ("a = \"x", "invalid-basic-string"),
            ("[[programme]", "unclosed-array-table"),
        ];
        for (text, expected) in told {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    /// Programs that read the codes of schedules and those of the controller meet the same ones.
    #[test]
    fn codes_are_those_of_the_schedules_crate() {
        let wrong = |text: &str| {
            let problems = schedules::parse_file(text, &schedules::DaySets::new()).unwrap_err();
            problems.into_iter().map(|problem| problem.wrong).collect::<Vec<_>>()
        };
        let file = "colour = 1\n[[programme]]\nid = ''\ntitle = 3\nitems = []\nat = ['25:00']\non = ['someday']\n\
            cron = '* *'\nmissed = 'later'\nbusy = 'no'\ninterrupted = 'no'\nvolume = 300\nclass = 'loud'\n\
            once = '2026'\nbetween = '2026'\n[[programme]]\nid = 'a b'\n[[programme]]\nid = 'a b'\n";
        let all = wrong(file);
        assert!(all.len() > 10, "{all:?}");
        for wrong in all {
            assert_eq!(Text::from(&wrong).code, wrong.code());
        }
    }
}

//! Command lines that cannot be carried out, said by the catalogue like everything else.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use controller_api::{Catalogue, Text, text};
use schedules::{HoursError, LanguageError, PolicyError, Wrong, ZoneError};

use crate::failure::Failure;

/// A value that an option does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongValue {
    /// A target without a name.
    #[error("a target without a name")]
    Target,
    /// A title without a word.
    #[error("a title without a word")]
    Title,
    /// No hours and no volume.
    #[error("neither hours with a volume, nor off")]
    Ceiling,
    /// No day, and no time ago.
    #[error("neither a day, nor so long ago")]
    Past,
}

impl From<WrongValue> for Text {
    fn from(wrong: WrongValue) -> Self {
        match wrong {
            WrongValue::Target => text!(ValueTargetEmpty),
            WrongValue::Title => text!(ValueTitleEmpty),
            WrongValue::Ceiling => text!(ValueCeiling),
            WrongValue::Past => text!(ValuePast),
        }
    }
}

/// Why a command line cannot be carried out; none if it asks for help or the version.
#[must_use]
pub fn failure(error: &clap::Error, catalogue: &Catalogue) -> Option<Failure> {
    let found = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    // The most similar one stands last there.
    let nearest = |kind| found(kind).split(", ").last().unwrap_or_default().to_owned();
    let (arg, value) = (found(ContextKind::InvalidArg), found(ContextKind::InvalidValue));
    let help = help(&found_usage(error));
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument if !arg.starts_with('-') => {
            text!(UsageWordTooMany { word: arg, help: help })
        }
        ErrorKind::UnknownArgument => {
            text!(UsageArgumentUnknown { arg: arg, nearest: nearest(ContextKind::SuggestedArg), help: help })
        }
        ErrorKind::InvalidSubcommand => text!(UsageVerbUnknown {
            verb: found(ContextKind::InvalidSubcommand),
            nearest: nearest(ContextKind::SuggestedSubcommand),
            help: help,
        }),
        ErrorKind::MissingSubcommand => {
            text!(UsageVerbMissing { verbs: found(ContextKind::ValidSubcommand), help: help })
        }
        ErrorKind::MissingRequiredArgument => text!(UsageMissing { arg: arg, help: help }),
        ErrorKind::ArgumentConflict => {
            let other = Some(found(ContextKind::PriorArg)).filter(|other| *other != arg && !other.is_empty());
            match other {
                Some(other) => text!(UsageConflict { arg: arg, other: other, help: help }),
                None => text!(UsageTwice { arg: arg, help: help }),
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => text!(UsageValueMissing { arg: arg, help: help }),
        ErrorKind::InvalidValue => {
            text!(UsageValueOf { arg: arg, value: value, values: found(ContextKind::ValidValue), help: help })
        }
        ErrorKind::ValueValidation => {
            let problem = catalogue.text(&reason(error));
            text!(UsageValue { arg: arg, value: value, problem: problem, help: help })
        }
        _ => text!(UsageOther { problem: first_line(error), help: help }),
    };
    Some(Failure::wrong_use(text))
}

/// What is wrong with a value.
fn reason(error: &clap::Error) -> Text {
    let Some(source) = std::error::Error::source(error) else {
        return text!(UsageProblem { problem: first_line(error) });
    };
    if let Some(wrong) = source.downcast_ref::<WrongValue>() {
        return Text::from(*wrong);
    }
    if let Some(zone) = source.downcast_ref::<ZoneError>() {
        return Text::from(zone);
    }
    let hours = source.downcast_ref::<HoursError>().cloned().map(Wrong::from);
    let policy = || source.downcast_ref::<PolicyError>().cloned().map(Wrong::from);
    let language = || source.downcast_ref::<LanguageError>().cloned().map(Wrong::from);
    match hours.or_else(policy).or_else(language) {
        Some(wrong) => Text::from(&wrong),
        None => range(&source.to_string()).unwrap_or_else(|| text!(UsageProblem { problem: source })),
    }
}

/// From `300 is not in 1..=100`.
fn range(problem: &str) -> Option<Text> {
    let (min, max) = problem.split_once(" is not in ")?.1.split_once("..=")?;
    Some(text!(UsageRange { min: min, max: max }))
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn found_usage(error: &clap::Error) -> String {
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    }
}

/// From `Usage: loa clip add [OPTIONS] <FILE>` to `loa clip add`.
fn help(usage: &str) -> String {
    // The program may be called otherwise where it was started.
    let words = usage.split_whitespace().skip_while(|word| *word != "Usage:").skip(2);
    let verb = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    std::iter::once("loa").chain(verb).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser;
    use controller_api::Language;

    use super::*;
    use crate::args::Cli;
    use crate::session::catalogue;

    const LINES: [&str; 19] = [
        "clip add tin.m4a --title Họp thôn",
        "anounce a.mp3 --to all",
        "schedule ad tin",
        "schedule",
        "announce a.mp3 --to all --volum 30",
        "announce a.mp3 --to all --xyz",
        "announce --to all",
        "announce a.mp3",
        "announce a.mp3 --to ,",
        "announce a.mp3 --to all --title ''",
        "announce a.mp3 --to all --class urgent",
        "announce a.mp3 --to all --volume 300",
        "announce a.mp3 --to all --volume",
        "announce a.mp3 --to all --volume 30 --volume 40",
        "announce a.mp3 --clip b --to all",
        "site set --quiet-hours 25:00-05:00",
        "site set --timezone Hanoi",
        "site set --volume-ceiling 05:00=50",
        "schedule add tin --item a --to all --at 05:00 --busy later",
    ];

    fn said(line: &str, language: Language) -> String {
        let words = line.split(' ').map(|word| if word == "''" { "" } else { word });
        let error = Cli::try_parse_from(["loa"].into_iter().chain(words)).unwrap_err();
        let catalogue = catalogue(language, schedules::Zone::UTC);
        let failure = failure(&error, &catalogue).map(|failure| catalogue.text(&failure.text));
        failure.unwrap_or_else(|| "(help)".to_owned())
    }

    #[test]
    fn every_wrong_command_line_is_said_in_both_languages() {
        for language in Language::ALL {
            let told = LINES.map(|line| format!("loa {line}\n  {}\n", said(line, language)));
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("usage-{}", language.code()), told.concat());
            });
        }
    }

    #[test]
    fn help_and_version_are_no_failures() {
        for line in ["--help", "--version", "clip add --help"] {
            assert_eq!(said(line, Language::English), "(help)");
        }
    }
}

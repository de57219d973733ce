//! Command lines that cannot be carried out, said by the catalogue like everything else.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use controller_api::{Catalogue, Text};
use schedules::{HoursError, LanguageError, PolicyError, Wrong, ZoneError};

use crate::failure::Failure;

/// A value that an option does not take, by the code of what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongValue(&'static str);

impl WrongValue {
    /// A target without a name.
    pub const TARGET: Self = Self("value-target-empty");
    /// A title without a word.
    pub const TITLE: Self = Self("value-title-empty");
    /// No hours and no volume.
    pub const CEILING: Self = Self("value-ceiling");
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
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument if !arg.starts_with('-') => {
            Text::new("usage-word-too-many").with("word", arg)
        }
        ErrorKind::UnknownArgument => Text::new("usage-argument-unknown")
            .with("arg", arg)
            .with("nearest", nearest(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => Text::new("usage-verb-unknown")
            .with("verb", found(ContextKind::InvalidSubcommand))
            .with("nearest", nearest(ContextKind::SuggestedSubcommand)),
        ErrorKind::MissingSubcommand => {
            Text::new("usage-verb-missing").with("verbs", found(ContextKind::ValidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => Text::new("usage-missing").with("arg", arg),
        ErrorKind::ArgumentConflict => {
            let other = Some(found(ContextKind::PriorArg)).filter(|other| *other != arg && !other.is_empty());
            match other {
                Some(other) => Text::new("usage-conflict").with("arg", arg).with("other", other),
                None => Text::new("usage-twice").with("arg", arg),
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => Text::new("usage-value-missing").with("arg", arg),
        ErrorKind::InvalidValue => Text::new("usage-value-of")
            .with("arg", arg)
            .with("value", value)
            .with("values", found(ContextKind::ValidValue)),
        ErrorKind::ValueValidation => {
            let problem = catalogue.text(&reason(error));
            Text::new("usage-value").with("arg", arg).with("value", value).with("problem", problem)
        }
        _ => Text::new("usage-other").with("problem", first_line(error)),
    };
    Some(Failure::wrong_use(text.with("help", help(&found_usage(error)))))
}

/// What is wrong with a value.
fn reason(error: &clap::Error) -> Text {
    let Some(source) = std::error::Error::source(error) else {
        return Text::new("usage-problem").with("problem", first_line(error));
    };
    if let Some(WrongValue(code)) = source.downcast_ref() {
        return Text::new(code);
    }
    if let Some(zone) = source.downcast_ref::<ZoneError>() {
        return Text::new(zone.code()).with("name", &zone.name);
    }
    let hours = source.downcast_ref::<HoursError>().cloned().map(Wrong::from);
    let policy = || source.downcast_ref::<PolicyError>().cloned().map(Wrong::from);
    let language = || source.downcast_ref::<LanguageError>().cloned().map(Wrong::from);
    match hours.or_else(policy).or_else(language) {
        Some(wrong) => Text::new(wrong.code()).with_all(wrong.params()),
        None => {
            range(&source.to_string()).unwrap_or_else(|| Text::new("usage-problem").with("problem", source))
        }
    }
}

/// From `300 is not in 1..=100`.
fn range(problem: &str) -> Option<Text> {
    let (min, max) = problem.split_once(" is not in ")?.1.split_once("..=")?;
    Some(Text::new("usage-range").with("min", min).with("max", max))
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

//! What is wrong with a file, and where.

use std::fmt;

use crate::error::{DaysError, RuleError};
use crate::hours::HoursError;
use crate::language::LanguageError;
use crate::policy::PolicyError;

/// A place in a file, from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
}

impl Position {
    /// Where a file begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in the file it stands.
    pub at: Position,
    /// What is wrong there.
    pub wrong: Wrong,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.line, self.at.column, self.wrong)
    }
}

/// What can be wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The text breaks the rules of TOML.
    #[error("this is not TOML: {problem}")]
    Syntax {
        /// As the parser says it, in English.
        problem: String,
    },
    /// Quotes as word processors make them.
    #[error("write straight quotes (\") and not curly ones (“ ”)")]
    CurlyQuotes,
    /// Too large a file.
    #[error("the file is larger than {max_mb} MB; split it")]
    TooLong {
        /// The largest, MB.
        max_mb: usize,
    },
    /// A field that there is not.
    #[error("there is no field {field:?} here; {}", .nearest.as_ref().map_or_else(|| format!("the fields are {fields}"), |n| format!("did you mean {n:?}?")))]
    Field {
        /// As it was written.
        field: String,
        /// The most similar one.
        nearest: Option<String>,
        /// All that there are.
        fields: String,
    },
    /// A value of another kind.
    #[error("{field} has to be {wanted}, not {found}")]
    Kind {
        /// The field that has the value.
        field: String,
        /// What it has to be.
        wanted: Kind,
        /// What it is, as TOML calls it.
        found: String,
    },
    /// A field that has to be there.
    #[error("{field} is missing; write for example: {example}")]
    Missing {
        /// The field that is missing.
        field: &'static str,
        /// How it may look.
        example: &'static str,
    },
    /// A field with nothing in it.
    #[error("{field} is empty; write something or leave it out")]
    Empty {
        /// Name of the field.
        field: String,
    },
    /// Two fields that exclude each other.
    #[error("{field} and {other} exclude each other; keep one of them")]
    Both {
        /// The field that is one too many.
        field: &'static str,
        /// The field that excludes it.
        other: &'static str,
    },
    /// No time at all.
    #[error(
        "the programme has no time; write at = [\"05:30\"], cron = \"0 17 * * *\" or once = \"2026-12-01 17:00\""
    )]
    NoTime,
    /// A number outside its bounds.
    #[error("{field} has to be {min} to {max}, not {value}")]
    Number {
        /// The field that has the value.
        field: String,
        /// As it was written.
        value: String,
        /// The smallest number that is allowed.
        min: i64,
        /// The largest number that is allowed.
        max: i64,
    },
    /// A list that is too long.
    #[error("{field} has more than {max} entries")]
    TooMany {
        /// Name of the field.
        field: String,
        /// The most values that are allowed.
        max: usize,
    },
    /// A word that the field does not know.
    #[error("{field}: {text:?} is not known; write one of {words}{}", .nearest.as_ref().map_or_else(String::new, |n| format!(" (did you mean {n:?}?)")))]
    Word {
        /// The field that has the value.
        field: &'static str,
        /// As it was written.
        text: String,
        /// Those that it knows.
        words: &'static str,
        /// The most similar one.
        nearest: Option<String>,
    },
    /// No name for a programme or a set.
    #[error(
        "{text:?} is no name; it has 1 to 32 of a-z, 0-9 and '-' and begins with a letter, as in \"ban-tin-sang\""
    )]
    Name {
        /// As it was written.
        text: String,
    },
    /// The same id again.
    #[error("there is a programme {id:?} in line {line} already; give this one another id")]
    Double {
        /// The id that is there twice.
        id: String,
        /// Where the first is.
        line: usize,
    },
    /// A programme that stands twice in an order.
    #[error("{id:?} stands in the order already; keep one of them")]
    OrderedTwice {
        /// The id that is there twice.
        id: String,
    },
    /// One table where there may be several.
    #[error("write [[{field}]] with two brackets on each side: there may be several")]
    Brackets {
        /// Path of the table, as in `programme.except`.
        field: String,
    },
    /// Two variants of an item for one language.
    #[error("there is a variant for {language:?} already; keep one of them")]
    DoubleVariant {
        /// Tag of the language that has two variants.
        language: String,
    },
    /// A set of days whose name means other days already.
    #[error("{text:?} picks days already; give the set another name, as in \"nghi-tet\"")]
    SetName {
        /// The name that means days already.
        text: String,
    },
    /// A set of days that there is not.
    #[error("{name:?} picks no days and is no set of days here{}; write for example \"mon-fri\", \"lunar 15\", \"2/9\", or define [day_set.{name}]", .nearest.as_ref().map_or_else(String::new, |n| format!(" (did you mean {n:?}?)")))]
    UnknownSet {
        /// As it was written.
        name: String,
        /// The most similar known word.
        nearest: Option<String>,
    },
    /// Not a local date and time.
    #[error("{text:?} is no date and time; write for example \"2026-12-01 17:00\"")]
    Moment {
        /// As it was written.
        text: String,
    },
    /// Not a range of dates.
    #[error("{text:?} is no range of dates; write for example \"2026-09-05..2027-05-31\"")]
    Between {
        /// As it was written.
        text: String,
    },
    /// A cron rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A day rule.
    #[error(transparent)]
    Days(#[from] DaysError),
    /// A time of day, or a span.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// A policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A language.
    #[error(transparent)]
    Language(#[from] LanguageError),
}

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `"…"`.
    Text,
    /// `"…"` or `["…", "…"]`.
    Texts,
    /// `60`.
    Number,
    /// `true` or `false`.
    Flag,
    /// `[…]`.
    List,
    /// `{…}` or `[…]` on a line of its own.
    Table,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text in quotes",
            Self::Texts => "a list of texts, as in [\"a\", \"b\"]",
            Self::Number => "a whole number",
            Self::Flag => "true or false",
            Self::List => "a list, as in [ … ]",
            Self::Table => "a table",
        })
    }
}

impl Kind {
    /// Stable key, for translations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::List => "list",
            Self::Table => "table",
        }
    }
}

impl Wrong {
    /// Stable key of the problem, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "file-syntax",
            Self::CurlyQuotes => "file-curly-quotes",
            Self::TooLong { .. } => "file-too-long",
            Self::Field { .. } => "file-field-unknown",
            Self::Kind { .. } => "file-kind",
            Self::Missing { .. } => "file-missing",
            Self::Empty { .. } => "file-empty",
            Self::Both { .. } => "file-both",
            Self::NoTime => "file-no-time",
            Self::Number { .. } => "file-number",
            Self::TooMany { .. } => "file-too-many",
            Self::Word { .. } => "file-word",
            Self::Name { .. } => "file-name",
            Self::Double { .. } => "file-double",
            Self::OrderedTwice { .. } => "file-ordered-twice",
            Self::Brackets { .. } => "file-brackets",
            Self::DoubleVariant { .. } => "file-double-variant",
            Self::SetName { .. } => "file-set-name",
            Self::UnknownSet { .. } => "file-set-unknown",
            Self::Moment { .. } => "file-moment",
            Self::Between { .. } => "file-between",
            Self::Rule(error) => error.code(),
            Self::Days(error) => error.code(),
            Self::Hours(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::Language(error) => error.code(),
        }
    }
}

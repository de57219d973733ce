//! Why a text is no rule that can be followed, said so that its writer can put it right.

use std::fmt;

use crate::limits::{DAY_STEP_MAX, RULE_BYTES_MAX};

/// A field of a cron rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldName {
    /// 0-59; only in rules of six or seven fields.
    Second,
    /// 0-59.
    Minute,
    /// 0-23.
    Hour,
    /// 1-31.
    DayOfMonth,
    /// 1-12 or JAN-DEC.
    Month,
    /// 0-7 with 0 and 7 for Sunday (1-7 with 1 for Sunday in six and seven fields), or SUN-SAT.
    DayOfWeek,
    /// 1970-2100; only in rules of seven fields.
    Year,
}

impl FieldName {
    /// Stable key of the field, for translations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day-of-month",
            Self::Month => "month",
            Self::DayOfWeek => "day-of-week",
            Self::Year => "year",
        }
    }

    /// A right field and a right rule that holds it, to copy from.
    #[must_use]
    pub fn example(self) -> (&'static str, &'static str) {
        match self {
            Self::Second => ("0", "0 0 17 * * *"),
            Self::Minute => ("30", "30 17 * * *"),
            Self::Hour => ("17", "0 17 * * *"),
            Self::DayOfMonth => ("1,15", "0 17 1,15 * *"),
            Self::Month => ("9-12", "0 17 * 9-12 *"),
            Self::DayOfWeek => ("MON-FRI", "0 17 * * MON-FRI"),
            Self::Year => ("2026", "0 0 17 * * * 2026"),
        }
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What is wrong inside one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// Nothing between two commas, or beside a `-` or `/`.
    #[error("a value is missing")]
    Missing,
    /// Neither a number nor a name that this field knows.
    #[error("{0:?} is no value that this field knows")]
    Unknown(String),
    /// A number that this field cannot have.
    #[error("{value} is not in {min}-{max}")]
    OutOfRange {
        /// The number found.
        value: u32,
        /// The smallest that is allowed.
        min: u32,
        /// The largest that is allowed.
        max: u32,
    },
    /// A range that ends before it begins.
    #[error("the range {0:?} runs backwards; list its values with commas instead")]
    Backwards(String),
    /// A step that is zero, or longer than the field.
    #[error("the step after '/' must be 1-{max}")]
    Step {
        /// The largest step that is allowed.
        max: u32,
    },
}

/// Why a text is not a cron rule that can be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The text is empty.
    #[error("the cron rule is empty; write for example \"0 17 * * *\" for 17:00 every day")]
    Empty,
    /// A text that is too long to be a rule.
    #[error("the cron rule is longer than {RULE_BYTES_MAX} bytes; split it into several programmes")]
    TooLong,
    /// Not 5, 6 or 7 fields.
    #[error(
        "a cron rule has 5 fields (minute hour day-of-month month day-of-week), found {found}; \
         write for example \"0 17 * * *\" for 17:00 every day, in quotes on a command line"
    )]
    FieldCount {
        /// How many fields there are.
        found: usize,
    },
    /// A word with `@` that is not one of the known ones.
    #[error(
        "{text:?} is not known; use @hourly, @daily, @weekly, @monthly or @yearly, or five fields such as \"0 17 * * *\""
    )]
    Shorthand {
        /// The word as it was written, with its `@`.
        text: String,
    },
    /// One field is wrong.
    #[error(
        "the {field} field {text:?} is wrong: {problem}; a right one is {:?}, as in {:?}",
        field.example().0, field.example().1
    )]
    Field {
        /// The field that is wrong.
        field: FieldName,
        /// The field as it was written.
        text: String,
        /// What is wrong with it.
        problem: FieldProblem,
    },
    /// The fields are right one by one, but no date fits all of them.
    #[error(
        "no date fits the cron rule {text:?}, as with 30 February; correct its day-of-month or its month"
    )]
    NeverFires {
        /// The rule as it was written.
        text: String,
    },
    /// The rule had occurrences, and has no more.
    #[error("the rule {text:?} has no occurrence after {after} ({zone}); give it a later year")]
    NeverAgain {
        /// The rule as it was written.
        text: String,
        /// Local date and time from which on none was found.
        after: String,
        /// Name of the time zone.
        zone: &'static str,
    },
}

impl RuleError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "rule-empty",
            Self::TooLong => "rule-too-long",
            Self::FieldCount { .. } => "rule-field-count",
            Self::Shorthand { .. } => "rule-shorthand-unknown",
            Self::Field { .. } => "rule-field-wrong",
            Self::NeverFires { .. } => "rule-never-fires",
            Self::NeverAgain { .. } => "rule-never-again",
        }
    }
}

/// Why a text picks no days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DaysError {
    /// Not one of the forms.
    #[error(
        "{text:?} picks no days; write for example \"daily\", \"mon-fri\", \"last fri\", \"day 15\", \
         \"lunar 15\", \"2/9\" or \"2026-09-02\""
    )]
    Unreadable {
        /// As it was written.
        text: String,
    },
    /// A date that the calendar does not have.
    #[error("there is no date {text:?} in the calendar")]
    NoSuchDate {
        /// As it was written.
        text: String,
    },
    /// A lunar day that no month has.
    #[error(
        "there is no lunar date {text:?}; lunar months are 1 to 12, their days 1 to 30, as in \"lunar 15/7\""
    )]
    NoSuchLunarDate {
        /// As it was written.
        text: String,
    },
    /// A range that ends before it begins.
    #[error("{text:?} ends before it begins")]
    Backwards {
        /// As it was written.
        text: String,
    },
    /// Steps of no days, or of too many.
    #[error("{text:?}: a step is 1 to {DAY_STEP_MAX} days, as in \"every 3 days from 2026-12-01\"")]
    Step {
        /// As it was written.
        text: String,
    },
}

impl DaysError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "days-unreadable",
            Self::NoSuchDate { .. } => "days-no-such-date",
            Self::NoSuchLunarDate { .. } => "days-no-such-lunar-date",
            Self::Backwards { .. } => "days-backwards",
            Self::Step { .. } => "days-step",
        }
    }

    /// The text that was given.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Unreadable { text }
            | Self::NoSuchDate { text }
            | Self::NoSuchLunarDate { text }
            | Self::Backwards { text }
            | Self::Step { text } => text,
        }
    }
}

//! One field of a cron rule: from its text to the values that it allows.
//!
//! Fields are read here, not by the `cron` crate, because the two notations number the days of the
//! week differently and because an error has to name the field and show a right one.

use crate::error::{FieldName, FieldProblem, RuleError};

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// What a field may hold in one of the notations.
pub(crate) struct Spec {
    pub(crate) name: FieldName,
    min: u32,
    max: u32,
    names: &'static [&'static str],
    /// The number of the first of `names`.
    names_from: u32,
}

const fn spec(name: FieldName, min: u32, max: u32) -> Spec {
    Spec { name, min, max, names: &[], names_from: 0 }
}

const MINUTE: Spec = spec(FieldName::Minute, 0, 59);
const HOUR: Spec = spec(FieldName::Hour, 0, 23);
const DAY_OF_MONTH: Spec = spec(FieldName::DayOfMonth, 1, 31);
const MONTH: Spec = Spec { names: MONTHS, names_from: 1, ..spec(FieldName::Month, 1, 12) };

/// minute, hour, day of month, month, day of week; as in crontab, Sunday is 0 and 7.
pub(crate) const CRONTAB: &[Spec] = &[
    MINUTE,
    HOUR,
    DAY_OF_MONTH,
    MONTH,
    Spec { names: DAYS, names_from: 0, ..spec(FieldName::DayOfWeek, 0, 7) },
];

/// The notation of the `cron` crate: a second in front, perhaps a year behind, and Sunday is 1.
pub(crate) const WITH_SECONDS: &[Spec] = &[
    spec(FieldName::Second, 0, 59),
    MINUTE,
    HOUR,
    DAY_OF_MONTH,
    MONTH,
    Spec { names: DAYS, names_from: 1, ..spec(FieldName::DayOfWeek, 1, 7) },
    spec(FieldName::Year, 1970, 2100),
];

/// The values of one field.
pub(crate) struct Values {
    /// Ascending, in the numbering of the notation; never empty.
    pub(crate) allowed: Vec<u32>,
    /// Whether every value is allowed.
    pub(crate) all: bool,
    /// Whether the text begins with `*` or `?`; crontab's rule about days asks for exactly this.
    pub(crate) starred: bool,
}

impl Spec {
    /// Reads the field.
    pub(crate) fn read(&self, text: &str) -> Result<Values, RuleError> {
        let mut allowed = Vec::new();
        for item in text.split(',') {
            self.read_item(item, &mut allowed).map_err(|problem| RuleError::Field {
                field: self.name,
                text: text.to_owned(),
                problem,
            })?;
        }
        allowed.sort_unstable();
        allowed.dedup();
        let all = allowed.len() as u32 == self.max - self.min + 1;
        Ok(Values { allowed, all, starred: text.starts_with(['*', '?']) })
    }

    fn read_item(&self, item: &str, allowed: &mut Vec<u32>) -> Result<(), FieldProblem> {
        let (body, step) = match item.split_once('/') {
            Some((body, step)) => (body, Some(self.step(step)?)),
            None => (item, None),
        };
        let (from, to) = if body == "*" || (body == "?" && self.takes_question_mark()) {
            (self.min, self.max)
        } else if let Some((from, to)) = body.split_once('-') {
            self.range(body, from, to)?
        } else {
            let from = self.value(body)?;
            // As cron has it: "10/5" begins at 10 and goes on to the end of the field.
            (from, if step.is_some() { self.max } else { from })
        };
        allowed.extend((from..=to).step_by(step.unwrap_or(1) as usize));
        Ok(())
    }

    fn takes_question_mark(&self) -> bool {
        matches!(self.name, FieldName::DayOfMonth | FieldName::DayOfWeek)
    }

    fn range(&self, text: &str, from: &str, to: &str) -> Result<(u32, u32), FieldProblem> {
        let (from, mut end) = (self.value(from)?, self.value(to)?);
        // "SAT-SUN" is what people write for a weekend, although a week begins with Sunday here.
        let ends_on_sunday = self.name == FieldName::DayOfWeek && self.named(to) == Some(self.names_from);
        if ends_on_sunday && from > end && self.max == self.names_from + 7 {
            end = self.max;
        }
        if from > end { Err(FieldProblem::Backwards(text.to_owned())) } else { Ok((from, end)) }
    }

    fn step(&self, text: &str) -> Result<u32, FieldProblem> {
        let max = self.max - self.min;
        match text.parse() {
            Ok(step) if (1..=max).contains(&step) => Ok(step),
            _ => Err(FieldProblem::Step { max }),
        }
    }

    fn value(&self, text: &str) -> Result<u32, FieldProblem> {
        if text.is_empty() {
            return Err(FieldProblem::Missing);
        }
        if let Some(value) = self.named(text) {
            return Ok(value);
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let value = if digits { text.parse().ok() } else { None };
        match value {
            Some(value) if (self.min..=self.max).contains(&value) => Ok(value),
            Some(value) => Err(FieldProblem::OutOfRange { value, min: self.min, max: self.max }),
            None => Err(FieldProblem::Unknown(text.to_owned())),
        }
    }

    /// The number of a name: at least its first three letters.
    fn named(&self, text: &str) -> Option<u32> {
        let text = text.to_ascii_lowercase();
        let index = self.names.iter().position(|name| text.len() >= 3 && name.starts_with(&text))?;
        u32::try_from(index).ok().map(|index| index + self.names_from)
    }
}

//! Cron rules, as staff and crontab people know them.
//!
//! Two notations are read:
//!
//! - **five fields** (minute hour day-of-month month day-of-week) with the meaning of crontab:
//!   Sunday is 0 or 7, Monday is 1; when neither day field begins with `*`, a day that fits *either*
//!   of them is meant;
//! - **six or seven fields** (second in front, perhaps year behind) with the meaning of the `cron`
//!   crate: **Sunday is 1**, Monday is 2; a day must fit *both* day fields. Names (`MON`) mean the
//!   same in both.
//!
//! The shorthands `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` mean what crontab says.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDateTime;
use cron::Schedule;
use serde::{Deserialize, Serialize};

use crate::error::RuleError;
use crate::field::{CRONTAB, Spec, Values, WITH_SECONDS};
use crate::limits::RULE_BYTES_MAX;

/// A cron rule that has occurrences. In JSON and TOML it is its text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronRule {
    text: String,
    /// The rule fires where any of these does; one, or two when either day field suffices.
    parts: Vec<Schedule>,
}

impl CronRule {
    /// Reads a rule of five fields (crontab), six or seven fields (`cron` crate), or a shorthand.
    ///
    /// # Errors
    /// [`RuleError`] naming the field and showing a right one; also when no date fits the rule.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        if text.len() > RULE_BYTES_MAX {
            return Err(RuleError::TooLong);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(RuleError::Empty);
        }
        let fields: Vec<&str> = written_out(&text)?.split(' ').collect();
        let expressions = match fields.len() {
            5 => crontab(&fields)?,
            6 | 7 => vec![with_seconds(&fields)?],
            found => return Err(RuleError::FieldCount { found }),
        };
        // The crate takes every expression made of checked values; what it refused could not fire.
        let mut parts: Vec<Schedule> = expressions.iter().filter_map(|e| e.parse().ok()).collect();
        parts.retain(|part| next_in(part, NaiveDateTime::default()).is_some());
        if parts.is_empty() {
            return Err(RuleError::NeverFires { text });
        }
        Ok(Self { text, parts })
    }

    /// The rule as it was written, with single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first local time after `local` that fits, in whole seconds, as if the zone never changed
    /// its clocks.
    pub(crate) fn next_local(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        self.parts.iter().filter_map(|part| next_in(part, local)).min()
    }
}

/// UTC stands for a zone without gaps and folds, which are [`crate::Zone`]'s business: the crate
/// would drop an occurrence in a gap.
fn next_in(part: &Schedule, local: NaiveDateTime) -> Option<NaiveDateTime> {
    part.after(&local.and_utc()).next().map(|at| at.naive_utc())
}

fn written_out(text: &str) -> Result<&str, RuleError> {
    match text {
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        "@monthly" => Ok("0 0 1 * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@hourly" => Ok("0 * * * *"),
        _ if text.starts_with('@') => Err(RuleError::Shorthand { text: text.to_owned() }),
        _ => Ok(text),
    }
}

/// Five fields as one expression of the `cron` crate, or two when either day field suffices.
fn crontab(fields: &[&str]) -> Result<Vec<String>, RuleError> {
    let [minute, hour, day, month, weekday] = &read(CRONTAB, fields)?[..] else {
        return Err(RuleError::FieldCount { found: fields.len() });
    };
    // 0 and 7 are both Sunday, which the crate calls 1.
    let weekdays = list(weekday.allowed.iter().map(|d| d % 7 + 1));
    let expression = |days: &str, weekdays: &str| {
        format!("0 {} {} {days} {} {weekdays}", shown(minute), shown(hour), shown(month))
    };
    Ok(if day.starred || weekday.starred {
        vec![expression(&shown(day), &weekdays)]
    } else {
        vec![expression(&shown(day), "*"), expression("*", &weekdays)]
    })
}

fn with_seconds(fields: &[&str]) -> Result<String, RuleError> {
    let values = read(WITH_SECONDS, fields)?;
    Ok(values.iter().map(shown).collect::<Vec<_>>().join(" "))
}

fn read(specs: &[Spec], fields: &[&str]) -> Result<Vec<Values>, RuleError> {
    specs.iter().zip(fields).map(|(spec, text)| spec.read(text)).collect()
}

fn shown(values: &Values) -> String {
    if values.all { "*".to_owned() } else { list(values.allowed.iter().copied()) }
}

fn list(values: impl Iterator<Item = u32>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}

impl FromStr for CronRule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Self::parse(text)
    }
}

impl PartialEq for CronRule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CronRule {}

impl fmt::Display for CronRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CronRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CronRule({:?})", self.text)
    }
}

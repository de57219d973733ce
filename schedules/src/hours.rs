//! The time of day, and spans of it such as quiet hours.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// A local time of day in whole seconds. As text `05:00`, or `05:00:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(NaiveTime);

/// Why a text is no time of day, or no span of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// The text is no time of day.
    #[error("{text:?} is not a time of day; write hours and minutes, for example \"05:00\" or \"17:30\"")]
    Time {
        /// As it was written.
        text: String,
    },
    /// The text is no span of the day.
    #[error("{text:?} is not a span of the day; write for example \"21:00-05:00\"")]
    Span {
        /// As it was written.
        text: String,
    },
    /// A span that begins where it ends.
    #[error("{text:?} is empty; a span of the day ends at another time than it begins")]
    Empty {
        /// As it was written.
        text: String,
    },
}

impl HoursError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Time { .. } => "time-unreadable",
            Self::Span { .. } => "hours-unreadable",
            Self::Empty { .. } => "hours-empty",
        }
    }

    /// The text that was given.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Time { text } | Self::Span { text } | Self::Empty { text } => text,
        }
    }
}

impl TimeOfDay {
    /// The time as chrono has it.
    pub(crate) fn naive(self) -> NaiveTime {
        self.0
    }

    /// The local time of day of a local date and time.
    pub(crate) fn of(local: NaiveDateTime) -> Self {
        Self(local.time().with_nanosecond(0).unwrap_or_default())
    }
}

impl FromStr for TimeOfDay {
    type Err = HoursError;

    /// `05:00`, `5:00`, `05:00:30`, `5h` or `17h30`.
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let lower = text.trim().to_lowercase();
        let plain = lower.strip_suffix('h').unwrap_or(&lower).replace('h', ":");
        let mut parts = plain.split(':');
        let mut number = || match parts.next() {
            None => Some(0),
            Some(part) if (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) => {
                part.parse().ok()
            }
            Some(_) => None,
        };
        let time = (|| NaiveTime::from_hms_opt(number()?, number()?, number()?))();
        let whole = parts.next().is_none() && lower.contains(['h', ':']);
        match time.filter(|_| whole) {
            Some(time) => Ok(Self(time)),
            None => Err(HoursError::Time { text: text.chars().take(64).collect() }),
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time) = self;
        write!(f, "{:02}:{:02}", time.hour(), time.minute())?;
        if time.second() > 0 { write!(f, ":{:02}", time.second()) } else { Ok(()) }
    }
}

/// A span of every day, from a time up to but without another; it may cross midnight. As text
/// `21:00-05:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl Hours {
    /// A span; none if it is empty.
    #[must_use]
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }

    /// Where it begins.
    #[must_use]
    pub fn from(self) -> TimeOfDay {
        self.from
    }

    /// Where it ends.
    #[must_use]
    pub fn to(self) -> TimeOfDay {
        self.to
    }

    /// Does the time lie in it?
    #[must_use]
    pub fn contains(self, time: TimeOfDay) -> bool {
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }

    /// Does anything between two local times, the second excluded, lie in it?
    pub(crate) fn meets(self, from: NaiveDateTime, to: NaiveDateTime) -> bool {
        if self.contains(TimeOfDay::of(from)) {
            return true;
        }
        let begins = from.date().and_time(self.from.naive());
        let begins = if begins < from { begins + TimeDelta::days(1) } else { begins };
        begins < to
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let wrong = || HoursError::Span { text: text.chars().take(64).collect() };
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let (from, to) = (from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?);
        Self::new(from, to).ok_or_else(|| HoursError::Empty { text: text.to_owned() })
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, shown) in
            [("05:00", "05:00"), ("5h", "05:00"), ("17h30", "17:30"), ("0:00:09", "00:00:09")]
        {
            assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), shown);
        }
        for text in ["", "5", "24:00", "05:60", "05:", ":30", "h", "5h30m", "-1:00", "05:00:00:00", "005:00"]
        {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_span_may_cross_midnight() {
        let quiet: Hours = "21:00-05:00".parse().unwrap();
        let at = |text: &str| text.parse::<TimeOfDay>().unwrap();
        assert!(quiet.contains(at("21:00")) && quiet.contains(at("04:59")));
        assert!(!quiet.contains(at("05:00")) && !quiet.contains(at("20:59")));
        let meets = |from: &str, to: &str| quiet.meets(from.parse().unwrap(), to.parse().unwrap());
        assert!(meets("2026-11-25T20:50:00", "2026-11-25T21:00:01"));
        assert!(!meets("2026-11-25T20:50:00", "2026-11-25T21:00:00"));
        assert!(meets("2026-11-25T04:59:59", "2026-11-25T05:10:00"));
        assert!(!meets("2026-11-25T05:00:00", "2026-11-25T20:00:00"));
        assert!(meets("2026-11-25T05:00:00", "2026-11-26T05:00:00"));
    }
}

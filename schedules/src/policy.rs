//! What a programme does when something else plays, when it is interrupted, and when its time has
//! passed.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::hours::TimeOfDay;
use crate::limits::{LATE_MS, LATEST_UTC_MS, NEXT_MINUTES_MAX, WAIT_MINUTES_MAX};
use crate::recurrence::Occurrence;

const MINUTE_MS: u64 = 60_000;

/// What a programme does when something of its class plays at its time. Text: `at once`, `next`,
/// `wait 10m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Busy {
    /// Interrupts what began before it.
    AtOnce,
    /// Plays next, before all that waits, however long that takes.
    Next,
    /// Waits so many minutes, then it is dropped.
    Wait(u16),
}

/// What becomes of a programme that something else has interrupted. Text: `resume`, `restart`, `drop`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interrupted {
    /// It goes on from where it was.
    Resume,
    /// It starts again.
    Restart,
    /// It is over.
    #[default]
    Drop,
}

/// What becomes of an occurrence whose time has passed. Text: `skip`, `late-until 07:30`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Missed {
    /// It still starts up to [`LATE_MS`] late; after that it is left out.
    #[default]
    Skip,
    /// It still starts up to this time of the day.
    LateUntil(TimeOfDay),
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Of [`Busy`].
    #[error(
        "{text:?} is not known; write \"at once\", \"next\" or \"wait 10m\" (1 to {WAIT_MINUTES_MAX} minutes)"
    )]
    Busy {
        /// As it was written.
        text: String,
    },
    /// Of [`Interrupted`].
    #[error("{text:?} is not known; write \"resume\", \"restart\" or \"drop\"")]
    Interrupted {
        /// As it was written.
        text: String,
    },
    /// Of [`Missed`].
    #[error("{text:?} is not known; write \"skip\" or, for example, \"late-until 07:30\"")]
    Missed {
        /// As it was written.
        text: String,
    },
}

impl PolicyError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy-unknown",
            Self::Interrupted { .. } => "interrupted-unknown",
            Self::Missed { .. } => "missed-unknown",
        }
    }

    /// The text that was given.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Busy { text } | Self::Interrupted { text } | Self::Missed { text } => text,
        }
    }
}

impl Busy {
    /// How long it waits for the amplifier, ms.
    #[must_use]
    pub fn wait_ms(self) -> u64 {
        match self {
            Self::AtOnce => LATE_MS,
            Self::Next => u64::from(NEXT_MINUTES_MAX) * MINUTE_MS,
            Self::Wait(minutes) => u64::from(minutes) * MINUTE_MS,
        }
    }
}

impl Default for Busy {
    fn default() -> Self {
        Self::Wait(5)
    }
}

impl Missed {
    pub(crate) fn start_by(self, calendar: &Calendar, occurrence: &Occurrence) -> u64 {
        let soon = occurrence.utc_ms.saturating_add(LATE_MS).min(LATEST_UTC_MS);
        let Self::LateUntil(time) = self else { return soon };
        let local = occurrence.local();
        let mut until = local.date().and_time(time.naive());
        if until <= local {
            until += TimeDelta::days(1);
        }
        calendar.instant_of(until).map_or(soon, |until| until.max(occurrence.utc_ms))
    }
}

impl FromStr for Busy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let lower = text.trim().to_lowercase();
        let minutes = |text: &str| {
            let text = text.trim();
            let digits = text.strip_suffix("min").or_else(|| text.strip_suffix('m')).unwrap_or(text);
            digits.trim_end().parse().ok().filter(|minutes| (1..=WAIT_MINUTES_MAX).contains(minutes))
        };
        match lower.as_str() {
            "at once" | "at-once" => Ok(Self::AtOnce),
            "next" => Ok(Self::Next),
            other => other
                .strip_prefix("wait")
                .and_then(minutes)
                .map(Self::Wait)
                .ok_or_else(|| PolicyError::Busy { text: text.chars().take(64).collect() }),
        }
    }
}

impl FromStr for Interrupted {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text.trim().to_lowercase().as_str() {
            "resume" => Ok(Self::Resume),
            "restart" => Ok(Self::Restart),
            "drop" => Ok(Self::Drop),
            _ => Err(PolicyError::Interrupted { text: text.chars().take(64).collect() }),
        }
    }
}

impl FromStr for Missed {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let lower = text.trim().to_lowercase();
        let until = lower.strip_prefix("late-until").or_else(|| lower.strip_prefix("late until"));
        match (lower.as_str(), until.map(str::parse)) {
            ("skip", _) => Ok(Self::Skip),
            (_, Some(Ok(time))) => Ok(Self::LateUntil(time)),
            _ => Err(PolicyError::Missed { text: text.chars().take(64).collect() }),
        }
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce => f.write_str("at once"),
            Self::Next => f.write_str("next"),
            Self::Wait(minutes) => write!(f, "wait {minutes}m"),
        }
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resume => "resume",
            Self::Restart => "restart",
            Self::Drop => "drop",
        })
    }
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skip => f.write_str("skip"),
            Self::LateUntil(time) => write!(f, "late-until {time}"),
        }
    }
}

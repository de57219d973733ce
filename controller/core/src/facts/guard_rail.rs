//! What the site does not want, as it stands in records and refusals.

use firmware_proto::{ClusterId, UtcMillis};
use schedules::Hours;
use serde::{Deserialize, Serialize};

/// A guard rail that something would break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "rail")]
pub enum Broken {
    /// It would sound when the site is quiet.
    #[error("it would sound in the quiet hours {hours}")]
    QuietHours {
        /// When the site is quiet.
        hours: Hours,
        /// The start of what would sound.
        at: UtcMillis,
    },
    /// A cluster would sound for too long in a day.
    #[error("cluster {cluster} would sound for {minutes} minutes on one day, more than {max}")]
    MinutesPerDay {
        /// The first cluster that would sound for too long.
        cluster: ClusterId,
        /// How long, minutes, rounded up.
        minutes: u64,
        /// The most.
        max: u16,
        /// A moment of that day.
        at: UtcMillis,
    },
    /// It would be too loud.
    #[error("volume {volume} is above {ceiling}")]
    VolumeCeiling {
        /// What is asked for, per cent.
        volume: u8,
        /// The most, per cent.
        ceiling: u8,
        /// The start of what would sound.
        at: UtcMillis,
    },
}

impl Broken {
    /// Stable key, for translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::QuietHours { .. } => "rail-quiet-hours",
            Self::MinutesPerDay { .. } => "rail-minutes-per-day",
            Self::VolumeCeiling { .. } => "rail-volume-ceiling",
        }
    }
}

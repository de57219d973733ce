//! Guard rails: what a site does not want, whatever is scheduled.

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::hours::Hours;
use crate::programme::HourVolume;
use crate::zone::instant;

/// What a site does not want; an emergency alone passes. Each can be off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rails {
    /// Nothing sounds in these hours.
    pub quiet_hours: Option<Hours>,
    /// The most that one cluster sounds on one day, minutes.
    pub minutes_per_day_max: Option<u16>,
    /// At these hours nothing is louder, per cent; the lowest that fits counts.
    pub volume_ceilings: Vec<HourVolume>,
}

impl Default for Rails {
    /// Quiet from 21:00 to 05:00, 90 minutes a day.
    fn default() -> Self {
        Self {
            quiet_hours: "21:00-05:00".parse().ok(),
            minutes_per_day_max: Some(90),
            volume_ceilings: Vec::new(),
        }
    }
}

impl Rails {
    /// A site that wants anything.
    #[must_use]
    pub fn none() -> Self {
        Self { quiet_hours: None, minutes_per_day_max: None, volume_ceilings: Vec::new() }
    }

    /// The quiet hours, if anything from one instant up to another would sound in them, UTC ms.
    #[must_use]
    pub fn quiet_hours_met(&self, calendar: &Calendar, from: u64, to: u64) -> Option<Hours> {
        self.quiet_hours.filter(|hours| meets(calendar, *hours, from, to))
    }

    /// The loudest that anything from one instant up to another may be, per cent.
    #[must_use]
    pub fn ceiling(&self, calendar: &Calendar, from: u64, to: u64) -> u8 {
        let fitting = self.volume_ceilings.iter().filter(|ceiling| meets(calendar, ceiling.hours, from, to));
        fitting.map(|ceiling| ceiling.volume).min().unwrap_or(100)
    }
}

fn meets(calendar: &Calendar, hours: Hours, from: u64, to: u64) -> bool {
    let local = |utc_ms: u64| instant(utc_ms).map(|at| calendar.zone.local(at));
    local(from).zip(local(to)).is_some_and(|(from, to)| hours.meets(from, to))
}

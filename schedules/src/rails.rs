//! Guard rails: what a site does not want, whatever is scheduled.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::hours::Hours;
use crate::limits::QUIET_WITHIN_MS;
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

    /// The latest start of what lasts so long, begins at `from` at the earliest and is over before the next
    /// quiet hours, UTC ms; none where nothing is quiet. Before `from` if it cannot be over by then.
    #[must_use]
    pub fn latest_start(&self, calendar: &Calendar, from: u64, length_ms: u64) -> Option<u64> {
        self.quiet_from(calendar, from).map(|quiet| quiet.saturating_sub(length_ms))
    }

    /// When it is quiet next, seen from an instant on, UTC ms; none where nothing is quiet.
    #[must_use]
    pub fn quiet_from(&self, calendar: &Calendar, from: u64) -> Option<u64> {
        // Once something reaches the quiet hours, all that lasts longer does.
        let meets = |to: u64| self.quiet_hours_met(calendar, from, to).is_some();
        let (mut clear, mut met) = (from, from.checked_add(QUIET_WITHIN_MS).filter(|to| meets(*to))?);
        while met - clear > 1 {
            let middle = clear + (met - clear) / 2;
            if meets(middle) { met = middle } else { clear = middle }
        }
        Some(clear)
    }

    /// The loudest that anything from one instant up to another may be, per cent.
    #[must_use]
    pub fn ceiling(&self, calendar: &Calendar, from: u64, to: u64) -> u8 {
        let fitting = self.volume_ceilings.iter().filter(|ceiling| meets(calendar, ceiling.hours, from, to));
        fitting.map(|ceiling| ceiling.volume).min().unwrap_or(100)
    }
}

/// Does the wall show any of these hours from one instant up to another?
fn meets(calendar: &Calendar, hours: Hours, from: u64, to: u64) -> bool {
    let on_one_clock = |from: u64, to: u64| {
        let begins = instant(from).map(|at| calendar.zone.local(at));
        let length = i64::try_from(to.saturating_sub(from)).ok().and_then(TimeDelta::try_milliseconds);
        begins.zip(length).is_some_and(|(begins, length)| hours.meets(begins, begins + length))
    };
    if instant(to).is_none() {
        return false;
    }
    match clock_change(calendar, from, to) {
        None => on_one_clock(from, to),
        Some(change) => on_one_clock(from, change) || (change < to && on_one_clock(change, to)),
    }
}

/// The first instant after one and up to another at which the clock was changed. Two changes are never as
/// close together as a day, and what lasts a day meets all hours.
fn clock_change(calendar: &Calendar, from: u64, to: u64) -> Option<u64> {
    let offset = |utc_ms: u64| instant(utc_ms).map(|at| calendar.zone.local(at) - at.naive_utc());
    let before = offset(from)?;
    let (mut same, mut changed) = (from, to);
    if to <= from || offset(to)? == before {
        return None;
    }
    while changed - same > 1 {
        let middle = same + (changed - same) / 2;
        if offset(middle)? == before {
            same = middle;
        } else {
            changed = middle;
        }
    }
    Some(changed)
}

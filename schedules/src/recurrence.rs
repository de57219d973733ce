//! When a recurring programme happens next.

use serde::{Deserialize, Serialize};

use crate::error::RuleError;
use crate::rule::CronRule;
use crate::zone::{Zone, instant, utc_ms};

/// How a programme recurs. In JSON and TOML: `{"cron": "0 17 * * *"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recurrence {
    /// At every local time that fits a cron rule.
    Cron(CronRule),
}

impl Recurrence {
    /// The first occurrence strictly after `now_utc_ms`, for accepting a new programme.
    ///
    /// # Errors
    /// [`RuleError::NeverAgain`] when there is none, to be shown to whoever adds the programme.
    pub fn first_after(&self, zone: Zone, now_utc_ms: u64) -> Result<Occurrence, RuleError> {
        next_after(self, zone, now_utc_ms).ok_or_else(|| {
            let Self::Cron(rule) = self;
            RuleError::NeverAgain {
                text: rule.as_str().to_owned(),
                after: zone.local_text(now_utc_ms),
                zone: zone.name(),
            }
        })
    }
}

/// One time at which a programme happens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Occurrence {
    /// The instant, in UTC milliseconds; whole seconds.
    pub utc_ms: u64,
    /// Local date and time of the instant, as `2026-11-24T17:00:00`: the occurrence's identity. No two
    /// occurrences of a rule in one zone share it, and it does not change when a zone's offset does.
    pub local: String,
}

/// The first occurrence strictly after an instant; none when the rule never fires again before 2101.
///
/// Two local times that a gap moves to the same instant are one occurrence.
#[must_use]
pub fn next_after(rule: &Recurrence, zone: Zone, after_utc_ms: u64) -> Option<Occurrence> {
    let Recurrence::Cron(rule) = rule;
    let after = instant(after_utc_ms)?;
    let mut local = zone.local(after);
    // The instants of ascending local times never descend, so the first later one is the next one. Local
    // times of a fold that is being lived through for the second time are over, and are passed by here.
    loop {
        local = rule.next_local(local)?;
        let at = zone.resolve(local)?;
        if at > after {
            let utc_ms = utc_ms(at)?;
            return Some(Occurrence { utc_ms, local: zone.local_text(utc_ms) });
        }
    }
}

//! What dates mean at a site: its time zone, and its named sets of days.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use crate::days::{DayRule, DaySets};
use crate::limits::LATEST_UTC_MS;
use crate::zone::{Zone, instant, utc_ms};

/// A site's time zone and its sets of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Where local times are meant.
    pub zone: Zone,
    /// Sets of days that rules name.
    pub sets: DaySets,
}

impl Calendar {
    /// A calendar without sets.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, sets: DaySets::new() }
    }

    pub(crate) fn picks(&self, rules: &[DayRule], date: NaiveDate) -> bool {
        rules.iter().any(|rule| rule.picks(date, &self.sets))
    }

    /// The local date of an instant.
    pub(crate) fn date_of(&self, at_utc_ms: u64) -> Option<NaiveDate> {
        instant(at_utc_ms).map(|at| self.zone.local(at).date())
    }

    /// The instants at which the local day of an instant begins and ends, UTC ms.
    #[must_use]
    pub fn day_of(&self, at_utc_ms: u64) -> (u64, u64) {
        let date = self.date_of(at_utc_ms.min(LATEST_UTC_MS)).unwrap_or_default();
        let midnight =
            |date: NaiveDate| self.instant_of(date.and_time(NaiveTime::MIN)).unwrap_or(LATEST_UTC_MS);
        (midnight(date), date.checked_add_days(Days::new(1)).map_or(LATEST_UTC_MS, midnight))
    }

    pub(crate) fn instant_of(&self, local: NaiveDateTime) -> Option<u64> {
        self.zone.resolve(local).and_then(utc_ms)
    }
}

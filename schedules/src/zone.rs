//! IANA time zones: between UTC and the clock on a site's wall.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};

use crate::limits::LATEST_UTC_MS;

/// A time zone by its IANA name, as in `Asia/Ho_Chi_Minh`. In JSON and TOML it is that name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Zone(Tz);

/// Why a text is not a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a time zone; write its IANA name, for example \"Asia/Ho_Chi_Minh\"")]
pub struct ZoneError {
    /// The text that was given.
    pub name: String,
}

impl ZoneError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "zone-unknown"
    }
}

impl Zone {
    /// Indochina time, the zone of every site in Viet Nam.
    pub const HO_CHI_MINH: Self = Self(Tz::Asia__Ho_Chi_Minh);

    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Takes an IANA name, in its exact spelling.
    ///
    /// # Errors
    /// [`ZoneError`] when there is no such zone.
    pub fn parse(name: &str) -> Result<Self, ZoneError> {
        name.trim().parse().map(Self).map_err(|_| ZoneError { name: name.chars().take(64).collect() })
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The local date and time of an instant, as `2026-11-24T17:00:00`; the last one that schedules
    /// know ([`LATEST_UTC_MS`]) when it lies beyond that.
    #[must_use]
    pub fn local_text(self, utc_ms: u64) -> String {
        let at = instant(utc_ms.min(LATEST_UTC_MS)).unwrap_or_default();
        // Debug is ISO 8601 by chrono's contract, and several times faster than a format string.
        format!("{:?}", self.local(at.with_nanosecond(0).unwrap_or(at)))
    }

    /// UTC milliseconds of the first moment of a local day; `None` beyond what schedules know.
    #[must_use]
    pub fn day_start(self, day: NaiveDate) -> Option<u64> {
        utc_ms(self.resolve(day.and_time(NaiveTime::MIN))?)
    }

    pub(crate) fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The instant of a local time: in a fold the first one, in a gap the end of the gap.
    pub(crate) fn resolve(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let at = match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
            LocalResult::None => GapInfo::new(&local, &self.0).and_then(|gap| gap.end),
        };
        at.map(|at| at.to_utc())
    }
}

/// The instant of UTC milliseconds, unless it lies beyond [`LATEST_UTC_MS`].
pub(crate) fn instant(utc_ms: u64) -> Option<DateTime<Utc>> {
    if utc_ms > LATEST_UTC_MS {
        return None;
    }
    i64::try_from(utc_ms).ok().and_then(DateTime::from_timestamp_millis)
}

/// UTC milliseconds of an instant, unless it lies before 1970 or beyond [`LATEST_UTC_MS`].
pub(crate) fn utc_ms(at: DateTime<Utc>) -> Option<u64> {
    u64::try_from(at.timestamp_millis()).ok().filter(|&ms| ms <= LATEST_UTC_MS)
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Self, ZoneError> {
        Self::parse(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(name: String) -> Result<Self, ZoneError> {
        Self::parse(&name)
    }
}

impl From<Zone> for &'static str {
    fn from(zone: Zone) -> Self {
        zone.name()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn resolved(zone: &str, local: &str) -> String {
        let local = local.parse().unwrap();
        Zone::parse(zone).unwrap().resolve(local).unwrap().format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn a_gap_ends_in_its_first_valid_time_and_a_fold_counts_once() {
        assert_eq!(resolved("Asia/Ho_Chi_Minh", "2026-11-24T17:00:00"), "2026-11-24T10:00Z");
        assert_eq!(resolved("Europe/Berlin", "2026-03-29T02:30:00"), "2026-03-29T01:00Z");
        assert_eq!(resolved("Europe/Berlin", "2026-10-25T02:30:00"), "2026-10-25T00:30Z");
        assert_eq!(resolved("Australia/Lord_Howe", "2026-10-04T02:10:00"), "2026-10-03T15:30Z");
        assert_eq!(resolved("Pacific/Apia", "2011-12-30T12:00:00"), "2011-12-30T10:00Z");
    }

    #[test]
    fn an_unknown_zone_is_named_and_a_right_one_shown() {
        let error = Zone::parse("Hanoi").unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"Hanoi\" is not a time zone; write its IANA name, for example \"Asia/Ho_Chi_Minh\""
        );
        assert_eq!(error.code(), "zone-unknown");
    }

    #[test]
    fn local_text_survives_any_instant() {
        assert_eq!(Zone::HO_CHI_MINH.local_text(1_795_514_400_000), "2026-11-24T17:00:00");
        assert_eq!(Zone::HO_CHI_MINH.local_text(1_795_514_400_999), "2026-11-24T17:00:00");
        assert!(Zone::HO_CHI_MINH.local_text(u64::MAX).starts_with("2101-01-0"));
    }
}

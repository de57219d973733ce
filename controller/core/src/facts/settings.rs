//! Settings of the site.

use firmware_proto::UtcMillis;
use schedules::{Interrupted, Language, Rails, Zone};
use serde::{Deserialize, Serialize};

use crate::limits::{HEARTBEAT_USUAL_MS, KEEP_YEARS_USUAL, YEAR_MS};

/// Settings of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The site's time zone.
    pub timezone: Zone,
    /// The site's name for people.
    pub name: String,
    /// Milliseconds between two heartbeats of a cluster.
    pub heartbeat_ms: u32,
    /// Volume where none is asked for, per cent.
    pub volume: u8,
    /// Volume of emergencies, per cent.
    pub volume_emergency: u8,
    /// Integrated loudness of new clips, LUFS.
    pub clip_loudness_lufs: i8,
    /// Bit rate of new clips, kbit/s.
    pub clip_kbps: u8,
    /// Longest new clip, minutes.
    pub clip_minutes_max: u16,
    /// What the site does not want; emergencies pass.
    pub rails: Rails,
    /// Clusters hold the jobs of so many hours ahead.
    pub agenda_hours: u16,
    /// What becomes of a programme that is interrupted, where it does not say.
    pub interrupted: Interrupted,
    /// What listeners speak, where a cluster does not say; the first is heard first.
    pub languages: Vec<Language>,
    /// The journal keeps what is older than so many years in its archive.
    pub keep_years: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timezone: Zone::HO_CHI_MINH,
            name: String::new(),
            heartbeat_ms: HEARTBEAT_USUAL_MS,
            volume: 70,
            volume_emergency: 100,
            clip_loudness_lufs: -16,
            clip_kbps: 24,
            clip_minutes_max: 180,
            rails: Rails::default(),
            agenda_hours: 24,
            interrupted: Interrupted::default(),
            languages: "vi".parse().into_iter().collect(),
            keep_years: KEEP_YEARS_USUAL,
        }
    }
}

impl Settings {
    /// What is older than this moment may go to the journal's archive.
    #[must_use]
    pub fn archive_before(&self, now: UtcMillis) -> UtcMillis {
        UtcMillis(now.0.saturating_sub(u64::from(self.keep_years) * YEAR_MS))
    }

    /// Do programmes play with these settings as they do with others?
    pub(crate) fn plays_like(&self, other: &Self) -> bool {
        let of_playing =
            |s: &Self| (s.timezone, s.volume, s.rails.clone(), s.interrupted, s.languages.clone());
        of_playing(self) == of_playing(other)
    }

    /// Names of the settings that are not the same in others, as site files call them.
    pub fn differences(&self, other: &Self) -> impl Iterator<Item = &'static str> {
        let (rails, others) = (&self.rails, &other.rails);
        let differ = [
            ("timezone", self.timezone != other.timezone),
            ("name", self.name != other.name),
            ("heartbeat_s", self.heartbeat_ms != other.heartbeat_ms),
            ("volume", self.volume != other.volume),
            ("volume_emergency", self.volume_emergency != other.volume_emergency),
            ("clip_loudness_lufs", self.clip_loudness_lufs != other.clip_loudness_lufs),
            ("clip_kbps", self.clip_kbps != other.clip_kbps),
            ("clip_minutes_max", self.clip_minutes_max != other.clip_minutes_max),
            ("quiet_hours", rails.quiet_hours != others.quiet_hours),
            ("minutes_per_day_max", rails.minutes_per_day_max != others.minutes_per_day_max),
            ("volume_ceilings", rails.volume_ceilings != others.volume_ceilings),
            ("agenda_hours", self.agenda_hours != other.agenda_hours),
            ("interrupted", self.interrupted != other.interrupted),
            ("languages", self.languages != other.languages),
            ("keep_years", self.keep_years != other.keep_years),
        ];
        differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name)
    }
}

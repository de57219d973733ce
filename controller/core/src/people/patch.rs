//! Some settings of the site: the others stay as they are.

use schedules::{HourVolume, Hours, Interrupted, Language, Rails, Zone};

use crate::facts::settings::Settings;

/// New values of settings; `None`: as before. Of what may be switched off, the inner `None` is off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsPatch {
    /// The site's time zone.
    pub timezone: Option<Zone>,
    /// The site's name for people.
    pub name: Option<String>,
    /// Milliseconds between two heartbeats of a cluster.
    pub heartbeat_ms: Option<u32>,
    /// Volume where none is asked for, per cent.
    pub volume: Option<u8>,
    /// Volume of emergencies, per cent.
    pub volume_emergency: Option<u8>,
    /// Integrated loudness of new clips, LUFS.
    pub clip_loudness_lufs: Option<i8>,
    /// Bit rate of new clips, kbit/s.
    pub clip_kbps: Option<u8>,
    /// Longest new clip, minutes.
    pub clip_minutes_max: Option<u16>,
    /// Nothing but emergencies sounds in these hours.
    pub quiet_hours: Option<Option<Hours>>,
    /// Minutes that a cluster sounds on one day at the most.
    pub minutes_per_day_max: Option<Option<u16>>,
    /// At these hours nothing but emergencies is louder.
    pub volume_ceilings: Option<Vec<HourVolume>>,
    /// Clusters hold the jobs of so many hours ahead.
    pub agenda_hours: Option<u16>,
    /// What becomes of a programme that is interrupted, where it does not say.
    pub interrupted: Option<Interrupted>,
    /// What listeners speak, where a cluster does not say.
    pub languages: Option<Vec<Language>>,
    /// The journal keeps what is older than so many years in its archive.
    pub keep_years: Option<u8>,
}

impl SettingsPatch {
    /// The settings with the new values.
    #[must_use]
    pub fn over(self, before: Settings) -> Settings {
        Settings {
            timezone: self.timezone.unwrap_or(before.timezone),
            name: self.name.unwrap_or(before.name),
            heartbeat_ms: self.heartbeat_ms.unwrap_or(before.heartbeat_ms),
            volume: self.volume.unwrap_or(before.volume),
            volume_emergency: self.volume_emergency.unwrap_or(before.volume_emergency),
            clip_loudness_lufs: self.clip_loudness_lufs.unwrap_or(before.clip_loudness_lufs),
            clip_kbps: self.clip_kbps.unwrap_or(before.clip_kbps),
            clip_minutes_max: self.clip_minutes_max.unwrap_or(before.clip_minutes_max),
            rails: Rails {
                quiet_hours: self.quiet_hours.unwrap_or(before.rails.quiet_hours),
                minutes_per_day_max: self.minutes_per_day_max.unwrap_or(before.rails.minutes_per_day_max),
                volume_ceilings: self.volume_ceilings.unwrap_or(before.rails.volume_ceilings),
            },
            agenda_hours: self.agenda_hours.unwrap_or(before.agenda_hours),
            interrupted: self.interrupted.unwrap_or(before.interrupted),
            languages: self.languages.unwrap_or(before.languages),
            keep_years: self.keep_years.unwrap_or(before.keep_years),
        }
    }
}

/// All settings, whatever they were before.
impl From<Settings> for SettingsPatch {
    fn from(settings: Settings) -> Self {
        let Rails { quiet_hours, minutes_per_day_max, volume_ceilings } = settings.rails;
        Self {
            timezone: Some(settings.timezone),
            name: Some(settings.name),
            heartbeat_ms: Some(settings.heartbeat_ms),
            volume: Some(settings.volume),
            volume_emergency: Some(settings.volume_emergency),
            clip_loudness_lufs: Some(settings.clip_loudness_lufs),
            clip_kbps: Some(settings.clip_kbps),
            clip_minutes_max: Some(settings.clip_minutes_max),
            quiet_hours: Some(quiet_hours),
            minutes_per_day_max: Some(minutes_per_day_max),
            volume_ceilings: Some(volume_ceilings),
            agenda_hours: Some(settings.agenda_hours),
            interrupted: Some(settings.interrupted),
            languages: Some(settings.languages),
            keep_years: Some(settings.keep_years),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_a_patch_does_not_name_stays() {
        let rails = Rails {
            quiet_hours: None,
            minutes_per_day_max: None,
            volume_ceilings: vec![HourVolume { hours: "05:00-06:00".parse().unwrap(), volume: 50 }],
        };
        let other = Settings {
            timezone: Zone::parse("Asia/Tokyo").unwrap(),
            name: "Bảo Nhai".into(),
            heartbeat_ms: 7_000,
            volume: 1,
            volume_emergency: 2,
            clip_loudness_lufs: -20,
            clip_kbps: 9,
            clip_minutes_max: 3,
            rails,
            agenda_hours: 25,
            interrupted: Interrupted::Restart,
            languages: vec!["hmn".parse().unwrap()],
            keep_years: 4,
        };
        assert_eq!(SettingsPatch::default().over(other.clone()), other);
        assert_eq!(SettingsPatch::from(other.clone()).over(Settings::default()), other);
        let one = SettingsPatch { volume: Some(40), quiet_hours: Some(None), ..SettingsPatch::default() };
        let changed = one.over(Settings::default());
        assert_eq!(Settings::default().differences(&changed).collect::<Vec<_>>(), ["volume", "quiet_hours"]);
    }
}

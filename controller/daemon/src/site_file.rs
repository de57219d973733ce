//! A site in a TOML file: its name, its clusters, its uplinks. `schedules/examples/bao-nhai.toml` is one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use controller_api::{ClusterSpec, Text};
use controller_core::State;
use controller_core::site::SiteChange;
use controller_core::state::Settings;
use firmware_proto::SiteId;
use schedules::{HourVolume, Hours, HoursError, Interrupted, Language, Rails};
use serde::{Deserialize, Serialize};

use crate::views;

/// A site as its file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteFile {
    /// The site itself.
    pub site: SiteTable,
    /// What clusters share to reach us.
    #[serde(default, rename = "uplink")]
    pub uplinks: Vec<Uplink>,
    /// Clusters and gateways.
    #[serde(default, rename = "cluster")]
    pub clusters: Vec<ClusterSpec>,
}

/// Asks for a change of the site: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteImport {
    /// What is to be.
    pub file: SiteFile,
    /// What the file leaves out goes back to its default, or goes; else it stays as it is.
    #[serde(default)]
    pub replace: bool,
    /// Only look what it would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// `[site]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteTable {
    /// Its id on the wire.
    pub id: String,
    /// For people; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// IANA name; absent: Viet Nam's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Seconds between two heartbeats; absent: 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_s: Option<u32>,
    /// Loudness of clips in LUFS; absent: -16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_loudness_lufs: Option<i8>,
    /// Bit rate of clips in kbit/s; absent: 24.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_kbps: Option<u8>,
    /// Longest clip in minutes; absent: 180.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_minutes_max: Option<u16>,
    /// Volume in per cent; absent: 70.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<u8>,
    /// Volume of emergencies in per cent; absent: 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_emergency: Option<u8>,
    /// Nothing but emergencies sounds in these hours, or `"off"`; absent: `21:00-05:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// Minutes that a cluster sounds on one day at the most, 0 for no limit; absent: 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_per_day_max: Option<u16>,
    /// At these hours nothing but emergencies is louder; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_ceilings: Option<Vec<HourVolume>>,
    /// Clusters hold the jobs of so many hours ahead, 24 to 168; absent: 24.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agenda_hours: Option<u16>,
    /// What becomes of an interrupted programme that does not say: resume, restart or drop; absent: drop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interrupted>,
    /// What listeners speak (BCP 47), first heard first; absent: `["vi"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<Language>>,
}

/// Quiet hours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuietHours(pub Option<Hours>);

impl TryFrom<String> for QuietHours {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        if text.trim() == "off" { Ok(Self(None)) } else { text.parse().map(|hours| Self(Some(hours))) }
    }
}

impl From<QuietHours> for String {
    fn from(QuietHours(hours): QuietHours) -> Self {
        hours.map_or_else(|| "off".to_owned(), |hours| hours.to_string())
    }
}

/// `[[uplink]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uplink {
    /// As clusters name it.
    pub id: String,
    /// For people.
    #[serde(default)]
    pub name: String,
}

/// Why a site file cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum SiteFileError {
    /// It cannot be read.
    #[error("{} cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It says something that it should not.
    #[error("{problem}")]
    Wrong {
        /// What, with line and column where they are known.
        problem: String,
    },
}

impl SiteFileError {
    /// For people, by the catalogue.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Io { path, source } => {
                Text::new("file-trouble").with("path", path.display()).with("problem", source)
            }
            Self::Wrong { problem } => Text::new("site-file-wrong").with("problem", problem),
        }
    }
}

impl SiteFile {
    /// A new site without clusters.
    #[must_use]
    pub fn empty(id: &str, name: &str) -> Self {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let site = SiteTable { id: id.to_owned(), name, ..SiteTable::default() };
        Self { site, uplinks: Vec::new(), clusters: Vec::new() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// See [`SiteFileError`].
    pub fn load(path: &Path) -> Result<Self, SiteFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SiteFileError::Io { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|error| match error {
            SiteFileError::Wrong { problem } => {
                SiteFileError::Wrong { problem: format!("{}: {problem}", path.display()) }
            }
            io @ SiteFileError::Io { .. } => io,
        })
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`SiteFileError::Wrong`] with line and column, for unknown uplinks too.
    pub fn parse(text: &str) -> Result<Self, SiteFileError> {
        let file: Self = toml::from_str(text).map_err(|e| SiteFileError::Wrong { problem: e.to_string() })?;
        for cluster in &file.clusters {
            let known = cluster.uplink.is_empty() || file.uplinks.iter().any(|u| u.id == cluster.uplink);
            if !known {
                let problem = format!("cluster {}: there is no uplink {:?}", cluster.id, cluster.uplink);
                return Err(SiteFileError::Wrong { problem });
            }
        }
        Ok(file)
    }

    /// The site's id.
    ///
    /// # Errors
    /// [`SiteFileError::Wrong`] if it is none.
    pub fn site_id(&self) -> Result<SiteId, SiteFileError> {
        let wrong = |e| SiteFileError::Wrong { problem: format!("site.id {:?}: {e}", self.site.id) };
        SiteId::new(&self.site.id).map_err(wrong)
    }

    /// The site as it is, nothing left to defaults.
    pub(crate) fn of(id: &SiteId, state: &State) -> Self {
        let used = state.clusters.values().map(|cluster| (&cluster.uplink, ""));
        let named = state.uplinks.iter().map(|(id, name)| (id, name.as_str()));
        let uplinks: BTreeMap<&String, &str> = used.chain(named).filter(|(id, _)| !id.is_empty()).collect();
        let uplink = |(id, name): (&String, &str)| Uplink { id: id.clone(), name: name.to_owned() };
        Self {
            site: SiteTable::of(id, &state.settings),
            uplinks: uplinks.into_iter().map(uplink).collect(),
            clusters: state.clusters.values().map(views::spec).collect(),
        }
    }

    /// The change of a site to what the file says; what it leaves out is as in `usual`.
    ///
    /// # Errors
    /// The first cluster that cannot be described so.
    pub(crate) fn change(&self, usual: &Settings) -> Result<SiteChange, controller_api::Error> {
        let named = self.uplinks.iter().map(|uplink| (uplink.id.clone(), uplink.name.clone()));
        Ok(SiteChange {
            settings: self.site.settings(usual),
            uplinks: named.collect(),
            clusters: self.clusters.iter().map(views::core_cluster).collect::<Result<_, _>>()?,
            replace: false,
            dry_run: false,
        })
    }
}

impl SiteTable {
    /// All settings of a site.
    fn of(id: &SiteId, settings: &Settings) -> Self {
        let Settings { rails, .. } = settings;
        Self {
            id: id.to_string(),
            name: Some(settings.name.clone()),
            timezone: Some(settings.timezone.clone()),
            heartbeat_s: Some(settings.heartbeat_ms / 1_000),
            clip_loudness_lufs: Some(settings.clip_loudness_lufs),
            clip_kbps: Some(settings.clip_kbps),
            clip_minutes_max: Some(settings.clip_minutes_max),
            volume: Some(settings.volume),
            volume_emergency: Some(settings.volume_emergency),
            quiet_hours: Some(QuietHours(rails.quiet_hours)),
            minutes_per_day_max: Some(rails.minutes_per_day_max.unwrap_or(0)),
            volume_ceilings: Some(rails.volume_ceilings.clone()),
            agenda_hours: Some(settings.agenda_hours),
            interrupted: Some(settings.interrupted),
            languages: Some(settings.languages.clone()),
        }
    }

    /// The settings; what the table leaves out is as in `usual`.
    #[must_use]
    pub fn settings(&self, usual: &Settings) -> Settings {
        let usual = usual.clone();
        Settings {
            name: self.name.clone().unwrap_or(usual.name),
            timezone: self.timezone.clone().unwrap_or(usual.timezone),
            heartbeat_ms: self.heartbeat_s.map_or(usual.heartbeat_ms, |s| s.saturating_mul(1_000)),
            clip_loudness_lufs: self.clip_loudness_lufs.unwrap_or(usual.clip_loudness_lufs),
            clip_kbps: self.clip_kbps.unwrap_or(usual.clip_kbps),
            clip_minutes_max: self.clip_minutes_max.unwrap_or(usual.clip_minutes_max),
            volume: self.volume.unwrap_or(usual.volume),
            volume_emergency: self.volume_emergency.unwrap_or(usual.volume_emergency),
            rails: Rails {
                quiet_hours: self.quiet_hours.map_or(usual.rails.quiet_hours, |quiet| quiet.0),
                minutes_per_day_max: match self.minutes_per_day_max {
                    None => usual.rails.minutes_per_day_max,
                    Some(0) => None,
                    limit => limit,
                },
                volume_ceilings: self.volume_ceilings.clone().unwrap_or(usual.rails.volume_ceilings),
            },
            agenda_hours: self.agenda_hours.unwrap_or(usual.agenda_hours),
            interrupted: self.interrupted.unwrap_or(usual.interrupted),
            languages: self.languages.clone().unwrap_or(usual.languages),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use controller_core::Record;
    use firmware_proto::UtcMillis;

    const EXAMPLE: &str = include_str!("../../../schedules/examples/bao-nhai.toml");

    #[test]
    fn a_site_that_is_written_and_read_again_is_the_same() {
        let rails = Rails {
            quiet_hours: None,
            minutes_per_day_max: None,
            volume_ceilings: vec![HourVolume { hours: "05:00-06:00".parse().unwrap(), volume: 50 }],
        };
        let settings = Settings { rails, volume: 33, heartbeat_ms: 7_000, ..Settings::default() };
        let SiteChange { uplinks, clusters, .. } =
            SiteFile::parse(EXAMPLE).unwrap().change(&settings).unwrap();
        let mut state = State::default();
        let (settings, removed) = (Box::new(settings), Vec::new());
        state.apply(UtcMillis(0), &Record::SiteChanged { settings, uplinks, clusters, removed });
        let written = SiteFile::of(&SiteId::new("bao-nhai").unwrap(), &state);
        let read = SiteFile::parse(&toml::to_string(&written).unwrap()).unwrap();
        assert_eq!(read, written);
        let again = read.change(&Settings::default()).unwrap();
        assert_eq!(again.settings, state.settings);
        assert_eq!(again.uplinks, state.uplinks);
        assert!(again.clusters.iter().eq(state.clusters.values()));
    }

    #[test]
    fn what_a_file_leaves_out_is_as_usual() {
        let usual = Settings { volume: 12, ..Settings::default() };
        let file = SiteFile::parse("[site]\nid = 'a'\nquiet_hours = 'off'").unwrap();
        let settings = file.site.settings(&usual);
        assert_eq!((settings.volume, settings.rails.quiet_hours), (12, None));
        assert_eq!(settings.rails.minutes_per_day_max, usual.rails.minutes_per_day_max);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, place) in [
            ("[site]\nid = 'a'\nvolume = 300", "line 3, column 10"),
            ("[site]\nid = 'a'\nquiet_hour = 'off'", "line 3, column 1"),
            ("[site]\nid = 'a'\nquiet_hours = '25:00-05:00'", "line 3, column 15"),
            ("[site]\nid = 'a'\n[[cluster]]\nid = 'c'\nkind = 'smart'\nuplink = 'bts'", "no uplink \"bts\""),
        ] {
            let error = SiteFile::parse(text).unwrap_err().to_string();
            assert!(error.contains(place), "{error}");
        }
    }
}

//! A site in a TOML file: its name, its clusters, its uplinks. `schedules/examples/bao-nhai.toml` is one.

use std::path::{Path, PathBuf};

use controller_api::{ClusterSpec, Text};
use controller_core::state::Settings;
use firmware_proto::SiteId;
use schedules::{HourVolume, Hours, HoursError, Interrupted, Language, Rails};
use serde::{Deserialize, Serialize};

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

/// `[site]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteTable {
    /// Its id on the wire.
    pub id: String,
    /// For people.
    #[serde(default)]
    pub name: String,
    /// IANA name; absent: Viet Nam's.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Seconds between two heartbeats; absent: 30.
    #[serde(default)]
    pub heartbeat_s: Option<u32>,
    /// Loudness of clips in LUFS; absent: -16.
    #[serde(default)]
    pub clip_loudness_lufs: Option<i8>,
    /// Bit rate of clips in kbit/s; absent: 24.
    #[serde(default)]
    pub clip_kbps: Option<u8>,
    /// Longest clip in minutes; absent: 180.
    #[serde(default)]
    pub clip_minutes_max: Option<u16>,
    /// Volume in per cent; absent: 70.
    #[serde(default)]
    pub volume: Option<u8>,
    /// Volume of emergencies in per cent; absent: 100.
    #[serde(default)]
    pub volume_emergency: Option<u8>,
    /// Nothing but emergencies sounds in these hours, or `"off"`; absent: `21:00-05:00`.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    /// Minutes that a cluster sounds on one day at the most, 0 for no limit; absent: 90.
    #[serde(default)]
    pub minutes_per_day_max: Option<u16>,
    /// At these hours nothing but emergencies is louder.
    #[serde(default)]
    pub volume_ceilings: Vec<HourVolume>,
    /// Clusters hold the jobs of so many hours ahead, 24 to 168; absent: 24.
    #[serde(default)]
    pub agenda_hours: Option<u16>,
    /// What becomes of an interrupted programme that does not say: resume, restart or drop; absent: drop.
    #[serde(default)]
    pub interrupted: Option<Interrupted>,
    /// What listeners speak (BCP 47), first heard first; absent: `["vi"]`.
    #[serde(default)]
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
        let site = SiteTable {
            id: id.to_owned(),
            name: name.to_owned(),
            timezone: None,
            heartbeat_s: None,
            clip_loudness_lufs: None,
            clip_kbps: None,
            clip_minutes_max: None,
            volume: None,
            volume_emergency: None,
            quiet_hours: None,
            minutes_per_day_max: None,
            volume_ceilings: Vec::new(),
            agenda_hours: None,
            interrupted: None,
            languages: None,
        };
        Self { site, uplinks: Vec::new(), clusters: Vec::new() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// See [`SiteFileError`].
    pub fn load(path: &Path) -> Result<Self, SiteFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SiteFileError::Io { path: path.to_owned(), source })?;
        Self::parse(&text)
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

    /// The site's settings, with defaults for what the file leaves out.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let (site, usual) = (&self.site, Settings::default());
        Settings {
            name: site.name.clone(),
            timezone: site.timezone.clone().unwrap_or(usual.timezone),
            heartbeat_ms: site.heartbeat_s.map_or(usual.heartbeat_ms, |s| s.saturating_mul(1_000)),
            clip_loudness_lufs: site.clip_loudness_lufs.unwrap_or(usual.clip_loudness_lufs),
            clip_kbps: site.clip_kbps.unwrap_or(usual.clip_kbps),
            clip_minutes_max: site.clip_minutes_max.unwrap_or(usual.clip_minutes_max),
            volume: site.volume.unwrap_or(usual.volume),
            volume_emergency: site.volume_emergency.unwrap_or(usual.volume_emergency),
            rails: Rails {
                quiet_hours: site.quiet_hours.map_or(usual.rails.quiet_hours, |quiet| quiet.0),
                minutes_per_day_max: match site.minutes_per_day_max {
                    None => usual.rails.minutes_per_day_max,
                    Some(0) => None,
                    limit => limit,
                },
                volume_ceilings: site.volume_ceilings.clone(),
            },
            agenda_hours: site.agenda_hours.unwrap_or(usual.agenda_hours),
            interrupted: site.interrupted.unwrap_or(usual.interrupted),
            languages: site.languages.clone().unwrap_or(usual.languages),
        }
    }
}

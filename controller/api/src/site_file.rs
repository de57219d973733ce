//! A site as a file and in requests: its settings, its clusters, its uplinks. `schedules/examples/bao-nhai.toml`
//! is one.

use serde::{Deserialize, Serialize};

use crate::site::ClusterSpec;

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
    /// The site as it is to be.
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
    /// The site's name for people; absent: none.
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
    pub quiet_hours: Option<String>,
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
    pub interrupted: Option<String>,
    /// What listeners speak (BCP 47), first heard first; absent: `["vi"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// The journal keeps what is older than so many years in its archive, 1 to 100; absent: 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_years: Option<u8>,
}

/// `[[uplink]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uplink {
    /// As clusters name it in `uplink`.
    pub id: String,
    /// What staff call it.
    #[serde(default)]
    pub name: String,
}

/// A volume at hours of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HourVolume {
    /// As in `05:00-06:00`.
    pub hours: String,
    /// Volume in per cent.
    pub volume: u8,
}

impl SiteFile {
    /// A new site without clusters.
    #[must_use]
    pub fn empty(id: &str, name: &str) -> Self {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let site = SiteTable { id: id.to_owned(), name, ..SiteTable::default() };
        Self { site, uplinks: Vec::new(), clusters: Vec::new() }
    }
}

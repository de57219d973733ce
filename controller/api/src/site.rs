//! The site: clusters, their health, and the controller itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::words::words;

/// What a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterKind {
    /// Has a network of its own.
    Smart,
    /// Feeds the FM transmitter; not counted among the clusters.
    Gateway,
    /// An FM receiver behind a gateway.
    Wireless,
}

/// The description of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// 1-32 characters of `a-z`, `0-9` and inner `-`.
    pub id: String,
    /// Its kind; it decides which of the other fields may be there.
    pub kind: ClusterKind,
    /// What staff call it; empty: the id.
    #[serde(default)]
    pub name: String,
    /// Where it stands.
    #[serde(default)]
    pub village: String,
    /// What it shares with others to reach us.
    #[serde(default)]
    pub uplink: String,
    /// Wireless: the gateway in front of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Wireless: the code that switches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<u16>,
    /// What its listeners speak (BCP 47), first heard first; empty: the site's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
}

/// A cluster with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// As staff have described it.
    pub spec: ClusterSpec,
    /// Its health in one word.
    pub health: HealthStatus,
    /// What is wrong with it, worst first.
    pub faults: Vec<Fault>,
    /// When its last valid message came, UTC milliseconds.
    pub last_heard: Option<u64>,
    /// When it last played with sound, UTC milliseconds.
    pub last_played: Option<u64>,
    /// Its firmware, as it says.
    pub firmware: Option<String>,
    /// Bound of its clock's error.
    pub clock_error_ms: Option<u32>,
    /// It holds the newest agenda.
    pub up_to_date: Option<bool>,
    /// The job that it plays now.
    pub playing: Option<String>,
    /// What its device says of itself, once it was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceState>,
}

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// Milliseconds since it started.
    pub uptime_ms: u64,
    /// Acks of it that wait for a receipt.
    pub acks_waiting: u16,
    /// Messages that it ignored since it started: garbage, wrong signatures, replays.
    pub rejected: u32,
    /// Bytes per second that its link carried while it pulled clips; absent: not yet known.
    pub link_bytes_per_s: Option<u32>,
    /// Bytes of clips that its jobs need and that it does not hold yet.
    pub missing_bytes: u32,
    /// Bytes that were free for clips when it connected.
    pub storage_free_bytes: Option<u64>,
    /// What it can hold.
    pub limits: Option<DeviceLimits>,
}

/// What a device can hold at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLimits {
    /// Jobs at a time.
    pub jobs: u16,
    /// Clips of one job.
    pub clips_per_job: u16,
    /// Bytes of all clips together.
    pub storage_bytes: u64,
    /// Chunks under way at a time.
    pub window_chunks: u16,
    /// Bytes of one job.
    pub job_bytes: u32,
}

/// Health in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HealthStatus {
    /// It has a fault that keeps it from being heard.
    Down,
    /// Not heard yet, and not long enough to worry.
    Waiting,
    /// It has no way to tell.
    Unconfirmed,
    /// Heard lately, and nothing is known that keeps it silent.
    Up,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// No valid message within the timeout.
    Unreachable,
    /// Reachable, but no sound was proved.
    Silent,
    /// It speaks a version of the protocol that the controller does not know.
    Protocol,
    /// The gateway in front of it is down.
    GatewayDown,
    /// Its storage loses data; it plays all the same.
    Storage,
}

/// One thing that is wrong with a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which of the kinds of faults it is.
    pub kind: FaultKind,
    /// Since when, UTC milliseconds, where it is known.
    pub since: Option<u64>,
    /// Why we say so.
    pub why: Text,
}

/// One thing that is wrong with the controller itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFault {
    /// Since when, UTC milliseconds.
    pub since: u64,
    /// What is wrong, and what to do.
    pub why: Text,
}

/// Which loudspeakers are down?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// When it was judged.
    pub at: u64,
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// Nothing can be heard while the broker is away.
    pub broker_connected: bool,
    /// What is wrong with the controller itself.
    #[serde(default)]
    pub controller: Vec<OwnFault>,
    /// How many clusters (gateways not counted) are in which [`HealthStatus`].
    pub counts: BTreeMap<HealthStatus, usize>,
    /// All clusters and gateways, those that are down first.
    pub clusters: Vec<Cluster>,
}

/// The controller itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The site's id.
    pub site: String,
    /// Its name for people.
    pub name: String,
    /// IANA name of its time zone.
    pub timezone: String,
    /// Version of the program.
    pub version: String,
    /// The controller's time.
    pub now: u64,
    /// When it was started.
    pub started_at: u64,
    /// The broker, as the controller sees it.
    pub broker: Broker,
    /// Clusters, gateways not counted.
    pub clusters: usize,
    /// How many clusters are in which [`HealthStatus`].
    pub counts: BTreeMap<HealthStatus, usize>,
    /// Jobs of which something is still expected.
    pub jobs_open: usize,
    /// Entries of the journal.
    pub journal_entries: u64,
    /// What is wrong with the controller itself, e.g. that its disk is full.
    #[serde(default)]
    pub controller: Vec<OwnFault>,
    /// Messages of devices ignored since the start, by reason.
    pub rejected: BTreeMap<Rejected, u64>,
}

words! {
    /// Why a message that claims to come from a device is ignored.
    Rejected {
        /// Longer than such a message may be.
        TooLong = "too long",
        /// It cannot be read.
        Malformed = "malformed",
        /// On a topic on which nobody speaks so.
        WrongTopic = "wrong topic",
        /// From a device that is not known.
        UnknownKey = "unknown key",
        /// Its proof of origin does not fit.
        BadSignature = "wrong signature",
        /// For another site.
        WrongSite = "for another site",
        /// From another device than its topic says.
        WrongCluster = "for another cluster",
        /// Not yet, or no longer, valid.
        OutOfDate = "outside its validity",
        /// It came before.
        Replayed = "replayed",
        /// Nobody asked for it.
        Unwanted = "not asked for",
    }
}

/// Where the broker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BrokerKind {
    /// Inside the daemon.
    Embedded,
    /// Another process, perhaps another machine.
    External,
}

/// The broker, as the controller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broker {
    /// Inside the daemon, or another process.
    pub kind: BrokerKind,
    /// Host and port.
    pub address: String,
    /// Does the controller have a connection to it?
    pub connected: bool,
    /// When it connected, or lost the connection, UTC milliseconds.
    pub since: u64,
    /// Why there is no connection, in English, for technicians.
    pub trouble: Option<String>,
}

/// What a change of the site has changed, or (`dry_run`) would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteChanged {
    /// Nothing was changed.
    pub dry_run: bool,
    /// Settings that are other ones now, as site files call them.
    pub settings: Vec<String>,
    /// New clusters.
    pub added: Vec<String>,
    /// Clusters that are described otherwise now.
    pub changed: Vec<String>,
    /// Clusters that are no more.
    pub removed: Vec<String>,
    /// Programmes of which something to come is left out from now on, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silenced: Vec<Text>,
    /// Programmes that play nowhere any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub homeless: Vec<String>,
}

/// Nothing more to say than that it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// How many things were changed.
    pub changed: usize,
}

/// What devices need to join: secret, for their technicians only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identities {
    /// The site's id.
    pub site: String,
    /// The public keys of the site, hexadecimal: one, or two while it goes over from one to the other.
    pub site_keys: Vec<String>,
    /// Host and port of the broker, as devices reach it.
    pub broker: String,
    /// One per smart cluster and gateway asked for.
    #[serde(rename = "device")]
    pub devices: Vec<DeviceIdentity>,
}

/// What one device needs to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceIdentity {
    /// The cluster's id.
    pub cluster: String,
    /// `smart` or `gateway`.
    pub kind: ClusterKind,
    /// Which of its keys it is: 0 at first, one more after each new one.
    #[serde(default)]
    pub generation: u32,
    /// The key that it shares with the controller, hexadecimal.
    pub device_key: String,
}

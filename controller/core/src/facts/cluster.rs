//! What stands in the villages: clusters and gateways.

use firmware_proto::ClusterId;
use firmware_proto::message::Kind;
use schedules::Language;
use serde::{Deserialize, Serialize};

/// What a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterKind {
    /// Has a network of its own and answers.
    Smart,
    /// Feeds the FM transmitter; it is a device, not one of the clusters that are counted.
    Gateway,
    /// An FM receiver behind a gateway; cannot answer.
    Wireless,
}

/// One cluster, or a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its name on the wire.
    pub id: ClusterId,
    /// What it is.
    pub kind: ClusterKind,
    /// Its name for people.
    pub name: String,
    /// The village where it stands; may be empty.
    #[serde(default)]
    pub village: String,
    /// What it shares with others to reach us; may be empty.
    #[serde(default)]
    pub uplink: String,
    /// Wireless: the gateway in front of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<ClusterId>,
    /// Wireless: the code that switches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<u16>,
    /// What its listeners speak, in the order in which they hear it; empty: the site's. What is wireless
    /// hears what its gateway is set to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Which of its device keys counts. Descriptions by staff never say it: the core keeps the known one.
    #[serde(default, skip_serializing_if = "is_first")]
    pub key_generation: u32,
}

fn is_first(generation: &u32) -> bool {
    *generation == 0
}

impl Cluster {
    /// What speaks MQTT for this cluster: itself, or its gateway.
    #[must_use]
    pub fn device(&self) -> Option<&ClusterId> {
        match self.kind {
            ClusterKind::Wireless => self.gateway.as_ref(),
            ClusterKind::Smart | ClusterKind::Gateway => Some(&self.id),
        }
    }

    /// The kind that its device says in `hello`; `None` if it has no device of its own.
    #[must_use]
    pub fn wire_kind(&self) -> Option<Kind> {
        match self.kind {
            ClusterKind::Smart => Some(Kind::Smart),
            ClusterKind::Gateway => Some(Kind::Gateway),
            ClusterKind::Wireless => None,
        }
    }
}

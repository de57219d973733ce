//! The report on every cluster: renders the faults that are recorded, and decides nothing of its own.

use firmware_proto::{ClusterId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::facts::cluster::{Cluster, ClusterKind};
use crate::facts::fault::Fault;
use crate::facts::state::State;

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When it was made.
    pub at: UtcMillis,
    /// One entry per cluster and gateway, by id.
    pub clusters: Vec<ClusterHealth>,
}

/// The health of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterHealth {
    /// The cluster's id, or the gateway's.
    pub cluster: ClusterId,
    /// In one word.
    pub status: Status,
    /// What is wrong, worst first; one that is not `down` plays all the same.
    pub faults: Vec<Fault>,
    /// When it was last heard; never for wireless clusters.
    pub last_heard: Option<UtcMillis>,
    /// When it last played with sound.
    pub last_played: Option<UtcMillis>,
}

/// The health of a cluster in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Heard lately, and nothing is known that keeps it silent.
    Up,
    /// It has a fault that keeps it from being heard.
    Down,
    /// Not heard yet, and not long enough to worry.
    Waiting,
    /// It has no way to tell.
    Unconfirmed,
}

/// The moment a device was last heard, or `None`.
pub type LastHeard<'a> = &'a dyn Fn(&ClusterId) -> Option<UtcMillis>;

/// Judges every cluster.
#[must_use]
pub fn assess(state: &State, last_heard: LastHeard<'_>, at: UtcMillis) -> Report {
    let clusters = state.clusters.values().map(|cluster| judge(state, last_heard, cluster)).collect();
    Report { at, clusters }
}

fn judge(state: &State, last_heard: LastHeard<'_>, cluster: &Cluster) -> ClusterHealth {
    let heard = last_heard(&cluster.id);
    let faults: Vec<Fault> =
        state.faults.get(&cluster.id).into_iter().flat_map(|faults| faults.values().cloned()).collect();
    let is_heard = !faults.iter().any(Fault::silences);
    let status = match (cluster.kind, is_heard) {
        (_, false) => Status::Down,
        (ClusterKind::Wireless, true) => Status::Unconfirmed,
        (_, true) if heard.is_none() => Status::Waiting,
        (_, true) => Status::Up,
    };
    let last_played = state.sound.get(&cluster.id).and_then(|sound| sound.last_played);
    ClusterHealth { cluster: cluster.id.clone(), status, faults, last_heard: heard, last_played }
}

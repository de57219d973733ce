//! One pure function from what is known to a report. Whatever shows health only renders it.

use firmware_proto::{ClusterId, JobId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::cluster::{Cluster, ClusterKind};
use crate::delivery::Why;
use crate::state::{SilentFault, State};

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
    /// Which.
    pub cluster: ClusterId,
    /// In one word.
    pub status: Status,
    /// What is wrong, worst first; empty unless `down`.
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
    /// Heard lately, and nothing is known against it.
    Up,
    /// It has a fault.
    Down,
    /// Not heard yet, and not long enough to worry.
    Waiting,
    /// It has no way to tell.
    Unconfirmed,
}

/// One thing that is wrong with a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum Fault {
    /// No valid message within the timeout.
    Unreachable {
        /// When it was last heard, or when waiting for it began.
        since: UtcMillis,
        /// It has never been heard in this run of the controller, nor in its memory.
        never_heard: bool,
    },
    /// Reachable, but no sound was proved.
    Silent {
        /// Since when.
        since: UtcMillis,
        /// The first such job.
        job: JobId,
        /// Why we say so.
        why: Why,
    },
    /// It speaks a version of the protocol that this build does not know.
    Protocol {
        /// Since when.
        since: UtcMillis,
        /// The version.
        version: u16,
    },
    /// The gateway in front of it is down.
    GatewayDown {
        /// Which.
        gateway: ClusterId,
    },
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
    let sound = state.sound.get(&cluster.id);
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(unreachable(state, &cluster.id));
    let other_protocol = state.devices.get(&cluster.id).and_then(|device| device.other_protocol);
    faults.extend(other_protocol.map(|(version, since)| Fault::Protocol { since, version }));
    if let Some(SilentFault { since, job, why }) = sound.and_then(|s| s.silent.clone()) {
        faults.push(Fault::Silent { since, job, why });
    }
    if let Some(gateway) = &cluster.gateway {
        let silent = state.sound.get(gateway).is_some_and(|s| s.silent.is_some());
        if silent || unreachable(state, gateway).is_some() {
            faults.push(Fault::GatewayDown { gateway: gateway.clone() });
        }
    }
    let status = match (cluster.kind, faults.is_empty()) {
        (_, false) => Status::Down,
        (ClusterKind::Wireless, true) => Status::Unconfirmed,
        (_, true) if heard.is_none() => Status::Waiting,
        (_, true) => Status::Up,
    };
    let last_played = sound.and_then(|s| s.last_played);
    ClusterHealth { cluster: cluster.id.clone(), status, faults, last_heard: heard, last_played }
}

fn unreachable(state: &State, cluster: &ClusterId) -> Option<Fault> {
    let device = state.devices.get(cluster)?;
    let since = device.unreachable_since?;
    Some(Fault::Unreachable { since, never_heard: device.boot.is_none() })
}

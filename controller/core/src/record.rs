//! What the journal holds: facts and decisions, in order. The state is their fold.

use std::collections::BTreeMap;

use firmware_proto::message::{Ack, DeviceLimits};
use firmware_proto::{BootId, ClusterId, JobId, UtcMillis};
use schedules::DaySets;
use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;
use crate::delivery::{DeliveryState, Why};
use crate::job::JobSpec;
use crate::programme::Programme;
use crate::skip::Skip;
use crate::state::{Settings, State};

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "record")]
pub enum Record {
    /// A controller took over.
    Started {
        /// Larger than every one before.
        epoch: u32,
    },
    /// Clusters have heard a later controller than we remember: our journal is a restored copy. We go on
    /// above what they know, or they would take our words for replays.
    Surpassed {
        /// Ours from now on.
        epoch: u32,
        /// Of all agendas from now on.
        version: u64,
    },
    /// The site was changed, all at once.
    SiteChanged {
        /// Settings, all that there are now.
        settings: Box<Settings>,
        /// Uplinks, all that there are now: ids, and names for people.
        uplinks: BTreeMap<String, String>,
        /// New clusters, and changed ones as they are now.
        clusters: Vec<Cluster>,
        /// Clusters that are no more.
        removed: Vec<ClusterId>,
    },
    /// Clusters were added, or changed.
    ClustersAdded {
        /// As they are now.
        clusters: Vec<Cluster>,
    },
    /// A cluster is no more.
    ClusterRemoved {
        /// Which.
        cluster: ClusterId,
    },
    /// A job was made, with a delivery for every target.
    JobMade {
        /// What was asked for.
        spec: Box<JobSpec>,
    },
    /// A job was handed to the broker.
    JobSent {
        /// Which.
        job: JobId,
    },
    /// Staff ended a job.
    JobStopped {
        /// Which.
        job: JobId,
    },
    /// A cluster said something about its deliveries.
    Acked {
        /// Which cluster.
        cluster: ClusterId,
        /// Its words.
        acks: Vec<Ack>,
    },
    /// Deliveries whose deadline passed.
    Lapsed {
        /// Of this job.
        job: JobId,
        /// What each of them is now.
        deliveries: Vec<Lapse>,
    },
    /// A cluster was booted.
    Booted {
        /// Which cluster.
        cluster: ClusterId,
        /// Its boot.
        boot: BootId,
        /// Its firmware.
        firmware: String,
        /// What it can hold; `None`: its hello is not known.
        #[serde(default)]
        limits: Option<DeviceLimits>,
    },
    /// A cluster says that it speaks a version of the protocol that this build does not know.
    OtherProtocol {
        /// Which cluster.
        cluster: ClusterId,
        /// The version.
        version: u16,
    },
    /// Clusters have not been heard for too long.
    WentUnreachable {
        /// Which, each with when it was last heard (or when waiting for it began).
        clusters: Vec<(ClusterId, UtcMillis)>,
    },
    /// A cluster is heard again.
    CameBack {
        /// Which.
        cluster: ClusterId,
    },
    /// Programmes were added, changed or removed, all at once. Jobs to come of those that were changed or
    /// removed are ended with it.
    ScheduleChanged {
        /// Sets of days, all that there are now.
        sets: DaySets,
        /// New ones, and changed ones as they are now.
        programmes: Vec<Programme>,
        /// Ids of those that are no more.
        removed: Vec<String>,
    },
    /// Occurrences of a programme were left out.
    OccurrencesSkipped {
        /// Which, and why.
        skip: Skip,
    },
    /// Old jobs were forgotten.
    Forgotten {
        /// Which.
        jobs: Vec<JobId>,
    },
    /// The whole state; replay starts at the newest of these.
    Snapshot {
        /// It.
        state: Box<State>,
    },
}

/// One delivery that its deadline moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// On this cluster.
    pub cluster: ClusterId,
    /// To this state.
    pub state: DeliveryState,
    /// For this reason.
    pub why: Why,
}

impl Record {
    /// The record's name in the journal.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Surpassed { .. } => "surpassed",
            Self::SiteChanged { .. } => "site-changed",
            Self::ClustersAdded { .. } => "clusters-added",
            Self::ClusterRemoved { .. } => "cluster-removed",
            Self::JobMade { .. } => "job-made",
            Self::JobSent { .. } => "job-sent",
            Self::JobStopped { .. } => "job-stopped",
            Self::Acked { .. } => "acked",
            Self::Lapsed { .. } => "lapsed",
            Self::Booted { .. } => "booted",
            Self::OtherProtocol { .. } => "other-protocol",
            Self::WentUnreachable { .. } => "went-unreachable",
            Self::CameBack { .. } => "came-back",
            Self::ScheduleChanged { .. } => "schedule-changed",
            Self::OccurrencesSkipped { .. } => "occurrences-skipped",
            Self::Forgotten { .. } => "forgotten",
            Self::Snapshot { .. } => "snapshot",
        }
    }
}

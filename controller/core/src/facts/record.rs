//! What the journal holds: facts and decisions, in order. The state is their fold.
//!
//! A record holds whatever follows from it and might follow otherwise by another build: which jobs a change ends,
//! how long clusters are waited for. So an old journal folds into the same state for ever.

use std::collections::BTreeMap;

use firmware_proto::message::{Ack, DeviceLimits, Sound, Stage};
use firmware_proto::{BootId, ClipId, ClusterId, JobId, UtcMillis};
use schedules::DaySets;
use serde::{Deserialize, Serialize};

use super::clip::LibraryClip;
use super::cluster::Cluster;
use super::delivery::{DeliveryState, Why};
use super::fault::{Fault, FaultKind};
use super::job::{JobSpec, Origin};
use super::programme::Programme;
use super::settings::Settings;
use super::skip::Skip;
use super::verdict::Verdict;

/// A fact or a decision.
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
    /// From here on the controller goes by another time: the system's clock was set, or was found to be wrong.
    ClockSet {
        /// What this moment was called before.
        before: UtcMillis,
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
        /// Programmes that it concerns.
        replanned: Replanned,
    },
    /// Clusters were added, or changed.
    ClustersAdded {
        /// As they are now.
        clusters: Vec<Cluster>,
        /// Programmes that it concerns.
        replanned: Replanned,
    },
    /// A cluster is no more.
    ClusterRemoved {
        /// The id that it had; another cluster may get it.
        cluster: ClusterId,
    },
    /// A job was made, with a delivery for every target.
    JobMade {
        /// What was asked for.
        spec: Box<JobSpec>,
    },
    /// A job was handed to the broker.
    JobSent {
        /// The job, which was queued until now.
        job: JobId,
    },
    /// Staff ended a job.
    JobStopped {
        /// The job in one form of its edition; each form has a record of its own.
        job: JobId,
    },
    /// A cluster said something about its deliveries.
    Acked {
        /// Who speaks: a smart cluster or a gateway.
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
        /// A smart cluster or a gateway.
        cluster: ClusterId,
        /// Its boot.
        boot: BootId,
        /// Its firmware.
        firmware: String,
        /// What it can hold; `None`: its hello is not known.
        limits: Option<DeviceLimits>,
    },
    /// A cluster says that it speaks a version of the protocol that this build does not know.
    OtherProtocol {
        /// The cluster whose key signed the message.
        cluster: ClusterId,
        /// The version.
        version: u16,
    },
    /// Conditions of clusters have begun, changed or ended.
    FaultsChanged {
        /// Those that there are now, and were not, or were others.
        raised: Vec<(ClusterId, Fault)>,
        /// Those that there are no more.
        cleared: Vec<(ClusterId, FaultKind)>,
    },
    /// Programmes were added, changed or removed, all at once.
    ScheduleChanged {
        /// Sets of days, all that there are now.
        sets: DaySets,
        /// New ones, and changed ones as they are now.
        programmes: Vec<Programme>,
        /// Ids of those that are no more.
        removed: Vec<String>,
        /// Jobs to come of those that were changed or removed: they end with it.
        ended: Vec<JobId>,
    },
    /// A clip was taken into the library, or got another title.
    ClipAdded {
        /// As it is now, with all its titles.
        clip: Box<LibraryClip>,
    },
    /// Programmes play another clip by a title.
    ClipReplaced {
        /// The title.
        title: String,
        /// The new one.
        clip: ClipId,
        /// The programmes as they are now.
        programmes: Vec<Programme>,
        /// Jobs to come of them: they end with it.
        ended: Vec<JobId>,
    },
    /// A clip has left the library, or one of its titles.
    ClipRemoved {
        /// The clip that has left, or whose title has.
        clip: ClipId,
        /// The title that is given up; the last one that it got, where the clip goes.
        title: String,
        /// The clip goes, with every title that it has.
        gone: bool,
    },
    /// Occurrences of a programme were left out.
    OccurrencesSkipped {
        /// Which, and why.
        skip: Skip,
        /// So many of the oldest ones that are remembered are forgotten.
        forgotten: usize,
    },
    /// Old jobs were forgotten.
    Forgotten {
        /// Jobs that were over; the journal still tells of them.
        jobs: Vec<JobId>,
    },
}

/// What a change of the site ends: these programmes are planned anew from here on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Replanned {
    /// Their ids.
    pub programmes: Vec<String>,
    /// Their jobs to come.
    pub ended: Vec<JobId>,
}

impl<'a> About<'a> {
    fn replanned(&mut self, replanned: &'a Replanned) {
        self.programmes.extend(replanned.programmes.iter().map(String::as_str));
        self.jobs.extend(&replanned.ended);
    }
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

/// What a record is about, for whoever follows the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About<'a> {
    /// Jobs that it makes, ends or tells of.
    pub jobs: Vec<JobId>,
    /// Clusters that it changes or that speak in it.
    pub clusters: Vec<&'a ClusterId>,
    /// Programmes that it changes or plays.
    pub programmes: Vec<&'a str>,
}

impl Record {
    /// What it is about.
    #[must_use]
    pub fn about(&self) -> About<'_> {
        let mut about = About::default();
        match self {
            Self::Started { .. }
            | Self::Surpassed { .. }
            | Self::ClockSet { .. }
            | Self::ClipAdded { .. }
            | Self::ClipRemoved { .. } => {}
            Self::SiteChanged { clusters, removed, replanned, .. } => {
                about.clusters = clusters.iter().map(|cluster| &cluster.id).chain(removed).collect();
                about.replanned(replanned);
            }
            Self::ClustersAdded { clusters, replanned } => {
                about.clusters = clusters.iter().map(|cluster| &cluster.id).collect();
                about.replanned(replanned);
            }
            Self::ClusterRemoved { cluster }
            | Self::Booted { cluster, .. }
            | Self::OtherProtocol { cluster, .. } => about.clusters.push(cluster),
            Self::JobMade { spec } => {
                about.jobs.push(spec.id);
                if let Origin::Programme { programme, .. } = &spec.origin {
                    about.programmes.push(programme);
                }
            }
            Self::JobSent { job } | Self::JobStopped { job } => about.jobs.push(*job),
            Self::Acked { cluster, acks } => {
                about.clusters.push(cluster);
                about.jobs.extend(acks.iter().map(|ack| ack.job));
            }
            Self::Lapsed { job, deliveries } => {
                about.jobs.push(*job);
                about.clusters.extend(deliveries.iter().map(|lapse| &lapse.cluster));
            }
            Self::FaultsChanged { raised, cleared } => {
                let raised = raised.iter().map(|(cluster, _)| cluster);
                about.clusters = raised.chain(cleared.iter().map(|(cluster, _)| cluster)).collect();
            }
            Self::ScheduleChanged { programmes, removed, ended, .. } => {
                let changed = programmes.iter().map(|programme| programme.plan.id.as_str());
                about.programmes = changed.chain(removed.iter().map(String::as_str)).collect();
                about.jobs.extend(ended);
            }
            Self::ClipReplaced { programmes, ended, .. } => {
                about.programmes = programmes.iter().map(|programme| programme.plan.id.as_str()).collect();
                about.jobs.extend(ended);
            }
            Self::OccurrencesSkipped { skip, .. } => about.programmes.push(&skip.programme),
            Self::Forgotten { jobs } => about.jobs.extend(jobs),
        }
        about
    }

    /// Does it happen all the time, and mean nothing by itself to those who look through the journal?
    #[must_use]
    pub fn is_routine(&self) -> bool {
        match self {
            Self::JobSent { .. } | Self::Booted { .. } | Self::Forgotten { .. } => true,
            Self::Acked { acks, .. } => !acks.iter().any(tells_trouble),
            Self::Lapsed { deliveries, .. } => {
                deliveries.iter().all(|lapse| Verdict::of(lapse.state) != Verdict::NotPlayed)
            }
            Self::Started { .. }
            | Self::Surpassed { .. }
            | Self::ClockSet { .. }
            | Self::SiteChanged { .. }
            | Self::ClustersAdded { .. }
            | Self::ClusterRemoved { .. }
            | Self::JobMade { .. }
            | Self::JobStopped { .. }
            | Self::OtherProtocol { .. }
            | Self::FaultsChanged { .. }
            | Self::ScheduleChanged { .. }
            | Self::ClipAdded { .. }
            | Self::ClipReplaced { .. }
            | Self::ClipRemoved { .. }
            | Self::OccurrencesSkipped { .. } => false,
        }
    }

    /// The record's name in the journal.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Surpassed { .. } => "surpassed",
            Self::ClockSet { .. } => "clock-set",
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
            Self::FaultsChanged { .. } => "faults-changed",
            Self::ScheduleChanged { .. } => "schedule-changed",
            Self::ClipAdded { .. } => "clip-added",
            Self::ClipReplaced { .. } => "clip-replaced",
            Self::ClipRemoved { .. } => "clip-removed",
            Self::OccurrencesSkipped { .. } => "occurrences-skipped",
            Self::Forgotten { .. } => "forgotten",
        }
    }
}

/// Does a cluster say that a job was not heard?
#[must_use]
pub fn tells_trouble(ack: &Ack) -> bool {
    match ack.stage {
        Stage::Failed | Stage::Expired => true,
        Stage::Finished => ack.evidence.is_some_and(|evidence| evidence.sound == Sound::Absent),
        Stage::Received | Stage::Ready | Stage::Started | Stage::Preempted | Stage::Skipped => false,
    }
}

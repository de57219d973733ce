//! Why a command changed nothing.

use firmware_proto::{ClusterId, JobId, UtcMillis};
use serde::{Deserialize, Serialize};

use super::recurring::NotRecurring;
use crate::facts::guard_rail::Broken;
use crate::facts::targets::UnknownTarget;

/// Why a command changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "refused")]
pub enum Refusal {
    /// Targets that fit nothing.
    #[error("no cluster fits {}", .unknown.iter().map(|u| u.target.as_str()).collect::<Vec<_>>().join(", "))]
    UnknownTargets {
        /// Each with what might have been meant.
        unknown: Vec<UnknownTarget>,
    },
    /// The targets are known, but there is no cluster among them.
    #[error("there is no cluster among the targets")]
    NoClusters,
    /// The start lies in the past.
    #[error("the start time has passed")]
    PastTime {
        /// The start that was asked for.
        play_at: UtcMillis,
        /// The time now.
        now: UtcMillis,
    },
    /// The system's clock shows a time at which this program was not built yet.
    #[error("the clock shows a time before this program was built")]
    ClockBeforeBuild {
        /// What it shows.
        shown: UtcMillis,
    },
    /// This controller has given way to another one of the site.
    #[error("the controller on {host} speaks for this site")]
    AnotherController {
        /// Where that one runs.
        host: String,
    },
    /// The recurrence never comes.
    #[error("the schedule never comes")]
    NeverFires,
    /// No such job or programme.
    #[error("there is no job or programme {id}")]
    UnknownJob {
        /// As it was written.
        id: String,
        /// The nearest ids.
        nearest: Vec<String>,
    },
    /// The job is over.
    #[error("the job is over")]
    JobOver {
        /// The job that was to be ended.
        job: JobId,
    },
    /// The job plays already: `stop` ends it.
    #[error("the job plays already")]
    JobPlays {
        /// The form of its edition that plays.
        job: JobId,
    },
    /// No such programme.
    #[error("there is no programme {id}")]
    UnknownProgramme {
        /// As it was written.
        id: String,
        /// The nearest ids.
        nearest: Vec<String>,
    },
    /// Of this programme nothing was due of late, and nothing is planned yet.
    #[error("programme {id} has no job")]
    ProgrammeWithoutJobs {
        /// The programme's id.
        id: String,
    },
    /// Of this programme nothing has sounded of late.
    #[error("nothing of programme {id} plays")]
    ProgrammeNotPlaying {
        /// The programme's id.
        id: String,
    },
    /// An announcement that cannot come again and again.
    #[error("{why}")]
    NotRecurring {
        /// What programmes do not have.
        why: NotRecurring,
    },
    /// No such set of days.
    #[error("there is no set of days {set}")]
    UnknownDaySet {
        /// As it was written.
        set: String,
        /// The nearest names.
        nearest: Vec<String>,
    },
    /// The site does not want it.
    #[error("{broken}")]
    GuardRail {
        /// What it would break.
        broken: Broken,
    },
    /// Programmes that cannot be; nothing was changed.
    #[error("{} of the programmes cannot be", .problems.len())]
    Schedule {
        /// What is wrong, programme by programme.
        problems: Vec<ProgrammeProblem>,
    },
    /// A schedule in place of the whole one, and nothing in it: rather a wrong file.
    #[error("there is no programme in it, and all that there are would go")]
    AllGone,
    /// A programme of that name exists.
    #[error("there is a programme {id} already")]
    ProgrammeExists {
        /// The id that is taken.
        id: String,
    },
    /// No such cluster.
    #[error("there is no cluster {cluster}")]
    UnknownCluster {
        /// As it was written.
        cluster: String,
        /// The nearest ids.
        nearest: Vec<String>,
    },
    /// The gateway has wireless clusters behind it.
    #[error("wireless clusters depend on {cluster}")]
    GatewayInUse {
        /// The gateway that was to be removed or changed.
        cluster: ClusterId,
    },
    /// A wireless cluster without a known gateway or without a zone, or zones twice.
    #[error("cluster {cluster}: {problem}")]
    BadCluster {
        /// The cluster whose description is wrong.
        cluster: ClusterId,
        /// What is wrong.
        problem: ClusterProblem,
    },
    /// A cluster has as many jobs ahead as it can hold.
    #[error("cluster {cluster} has too many jobs ahead")]
    TooManyJobs {
        /// The first such cluster.
        cluster: ClusterId,
    },
    /// A cluster's device cannot hold so many clips in one job.
    #[error("cluster {cluster} takes at most {most} clips in a job")]
    TooManyClips {
        /// The first such cluster.
        cluster: ClusterId,
        /// Clips that it can hold in one job.
        most: u16,
    },
    /// No such clip.
    #[error("there is no clip {name}")]
    UnknownClip {
        /// As it was written.
        name: String,
        /// The nearest titles.
        nearest: Vec<String>,
    },
    /// Somebody needs the clip.
    #[error("the clip {title} is in use")]
    ClipInUse {
        /// Its title.
        title: String,
        /// Ids of programmes, and of jobs of which something is still expected.
        users: Vec<String>,
    },
    /// The library takes no more clips.
    #[error("there are {most} clips")]
    LibraryFull {
        /// So many there may be.
        most: usize,
    },
    /// A number outside its range.
    #[error("{what} is not from {least} to {most}")]
    OutOfRange {
        /// Which, as site files call it.
        what: String,
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A list or a text outside its bounds.
    #[error("{what} is outside its bounds")]
    OutOfBounds {
        /// Which: `volume`, `clips`, `title`, `clusters`, `programmes`, `repeat`, `start-within` and others.
        what: String,
    },
}

/// What is wrong with the description of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterProblem {
    /// Wireless, and no gateway named.
    #[error("a wireless cluster needs a gateway")]
    NoGateway,
    /// The gateway is none.
    #[error("its gateway is not a known gateway")]
    UnknownGateway,
    /// Wireless, and no zone code.
    #[error("a wireless cluster needs a zone code")]
    NoZone,
    /// Gateway or zone on a cluster that is not wireless.
    #[error("only a wireless cluster has a gateway and a zone")]
    NotWireless,
    /// Its id stands there twice.
    #[error("its id stands there twice")]
    NamedTwice,
    /// Another cluster behind the same gateway has the zone.
    #[error("its zone is taken")]
    ZoneTaken,
    /// Too many languages, or one of them twice.
    #[error("it has too many languages, or one of them twice")]
    Languages,
    /// A name, a village or an uplink that cannot be shown.
    #[error("a name is too long, or cannot be shown")]
    Name,
}

impl ClusterProblem {
    /// Stable key, for translations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoGateway => "no-gateway",
            Self::UnknownGateway => "unknown-gateway",
            Self::NoZone => "no-zone",
            Self::NotWireless => "not-wireless",
            Self::NamedTwice => "named-twice",
            Self::ZoneTaken => "zone-taken",
            Self::Languages => "languages",
            Self::Name => "name",
        }
    }
}

/// What is wrong with one programme of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeProblem {
    /// Which; empty if it is the whole.
    pub programme: String,
    /// In which field.
    pub field: String,
    /// What.
    pub why: Refusal,
}

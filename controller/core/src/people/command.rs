//! What staff ask for, and what it brings about.

use firmware_proto::message::{Class, ClipRef};
use firmware_proto::{ClipId, ClusterId, JobId, UtcMillis};

use super::change::{ScheduleChange, ScheduleChanged, SiteChange, SiteChanged};
use crate::facts::clip::Sheet;
use crate::facts::cluster::Cluster;
#[cfg(doc)]
use crate::limits::{LATER_WITHIN_MS, NOW_WITHIN_MS, REPEAT_GAP_MS};

/// A request for a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Add clusters, or change them; all or none.
    AddClusters(Vec<Cluster>),
    /// Forget a cluster.
    RemoveCluster(ClusterId),
    /// Change settings and clusters of the site, or look what a change would mean.
    ChangeSite(SiteChange),
    /// Make a job. The same id twice is the same job.
    Announce(Announcement),
    /// Change the schedule, or look what a change would mean.
    ChangeSchedule(ScheduleChange),
    /// Let a programme rest, or go on.
    PauseProgramme {
        /// The programme's id.
        id: String,
        /// Rest?
        paused: bool,
    },
    /// Decide which programmes go first when several of a class wait.
    OrderProgrammes(Vec<String>),
    /// Take a clip into the library.
    AddClip(Box<NewClip>),
    /// Programmes that play another clip by this name play this one from now on.
    ReplaceClip {
        /// The clip's title or id.
        name: String,
    },
    /// Give up a title of a clip; with the last one, or by its id, the clip.
    RemoveClip {
        /// The clip's title or id.
        name: String,
    },
    /// The system's clock is right, whatever speaks against it.
    AcceptClock,
    /// End a job wherever it is; what plays stops.
    Stop(JobId),
    /// End a job that has not started anywhere yet.
    CancelJob(JobId),
    /// Remove a programme, and end its jobs to come.
    CancelProgramme(String),
}

/// A clip whose bytes are stored for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClip {
    /// As jobs name it.
    pub clip: ClipRef,
    /// For people.
    pub title: String,
    /// How it was made, and of what.
    pub sheet: Sheet,
}

/// A job to be made. What it leaves open is decided by the core.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// Drawn at random by the shell, or by its client.
    pub id: JobId,
    /// For people.
    pub title: String,
    /// Its class.
    pub class: Class,
    /// What plays, in order.
    pub clips: Vec<ClipRef>,
    /// As staff wrote them.
    pub targets: Vec<String>,
    /// When to start; `None`: at once.
    pub play_at: Option<UtcMillis>,
    /// How late a cluster may still start, ms; `None`: [`NOW_WITHIN_MS`] when at once, [`LATER_WITHIN_MS`] when
    /// at a time.
    pub start_within_ms: Option<u64>,
    /// Repeat it for this long, ms.
    pub repeat_for_ms: Option<u64>,
    /// Silence between two passes, ms; `None`: [`REPEAT_GAP_MS`].
    pub repeat_gap_ms: Option<u32>,
    /// Per cent; `None`: the site's.
    pub volume: Option<u8>,
    /// Why it may break the site's guard rails.
    pub override_reason: Option<String>,
}

/// What a command brought about. It is durable when it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A job exists.
    Job {
        /// The id that was asked for.
        job: JobId,
        /// On how many clusters.
        clusters: usize,
    },
    /// The schedule is, or would be, another one.
    Schedule(Box<ScheduleChanged>),
    /// The site is, or would be, another one.
    Site(Box<SiteChanged>),
    /// The library has this clip, by the title that was asked for.
    Clip {
        /// The hash of its bytes.
        clip: ClipId,
    },
    /// A title is no clip's any more.
    ClipRemoved {
        /// Whose it was.
        clip: ClipId,
        /// The title.
        title: String,
        /// It was the last one: the clip is no more.
        gone: bool,
    },
    /// Programmes play this clip by its title.
    ClipReplaced {
        /// The clip that plays now.
        clip: ClipId,
        /// The title.
        title: String,
        /// Ids of those that played another one.
        programmes: Vec<String>,
    },
    /// It is ended, on so many clusters.
    Stopped {
        /// Jobs that were ended.
        jobs: Vec<JobId>,
    },
    /// Nothing to say.
    Changed,
}

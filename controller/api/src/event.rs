//! What happens, entry by entry of the journal: the feed of what is to come, and the log of what was.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// One entry of the journal, as `GET /v1/events` and `GET /v1/log` tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the journal: whoever has heard it goes on behind it.
    pub sequence: u64,
    /// When it was decided, UTC ms.
    pub at: u64,
    /// What it is, e.g. `job-made`.
    pub kind: String,
    /// Who caused it.
    pub by: By,
    /// Ids of the jobs that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Ids of the clusters that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Ids of the programmes that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
    /// What it is, for people; who caused it stands in `by`.
    pub text: Text,
    /// Why, where somebody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// It happens all the time and means nothing by itself, e.g. a cluster says that it holds a job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub routine: bool,
}

/// What is wanted of the log, as the query of `GET /v1/log`; what is absent restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LogQuery {
    /// Entries before this one; absent: from the newest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// So many events at the most, 1 to 500; absent: 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From this moment on, UTC ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Before this moment, UTC ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
    /// About this cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// About this job, or the one job whose id begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// About this programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// Of this kind, e.g. `job-stopped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Caused by this user, address or cluster, or by the `schedule` or the `controller`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What is routine, too.
    #[serde(default)]
    pub all: bool,
}

impl LogQuery {
    /// Is this event wanted?
    #[must_use]
    pub fn admits(&self, event: &Event) -> bool {
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let among = |wanted: &Option<String>, found: &[String]| {
            wanted.as_ref().is_none_or(|wanted| found.contains(wanted))
        };
        (self.all || !event.routine)
            && self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at < to)
            && is(&self.kind, &event.kind)
            && is(&self.by, event.by.name())
            && among(&self.cluster, &event.clusters)
            && among(&self.programme, &event.programmes)
            && self.job.as_ref().is_none_or(|wanted| event.jobs.iter().any(|job| job.starts_with(wanted)))
    }
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Newest first. There may be fewer than were asked for, or none, although there is more: a page looks through a
    /// bounded number of entries.
    pub events: Vec<Event>,
    /// [`LogQuery::before`] of the next page; absent: nothing older is wanted or there.
    pub next: Option<u64>,
}

/// Who caused something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum By {
    /// A user of the controller's machine.
    User {
        /// The login name.
        name: String,
    },
    /// Somebody over the network.
    Remote {
        /// Their address.
        address: String,
    },
    /// A programme came due.
    Schedule,
    /// A cluster or a gateway.
    Device {
        /// Its id.
        cluster: String,
    },
    /// The controller itself.
    Controller,
}

impl By {
    /// Their name, as [`LogQuery::by`] has it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::User { name } => name,
            Self::Remote { address } => address,
            Self::Schedule => "schedule",
            Self::Device { cluster } => cluster,
            Self::Controller => "controller",
        }
    }
}

//! The feed: what happens, entry by entry of the journal.

use serde::{Deserialize, Serialize};

/// One entry of the journal, as `GET /v1/events` tells it.
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

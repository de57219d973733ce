//! Occurrences that were left out, and why: nothing planned goes unplayed without a word.

use firmware_proto::{ClusterId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::facts::guard_rail::Broken;

/// Occurrences of one programme that did not become jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Of this programme.
    pub programme: String,
    /// The first of them.
    pub first: UtcMillis,
    /// The last of them.
    pub last: UtcMillis,
    /// Occurrences that were left out.
    pub count: u32,
    /// Why.
    pub why: SkipReason,
    /// On these clusters alone; empty: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterId>,
}

/// Why an occurrence was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum SkipReason {
    /// The controller was not running in time.
    NotRunning,
    /// Several were missed: only the last one plays.
    Superseded,
    /// The site does not want it.
    GuardRail {
        /// What it would have broken.
        broken: Broken,
    },
    /// Staff called this one off, in an earlier form of the programme.
    CalledOff,
    /// None of its targets is there any more.
    NoClusters,
    /// A cluster had as many jobs ahead as it can hold.
    NoRoom,
    /// On a cluster with several languages it would be more clips than a job can have.
    TooManyClips,
}

//! Programmes: what is scheduled to recur.

use firmware_proto::UtcMillis;
use firmware_proto::message::{Class, ClipRef};
use schedules::Recurrence;
use serde::{Deserialize, Serialize};

/// A recurring broadcast. Its targets are named, not resolved: a cluster that is added later plays too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Its id.
    pub id: String,
    /// For people.
    pub title: String,
    /// When.
    pub recurrence: Recurrence,
    /// As staff wrote them.
    pub targets: Vec<String>,
    /// Its class.
    pub class: Class,
    /// What plays.
    pub clips: Vec<ClipRef>,
    /// Per cent.
    pub volume: u8,
    /// How late an occurrence may still start, ms.
    pub start_within_ms: u64,
    /// Occurrences after this moment count.
    pub added_at: UtcMillis,
}

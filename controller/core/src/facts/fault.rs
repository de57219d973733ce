//! Conditions that are flagged on a cluster, as they are recorded when they begin and end.

use std::collections::BTreeMap;

use firmware_proto::{ClusterId, JobId, UtcMillis};
use serde::{Deserialize, Serialize};

use super::delivery::Why;

/// What kind of condition; a cluster has each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// No valid message within the timeout.
    Unreachable,
    /// Reachable, but no sound was proved.
    Silent,
    /// It speaks a version of the protocol that this build does not know.
    Protocol,
    /// The gateway in front of it is down.
    GatewayDown,
}

/// One thing that is wrong with a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum Fault {
    /// No valid message within the timeout.
    Unreachable {
        /// When it was last heard, or when waiting for it began.
        since: UtcMillis,
        /// It has never been heard, as far as is remembered.
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
        /// Since when.
        since: UtcMillis,
        /// The gateway that is unreachable or silent.
        gateway: ClusterId,
    },
}

impl Fault {
    /// What kind of condition it is.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::Unreachable { .. } => FaultKind::Unreachable,
            Self::Silent { .. } => FaultKind::Silent,
            Self::Protocol { .. } => FaultKind::Protocol,
            Self::GatewayDown { .. } => FaultKind::GatewayDown,
        }
    }

    /// When it began.
    #[must_use]
    pub fn since(&self) -> UtcMillis {
        match self {
            Self::Unreachable { since, .. }
            | Self::Silent { since, .. }
            | Self::Protocol { since, .. }
            | Self::GatewayDown { since, .. } => *since,
        }
    }
}

/// The faults of one cluster.
pub type Faults = BTreeMap<FaultKind, Fault>;

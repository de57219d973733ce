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
    /// Its storage loses data.
    Storage,
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
    /// Its storage loses data: clips were found damaged, and pulled again. It plays all the same.
    Storage {
        /// Since when.
        since: UtcMillis,
        /// Cases within a day, as it says.
        cases: u8,
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
            Self::Storage { .. } => FaultKind::Storage,
        }
    }

    /// Does it keep a cluster from being heard? Else somebody has to look at it, and it plays.
    #[must_use]
    pub fn silences(&self) -> bool {
        !matches!(self, Self::Storage { .. })
    }

    /// How often damage was found.
    pub(crate) fn cases(&self) -> u8 {
        if let Self::Storage { cases, .. } = self { *cases } else { 0 }
    }

    /// When it began.
    #[must_use]
    pub fn since(&self) -> UtcMillis {
        match self {
            Self::Unreachable { since, .. }
            | Self::Silent { since, .. }
            | Self::Protocol { since, .. }
            | Self::GatewayDown { since, .. }
            | Self::Storage { since, .. } => *since,
        }
    }
}

/// The faults of one cluster.
pub type Faults = BTreeMap<FaultKind, Fault>;

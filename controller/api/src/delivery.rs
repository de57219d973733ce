//! What became of one job on one cluster.

use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::words::words;

words! {
    /// Where a delivery is, in the order of its life.
    DeliveryState {
        /// Made; not yet handed to the broker.
        Queued = "queued",
        /// Handed to the broker.
        Sent = "sent",
        /// The cluster holds the job.
        Received = "received",
        /// The cluster holds the clips too.
        Ready = "ready",
        /// It plays.
        Playing = "playing",
        /// Another job has the amplifier; then this one goes on.
        Suspended = "suspended",
        /// Played, and nothing says that no sound came out.
        Played = "played",
        /// The cluster is reachable, and yet no sound is proved.
        Silent = "silent",
        /// Not played: the cluster could not be reached, or not in time.
        Missed = "missed",
        /// The cluster could not play it.
        Failed = "failed",
        /// A job of a higher class took its place.
        Preempted = "preempted",
        /// Left out on purpose.
        Skipped = "skipped",
        /// Ended by staff.
        Cancelled = "cancelled",
        /// The gateway transmitted; nobody can say more.
        Unconfirmed = "unconfirmed",
    }
}

words! {
    /// What a delivery means to those who want to know whether the village heard it; what needs a look comes first.
    Verdict {
        /// It ended, and no sound is proved.
        NotPlayed = "not-played",
        /// Something is still expected of the cluster.
        Pending = "pending",
        /// It ended, and the cluster has no way to say how.
        Unknown = "unknown",
        /// The cluster says that it played, and nothing says that no sound came out.
        Played = "played",
    }
}

words! {
    /// What the sensors of a cluster say of its sound.
    Sound {
        /// A sensor has measured sound.
        Heard = "heard",
        /// A sensor has measured that there was none.
        Absent = "absent",
        /// There is no sensor.
        Unmeasured = "unmeasured",
    }
}

/// The state of one job on one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The cluster's id.
    pub cluster: String,
    /// Its name for people.
    pub name: String,
    /// A gateway is listed, but not counted.
    pub gateway: bool,
    /// Where it is.
    pub state: DeliveryState,
    /// What that means.
    pub verdict: Verdict,
    /// Nothing more is expected.
    pub ended: bool,
    /// When it came to this state, UTC milliseconds.
    pub since: u64,
    /// Why, where the state does not say it all.
    pub why: Option<Text>,
    /// When it started to play, UTC milliseconds.
    pub started_at: Option<u64>,
    /// What was measured.
    pub evidence: Option<Evidence>,
}

/// What a cluster measured while it played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the sensors say.
    pub sound: Sound,
    /// Sound handed to the amplifier.
    pub played_ms: u64,
    /// Complete passes.
    pub passes: u32,
    /// RMS at the output.
    pub level_dbfs: Option<i8>,
    /// Mean current of the amplifier.
    pub amplifier_ma: Option<u32>,
    /// At a microphone in front of the horn.
    pub microphone_dba: Option<u8>,
}

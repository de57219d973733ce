//! What a speaker keeps over a power cut.

use alloc::vec::Vec;

use minicbor::{Decode, Encode};

use crate::codec::{self, is_default, list};
use crate::ids::{JobId, OccurrenceKey};
use crate::limits::{AGENDA_OTHERS_MAX, JOBS_ENDED_MAX, JOBS_HELD_MAX, OUTBOX_ACKS_MAX, STATE_BYTES_MAX};
use crate::message::{Ack, Job, Settings};
use crate::time::UtcMillis;

/// The saved state, CBOR with integer keys like the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub(super) struct Saved {
    #[n(0)]
    pub(super) agenda_version: u64,
    #[n(1)]
    pub(super) settings: Settings,
    #[cbor(n(2), decode_with = "list::<JOBS_HELD_MAX, _, _>")]
    pub(super) held: Vec<SavedJob>,
    #[cbor(n(3), decode_with = "list::<JOBS_ENDED_MAX, _, _>")]
    pub(super) ended: Vec<JobId>,
    #[cbor(n(4), decode_with = "list::<OUTBOX_ACKS_MAX, _, _>")]
    pub(super) acks: Vec<Ack>,
    /// Highest command numbers seen on the shared topic and on the cluster's own.
    #[n(5)]
    pub(super) highest_all: u64,
    #[n(6)]
    pub(super) highest_own: u64,
    /// Occurrences of which a job has begun, the newest last.
    #[cbor(n(7), decode_with = "list::<JOBS_ENDED_MAX, _, _>", skip_if = "is_default")]
    pub(super) occurrences: Vec<OccurrenceKey>,
    /// Jobs of the newest agenda that had not come before it.
    #[cbor(n(8), decode_with = "list::<AGENDA_OTHERS_MAX, _, _>", skip_if = "is_default")]
    pub(super) missing: Vec<JobId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct SavedJob {
    #[n(0)]
    pub(super) job: Job,
    #[n(1)]
    pub(super) ready_said: bool,
    /// Present from before the first sample on.
    #[n(2)]
    pub(super) begun: Option<Begun>,
}

/// The job has been handed to the sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct Begun {
    /// When it was first.
    #[n(0)]
    pub(super) at: UtcMillis,
}

impl Saved {
    pub(super) fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// `None` if the bytes are none of ours: the speaker then starts empty, and the agenda fills it.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > STATE_BYTES_MAX {
            return None;
        }
        codec::whole(bytes).ok()
    }
}

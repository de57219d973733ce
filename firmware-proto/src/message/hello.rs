//! The first words of a device: what it is, what it can hold, and the state it is in.

use alloc::string::String;

use minicbor::{Decode, Encode};

use crate::codec::text;
use crate::limits::{CLIPS_PER_JOB_MAX, JOB_BYTES_MAX, JOBS_HELD_MAX, WINDOW_CHUNKS_MAX};
use crate::message::{Beat, Job};

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Kind {
    /// A cluster with a network of its own.
    #[n(0)]
    Smart,
    /// A device that feeds the FM transmitter.
    #[n(1)]
    Gateway,
}

/// First words after each connection.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    /// [`crate::message::PROTOCOL_VERSION`] of the speaker. A hello of another version is read no further:
    /// [`ReportBody::OtherVersion`](crate::message::ReportBody::OtherVersion).
    #[n(0)]
    pub protocol: u16,
    /// What the device is.
    #[n(1)]
    pub kind: Kind,
    /// Name and version of its firmware.
    #[cbor(n(2), decode_with = "text")]
    pub firmware: String,
    /// Bytes of [`DeviceLimits::storage_bytes`] that no clip takes, complete or begun.
    #[n(3)]
    pub storage_free_bytes: u64,
    /// What it can hold.
    #[n(4)]
    pub limits: DeviceLimits,
    /// The state it is in.
    #[n(5)]
    pub beat: Beat,
}

/// What a device can hold at most; the controller asks no more of it. No limit is above the wire's own bound of
/// the same name: a larger one counts as that bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cbor(map)]
pub struct DeviceLimits {
    /// Jobs at a time.
    #[n(0)]
    pub jobs: u16,
    /// Clips of one job.
    #[n(1)]
    pub clips_per_job: u16,
    /// Bytes of all clips together.
    #[n(2)]
    pub storage_bytes: u64,
    /// Chunks under way at a time.
    #[n(3)]
    pub window_chunks: u16,
    /// Bytes of one encoded job.
    #[n(4)]
    pub job_bytes: u32,
}

impl DeviceLimits {
    /// As much as the wire allows, with so many bytes for clips: the limits of [`crate::speaker::Speaker`].
    #[must_use]
    pub const fn full(storage_bytes: u64) -> Self {
        Self {
            jobs: JOBS_HELD_MAX as u16,
            clips_per_job: CLIPS_PER_JOB_MAX as u16,
            storage_bytes,
            window_chunks: WINDOW_CHUNKS_MAX as u16,
            job_bytes: JOB_BYTES_MAX as u32,
        }
    }

    /// Can the device take a job of this shape? Whether its clips fit beside others is for the device to say.
    #[must_use]
    pub fn can_take(&self, job: &Job) -> bool {
        job.content.clips().len() <= usize::from(self.clips_per_job)
            && job.encoded_len() <= self.job_bytes as usize
    }

    /// What remains of a bound that is `most` for a device that holds [`JOBS_HELD_MAX`] jobs.
    #[must_use]
    pub fn share_of_jobs(&self, most: usize) -> usize {
        most * usize::from(self.jobs).min(JOBS_HELD_MAX) / JOBS_HELD_MAX
    }
}

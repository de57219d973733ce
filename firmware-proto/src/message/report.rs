//! Up: what a cluster says, always under its own MAC (see [`crate::trust`]).

use alloc::vec::Vec;

use minicbor::encode::{self, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::codec::{self, Error, is_default, known, list};
use crate::ids::{BootId, ClusterId, JobId, SiteId};
use crate::limits::ACKS_PER_MESSAGE_MAX;
use crate::message::{Hello, PROTOCOL_VERSION, Want};
use crate::time::UtcMillis;

/// The authenticated payload: who says it, in which order, and what.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Report {
    /// The site it belongs to.
    #[n(0)]
    pub site: SiteId,
    /// The cluster that speaks.
    #[n(1)]
    pub cluster: ClusterId,
    /// Its present boot.
    #[n(2)]
    pub boot: BootId,
    /// Grows with every report of one boot, from 1.
    #[n(3)]
    pub sequence: u64,
    /// The newest epoch of the controller that the cluster has heard (see [`crate::sequence`]).
    /// Only a report of the present epoch proves that the cluster is alive now: an older one may
    /// be a recording.
    #[n(4)]
    pub epoch: u32,
    /// What it says.
    #[n(5)]
    pub body: ReportBody,
}

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportBody {
    /// Connected.
    Hello(Hello),
    /// Connected, and speaks this version of the protocol, of which nothing more is known here.
    OtherVersion(u16),
    /// Still there.
    Beat(Beat),
    /// What became of jobs.
    Acks(Vec<Ack>),
    /// Chunks that are missing.
    Want(Want),
    /// What time is it?
    Time(TimeRequest),
}

impl<C> Encode<C> for ReportBody {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?;
        match self {
            Self::Hello(hello) => e.u32(0)?.encode_with(hello, ctx)?.ok(),
            Self::OtherVersion(version) => e.u32(0)?.map(1)?.u32(0)?.u16(*version)?.ok(),
            Self::Beat(beat) => e.u32(1)?.encode_with(beat, ctx)?.ok(),
            Self::Acks(acks) => e.u32(2)?.encode_with(acks, ctx)?.ok(),
            Self::Want(want) => e.u32(3)?.encode_with(want, ctx)?.ok(),
            Self::Time(request) => e.u32(4)?.encode_with(request, ctx)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for ReportBody {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, Error> {
        let at = d.position();
        match codec::choice(d)? {
            0 => match protocol(d)? {
                PROTOCOL_VERSION => d.decode_with(ctx).map(Self::Hello),
                other => d.skip().map(|()| Self::OtherVersion(other)),
            },
            1 => d.decode_with(ctx).map(Self::Beat),
            2 => list::<ACKS_PER_MESSAGE_MAX, _, _>(d, ctx).map(Self::Acks),
            3 => d.decode_with(ctx).map(Self::Want),
            4 => d.decode_with(ctx).map(Self::Time),
            _ => Err(Error::message("unknown report").at(at)),
        }
    }
}

/// The version that a hello begins with, which is its key 0 in every version; the hello is still to be read.
fn protocol(d: &mut Decoder<'_>) -> Result<u16, Error> {
    let mut ahead = d.probe();
    match (ahead.map()?, ahead.u8()?) {
        (Some(1..), 0) => ahead.u16(),
        _ => Err(Error::message("a hello without its version")),
    }
}

/// The cluster's state, every heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Beat {
    /// The agenda it holds, with every job of it; 0: none.
    #[n(0)]
    pub agenda_version: u64,
    /// Milliseconds since its boot.
    #[n(1)]
    pub uptime_ms: u64,
    /// Bound of its clock's error, ms; absent while it does not know the time.
    #[n(2)]
    pub clock_error_ms: Option<u32>,
    /// The job that plays.
    #[n(3)]
    pub playing: Option<JobId>,
    /// Acks that wait for a receipt.
    #[n(4)]
    pub acks_waiting: u16,
    /// Messages ignored since boot: garbage, wrong signatures, replays.
    #[n(5)]
    pub rejected: u32,
    /// Bytes per second that its link carried while it pulled clips; 0: not yet known.
    #[cbor(n(6), skip_if = "is_default")]
    pub link_bytes_per_s: u32,
    /// Bytes of clips that its jobs still need and that are not stored; no more than a `u32` holds is said.
    #[cbor(n(7), skip_if = "is_default")]
    pub missing_bytes: u32,
    /// Cases within the last day in which stored clips were found damaged: its storage loses bits.
    #[cbor(n(8), skip_if = "is_default")]
    pub clips_damaged: u8,
}

/// Names one ack of one cluster, for its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cbor(transparent)]
pub struct AckId(#[n(0)] pub u64);

/// What a cluster says about a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cbor(map)]
pub struct Ack {
    /// For the receipt.
    #[n(0)]
    pub id: AckId,
    /// The job it speaks of.
    #[n(1)]
    pub job: JobId,
    /// What happened.
    #[n(2)]
    pub stage: Stage,
    /// When; absent if the cluster did not know the time.
    #[n(3)]
    pub at: Option<UtcMillis>,
    /// Bound of the error of `at`, ms.
    #[n(4)]
    pub error_ms: Option<u32>,
    /// Why, where the stage needs one.
    #[cbor(n(5), decode_with = "known")]
    pub reason: Option<Reason>,
    /// Why we believe that sound came out, or did not.
    #[n(6)]
    pub evidence: Option<Evidence>,
}

/// How far a job came on a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Stage {
    /// The job is held.
    #[n(0)]
    Received,
    /// Its clips are held and verified.
    #[n(1)]
    Ready,
    /// The sink took the first samples.
    #[n(2)]
    Started,
    /// It came to its end, or was stopped on request.
    #[n(3)]
    Finished,
    /// It could not be played.
    #[n(4)]
    Failed,
    /// Another job took its place. One that may go on says `finished` when it has come to its end all the same.
    #[n(5)]
    Preempted,
    /// It was cancelled before it started, or its occurrence has played already.
    #[n(6)]
    Skipped,
    /// Its latest start passed.
    #[n(7)]
    Expired,
}

impl Stage {
    /// Nothing more comes after this stage.
    #[must_use]
    pub fn is_last(self) -> bool {
        self >= Self::Finished
    }
}

/// Why a job ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Reason {
    /// Somebody ended it.
    #[n(0)]
    Stopped,
    /// The clip did not arrive in time.
    #[n(1)]
    ClipMissing,
    /// The clip's bytes are not what was signed, twice.
    #[n(2)]
    ClipDamaged,
    /// No room for the clip.
    #[n(3)]
    StorageFull,
    /// The clip cannot be decoded.
    #[n(4)]
    Undecodable,
    /// The sound device refused or broke.
    #[n(5)]
    SinkBroken,
    /// The cluster did not know the time, so it could not begin.
    #[n(6)]
    ClockUnknown,
    /// Another job had the amplifier all the while.
    #[n(7)]
    Busy,
    /// The cluster restarted while it played.
    #[n(8)]
    Restarted,
    /// More jobs than the cluster can hold.
    #[n(9)]
    TooMany,
    /// Another job of the same occurrence has begun here before.
    #[n(10)]
    AlreadyPlayed,
    /// The device cannot play this kind of content.
    #[n(11)]
    Unsupported,
}

/// What the device measured while a job played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cbor(map)]
pub struct Evidence {
    /// The device's own verdict over what it measured.
    #[n(0)]
    pub sound: Sound,
    /// Milliseconds of sound handed to the amplifier, all passes together.
    #[n(1)]
    pub played_ms: u64,
    /// Complete passes.
    #[n(2)]
    pub passes: u32,
    /// RMS level at the output, dB relative to full scale.
    #[n(3)]
    pub level_dbfs: Option<i8>,
    /// Mean current of the amplifier, mA.
    #[n(4)]
    pub amplifier_ma: Option<u32>,
    /// Level at a microphone in front of the horn, dB(A).
    #[n(5)]
    pub microphone_dba: Option<u8>,
}

/// Did sound come out?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Sound {
    /// The device has no way to tell.
    #[n(0)]
    Unmeasured,
    /// Yes.
    #[n(1)]
    Heard,
    /// No.
    #[n(2)]
    Absent,
}

/// The cluster's half of a four-timestamp exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TimeRequest {
    /// The cluster's monotonic clock, ms.
    #[n(0)]
    pub sent: u64,
    /// What its clock shows now; absent while it does not know the time.
    #[n(1)]
    pub utc: Option<UtcMillis>,
}

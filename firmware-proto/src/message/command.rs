//! Down: what the controller says, always inside a signature (see [`crate::trust`]).

use alloc::string::String;
use alloc::vec::Vec;

use minicbor::{Decode, Decoder, Encode};

use crate::codec::{self, Error, is_default, list, rank, text};
use crate::ids::{BootId, ClipId, ClusterId, Hash, JobId, OccurrenceKey, SiteId};
use crate::limits::{ACKS_PER_MESSAGE_MAX, AGENDA_OTHERS_MAX, JOBS_HELD_MAX, ZONES_MAX};
use crate::message::{AckId, Content};
use crate::time::UtcMillis;

/// The signed payload: who it is for, how fresh it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Command {
    /// The site that speaks.
    #[n(0)]
    pub site: SiteId,
    /// The one cluster it is for; absent when it is for every cluster of the site.
    #[n(1)]
    pub target: Option<ClusterId>,
    /// Grows with every command to the same target; see [`crate::sequence`].
    #[n(2)]
    pub sequence: u64,
    /// A cluster that has heard the time since its start ignores the command before this moment.
    #[n(3)]
    pub not_before: UtcMillis,
    /// A cluster that has heard the time since its start ignores the command after this moment.
    #[n(4)]
    pub not_after: UtcMillis,
    /// What to do.
    #[n(5)]
    pub body: CommandBody,
}

/// What a command asks for.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(flat)]
pub enum CommandBody {
    /// One new job, ahead of the agenda that will also hold it.
    #[n(0)]
    Job(#[n(0)] Job),
    /// All that the cluster has to hold.
    #[n(1)]
    Agenda(#[n(0)] Agenda),
    /// End a job now, ahead of the agenda that will no longer hold it.
    #[n(2)]
    Stop(#[n(0)] Stop),
    /// Acks that are journaled: the cluster may forget them.
    #[n(3)]
    Receipt(#[n(0)] Receipt),
    /// The answer to a [`crate::message::TimeRequest`].
    #[n(4)]
    Time(#[n(0)] TimeReply),
    /// Between controllers of one site; no cluster takes it.
    #[n(5)]
    Peer(#[n(0)] Peer),
}

impl<'b, C> Decode<'b, C> for CommandBody {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, Error> {
        let at = d.position();
        match codec::choice(d)? {
            0 => d.decode_with(ctx).map(Self::Job),
            1 => d.decode_with(ctx).map(Self::Agenda),
            2 => d.decode_with(ctx).map(Self::Stop),
            3 => d.decode_with(ctx).map(Self::Receipt),
            4 => d.decode_with(ctx).map(Self::Time),
            5 => d.decode_with(ctx).map(Self::Peer),
            _ => Err(Error::message("unknown command").at(at)),
        }
    }
}

/// How much a job matters; a higher class pre-empts a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Class {
    /// Thông thường.
    #[n(0)]
    Routine,
    /// Ưu tiên.
    #[n(1)]
    Priority,
    /// Khẩn cấp.
    #[n(2)]
    Emergency,
}

/// What a due job does while another one of its class plays. A higher class takes the amplifier in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Busy {
    /// It waits.
    #[default]
    #[n(0)]
    Wait,
    /// It takes the amplifier from one whose `play_at` is earlier than its own.
    #[n(1)]
    Interrupt,
}

/// What becomes of a job when another one takes the amplifier from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[cbor(index_only)]
pub enum Interrupted {
    /// It is over.
    #[default]
    #[n(0)]
    Drop,
    /// It goes on where it was, if that is soon enough.
    #[n(1)]
    Resume,
    /// It plays again from its beginning, if that is soon enough.
    #[n(2)]
    Restart,
}

/// One broadcast as a cluster has to play it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Job {
    /// The same id never plays twice on a cluster.
    #[n(0)]
    pub id: JobId,
    /// The agenda version that brought this job.
    #[n(1)]
    pub version: u64,
    /// Its class.
    #[n(2)]
    pub class: Class,
    /// When to start; absent: at once.
    #[n(3)]
    pub play_at: Option<UtcMillis>,
    /// The latest moment to start; after it the job is `expired`.
    #[n(4)]
    pub start_by: UtcMillis,
    /// Play again and again.
    #[n(5)]
    pub repeat: Option<Repeat>,
    /// 0 to 100 per cent of the amplifier's full scale.
    #[n(6)]
    pub volume: u8,
    /// What it plays.
    #[n(7)]
    pub content: Content,
    /// For a gateway: the FM zones to switch on; empty: all of them.
    #[cbor(n(8), decode_with = "list::<ZONES_MAX, _, _>")]
    pub zones: Vec<u16>,
    /// Which edition of a programme it is; of each only one job ever begins.
    #[n(9)]
    pub occurrence: Option<OccurrenceKey>,
    /// Order among waiting jobs of one class: lower first, then by `play_at`. Absent on the wire:
    /// [`RANK_DEFAULT`](crate::limits::RANK_DEFAULT).
    #[cbor(n(10), with = "rank", has_nil)]
    pub rank: u32,
    /// What it does while another job of its class plays.
    #[cbor(n(11), skip_if = "is_default")]
    pub busy: Busy,
    /// If something else has the amplifier while it could start: the latest moment to start, even past `start_by`.
    #[n(12)]
    pub wait_until: Option<UtcMillis>,
    /// What becomes of it when another job takes the amplifier; a job with `repeat` is over in any case.
    #[cbor(n(13), skip_if = "is_default")]
    pub interrupted: Interrupted,
    /// After an interruption it goes on only if it is over by then.
    #[n(14)]
    pub over_by: Option<UtcMillis>,
}

impl Job {
    /// The latest start in any case: late, or after waiting for the amplifier.
    #[must_use]
    pub fn latest_start(&self) -> UtcMillis {
        self.wait_until.map_or(self.start_by, |until| until.max(self.start_by))
    }

    /// Its clips; none if its content is not made of clips.
    #[must_use]
    pub fn clips(&self) -> &[ClipRef] {
        self.content.clips()
    }

    /// Bytes that the job takes in a message.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        crate::codec::encode(self).len()
    }

    /// Milliseconds of sound of one pass through all clips.
    #[must_use]
    pub fn pass_ms(&self) -> u64 {
        self.clips().iter().map(|clip| u64::from(clip.duration_ms)).sum()
    }
}

/// Repetition of a whole job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cbor(map)]
pub struct Repeat {
    /// No pass starts from this moment on.
    #[n(0)]
    pub until: UtcMillis,
    /// No pass starts this long after the first one started, ms, by any cluster.
    #[n(1)]
    pub for_ms: u64,
    /// Silence between two passes, ms.
    #[n(2)]
    pub gap_ms: u32,
}

/// A clip as a job names it. It is signed, and its `hash_list` covers every chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cbor(map)]
pub struct ClipRef {
    /// SHA-256 of the whole file.
    #[n(0)]
    pub id: ClipId,
    /// Bytes of the whole file.
    #[n(1)]
    pub size_bytes: u32,
    /// SHA-256 of the concatenated SHA-256s of the chunks.
    #[n(2)]
    pub hash_list: Hash,
    /// Milliseconds of sound.
    #[n(3)]
    pub duration_ms: u32,
}

/// Desired state of one cluster: what it holds beyond this is cancelled, emergencies apart. One that does not fit into a
/// message comes in parts of one version. Each part names every job, and says some of them in full.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Agenda {
    /// Grows with every change that concerns the cluster.
    #[n(0)]
    pub version: u64,
    /// Jobs that the cluster has to hold.
    #[cbor(n(1), decode_with = "list::<JOBS_HELD_MAX, _, _>")]
    pub jobs: Vec<Job>,
    /// How the cluster has to behave.
    #[n(2)]
    pub settings: Settings,
    /// The other jobs that it has to hold, by name: it has said that it does, or another part brings them.
    #[cbor(n(3), decode_with = "list::<AGENDA_OTHERS_MAX, _, _>", skip_if = "is_default")]
    pub others: Vec<JobName>,
    /// Emergencies that somebody has ended on this cluster, and that it may still hold. Nothing else in an agenda ends one:
    /// who does not know of it has not ended it.
    #[cbor(n(4), decode_with = "list::<JOBS_HELD_MAX, _, _>", skip_if = "is_default")]
    pub ended: Vec<JobId>,
}

/// A job that stands in an agenda without being said in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct JobName {
    /// Its id.
    #[n(0)]
    pub id: JobId,
    /// What it broadcasts, if a programme made it.
    #[n(1)]
    pub occurrence: Option<OccurrenceKey>,
}

impl Agenda {
    /// Every job that stands in it.
    pub fn names(&self) -> impl Iterator<Item = JobName> {
        let said = self.jobs.iter().map(|job| JobName { id: job.id, occurrence: job.occurrence });
        said.chain(self.others.iter().copied())
    }
}

/// Settings of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settings {
    /// Milliseconds between two heartbeats, before jitter.
    #[n(0)]
    pub heartbeat_ms: u32,
    /// For a gateway: the FM zones behind it.
    #[cbor(n(1), decode_with = "list::<ZONES_MAX, _, _>")]
    pub zones: Vec<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { heartbeat_ms: 30_000, zones: Vec::new() }
    }
}

/// Ends one job: what plays stops, what waits never starts, what is unknown stays unknown.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Stop {
    /// The job to end.
    #[n(0)]
    pub job: JobId,
    /// Only if it has not begun: its programme was changed, and what has begun is for the agenda to say.
    #[cbor(n(1), skip_if = "is_default")]
    pub unless_begun: bool,
}

/// Acks that need not be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// Their ids.
    #[cbor(n(0), decode_with = "list::<ACKS_PER_MESSAGE_MAX, _, _>")]
    pub acks: Vec<AckId>,
}

/// The controller's half of a four-timestamp exchange (as RFC 5905, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TimeReply {
    /// The boot that asked.
    #[n(0)]
    pub boot: BootId,
    /// The request's `sent`, as it came.
    #[n(1)]
    pub sent: u64,
    /// When the request arrived.
    #[n(2)]
    pub received: UtcMillis,
    /// When this reply left.
    #[n(3)]
    pub replied: UtcMillis,
    /// The controller does not know yet whether its clock is right: who knows the time keeps its own.
    #[cbor(n(4), skip_if = "is_default")]
    pub unsure: bool,
}

/// What a controller says to others of its site: there should be none, but a copied folder makes one. It asks, or it
/// answers a question; only an answer to a question of one's own is known to be no recording.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Peer {
    /// Who says this: drawn at random at each start of a controller.
    #[n(0)]
    pub instance: BootId,
    /// The number of its newest question.
    #[n(1)]
    pub question: u32,
    /// The question that this answers; absent: it asks.
    #[n(2)]
    pub answers: Option<Question>,
    /// What it does at this site.
    #[n(3)]
    pub role: PeerRole,
    /// Staff started it to take the place of whoever is there.
    #[cbor(n(4), skip_if = "is_default")]
    pub takes_over: bool,
    /// Since when it has been here, by its own clock.
    #[n(5)]
    pub since: UtcMillis,
    /// Its epoch (see [`crate::sequence`]).
    #[n(6)]
    pub epoch: u32,
    /// The newest version of an agenda that it has given.
    #[n(7)]
    pub version: u64,
    /// The name of its machine, for people.
    #[cbor(n(8), decode_with = "text")]
    pub host: String,
}

/// One question of one controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Question {
    /// Who asked.
    #[n(0)]
    pub instance: BootId,
    /// Its number.
    #[n(1)]
    pub number: u32,
}

/// What a controller does at its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum PeerRole {
    /// It has started, and asks whether there is another one before it says anything to a cluster.
    #[n(0)]
    Asks,
    /// It speaks to the clusters.
    #[n(1)]
    Speaks,
    /// It has given way to another one, until it is started again.
    #[n(2)]
    Yields,
}

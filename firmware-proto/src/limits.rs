//! Every bound of the wire and of the speaker's memory, in one place.
//!
//! A receiver checks them before it allocates: a message longer than [`PAYLOAD_BYTES_MAX`] is
//! dropped unread, a list longer than its bound ends the decoding.

/// The largest key of a map.
pub const KEY_MAX: u64 = 65_535;
/// Arrays and maps inside one another in a payload, counted from its outermost one.
pub const NESTING_MAX: usize = 16;
/// Characters (ASCII) in a site's or cluster's name.
pub const NAME_BYTES_MAX: usize = 32;
/// Bytes of one MQTT payload, either way.
pub const PAYLOAD_BYTES_MAX: usize = 32 * 1024;
/// Bytes of one MQTT packet: the payload, its topic and the header. What both ends tell their MQTT library.
pub const PACKET_BYTES_MAX: usize = PAYLOAD_BYTES_MAX + 1024;
/// Bytes of free text in a message, e.g. a firmware version.
pub const TEXT_BYTES_MAX: usize = 64;

/// Bytes of one chunk of a clip; the last chunk may be shorter. 2 KiB is half a second of a
/// 32 kbit/s link, so the smallest window still lets an emergency through at once.
pub const CHUNK_BYTES: usize = 2048;
/// Bytes of a whole clip: three hours at 64 kbit/s and a little.
pub const CLIP_BYTES_MAX: u32 = 96 * 1024 * 1024;
/// Ranges in one `want`.
pub const WANT_RANGES_MAX: usize = 16;
/// Chunks a cluster may have asked for and not yet received.
pub const WINDOW_CHUNKS_MAX: u32 = 64;

/// Bytes of one encoded job: the largest one that can be said.
pub const JOB_BYTES_MAX: usize = 2048;
/// Clips of one job, played in order.
pub const CLIPS_PER_JOB_MAX: usize = 16;
/// Jobs that a cluster holds, and jobs in one part of an agenda.
pub const JOBS_HELD_MAX: usize = 64;
/// Jobs that a part of an agenda only names: twice as many as can be held, for emergencies beyond that are told too, and
/// the cluster says which job it gives up for them.
pub const AGENDA_OTHERS_MAX: usize = 2 * JOBS_HELD_MAX;
/// Ended jobs, and occurrences that have begun, that a speaker remembers, so that none of them plays again.
pub const JOBS_ENDED_MAX: usize = 256;
/// The rank of a job that gives none; lower ranks go first.
pub const RANK_DEFAULT: u32 = 1_000;
/// FM zones behind one gateway.
pub const ZONES_MAX: usize = 64;

/// Acks a speaker keeps until their receipt arrives; the oldest `received` and `ready` give way first.
pub const OUTBOX_ACKS_MAX: usize = 256;
/// Acks in one message, and acks one receipt can name.
pub const ACKS_PER_MESSAGE_MAX: usize = 32;

/// What is not urgent to store waits this long for more: flash wears with every write, and a job that plays at
/// once is received, ready and started within it.
pub const STORE_WITHIN_MS: u64 = 250;
/// Bytes of a speaker's saved state.
pub const STATE_BYTES_MAX: usize = 256 * 1024;

//! Every bound of this crate. The speaker's own are in `firmware_proto::limits`.

use std::time::Duration;

/// Events that may wait for a shell; a sender of more waits until there is room.
pub(crate) const EVENTS_WAITING_MAX: usize = 64;
/// Passes that wait while the sink ends the one before.
pub(crate) const PASSES_WAITING_MAX: usize = 4;
/// Bytes that are read at once when a whole clip is hashed.
pub(crate) const HASH_PIECE_BYTES: usize = 64 * 1024;
/// Frames that one slice of the `null` sink decodes at the most, however late it is.
pub(crate) const SLICE_FRAMES_MAX: u32 = 75;
/// How much sound a card holds, ms: what a busy system may be late, and what is lost when power goes.
#[cfg(feature = "alsa")]
pub(crate) const CARD_BUFFER_MS: u32 = 300;

/// How often a connection without traffic is asked whether it lives, s.
pub(crate) const KEEP_ALIVE_S: u16 = 40;
/// How long connecting may take, s. Also the longest time that a write to the socket may take: patient, for the sake of
/// slow links.
pub(crate) const CONNECT_TIMEOUT_S: u64 = 20;
/// Messages that wait for the MQTT client. What one drain of the speaker can put out at most is about a dozen.
pub(crate) const QUEUED_PUBLISHES_MAX: usize = 64;
/// Messages that the MQTT client writes at once.
pub(crate) const REQUEST_BATCH_MAX: usize = 16;
/// Messages that the broker has not confirmed yet. Fewer than a full outbox has: the client reserves room for all of them,
/// and looks at all of it at every write.
pub(crate) const INFLIGHT_MAX: u16 = 16;
/// Messages that may come before the broker confirms the subscription; after more of them it is not expected to.
pub(crate) const EARLY_MESSAGES_MAX: usize = 64;
/// Shortest and longest pause before connecting again.
pub(crate) const BACKOFF_MIN: Duration = Duration::from_secs(1);
pub(crate) const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// First connects of a fleet are spread over this long at the most.
pub(crate) const CONNECT_SPREAD_MAX: Duration = Duration::from_millis(400);
/// By how much each device of a fleet lengthens that spread.
pub(crate) const CONNECT_SPREAD_PER_DEVICE: Duration = Duration::from_millis(1);
/// Open files of a device: a socket, a state file, and a clip that it writes with its map, or plays.
pub(crate) const FILES_PER_DEVICE: u64 = 4;
/// Open files of the process besides those of its devices.
pub(crate) const FILES_BESIDE: u64 = 64;
/// Threads of each shard of a fleet that read whole clips back.
pub(crate) const HASH_THREADS: usize = 1;
/// How long such a thread is waited for when the fleet ends.
pub(crate) const HASH_STOP_WITHIN: Duration = Duration::from_millis(500);
/// Bytes in the pipe of a simulated narrow link: what a modem queues.
pub(crate) const PIPE_BYTES: usize = 16 * 1024;
/// Bytes that pass over it in one go at the most: an Ethernet frame.
pub(crate) const PIECE_BYTES_MAX: usize = 1500;

const _: () =
    assert!(REQUEST_BATCH_MAX <= QUEUED_PUBLISHES_MAX && INFLIGHT_MAX as usize <= QUEUED_PUBLISHES_MAX);
const _: () = assert!(BACKOFF_MIN.as_secs() > 0 && BACKOFF_MIN.as_secs() <= BACKOFF_MAX.as_secs());
// A connection that does not come up is given up before a live one would be asked.
const _: () = assert!(CONNECT_TIMEOUT_S < KEEP_ALIVE_S as u64);
const _: () = assert!(PIECE_BYTES_MAX <= PIPE_BYTES);
const _: () = assert!(PASSES_WAITING_MAX < EVENTS_WAITING_MAX);

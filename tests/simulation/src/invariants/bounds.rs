//! Queues, messages and storms stay within limits.

use firmware_proto::limits::{OUTBOX_ACKS_MAX, PAYLOAD_BYTES_MAX};

use crate::message::Message;
use crate::world::World;

/// Wakeups in one millisecond that are no spinning yet.
const SPINS_MAX: u32 = 20;
/// Outputs of one speaker after one event.
const SPEAKER_OUTPUTS_MAX: u64 = 100;

/// A wakeup leads to another one at a later time, soon.
pub(crate) fn nobody_spins(world: &World, who: &str, spins: u32) {
    if spins > SPINS_MAX {
        world.violated("nobody spins", &format!("{who} wants to be woken again and again at once"));
    }
}

/// A cluster would drop a longer message unread, and never get better.
pub(crate) fn a_payload_fits(world: &World, message: &Message) {
    if message.payload.len() > PAYLOAD_BYTES_MAX {
        let what = format!("{} bytes on {}", message.payload.len(), message.text);
        world.violated("a payload fits", &what);
    }
}

/// One input leads to a bounded number of outputs, and of outputs that wait.
pub(crate) fn a_core_says_little_at_once(world: &World, outputs: u64) {
    let Some(core) = &world.controller.core else { return };
    let devices = world.clusters.len();
    let (gated_max, outputs_max) = (200 + 100 * devices, 1_000 + 200 * devices as u64);
    if core.gated_len() > gated_max || outputs > outputs_max {
        let what = format!("{outputs} outputs, {} gated", core.gated_len());
        world.violated("a core says little at once", &what);
    }
}

/// The outbox and the effects of a speaker are bounded.
pub(crate) fn a_speaker_keeps_its_limits(world: &World, cluster: usize, outputs: u64) {
    let waiting = world.clusters[cluster].speaker.as_ref().map_or(0, |s| s.acks_waiting());
    if waiting > OUTBOX_ACKS_MAX || outputs > SPEAKER_OUTPUTS_MAX {
        let what = format!("cluster {cluster}: {waiting} acks, {outputs} outputs");
        world.violated("a speaker keeps its limits", &what);
    }
}

/// A clip is called finished only when its chunks are there.
pub(crate) fn only_whole_clips_are_kept(world: &World, cluster: usize, was_there: bool) {
    if !was_there {
        world.violated("only whole clips are kept", &format!("cluster {cluster} has no such clip"));
    }
}

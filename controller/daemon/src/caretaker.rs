//! Looks after the clips on the disk: damage is found while nobody waits for the sound, mended from the recording
//! where there is one, and told to the core in any case.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use controller_api::Condition;
use controller_core::clip::LibraryClip;
use firmware_proto::ClipId;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::handle::Handle;
use crate::library::Library;

/// What was found may wait for the engine.
const FOUND_MAX: usize = 64;
/// How often to see whether the files are there.
const GLANCE_EVERY: Duration = Duration::from_secs(60);
/// How often a clip is read from its first byte to its last.
const READ_EVERY: Duration = Duration::from_secs(3_600);

/// A clip was looked at.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) clip: ClipId,
    /// Its bytes are there, and what they were.
    pub(crate) whole: bool,
}

/// What was found, on its way to the engine.
pub(crate) fn queue() -> (mpsc::Sender<Found>, mpsc::Receiver<Found>) {
    mpsc::channel(FOUND_MAX)
}

/// Whoever finds damage goes through it.
#[derive(Clone)]
pub(crate) struct Caretaker {
    pub(crate) library: Arc<Library>,
    pub(crate) found: mpsc::Sender<Found>,
}

impl Caretaker {
    /// Reads a clip, makes it again where it has to be, and tells what came of it. Blocks.
    pub(crate) fn mend(&self, known: &LibraryClip) {
        let whole = match self.library.check(known) {
            Ok(Some(condition)) => condition != Condition::Damaged,
            // Somebody else is at it, and will tell.
            Ok(None) => return,
            Err(error) => {
                tracing::error!(clip = %known.clip.id, %error, "a clip cannot be read");
                false
            }
        };
        self.tell(known.clip.id, whole);
    }

    fn tell(&self, clip: ClipId, whole: bool) {
        // Only an engine that has ended takes it no more.
        let _ = self.found.blocking_send(Found { clip, whole });
    }

    /// Looks after all clips for as long as the engine runs.
    pub(crate) async fn run(self, engine: Handle) {
        let mut glance = interval(GLANCE_EVERY);
        glance.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rounds = Rounds::new(Instant::now());
        while !self.found.is_closed() {
            glance.tick().await;
            let (clips, lost) =
                engine.glance(|view| (view.core.state().clips.clone(), view.core.lost_clips().clone()));
            let due = rounds.due(Instant::now(), clips.keys().copied());
            let caretaker = self.clone();
            let looked = tokio::task::spawn_blocking(move || {
                for (id, known) in clips.iter() {
                    let is_there = caretaker.library.is_there(&known.clip);
                    // What is lost and cannot be made again is not tried again each minute.
                    if due == Some(*id) || is_there == lost.contains_key(id) {
                        caretaker.mend(known);
                    }
                }
            });
            // A panic there was told already; the next look begins anew.
            let _ = looked.await;
        }
    }
}

/// Whose turn it is to be read.
#[derive(Debug)]
struct Rounds {
    next: Instant,
    read: BTreeMap<ClipId, Instant>,
}

impl Rounds {
    fn new(now: Instant) -> Self {
        Self { next: now + READ_EVERY, read: BTreeMap::new() }
    }

    /// The clip that was read longest ago, once an hour.
    fn due(&mut self, now: Instant, clips: impl Iterator<Item = ClipId>) -> Option<ClipId> {
        if now < self.next {
            return None;
        }
        self.next = now + READ_EVERY;
        let due = clips.min_by_key(|clip| self.read.get(clip).copied())?;
        self.read.insert(due, now);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clip_has_its_turn() {
        let clips: Vec<ClipId> = (0..3).map(|n| ClipId::from_bytes([n; 32])).collect();
        let start = Instant::now();
        let mut rounds = Rounds::new(start);
        let read: Vec<ClipId> = (0..6 * 60)
            .filter_map(|minute| rounds.due(start + GLANCE_EVERY * minute, clips.iter().copied()))
            .collect();
        assert_eq!(read, [clips[0], clips[1], clips[2], clips[0], clips[1]]);
    }
}

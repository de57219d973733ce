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

    /// Once a minute. What is lost could not be made again: that is tried only when its turn has come, but somebody may
    /// have put the file back.
    fn look_after(&self, known: &LibraryClip, is_lost: bool, is_due: bool) {
        match is_lost {
            _ if is_due => self.mend(known),
            false if !self.library.is_there(&known.clip) => self.mend(known),
            true if self.library.is_whole(&known.clip) => self.tell(known.clip.id, true),
            _ => {}
        }
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
                    caretaker.look_after(known, lost.contains_key(id), due == Some(*id));
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
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use audio::Sound;
    use controller_core::clip::Title;
    use controller_core::settings::Settings;
    use firmware_proto::UtcMillis;

    use super::*;
    use crate::studio;

    /// To make a sound again takes a processor for seconds; to look whether somebody has put it back takes nothing.
    #[test]
    fn what_is_lost_is_looked_for_each_minute_and_made_again_in_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let library = Arc::new(Library::open(folder.path()).unwrap());
        let (new, _held) = studio::synthesise(&library, &Settings::default(), Sound::Chime).unwrap();
        let clip = new.clip.id;
        let titles = vec![Title { text: new.title, given_at: UtcMillis(0) }];
        let known = LibraryClip { clip: new.clip, titles, sheet: new.sheet };
        let path = folder.path().join(format!("clips/{:02x}/{clip}.opus", clip.as_bytes()[0]));
        let whole = fs::read(&path).unwrap();
        let (found, mut told) = queue();
        let caretaker = Caretaker { library, found };
        let mut look = |is_lost, is_due| {
            caretaker.look_after(&known, is_lost, is_due);
            told.try_recv().ok().map(|found| found.whole)
        };
        assert_eq!(look(false, false), None);
        fs::write(&path, vec![0; whole.len()]).unwrap();
        assert_eq!(look(true, false), None);
        assert_ne!(fs::read(&path).unwrap(), whole);
        assert_eq!(look(true, true), Some(true));
        assert_eq!(fs::read(&path).unwrap(), whole);
        assert_eq!(look(true, false), Some(true), "somebody has put it back");
        fs::remove_file(&path).unwrap();
        assert_eq!(look(false, false), Some(true));
    }

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

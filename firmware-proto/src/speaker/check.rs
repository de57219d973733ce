//! Stored clips are read again, for cards lose bits: a clip that is found damaged when it has to sound is found too late.
//!
//! First those of a job of which a pass has failed, then those of jobs that are soon due, then one of the others an hour.
//! What is not as its name says is dropped, and pulled again where a job needs it.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

use crate::ids::{ClipId, Hash, JobId};
use crate::message::{Job, Reason, Stage};
use crate::time::Mono;

use super::{Held, Output, Speaker};

/// Clips of a job are read so long before it is due, ms.
const AHEAD_MS: u64 = 10 * 60_000;
/// A clip that was seen whole within this time is not read again for a job, ms.
const FRESH_MS: u64 = 30 * 60_000;
/// Of the others one is read so often, ms.
const OTHERS_EVERY_MS: u64 = 3_600_000;
/// How often to look for jobs that are soon due, ms.
const LOOK_EVERY_MS: u64 = 60_000;
/// A shell that does not answer within this time cannot read the clip, ms.
const READ_MS_MAX: u64 = 60_000;
/// Damage is told for so long, ms.
const TOLD_FOR_MS: u64 = 24 * 3_600_000;
/// So many cases of damage are told.
const TOLD_MAX: usize = 255;

/// What is known of the state of stored clips.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// The clip that the shell reads, and when it has to have answered.
    reading: Option<(ClipId, Mono)>,
    /// Clips of jobs of which a pass has failed.
    suspects: BTreeSet<ClipId>,
    /// When clips were last seen whole in this boot.
    seen: BTreeMap<ClipId, Mono>,
    /// When to look at jobs that are soon due.
    next_look: Mono,
    /// When one of the others is due.
    next_other: Mono,
    /// When damage was found.
    found: VecDeque<Mono>,
}

impl Checks {
    /// `spread`: until the first of the others, ms; so that a fleet does not read all at once.
    pub(super) fn new(now: Mono, spread: u64) -> Self {
        Self { next_look: now, next_other: now + spread % OTHERS_EVERY_MS, ..Self::default() }
    }

    pub(super) fn seen_whole(&mut self, now: Mono, clip: ClipId) {
        self.seen.insert(clip, now);
    }

    pub(super) fn forget(&mut self, clip: ClipId) {
        self.seen.remove(&clip);
        self.suspects.remove(&clip);
    }

    fn is_fresh(&self, now: Mono, clip: ClipId) -> bool {
        self.seen.get(&clip).is_some_and(|at| now.since(*at) < FRESH_MS)
    }

    fn note_damage(&mut self, now: Mono) {
        if self.found.len() == TOLD_MAX {
            self.found.pop_front();
        }
        self.found.push_back(now);
    }

    /// Cases of damage within a day.
    pub(super) fn damage(&self, now: Mono) -> u8 {
        self.found.iter().filter(|at| now.since(**at) < TOLD_FOR_MS).count() as u8
    }

    pub(super) fn next_event(&self) -> Mono {
        self.reading.map_or(self.next_look.min(self.next_other), |(_, by)| by)
    }
}

impl Reason {
    /// May the bytes of a clip be what is wrong?
    pub(super) fn is_of_a_clip(self) -> bool {
        matches!(self, Self::Undecodable | Self::ClipMissing | Self::ClipDamaged)
    }
}

impl Speaker {
    /// A pass of this job could not go on, perhaps because of a clip: they are read before anything is decided.
    pub(super) fn suspect_clips(&mut self, job: JobId, why: Reason) {
        let Some(held) = self.held.get(&job) else { return };
        // A clip of it is gone already: that is the reason.
        if !self.has_clips(&held.job) {
            return;
        }
        self.checks.suspects.extend(held.job.clips().iter().map(|clip| clip.id));
        if let Some(held) = self.held.get_mut(&job) {
            held.broken = Some(why);
        }
    }

    pub(super) fn has_suspects(&self, job: &Job) -> bool {
        job.clips().iter().any(|clip| self.checks.suspects.contains(&clip.id))
    }

    /// Has the shell read a stored clip again? Then this is its answer.
    pub(super) fn take_check(&mut self, now: Mono, clip: ClipId, hash: Option<Hash>) -> bool {
        if self.checks.reading.take_if(|(reading, _)| *reading == clip).is_none() {
            return false;
        }
        let whole = hash.is_some_and(|hash| hash.as_bytes() == clip.as_bytes());
        self.checks.suspects.remove(&clip);
        self.checks.next_look = now;
        if whole {
            self.checks.seen_whole(now, clip);
            self.fail_what_is_not_mended(now);
        } else if self.complete.contains_key(&clip) {
            self.lose_clip(now, clip);
        }
        true
    }

    /// A stored clip is not what it was.
    fn lose_clip(&mut self, now: Mono, clip: ClipId) {
        self.drop_clip(clip);
        self.note_damage(now);
        self.note_lost_clip(clip);
        for held in self.held.values_mut().filter(|held| held.needs(clip)) {
            // It is pulled again, and what it broke goes on.
            held.broken = None;
        }
        self.fail_what_is_not_mended(now);
    }

    /// The controller is told at once.
    pub(super) fn note_damage(&mut self, now: Mono) {
        self.checks.note_damage(now);
        self.next_beat = self.next_beat.min(now);
    }

    /// Jobs that broke although all of their clips are what they were. One that has the amplifier sees to itself.
    fn fail_what_is_not_mended(&mut self, now: Mono) {
        let read = self.held.values().filter(|held| !self.has_suspects(&held.job));
        let over = read.filter_map(|held| Some((held.job.id, held.broken?, held.suspended?.evidence)));
        let over: Vec<_> = over.collect();
        for (id, why, evidence) in over {
            self.held.remove(&id);
            self.ack(now, id, Stage::Failed, Some(why), Some(evidence));
            self.remember_ended(id);
        }
    }

    /// Reads the next clip again, if one is due.
    pub(super) fn check_clips(&mut self, now: Mono) {
        if let Some((clip, _)) = self.checks.reading.filter(|(_, by)| *by <= now) {
            self.take_check(now, clip, None);
        }
        if self.checks.reading.is_some() {
            return;
        }
        self.checks.suspects.retain(|clip| self.complete.contains_key(clip));
        let next = self.checks.suspects.first().copied().or_else(|| self.next_check(now));
        if let Some(clip) = next {
            self.checks.reading = Some((clip, now + READ_MS_MAX));
            self.effects.push_back(Output::VerifyClip(clip));
        }
    }

    fn next_check(&mut self, now: Mono) -> Option<ClipId> {
        if self.checks.next_look <= now {
            match self.clip_of_next_job(now) {
                None => self.checks.next_look = now + LOOK_EVERY_MS,
                clip => return clip,
            }
        }
        if self.checks.next_other > now {
            return None;
        }
        self.checks.next_other = now + OTHERS_EVERY_MS;
        let read_before = |clip: &&ClipId| self.checks.seen.get(*clip).copied();
        self.complete.keys().min_by_key(read_before).copied()
    }

    /// A clip of a job that is soon due, which nobody has looked at of late.
    fn clip_of_next_job(&self, now: Mono) -> Option<ClipId> {
        let until = self.clock.utc(now)? + AHEAD_MS;
        let soon = |held: &&Held| held.begun.is_none() && held.job.play_at.is_some_and(|at| at <= until);
        let clips = self.held.values().filter(soon).flat_map(|held| held.job.clips());
        let stored = |clip: &ClipId| self.complete.contains_key(clip) && !self.checks.is_fresh(now, *clip);
        clips.map(|clip| clip.id).find(stored)
    }
}

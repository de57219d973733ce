//! Who is due for the amplifier, who waits for it, and who waited too long. [`crate::turns`] says who has it.

use alloc::vec::Vec;

use crate::ids::{JobId, OccurrenceKey};
use crate::limits::JOBS_ENDED_MAX;
use crate::message::{Interrupted, Job, Reason, Stage};
use crate::time::{Mono, UtcMillis};
use crate::turns::{self, Contender};

use super::play::Active;
use super::{Held, Speaker};

impl Job {
    /// Does it play on after another one had the amplifier?
    pub(super) fn may_go_on(&self) -> bool {
        self.interrupted != Interrupted::Drop && self.repeat.is_none()
    }
}

impl Held {
    pub(super) fn new(job: Job) -> Self {
        Self {
            job,
            ready_said: false,
            begun: None,
            waits: false,
            suspended: None,
            unconfirmed: false,
            broken: None,
        }
    }

    /// The latest moment to begin, or to play on.
    pub(super) fn latest_start(&self) -> UtcMillis {
        match (&self.suspended, self.waits) {
            (Some(suspended), _) => {
                let (usual, left_ms) =
                    (self.job.latest_start() + self.job.pass_ms(), suspended.left_ms(&self.job));
                self.job.over_by.map_or(usual, |over_by| usual.min(over_by - left_ms))
            }
            (None, true) => self.job.wait_until.unwrap_or(self.job.start_by),
            (None, false) => self.job.start_by,
        }
    }

    /// When a job that has begun is over at the latest.
    pub(super) fn latest_end(&self) -> UtcMillis {
        let passes = if self.job.may_go_on() { 2 } else { 1 };
        let repeat_ms = self.job.repeat.map_or(0, |repeat| repeat.for_ms);
        self.job.latest_start() + self.job.pass_ms().saturating_mul(passes) + repeat_ms
    }

    fn contender(&self) -> Contender {
        Contender { suspended: self.suspended.is_some(), ..Contender::new(&self.job) }
    }
}

impl Speaker {
    /// The job that has the amplifier next: while another one plays, only one that takes it.
    pub(super) fn next_due(&self, now: Mono) -> Option<&Held> {
        let active = self.active.as_ref().map(Active::job);
        let playing = active.and_then(|id| self.held.get(&id));
        let due = self.held.values().filter(|held| Some(held.job.id) != active && self.is_due(now, held));
        let due: Vec<&Held> = due.collect();
        let taker = due.iter().position(|held| Some(held.job.id) == self.taker);
        let playing = playing.map(Held::contender);
        turns::next(&due, |held| held.contender(), playing.as_ref(), taker).map(|next| due[next])
    }

    /// Could it play now, if nothing else did? Not while the time is not known: the job may be days old.
    fn is_due(&self, now: Mono, held: &Held) -> bool {
        let Some(utc) = self.clock.utc(now).filter(|_| !held.unconfirmed) else { return false };
        let time = match held.suspended {
            Some(_) => utc <= held.latest_start(),
            None => held.job.play_at.is_none_or(|at| at <= utc),
        };
        time && self.can_sound(held)
    }

    /// Are its clips there? Of a repeating job that was ready, or has begun, those that are left are better than nothing
    /// until the others have come again.
    fn can_sound(&self, held: &Held) -> bool {
        let some = || held.job.clips().iter().any(|clip| self.complete.contains_key(&clip.id));
        let was_ready = held.job.repeat.is_some() && (held.ready_said || held.begun.is_some());
        !self.has_suspects(&held.job) && (self.has_clips(&held.job) || (was_ready && some()))
    }

    /// Jobs that could start and may not, because something else has the amplifier.
    pub(super) fn note_waiting(&mut self, now: Mono) {
        let Some(active) = self.active.as_ref().map(Active::job) else { return };
        let utc = self.clock.utc(now);
        // Who comes so late that the time to wait is over already is late, and not waiting.
        let in_time = |until: UtcMillis| utc.is_none_or(|utc| utc <= until);
        let waits = |held: &Held| held.job.wait_until.is_none_or(in_time);
        let idle = self.held.values().filter(|held| held.begun.is_none() && !held.waits && waits(held));
        let due = idle.filter(|held| held.job.id != active && self.is_due(now, held));
        let due: Vec<JobId> = due.map(|held| held.job.id).collect();
        for id in due {
            if let Some(held) = self.held.get_mut(&id) {
                held.waits = true;
            }
        }
    }

    /// Jobs whose latest start has passed.
    pub(super) fn expire_jobs(&mut self, now: Mono) {
        let Some(utc) = self.clock.utc(now) else { return };
        let late = |held: &&Held| utc > held.latest_start();
        let idle = self.held.values().filter(|held| held.begun.is_none() || held.suspended.is_some());
        let expired: Vec<JobId> = idle.filter(late).map(|held| held.job.id).collect();
        expired.into_iter().for_each(|id| self.expire(now, id));
        self.end_lapsed_repeats(now, utc);
    }

    /// A job's latest start has passed.
    pub(super) fn expire(&mut self, now: Mono, id: JobId) {
        let reason = match self.held.remove(&id) {
            // Its last word was that it was interrupted, or it has not said yet why it went silent.
            Some(Held { suspended: Some(paused), .. }) => {
                if paused.lost_clip {
                    self.ack(now, id, Stage::Failed, Some(Reason::ClipDamaged), Some(paused.evidence));
                }
                return self.remember_ended(id);
            }
            Some(held) if !self.has_clips(&held.job) => Some(Reason::ClipMissing),
            Some(held) if held.waits || self.active.is_some() => Some(Reason::Busy),
            Some(held) if !self.clock.was_known(held.job.start_by) => Some(Reason::ClockUnknown),
            _ => None,
        };
        self.ack(now, id, Stage::Expired, reason, None);
        self.remember_ended(id);
    }

    /// Repeating jobs that a restart interrupted, and whose time has since run out.
    fn end_lapsed_repeats(&mut self, now: Mono, utc: UtcMillis) {
        let active = self.active.as_ref().map(Active::job);
        let lapsed = |held: &&Held| {
            let over = held.repeats_until().is_some_and(|until| utc >= until);
            over && active != Some(held.job.id)
        };
        let ids: Vec<JobId> = self.held.values().filter(lapsed).map(|held| held.job.id).collect();
        for id in ids {
            self.held.remove(&id);
            self.ack(now, id, Stage::Failed, Some(Reason::Restarted), None);
            self.remember_ended(id);
        }
    }

    /// Has a job of this occurrence begun here?
    pub(super) fn has_begun(&self, key: OccurrenceKey) -> bool {
        let begun = |held: &Held| held.begun.is_some() && held.job.occurrence == Some(key);
        self.occurrences.contains(&key) || self.held.values().any(begun)
    }

    /// A job of this occurrence begins: no other one does.
    pub(super) fn begin_occurrence(&mut self, now: Mono, job: JobId, key: OccurrenceKey) {
        if !self.occurrences.contains(&key) {
            if self.occurrences.len() == JOBS_ENDED_MAX {
                self.occurrences.pop_front();
            }
            self.occurrences.push_back(key);
        }
        let same =
            |held: &&Held| held.job.id != job && held.begun.is_none() && held.job.occurrence == Some(key);
        let others: Vec<JobId> = self.held.values().filter(same).map(|held| held.job.id).collect();
        for id in others {
            self.held.remove(&id);
            self.skip_played(now, id);
        }
        self.store_first();
    }

    pub(super) fn skip_played(&mut self, now: Mono, job: JobId) {
        self.ack(now, job, Stage::Skipped, Some(Reason::AlreadyPlayed), None);
        self.remember_ended(job);
    }

    /// When something about waiting jobs changes by the passing of time alone.
    pub(super) fn next_waiting_event(&self, now: Mono) -> Option<Mono> {
        let active = self.active.as_ref().map(Active::job);
        let idle = self.held.values().filter(|held| Some(held.job.id) != active);
        let events = idle.flat_map(|held| {
            if let Some(until) = held.repeats_until() {
                return [self.clock.mono_of(now, until), None];
            }
            let starts = held.job.play_at.and_then(|at| self.clock.mono_of(self.ticked, at));
            let starts = starts.filter(|at| *at > self.ticked);
            let latest = self.clock.mono_of(now, held.latest_start());
            [starts, latest.map(|at| at + 1)]
        });
        events.flatten().min()
    }
}

//! What plays, what comes next, and what is too late.
//!
//! One job plays at a time. A higher class takes the place of a lower one, a newer emergency that
//! of an older; within a class a job waits for the one before it. A job is `begun` on storage
//! before its first sample, so after a restart it is known to have played, and only a repeating
//! job goes on.

use alloc::vec::Vec;

use crate::ids::JobId;
use crate::message::{Class, Evidence, Job, Reason, Sound, Stage};
use crate::time::{Mono, UtcMillis};

use super::saved::{Begun, SavedJob};
use super::{Dirty, Held, Output, Pass, PassOutcome, PlaybackEvent, Speaker};

/// A sink that does not tell the end of a stopped pass within this time is not waited for, ms.
const STOP_MS_MAX: u64 = 3_000;
/// A pass that lasts this much longer than its sound is broken, ms.
const PASS_SLACK_MS: u64 = 60_000;

/// The job that has the amplifier.
#[derive(Debug)]
pub(super) struct Active {
    job: JobId,
    class: Class,
    version: u64,
    token: u32,
    phase: Phase,
    /// The first sample of the first pass was taken.
    started: bool,
    /// No pass of a repeating job starts from here on, even if the time is not known.
    repeat_until: Mono,
    evidence: Evidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Passing {
        deadline: Mono,
    },
    /// Between two passes of a repeating job.
    Gap {
        until: Mono,
    },
    /// Asked to stop; the sink's word, or the deadline, ends it.
    Stopping {
        stage: Stage,
        reason: Option<Reason>,
        deadline: Mono,
    },
}

impl Active {
    pub(super) fn job(&self) -> JobId {
        self.job
    }

    fn gives_way_to(&self, job: &Job) -> bool {
        let newer_emergency = job.class == Class::Emergency && job.version > self.version;
        job.class > self.class || (job.class == self.class && newer_emergency)
    }
}

impl Held {
    /// When the repetition that has begun is over; `None` if none has begun.
    fn repeats_until(&self) -> Option<UtcMillis> {
        let (begun, repeat) = self.begun.zip(self.job.repeat)?;
        Some(begun.at.map_or(repeat.until, |at| repeat.until.min(at + repeat.for_ms)))
    }
}

impl Speaker {
    pub(super) fn restore_jobs(&mut self, saved: Vec<SavedJob>, now: Mono) {
        for SavedJob { job, ready_said, begun } in saved {
            // A job that was asked to stop is `ended` before the sink has stopped.
            let resumes = job.repeat.is_some() && !self.ended.contains(&job.id);
            if begun.is_some() && !resumes {
                let id = job.id;
                self.ack(now, id, Stage::Failed, Some(Reason::Restarted), None);
                self.remember_ended(id);
                continue;
            }
            self.held.insert(job.id, Held { job, ready_said, begun, start_by: None });
        }
    }

    pub(super) fn take_playback(&mut self, now: Mono, token: u32, event: PlaybackEvent) {
        let Some(active) = self.active.as_mut().filter(|active| active.token == token) else { return };
        match event {
            PlaybackEvent::Started => {
                if !core::mem::replace(&mut active.started, true) {
                    let job = active.job;
                    self.ack(now, job, Stage::Started, None, None);
                }
            }
            PlaybackEvent::Ended { outcome, measured } => {
                add(&mut active.evidence, &measured, outcome == PassOutcome::Completed);
                self.pass_ended(now, outcome);
            }
        }
    }

    fn pass_ended(&mut self, now: Mono, outcome: PassOutcome) {
        let Some(active) = &mut self.active else { return };
        if let Phase::Stopping { stage, reason, .. } = active.phase {
            return self.finish(now, stage, reason);
        }
        let repeat = self.held.get(&active.job).and_then(|held| held.job.repeat);
        match (outcome, repeat) {
            (PassOutcome::Completed, Some(repeat)) => {
                active.phase = Phase::Gap { until: now + u64::from(repeat.gap_ms) };
            }
            (PassOutcome::Completed, None) => self.finish(now, Stage::Finished, None),
            (PassOutcome::Stopped, _) => self.finish(now, Stage::Finished, Some(Reason::Stopped)),
            (PassOutcome::Failed(reason), _) => self.finish(now, Stage::Failed, Some(reason)),
        }
    }

    fn finish(&mut self, now: Mono, stage: Stage, reason: Option<Reason>) {
        let Some(active) = self.active.take() else { return };
        self.held.remove(&active.job);
        self.ack(now, active.job, stage, reason, Some(active.evidence));
        self.remember_ended(active.job);
    }

    /// Ends a job on request, whatever it is doing. An unknown one will stay unknown.
    pub(super) fn cancel(&mut self, now: Mono, job: JobId) {
        if self.active.as_ref().is_some_and(|active| active.job == job) {
            return self.stop_active(now, Stage::Finished, Some(Reason::Stopped));
        }
        if let Some(held) = self.held.remove(&job) {
            let stage = if held.begun.is_some() { Stage::Finished } else { Stage::Skipped };
            self.ack(now, job, stage, Some(Reason::Stopped), None);
        }
        self.remember_ended(job);
    }

    fn stop_active(&mut self, now: Mono, stage: Stage, reason: Option<Reason>) {
        let Some(active) = &mut self.active else { return };
        match active.phase {
            Phase::Gap { .. } => self.finish(now, stage, reason),
            Phase::Stopping { .. } => {}
            Phase::Passing { .. } => {
                active.phase = Phase::Stopping { stage, reason, deadline: now + STOP_MS_MAX };
                let job = active.job;
                self.effects.push_back(Output::StopPlaying(active.token));
                // On storage before the sink knows: a power cut must not bring it back.
                self.remember_ended(job);
            }
        }
    }

    /// Jobs whose latest start has passed.
    pub(super) fn expire_jobs(&mut self, now: Mono) {
        let utc = self.clock.utc(now);
        let late = |held: &&Held| match utc {
            Some(utc) => utc > held.job.start_by,
            None => held.job.play_at.is_none() && held.start_by.is_some_and(|start_by| now > start_by),
        };
        let idle = self.held.values().filter(|held| held.begun.is_none());
        let expired: Vec<JobId> = idle.filter(late).map(|held| held.job.id).collect();
        expired.into_iter().for_each(|id| self.expire(now, id));
        self.end_lapsed_repeats(now);
    }

    /// A job's latest start has passed.
    pub(super) fn expire(&mut self, now: Mono, id: JobId) {
        let reason = match self.held.remove(&id) {
            Some(held) if !self.has_clips(&held.job) => Some(Reason::ClipMissing),
            Some(_) if self.active.is_some() => Some(Reason::Busy),
            Some(held) if !self.clock.was_known(held.job.start_by) => Some(Reason::ClockUnknown),
            _ => None,
        };
        self.ack(now, id, Stage::Expired, reason, None);
        self.remember_ended(id);
    }

    /// Repeating jobs that a restart interrupted, and whose time has since run out.
    fn end_lapsed_repeats(&mut self, now: Mono) {
        let utc = self.clock.utc(now);
        let active = self.active.as_ref().map(Active::job);
        let lapsed = |held: &&Held| {
            let over = utc.zip(held.repeats_until()).is_some_and(|(utc, until)| utc >= until);
            over && active != Some(held.job.id)
        };
        let ids: Vec<JobId> = self.held.values().filter(lapsed).map(|held| held.job.id).collect();
        for id in ids {
            self.held.remove(&id);
            self.ack(now, id, Stage::Failed, Some(Reason::Restarted), None);
            self.remember_ended(id);
        }
    }

    /// Says `ready` once for every job whose clips are all there.
    pub(super) fn say_ready(&mut self, now: Mono) {
        let unsaid = self.held.values().filter(|held| !held.ready_said);
        let ready: Vec<JobId> =
            unsaid.filter(|held| self.has_clips(&held.job)).map(|held| held.job.id).collect();
        for id in ready {
            if let Some(held) = self.held.get_mut(&id) {
                held.ready_said = true;
            }
            self.ack(now, id, Stage::Ready, None, None);
        }
    }

    fn has_clips(&self, job: &Job) -> bool {
        job.clips.iter().all(|clip| self.complete.contains_key(&clip.id))
    }

    /// Goes on with what plays, or lets the next job have the amplifier.
    pub(super) fn advance_playback(&mut self, now: Mono) {
        match self.active.as_ref().map(|active| active.phase) {
            Some(Phase::Stopping { stage, reason, deadline }) if deadline <= now => {
                self.finish(now, stage, reason);
            }
            Some(Phase::Passing { deadline }) if deadline <= now => {
                self.stop_active(now, Stage::Failed, Some(Reason::SinkBroken));
            }
            _ => {}
        }
        let next = self.next_due(now);
        match (&self.active, next) {
            (None, Some(job)) => self.begin(now, &job),
            (Some(active), Some(job)) if active.gives_way_to(&job) => {
                self.stop_active(now, Stage::Preempted, None);
                if self.active.is_none() {
                    self.begin(now, &job);
                }
            }
            _ => self.next_pass(now),
        }
    }

    /// The most important job that is ready and whose time has come, the active one left out.
    fn next_due(&self, now: Mono) -> Option<Job> {
        let utc = self.clock.utc(now);
        let active = self.active.as_ref().map(Active::job);
        let due = self.held.values().filter(|held| {
            // What a restart left over may be days old: it waits for the time.
            let placed = held.start_by.is_some() || utc.is_some();
            let time = held.job.play_at.is_none_or(|at| utc.is_some_and(|utc| utc >= at));
            Some(held.job.id) != active && placed && time && self.has_clips(&held.job)
        });
        let rank = |held: &&Held| {
            let newest = if held.job.class == Class::Emergency { held.job.version } else { 0 };
            (held.job.class, newest, core::cmp::Reverse((held.job.play_at, held.job.version)))
        };
        due.max_by_key(rank).map(|held| held.job.clone())
    }

    fn begin(&mut self, now: Mono, job: &Job) {
        let at = self.clock.utc(now);
        let Some(held) = self.held.get_mut(&job.id) else { return };
        let begun = *held.begun.get_or_insert(Begun { at });
        // A resumed job counts from its first start, which lies before this boot.
        let before = at.zip(begun.at).map_or(0, |(now, then)| now.since(then));
        let repeat_until = job.repeat.map_or(now, |repeat| now + repeat.for_ms.saturating_sub(before));
        self.active = Some(Active {
            job: job.id,
            class: job.class,
            version: job.version,
            token: 0,
            phase: Phase::Gap { until: now },
            started: false,
            repeat_until,
            evidence: Evidence::NONE,
        });
        self.mark(Dirty::First);
        self.play_pass(now, job);
    }

    fn next_pass(&mut self, now: Mono) {
        let Some(active) = &self.active else { return };
        let Phase::Gap { until } = active.phase else { return };
        let Some(job) = self.held.get(&active.job).map(|held| held.job.clone()) else { return };
        // The time may have become known only after the first pass began.
        let signed_end = job.repeat.and_then(|repeat| self.clock.mono_of(now, repeat.until));
        if until >= signed_end.map_or(active.repeat_until, |end| end.min(active.repeat_until)) {
            self.finish(now, Stage::Finished, None);
            // What waited behind it may start at once.
            self.advance_playback(now);
        } else if until <= now {
            self.play_pass(now, &job);
        }
    }

    fn play_pass(&mut self, now: Mono, job: &Job) {
        let Some(active) = &mut self.active else { return };
        active.token = self.next_token;
        active.phase = Phase::Passing { deadline: now + job.pass_ms() + PASS_SLACK_MS };
        self.next_token = self.next_token.wrapping_add(1);
        self.effects.push_back(Output::Play(Pass {
            token: active.token,
            job: job.id,
            clips: job.clips.iter().map(|clip| clip.id).collect(),
            volume: job.volume.min(100),
            zones: if job.zones.is_empty() { self.settings.zones.clone() } else { job.zones.clone() },
        }));
    }

    /// When something about jobs changes by the passing of time alone.
    pub(super) fn next_job_event(&self, now: Mono) -> Option<Mono> {
        let phase = self.active.as_ref().map(|active| match active.phase {
            Phase::Gap { until } => until,
            Phase::Passing { deadline } | Phase::Stopping { deadline, .. } => deadline,
        });
        let active = self.active.as_ref().map(Active::job);
        let idle = self.held.values().filter(|held| Some(held.job.id) != active);
        let jobs = idle.flat_map(|held| {
            if let Some(until) = held.repeats_until() {
                return [self.clock.mono_of(now, until), None];
            }
            let Job { play_at, start_by, .. } = held.job;
            let starts = play_at.and_then(|at| self.clock.mono_of(now, at)).filter(|at| *at > now);
            let expires = match self.clock.mono_of(now, start_by) {
                Some(at) => Some(at + 1),
                None => held.start_by.filter(|_| play_at.is_none()).map(|at| at + 1),
            };
            [starts, expires]
        });
        jobs.flatten().chain(phase).min()
    }
}

/// Adds what one pass measured to what the job has shown so far.
fn add(sum: &mut Evidence, pass: &Evidence, complete: bool) {
    sum.sound = match (sum.sound, pass.sound) {
        (Sound::Heard, _) | (_, Sound::Heard) => Sound::Heard,
        (Sound::Absent, _) | (_, Sound::Absent) => Sound::Absent,
        _ => Sound::Unmeasured,
    };
    sum.played_ms = sum.played_ms.saturating_add(pass.played_ms);
    sum.passes = sum.passes.saturating_add(u32::from(complete));
    sum.level_dbfs = sum.level_dbfs.max(pass.level_dbfs);
    sum.amplifier_ma = sum.amplifier_ma.max(pass.amplifier_ma);
    sum.microphone_dba = sum.microphone_dba.max(pass.microphone_dba);
}

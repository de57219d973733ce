//! What plays, pass by pass, and what becomes of it when it has to stop.
//!
//! One job plays at a time; [`super::turns`] says which. A job is `begun` on storage before its first
//! sample, so after a restart it is known to have played, and only a repeating job goes on. A job that
//! may go on after an interruption is *suspended* until it has the amplifier again.

use alloc::vec::Vec;

use crate::ids::{ClipId, JobId};
use crate::message::{Evidence, Interrupted, Job, Reason, Sound, Stage};
use crate::time::{Mono, UtcMillis};

use super::saved::{Begun, SavedJob};
use super::{Held, Output, Pass, PassOutcome, PlaybackEvent, Speaker};

/// A sink that does not tell the end of a stopped pass within this time is not waited for, ms.
const STOP_MS_MAX: u64 = 3_000;
/// A pass that lasts this much longer than its sound is broken, ms.
const PASS_SLACK_MS: u64 = 60_000;

/// A repeating job of which no clip is left looks again so often, ms.
const WITHOUT_CLIPS_MS: u64 = 1_000;

/// The job that has the amplifier.
#[derive(Debug)]
pub(super) struct Active {
    job: JobId,
    token: u32,
    phase: Phase,
    /// The first sample of the first pass was taken.
    started: bool,
    /// No pass of a repeating job starts from here on, even if the time is not known.
    repeat_until: Mono,
    evidence: Evidence,
    /// How far into its clips the present pass began, or the last one ended, ms.
    position_ms: u64,
    /// Its present pass has all of its clips.
    whole: bool,
    /// A clip of it was found damaged while this pass sounded, and may be here again by now.
    lost_clip: bool,
    /// It was interrupted before, and said so.
    resumed: bool,
    /// The zones that its present pass has switched on.
    zones: Vec<u16>,
}

/// What is left of an interrupted job that may go on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspended {
    from_ms: u64,
    started: bool,
    pub(super) evidence: Evidence,
    /// It said that it was interrupted.
    interrupted: bool,
    /// A clip of it was damaged, and nothing was said of that yet.
    pub(super) lost_clip: bool,
}

impl Suspended {
    /// Milliseconds of sound.
    pub(super) fn left_ms(&self, job: &Job) -> u64 {
        job.pass_ms().saturating_sub(self.from_ms)
    }
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
        ending: Ending,
        deadline: Mono,
    },
}

/// Why a pass is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The job is over, with these last words.
    Last(Stage, Option<Reason>),
    /// It may go on after the one that interrupts it.
    Suspended,
}

impl Active {
    pub(super) fn job(&self) -> JobId {
        self.job
    }
}

impl Held {
    /// When the repetition that has begun is over; `None` if none has begun.
    pub(super) fn repeats_until(&self) -> Option<UtcMillis> {
        let (begun, repeat) = self.begun.zip(self.job.repeat)?;
        Some(repeat.until.min(begun.at + repeat.for_ms))
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
            self.held.insert(job.id, Held { ready_said, begun, unconfirmed: true, ..Held::new(job) });
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
                add(&mut active.evidence, &measured, active.whole && outcome == PassOutcome::Completed);
                active.position_ms = active.position_ms.saturating_add(measured.played_ms);
                self.pass_ended(now, outcome);
            }
        }
    }

    fn pass_ended(&mut self, now: Mono, outcome: PassOutcome) {
        let Some(active) = &mut self.active else { return };
        match (active.phase, outcome) {
            (Phase::Stopping { ending: Ending::Last(stage, reason), .. }, _) => {
                return self.finish(now, stage, reason);
            }
            (Phase::Stopping { ending: Ending::Suspended, .. }, PassOutcome::Stopped) => {
                return self.suspend(now);
            }
            _ => {}
        }
        let repeat = self.held.get(&active.job).and_then(|held| held.job.repeat);
        match (outcome, repeat) {
            (PassOutcome::Completed, Some(repeat)) => {
                active.phase = Phase::Gap { until: now + u64::from(repeat.gap_ms) };
            }
            (PassOutcome::Completed, None) => self.finish(now, Stage::Finished, None),
            (PassOutcome::Stopped, _) => self.finish(now, Stage::Finished, Some(Reason::Stopped)),
            (PassOutcome::Failed(reason), _) if reason.is_of_a_clip() => self.break_off(now, reason),
            (PassOutcome::Failed(reason), _) => self.finish(now, Stage::Failed, Some(reason)),
        }
    }

    /// The active job is over. One that said before that it was interrupted does not say so again.
    fn finish(&mut self, now: Mono, stage: Stage, reason: Option<Reason>) {
        let Some(active) = self.active.take() else { return };
        self.held.remove(&active.job);
        if !(active.resumed && stage == Stage::Preempted) {
            self.ack(now, active.job, stage, reason, Some(active.evidence));
        }
        self.remember_ended(active.job);
    }

    /// A clip was found damaged. Should the pass that sounds break off, that is why.
    pub(super) fn note_lost_clip(&mut self, clip: ClipId) {
        if let Some(active) = &mut self.active
            && self.held.get(&active.job).is_some_and(|held| held.needs(clip))
        {
            active.lost_clip = true;
        }
    }

    /// A pass could not go on, most likely because a clip is damaged. It plays on from there once the clip is here again;
    /// a repeating job keeps the amplifier, and plays what it has.
    fn break_off(&mut self, now: Mono, reason: Reason) {
        let Some(active) = &mut self.active else { return };
        let Some(held) = self.held.get_mut(&active.job) else { return };
        let (job, cause_is_known) = (active.job, active.lost_clip);
        if held.job.repeat.is_some() {
            active.phase = Phase::Gap { until: now };
        } else {
            held.suspended = Some(Suspended {
                from_ms: active.position_ms,
                started: active.started,
                evidence: active.evidence,
                interrupted: active.resumed,
                lost_clip: true,
            });
            self.active = None;
        }
        if !cause_is_known {
            self.suspect_clips(job, reason);
        }
    }

    /// The active job has stopped for another one, and stays held.
    fn suspend(&mut self, now: Mono) {
        let Some(active) = &mut self.active else { return };
        let Some(held) = self.held.get_mut(&active.job) else { return };
        let resumes = held.job.interrupted == Interrupted::Resume;
        if resumes && active.position_ms >= held.job.pass_ms() {
            // It was stopped at its very end.
            active.evidence.passes = active.evidence.passes.saturating_add(1);
            return self.finish(now, Stage::Finished, None);
        }
        let (job, resumed, evidence) = (active.job, active.resumed, active.evidence);
        let from_ms = if resumes { active.position_ms } else { 0 };
        held.suspended = Some(Suspended {
            from_ms,
            started: active.started,
            evidence,
            interrupted: true,
            lost_clip: false,
        });
        self.active = None;
        if !resumed {
            self.ack(now, job, Stage::Preempted, None, Some(evidence));
            self.store_first();
        }
    }

    /// Has it begun, and not ended?
    pub(super) fn is_begun(&self, job: JobId) -> bool {
        self.held.get(&job).is_some_and(|held| held.begun.is_some())
    }

    /// Ends a job on request, whatever it is doing. An unknown one will stay unknown.
    pub(super) fn cancel(&mut self, now: Mono, job: JobId) {
        if self.active.as_ref().is_some_and(|active| active.job == job) {
            return self.stop_active(now, Ending::Last(Stage::Finished, Some(Reason::Stopped)));
        }
        if let Some(held) = self.held.remove(&job) {
            let stage = if held.begun.is_some() { Stage::Finished } else { Stage::Skipped };
            if held.suspended.is_none_or(|paused| paused.lost_clip) {
                let evidence = held.suspended.map(|paused| paused.evidence);
                self.ack(now, job, stage, Some(Reason::Stopped), evidence);
            }
        }
        self.remember_ended(job);
    }

    fn stop_active(&mut self, now: Mono, ending: Ending) {
        let Some(active) = &mut self.active else { return };
        let job = active.job;
        match (active.phase, ending) {
            (Phase::Gap { .. }, Ending::Last(stage, reason)) => self.finish(now, stage, reason),
            (Phase::Gap { .. }, Ending::Suspended) => self.finish(now, Stage::Preempted, None),
            (Phase::Stopping { ending: Ending::Suspended, deadline }, Ending::Last(..)) => {
                // It stops already; now it will not go on either.
                let ending = Ending::Last(Stage::Preempted, None);
                active.phase = Phase::Stopping { ending, deadline };
                self.remember_ended(job);
            }
            (Phase::Stopping { .. }, _) => {}
            (Phase::Passing { .. }, _) => {
                active.phase = Phase::Stopping { ending, deadline: now + STOP_MS_MAX };
                self.effects.push_back(Output::StopPlaying(active.token));
                if ending != Ending::Suspended {
                    // On storage before the sink knows: a power cut must not bring it back.
                    self.remember_ended(job);
                }
            }
        }
    }

    /// Another job takes the amplifier from the active one.
    fn interrupt_active(&mut self, now: Mono) {
        let playing = self.active.as_ref().and_then(|active| self.held.get(&active.job));
        let goes_on = playing.is_some_and(|held| held.job.may_go_on());
        let ending = if goes_on { Ending::Suspended } else { Ending::Last(Stage::Preempted, None) };
        self.stop_active(now, ending);
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

    pub(super) fn has_clips(&self, job: &Job) -> bool {
        job.clips().iter().all(|clip| self.complete.contains_key(&clip.id))
    }

    /// Goes on with what plays, or lets the next job have the amplifier.
    pub(super) fn advance_playback(&mut self, now: Mono) {
        match self.active.as_ref().map(|active| active.phase) {
            Some(Phase::Stopping { ending, deadline }) if deadline <= now => match ending {
                Ending::Last(stage, reason) => self.finish(now, stage, reason),
                // Nobody knows how far it came.
                Ending::Suspended => self.finish(now, Stage::Preempted, None),
            },
            Some(Phase::Passing { deadline }) if deadline <= now => {
                self.stop_active(now, Ending::Last(Stage::Failed, Some(Reason::SinkBroken)));
            }
            _ => {}
        }
        let Some(next) = self.next_due(now).map(|held| held.job.clone()) else { return self.next_pass(now) };
        if self.active.is_some() {
            self.interrupt_active(now);
            self.taker = Some(next.id);
        }
        if self.active.is_none() {
            self.begin(now, &next);
        }
    }

    fn begin(&mut self, now: Mono, job: &Job) {
        let Some(at) = self.clock.utc(now) else { return };
        let Some(held) = self.held.get_mut(&job.id) else { return };
        let begun = *held.begun.get_or_insert(Begun { at });
        let suspended = held.suspended.take();
        // A resumed job counts from its first start, which lies before this boot.
        let before = at.since(begun.at);
        let repeat_until = job.repeat.map_or(now, |repeat| now + repeat.for_ms.saturating_sub(before));
        self.active = Some(Active {
            job: job.id,
            token: 0,
            phase: Phase::Gap { until: now },
            started: suspended.is_some_and(|s| s.started),
            repeat_until,
            evidence: suspended.map_or(Evidence::NONE, |s| s.evidence),
            position_ms: 0,
            whole: true,
            lost_clip: false,
            resumed: suspended.is_some_and(|s| s.interrupted),
            zones: Vec::new(),
        });
        self.taker = None;
        self.store_first();
        if let Some(key) = job.occurrence {
            self.begin_occurrence(now, job.id, key);
        }
        self.play_pass(now, job, suspended.map_or(0, |s| s.from_ms));
    }

    fn next_pass(&mut self, now: Mono) {
        let Some(active) = &self.active else { return };
        let Phase::Gap { until } = active.phase else { return };
        let Some(job) = self.held.get(&active.job).map(|held| held.job.clone()) else { return };
        // The controller's clock may have been set since the first pass began.
        let signed_end = job.repeat.and_then(|repeat| self.clock.mono_of(now, repeat.until));
        if until >= signed_end.map_or(active.repeat_until, |end| end.min(active.repeat_until)) {
            match active.evidence.passes {
                0 => self.finish(now, Stage::Failed, Some(Reason::ClipDamaged)),
                _ => self.finish(now, Stage::Finished, None),
            }
            // What waited behind it may start at once.
            self.advance_playback(now);
        } else if until <= now && !self.has_suspects(&job) {
            match self.held.get_mut(&job.id).and_then(|held| held.broken.take()) {
                // All of its clips are what they were.
                Some(reason) => self.finish(now, Stage::Failed, Some(reason)),
                None => self.play_pass(now, &job, 0),
            }
        }
    }

    /// Its clips are being read; the answer wakes it.
    fn waits_for_check(&self, active: &Active) -> bool {
        self.held.get(&active.job).is_some_and(|held| self.has_suspects(&held.job))
    }

    fn play_pass(&mut self, now: Mono, job: &Job, from_ms: u64) {
        let zones = self.zones_of(job);
        let clips = job.clips().iter().map(|clip| clip.id);
        let clips: Vec<ClipId> = clips.filter(|clip| self.complete.contains_key(clip)).collect();
        let Some(active) = &mut self.active else { return };
        active.lost_clip = false;
        active.whole = clips.len() == job.clips().len();
        if clips.is_empty() {
            active.phase = Phase::Gap { until: now + WITHOUT_CLIPS_MS };
            return;
        }
        active.zones.clone_from(&zones);
        active.position_ms = from_ms;
        active.token = self.next_token;
        active.phase = Phase::Passing { deadline: now + job.pass_ms() + PASS_SLACK_MS };
        self.next_token = self.next_token.wrapping_add(1);
        self.effects.push_back(Output::Play(Pass {
            token: active.token,
            job: job.id,
            clips,
            from_ms,
            volume: job.volume.min(100),
            zones,
        }));
    }

    fn zones_of(&self, job: &Job) -> Vec<u16> {
        if job.zones.is_empty() { self.settings.zones.clone() } else { job.zones.clone() }
    }

    /// What sounds is heard in the zones of the present agenda, and in no other.
    pub(super) fn switch_zones(&mut self) {
        let playing = self.active.as_ref().and_then(|active| self.held.get(&active.job));
        let Some(zones) = playing.map(|held| self.zones_of(&held.job)) else { return };
        let Some(active) = &mut self.active else { return };
        // A pass that stops is left alone, and the next one brings its zones with it.
        if matches!(active.phase, Phase::Passing { .. }) && active.zones != zones {
            active.zones.clone_from(&zones);
            self.effects.push_back(Output::SwitchZones { token: active.token, zones });
        }
    }

    /// When something about jobs changes by the passing of time alone.
    pub(super) fn next_job_event(&self, now: Mono) -> Option<Mono> {
        let phase = self.active.as_ref().and_then(|active| match active.phase {
            Phase::Gap { until } => (!self.waits_for_check(active)).then_some(until),
            Phase::Passing { deadline } | Phase::Stopping { deadline, .. } => Some(deadline),
        });
        phase.into_iter().chain(self.next_waiting_event(now)).min()
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

//! Occurrences of programmes become jobs while they are within the horizon, so that clusters hold
//! them offline; those that cannot are left out with a reason.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::{ClusterId, JobId, UtcMillis};
use schedules::{Busy, Calendar, Occurrence, Rails};

use super::rails;
use crate::brain::Core;
use crate::devices::dispatch::Ends;
use crate::facts::actor::Actor;
use crate::facts::cluster::Cluster;
use crate::facts::guard_rail::Broken;
use crate::facts::job::{Job, JobSpec, Origin, Patience, job_id, occurrence_key};
use crate::facts::programme::Programme;
use crate::facts::record::Record;
use crate::facts::skip::{Skip, SkipReason};
use crate::facts::targets::reachable;
use crate::limits::{CLOCK_SET_MS, MISSED_COUNTED_MAX, PLANNED_AHEAD_MAX, PUNCTUAL_MS, SKIPS_KEPT_MAX};
use crate::now::Now;

impl Core {
    /// Occurrences become jobs so long ahead, ms.
    pub(super) fn horizon_ms(&self) -> u64 {
        u64::from(self.state.settings.agenda_hours) * 3_600_000
    }

    /// Something of the calendar has changed: every programme is looked at anew.
    pub(crate) fn find_next_of_all(&mut self, now: UtcMillis) {
        self.calendar = self.state.calendar();
        self.due = super::due::Due::default();
        let ids: Vec<String> = self.state.programmes.keys().cloned().collect();
        ids.iter().for_each(|id| self.find_next(id, now));
    }

    /// Finds the next occurrence of a programme that is not dealt with.
    pub(crate) fn find_next(&mut self, id: &str, now: UtcMillis) {
        let Some(planned) = self.state.programmes.get(id) else {
            self.no_room.remove(id);
            return self.due.remove(id);
        };
        // Planned further than the horizon reaches: the clock was wrong then, and has been set back.
        let wrong = planned.until > now + self.horizon_ms();
        self.find_next_after(id, if wrong { now } else { planned.until });
    }

    fn find_next_after(&mut self, id: &str, after: UtcMillis) {
        let plan = self.state.programmes.get(id).map(|planned| &planned.programme.plan);
        let plan = plan.filter(|plan| !plan.paused);
        let next = plan.and_then(|plan| plan.next_after(&self.calendar, after.0));
        self.due.set(id, next);
    }

    /// When our clock was set back, what was left out by the wrong time may still be to come. Jobs that
    /// there are already are not made twice.
    fn watch_for_set_back(&mut self, now: Now) {
        let offset = now.offset();
        if offset.abs_diff(self.due_clock) < CLOCK_SET_MS {
            return;
        }
        let back = offset < self.due_clock;
        self.due_clock = offset;
        let planned = self.state.programmes.iter().filter(|(_, planned)| back && planned.until > now.utc);
        let ids: Vec<String> = planned.map(|(id, _)| id.clone()).collect();
        ids.iter().for_each(|id| self.find_next_after(id, now.utc));
        if back {
            self.end_what_came_back(now);
        }
    }

    /// Jobs that counted as begun, or over, are to come again. Those of programmes that became others meanwhile, or are
    /// no more, were not ended then, and must not play now.
    fn end_what_came_back(&mut self, now: Now) {
        let is_of_the_past = |job: &&Job| {
            let Origin::Programme { programme, occurrence } = &job.spec.origin else { return false };
            let present = self.state.programmes.get(programme).and_then(|planned| {
                let same = planned.programme.plan.next_after(&self.calendar, (*occurrence - 1).0)?;
                Some(job_id(self.identity.site.as_str(), &planned.programme, &same))
            });
            job.is_ahead(now.utc) && *occurrence > now.utc && present != Some(job.spec.id)
        };
        let ended: Vec<JobId> = self.state.each_job().filter(is_of_the_past).map(|job| job.spec.id).collect();
        if ended.is_empty() {
            return;
        }
        let record = Record::ScheduleChanged {
            sets: (*self.state.day_sets).clone(),
            programmes: Vec::new(),
            removed: Vec::new(),
            ended: ended.clone(),
        };
        self.write(now, Actor::Controller, record);
        ended.into_iter().for_each(|job| self.send_stop(now, job, Ends::Waiting));
    }

    /// Makes jobs of all occurrences within the horizon. While the time is in doubt they wait.
    pub(crate) fn plan_programmes(&mut self, now: Now) {
        self.watch_for_set_back(now);
        if self.trust.waits() {
            return;
        }
        let mut without_room = BTreeSet::new();
        let horizon = (now.utc + self.horizon_ms()).0;
        while let Some((id, occurrence)) = self.due.first_until(horizon, &without_room) {
            let Some(planned) = self.state.programmes.get(&id) else {
                self.due.remove(&id);
                continue;
            };
            let programme = planned.programme.clone();
            match self.plan(now, &programme, occurrence) {
                Some(last) => {
                    let next = programme.plan.next_after(&self.calendar, last.utc_ms);
                    self.due.set(&id, next);
                }
                None => {
                    without_room.insert(id);
                }
            }
        }
    }

    /// Deals with one occurrence, or with several that were missed: returns the last of them. `None` if a
    /// cluster has no room for it yet, and the next look around has to try again.
    fn plan(&mut self, now: Now, programme: &Programme, occurrence: Occurrence) -> Option<Occurrence> {
        let start = UtcMillis(occurrence.utc_ms);
        if let Some(last) = self.leave_out_missed(now, programme, &occurrence) {
            return Some(last);
        }
        let spec = self.occurrence_spec(now.utc, programme, &occurrence);
        if self.state.jobs.contains_key(&spec.id) {
            return Some(occurrence);
        }
        let same = |job: &&Job| job.called_off && job.spec.occurrence == spec.occurrence;
        if self.state.each_job().any(|job| same(&job)) {
            self.skip(now, programme, (start, start, 1), SkipReason::CalledOff, Vec::new());
            return Some(occurrence);
        }
        let hopeless = match () {
            () if spec.targets.is_empty() => Some(SkipReason::NoClusters),
            // Too late to be over before the quiet hours.
            () if spec.start_by < now.utc => Some(SkipReason::NotRunning),
            () if spec.out_of_bounds().is_some() => Some(SkipReason::TooManyClips),
            () => None,
        };
        if let Some(why) = hopeless {
            self.skip(now, programme, (start, start, 1), why, Vec::new());
            return Some(occurrence);
        }
        let (spec, unfit) = self.within_limits(spec);
        let (spec, broken) = self.within_rails(spec);
        let silent = spec.targets.is_empty();
        if !silent && self.without_room(now.utc, &spec, PLANNED_AHEAD_MAX).is_some() {
            self.no_room.insert(programme.plan.id.clone());
            return None;
        }
        self.no_room.remove(&programme.plan.id);
        if !unfit.is_empty() {
            let clusters = if silent && broken.is_none() { Vec::new() } else { unfit };
            self.skip(now, programme, (start, start, 1), SkipReason::TooManyClips, clusters);
        }
        if let Some((broken, clusters)) = broken {
            let (why, clusters) =
                (SkipReason::GuardRail { broken }, if silent { Vec::new() } else { clusters });
            self.skip(now, programme, (start, start, 1), why, clusters);
        }
        if !silent {
            self.make_job(now, Actor::Schedule, spec);
        }
        Some(occurrence)
    }

    /// An occurrence that is too late, or that a later one replaces. All that were missed are not played
    /// one after the other: the last one that may still start does, the others are left out.
    fn leave_out_missed(
        &mut self,
        now: Now,
        programme: &Programme,
        occurrence: &Occurrence,
    ) -> Option<Occurrence> {
        let plan = &programme.plan;
        if occurrence.utc_ms > now.utc.0 {
            return None;
        }
        let next = |calendar: &Calendar, of: &Occurrence| plan.next_after(calendar, of.utc_ms);
        let is_late = |calendar: &Calendar, of: &Occurrence| plan.start_by(calendar, of) < now.utc.0;
        let why = if is_late(&self.calendar, occurrence) {
            if self.no_room.contains(&plan.id) { SkipReason::NoRoom } else { SkipReason::NotRunning }
        } else if next(&self.calendar, occurrence).is_some_and(|next| next.utc_ms <= now.utc.0) {
            SkipReason::Superseded
        } else {
            return None;
        };
        let (mut last, mut count) = (*occurrence, 1);
        while let Some(later) = next(&self.calendar, &last).filter(|later| later.utc_ms <= now.utc.0) {
            let goes_on = match why {
                SkipReason::Superseded => {
                    next(&self.calendar, &later).is_some_and(|next| next.utc_ms <= now.utc.0)
                }
                _ => is_late(&self.calendar, &later),
            };
            if !goes_on || count == MISSED_COUNTED_MAX {
                break;
            }
            (last, count) = (later, count + 1);
        }
        let span = (UtcMillis(occurrence.utc_ms), UtcMillis(last.utc_ms), count);
        self.skip(now, programme, span, why, Vec::new());
        Some(last)
    }

    fn skip(
        &mut self,
        now: Now,
        programme: &Programme,
        (first, last, count): (UtcMillis, UtcMillis, u32),
        why: SkipReason,
        clusters: Vec<ClusterId>,
    ) {
        let programme = programme.plan.id.clone();
        let skip = Skip { programme, first, last, count, why, clusters };
        let forgotten = (self.state.skips.len() + 1).saturating_sub(SKIPS_KEPT_MAX);
        self.write(now, Actor::Schedule, Record::OccurrencesSkipped { skip, forgotten });
    }

    fn occurrence_spec(&self, now: UtcMillis, programme: &Programme, occurrence: &Occurrence) -> JobSpec {
        let plan = &programme.plan;
        let start = UtcMillis(occurrence.utc_ms);
        let targets = reachable(&self.state.clusters, &plan.targets);
        let content = self.state.content(plan.items_at(occurrence), &targets);
        let length_ms = content.length_ms();
        let to = start.0 + length_ms;
        let rails = &self.state.settings.rails;
        let (start_by, wait_until) = latest_starts(rails, &self.calendar, programme, occurrence, length_ms);
        let ceiling = self.state.settings.rails.ceiling(&self.calendar, start.0, to);
        let wanted = plan.volume_at(occurrence).unwrap_or(self.state.settings.volume);
        let volume = if programme.override_reason.is_some() { wanted } else { wanted.min(ceiling) };
        let site = self.identity.site.as_str();
        JobSpec {
            id: job_id(site, programme, occurrence),
            title: plan.title.clone(),
            origin: Origin::Programme { programme: plan.id.clone(), occurrence: start },
            class: programme.class(),
            clips: content.clips,
            variants: content.variants,
            targets: targets.into_iter().collect(),
            created_at: now,
            play_at: Some(start),
            start_by,
            repeat: None,
            volume,
            occurrence: Some(occurrence_key(site, &plan.id, occurrence)),
            rank: programme.rank(),
            interrupts: plan.busy == Busy::AtOnce,
            wait_until: Some(wait_until),
            interrupted: plan.interrupted.unwrap_or(self.state.settings.interrupted),
            over_by: over_by(rails, &self.calendar, programme, start.0).map(UtcMillis),
            override_reason: programme.override_reason.clone(),
            patience: Patience::default(),
        }
    }

    /// The job without the clusters whose device cannot hold so many clips in one job, and those clusters.
    fn within_limits(&self, mut spec: JobSpec) -> (JobSpec, Vec<ClusterId>) {
        if self.with_too_many_clips(&spec).is_none() {
            return (spec, Vec::new());
        }
        let fits = |id: &ClusterId| {
            let device = self.state.clusters.get(id).and_then(Cluster::device).unwrap_or(id);
            let most = self.state.limits_of(device).clips_per_job;
            spec.clips_on(device).len() <= usize::from(most)
        };
        let (fitting, unfit) = spec.targets.iter().cloned().partition(fits);
        spec.targets = fitting;
        (spec, unfit)
    }

    /// The job without the clusters on which it would break a guard rail, and those clusters.
    fn within_rails(&self, mut spec: JobSpec) -> (JobSpec, Option<(Broken, Vec<ClusterId>)>) {
        let Some(at) = spec.play_at.filter(|_| spec.override_reason.is_none()) else { return (spec, None) };
        let rails = &self.state.settings.rails;
        if let Some(hours) = rails.quiet_hours_met(&self.calendar, at.0, at.0 + spec.pass_ms()) {
            let clusters = std::mem::take(&mut spec.targets);
            return (spec, Some((Broken::QuietHours { hours, at }, clusters)));
        }
        let sounding = rails::sounding_on(&self.state, &self.calendar, at);
        let mut broken = BTreeMap::new();
        for cluster in &spec.targets {
            let too_long = sounding.broken_by(rails, cluster, spec.length_on(cluster), at);
            broken.extend(too_long.map(|broken| (cluster.clone(), broken)));
        }
        spec.targets.retain(|cluster| !broken.contains_key(cluster));
        let clusters: Vec<ClusterId> = broken.keys().cloned().collect();
        let first = broken.into_values().next();
        (spec, first.map(|broken| (broken, clusters)))
    }

    /// When the next occurrence enters the horizon; a moment in the past waits for room.
    pub(crate) fn next_planning(&self) -> Option<UtcMillis> {
        self.due.first().map(|at| UtcMillis(at) - self.horizon_ms())
    }
}

/// The latest starts of an occurrence: where nothing plays at its time, and where it has to wait for what
/// plays. Neither brings it into the quiet hours, and none of them is later than the next occurrence: clusters hold both,
/// and after a power cut of hours only the last one is of use.
pub(super) fn latest_starts(
    rails: &Rails,
    calendar: &Calendar,
    programme: &Programme,
    occurrence: &Occurrence,
    length_ms: u64,
) -> (UtcMillis, UtcMillis) {
    let (plan, start) = (&programme.plan, occurrence.utc_ms);
    let latest = match programme.override_reason {
        Some(_) => None,
        None => rails.latest_start(calendar, start, length_ms),
    };
    let next = plan.next_after(calendar, start).map(|next| next.utc_ms);
    let latest = latest.into_iter().chain(next).min();
    // A planned second is never met to the millisecond.
    let until = |ms: u64| UtcMillis(latest.map_or(ms, |latest| ms.min(latest.max(start + PUNCTUAL_MS))));
    let start_by = until(plan.start_by(calendar, occurrence));
    (start_by, until(start + plan.busy.wait_ms()))
}

/// When an occurrence that something interrupted has to be over; none where nothing is quiet for it, UTC ms.
pub(crate) fn over_by(rails: &Rails, calendar: &Calendar, programme: &Programme, start: u64) -> Option<u64> {
    if programme.override_reason.is_some() { None } else { rails.quiet_from(calendar, start) }
}

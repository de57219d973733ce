//! Commands of staff: announcing, stopping, cancelling.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::message::{Class, DeviceLimits, Repeat};
use firmware_proto::{ClusterId, JobId, UtcMillis};

use super::checks::{is_reason, within};
use super::command::{Announcement, Command, Done};
use super::refusal::Refusal;
use crate::brain::Core;
use crate::days::rails;
use crate::devices::dispatch::Ends;
use crate::facts::actor::Actor;
use crate::facts::job::{Job, JobSpec, Origin, Patience};
use crate::facts::programme::RANK_USUAL;
use crate::facts::record::Record;
use crate::facts::{names, targets};
use crate::limits::{JOBS_AHEAD_MAX, LATER_WITHIN_MS, NOW_WITHIN_MS, PUNCTUAL_MS, REPEAT_GAP_MS};
use crate::now::Now;

const DAY_MS: u64 = 24 * 3_600_000;

impl Core {
    pub(crate) fn command(&mut self, now: Now, by: &Actor, command: Command) -> Result<Done, Refusal> {
        match command {
            Command::AddClusters(clusters) => self.add_clusters(now, by, clusters),
            Command::RemoveCluster(id) => self.remove_cluster(now, by, &id),
            Command::ChangeSite(change) => self.change_site(now, by, change),
            Command::Announce(announcement) => self.announce(now, by, announcement),
            Command::ChangeSchedule(change) => self.change_schedule(now, by, change),
            Command::PauseProgramme { id, paused } => self.pause_programme(now, by, &id, paused),
            Command::OrderProgrammes(order) => self.order_programmes(now, by, &order),
            Command::AddClip(new) => self.add_clip(now, by, *new),
            Command::ReplaceClip { name } => self.replace_clip(now, by, &name),
            Command::RemoveClip { name } => self.remove_clip(now, by, &name),
            Command::Stop(job) => self.stop(now, by, job),
            Command::AcceptClock => self.accept_clock(now, by),
            Command::CancelJob(job) => self.cancel_job(now, by, job),
            Command::CancelProgramme(id) => self.cancel_programme(now, by, &id),
        }
    }

    fn announce(&mut self, now: Now, by: &Actor, wanted: Announcement) -> Result<Done, Refusal> {
        if let Some(job) = self.state.jobs.get(&wanted.id) {
            return Ok(Done::Job { job: wanted.id, clusters: job.spec.targets.len() });
        }
        let usual = if wanted.play_at.is_some() { LATER_WITHIN_MS } else { NOW_WITHIN_MS };
        let start_within_ms = wanted.start_within_ms.unwrap_or(usual);
        within(start_within_ms <= DAY_MS, "start-within")?;
        is_reason(wanted.override_reason.as_ref())?;
        within(wanted.repeat_for_ms.is_none_or(|ms| ms <= DAY_MS), "repeat")?;
        if let Some(play_at) = wanted.play_at.filter(|at| *at < now.utc) {
            return Err(Refusal::PastTime { play_at, now: now.utc });
        }
        if let Some(gone) = wanted.clips.iter().find(|clip| !self.state.has_clip(clip)) {
            return Err(Refusal::UnknownClip { name: gone.id.to_string(), nearest: Vec::new() });
        }
        let start = wanted.play_at.unwrap_or(now.utc);
        let start_by = start + start_within_ms;
        let repeat = wanted.repeat_for_ms.map(|for_ms| Repeat {
            until: start + for_ms,
            for_ms,
            gap_ms: wanted.repeat_gap_ms.unwrap_or(REPEAT_GAP_MS),
        });
        let mut spec = JobSpec {
            id: wanted.id,
            title: wanted.title,
            origin: Origin::Announcement,
            class: wanted.class,
            clips: wanted.clips,
            targets: self.targets(&wanted.targets)?.into_iter().collect(),
            created_at: now.utc,
            play_at: wanted.play_at,
            // Whoever comes before the end of a repeating job still has something to hear.
            start_by: repeat.map_or(start_by, |repeat| repeat.until.max(start_by)),
            repeat,
            volume: self.volume(wanted.volume, wanted.class),
            variants: BTreeMap::new(),
            occurrence: None,
            rank: RANK_USUAL,
            interrupts: false,
            wait_until: None,
            interrupted: self.state.settings.interrupted,
            over_by: None,
            override_reason: wanted.override_reason,
            patience: Patience::default(),
        };
        spec.out_of_bounds().map_or(Ok(()), |what| within(false, what))?;
        if let Some((cluster, most)) =
            self.with_too_many_clips(&spec).filter(|_| spec.class != Class::Emergency)
        {
            return Err(Refusal::TooManyClips { cluster, most });
        }
        if let Some(cluster) = self.without_room(now.utc, &spec, JOBS_AHEAD_MAX) {
            return Err(Refusal::TooManyJobs { cluster });
        }
        if let Some(broken) = rails::broken_by_job(&self.state, &self.calendar, &spec, wanted.volume) {
            return Err(Refusal::GuardRail { broken });
        }
        if spec.class != Class::Emergency && spec.override_reason.is_none() {
            let rails = &self.state.settings.rails;
            spec.volume =
                spec.volume.min(rails.ceiling(&self.calendar, start.0, (start + spec.length_ms()).0));
            spec.over_by = rails.quiet_from(&self.calendar, start.0).map(UtcMillis);
            let latest = rails.latest_start(&self.calendar, start.0, spec.length_ms());
            if let Some(latest) = latest.filter(|_| spec.repeat.is_none()) {
                spec.start_by = spec.start_by.min(UtcMillis(latest).max(start + PUNCTUAL_MS));
            }
        }
        let clusters = spec.targets.len();
        self.make_job(now, by.clone(), spec);
        Ok(Done::Job { job: wanted.id, clusters })
    }

    fn volume(&self, wanted: Option<u8>, class: Class) -> u8 {
        let settings = &self.state.settings;
        let usual = if class == Class::Emergency { settings.volume_emergency } else { settings.volume };
        wanted.unwrap_or(usual)
    }

    fn targets(&self, targets: &[String]) -> Result<BTreeSet<ClusterId>, Refusal> {
        let chosen = targets::resolve(&self.state.clusters, targets)
            .map_err(|unknown| Refusal::UnknownTargets { unknown })?;
        if chosen.is_empty() { Err(Refusal::NoClusters) } else { Ok(chosen) }
    }

    /// A device of the job that has so many jobs ahead already; an emergency always finds room.
    pub(crate) fn without_room(&self, now: UtcMillis, spec: &JobSpec, most: usize) -> Option<ClusterId> {
        if spec.class == Class::Emergency {
            return None;
        }
        let ahead: Vec<&Job> = self.state.each_job().filter(|job| job.is_ahead(now)).collect();
        let room = |limits: DeviceLimits| limits.share_of_jobs(most);
        let least = self.state.devices.values().map(|device| room(device.limits())).min();
        if least.is_none_or(|least| ahead.len() < least) {
            return None;
        }
        let jobs_of = |device: &ClusterId| ahead.iter().filter(|job| job.takes_room_on(device, now)).count();
        let full = |device: &ClusterId| jobs_of(device) >= room(self.state.limits_of(device));
        self.state.devices_of(spec.targets.iter()).into_iter().find(full)
    }

    /// A device of the job that cannot hold so many clips in one job, and how many it can.
    pub(crate) fn with_too_many_clips(&self, spec: &JobSpec) -> Option<(ClusterId, u16)> {
        let longest = spec.variants.values().map(Vec::len).fold(spec.clips.len(), usize::max);
        if self.state.devices.values().all(|device| usize::from(device.limits().clips_per_job) >= longest) {
            return None;
        }
        let devices = self.state.devices_of(spec.targets.iter()).into_iter();
        let limits = devices.map(|device| (self.state.limits_of(&device).clips_per_job, device));
        let mut short = limits.filter(|(most, device)| spec.clips_on(device).len() > usize::from(*most));
        short.next().map(|(most, device)| (device, most))
    }

    pub(crate) fn make_job(&mut self, now: Now, by: Actor, spec: JobSpec) {
        let id = spec.id;
        let deadline = now.mono + spec.start_deadline().since(now.utc);
        self.write(now, by, Record::JobMade { spec: Box::new(spec) });
        self.send_job(now, id);
        self.wake_by(deadline);
    }

    /// Ends a job in every form of its edition: one that a change of its programme has replaced may still sound on a
    /// cluster that could not hear of the change.
    fn stop(&mut self, now: Now, by: &Actor, id: JobId) -> Result<Done, Refusal> {
        let Some(job) = self.state.jobs.get(&id) else { return Err(self.unknown_job(&id.to_string())) };
        let may_sound = |form: &&Job| form.is_ahead(now.utc) || form.is_open() || form.lingers(now.utc);
        let forms = self.state.forms_of(job).filter(|form| !form.called_off).filter(may_sound);
        let jobs: Vec<JobId> = forms.map(|form| form.spec.id).collect();
        // A programme became another one, and the present form of this edition may be no job yet: it is not made then.
        let may_come = job.spec.occurrence.is_some() && !job.called_off;
        match (jobs.is_empty(), job.stopped_at) {
            (true, Some(_)) if may_come => {
                self.end_job(now, by, id);
                return Ok(Done::Stopped { jobs: vec![id] });
            }
            (true, None) => return Err(Refusal::JobOver { job: id }),
            (true, Some(_)) => return Ok(Done::Stopped { jobs: vec![id] }),
            (false, _) => jobs.iter().for_each(|job| self.end_job(now, by, *job)),
        }
        Ok(Done::Stopped { jobs })
    }

    fn end_job(&mut self, now: Now, by: &Actor, id: JobId) {
        self.write(now, by.clone(), Record::JobStopped { job: id });
        self.send_stop(now, id, Ends::Begun);
        self.wake_by(now.mono + 1_000);
    }

    fn cancel_job(&mut self, now: Now, by: &Actor, job: JobId) -> Result<Done, Refusal> {
        let known = self.state.jobs.get(&job);
        let known = known.ok_or_else(|| self.unknown_job(&job.to_string()))?;
        // What was called off may go on where nobody could be told yet: to call it off again changes nothing.
        let plays = |form: &&Job| {
            !form.called_off
                && form.deliveries.values().any(|d| d.started_at.is_some() && !d.state.is_final())
        };
        if let Some(playing) = self.state.forms_of(known).find(plays) {
            return Err(Refusal::JobPlays { job: playing.spec.id });
        }
        self.stop(now, by, job)
    }

    fn unknown_job(&self, id: &str) -> Refusal {
        let jobs = self.state.jobs.keys().map(ToString::to_string);
        let names = self.state.programmes.keys().cloned().chain(jobs);
        Refusal::UnknownJob { id: id.to_owned(), nearest: names::nearest_names(id, names) }
    }
}

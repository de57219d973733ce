//! Commands of staff, and programmes that become jobs.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::limits::CLIPS_PER_JOB_MAX;
use firmware_proto::message::{Class, Repeat};
use firmware_proto::{ClusterId, JobId, UtcMillis};
use schedules::Zone;

use crate::brain::{Core, Now};
use crate::cluster::{self, Cluster, ClusterKind};
use crate::command::{Announcement, ClusterProblem, Command, Done, Refusal};
use crate::job::{JobSpec, Origin};
use crate::limits::{AGENDA_HOURS, CLUSTERS_MAX, JOBS_AHEAD_MAX, LANGUAGES_MAX, TITLE_CHARS_MAX};
use crate::presence::Presence;
use crate::programme::RANK_USUAL;
use crate::rails;
use crate::record::Record;
use crate::state::{Settings, State};

const CLIP_LOUDNESS_LUFS: std::ops::RangeInclusive<i8> = -31..=-10;
const CLIP_KBPS: std::ops::RangeInclusive<u8> = 8..=64;
const CLIP_MINUTES: std::ops::RangeInclusive<u16> = 1..=720;
const HEARTBEAT_MS: std::ops::RangeInclusive<u32> = 1_000..=600_000;
const DAY_MS: u64 = 24 * 3_600_000;

impl Core {
    pub(crate) fn command(&mut self, now: Now, command: Command) -> Result<Done, Refusal> {
        match command {
            Command::AddClusters(clusters) => self.add_clusters(now, clusters),
            Command::RemoveCluster(id) => self.remove_cluster(now, &id),
            Command::ChangeSettings(settings) => self.change_settings(now, settings),
            Command::Announce(announcement) => self.announce(now, announcement),
            Command::ChangeSchedule(change) => self.change_schedule(now, change),
            Command::PauseProgramme { id, paused } => self.pause_programme(now, &id, paused),
            Command::OrderProgrammes(order) => self.order_programmes(now, &order),
            Command::Stop(job) => self.stop(now, job),
            Command::Cancel(id) => self.cancel(now, &id),
        }
    }

    fn add_clusters(&mut self, now: Now, clusters: Vec<Cluster>) -> Result<Done, Refusal> {
        check_clusters(&self.state, &clusters)?;
        let absent = |id: &ClusterId| !self.state.devices.contains_key(id);
        let known = clusters.iter().map(|cluster| cluster.id.clone());
        let new: Vec<ClusterId> = known.filter(absent).collect();
        let before = self.open_jobs();
        self.write(now, Record::ClustersAdded { clusters });
        self.remake_jobs(now, before);
        for id in new.into_iter().filter(|id| self.state.devices.contains_key(id)) {
            let presence = self.presences.entry(id).or_insert_with(|| Presence::new(now.mono, now.utc));
            presence.expect(now.mono, now.utc);
        }
        self.wake_by(now.mono + self.unreachable_after_ms());
        Ok(Done::Changed)
    }

    /// Jobs that nobody has ended.
    fn open_jobs(&self) -> Vec<JobId> {
        self.state.jobs.values().filter(|job| job.stopped_at.is_none()).map(|job| job.spec.id).collect()
    }

    /// A change of the site has ended jobs of programmes that it concerns: clusters hear of it, and new ones
    /// are made.
    fn remake_jobs(&mut self, now: Now, before: Vec<JobId>) {
        let ended = |id: &JobId| self.state.jobs.get(id).is_some_and(|job| job.stopped_at.is_some());
        let ended: Vec<JobId> = before.into_iter().filter(ended).collect();
        ended.into_iter().for_each(|job| self.send_stop(now, job));
        self.look_up_all(now.utc);
        self.plan_programmes(now);
        self.wake_by(now.mono);
    }

    fn remove_cluster(&mut self, now: Now, id: &ClusterId) -> Result<Done, Refusal> {
        if !self.state.clusters.contains_key(id) {
            let names = self.state.clusters.keys().map(ToString::to_string);
            let nearest = cluster::nearest_names(id.as_str(), names);
            return Err(Refusal::UnknownCluster { cluster: id.to_string(), nearest });
        }
        if self.state.clusters.values().any(|c| c.gateway.as_ref() == Some(id)) {
            return Err(Refusal::GatewayInUse { cluster: id.clone() });
        }
        self.write(now, Record::ClusterRemoved { cluster: id.clone() });
        Ok(Done::Changed)
    }

    fn change_settings(&mut self, now: Now, settings: Settings) -> Result<Done, Refusal> {
        within(settings.volume <= 100 && settings.volume_emergency <= 100, "volume")?;
        within(HEARTBEAT_MS.contains(&settings.heartbeat_ms), "heartbeat")?;
        within(CLIP_LOUDNESS_LUFS.contains(&settings.clip_loudness_lufs), "clip-loudness")?;
        within(CLIP_KBPS.contains(&settings.clip_kbps), "clip-kbps")?;
        within(CLIP_MINUTES.contains(&settings.clip_minutes_max), "clip-minutes")?;
        within(settings.timezone.parse::<Zone>().is_ok(), "timezone")?;
        within(AGENDA_HOURS.contains(&settings.agenda_hours), "agenda-hours")?;
        within(settings.rails.volume_ceilings.iter().all(|c| c.volume <= 100), "volume-ceilings")?;
        within(settings.languages.len() <= LANGUAGES_MAX, "languages")?;
        within(settings.name.chars().count() <= TITLE_CHARS_MAX, "title")?;
        if settings != self.state.settings {
            let before = self.open_jobs();
            self.write(now, Record::SettingsChanged { settings });
            self.remake_jobs(now, before);
        }
        Ok(Done::Changed)
    }

    fn announce(&mut self, now: Now, wanted: Announcement) -> Result<Done, Refusal> {
        if self.state.jobs.contains_key(&wanted.id) {
            return Ok(Done::Job(wanted.id));
        }
        within(wanted.start_within_ms <= DAY_MS, "start-within")?;
        within(wanted.repeat_for_ms.is_none_or(|ms| ms <= DAY_MS), "repeat")?;
        if let Some(play_at) = wanted.play_at.filter(|at| *at < now.utc) {
            return Err(Refusal::PastTime { play_at, now: now.utc });
        }
        let start = wanted.play_at.unwrap_or(now.utc);
        let start_by = start + wanted.start_within_ms;
        let repeat = wanted.repeat_for_ms.map(|for_ms| Repeat {
            until: start + for_ms,
            for_ms,
            gap_ms: wanted.repeat_gap_ms,
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
            override_reason: wanted.override_reason,
        };
        self.check_job(now.utc, &spec)?;
        if let Some(broken) = rails::broken_by_job(&self.state, &self.calendar, &spec, wanted.volume) {
            return Err(Refusal::GuardRail { broken });
        }
        if spec.class != Class::Emergency && spec.override_reason.is_none() {
            let rails = &self.state.settings.rails;
            spec.volume =
                spec.volume.min(rails.ceiling(&self.calendar, start.0, (start + spec.length_ms()).0));
            let latest = rails.latest_start(&self.calendar, start.0, spec.length_ms());
            if let Some(latest) = latest.filter(|_| spec.repeat.is_none()) {
                spec.start_by = spec.start_by.min(UtcMillis(latest.max(start.0)));
            }
        }
        self.make_job(now, spec);
        Ok(Done::Job(wanted.id))
    }

    fn volume(&self, wanted: Option<u8>, class: Class) -> u8 {
        let settings = &self.state.settings;
        let usual = if class == Class::Emergency { settings.volume_emergency } else { settings.volume };
        wanted.unwrap_or(usual)
    }

    fn targets(&self, targets: &[String]) -> Result<BTreeSet<ClusterId>, Refusal> {
        let chosen = cluster::resolve(&self.state.clusters, targets)
            .map_err(|unknown| Refusal::UnknownTargets { unknown })?;
        if chosen.is_empty() { Err(Refusal::NoClusters) } else { Ok(chosen) }
    }

    pub(crate) fn check_job(&self, now: UtcMillis, spec: &JobSpec) -> Result<(), Refusal> {
        within(spec.volume <= 100, "volume")?;
        let lists = std::iter::once(&spec.clips).chain(spec.variants.values());
        within(lists.into_iter().all(|clips| (1..=CLIPS_PER_JOB_MAX).contains(&clips.len())), "clips")?;
        within(spec.title.chars().count() <= TITLE_CHARS_MAX, "title")?;
        if spec.class == Class::Emergency {
            return Ok(());
        }
        for device in self.state.devices_of(spec.targets.iter()) {
            if self.jobs_ahead(now, &device) >= JOBS_AHEAD_MAX {
                return Err(Refusal::TooManyJobs { cluster: device });
            }
        }
        Ok(())
    }

    fn jobs_ahead(&self, now: UtcMillis, device: &ClusterId) -> usize {
        let jobs = self.state.jobs.values();
        jobs.filter(|job| job.is_ahead(now) && job.deliveries.contains_key(device)).count()
    }

    pub(crate) fn make_job(&mut self, now: Now, spec: JobSpec) {
        let id = spec.id;
        let deadline = now.mono + spec.start_deadline().since(now.utc);
        self.write(now, Record::JobMade { spec: Box::new(spec) });
        self.send_job(now, id);
        self.wake_by(deadline);
    }

    fn stop(&mut self, now: Now, id: JobId) -> Result<Done, Refusal> {
        let Some(job) = self.state.jobs.get(&id) else { return Err(self.unknown_job(&id.to_string())) };
        if job.stopped_at.is_some() {
            return Ok(Done::Stopped { jobs: vec![id] });
        }
        if !job.is_open() && !job.is_ahead(now.utc) {
            return Err(Refusal::JobOver { job: id });
        }
        self.end_job(now, id);
        Ok(Done::Stopped { jobs: vec![id] })
    }

    fn end_job(&mut self, now: Now, id: JobId) {
        self.write(now, Record::JobStopped { job: id });
        self.send_stop(now, id);
        self.wake_by(now.mono + 1_000);
    }

    fn cancel(&mut self, now: Now, id: &str) -> Result<Done, Refusal> {
        if self.state.programmes.contains_key(id) {
            return Ok(self.remove_programme(now, id));
        }
        let Ok(job) = id.parse::<JobId>() else { return Err(self.unknown_job(id)) };
        let Some(known) = self.state.jobs.get(&job) else { return Err(self.unknown_job(id)) };
        if known.deliveries.values().any(|d| d.started_at.is_some() && !d.state.is_final()) {
            return Err(Refusal::JobPlays { job });
        }
        self.stop(now, job)
    }

    fn unknown_job(&self, id: &str) -> Refusal {
        let jobs = self.state.jobs.keys().map(ToString::to_string);
        let names = self.state.programmes.keys().cloned().chain(jobs);
        Refusal::UnknownJob { id: id.to_owned(), nearest: cluster::nearest_names(id, names) }
    }
}

pub(crate) fn within(holds: bool, what: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::OutOfBounds { what: what.to_owned() }) }
}

fn check_clusters(state: &State, new: &[Cluster]) -> Result<(), Refusal> {
    let mut all = state.clusters.clone();
    all.extend(new.iter().map(|cluster| (cluster.id.clone(), cluster.clone())));
    within(all.len() <= CLUSTERS_MAX, "clusters")?;
    let mut zones = BTreeSet::new();
    for cluster in all.values() {
        let bad = |problem| Err(Refusal::BadCluster { cluster: cluster.id.clone(), problem });
        if cluster.kind != ClusterKind::Wireless {
            if cluster.gateway.is_some() || cluster.zone.is_some() {
                return bad(ClusterProblem::NotWireless);
            }
            continue;
        }
        let Some(gateway) = &cluster.gateway else { return bad(ClusterProblem::NoGateway) };
        let Some(zone) = cluster.zone else { return bad(ClusterProblem::NoZone) };
        if all.get(gateway).is_none_or(|g| g.kind != ClusterKind::Gateway) {
            return bad(ClusterProblem::UnknownGateway);
        }
        if !zones.insert((gateway.clone(), zone)) {
            return bad(ClusterProblem::ZoneTaken);
        }
    }
    Ok(())
}

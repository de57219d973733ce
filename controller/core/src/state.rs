//! All that the controller knows for good: the fold of the journal's records.
//!
//! [`State::apply`] is the one place where it changes, and it cannot fail: what could be refused
//! was refused before the record was written.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::message::DeviceLimits;
use firmware_proto::{BootId, ClipId, ClusterId, JobId, UtcMillis};
use schedules::{Calendar, DaySets, Interrupted, Item, Language, Rails, Zone};
use serde::{Deserialize, Serialize};

use crate::cluster::{Cluster, ClusterKind};
use crate::delivery::{Delivery, DeliveryState, Why};
use crate::job::{Job, JobSpec, Origin};
use crate::limits::{FINISH_GRACE_MS, SKIPS_KEPT_MAX};
use crate::occurrences::reachable_targets;
use crate::programme::{Clip, Content, Plan, Programme};
use crate::record::{Lapse, Record};
use crate::skip::Skip;

/// Settings of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// The site's name for people.
    pub name: String,
    /// Milliseconds between two heartbeats of a cluster.
    pub heartbeat_ms: u32,
    /// Volume where none is asked for, per cent.
    pub volume: u8,
    /// Volume of emergencies, per cent.
    pub volume_emergency: u8,
    /// Integrated loudness of new clips, LUFS.
    pub clip_loudness_lufs: i8,
    /// Bit rate of new clips, kbit/s.
    pub clip_kbps: u8,
    /// Longest new clip, minutes.
    pub clip_minutes_max: u16,
    /// What the site does not want; emergencies pass.
    pub rails: Rails,
    /// Clusters hold the jobs of so many hours ahead.
    pub agenda_hours: u16,
    /// What becomes of a programme that is interrupted, where it does not say.
    pub interrupted: Interrupted,
    /// What listeners speak, where a cluster does not say; the first is heard first.
    pub languages: Vec<Language>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timezone: "Asia/Ho_Chi_Minh".into(),
            name: String::new(),
            heartbeat_ms: 30_000,
            volume: 70,
            volume_emergency: 100,
            clip_loudness_lufs: -16,
            clip_kbps: 24,
            clip_minutes_max: 180,
            rails: Rails::default(),
            agenda_hours: 24,
            interrupted: Interrupted::default(),
            languages: "vi".parse().into_iter().collect(),
        }
    }
}

impl Settings {
    /// Names of the settings that are not the same in others, as site files call them.
    pub fn differences(&self, other: &Self) -> impl Iterator<Item = &'static str> {
        let (rails, others) = (&self.rails, &other.rails);
        let differ = [
            ("timezone", self.timezone != other.timezone),
            ("name", self.name != other.name),
            ("heartbeat_s", self.heartbeat_ms != other.heartbeat_ms),
            ("volume", self.volume != other.volume),
            ("volume_emergency", self.volume_emergency != other.volume_emergency),
            ("clip_loudness_lufs", self.clip_loudness_lufs != other.clip_loudness_lufs),
            ("clip_kbps", self.clip_kbps != other.clip_kbps),
            ("clip_minutes_max", self.clip_minutes_max != other.clip_minutes_max),
            ("quiet_hours", rails.quiet_hours != others.quiet_hours),
            ("minutes_per_day_max", rails.minutes_per_day_max != others.minutes_per_day_max),
            ("volume_ceilings", rails.volume_ceilings != others.volume_ceilings),
            ("agenda_hours", self.agenda_hours != other.agenda_hours),
            ("interrupted", self.interrupted != other.interrupted),
            ("languages", self.languages != other.languages),
        ];
        differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name)
    }
}

/// What is known of a device beyond its description.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// The version of its agenda.
    pub agenda_version: u64,
    /// Its last known boot.
    pub boot: Option<BootId>,
    /// Its firmware.
    #[serde(default)]
    pub firmware: String,
    /// What it can hold, as it says; `None`: it has not said yet.
    #[serde(default)]
    pub limits: Option<DeviceLimits>,
    /// The version of the protocol that it speaks and this build does not, and since when.
    #[serde(default)]
    pub other_protocol: Option<(u16, UtcMillis)>,
    /// When it was last heard, while it is flagged unreachable.
    pub unreachable_since: Option<UtcMillis>,
}

impl Device {
    /// What it can hold; as much as the wire allows, until it has said.
    #[must_use]
    pub fn limits(&self) -> DeviceLimits {
        self.limits.unwrap_or(DeviceLimits::full(u64::MAX))
    }
}

/// What a cluster has shown of its sound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SoundHistory {
    /// When it last finished a job with sound.
    pub last_played: Option<UtcMillis>,
    /// The present fault.
    pub silent: Option<SilentFault>,
}

/// A broadcast of which no sound is proved, although the cluster was reachable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilentFault {
    /// Since when.
    pub since: UtcMillis,
    /// The first such job.
    pub job: JobId,
    /// Why we say so.
    pub why: Why,
}

/// A programme and how far it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// It.
    pub programme: Programme,
    /// Occurrences up to here are dealt with.
    pub until: UtcMillis,
}

/// All that the controller knows for good.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The last controller's epoch.
    pub epoch: u32,
    /// Grows with every change that concerns an agenda.
    pub version: u64,
    /// Settings of the site.
    pub settings: Settings,
    /// What clusters share to reach us: ids, and names for people.
    pub uplinks: BTreeMap<String, String>,
    /// Clusters and gateways.
    pub clusters: BTreeMap<ClusterId, Cluster>,
    /// What is known of those with a device of their own.
    pub devices: BTreeMap<ClusterId, Device>,
    /// What each cluster has shown of its sound.
    pub sound: BTreeMap<ClusterId, SoundHistory>,
    /// Jobs, ended ones too until they are forgotten.
    pub jobs: BTreeMap<JobId, Job>,
    /// Programmes by id.
    pub programmes: BTreeMap<String, Planned>,
    /// Named sets of days.
    pub day_sets: DaySets,
    /// Counts the changes of programmes.
    pub revision: u64,
    /// Occurrences that were left out, the last ones.
    pub skips: VecDeque<Skip>,
}

impl State {
    /// Takes one record, written at `at`.
    pub fn apply(&mut self, at: UtcMillis, record: &Record) {
        match record {
            Record::Started { epoch } => self.epoch = *epoch,
            Record::Surpassed { epoch, version } => {
                self.epoch = self.epoch.max(*epoch);
                self.version = self.version.max(*version);
                self.bump(&self.devices.keys().cloned().collect());
            }
            Record::SiteChanged { settings, uplinks, clusters, removed } => {
                self.uplinks.clone_from(uplinks);
                if self.settings != **settings {
                    self.change_settings(at, settings);
                }
                if !clusters.is_empty() {
                    self.add_clusters(at, clusters);
                }
                removed.iter().for_each(|cluster| self.remove_cluster(at, cluster));
            }
            Record::ClustersAdded { clusters } => self.add_clusters(at, clusters),
            Record::ClusterRemoved { cluster } => self.remove_cluster(at, cluster),
            Record::JobMade { spec } => self.make_job(at, spec),
            Record::JobSent { job } => self.send_job(at, job),
            Record::JobStopped { job } => {
                self.stop_job(at, job);
                if let Some(job) = self.jobs.get_mut(job) {
                    job.called_off = true;
                }
            }
            Record::Acked { cluster, acks } => {
                for ack in acks {
                    self.take_ack(at, cluster, ack);
                }
            }
            Record::Lapsed { job, deliveries } => self.lapse(at, job, deliveries),
            Record::Booted { cluster, boot, firmware, limits } => {
                if let Some(device) = self.devices.get_mut(cluster) {
                    device.boot = Some(*boot);
                    device.firmware.clone_from(firmware);
                    device.limits = *limits;
                    device.other_protocol = None;
                }
            }
            Record::OtherProtocol { cluster, version } => {
                if let Some(device) = self.devices.get_mut(cluster) {
                    device.other_protocol = Some((*version, at));
                }
            }
            Record::WentUnreachable { clusters } => {
                for (cluster, since) in clusters {
                    self.set_unreachable(cluster, Some(*since));
                }
            }
            Record::CameBack { cluster } => self.set_unreachable(cluster, None),
            Record::ScheduleChanged { sets, programmes, removed } => {
                self.change_schedule(at, sets, programmes, removed);
            }
            Record::OccurrencesSkipped { skip } => {
                if skip.clusters.is_empty() {
                    self.planned_until(&skip.programme, skip.last);
                }
                self.skips.push_back(skip.clone());
                self.skips.drain(..self.skips.len().saturating_sub(SKIPS_KEPT_MAX));
            }
            Record::Forgotten { jobs } => jobs.iter().for_each(|job| drop(self.jobs.remove(job))),
            Record::Snapshot { state } => self.clone_from(state),
        }
    }

    /// The devices behind these clusters, each once.
    #[must_use]
    pub fn devices_of<'a>(&self, clusters: impl Iterator<Item = &'a ClusterId>) -> BTreeSet<ClusterId> {
        clusters.filter_map(|id| self.clusters.get(id)?.device().cloned()).collect()
    }

    /// FM zones behind a gateway.
    #[must_use]
    pub fn zones_of(&self, gateway: &ClusterId) -> Vec<u16> {
        let behind = self.clusters.values().filter(|c| c.gateway.as_ref() == Some(gateway));
        behind.filter_map(|c| c.zone).collect()
    }

    /// Which of a cluster's device keys counts.
    #[must_use]
    pub fn key_generation(&self, cluster: &ClusterId) -> u32 {
        self.clusters.get(cluster).map_or(0, |cluster| cluster.key_generation)
    }

    /// What a device can hold; as much as the wire allows, until it has said.
    #[must_use]
    pub fn limits_of(&self, device: &ClusterId) -> DeviceLimits {
        self.devices.get(device).map_or(Device::default().limits(), Device::limits)
    }

    /// Who needs a clip: ids of programmes, and of jobs of which something is still expected.
    #[must_use]
    pub fn users_of(&self, clip: ClipId) -> Vec<String> {
        let plans = self.programmes.values().map(|planned| &planned.programme.plan);
        let programmes = plans.filter(|plan| plan.clips().any(|needed| needed.clip.id == clip));
        let needs = |job: &&Job| job.is_open() && job.spec.all_clips().any(|needed| needed.id == clip);
        let jobs = self.jobs.values().filter(needs);
        let programmes = programmes.map(|plan| plan.id.clone());
        programmes.chain(jobs.map(|job| job.spec.id.to_string())).collect()
    }

    /// The last broadcast of a programme that was due.
    #[must_use]
    pub fn last_due(&self, programme: &str, now: UtcMillis) -> Option<JobId> {
        let due = self.broadcasts_of(programme).filter(|job| job.spec.play_at <= Some(now));
        // Of an occurrence that was changed there are two: one was called off.
        due.max_by_key(|job| (job.spec.play_at, job.stopped_at.is_none())).map(|job| job.spec.id)
    }

    /// Its next one, as far as it is planned.
    #[must_use]
    pub fn next_planned(&self, programme: &str, now: UtcMillis) -> Option<JobId> {
        let stand = self.broadcasts_of(programme).filter(|job| job.stopped_at.is_none());
        let ahead = stand.filter(|job| job.spec.play_at > Some(now));
        ahead.min_by_key(|job| job.spec.play_at).map(|job| job.spec.id)
    }

    fn broadcasts_of(&self, id: &str) -> impl Iterator<Item = &Job> {
        let is_of =
            move |origin: &Origin| matches!(origin, Origin::Programme { programme, .. } if programme == id);
        self.jobs.values().filter(move |job| is_of(&job.spec.origin))
    }

    /// Programmes that play a clip by this name, and not this one.
    pub fn programmes_with_older(&self, name: &str, clip: ClipId) -> Vec<&Programme> {
        let older = |plan: &Plan| plan.clips().any(|known| known.clip.id != clip && known.is_called(name));
        let programmes = self.programmes.values().map(|planned| &planned.programme);
        programmes.filter(|programme| older(&programme.plan)).collect()
    }

    fn bump(&mut self, devices: &BTreeSet<ClusterId>) -> u64 {
        self.version += 1;
        for device in devices {
            if let Some(device) = self.devices.get_mut(device) {
                device.agenda_version = self.version;
            }
        }
        self.version
    }

    fn change_settings(&mut self, at: UtcMillis, settings: &Settings) {
        let plays_alike = |a: &Settings, b: &Settings| {
            (&a.timezone, a.volume, &a.rails, a.interrupted, &a.languages)
                == (&b.timezone, b.volume, &b.rails, b.interrupted, &b.languages)
        };
        let alike = plays_alike(&self.settings, settings);
        self.settings = settings.clone();
        if !alike {
            self.remake(at, self.programmes.keys().cloned().collect());
        }
        self.bump(&self.devices.keys().cloned().collect());
    }

    fn add_clusters(&mut self, at: UtcMillis, clusters: &[Cluster]) {
        let targets = |state: &Self, plan: &Plan| reachable_targets(&state.clusters, &plan.targets);
        let plans = || self.programmes.values().map(|planned| &planned.programme.plan);
        let before: Vec<BTreeSet<ClusterId>> = plans().map(|plan| targets(self, plan)).collect();
        let changed = |cluster: &&Cluster| self.clusters.get(&cluster.id) != Some(cluster);
        let mut changed: BTreeSet<ClusterId> =
            clusters.iter().filter(changed).map(|c| c.id.clone()).collect();
        for cluster in clusters {
            self.clusters.insert(cluster.id.clone(), cluster.clone());
            if cluster.wire_kind().is_some() {
                self.devices.entry(cluster.id.clone()).or_default();
            } else if self.devices.remove(&cluster.id).is_some() {
                // It was a device, and is none any more: what that one has shown says nothing of this one.
                self.sound.remove(&cluster.id);
            }
        }
        let touched = self.devices_of(clusters.iter().map(|cluster| &cluster.id));
        self.bump(&touched);
        // What is wireless plays what its gateway plays.
        let behind = |cluster: &&Cluster| cluster.gateway.as_ref().is_some_and(|g| changed.contains(g));
        let behind: Vec<ClusterId> = self.clusters.values().filter(behind).map(|c| c.id.clone()).collect();
        changed.extend(behind);
        // Programmes play on new clusters too, and no longer where they are not meant any more.
        let plans = self.programmes.values().map(|planned| &planned.programme.plan);
        let concerned = plans.zip(before).filter(|(plan, was)| {
            let is = targets(self, plan);
            changed.iter().any(|id| was.contains(id) || is.contains(id))
        });
        let ids = concerned.map(|(plan, _)| plan.id.clone()).collect();
        self.remake(at, ids);
    }

    /// Ends the jobs to come of some programmes: they are made anew.
    fn remake(&mut self, at: UtcMillis, ids: Vec<String>) {
        if ids.is_empty() {
            return;
        }
        self.revision += 1;
        for id in ids {
            self.look_again(&id, at);
            if let Some(planned) = self.programmes.get_mut(&id) {
                planned.until = at;
                planned.programme.revision = self.revision;
                planned.programme.changed_at = at;
            }
        }
    }

    fn remove_cluster(&mut self, at: UtcMillis, id: &ClusterId) {
        let touched = self.devices_of(core::iter::once(id));
        self.clusters.remove(id);
        self.devices.remove(id);
        self.sound.remove(id);
        for job in self.jobs.values_mut() {
            job.alter(id, |_, delivery| {
                if !delivery.state.is_final() {
                    delivery.move_to(DeliveryState::Cancelled, Some(Why::Cancelled), at);
                }
            });
        }
        self.bump(&touched);
    }

    fn make_job(&mut self, at: UtcMillis, spec: &JobSpec) {
        let mut everyone = self.devices_of(spec.targets.iter());
        let version = self.bump(&everyone);
        everyone.append(&mut spec.targets.iter().cloned().collect());
        let deliveries = everyone.into_iter().map(|id| (id, Delivery::new(at))).collect();
        self.jobs.insert(spec.id, Job::new(spec.clone(), version, deliveries));
        if let Origin::Programme { programme, occurrence } = &spec.origin {
            self.planned_until(programme, *occurrence);
        }
    }

    fn planned_until(&mut self, programme: &str, until: UtcMillis) {
        if let Some(planned) = self.programmes.get_mut(programme) {
            planned.until = until;
        }
    }

    fn change_schedule(&mut self, at: UtcMillis, sets: &DaySets, changed: &[Programme], removed: &[String]) {
        let ids = changed.iter().map(|programme| &programme.plan.id).chain(removed);
        ids.for_each(|id| self.look_again(id, at));
        self.day_sets.clone_from(sets);
        self.revision += 1;
        removed.iter().for_each(|id| drop(self.programmes.remove(id)));
        for programme in changed {
            let planned = Planned { until: programme.changed_at, programme: programme.clone() };
            self.programmes.insert(programme.plan.id.clone(), planned);
        }
    }

    /// Whatever was decided about occurrences to come of a programme is decided anew.
    fn look_again(&mut self, id: &str, at: UtcMillis) {
        self.jobs_to_come(id, at).iter().for_each(|job| self.stop_job(at, job));
        self.skips.retain(|skip| skip.programme != id || skip.first <= at);
    }

    /// Jobs of a programme that have not begun yet.
    #[must_use]
    pub fn jobs_to_come(&self, programme: &str, now: UtcMillis) -> Vec<JobId> {
        let of_it = |job: &&Job| {
            matches!(&job.spec.origin, Origin::Programme { programme: of, .. } if of == programme)
                && job.stopped_at.is_none()
                && job.spec.play_at.is_none_or(|at| at > now)
        };
        self.jobs.values().filter(of_it).map(|job| job.spec.id).collect()
    }

    /// What dates mean at the site. A time zone that there is not becomes Viet Nam's.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        let zone = self.settings.timezone.parse().unwrap_or(Zone::HO_CHI_MINH);
        Calendar { zone, sets: self.day_sets.clone() }
    }

    /// What plays where of some items of a plan.
    #[must_use]
    pub fn content_of(&self, plan: &Plan, items: &[Item<Clip>]) -> Content {
        self.content(items, &reachable_targets(&self.clusters, &plan.targets))
    }

    /// What plays where of some items, on these clusters and the gateways in front of them.
    #[must_use]
    pub fn content(&self, items: &[Item<Clip>], targets: &BTreeSet<ClusterId>) -> Content {
        let gateways = self.devices_of(targets.iter());
        let site = &self.settings.languages;
        let languages = |id: &ClusterId| {
            let device = self.clusters.get(id)?.device()?;
            let own = self.clusters.get(device).map(|device| &device.languages[..]);
            own.filter(|own| !own.is_empty())
        };
        let everyone: BTreeSet<&ClusterId> = targets.iter().chain(&gateways).collect();
        let each = everyone.into_iter().map(|id| (id, languages(id).unwrap_or(site)));
        Content::resolve(items, each, site)
    }

    fn send_job(&mut self, at: UtcMillis, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        job.alter_all(|(_, delivery)| {
            if delivery.state == DeliveryState::Queued {
                delivery.move_to(DeliveryState::Sent, None, at);
            }
        });
    }

    fn stop_job(&mut self, at: UtcMillis, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        job.stopped_at = Some(at);
        job.alter_all(|(_, delivery)| {
            if matches!(delivery.state, DeliveryState::Playing | DeliveryState::Suspended) {
                let soon = at + FINISH_GRACE_MS;
                delivery.finish_by = Some(delivery.finish_by.map_or(soon, |by| by.min(soon)));
            } else if !delivery.state.is_final() {
                delivery.move_to(DeliveryState::Cancelled, Some(Why::Cancelled), at);
            }
        });
        let clusters: Vec<ClusterId> = job.deliveries.keys().cloned().collect();
        let devices = self.devices_of(clusters.iter());
        self.bump(&devices);
    }

    fn take_ack(&mut self, at: UtcMillis, cluster: &ClusterId, ack: &firmware_proto::message::Ack) {
        let stopped = self.jobs.get(&ack.job).is_some_and(|job| job.stopped_at.is_some());
        self.alter(at, &ack.job, cluster, |spec, delivery| delivery.take_ack(ack, at, spec, stopped));
    }

    fn lapse(&mut self, at: UtcMillis, id: &JobId, lapses: &[Lapse]) {
        for Lapse { cluster, state, why } in lapses {
            self.alter(at, id, cluster, |_, delivery| delivery.move_to(*state, Some(*why), at));
        }
    }

    /// Changes the delivery of a device, and what follows from it.
    fn alter(
        &mut self,
        at: UtcMillis,
        id: &JobId,
        device: &ClusterId,
        change: impl FnOnce(&JobSpec, &mut Delivery),
    ) {
        let changed = self.jobs.get_mut(id).and_then(|job| job.alter(device, change)).cloned();
        if let Some(delivery) = changed {
            self.follow(at, id, device, &delivery);
        }
    }

    /// What else changes when a device's delivery has become another one: the wireless clusters behind a
    /// gateway, and the sound history.
    fn follow(&mut self, at: UtcMillis, id: &JobId, device: &ClusterId, carrier: &Delivery) {
        self.note_sound(at, id, device, carrier);
        let carries = self.clusters.get(device).is_some_and(|c| c.kind == ClusterKind::Gateway);
        let Some(job) = self.jobs.get_mut(id).filter(|_| carries) else { return };
        let clusters = &self.clusters;
        job.alter_all(|(cluster, delivery)| {
            if clusters.get(cluster).is_some_and(|c| c.gateway.as_ref() == Some(device)) {
                mirror(at, carrier, delivery);
            }
        });
    }

    fn note_sound(&mut self, at: UtcMillis, id: &JobId, cluster: &ClusterId, delivery: &Delivery) {
        match (delivery.state, delivery.why) {
            (DeliveryState::Played, _) => {
                let history = self.sound.entry(cluster.clone()).or_default();
                history.last_played = history.last_played.max(delivery.started_at.or(Some(at)));
                history.silent = None;
            }
            (DeliveryState::Silent, Some(why)) => {
                let history = self.sound.entry(cluster.clone()).or_default();
                history.silent.get_or_insert(SilentFault { since: at, job: *id, why });
            }
            // A silence that was only concluded from missing words ends when the words come.
            (
                DeliveryState::Playing
                | DeliveryState::Suspended
                | DeliveryState::Missed
                | DeliveryState::Failed
                | DeliveryState::Preempted
                | DeliveryState::Skipped
                | DeliveryState::Cancelled,
                _,
            ) => {
                if let Some(history) = self.sound.get_mut(cluster) {
                    history.silent.take_if(|fault| fault.job == *id);
                }
            }
            _ => {}
        }
    }

    fn set_unreachable(&mut self, cluster: &ClusterId, since: Option<UtcMillis>) {
        if let Some(device) = self.devices.get_mut(cluster) {
            device.unreachable_since = since;
        }
    }
}

/// A wireless cluster's delivery is what its gateway's is, but `played` is more than anybody knows.
fn mirror(at: UtcMillis, carrier: &Delivery, delivery: &mut Delivery) {
    use DeliveryState as S;
    delivery.started_at = carrier.started_at;
    delivery.finish_by = carrier.finish_by;
    let (state, why) = match carrier.state {
        S::Played => (S::Unconfirmed, Some(Why::NoWayBack)),
        state @ (S::Silent | S::Missed | S::Failed) => (state, Some(Why::Gateway { state })),
        state => (state, carrier.why),
    };
    delivery.move_to(state, why, at);
}

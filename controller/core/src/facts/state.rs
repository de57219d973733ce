//! All that the controller knows for good: the fold of the journal's records.
//!
//! [`State::apply`] is the one place where it changes, and it cannot fail: what could be refused
//! was refused before the record was written.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::message::DeviceLimits;
use firmware_proto::{BootId, ClipId, ClusterId, JobId, UtcMillis};
use schedules::{Calendar, DaySets, Item};
use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::cluster::{Cluster, ClusterKind};
use super::delivery::{Delivery, DeliveryState, Why};
use super::entry::Entry;
use super::fault::{Fault, FaultKind, Faults};
use super::job::{Job, JobSpec, Origin};
use super::names::nearest_names;
use super::programme::{Clip, Content, Plan, Programme};
use super::record::{Lapse, Record, Replanned};
use super::settings::Settings;
use super::shared::Shared;
use super::skip::Skip;
use super::targets::reachable;

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
    pub limits: Option<DeviceLimits>,
    /// The version of the protocol that it speaks and this build does not, and since when.
    pub other_protocol: Option<(u16, UtcMillis)>,
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
    /// What it has not played with sound since.
    pub silence: Option<Silence>,
}

/// A broadcast of which no sound is proved, although the cluster was reachable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
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

/// All that the controller knows for good. Its parts are shared: a clone costs a few counters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The last controller's epoch.
    pub epoch: u32,
    /// Grows with every change that concerns an agenda.
    pub version: u64,
    /// Settings of the site.
    pub settings: Shared<Settings>,
    /// What clusters share to reach us: ids, and names for people.
    pub uplinks: Shared<BTreeMap<String, String>>,
    /// Clusters and gateways.
    pub clusters: Shared<BTreeMap<ClusterId, Cluster>>,
    /// What is known of those with a device of their own.
    pub devices: Shared<BTreeMap<ClusterId, Device>>,
    /// What each cluster has shown of its sound.
    pub sound: Shared<BTreeMap<ClusterId, SoundHistory>>,
    /// What is wrong with clusters.
    pub faults: Shared<BTreeMap<ClusterId, Faults>>,
    /// Jobs, ended ones too until they are forgotten.
    pub jobs: Shared<BTreeMap<JobId, Shared<Job>>>,
    /// Programmes by id.
    pub programmes: Shared<BTreeMap<String, Planned>>,
    /// Named sets of days.
    pub day_sets: Shared<DaySets>,
    /// Counts the changes of programmes.
    pub revision: u64,
    /// Occurrences that were left out, the last ones.
    pub skips: Shared<VecDeque<Skip>>,
}

/// The form of the texts that [`State::text`] makes; it changes with every change of what a state holds.
pub const VERSION: u16 = 2;

impl State {
    /// The whole state as JSON, for a snapshot.
    ///
    /// # Panics
    /// Never: the state is plain data with text keys, which always has a JSON form.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a state as JSON")
    }

    /// Reads such a text; `None` if another build has made it, or it is none.
    #[must_use]
    pub fn read(version: u16, text: &str) -> Option<Self> {
        (version == VERSION).then(|| serde_json::from_str(text).ok())?
    }

    /// Takes one entry.
    pub fn apply(&mut self, entry: &Entry) {
        let Entry { at, actor, record } = entry;
        let at = *at;
        match record {
            Record::Started { epoch } => self.epoch = *epoch,
            Record::Surpassed { epoch, version } => {
                self.epoch = self.epoch.max(*epoch);
                self.version = self.version.max(*version);
                self.bump(&self.devices.keys().cloned().collect());
            }
            Record::SiteChanged { settings, uplinks, clusters, removed, replanned } => {
                *self.uplinks = uplinks.clone();
                if *self.settings != **settings {
                    *self.settings = (**settings).clone();
                    self.bump(&self.devices.keys().cloned().collect());
                }
                if !clusters.is_empty() {
                    self.add_clusters(clusters);
                }
                removed.iter().for_each(|cluster| self.remove_cluster(at, cluster));
                self.replan(at, actor, replanned);
            }
            Record::ClustersAdded { clusters, replanned } => {
                self.add_clusters(clusters);
                self.replan(at, actor, replanned);
            }
            Record::ClusterRemoved { cluster } => self.remove_cluster(at, cluster),
            Record::JobMade { spec } => self.make_job(at, actor, spec),
            Record::JobSent { job } => self.send_job(at, job),
            Record::JobStopped { job } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.called_off = true;
                }
                self.stop_job(at, actor, job);
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
            Record::FaultsChanged { raised, cleared } => self.change_faults(raised, cleared),
            Record::ScheduleChanged { sets, programmes, removed, ended } => {
                ended.iter().for_each(|job| self.stop_job(at, actor, job));
                self.change_schedule(at, sets, programmes, removed);
            }
            Record::OccurrencesSkipped { skip, forgotten } => {
                if skip.clusters.is_empty() {
                    self.planned_until(&skip.programme, skip.last);
                }
                let skips = &mut *self.skips;
                skips.push_back(skip.clone());
                skips.drain(..skips.len().min(*forgotten));
            }
            Record::Forgotten { jobs } => jobs.iter().for_each(|job| drop(self.jobs.remove(job))),
        }
    }

    /// The devices behind these clusters, each once.
    #[must_use]
    pub fn devices_of<'a>(&self, clusters: impl Iterator<Item = &'a ClusterId>) -> BTreeSet<ClusterId> {
        clusters.filter_map(|id| self.clusters.get(id)?.device().cloned()).collect()
    }

    /// The clusters whose ids are most like `text`, for errors.
    #[must_use]
    pub fn nearest_clusters(&self, text: &str) -> Vec<String> {
        nearest_names(text, self.clusters.keys().map(ToString::to_string))
    }

    /// Every job, ended ones too until they are forgotten.
    pub fn each_job(&self) -> impl Iterator<Item = &Job> + Clone {
        self.jobs.values().map(|job| &**job)
    }

    /// A condition that a cluster has.
    #[must_use]
    pub fn fault(&self, cluster: &ClusterId, kind: FaultKind) -> Option<&Fault> {
        self.faults.get(cluster)?.get(&kind)
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
        let jobs = self.each_job().filter(needs);
        let programmes = programmes.map(|plan| plan.id.clone());
        programmes.chain(jobs.map(|job| job.spec.id.to_string())).collect()
    }

    /// A job, and the others that are the same edition of a programme in another form.
    pub(crate) fn forms_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        let key = job.spec.occurrence;
        let same = move |other: &&Job| {
            other.spec.id == job.spec.id || (key.is_some() && other.spec.occurrence == key)
        };
        self.each_job().filter(same)
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
        self.each_job().filter(move |job| is_of(&job.spec.origin))
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

    fn add_clusters(&mut self, clusters: &[Cluster]) {
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
    }

    /// Ends the jobs to come of some programmes: they are made anew.
    fn replan(&mut self, at: UtcMillis, actor: &Actor, replanned: &Replanned) {
        replanned.ended.iter().for_each(|job| self.stop_job(at, actor, job));
        if replanned.programmes.is_empty() {
            return;
        }
        self.revision += 1;
        for id in &replanned.programmes {
            self.forget_skips_to_come(id, at);
            if let Some(planned) = self.programmes.get_mut(id) {
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
        self.faults.remove(id);
        for job in self.jobs.values_mut() {
            job.alter(id, |_, delivery| {
                if !delivery.state.is_final() {
                    delivery.move_to(DeliveryState::Cancelled, Some(Why::Cancelled), at);
                }
            });
        }
        self.bump(&touched);
    }

    fn make_job(&mut self, at: UtcMillis, actor: &Actor, spec: &JobSpec) {
        let mut everyone = self.devices_of(spec.targets.iter());
        let version = self.bump(&everyone);
        everyone.append(&mut spec.targets.iter().cloned().collect());
        let deliveries = everyone.into_iter().map(|id| (id, Delivery::new(at))).collect();
        let job = Job::new(spec.clone(), actor.clone(), version, deliveries);
        self.jobs.insert(spec.id, Shared::new(job));
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
        ids.for_each(|id| self.forget_skips_to_come(id, at));
        *self.day_sets = sets.clone();
        self.revision += 1;
        removed.iter().for_each(|id| drop(self.programmes.remove(id)));
        for programme in changed {
            let planned = Planned { until: programme.changed_at, programme: programme.clone() };
            self.programmes.insert(programme.plan.id.clone(), planned);
        }
    }

    /// Whether occurrences to come of a programme are left out is decided anew.
    fn forget_skips_to_come(&mut self, id: &str, at: UtcMillis) {
        self.skips.retain(|skip| skip.programme != id || skip.first <= at);
    }

    /// Programmes that play elsewhere once these clusters are there, and on others than they do now.
    pub(crate) fn concerned_by(&self, clusters: &[Cluster]) -> Vec<String> {
        let mut after = self.clusters.clone();
        after.extend(clusters.iter().map(|cluster| (cluster.id.clone(), cluster.clone())));
        let is_other = |cluster: &&Cluster| self.clusters.get(&cluster.id) != Some(cluster);
        let mut changed: BTreeSet<&ClusterId> = clusters.iter().filter(is_other).map(|c| &c.id).collect();
        // What is wireless plays what its gateway plays.
        let behind = after.values().filter(|c| c.gateway.as_ref().is_some_and(|g| changed.contains(g)));
        let behind: Vec<&ClusterId> = behind.map(|cluster| &cluster.id).collect();
        changed.extend(behind);
        let plans = self.programmes.values().map(|planned| &planned.programme.plan);
        let concerned = plans.filter(|plan| {
            let (was, is) = (reachable(&self.clusters, &plan.targets), reachable(&after, &plan.targets));
            changed.iter().any(|id| was.contains(*id) || is.contains(*id))
        });
        concerned.map(|plan| plan.id.clone()).collect()
    }

    /// Jobs of a programme that have not begun yet.
    #[must_use]
    pub fn jobs_to_come(&self, programme: &str, now: UtcMillis) -> Vec<JobId> {
        let of_it = |job: &&Job| {
            matches!(&job.spec.origin, Origin::Programme { programme: of, .. } if of == programme)
                && job.stopped_at.is_none()
                && job.spec.play_at.is_none_or(|at| at > now)
        };
        self.each_job().filter(of_it).map(|job| job.spec.id).collect()
    }

    /// What dates mean at the site.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        Calendar { zone: self.settings.timezone, sets: DaySets::clone(&self.day_sets) }
    }

    /// What plays where of some items of a plan.
    #[must_use]
    pub fn content_of(&self, plan: &Plan, items: &[Item<Clip>]) -> Content {
        self.content(items, &reachable(&self.clusters, &plan.targets))
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

    fn stop_job(&mut self, at: UtcMillis, actor: &Actor, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        job.stopped_at = Some(at);
        job.stopped_by = Some(actor.clone());
        let (called_off, patience_ms) = (job.called_off, job.spec.patience.finish_ms);
        job.alter_all(|(_, delivery)| {
            if matches!(delivery.state, DeliveryState::Playing | DeliveryState::Suspended) {
                // What has begun of a changed programme may be heard to its end.
                if !called_off {
                    return;
                }
                let soon = at + patience_ms;
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
                history.silence = None;
            }
            (DeliveryState::Silent, Some(why)) => {
                let history = self.sound.entry(cluster.clone()).or_default();
                history.silence.get_or_insert(Silence { since: at, job: *id, why });
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
                    history.silence.take_if(|fault| fault.job == *id);
                }
            }
            _ => {}
        }
    }

    fn change_faults(&mut self, raised: &[(ClusterId, Fault)], cleared: &[(ClusterId, FaultKind)]) {
        for (cluster, fault) in raised {
            self.faults.entry(cluster.clone()).or_default().insert(fault.kind(), fault.clone());
        }
        for (cluster, kind) in cleared {
            if let Some(faults) = self.faults.get_mut(cluster) {
                faults.remove(kind);
            }
        }
        self.faults.retain(|_, faults| !faults.is_empty());
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

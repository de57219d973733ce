//! How the state changes: one entry after the other, and in no other place. It cannot fail: what could be refused was
//! refused before the record was written.

use std::collections::BTreeSet;

use firmware_proto::{ClusterId, JobId, UtcMillis};

use super::{Planned, Silence, State};
use crate::facts::actor::Actor;
use crate::facts::cluster::{Cluster, ClusterKind};
use crate::facts::delivery::{Delivery, DeliveryState, Why};
use crate::facts::entry::Entry;
use crate::facts::fault::{Fault, FaultKind};
use crate::facts::job::{Job, JobSpec, Origin};
use crate::facts::programme::Programme;
use crate::facts::record::{Lapse, Record, Replanned};
use crate::facts::shared::Shared;

impl State {
    /// Takes one entry.
    pub fn apply(&mut self, entry: &Entry) {
        let Entry { at, actor, record } = entry;
        let at = *at;
        self.at = at;
        match record {
            Record::Started { epoch } => self.epoch = *epoch,
            Record::Surpassed { epoch, version } => {
                self.epoch = self.epoch.max(*epoch);
                self.version = self.version.max(*version);
                self.bump(&self.devices.keys().cloned().collect());
            }
            // All that there is to it is the time of the entry.
            Record::ClockSet { .. } => {}
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
                *self.day_sets = sets.clone();
                self.change_schedule(at, programmes, removed);
            }
            Record::ClipAdded { clip } => {
                self.clips.insert(clip.clip.id, Shared::new((**clip).clone()));
            }
            Record::ClipReplaced { programmes, ended, .. } => {
                ended.iter().for_each(|job| self.stop_job(at, actor, job));
                self.change_schedule(at, programmes, &[]);
            }
            Record::ClipRemoved { clip, gone: true, .. } => drop(self.clips.remove(clip)),
            Record::ClipRemoved { clip, title, gone: false } => {
                if let Some(clip) = self.clips.get_mut(clip) {
                    clip.titles.retain(|known| known.text != *title);
                }
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
        debug_assert!(self.is_whole(), "the parts belong together after {record:?}");
    }

    /// What is known of a cluster goes with it, no device knows more than the site, and every clip has a title.
    fn is_whole(&self) -> bool {
        let known = |id: &ClusterId| self.clusters.contains_key(id);
        let of_clusters = self.devices.keys().chain(self.faults.keys()).all(known);
        let behind = self.devices.values().all(|device| device.agenda_version <= self.version);
        let titled = self.clips.iter().all(|(id, clip)| clip.clip.id == *id && !clip.titles.is_empty());
        of_clusters && behind && titled && self.faults.values().all(|faults| !faults.is_empty())
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
                // What a crash has lost, and may still start late, is not dealt with yet.
                planned.until = planned.until.min(at);
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

    fn change_schedule(&mut self, at: UtcMillis, changed: &[Programme], removed: &[String]) {
        let ids = changed.iter().map(|programme| &programme.plan.id).chain(removed);
        ids.for_each(|id| self.forget_skips_to_come(id, at));
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

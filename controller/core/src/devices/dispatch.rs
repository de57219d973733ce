//! Commands to below: jobs, agendas, stops, receipts; signed, numbered, and limited in time.

use std::collections::BTreeSet;

use firmware_proto::limits::{ACKS_PER_MESSAGE_MAX, AGENDA_OTHERS_MAX, JOBS_HELD_MAX};
use firmware_proto::message::{
    Agenda, Class, Command as WireCommand, CommandBody, Job as WireJob, JobName, Receipt,
    Settings as WireSettings, Stop,
};
use firmware_proto::topics::{Down, Qos, Topic};
use firmware_proto::{ClusterId, JobId, OccurrenceKey, UtcMillis, sequence};

use crate::brain::{Core, Output};
use crate::facts::actor::Actor;
use crate::facts::cluster::{Cluster, ClusterKind};
use crate::facts::delivery::DeliveryState;
use crate::facts::job::Job;
use crate::facts::record::Record;
use crate::limits::{
    AGENDA_RESEND_MS, JOB_NAME_BYTES_MAX, SLOW_LINK_BYTES_PER_S, STOPS_OF_THEIR_OWN_MAX, VALID_BEFORE_MS,
    VALIDITY_MS,
};
use crate::now::Now;

/// What a stop ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// What has begun too: staff want silence.
    Begun,
    /// What has not begun: the programme was changed, and the agenda says whether what has begun goes on.
    Waiting,
}

/// Which jobs an agenda says in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Only those of which the device has never spoken: a line is weak, and an agenda of a week is long.
    Once,
    /// All: the device may have lost what it had.
    Again,
}

impl Core {
    /// Whatever still waits for a broker goes out; silence counts from here.
    pub(crate) fn broker_is_back(&mut self, now: Now) {
        self.speaks = true;
        for presence in self.presences.values_mut() {
            presence.waiting_since = now.mono;
            presence.agenda_arrives = None;
        }
        self.wake_by(now.mono + self.unreachable_after_ms());
        let queued = |job: &&Job| {
            job.is_ahead(now.utc) && job.deliveries.values().any(|d| d.state == DeliveryState::Queued)
        };
        let waiting: Vec<JobId> = self.state.each_job().filter(queued).map(|job| job.spec.id).collect();
        for job in waiting {
            self.send_job(now, job);
        }
    }

    /// A new job goes out ahead of the agendas: once on the shared topic if it is for everybody,
    /// else to each device.
    pub(crate) fn send_job(&mut self, now: Now, id: JobId) {
        if !self.speaks {
            return;
        }
        let Some(job) = self.state.jobs.get(&id) else { return };
        let for_everybody = self.is_for_everybody(job);
        let shared = for_everybody.then(|| CommandBody::Job(job.on_wire(None, Vec::new())));
        // A gateway needs the zones that are meant, and may not know its own yet.
        let own = match for_everybody {
            true => self.gateways(),
            false => self.state.devices_of(job.deliveries.keys()),
        };
        let own: Vec<(ClusterId, CommandBody)> = own
            .into_iter()
            .filter(|device| self.has_part(job, device))
            .map(|device| (device.clone(), CommandBody::Job(self.wire_job(job, &device))))
            .collect();
        if let Some(body) = shared {
            let output = self.for_all(now, body);
            self.show(output);
        }
        for (device, body) in own {
            let output = self.for_device(now, &device, body);
            output.into_iter().for_each(|output| self.show(output));
        }
        let job = id;
        self.write(now, Actor::Controller, Record::JobSent { job });
    }

    fn is_gateway(&self, device: &ClusterId) -> bool {
        self.state.clusters.get(device).is_some_and(|cluster| cluster.kind == ClusterKind::Gateway)
    }

    fn gateways(&self) -> BTreeSet<ClusterId> {
        let gateways = self.state.clusters.values().filter(|cluster| cluster.kind == ClusterKind::Gateway);
        gateways.map(|gateway| gateway.id.clone()).collect()
    }

    /// Both the clusters and the deliveries are in order, so one walk along both is enough.
    fn is_for_everybody(&self, job: &Job) -> bool {
        let mut told = job.deliveries.keys();
        job.spec.variants.is_empty() && self.state.clusters.keys().all(|id| told.any(|other| other == id))
    }

    /// The job as one device has to see it: a gateway switches only the zones that are meant. Where it is meant as a
    /// whole these are all of its own: it may not know them yet, and would speak to nobody.
    fn wire_job(&self, job: &Job, device: &ClusterId) -> WireJob {
        let meant: Vec<u16> = self.meant_behind(job, device).filter_map(|cluster| cluster.zone).collect();
        let as_a_whole = meant.is_empty() && self.is_gateway(device);
        job.on_wire(Some(device), if as_a_whole { self.state.zones_of(device) } else { meant })
    }

    /// A gateway whose last wireless cluster of a job was moved or removed has none: without zones it would
    /// switch on all of its own.
    fn has_part(&self, job: &Job, device: &ClusterId) -> bool {
        !self.is_gateway(device)
            || job.spec.targets.contains(device)
            || self.meant_behind(job, device).next().is_some()
    }

    /// The clusters of a job that this gateway feeds. No other device feeds any: that needs no look at all of
    /// the job's clusters, and a large site is told of its jobs a thousand times.
    fn meant_behind(&self, job: &Job, device: &ClusterId) -> impl Iterator<Item = &Cluster> {
        let targets = if self.is_gateway(device) { &job.spec.targets[..] } else { &[] };
        let clusters = targets.iter().filter_map(|id| self.state.clusters.get(id));
        clusters.filter(move |cluster| cluster.gateway.as_ref() == Some(device))
    }

    pub(crate) fn send_stop(&mut self, now: Now, id: JobId, ends: Ends) {
        if !self.speaks {
            return;
        }
        let Some(job) = self.state.jobs.get(&id) else { return };
        let for_everybody = self.is_for_everybody(job);
        let devices = self.state.devices_of(job.deliveries.keys());
        let body = CommandBody::Stop(Stop { job: id, unless_begun: ends == Ends::Waiting });
        // Who does not know the job only remembers that it is over: one signature is enough for many.
        if for_everybody || devices.len() > STOPS_OF_THEIR_OWN_MAX {
            let output = self.for_all(now, body);
            return self.show(output);
        }
        for device in devices {
            let output = self.for_device(now, &device, body.clone());
            output.into_iter().for_each(|output| self.show(output));
        }
    }

    /// What a device has to hold, in as many messages as that needs: each of them names every job, so each one alone
    /// ends what is to end, and nothing else.
    pub(crate) fn send_agenda(&mut self, now: Now, device: &ClusterId, said: Said) {
        let Some(known) = self.state.devices.get(device) else { return };
        let version = known.agenda_version;
        let settings = WireSettings {
            heartbeat_ms: self.state.settings.heartbeat_ms,
            zones: self.state.zones_of(device),
        };
        let mut bytes = 0;
        // While it is not known how late it is, nothing that may be to come is left out.
        let earliest = self.trust.earliest(now.mono);
        let ended = self.ended_on(earliest, device);
        for (jobs, others) in self.parts_for(earliest, device, said) {
            bytes += jobs.iter().map(WireJob::encoded_len).sum::<usize>() + others.len() * JOB_NAME_BYTES_MAX;
            let (settings, ended) = (settings.clone(), ended.clone());
            let agenda = Agenda { version, jobs, settings, others, ended };
            let output = self.for_device(now, device, CommandBody::Agenda(agenda));
            output.into_iter().for_each(|output| self.show(output));
        }
        if let Some(presence) = self.presences.get_mut(device) {
            let measured = presence.beat.as_ref().map(|beat| beat.link_bytes_per_s);
            let bytes_per_s = measured.filter(|rate| *rate > 0).unwrap_or(SLOW_LINK_BYTES_PER_S);
            let travel_ms = bytes as u64 * 1_000 / u64::from(bytes_per_s);
            presence.agenda_arrives = Some(now.mono + AGENDA_RESEND_MS + travel_ms);
        }
    }

    /// Emergencies that a device may still hold, and that are not for it any more. Only what an agenda names as ended ends
    /// one: a controller that was restored from a backup knows nothing of those that sound.
    fn ended_on(&self, now: UtcMillis, device: &ClusterId) -> Vec<JobId> {
        let ended = self.state.each_job().filter(|job| {
            job.spec.class == Class::Emergency
                && (job.stopped_at.is_some() || !job.is_for(device) || !self.has_part(job, device))
                && job.may_sound_on(device, now)
        });
        ended.map(|job| job.spec.id).take(JOBS_HELD_MAX).collect()
    }

    /// The jobs of each message, in full and by name. At least one message: settings and version have to come too.
    fn parts_for(&self, now: UtcMillis, device: &ClusterId, said: Said) -> Vec<(Vec<WireJob>, Vec<JobName>)> {
        let jobs = self.jobs_for(now, device);
        let name = |job: &Job| JobName { id: job.spec.id, occurrence: job.spec.occurrence };
        let names: Vec<JobName> = jobs.iter().map(|job| name(job)).collect();
        // A gateway learns its zones from its jobs.
        let full = |job: &&Job| said == Said::Again || self.is_gateway(device) || !job.is_known_to(device);
        let full = jobs.iter().copied().filter(full).map(|job| self.wire_job(job, device));
        let most = self.state.limits_of(device).share_of_jobs(JOBS_HELD_MAX);
        let (mut parts, mut part, mut bytes) = (Vec::new(), Vec::new(), 0);
        for job in full {
            let len = job.encoded_len();
            if !part.is_empty() && (part.len() >= most || bytes + len > self.agenda_bytes) {
                parts.push(core::mem::take(&mut part));
                bytes = 0;
            }
            bytes += len;
            part.push(job);
        }
        parts.push(part);
        let with_others = |jobs: Vec<WireJob>| {
            let said = |name: &&JobName| jobs.iter().any(|job| job.id == name.id);
            let others = names.iter().filter(|name| !said(name)).copied().collect();
            (jobs, others)
        };
        parts.into_iter().map(with_others).collect()
    }

    /// The jobs that stand in the agenda of a device: emergencies first, then by start, and last what has ended there.
    /// While a form of an edition that was replaced may still sound on the device, its present form is listed: that lets
    /// it go on.
    fn jobs_for(&self, now: UtcMillis, device: &ClusterId) -> Vec<&Job> {
        let jobs = self.state.each_job();
        let replaced = jobs.clone().filter(|job| job.lingers_on(device, now));
        let lingering: BTreeSet<OccurrenceKey> = replaced.filter_map(|job| job.spec.occurrence).collect();
        let holds_up = |job: &Job| job.spec.occurrence.is_some_and(|key| lingering.contains(&key));
        let listed = |job: &&Job| job.is_listed_for(device, now, holds_up(job)) && self.has_part(job, device);
        let limits = self.state.limits_of(device);
        // A job that it cannot hold went out by itself, and it has refused it by name.
        let can_hold = |job: &&Job| limits.can_take(&self.wire_job(job, device));
        let mut jobs: Vec<&Job> = jobs.filter(listed).filter(can_hold).collect();
        jobs.sort_by_key(|job| {
            let has_ended = !job.takes_room_on(device, now) && !holds_up(job);
            (has_ended, job.spec.class != Class::Emergency, job.spec.play_at, job.version)
        });
        jobs.truncate(AGENDA_OTHERS_MAX);
        jobs
    }

    pub(crate) fn send_receipts(&mut self, now: Now) {
        if self.receipts_due.is_none_or(|due| due > now.mono) {
            return;
        }
        self.receipts_due = None;
        let mut batches = Vec::new();
        for (device, presence) in &mut self.presences {
            for acks in core::mem::take(&mut presence.receipts).chunks(ACKS_PER_MESSAGE_MAX) {
                batches.push((device.clone(), Receipt { acks: acks.to_vec() }));
            }
        }
        for (device, receipt) in batches {
            let output = self.for_device(now, &device, CommandBody::Receipt(receipt));
            output.into_iter().for_each(|output| self.show(output));
        }
    }

    fn for_all(&mut self, now: Now, body: CommandBody) -> Output {
        self.commands_to_all += 1;
        self.signed(now, None, self.commands_to_all, Topic::All, body)
    }

    pub(super) fn for_device(&mut self, now: Now, device: &ClusterId, body: CommandBody) -> Option<Output> {
        let presence = self.presences.get_mut(device)?;
        presence.commands += 1;
        let count = presence.commands;
        let leaf = match body {
            CommandBody::Job(_) | CommandBody::Stop(_) => Down::Job,
            CommandBody::Agenda(_) => Down::Agenda,
            CommandBody::Receipt(_) => Down::Receipt,
            CommandBody::Time(_) => Down::Time,
            // It is for controllers.
            CommandBody::Peer(_) => return None,
        };
        Some(self.signed(now, Some(device.clone()), count, Topic::Down(device.clone(), leaf), body))
    }

    fn signed(
        &self,
        now: Now,
        target: Option<ClusterId>,
        count: u32,
        topic: Topic,
        body: CommandBody,
    ) -> Output {
        let qos = if matches!(body, CommandBody::Time(_)) { Qos::AtMostOnce } else { Qos::AtLeastOnce };
        let command = WireCommand {
            site: self.identity.site.clone(),
            target,
            sequence: sequence::number(self.state.epoch, count),
            not_before: now.utc - VALID_BEFORE_MS,
            not_after: now.utc + VALIDITY_MS,
            body,
        };
        let payload = self.identity.key.seal(&command);
        Output::Publish { topic: topic.render(&self.identity.site), payload, qos }
    }
}

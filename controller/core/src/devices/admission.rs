//! Messages from below: who said it, is it new, and what follows.

use firmware_proto::message::CommandBody;
use firmware_proto::message::{Ack, AckId, Beat, Hello, Report, ReportBody, TimeReply, TimeRequest, Want};
use firmware_proto::topics::{Topic, Up};
use firmware_proto::trust::Rejected;
use firmware_proto::{BootId, ClusterId};

use crate::brain::{Core, Output};
use crate::devices::dispatch::Said;
use crate::facts::actor::Actor;
use crate::facts::cluster::Cluster;
use crate::facts::record::Record;
use crate::limits::RECEIPT_DELAY_MS;
use crate::now::Now;

impl Core {
    /// The worst that a message can do is raise a counter.
    pub(crate) fn take_message(&mut self, now: Now, topic: &str, payload: &[u8]) {
        if let Err(reason) = self.try_message(now, topic, payload) {
            let count = self.rejected.entry(reason).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn try_message(&mut self, now: Now, topic: &str, payload: &[u8]) -> Result<(), Rejected> {
        if topic == Topic::controllers(&self.identity.site) {
            return self.hear_controller(now, payload);
        }
        let (device, leaf) = Topic::parse_up(&self.identity.site, topic).ok_or(Rejected::WrongTopic)?;
        if !self.state.devices.contains_key(&device) {
            return Err(Rejected::UnknownKey);
        }
        let presence = self.presences.get_mut(&device).ok_or(Rejected::UnknownKey)?;
        let key = presence.key(&self.identity, &device, self.state.key_generation(&device));
        let report = key.open(&self.identity.site, &device, payload)?;
        if leaf != leaf_of(&report.body) {
            return Err(Rejected::WrongTopic);
        }
        self.keep_ahead(now, &device, &report);
        let live = report.epoch == self.state.epoch;
        if live {
            let presence = self.presences.get_mut(&device).ok_or(Rejected::UnknownKey)?;
            if !presence.accept(report.boot, report.sequence) {
                return Err(Rejected::Replayed);
            }
            presence.heard = Some((now.mono, now.utc));
            self.suspects.insert(device.clone());
            self.wake_by(now.mono + self.unreachable_after_ms());
        }
        self.take_report(now, &device, report, live);
        Ok(())
    }

    /// A cluster that knows more than we do has heard a controller that we have forgotten.
    fn keep_ahead(&mut self, now: Now, device: &ClusterId, report: &Report) {
        let held = match &report.body {
            ReportBody::Hello(hello) => hello.beat.agenda_version,
            ReportBody::Beat(beat) => beat.agenda_version,
            ReportBody::OtherVersion(_) | ReportBody::Acks(_) | ReportBody::Want(_) | ReportBody::Time(_) => {
                0
            }
        };
        if report.epoch <= self.state.epoch && held <= self.state.version {
            return;
        }
        self.surpass(now, by(device), report.epoch, held);
    }

    /// Goes on above what another one has given out.
    pub(crate) fn surpass(&mut self, now: Now, by: Actor, epoch: u32, version: u64) {
        let epoch = self.state.epoch.max(epoch).saturating_add(1);
        self.write(now, by, Record::Surpassed { epoch, version });
        self.commands_to_all = 0;
        for presence in self.presences.values_mut() {
            presence.begin_epoch();
        }
    }

    /// A report that is not `live` was made before this controller spoke to the cluster, or is a
    /// recording of such a one: its acks are facts all the same, its presence proves nothing. The
    /// agenda that goes out in answer makes a cluster that is really there speak again.
    fn take_report(&mut self, now: Now, device: &ClusterId, report: Report, live: bool) {
        match report.body {
            ReportBody::Acks(acks) => self.take_acks(now, device, acks),
            ReportBody::Time(request) => self.answer_time(now, device, (report.boot, live), request),
            ReportBody::Want(want) if live => self.serve(device, want),
            ReportBody::Want(_) => {}
            ReportBody::Hello(hello) => self.take_hello(now, device, report.boot, hello, live),
            ReportBody::OtherVersion(version) => self.take_other_version(now, device, version, live),
            ReportBody::Beat(beat) => self.take_beat(now, device, beat, live),
        }
    }

    fn take_hello(&mut self, now: Now, device: &ClusterId, boot: BootId, hello: Hello, live: bool) {
        let beat = hello.beat.clone();
        if let Some(presence) = self.presences.get_mut(device) {
            presence.keep_hello(boot, hello, live);
            if live {
                // A new connection may have lost what was on its way.
                presence.agenda_arrives = None;
            }
        }
        if live {
            self.note_boot(now, device);
        }
        self.take_beat(now, device, beat, live);
    }

    /// Nothing more of it is understood; that it is there, and why it may not do as it is told, is worth a fault.
    fn take_other_version(&mut self, now: Now, device: &ClusterId, version: u16, live: bool) {
        let Some(presence) = self.presences.get_mut(device) else { return };
        if !live && presence.boot().is_some() {
            return;
        }
        presence.agenda_arrives = None;
        let known = self.state.devices.get(device).and_then(|d| d.other_protocol);
        if known.map(|(version, _)| version) != Some(version) {
            let cluster = device.clone();
            self.write(now, by(device), Record::OtherProtocol { cluster, version });
        }
        // Versions of one first level understand each other's older messages: perhaps it plays all the same.
        self.send_agenda(now, device, Said::Again);
    }

    fn take_beat(&mut self, now: Now, device: &ClusterId, beat: Beat, live: bool) {
        let wanted = self.state.devices.get(device).map(|d| d.agenda_version);
        let held = beat.agenda_version;
        let Some(presence) = self.presences.get_mut(device) else { return };
        let first = live && presence.beat.is_none();
        if live {
            presence.beat = Some(beat);
        }
        let on_its_way = presence.agenda_arrives.is_some_and(|at| now.mono < at);
        if (wanted != Some(held) || !live) && !on_its_way {
            // What has no agenda, or not all of it, may have lost jobs that it has acknowledged.
            let said = if held == 0 { Said::Again } else { Said::Once };
            self.send_agenda(now, device, said);
        }
        if first {
            self.note_boot(now, device);
        }
    }

    /// Records the boot that is alive now, with what its hello said. That may have come before we could tell it
    /// from a recording, or not at all.
    fn note_boot(&mut self, now: Now, device: &ClusterId) {
        let kind = self.state.clusters.get(device).and_then(Cluster::wire_kind);
        let Some(known) = self.state.devices.get(device) else { return };
        let Some(presence) = self.presences.get(device) else { return };
        let Some(boot) = presence.boot() else { return };
        let hello = presence.hello().filter(|hello| Some(hello.kind) == kind);
        let (firmware, limits) = match hello {
            Some(hello) => (hello.firmware.clone(), Some(hello.limits)),
            None if known.boot.is_none() => (String::new(), None),
            None => return,
        };
        let news = known.boot != Some(boot) || known.limits != limits || known.other_protocol.is_some();
        if news {
            let cluster = device.clone();
            self.write(now, by(device), Record::Booted { cluster, boot, firmware, limits });
        }
    }

    fn take_acks(&mut self, now: Now, device: &ClusterId, acks: Vec<Ack>) {
        let ids: Vec<AckId> = acks.iter().map(|ack| ack.id).collect();
        let news: Vec<Ack> = acks.into_iter().filter(|ack| self.is_news(device, ack)).collect();
        if !news.is_empty() {
            self.write(now, by(device), Record::Acked { cluster: device.clone(), acks: news });
            // A late `started` may have opened a delivery again.
            self.wake_by(now.mono + 1_000);
        }
        if let Some(presence) = self.presences.get_mut(device) {
            presence.receipts.extend(ids);
            let due = now.mono + RECEIPT_DELAY_MS;
            self.receipts_due = Some(self.receipts_due.map_or(due, |at| at.min(due)));
        }
    }

    fn is_news(&self, device: &ClusterId, ack: &Ack) -> bool {
        let delivery = self.state.jobs.get(&ack.job).and_then(|job| job.deliveries.get(device));
        delivery.is_some_and(|delivery| !delivery.has_said(ack.stage))
    }

    /// Whoever knows the time says so when it asks, and hears ours only when we are sure of it.
    fn answer_time(
        &mut self,
        now: Now,
        device: &ClusterId,
        (boot, live): (BootId, bool),
        request: TimeRequest,
    ) {
        if let Some(utc) = request.utc.filter(|_| live) {
            self.trust.hears(now.mono, device, boot, utc);
        }
        let unsure = self.trust.asks() && !self.trust.is_echo(device, boot);
        if request.utc.is_none() || !unsure {
            self.trust.tells(device, boot);
        }
        let reply = TimeReply { boot, sent: request.sent, received: now.utc, replied: now.utc, unsure };
        if let Some(output) = self.for_device(now, device, CommandBody::Time(reply)) {
            self.show_now(output);
        }
    }

    /// Chunks only of clips that are, or were, for the cluster to play.
    fn serve(&mut self, device: &ClusterId, want: Want) {
        let of_job = |job: &crate::facts::job::Job| {
            job.deliveries.contains_key(device)
                && job.spec.clips_on(device).iter().any(|clip| clip.id == want.clip)
        };
        if self.state.each_job().any(of_job) {
            let most = self.state.limits_of(device).window_chunks;
            self.show(Output::SendChunks { cluster: device.clone(), want: want.at_most(u32::from(most)) });
        } else {
            *self.rejected.entry(Rejected::Unwanted).or_default() += 1;
        }
    }
}

fn by(device: &ClusterId) -> Actor {
    Actor::Device { cluster: device.clone() }
}

fn leaf_of(body: &ReportBody) -> Up {
    match body {
        ReportBody::Hello(_) | ReportBody::OtherVersion(_) => Up::Hello,
        ReportBody::Beat(_) => Up::Beat,
        ReportBody::Acks(_) => Up::Ack,
        ReportBody::Want(_) => Up::Want,
        ReportBody::Time(_) => Up::Time,
    }
}

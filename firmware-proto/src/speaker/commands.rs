//! Taking commands and chunks: what is checked, and what each one changes.

use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::ids::{ClipId, Hash, JobId};
use crate::limits::JOBS_HELD_MAX;
use crate::message::{Agenda, Chunk, Class, Command, CommandBody, Job, JobName, Kind, Reason, Stage};
use crate::sequence;
use crate::time::{Mono, UtcMillis};
use crate::topics::{Down, Topic};
use crate::trust::Rejected;

use super::fetch::{Arrival, Download};
use super::{Held, Output, Speaker};

/// How far a signed validity may be missed, on top of the clock's own error, ms.
const VALIDITY_SLACK_MS: u64 = 5_000;
/// Commands begin to be valid a little before they leave; this much more, and the controller's clock
/// may have been set back, on top of the clock's own error, ms.
const SET_BACK_MS: u64 = 10_000;
/// After news from a restarted controller, a beat proves within this time that we live, ms.
const EPOCH_BEAT_MS: u64 = 1_000;

/// Why an agenda does not list a job that it could list.
enum Gone {
    /// Somebody ended it.
    Cancelled,
    /// Its latest start has passed; a cluster that knew the time would not hold it.
    Late,
    /// By the controller's clock its end has passed while it plays: that clock was set. It ends by itself.
    Over,
    /// An emergency of which this controller knows nothing: it was restored from a backup, or is another one.
    Unknown,
    /// It has begun, and the agenda has another form of its occurrence, which will not play here any more. It ends
    /// by itself too, or listeners would hear a beginning and nothing else.
    Replaced,
}

impl Held {
    /// `sent`: by the controller's clock.
    fn why_gone(&self, agenda: &Agenda, sent: UtcMillis) -> Gone {
        match self.begun {
            None if self.latest_start() < sent => Gone::Late,
            Some(_) if self.latest_end() < sent => Gone::Over,
            Some(_) if agenda.names().any(|job| self.is_form_of(job)) => Gone::Replaced,
            _ if self.job.class == Class::Emergency && !agenda.ended.contains(&self.job.id) => Gone::Unknown,
            _ => Gone::Cancelled,
        }
    }

    /// Is this job the other one, or another form of its occurrence?
    fn is_form_of(&self, job: JobName) -> bool {
        self.job.id == job.id || (job.occurrence.is_some() && self.job.occurrence == job.occurrence)
    }
}

impl Speaker {
    pub(super) fn take_message(&mut self, now: Mono, topic: &str, payload: &[u8]) -> Result<(), Rejected> {
        let topic = Topic::parse_down(&self.config.site, topic).ok_or(Rejected::WrongTopic)?;
        match &topic {
            Topic::Down(cluster, _) if *cluster != self.config.cluster => return Err(Rejected::WrongCluster),
            Topic::Down(_, Down::Chunk) => return self.take_chunk(now, Chunk::decode(payload)?),
            _ => {}
        }
        let command = self.config.site_keys.open(&self.config.site, payload)?;
        self.check_target(&topic, &command)?;
        self.check_freshness(now, &command)?;
        self.note_epoch(now, command.sequence);
        match command.body {
            // It names no zones; a gateway gets its own.
            CommandBody::Job(_) if topic == Topic::All && self.config.kind == Kind::Gateway => {}
            CommandBody::Job(job) => self.take_job(now, job, command.not_before),
            CommandBody::Agenda(agenda) => self.take_agenda(now, agenda, command.not_before),
            CommandBody::Stop(stop) if stop.unless_begun && self.is_begun(stop.job) => {}
            CommandBody::Stop(stop) => self.cancel(now, stop.job),
            CommandBody::Receipt(receipt) => {
                if self.outbox.receipt(&receipt.acks) {
                    self.store_soon(now);
                }
            }
            CommandBody::Time(reply) => {
                let ours = reply.boot == self.boot && self.clock.replied(now, &reply);
                if ours {
                    self.know_what_waits(now);
                    self.ask_again(now);
                }
                return if ours { Ok(()) } else { Err(Rejected::Unwanted) };
            }
            // No topic that a cluster takes from is right for it.
            CommandBody::Peer(_) => return Err(Rejected::WrongTopic),
        }
        Ok(())
    }

    fn check_target(&self, topic: &Topic, command: &Command) -> Result<(), Rejected> {
        let right_target = match topic {
            Topic::All => command.target.is_none(),
            Topic::Down(..) | Topic::Up(..) => command.target.as_ref() == Some(&self.config.cluster),
        };
        if !right_target {
            return Err(Rejected::WrongCluster);
        }
        let right_leaf = match (&command.body, topic) {
            (CommandBody::Job(_) | CommandBody::Stop(_), Topic::All | Topic::Down(_, Down::Job)) => true,
            (CommandBody::Agenda(_), Topic::Down(_, leaf)) => *leaf == Down::Agenda,
            (CommandBody::Receipt(_), Topic::Down(_, leaf)) => *leaf == Down::Receipt,
            (CommandBody::Time(_), Topic::Down(_, leaf)) => *leaf == Down::Time,
            _ => false,
        };
        if right_leaf { Ok(()) } else { Err(Rejected::WrongTopic) }
    }

    fn check_freshness(&mut self, now: Mono, command: &Command) -> Result<(), Rejected> {
        let shared = command.target.is_none();
        let seen = if shared { &mut self.seen_all } else { &mut self.seen_own };
        if !seen.is_fresh(command.sequence) {
            return Err(Rejected::Replayed);
        }
        // A time reply is bound to its request; it must get through when our clock is the wrong one.
        if !matches!(command.body, CommandBody::Time(_)) {
            self.check_age(now, command)?;
        }
        let seen = if shared { &mut self.seen_all } else { &mut self.seen_own };
        seen.accept(command.sequence);
        Ok(())
    }

    /// Is it valid at this moment? Before the first time reply of this boot nobody can say; so nothing that it brings
    /// sounds before that reply has come.
    fn check_age(&mut self, now: Mono, command: &Command) -> Result<(), Rejected> {
        let Some((utc, error)) = self.clock.reading(now) else {
            self.clock.doubt(now);
            return Ok(());
        };
        let slack = VALIDITY_SLACK_MS + error;
        if utc + slack < command.not_before || command.not_after + slack < utc {
            self.clock.doubt(now);
            self.refused_for_date = true;
            return Err(Rejected::OutOfDate);
        }
        if command.not_before + SET_BACK_MS + error < utc {
            self.clock.doubt(now);
        }
        Ok(())
    }

    fn note_epoch(&mut self, now: Mono, number: u64) {
        let epoch = sequence::epoch(number);
        if epoch > self.epoch {
            self.epoch = epoch;
            let soon = now + self.random_below(EPOCH_BEAT_MS);
            self.next_beat = self.next_beat.min(soon);
        }
    }

    fn take_job(&mut self, now: Mono, job: Job, sent: UtcMillis) {
        // The agenda we hold is as new as this job: had it been wanted, it would be in there.
        if job.version > self.agenda_version {
            self.hold(now, job, sent);
        }
    }

    fn hold(&mut self, now: Mono, job: Job, sent: UtcMillis) {
        if self.knows(job.id) {
            return;
        }
        let id = job.id;
        if job.occurrence.is_some_and(|key| self.has_begun(key)) {
            return self.skip_played(now, id);
        }
        // Without a clock, the moment of sending is the best that is known.
        if self.clock.utc(now).unwrap_or(sent) > job.start_by {
            self.ack(now, id, Stage::Expired, None, None);
            return self.remember_ended(id);
        }
        if job.clips().is_empty() {
            return self.refuse(now, id, Reason::Unsupported);
        }
        if self.held.len() == JOBS_HELD_MAX && !self.make_room(now, &job) {
            return self.refuse(now, id, Reason::TooMany);
        }
        self.held.insert(id, Held::new(job));
        self.ack(now, id, Stage::Received, None, None);
        self.store_first();
    }

    pub(super) fn refuse(&mut self, now: Mono, job: JobId, reason: Reason) {
        self.ack(now, job, Stage::Failed, Some(reason), None);
        self.remember_ended(job);
    }

    /// A job takes the place of one of a lower class: of the lowest, the one that is furthest away.
    fn make_room(&mut self, now: Mono, newcomer: &Job) -> bool {
        let idle = self.held.values().filter(|held| held.begun.is_none() && held.job.class < newcomer.class);
        let least = idle.max_by_key(|held| (Reverse(held.job.class), held.job.play_at));
        let Some(id) = least.map(|held| held.job.id) else { return false };
        self.held.remove(&id);
        self.refuse(now, id, Reason::TooMany);
        true
    }

    fn take_agenda(&mut self, now: Mono, agenda: Agenda, sent: UtcMillis) {
        if agenda.version < self.agenda_version {
            return;
        }
        let gone = |held: &&Held| {
            held.job.version <= agenda.version && !agenda.names().any(|job| job.id == held.job.id)
        };
        let gone = self.held.values().filter(gone);
        let gone: Vec<_> = gone.map(|held| (held.job.id, held.why_gone(&agenda, sent))).collect();
        for (id, why) in gone {
            match why {
                Gone::Cancelled => self.cancel(now, id),
                Gone::Late => self.expire(now, id),
                Gone::Over | Gone::Replaced | Gone::Unknown => {}
            }
        }
        self.confirm(now, &agenda);
        for job in agenda.jobs {
            self.take_zones(&job);
            self.hold(now, job, sent);
        }
        let missing: Vec<JobId> =
            agenda.others.iter().map(|job| job.id).filter(|id| !self.knows(*id)).collect();
        if self.missing != missing {
            self.missing = missing;
            self.store_first();
        }
        if self.settings != agenda.settings {
            self.settings = agenda.settings;
            let period = self.beat_period();
            self.next_beat = self.next_beat.min(now + period);
            self.store_first();
        }
        if self.agenda_version != agenda.version {
            self.agenda_version = agenda.version;
            self.store_first();
        }
        self.switch_zones();
    }

    /// The time has come. Jobs of an earlier boot that are to begin later may do so without another word; what would
    /// begin now, or go on, may have been stopped meanwhile.
    fn know_what_waits(&mut self, now: Mono) {
        let Some(utc) = self.clock.utc(now).filter(|_| !self.time_came) else { return };
        self.time_came = true;
        for held in self.held.values_mut() {
            let later = held.begun.is_none() && held.job.play_at.is_some_and(|at| at > utc);
            held.unconfirmed &= !later;
        }
        if self.waits_for_agenda() {
            self.next_beat = now;
        }
    }

    /// What was refused for its date may be right by the time that has come now: a beat brings the agenda.
    fn ask_again(&mut self, now: Mono) {
        if core::mem::take(&mut self.refused_for_date) {
            self.next_beat = now;
        }
    }

    /// Does a job of an earlier boot wait for an agenda of this one? Before the time has come only those count that
    /// had begun.
    pub(super) fn waits_for_agenda(&self) -> bool {
        self.held.values().any(|held| held.unconfirmed && (self.time_came || held.begun.is_some()))
    }

    /// Jobs of an earlier boot that this agenda names are wanted; what had begun, and is over by now, is not.
    fn confirm(&mut self, now: Mono, agenda: &Agenda) {
        let mut over = Vec::new();
        for held in self.held.values_mut().filter(|held| held.unconfirmed) {
            if agenda.names().any(|job| job.id == held.job.id) {
                held.unconfirmed = false;
            } else if held.begun.is_some() && held.job.version <= agenda.version {
                over.push(held.job.id);
            }
        }
        for id in over {
            self.held.remove(&id);
            self.ack(now, id, Stage::Failed, Some(Reason::Restarted), None);
            self.remember_ended(id);
        }
    }

    fn knows(&self, job: JobId) -> bool {
        self.held.contains_key(&job) || self.ended.contains(&job)
    }

    /// Has every job of the newest agenda come? A controller that hears otherwise says all of it again.
    pub(super) fn has_whole_agenda(&self) -> bool {
        self.missing.iter().all(|job| self.knows(*job))
    }

    /// The zones of a job are those of the newest agenda, also when it has begun in another form.
    fn take_zones(&mut self, listed: &Job) {
        let mut stale = false;
        for held in self.held.values_mut() {
            let form = || held.is_form_of(JobName { id: listed.id, occurrence: listed.occurrence });
            let concerned = held.job.id == listed.id || (held.begun.is_some() && form());
            if concerned && held.job.zones != listed.zones {
                held.job.zones.clone_from(&listed.zones);
                stale = true;
            }
        }
        if stale {
            self.store_first();
        }
    }

    fn take_chunk(&mut self, now: Mono, chunk: Chunk) -> Result<(), Rejected> {
        let download = self.download.as_mut().ok_or(Rejected::Unwanted)?;
        let clip = *download.clip();
        let held = self.partial.get_mut(&clip.id).ok_or(Rejected::Unwanted)?;
        if let Arrival::Store { index, data } = download.handle_chunk(now, chunk, held, &mut self.window)? {
            held.insert(index);
            self.effects.push_back(Output::StoreChunk {
                clip: clip.id,
                size_bytes: clip.size_bytes,
                index,
                data,
            });
        }
        if download.has_all(held) {
            download.verify();
            self.effects.push_back(Output::VerifyClip(clip.id));
        }
        Ok(())
    }

    pub(super) fn take_clip_hash(&mut self, now: Mono, clip: ClipId, hash: Option<Hash>) {
        if self.take_check(now, clip, hash) {
            return;
        }
        let verifying = |d: &Download| d.clip().id == clip && d.is_verifying();
        let Some(download) = self.download.take_if(|d| verifying(d)) else { return };
        self.partial.remove(&clip);
        if hash.is_some_and(|hash| hash.as_bytes() == clip.as_bytes()) {
            self.complete.insert(clip, download.clip().size_bytes);
            self.checks.seen_whole(now, clip);
            self.effects.push_back(Output::FinishClip(clip));
            return;
        }
        self.effects.push_back(Output::DropClip(clip));
        // Every chunk was right on arrival: the storage lies. Once more, then no more.
        self.note_damage(now);
        if self.damaged == Some(clip) {
            self.give_up_clip(now, clip, Reason::ClipDamaged);
        }
        self.damaged = Some(clip);
    }
}

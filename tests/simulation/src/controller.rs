//! The shell around the core: it keeps the journal, publishes, serves clips, and asks what staff ask.

use controller_core::Entry;
use controller_core::change::SiteChange;
use controller_core::command::{Command, Done};
use controller_core::job::{Job, Origin};
use controller_core::refusal::Refusal;
use controller_core::{Actor, Core, DoubtWhy, Identity, Input, Now, Output, State};
use firmware_proto::message::{Chunk, CommandBody, ReportBody, Want};
use firmware_proto::topics::{Down, Qos, Topic};
use firmware_proto::{ClusterId, Mono, UtcMillis};

use crate::clock::{Crystal, T0};
use crate::disk::{Disk, Numbered};
use crate::invariants;
use crate::marks::Mark;
use crate::message::{Message, Says};
use crate::network::Node;
use crate::queue::Event;
use crate::site::{self, Clip};
use crate::world::World;

/// Attempts of one ask have tickets of their own.
const TICKETS_PER_ASK: u64 = 1_000;
/// So few, that stories reach snapshots, and restarts from them.
const SNAPSHOT_EVERY: u64 = 40;
/// So few that several jobs need several messages, as those of a week do on a real site.
const AGENDA_BYTES: usize = 400;
/// What staff look for when they stop an edition starts within this time, or has started.
const ABOUT_NOW_MS: u64 = 5 * 60_000;
/// A clock that is less wrong than this is not doubted.
const DOUBT_MS: u64 = 60_000;
/// A kill that was to come between two outputs comes after this time at the latest.
const KILL_MS: u64 = 60_000;

/// The controller's process and machine.
pub(crate) struct Controller {
    pub(crate) core: Option<Core>,
    pub(crate) life: u32,
    crystal: Crystal,
    /// What the system's clock shows is so far from the truth.
    shows_ms: i64,
    /// The time that the core goes by is so far from the truth.
    believes_ms: i64,
    /// When the core last went over to another time.
    pub(crate) stepped_at: Option<Mono>,
    /// When programmes last waited, since the time was in doubt.
    pub(crate) waited_at: Option<Mono>,
    /// When clusters were last asked for the time.
    pub(crate) asked_at: Option<Mono>,
    pub(crate) disk: Disk,
    /// The fold of all that this core has handed to the disk.
    pub(crate) folded: State,
    wrote: bool,
    armed: Option<Mono>,
    pub(crate) spins: u32,
    /// The process is killed instead of this output from now.
    kill_after: Option<(u64, u64)>,
    /// The process runs since.
    pub(crate) up_since: Mono,
    /// The core hears the broker since.
    pub(crate) connected_since: Option<Mono>,
    /// The last message of each device.
    pub(crate) heard: Vec<Option<Mono>>,
    pub(crate) asks: Vec<Ask>,
}

/// Something that staff want.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) command: Command,
    /// Each time that they asked.
    attempts: Vec<Attempt>,
    pub(crate) answer: Option<Result<Done, Refusal>>,
}

/// What the core was asked at some time: it decides then, and answers when that is on the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) at: Mono,
    /// The controller's clock at that moment.
    pub(crate) utc: UtcMillis,
    /// The last record that the disk had been handed when this was asked.
    pub(crate) before: u64,
    /// The same when this was decided, with what followed from it.
    pub(crate) decided: u64,
}

impl Controller {
    /// The library's clips are there before the story begins.
    pub(crate) fn new<'a>(devices: usize, clips: impl Iterator<Item = &'a Clip>) -> Self {
        let actor = Actor::User { uid: 1_000, name: "staff".into() };
        let entry = |clip: &Clip| Entry { at: T0, actor: actor.clone(), record: clip.record() };
        Self {
            core: None,
            life: 0,
            crystal: Crystal::new(Mono(0), Mono(0), 0),
            shows_ms: 0,
            believes_ms: 0,
            stepped_at: None,
            waited_at: None,
            asked_at: None,
            disk: Disk::holding(clips.map(entry)),
            folded: State::default(),
            wrote: false,
            armed: None,
            spins: 0,
            kill_after: None,
            up_since: Mono(0),
            connected_since: None,
            heard: vec![None; devices],
            asks: Vec::new(),
        }
    }

    /// The time that the core goes by.
    pub(crate) fn utc(&self, now: Mono) -> UtcMillis {
        UtcMillis((T0.0 + now.0).saturating_add_signed(self.believes_ms))
    }

    /// What the system's clocks show.
    fn shown(&self, now: Mono) -> Now {
        let utc = UtcMillis((T0.0 + now.0).saturating_add_signed(self.shows_ms));
        Now { mono: self.crystal.at(now), utc }
    }
}

impl World {
    pub(crate) fn controller_up(&mut self, life: u32) {
        if life != self.controller.life || self.controller.core.is_some() {
            return;
        }
        if self.controller.disk.full {
            let at = self.now + 2_000;
            return self.queue.push(at, Event::ControllerUp { life });
        }
        self.trace(|| "controller starts".into());
        invariants::replay::the_journal_folds_to_what_is_durable(self);
        invariants::durable::nothing_accepted_is_lost(self);
        let showed = Mono(self.rng.below(1_000_000));
        let now = self.now;
        let controller = &mut self.controller;
        controller.crystal = Crystal::new(now, showed, 0);
        controller.up_since = now;
        controller.folded = controller.disk.durable.clone();
        let identity = Identity { site: site::id(), key: site::key() };
        let restored = controller.disk.restore();
        self.model.restarted(&restored.state);
        let core = Core::new(identity, restored, controller.shown(now));
        controller.core = Some(core.with_snapshot_every(SNAPSHOT_EVERY).with_agenda_bytes(AGENDA_BYTES));
        self.watch_time();
        self.drain_core();
        if self.network.line(Node::Controller).connected {
            self.controller_connected();
        } else {
            self.want_connection(Node::Controller);
        }
        for ask in 0..self.controller.asks.len() {
            let at = self.now + self.rng.between(100, 3_000);
            self.queue.push(at, Event::Ask(ask));
        }
    }

    /// Ends the process in order; it is back after a while.
    pub(crate) fn stop_controller(&mut self, down_ms: u64) {
        if self.controller.core.is_none() {
            return;
        }
        self.trace(|| "controller is stopped".into());
        self.core_takes(Input::Ending);
        while let Some(sequence) = self.controller.disk.finish() {
            self.core_takes(Input::Persisted { sequence });
        }
        if self.controller.core.is_none() {
            // A kill that was to come anyway came first.
            return;
        }
        invariants::replay::a_clean_stop_leaves_a_snapshot_of_all(self);
        self.marks.reach(Mark::CleanStop);
        self.forget_client(Node::Controller);
        self.lose_core(true, down_ms);
    }

    /// Kills the process after so many more outputs; it is back after a while.
    pub(crate) fn kill_controller_after(&mut self, outputs: u64, down_ms: u64) {
        self.controller.kill_after = Some((outputs, down_ms));
        let life = self.controller.life;
        self.queue.push(self.now + KILL_MS, Event::Kill { life });
    }

    pub(crate) fn kill_controller_at_last(&mut self, life: u32) {
        if self.controller.life == life
            && let Some((_, down_ms)) = self.controller.kill_after
        {
            self.kill_controller(down_ms);
        }
    }

    fn kill_controller(&mut self, down_ms: u64) {
        self.trace(|| "controller is killed".into());
        self.forget_client(Node::Controller);
        let group_is_there = self.rng.percent(50);
        if let Some(kept) = self.lose_core(group_is_there, down_ms) {
            self.marks.reach(if kept { Mark::RecordsKept } else { Mark::RecordsLost });
        }
    }

    /// Returns what became of records that were on their way to the disk, if there were any.
    fn lose_core(&mut self, group_is_there: bool, down_ms: u64) -> Option<bool> {
        let controller = &mut self.controller;
        controller.core = None;
        controller.life += 1;
        controller.armed = None;
        controller.kill_after = None;
        controller.connected_since = None;
        let kept = controller.disk.crash(group_is_there);
        let life = controller.life;
        let at = self.now + down_ms;
        self.queue.push(at, Event::ControllerUp { life });
        kept
    }

    pub(crate) fn committed(&mut self, life: u32) {
        if life != self.controller.life {
            return;
        }
        if let Some(sequence) = self.controller.disk.commit() {
            self.core_takes(Input::Persisted { sequence });
            self.flush();
        } else {
            self.trace(|| "controller's disk is full".into());
            self.marks.reach(Mark::DiskFull);
            self.lose_core(false, 2_000);
        }
    }

    fn flush(&mut self) {
        if self.controller.disk.begin() {
            let took = if self.controller.disk.slow { (200, 1_500) } else { (1, 20) };
            let at = self.now + self.rng.between(took.0, took.1);
            let life = self.controller.life;
            self.queue.push(at, Event::Committed { life });
        }
    }

    pub(crate) fn ask(&mut self, ask: usize) {
        if self.controller.shows_ms != 0 || self.controller.believes_ms != 0 {
            // By which time it decides is known once it has looked at its clock.
            self.core_takes(Input::Wakeup);
        }
        let (now, utc) = (self.now, self.controller.utc(self.now));
        let Ask { command, attempts, answer } = &mut self.controller.asks[ask];
        if answer.is_some() || self.controller.core.is_none() {
            return;
        }
        let ticket = ask as u64 * TICKETS_PER_ASK + attempts.len() as u64;
        let before = self.controller.disk.handed();
        attempts.push(Attempt { at: now, utc, before, decided: before });
        let command = command.clone();
        self.trace(|| format!("staff: {command:?}"));
        self.model.asked(now, utc, &command, &self.plans);
        if let Command::AddClusters(clusters) | Command::ChangeSite(SiteChange { clusters, .. }) = &command {
            clusters.iter().for_each(|cluster| self.expect(&cluster.id));
        }
        let actor = Actor::User { uid: 1_000, name: "staff".into() };
        self.core_takes(Input::Command { ticket, actor, command });
        if let Some(attempt) = self.controller.asks[ask].attempts.last_mut() {
            attempt.decided = self.controller.disk.handed();
        }
    }

    pub(crate) fn controller_hears(&mut self, message: &Message) {
        if self.controller.core.is_none() {
            return;
        }
        if let (Topic::Up(cluster, _), Says::Report(report)) = (&message.topic, &message.says) {
            let index = self.index_of(cluster);
            if !message.replayed {
                self.controller.heard[index] = Some(self.now);
            }
            if let ReportBody::Acks(acks) = &report.body {
                acks.iter().for_each(|ack| self.model.acks.extend([((index, ack.id), (ack.job, ack.stage))]));
            }
        }
        self.core_takes(Input::Message { topic: &message.text, payload: &message.payload });
    }

    pub(crate) fn controller_connected(&mut self) {
        self.controller.connected_since = Some(self.now);
        self.core_takes(Input::BrokerConnected);
    }

    pub(crate) fn controller_disconnected(&mut self) {
        self.controller.connected_since = None;
        self.core_takes(Input::BrokerDisconnected);
    }

    pub(crate) fn core_timer(&mut self, life: u32) {
        if life != self.controller.life || self.controller.armed != Some(self.now) {
            return;
        }
        self.controller.armed = None;
        self.core_takes(Input::Wakeup);
    }

    fn core_takes(&mut self, input: Input<'_>) {
        let now = self.controller.shown(self.now);
        let Some(core) = &mut self.controller.core else { return };
        core.handle(now, input);
        self.watch_time();
        self.drain_core();
    }

    /// Notes by which time the core goes.
    fn watch_time(&mut self) {
        let mono = self.controller.crystal.at(self.now);
        let Some(core) = &self.controller.core else { return };
        if core.waits_for_the_time() {
            self.controller.waited_at = Some(self.now);
        }
        if core.asks_for_the_time() {
            self.controller.asked_at = Some(self.now);
        }
        if let Some(doubt) = core.clock_doubt() {
            self.marks.reach(Mark::ClockInDoubt);
            // The journal, and the clusters, may know a wrong time from a controller that believed in it.
            let was_believed = |before: &i64| match doubt.why {
                DoubtWhy::BeforeJournal => *before > 0,
                _ => before.abs_diff(-doubt.ahead_ms) < DOUBT_MS,
            };
            let explained = self.model.offsets_ms[1..].iter().any(was_believed);
            if self.controller.shows_ms == 0 && !explained {
                self.violated("a right clock is believed", &format!("{doubt:?}"));
            }
        }
        let believes_ms = core.time(mono).utc.0.cast_signed() - (T0.0 + self.now.0).cast_signed();
        if believes_ms != self.controller.believes_ms {
            self.trace(|| format!("the controller goes by {believes_ms} ms"));
            if believes_ms.abs_diff(self.controller.believes_ms) > DOUBT_MS {
                self.marks.reach(Mark::ClockFollowed);
            }
            self.controller.believes_ms = believes_ms;
            self.controller.stepped_at = Some(self.now);
            self.model.offsets_ms.push(believes_ms);
        }
    }

    fn drain_core(&mut self) {
        let mut outputs = 0;
        while let Some(output) = self.controller.core.as_mut().and_then(Core::poll_output) {
            if let Some((left, down_ms)) = &mut self.controller.kill_after {
                if *left == 0 {
                    let down_ms = *down_ms;
                    return self.kill_controller(down_ms);
                }
                *left -= 1;
            }
            outputs += 1;
            self.core_wants(output);
        }
        invariants::bounds::a_core_says_little_at_once(self, outputs);
        if std::mem::take(&mut self.controller.wrote) {
            invariants::replay::the_records_fold_to_the_state(self);
        }
        self.flush();
        self.arm_core();
    }

    fn arm_core(&mut self) {
        let Some(core) = &self.controller.core else { return };
        let at = self.controller.crystal.when(core.next_wakeup()).max(self.now);
        let spins = if at == self.now { self.controller.spins + 1 } else { 0 };
        self.controller.spins = spins;
        invariants::bounds::nobody_spins(self, "the core", spins);
        if self.controller.armed != Some(at) {
            self.controller.armed = Some(at);
            let life = self.controller.life;
            self.queue.push(at, Event::CoreTimer { life });
        }
    }

    fn core_wants(&mut self, output: Output) {
        match output {
            Output::Persist { sequence, entry } => {
                self.trace(|| format!("entry {sequence}: {entry:?}"));
                invariants::replay::an_entry_survives_its_texts(self, &entry);
                invariants::library::what_is_needed_is_there(self, &entry.record);
                self.controller.folded.apply(&entry);
                self.controller.wrote = true;
                let (now, plans) = (self.now, &self.plans);
                self.model.recorded(now, entry.at, &entry.record, plans);
                self.controller.disk.append(Numbered { sequence, entry });
            }
            Output::Snapshot { sequence, state, .. } => {
                self.trace(|| format!("snapshot {sequence}"));
                self.controller.disk.keep_snapshot(sequence, &state);
            }
            Output::Publish { topic, payload, qos } => {
                let message = Message::new(&topic, payload, qos);
                self.trace(|| format!("controller -> {topic}: {:?}", message.says));
                self.check_publish(&message);
                self.publish(Node::Controller, message);
            }
            Output::SendChunks { cluster, want } => self.send_chunks(&cluster, &want),
            Output::Answer { ticket, result } => self.answered(ticket, result),
        }
    }

    fn check_publish(&mut self, message: &Message) {
        let Says::Command(command) = &message.says else { return };
        invariants::bounds::a_payload_fits(self, message);
        invariants::durable::nothing_is_published_before_it_is_durable(self, command);
        invariants::durable::no_number_is_used_twice(self, command);
        if let CommandBody::Job(job) = &command.body {
            self.model.versions.insert(job.id, job.version);
        }
    }

    fn answered(&mut self, ticket: u64, result: Result<Done, Refusal>) {
        let (ask, attempt) = ((ticket / TICKETS_PER_ASK) as usize, (ticket % TICKETS_PER_ASK) as usize);
        self.trace(|| format!("answer to {ask}: {result:?}"));
        let asked = self.controller.asks[ask].attempts[attempt];
        let command = self.controller.asks[ask].command.clone();
        if command != Command::AcceptClock {
            // There may be nothing to accept, and so nothing that the answer rests on.
            invariants::durable::an_answer_is_durable_when_it_is_said(self, asked, &result);
        }
        if let (Command::ChangeSchedule(change), Ok(Done::Schedule(changed))) = (&command, &result)
            && let ([plan], Some(next)) = (&change.plans[..], changed.next)
        {
            invariants::playing::the_next_occurrence_is_right(self, plan, asked.utc, next);
            if next < self.controller.utc(self.now) {
                self.marks.reach(Mark::AnsweredAfterItsStart);
            }
            self.plan_occurrence(plan, next, asked.at);
        }
        if let (Command::Stop(job), Ok(_)) = (&command, &result) {
            self.plan_silence(*job);
        }
        match (&command, &result) {
            (Command::RemoveClip { .. }, Err(Refusal::ClipInUse { .. })) => self.marks.reach(Mark::ClipInUse),
            (_, Ok(Done::ClipRemoved { gone: true, .. })) => self.marks.reach(Mark::ClipGone),
            (Command::Announce(_), Err(Refusal::UnknownClip { .. })) => self.marks.reach(Mark::ClipWasGone),
            _ => {}
        }
        if result.is_ok() {
            let judged = self.model.accepted(self.now, &command);
            judged.into_iter().for_each(|job| self.plan_judgement(job));
        } else {
            self.model.refused(&command);
        }
        self.controller.asks[ask].answer = Some(result);
    }

    fn send_chunks(&mut self, cluster: &ClusterId, want: &Want) {
        let clip = self.clips.get(&want.clip).expect("only clips of jobs are asked for");
        let chunks: Vec<Chunk> = want.indices().filter_map(|index| clip.chunk(want.part, index)).collect();
        let topic = Topic::Down(cluster.clone(), Down::Chunk).render(&site::id());
        for chunk in chunks {
            let message = Message::new(&topic, chunk.encode(), Qos::AtMostOnce);
            self.publish(Node::Controller, message);
        }
    }

    /// Staff look for the edition that plays now, or is about to, and stop it by one of its forms.
    pub(crate) fn stop_edition(&mut self, programme: &str, replaced: bool) {
        let utc = self.controller.utc(self.now);
        let near = |job: &&Job| {
            let at = job.spec.play_at.unwrap_or_default();
            let is_of =
                matches!(&job.spec.origin, Origin::Programme { programme: of, .. } if of == programme);
            is_of && at < utc + ABOUT_NOW_MS && utc < at + ABOUT_NOW_MS
        };
        let Some(state) = self.state() else { return };
        let mut forms: Vec<&Job> = state.each_job().filter(near).collect();
        forms.sort_by_key(|job| job.version);
        let form = if replaced { forms.first() } else { forms.last() };
        if let Some(job) = form.map(|job| job.spec.id) {
            self.new_ask(Command::Stop(job));
        }
    }

    pub(crate) fn new_ask(&mut self, command: Command) {
        self.controller.asks.push(Ask { command, attempts: Vec::new(), answer: None });
        self.ask(self.controller.asks.len() - 1);
    }

    /// From now on silence of this cluster counts.
    fn expect(&mut self, cluster: &ClusterId) {
        let index = self.index_of(cluster);
        self.controller.heard[index] = Some(self.now);
        self.disturb_line(index);
    }

    pub(crate) fn step_utc(&mut self, by_ms: i64) {
        self.trace(|| format!("the controller's clock is set by {by_ms} ms"));
        self.controller.shows_ms += by_ms;
    }
}

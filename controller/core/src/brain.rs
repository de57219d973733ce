//! The core's outside: inputs in, outputs out, nothing visible before it is durable.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::message::Want;
use firmware_proto::topics::Qos;
use firmware_proto::trust::Rejected;
use firmware_proto::{ClipId, ClusterId, Mono, UtcMillis};
use schedules::Calendar;

use crate::days::due::Due;
use crate::devices::dispatch::Said;
use crate::devices::presence::Presence;
use crate::facts::actor::Actor;
use crate::facts::entry::Entry;
use crate::facts::record::Record;
use crate::facts::state::State;
use crate::identity::Identity;
use crate::limits::{AGENDA_JOBS_BYTES, CLOCK_DOUBT_MS, CLOCK_SET_MS, RIVAL_ASK_EVERY_MS, SNAPSHOT_EVERY};
use crate::now::Now;
use crate::people::command::{Command, Done};
use crate::people::refusal::Refusal;
use crate::rivals::Rivals;
use crate::trust::{Doubt, Trust};

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The broker took our connection and our subscriptions.
    BrokerConnected,
    /// The broker is away.
    BrokerDisconnected,
    /// A message came from the broker.
    Message {
        /// Its topic.
        topic: &'a str,
        /// Its payload.
        payload: &'a [u8],
    },
    /// Staff want something; the answer names the ticket.
    Command {
        /// Any number that tells the answers apart.
        ticket: u64,
        /// Who wants it.
        actor: Actor,
        /// What they want.
        command: Command,
    },
    /// Every record up to this one is on disk.
    Persisted {
        /// As in [`Output::Persist`].
        sequence: u64,
    },
    /// The bytes of a clip were looked at: are they there, and what they were?
    ClipChecked {
        /// Which clip.
        clip: ClipId,
        /// They are.
        whole: bool,
    },
    /// The moment of [`Core::next_wakeup`] has come.
    Wakeup,
    /// The controller is about to end: what is put out now is carried out, and nothing after it.
    Ending,
}

/// What the journal holds, as a new core takes it over.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// The fold of all entries.
    pub state: State,
    /// The number of the last entry; 0: there is none.
    pub sequence: u64,
    /// The last entry of the newest snapshot; 0: there is none.
    pub snapshot: u64,
}

/// What to do.
#[derive(Debug)]
pub enum Output {
    /// Append this to the journal, and say [`Input::Persisted`] when it is on disk.
    Persist {
        /// Its number: one more than the last.
        sequence: u64,
        /// What is to be written.
        entry: Entry,
    },
    /// Keep this snapshot, so that replay need not start at the beginning; nothing waits for it.
    Snapshot {
        /// The last entry that it contains. It is on disk.
        sequence: u64,
        /// The state after that entry.
        state: Box<State>,
        /// Of the entries that it contains, those older than this may go to the archive.
        archive_before: UtcMillis,
    },
    /// Publish this.
    Publish {
        /// The topic.
        topic: String,
        /// The payload.
        payload: Vec<u8>,
        /// The quality of service.
        qos: Qos,
    },
    /// Publish these chunks to the cluster.
    SendChunks {
        /// The cluster that asked; nobody else is sent them.
        cluster: ClusterId,
        /// Which chunks.
        want: Want,
    },
    /// Answer a command.
    Answer {
        /// Its ticket.
        ticket: u64,
        /// What came of it.
        result: Result<Done, Refusal>,
    },
}

/// The controller's brain.
#[derive(Debug)]
pub struct Core {
    pub(crate) identity: Identity,
    pub(crate) state: State,
    /// Of the state, ready for use.
    pub(crate) calendar: Calendar,
    pub(crate) due: Due,
    /// Programmes whose next occurrence a cluster has no room for.
    pub(crate) no_room: BTreeSet<String>,
    /// How far UTC was ahead of the monotonic clock, as `due` was made.
    pub(crate) due_clock: i64,
    pub(crate) trust: Trust,
    /// Of clusters that were removed too.
    pub(crate) presences: BTreeMap<ClusterId, Presence>,
    /// Clusters of which something has changed since they were diagnosed.
    pub(crate) suspects: BTreeSet<ClusterId>,
    /// The broker is there.
    pub(crate) linked: bool,
    /// The broker is there, and nothing keeps us from speaking to clusters.
    pub(crate) speaks: bool,
    pub(crate) rivals: Rivals,
    /// Clips whose bytes are damaged or gone, since when.
    pub(crate) lost_clips: BTreeMap<ClipId, UtcMillis>,
    /// Commands sent on the shared topic in this epoch.
    pub(crate) commands_to_all: u32,
    pub(crate) receipts_due: Option<Mono>,
    pub(crate) rejected: BTreeMap<Rejected, u64>,
    /// Not later than the next moment at which something has to be looked at.
    pub(crate) wakeup: Mono,
    is_ending: bool,
    sequence: u64,
    persisted: u64,
    /// The record that began this epoch.
    epoch_sequence: u64,
    /// How far UTC was ahead of the monotonic clock, as clusters last learnt it.
    clock_told: i64,
    /// The same, as the journal knows it.
    clock_noted: i64,
    /// The last entry of the newest snapshot that there is, or that was put out.
    snapshot: u64,
    snapshot_every: u64,
    /// Bytes of jobs in one part of an agenda.
    pub(crate) agenda_bytes: usize,
    ready: VecDeque<Output>,
    /// Each waits until the record with this number is on disk.
    gated: VecDeque<(u64, Output)>,
}

impl Core {
    /// Takes over what the journal holds.
    #[must_use]
    pub fn new(identity: Identity, restored: Restored, shown: Now) -> Self {
        let Restored { state, sequence, snapshot } = restored;
        let asks = state.devices.values().any(|device| device.boot.is_some());
        let mut trust = Trust::new(shown, state.at, asks);
        let now = trust.judge(shown, state.devices.len());
        let presences =
            state.devices.keys().map(|id| (id.clone(), Presence::new(now.mono, now.utc))).collect();
        let epoch = state.epoch + 1;
        let calendar = state.calendar();
        let mut core = Self {
            identity,
            state,
            calendar,
            due: Due::default(),
            no_room: BTreeSet::new(),
            due_clock: now.offset(),
            trust,
            presences,
            suspects: BTreeSet::new(),
            linked: false,
            speaks: false,
            rivals: Rivals::default(),
            lost_clips: BTreeMap::new(),
            commands_to_all: 0,
            receipts_due: None,
            rejected: BTreeMap::new(),
            wakeup: now.mono,
            is_ending: false,
            sequence,
            persisted: sequence,
            epoch_sequence: sequence,
            clock_told: now.offset(),
            clock_noted: now.offset(),
            snapshot,
            snapshot_every: SNAPSHOT_EVERY,
            agenda_bytes: AGENDA_JOBS_BYTES,
            ready: VecDeque::new(),
            gated: VecDeque::new(),
        };
        core.find_next_of_all(now.utc);
        core.write(now, Actor::Controller, Record::Started { epoch });
        core
    }

    /// Asks for a snapshot after so many records, in place of [`SNAPSHOT_EVERY`].
    #[must_use]
    pub fn with_snapshot_every(self, records: u64) -> Self {
        Self { snapshot_every: records, ..self }
    }

    /// Puts so many bytes of jobs into one part of an agenda, in place of [`AGENDA_JOBS_BYTES`].
    #[must_use]
    pub fn with_agenda_bytes(self, bytes: usize) -> Self {
        Self { agenda_bytes: bytes, ..self }
    }

    /// Takes one input. `shown` is what the system's clocks show.
    pub fn handle(&mut self, shown: Now, input: Input<'_>) {
        if self.is_ending {
            // The snapshot is of all that was decided, and it stays so.
            if let Input::Persisted { sequence } = input {
                self.release(sequence);
            }
            return;
        }
        let waited = self.trust.waits();
        let now = self.trust.judge(shown, self.state.devices.len());
        let is_set = now.offset().abs_diff(self.due_clock) >= CLOCK_SET_MS;
        if is_set || (waited && !self.trust.waits()) {
            // Everything that follows from the time is looked at anew, and programmes have waited for this.
            self.wakeup = now.mono;
        }
        if self.yields() && !matches!(input, Input::Ending) {
            return self.handle_aside(now, input);
        }
        if !self.yields() {
            self.note_clock(now, Actor::Controller);
        }
        match input {
            Input::BrokerConnected => self.link_is_back(now),
            Input::BrokerDisconnected => self.link_is_gone(),
            Input::Message { topic, payload } => self.take_message(now, topic, payload),
            Input::Command { ticket, actor, command } => {
                let result = self.command(now, &actor, command);
                self.show(Output::Answer { ticket, result });
            }
            Input::Persisted { sequence } => self.release(sequence),
            Input::ClipChecked { clip, whole } => self.take_clip_check(now, clip, whole),
            Input::Wakeup => {}
            Input::Ending => {
                self.is_ending = true;
                return self.put_out_snapshot(now);
            }
        }
        self.watch_rivals(now);
        if self.yields() {
            self.wakeup = now.mono + RIVAL_ASK_EVERY_MS;
            return;
        }
        self.diagnose_suspects(now);
        self.watch_clock(now);
        self.send_receipts(now);
        if now.mono >= self.wakeup {
            self.let_time_pass(now);
        }
        if self.sequence - self.snapshot >= self.snapshot_every {
            self.put_out_snapshot(now);
        }
    }

    /// The next thing to do; `None` when all is done until the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.ready.pop_front()
    }

    /// When to come back with [`Input::Wakeup`], at the latest.
    #[must_use]
    pub fn next_wakeup(&self) -> Mono {
        let rivals = self.next_look_at_rivals().map_or(self.wakeup, |at| at.min(self.wakeup));
        if self.yields() {
            return rivals;
        }
        let look = rivals.min(self.trust.next_look());
        self.receipts_due.map_or(look, |due| due.min(look))
    }

    /// All that is known for good. It may be ahead of the disk by what is still being written.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Who the controller is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The present of one device.
    #[must_use]
    pub fn presence(&self, device: &ClusterId) -> Option<&Presence> {
        self.presences.get(device)
    }

    /// Is the broker there?
    #[must_use]
    pub fn is_broker_connected(&self) -> bool {
        self.linked
    }

    /// Why the system's clock is not believed, if it is not.
    #[must_use]
    pub fn clock_doubt(&self) -> Option<Doubt> {
        self.trust.doubt()
    }

    /// Has somebody set the system's clock since the last input? Nothing else tells a shell of it.
    #[must_use]
    pub fn is_clock_set(&self, shown: Now) -> bool {
        self.trust.is_set(shown)
    }

    /// Do programmes wait, since the time is in doubt or not known yet?
    #[must_use]
    pub fn waits_for_the_time(&self) -> bool {
        self.trust.waits()
    }

    /// Are clusters being asked for the time? Nothing lapses meanwhile.
    #[must_use]
    pub fn asks_for_the_time(&self) -> bool {
        self.trust.asks()
    }

    /// The time that the core goes by.
    #[must_use]
    pub fn time(&self, mono: Mono) -> Now {
        self.trust.believed(mono)
    }

    /// Messages ignored since the start, by reason.
    #[must_use]
    pub fn rejections(&self) -> &BTreeMap<Rejected, u64> {
        &self.rejected
    }

    /// The last entry that the state contains.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Outputs that wait for the disk.
    #[must_use]
    pub fn gated_len(&self) -> usize {
        self.gated.len()
    }

    /// Decides something: it enters the state now, and the journal next.
    pub(crate) fn write(&mut self, now: Now, actor: Actor, record: Record) {
        let entry = Entry { at: now.utc, actor, record };
        self.state.apply(&entry);
        self.suspects.extend(entry.record.about().clusters.into_iter().cloned());
        if matches!(entry.record, Record::SiteChanged { .. } | Record::ClusterRemoved { .. }) {
            self.trust.keep(|device| self.state.devices.contains_key(device));
        }
        self.sequence += 1;
        if matches!(entry.record, Record::Started { .. } | Record::Surpassed { .. }) {
            self.epoch_sequence = self.sequence;
        }
        self.ready.push_back(Output::Persist { sequence: self.sequence, entry });
    }

    /// Lets an output out as soon as everything decided so far is on disk.
    pub(crate) fn show(&mut self, output: Output) {
        if self.persisted >= self.sequence {
            self.ready.push_back(output);
        } else {
            self.gated.push_back((self.sequence, output));
        }
    }

    /// Lets an output out at once: it tells nothing that was decided, but for the epoch in its number.
    pub(crate) fn show_now(&mut self, output: Output) {
        if self.persisted >= self.epoch_sequence {
            self.ready.push_back(output);
        } else {
            self.show(output);
        }
    }

    /// Lets an output out at once: it tells nothing that was decided.
    pub(crate) fn show_at_once(&mut self, output: Output) {
        self.ready.push_back(output);
    }

    /// Staff say that the system's clock is right.
    pub(crate) fn accept_clock(&mut self, now: Now, by: &Actor) -> Result<Done, Refusal> {
        self.trust.accept(now.mono).map_err(|shown| Refusal::ClockBeforeBuild { shown })?;
        self.note_clock(self.trust.believed(now.mono), by.clone());
        Ok(Done::Changed)
    }

    /// The journal tells when we went over to another time, and begins to go by it.
    fn note_clock(&mut self, now: Now, by: Actor) {
        if now.offset().abs_diff(self.clock_noted) > CLOCK_DOUBT_MS {
            let before = Now::at_offset(now.mono, self.clock_noted).utc;
            self.clock_noted = now.offset();
            self.write(now, by, Record::ClockSet { before });
        }
    }

    /// When somebody has set our clock, an agenda shows it to every cluster, which then asks for the time.
    fn watch_clock(&mut self, now: Now) {
        if now.offset().abs_diff(self.clock_told) < CLOCK_SET_MS || !self.speaks {
            return;
        }
        self.clock_told = now.offset();
        let devices: Vec<ClusterId> = self.presences.keys().cloned().collect();
        devices.iter().for_each(|device| self.send_agenda(now, device, Said::Once));
    }

    pub(crate) fn release(&mut self, sequence: u64) {
        debug_assert!(sequence <= self.sequence, "the disk holds only what was decided");
        self.persisted = self.persisted.max(sequence);
        while let Some((_, output)) = self.gated.pop_front_if(|(after, _)| *after <= self.persisted) {
            self.ready.push_back(output);
        }
    }

    fn put_out_snapshot(&mut self, now: Now) {
        if self.sequence > self.snapshot {
            self.snapshot = self.sequence;
            let (sequence, state) = (self.sequence, Box::new(self.state.clone()));
            let archive_before = self.state.settings.archive_before(now.utc);
            self.show(Output::Snapshot { sequence, state, archive_before });
        }
    }

    pub(crate) fn wake_by(&mut self, at: Mono) {
        self.wakeup = self.wakeup.min(at);
    }
}

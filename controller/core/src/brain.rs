//! The core's outside: inputs in, outputs out, nothing visible before it is durable.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::message::Want;
use firmware_proto::topics::Qos;
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{ClusterId, Mono, SiteId, UtcMillis};
use schedules::{Calendar, Occurrence};

use crate::command::{Command, Done, Refusal};
use crate::due::Due;
use crate::health;
use crate::limits::{CLOCK_SET_MS, SNAPSHOT_EVERY};
use crate::presence::Presence;
use crate::record::Record;
use crate::state::{Planned, State};

/// The time of an input, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Never goes back; timeouts are measured with it.
    pub mono: Mono,
    /// What the world calls it; may be set at any time.
    pub utc: UtcMillis,
}

/// Who the controller is.
#[derive(Debug)]
pub struct Identity {
    /// Its site.
    pub site: SiteId,
    /// The site's secret.
    pub key: SiteKey,
}

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
        /// What they want.
        command: Command,
    },
    /// Every record up to this one is on disk.
    Persisted {
        /// As in [`Output::Persist`].
        sequence: u64,
    },
    /// The moment of [`Core::next_wakeup`] has come.
    Wakeup,
}

/// What to do.
#[derive(Debug)]
pub enum Output {
    /// Append this to the journal, and say [`Input::Persisted`] when it is on disk.
    Persist {
        /// Its number: one more than the last.
        sequence: u64,
        /// When it was decided.
        at: UtcMillis,
        /// It.
        record: Record,
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
        /// Which cluster.
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
    /// What UTC was when the monotonic clock showed 0, as `due` was made.
    pub(crate) due_clock: UtcMillis,
    /// Of clusters that were removed too.
    pub(crate) presences: BTreeMap<ClusterId, Presence>,
    pub(crate) broker_connected: bool,
    /// Commands sent on the shared topic in this epoch.
    pub(crate) commands_to_all: u32,
    pub(crate) receipts_due: Option<Mono>,
    pub(crate) rejected: BTreeMap<Rejected, u64>,
    /// Not later than the next moment at which something has to be looked at.
    pub(crate) wakeup: Mono,
    sequence: u64,
    persisted: u64,
    /// The record that began this epoch.
    epoch_sequence: u64,
    /// What UTC was when the monotonic clock showed 0, as clusters last learnt it.
    clock_started: UtcMillis,
    since_snapshot: u64,
    ready: VecDeque<Output>,
    /// Each waits until the record with this number is on disk.
    gated: VecDeque<(u64, Output)>,
}

impl Core {
    /// Takes over: `state` is the fold of the journal up to record `sequence`.
    #[must_use]
    pub fn new(identity: Identity, state: State, sequence: u64, now: Now) -> Self {
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
            due_clock: now.utc - now.mono.0,
            presences,
            broker_connected: false,
            commands_to_all: 0,
            receipts_due: None,
            rejected: BTreeMap::new(),
            wakeup: now.mono,
            sequence,
            persisted: sequence,
            epoch_sequence: sequence,
            clock_started: now.utc - now.mono.0,
            since_snapshot: 0,
            ready: VecDeque::new(),
            gated: VecDeque::new(),
        };
        core.look_up_all(now.utc);
        core.write(now, Record::Started { epoch });
        core
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::BrokerConnected => self.broker_is_back(now),
            Input::BrokerDisconnected => self.broker_connected = false,
            Input::Message { topic, payload } => self.take_message(now, topic, payload),
            Input::Command { ticket, command } => {
                let result = self.command(now, command);
                self.show(Output::Answer { ticket, result });
            }
            Input::Persisted { sequence } => self.release(sequence),
            Input::Wakeup => {}
        }
        self.watch_clock(now);
        self.send_receipts(now);
        if now.mono >= self.wakeup {
            self.look_around(now);
        }
        self.snapshot_if_due(now);
    }

    /// The next thing to do; `None` when all is done until the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.ready.pop_front()
    }

    /// When to come back with [`Input::Wakeup`], at the latest.
    #[must_use]
    pub fn next_wakeup(&self) -> Mono {
        self.receipts_due.map_or(self.wakeup, |due| due.min(self.wakeup))
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
        self.broker_connected
    }

    /// Messages ignored since the start, by reason.
    #[must_use]
    pub fn rejections(&self) -> &BTreeMap<Rejected, u64> {
        &self.rejected
    }

    /// Judges every cluster.
    #[must_use]
    pub fn health(&self, at: UtcMillis) -> health::Report {
        let heard = |id: &ClusterId| self.presences.get(id)?.last_heard();
        health::assess(&self.state, &heard, at)
    }

    /// The clusters whose ids are most like `text`, for errors.
    #[must_use]
    pub fn nearest_clusters(&self, text: &str) -> Vec<String> {
        crate::cluster::nearest_names(text, self.state.clusters.keys().map(ToString::to_string))
    }

    /// When a programme plays next, the first so many times; never while it is paused.
    pub fn coming(&self, planned: &Planned, now: UtcMillis, count: usize) -> Vec<Occurrence> {
        let plan = &planned.programme.plan;
        let count = if plan.paused { 0 } else { count };
        plan.occurrences(&self.calendar, (now.0 + 1, u64::MAX)).take(count).collect()
    }

    /// Outputs that wait for the disk.
    #[must_use]
    pub fn gated_len(&self) -> usize {
        self.gated.len()
    }

    /// Decides something: it enters the state now, and the journal next.
    pub(crate) fn write(&mut self, now: Now, record: Record) {
        self.state.apply(now.utc, &record);
        self.sequence += 1;
        self.since_snapshot += 1;
        if matches!(record, Record::Started { .. } | Record::Surpassed { .. }) {
            self.epoch_sequence = self.sequence;
        }
        self.ready.push_back(Output::Persist { sequence: self.sequence, at: now.utc, record });
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

    /// When somebody has set our clock, an agenda shows it to every cluster, which then asks for the time.
    fn watch_clock(&mut self, now: Now) {
        let started = now.utc - now.mono.0;
        if started.0.abs_diff(self.clock_started.0) < CLOCK_SET_MS || !self.broker_connected {
            return;
        }
        self.clock_started = started;
        let devices: Vec<ClusterId> = self.presences.keys().cloned().collect();
        devices.iter().for_each(|device| self.send_agenda(now, device));
    }

    fn release(&mut self, sequence: u64) {
        self.persisted = self.persisted.max(sequence);
        while let Some((_, output)) = self.gated.pop_front_if(|(after, _)| *after <= self.persisted) {
            self.ready.push_back(output);
        }
    }

    fn snapshot_if_due(&mut self, now: Now) {
        if self.since_snapshot >= SNAPSHOT_EVERY {
            let state = Box::new(self.state.clone());
            self.write(now, Record::Snapshot { state });
            self.since_snapshot = 0;
        }
    }

    pub(crate) fn wake_by(&mut self, at: Mono) {
        self.wakeup = self.wakeup.min(at);
    }
}

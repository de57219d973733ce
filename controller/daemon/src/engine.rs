//! The one task that owns the core: feeds it what happens, carries out what it decides.
//!
//! It decides nothing. Records go to the journal, and what depends on them comes out of the core when
//! the journal says that they are on disk. When the journal fails, the core is thrown away, whoever waits
//! for an answer is told, and a new core is built from what the disk holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use controller_api::Error;
use controller_core::{Core, Identity, Input, Myself, Output, Restored, State, state};
use firmware_proto::trust::SiteKey;
use firmware_proto::{SiteId, UtcMillis};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::caretaker::Found;
use crate::chunks::Order;
use crate::clock::Clock;
use crate::failure::{self, DaemonError};
use crate::handle::{Answered, Change, Facts, Handle, Shown};
use crate::journal::{Haste, Journal, JournalError, NewEntry, Notice, Notices, Snapshot};
use crate::mqtt::{MqttNews, Outgoing, Publisher};
use crate::questions::Questions;
use crate::restore::{entry, replay};
use crate::showing::Showing;
use crate::tail::Tail;

/// Changes that may wait for the engine.
const CHANGES_WAITING_MAX: usize = 1_024;
/// Messages taken in one go, so that their records share a commit.
const BATCH_MAX: usize = 512;
/// With so many records waiting for the disk, nothing new is taken.
const BACKLOG_MAX: u64 = 16_384;
/// How long to wait before the journal is tried again after a failure.
const RESUME_EVERY: Duration = Duration::from_secs(2);
/// How often it is noticed that somebody has set the system's clock.
const CLOCK_EVERY: Duration = Duration::from_secs(1);
/// How often ignored messages are logged, if there are new ones.
const REJECTIONS_EVERY: Duration = Duration::from_secs(60);

/// What the engine is made of.
pub(crate) struct Parts {
    pub(crate) site: SiteId,
    pub(crate) key: Arc<SiteKey>,
    pub(crate) myself: Myself,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) publisher: Publisher,
    pub(crate) chunks: mpsc::Sender<Order>,
    pub(crate) news: mpsc::Receiver<MqttNews>,
    pub(crate) found: mpsc::Receiver<Found>,
    pub(crate) tail: Tail,
}

/// The engine, ready to run.
pub(crate) struct Engine {
    parts: Parts,
    core: Core,
    clock: Clock,
    changes: mpsc::Receiver<Change>,
    shown: watch::Sender<Shown>,
    showing: Showing<Shown>,
    waiting: HashMap<u64, oneshot::Sender<Answered>>,
    next_ticket: u64,
    /// Records of the core that are queued for the disk.
    batch: Vec<NewEntry>,
    /// The number of the first of them.
    batch_first: Option<u64>,
    committed: u64,
    queued: u64,
    /// The snapshot that is being kept, if one is.
    keeping: Option<JoinHandle<()>>,
    facts: Facts,
    rejections_told: u64,
}

impl Engine {
    /// Builds the core from the journal. Blocks.
    pub(crate) fn restore(parts: Parts) -> Result<(Self, Handle), DaemonError> {
        let clock = Clock::start();
        let restored = replay(parts.journal.as_ref())?;
        let sequence = restored.sequence;
        let now = clock.now();
        let core = Core::new(identity(&parts), restored, now).among_others(parts.myself.clone());
        let (sender, changes) = mpsc::channel(CHANGES_WAITING_MAX);
        let facts = Facts {
            started: now.mono,
            broker_since: now.mono,
            broker_trouble: None,
            journal_entries: sequence,
            journal_trouble: None,
        };
        let (shown, watched) = watch::channel(Shown { core: Arc::new(core.view()), facts: facts.clone() });
        let engine = Self {
            parts,
            core,
            clock,
            changes,
            shown,
            showing: Showing::new(),
            waiting: HashMap::new(),
            next_ticket: 1,
            batch: Vec::new(),
            batch_first: None,
            committed: sequence,
            queued: sequence,
            keeping: None,
            facts,
            rejections_told: 0,
        };
        Ok((engine, Handle::new(sender, watched, clock, Questions::start()?)))
    }

    /// Runs until `shutdown`, then keeps a snapshot and waits for the disk.
    pub(crate) async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), DaemonError> {
        tokio::pin!(shutdown);
        let mut notices = self.parts.journal.notices();
        let mut tell_rejections = tokio::time::interval(REJECTIONS_EVERY);
        let mut look_at_clock = tokio::time::interval(CLOCK_EVERY);
        loop {
            if let Err(error) = self.carry_out() {
                self.recover(error).await?;
                continue;
            }
            self.show();
            let open = self.queued - self.committed < BACKLOG_MAX;
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                notice = notices.next() => match notice {
                    Some(Notice::Committed { up_to_seq }) => self.committed(up_to_seq),
                    Some(Notice::Failed { error, .. }) => self.recover(error).await?,
                    None => return Err(DaemonError::Ended("the journal")),
                },
                Some(change) = self.changes.recv(), if open => self.change(change),
                news = self.parts.news.recv(), if open => match news {
                    Some(news) => self.news(news),
                    None => return Err(DaemonError::Ended("the connection to the broker")),
                },
                Some(Found { clip, whole }) = self.parts.found.recv(), if open => {
                    self.take(Input::ClipChecked { clip, whole });
                }
                () = tokio::time::sleep_until(self.clock.instant(self.core.next_wakeup()).into()) => {
                    self.take(Input::Wakeup);
                }
                _ = look_at_clock.tick() => self.notice_set_clock(),
                _ = tell_rejections.tick() => self.tell_rejections(),
            }
        }
        self.end(&mut notices).await
    }

    /// The next start is quick when it finds the state of this end.
    async fn end(mut self, notices: &mut Notices) -> Result<(), DaemonError> {
        // One that is being kept would stand for the last one.
        if let Some(keeping) = self.keeping.take() {
            let _ = keeping.await;
        }
        self.core.handle(self.clock.now(), Input::Ending);
        // A journal that fails at the very end has told so; what it took is there.
        while self.carry_out().is_ok() && self.committed < self.queued {
            match notices.next().await {
                Some(Notice::Committed { up_to_seq }) => self.committed(up_to_seq),
                Some(Notice::Failed { .. }) | None => break,
            }
        }
        if let Some(keeping) = self.keeping.take() {
            let _ = keeping.await;
        }
        let journal = Arc::clone(&self.parts.journal);
        let closed = tokio::task::spawn_blocking(move || journal.close()).await;
        closed.map_err(|_| DaemonError::Ended("the journal"))
    }

    fn take(&mut self, input: Input<'_>) {
        self.core.handle(self.clock.now(), input);
        self.showing.mark();
    }

    /// Nothing wakes a program when its system's clock is set.
    fn notice_set_clock(&mut self) {
        if self.core.is_clock_set(self.clock.now()) {
            self.take(Input::Wakeup);
        }
    }

    fn committed(&mut self, up_to_seq: u64) {
        self.committed = up_to_seq;
        self.facts.journal_entries = up_to_seq;
        self.take(Input::Persisted { sequence: up_to_seq });
    }

    fn change(&mut self, Change { actor, command, answer }: Change) {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.insert(ticket, answer);
        self.take(Input::Command { ticket, actor, command });
    }

    /// Shows what is known, once all of it is on disk.
    fn show(&mut self) {
        let view = || {
            let shown = Shown { core: Arc::new(self.core.view()), facts: self.facts.clone() };
            (shown.core.sequence(), shown)
        };
        if let Some(shown) = self.showing.advance(self.committed, view) {
            self.shown.send_replace(shown);
        }
    }

    /// Shows that something is wrong, beside what was known before it.
    fn show_trouble(&mut self) {
        self.showing.drop_next();
        let facts = self.facts.clone();
        self.shown.send_modify(|shown| shown.facts = facts);
    }

    fn news(&mut self, first: MqttNews) {
        self.one_news(first);
        for _ in 1..BATCH_MAX {
            let Ok(news) = self.parts.news.try_recv() else { return };
            self.one_news(news);
        }
    }

    fn one_news(&mut self, news: MqttNews) {
        let now = self.clock.now();
        match news {
            MqttNews::Message(publish) => {
                // A topic that is no text is none of ours.
                let topic = std::str::from_utf8(&publish.topic).unwrap_or_default();
                self.take(Input::Message { topic, payload: &publish.payload });
            }
            MqttNews::Connected => {
                tracing::info!("the broker is there");
                self.facts.broker_since = now.mono;
                self.facts.broker_trouble = None;
                self.take(Input::BrokerConnected);
            }
            MqttNews::Disconnected(why) => {
                if self.core.is_broker_connected() || self.facts.broker_trouble.is_none() {
                    tracing::warn!("the broker is away, will keep trying: {why}");
                    self.facts.broker_since = now.mono;
                }
                self.facts.broker_trouble = Some(why);
                self.take(Input::BrokerDisconnected);
            }
        }
    }

    /// Does all that the core wants done now.
    fn carry_out(&mut self) -> Result<(), JournalError> {
        while let Some(output) = self.core.poll_output() {
            match output {
                Output::Persist { sequence, entry: decided } => {
                    self.batch_first.get_or_insert(sequence);
                    let text = entry(&decided);
                    self.parts.tail.push(sequence, decided, text.body.len());
                    self.batch.push(text);
                }
                Output::Snapshot { sequence, state, archive_before } => {
                    self.keep_snapshot(sequence, state, archive_before);
                }
                Output::Publish { topic, payload, qos } => {
                    if !self.parts.publisher.command(Outgoing { topic, payload, qos }) {
                        tracing::warn!(
                            "the queue to the broker is full; agendas will repair what was dropped"
                        );
                    }
                }
                Output::SendChunks { cluster, want } => {
                    // A full queue drops the want; the cluster asks again.
                    let _ = self.parts.chunks.try_send(Order { cluster, want });
                }
                Output::Answer { ticket, result } => {
                    if let Some(answer) = self.waiting.remove(&ticket) {
                        let result = result.map_err(|refused| failure::refusal(&refused));
                        // Whoever asked may have gone.
                        let _ = answer.send(Answered { result, sequence: self.committed });
                    }
                }
            }
        }
        let Some(first) = self.batch_first.take() else { return Ok(()) };
        // Behind every output that the core holds back stands somebody who waits.
        let haste = if self.core.gated_len() > 0 { Haste::AtOnce } else { Haste::Relaxed };
        let batch = std::mem::take(&mut self.batch);
        let last = first + batch.len() as u64 - 1;
        self.parts.journal.append(first, batch, haste)?;
        self.queued = last;
        Ok(())
    }

    /// Keeps a snapshot, and archives what it makes unnecessary for a start.
    ///
    /// Beside the engine: nobody waits for it, and one that is still being written stands for the next.
    fn keep_snapshot(&mut self, sequence: u64, state: Box<State>, archive_before: UtcMillis) {
        if self.keeping.as_ref().is_some_and(|keeping| !keeping.is_finished()) {
            return;
        }
        let journal = Arc::clone(&self.parts.journal);
        self.keeping = Some(tokio::task::spawn_blocking(move || {
            let snapshot = Snapshot { seq: sequence, version: state::VERSION, body: state.text() };
            // Only the next start takes longer without it.
            if let Err(error) = journal.keep_snapshot(&snapshot) {
                tracing::warn!("the snapshot was not kept: {error}");
                return;
            }
            let before_ms = i64::try_from(archive_before.0).unwrap_or(i64::MAX);
            match journal.archive(sequence, before_ms) {
                Ok(0) => {}
                Ok(moved) => tracing::info!(moved, "old journal entries went to the archive"),
                // They stay in the database until the next try.
                Err(error) => tracing::warn!("old journal entries were not archived: {error}"),
            }
        }));
    }

    /// The journal failed. Nothing that it did not take has been shown to anybody; begin again from
    /// the disk as soon as it takes something.
    async fn recover(&mut self, error: JournalError) -> Result<(), DaemonError> {
        tracing::error!("the journal failed, nothing new is accepted until it works again: {error}");
        let told = failure::journal(&error);
        let now = self.clock.now().mono;
        self.facts.journal_trouble.get_or_insert((now, told.text.clone())).1 = told.text.clone();
        self.show_trouble();
        self.batch.clear();
        self.parts.tail.clear();
        self.batch_first = None;
        loop {
            for (_, answer) in self.waiting.drain() {
                let _ = answer.send(refused(&told));
            }
            self.sit_out(&told).await?;
            let journal = Arc::clone(&self.parts.journal);
            let restored = tokio::task::spawn_blocking(move || {
                journal.resume()?;
                replay(journal.as_ref())
            });
            match restored.await.map_err(|_| DaemonError::Ended("the journal"))? {
                Ok(restored) => {
                    self.begin_again(restored);
                    return Ok(());
                }
                Err(DaemonError::Journal(error)) => tracing::debug!("the journal still fails: {error}"),
                Err(error) => return Err(error),
            }
        }
    }

    /// Until the next try: refuses changes, lets messages pass (clusters repeat them).
    async fn sit_out(&mut self, told: &Error) -> Result<(), DaemonError> {
        let until = tokio::time::sleep(RESUME_EVERY);
        tokio::pin!(until);
        loop {
            tokio::select! {
                () = &mut until => return Ok(()),
                Some(change) = self.changes.recv() => drop(change.answer.send(refused(told))),
                news = self.parts.news.recv() => match news {
                    Some(MqttNews::Message(_)) => {}
                    Some(news) => {
                        self.one_news(news);
                        self.show_trouble();
                    }
                    None => return Err(DaemonError::Ended("the connection to the broker")),
                },
            }
        }
    }

    fn begin_again(&mut self, restored: Restored) {
        let now = self.clock.now();
        let connected = self.core.is_broker_connected();
        let sequence = restored.sequence;
        let core = Core::new(identity(&self.parts), restored, now);
        self.core = core.among_others(self.parts.myself.clone());
        if connected {
            self.core.handle(now, Input::BrokerConnected);
        }
        (self.committed, self.queued) = (sequence, sequence);
        self.facts.journal_entries = sequence;
        self.facts.journal_trouble = None;
        self.showing.mark();
        tracing::info!("the journal works again");
    }

    fn tell_rejections(&mut self) {
        let sum = self.core.rejections().values().sum();
        if sum > self.rejections_told {
            tracing::warn!("messages ignored since the start: {:?}", self.core.rejections());
        }
        self.rejections_told = sum;
    }
}

fn refused(told: &Error) -> Answered {
    Answered { result: Err(told.clone()), sequence: 0 }
}

fn identity(parts: &Parts) -> Identity {
    Identity { site: parts.site.clone(), key: SiteKey::from_bytes(&parts.key.to_bytes()) }
}

//! The one task that owns the core: feeds it what happens, carries out what it decides.
//!
//! It decides nothing. Records go to the journal, and what depends on them comes out of the core when
//! the journal says that they are on disk. When the journal fails, the core is thrown away, whoever waits
//! for an answer is told, and a new core is built from what the disk holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use controller_api::{Error, ErrorKind, Text, text};
use controller_core::command::{Command, Done};
use controller_core::{Core, Identity, Input, Now, Output, Record, State};
use firmware_proto::trust::SiteKey;
use firmware_proto::{Mono, SiteId, UtcMillis};
use tokio::sync::{mpsc, oneshot};

use crate::chunks::Order;
use crate::failure::{self, DaemonError};
use crate::journal::{Entry, Haste, Journal, JournalError, NewEntry, Notice};
use crate::mqtt::{MqttNews, Outgoing, Publisher};

/// Requests that may wait for the engine.
const REQUEST_QUEUE: usize = 1_024;
/// Requests that may wait for something to come about.
const WATCHERS_MAX: usize = 64;
/// Messages taken in one go, so that their records share a commit.
const BATCH_MAX: usize = 512;
/// With so many records waiting for the disk, nothing new is taken.
const BACKLOG_MAX: u64 = 16_384;
/// How long to wait before the journal is tried again after a failure.
const RESUME_EVERY: Duration = Duration::from_secs(2);
/// How often ignored messages are logged, if there are new ones.
const REJECTIONS_EVERY: Duration = Duration::from_secs(60);

/// What the API asks of the engine.
pub(crate) enum Request {
    /// Change something.
    Change(Command, oneshot::Sender<Result<Done, Error>>),
    /// Look at something.
    Look(Box<dyn FnOnce(&View<'_>) + Send>),
    /// Look again and again, whenever all is on disk, until it says `true`.
    Watch(Watcher),
}

type Watcher = Box<dyn FnMut(&View<'_>) -> bool + Send>;

/// What can be looked at.
pub(crate) struct View<'a> {
    pub(crate) core: &'a Core,
    pub(crate) facts: &'a Facts,
    pub(crate) now: UtcMillis,
}

/// What the engine knows beyond the core.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) started_at: UtcMillis,
    pub(crate) broker_since: UtcMillis,
    pub(crate) broker_trouble: Option<String>,
    pub(crate) journal_entries: u64,
    pub(crate) journal_trouble: Option<Text>,
}

/// The API's way to the engine.
#[derive(Clone)]
pub(crate) struct Handle(mpsc::Sender<Request>);

impl Handle {
    /// Asks for a change, and waits until it is on disk.
    pub(crate) async fn change(&self, command: Command) -> Result<Done, Error> {
        let (answer, answered) = oneshot::channel();
        let gone = |_| failure::internal("the engine has ended");
        self.0
            .send(Request::Change(command, answer))
            .await
            .map_err(|_| failure::internal("the engine has ended"))?;
        answered.await.map_err(gone)?
    }

    /// Looks at the present state.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View<'_>) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let look = move |view: &View<'_>| drop(answer.send(look(view)));
        let gone = || failure::internal("the engine has ended");
        self.0.send(Request::Look(Box::new(look))).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

impl Handle {
    /// Waits until `look` finds something in a state that is on disk; `None` after `patience`.
    pub(crate) async fn watch<T: Send + 'static>(
        &self,
        patience: Duration,
        mut look: impl FnMut(&View<'_>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let (answer, answered) = oneshot::channel();
        let mut answer = Some(answer);
        let watcher = move |view: &View<'_>| {
            // Whoever waited may have gone.
            let Some(waiting) = answer.take().filter(|waiting| !waiting.is_closed()) else { return true };
            match look(view) {
                Some(found) => drop(waiting.send(found)),
                None => answer = Some(waiting),
            }
            answer.is_none()
        };
        let gone = || failure::internal("the engine has ended");
        self.0.send(Request::Watch(Box::new(watcher))).await.map_err(|_| gone())?;
        match tokio::time::timeout(patience, answered).await {
            Ok(found) => found
                .map(Some)
                .map_err(|_| failure::error(ErrorKind::Unavailable, text!(Busy), "too many wait")),
            Err(_) => Ok(None),
        }
    }
}

/// What the engine is made of.
pub(crate) struct Parts {
    pub(crate) site: SiteId,
    pub(crate) key: Arc<SiteKey>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) publisher: Publisher,
    pub(crate) chunks: mpsc::Sender<Order>,
    pub(crate) news: mpsc::Receiver<MqttNews>,
}

/// The engine, ready to run.
pub(crate) struct Engine {
    parts: Parts,
    core: Core,
    clock: Clock,
    requests: mpsc::Receiver<Request>,
    waiting: HashMap<u64, oneshot::Sender<Result<Done, Error>>>,
    next_ticket: u64,
    watchers: Vec<Watcher>,
    /// Records of the core that are queued for the disk.
    batch: Vec<NewEntry>,
    committed: u64,
    queued: u64,
    facts: Facts,
    rejections_told: u64,
}

impl Engine {
    /// Builds the core from the journal. Blocks.
    pub(crate) fn restore(parts: Parts) -> Result<(Self, Handle), DaemonError> {
        let clock = Clock::start();
        let (state, sequence) = replay(parts.journal.as_ref())?;
        let now = clock.now();
        let core = Core::new(identity(&parts), state, sequence, now);
        let (handle, requests) = mpsc::channel(REQUEST_QUEUE);
        let facts = Facts {
            started_at: now.utc,
            broker_since: now.utc,
            broker_trouble: None,
            journal_entries: sequence,
            journal_trouble: None,
        };
        let engine = Self {
            parts,
            core,
            clock,
            requests,
            waiting: HashMap::new(),
            next_ticket: 1,
            watchers: Vec::new(),
            batch: Vec::new(),
            committed: sequence,
            queued: sequence,
            facts,
            rejections_told: 0,
        };
        Ok((engine, Handle(handle)))
    }

    /// Runs until `shutdown`, then waits for the disk.
    pub(crate) async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), DaemonError> {
        tokio::pin!(shutdown);
        let mut notices = self.parts.journal.notices();
        let mut tell_rejections = tokio::time::interval(REJECTIONS_EVERY);
        loop {
            if let Err(error) = self.carry_out() {
                self.recover(error).await?;
                continue;
            }
            self.tell_watchers();
            let open = self.queued - self.committed < BACKLOG_MAX;
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                notice = notices.next() => match notice {
                    Some(Notice::Committed { up_to_seq }) => self.committed(up_to_seq),
                    Some(Notice::Failed { error, .. }) => self.recover(error).await?,
                    None => return Err(DaemonError::Ended("the journal")),
                },
                Some(request) = self.requests.recv(), if open => self.request(request),
                news = self.parts.news.recv(), if open => match news {
                    Some(news) => self.news(news),
                    None => return Err(DaemonError::Ended("the connection to the broker")),
                },
                () = tokio::time::sleep_until(self.clock.instant(self.core.next_wakeup()).into()) => {
                    self.core.handle(self.clock.now(), Input::Wakeup);
                }
                _ = tell_rejections.tick() => self.tell_rejections(),
            }
        }
        let journal = Arc::clone(&self.parts.journal);
        let closed = tokio::task::spawn_blocking(move || journal.close()).await;
        closed.map_err(|_| DaemonError::Ended("the journal"))
    }

    fn committed(&mut self, up_to_seq: u64) {
        self.committed = up_to_seq;
        self.facts.journal_entries = up_to_seq;
        self.core.handle(self.clock.now(), Input::Persisted { sequence: up_to_seq });
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::Change(command, answer) => {
                let ticket = self.next_ticket;
                self.next_ticket += 1;
                self.waiting.insert(ticket, answer);
                self.core.handle(self.clock.now(), Input::Command { ticket, command });
            }
            Request::Look(look) => {
                look(&View { core: &self.core, facts: &self.facts, now: self.clock.now().utc });
            }
            // One too many is dropped, and its asker is told so by that.
            Request::Watch(watcher) if self.watchers.len() < WATCHERS_MAX => self.watchers.push(watcher),
            Request::Watch(_) => {}
        }
    }

    /// Only when the state holds nothing that is not on disk.
    fn tell_watchers(&mut self) {
        if self.queued > self.committed || self.watchers.is_empty() {
            return;
        }
        let view = View { core: &self.core, facts: &self.facts, now: self.clock.now().utc };
        self.watchers.retain_mut(|watcher| !watcher(&view));
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
                self.core.handle(now, Input::Message { topic, payload: &publish.payload });
            }
            MqttNews::Connected => {
                tracing::info!("the broker is there");
                self.facts.broker_since = now.utc;
                self.facts.broker_trouble = None;
                self.core.handle(now, Input::BrokerConnected);
            }
            MqttNews::Disconnected(why) => {
                if self.core.is_broker_connected() || self.facts.broker_trouble.is_none() {
                    tracing::warn!("the broker is away, will keep trying: {why}");
                    self.facts.broker_since = now.utc;
                }
                self.facts.broker_trouble = Some(why);
                self.core.handle(now, Input::BrokerDisconnected);
            }
        }
    }

    /// Does all that the core wants done now.
    fn carry_out(&mut self) -> Result<(), JournalError> {
        while let Some(output) = self.core.poll_output() {
            match output {
                Output::Persist { at, record, .. } => self.batch.push(entry(at, &record)),
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
                        // Whoever asked may have gone.
                        let _ = answer.send(result.map_err(|refused| failure::refusal(&refused)));
                    }
                }
            }
        }
        if self.batch.is_empty() {
            return Ok(());
        }
        // Behind every output that the core holds back stands somebody who waits.
        let haste = if self.core.gated_len() > 0 { Haste::AtOnce } else { Haste::Relaxed };
        self.queued = self.parts.journal.append(std::mem::take(&mut self.batch), haste)?;
        Ok(())
    }

    /// The journal failed. Nothing that it did not take has been shown to anybody; begin again from
    /// the disk as soon as it takes something.
    async fn recover(&mut self, error: JournalError) -> Result<(), DaemonError> {
        tracing::error!("the journal failed, nothing new is accepted until it works again: {error}");
        let told = failure::journal(&error);
        self.facts.journal_trouble = Some(told.text.clone());
        self.batch.clear();
        loop {
            for (_, answer) in self.waiting.drain() {
                let _ = answer.send(Err(told.clone()));
            }
            self.sit_out(&told).await?;
            let journal = Arc::clone(&self.parts.journal);
            let restored = tokio::task::spawn_blocking(move || {
                journal.resume()?;
                replay(journal.as_ref())
            });
            match restored.await.map_err(|_| DaemonError::Ended("the journal"))? {
                Ok((state, sequence)) => {
                    self.begin_again(state, sequence);
                    return Ok(());
                }
                Err(DaemonError::Journal(error)) => tracing::debug!("the journal still fails: {error}"),
                Err(error) => return Err(error),
            }
        }
    }

    /// Until the next try: answers questions, refuses changes, lets messages pass (clusters repeat them).
    async fn sit_out(&mut self, told: &Error) -> Result<(), DaemonError> {
        let until = tokio::time::sleep(RESUME_EVERY);
        tokio::pin!(until);
        loop {
            tokio::select! {
                () = &mut until => return Ok(()),
                Some(request) = self.requests.recv() => match request {
                    Request::Change(_, answer) => drop(answer.send(Err(told.clone()))),
                    other => self.request(other),
                },
                news = self.parts.news.recv() => match news {
                    Some(MqttNews::Message(_)) => {}
                    Some(news) => self.one_news(news),
                    None => return Err(DaemonError::Ended("the connection to the broker")),
                },
            }
        }
    }

    fn begin_again(&mut self, state: State, sequence: u64) {
        let now = self.clock.now();
        let connected = self.core.is_broker_connected();
        self.core = Core::new(identity(&self.parts), state, sequence, now);
        if connected {
            self.core.handle(now, Input::BrokerConnected);
        }
        (self.committed, self.queued) = (sequence, sequence);
        self.facts.journal_entries = sequence;
        self.facts.journal_trouble = None;
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

fn identity(parts: &Parts) -> Identity {
    Identity { site: parts.site.clone(), key: SiteKey::from_bytes(&parts.key.to_bytes()) }
}

/// As it stands in the journal.
pub(crate) fn entry(at: UtcMillis, record: &Record) -> NewEntry {
    // Records are plain data with text keys: they always have a JSON form.
    let body = serde_json::to_string(record).expect("a record as JSON");
    NewEntry { at_ms: i64::try_from(at.0).unwrap_or(i64::MAX), kind: record.kind().to_owned(), body }
}

/// The state that the journal holds, and the number of its last entry. Blocks.
pub(crate) fn replay(journal: &dyn Journal) -> Result<(State, u64), DaemonError> {
    let mut state = State::default();
    let mut unreadable = None;
    let sequence =
        journal.replay(&mut |Entry { seq, at_ms, body, .. }| match serde_json::from_str(&body) {
            Ok(record) => state.apply(UtcMillis(at_ms.unsigned_abs()), &record),
            Err(problem) => {
                unreadable.get_or_insert(DaemonError::Entry { sequence: seq, problem: problem.to_string() });
            }
        })?;
    match unreadable {
        Some(error) => Err(error),
        None => Ok((state, sequence)),
    }
}

/// The process' clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: Mono(millis(self.start.elapsed())), utc: UtcMillis(millis(since_1970)) }
    }

    fn instant(&self, at: Mono) -> Instant {
        // Rounded up: a wakeup must not come before its time.
        self.start + Duration::from_millis(at.0.saturating_add(1).min(u64::MAX / 2_000_000))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

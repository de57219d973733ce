//! The shell around one speaker: brings it events, and carries out what it puts out, in order.
//!
//! Everything happens on one task: an event comes, the speaker says what to do, storage and sound are
//! called directly, messages are handed to the link. So a job that plays at once costs no more hops than
//! the message itself, and its `started` leaves with the word that it arrived. Only reading a whole clip back is
//! done elsewhere.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use firmware_proto::message::Kind;
use firmware_proto::speaker::{Config, Output, Pass, PassOutcome, PlaybackEvent, Speaker};
use firmware_proto::topics::Qos;
use firmware_proto::trust::Rejected;
use firmware_proto::{BootId, ClipId, ClusterId, Hash};
use futures_util::{Stream, StreamExt};
use rumqttc::{AsyncClient, Publish, PublishOptions};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, WeakSender, channel};
use tracing::{debug, error, info, warn};

use crate::clock::MonoClock;
use crate::counters::Counters;
use crate::limits::{EVENTS_WAITING_MAX, HASH_PIECE_BYTES};
use crate::player::{PassPlan, Player};
use crate::storage::{Storage, StorageError};

/// What a shell is told from outside.
#[derive(Debug)]
pub enum Event {
    /// Connected and subscribed; publish with this.
    Connected(AsyncClient),
    /// The connection is gone.
    Disconnected,
    /// A message came.
    Message(Publish),
    /// A player's thread tells about the pass with this token.
    Playback(u32, PlaybackEvent),
    /// A clip was read back; `None` if that failed.
    ClipHash(ClipId, Option<Hash>),
}

/// A queue of events: what others send to, and what a shell reads from.
#[must_use]
pub fn event_queue() -> (Sender<Event>, Receiver<Event>) {
    channel(EVENTS_WAITING_MAX)
}

/// A shell could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder does not work.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The system gives no random numbers.
    #[error("no random numbers from the system")]
    Random(#[source] getrandom::Error),
}

/// Called once, when the device has connected and said hello.
pub type OnHello = Box<dyn FnOnce() + Send>;

/// One device.
pub struct Shell {
    cluster: ClusterId,
    kind: Kind,
    speaker: Speaker,
    storage: Storage,
    player: Box<dyn Player>,
    clock: MonoClock,
    events: Receiver<Event>,
    /// For work that is done elsewhere; weak, so that the shell ends with the link.
    answers: WeakSender<Event>,
    client: Option<AsyncClient>,
    /// Messages that the broker is still to be told to have arrived.
    arrived: Vec<Publish>,
    on_hello: Option<OnHello>,
    counters: Arc<Counters>,
    rejected: BTreeMap<Rejected, u32>,
    playing: Option<u32>,
}

/// What a shell is made of.
pub struct Parts {
    /// The device: its site, its name and its keys.
    pub config: Config,
    /// The folder of its state and its clips.
    pub folder: PathBuf,
    /// Flush to the disk what must outlive a power cut.
    pub sync: bool,
    /// What it plays with.
    pub player: Box<dyn Player>,
    /// Counts milliseconds since the process started.
    pub clock: MonoClock,
    /// The other end of the queue is the link's and the player's.
    pub events: Receiver<Event>,
    /// For answers of work that is done elsewhere.
    pub answers: WeakSender<Event>,
    /// Called once, at the first hello.
    pub on_hello: Option<OnHello>,
    /// The process's counters.
    pub counters: Arc<Counters>,
}

impl Shell {
    /// Boots a speaker from what its folder holds.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn boot(parts: Parts) -> Result<Self, StartError> {
        let (storage, restored) = Storage::open(&parts.folder, parts.sync)?;
        let mut boot = [0; 8];
        getrandom::fill(&mut boot).map_err(StartError::Random)?;
        let (cluster, kind) = (parts.config.cluster.clone(), parts.config.kind);
        let boot = BootId::from_bytes(boot);
        Ok(Self {
            speaker: Speaker::new(parts.config, boot, restored, parts.clock.now()),
            cluster,
            kind,
            storage,
            player: parts.player,
            clock: parts.clock,
            events: parts.events,
            answers: parts.answers,
            client: None,
            arrived: Vec::new(),
            on_hello: parts.on_hello,
            counters: parts.counters,
            rejected: BTreeMap::new(),
            playing: None,
        })
    }

    /// Runs until nobody sends events any more; what comes from `link` is told too. Dropping the future is a
    /// power cut: what must outlive it is stored.
    pub async fn run(mut self, link: impl Stream<Item = Event>) {
        let mut link = pin!(link.fuse());
        loop {
            self.drain();
            let speaker = self.speaker_wakeup();
            let wakeup = speaker.into_iter().chain(self.player.wakeup()).min();
            tokio::select! {
                biased;
                event = self.events.recv() => match event {
                    Some(event) => self.take(event),
                    None => return,
                },
                Some(event) = link.next() => self.take(event),
                () = sleep_until(wakeup) => self.wake(speaker),
            }
        }
    }

    fn speaker_wakeup(&self) -> Option<Instant> {
        self.speaker.poll_timeout(self.clock.now()).and_then(|mono| self.clock.instant_of(mono))
    }

    /// `speaker`: when it wanted to be woken.
    fn wake(&mut self, speaker: Option<Instant>) {
        let now = Instant::now();
        if let Some((token, event)) = self.player.advance(now) {
            self.tell_playback(token, event);
        }
        if speaker.is_some_and(|at| at <= now) {
            self.speaker.handle_timeout(self.clock.now());
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.clock.now();
        match event {
            Event::Connected(client) => {
                self.counters.connected.fetch_add(1, Relaxed);
                self.client = Some(client);
                self.speaker.handle_connected(now);
            }
            Event::Disconnected => {
                self.counters.connected.fetch_sub(1, Relaxed);
                self.client = None;
                self.arrived.clear();
                self.speaker.handle_disconnected(now);
            }
            Event::Message(publish) => {
                self.counters.received.fetch_add(1, Relaxed);
                // What is no text is no topic of ours, and the speaker counts it as that.
                let topic = std::str::from_utf8(&publish.topic).unwrap_or_default();
                self.speaker.handle_message(now, topic, &publish.payload);
                self.note_rejections();
                // Of one that the broker says again there is one acknowledgement.
                if self.arrived.iter().all(|other| other.pkid != publish.pkid) {
                    self.arrived.push(publish);
                }
            }
            Event::Playback(token, event) => self.tell_playback(token, event),
            Event::ClipHash(clip, hash) => self.speaker.handle_clip_hash(now, clip, hash),
        }
    }

    fn note_rejections(&mut self) {
        let now = self.speaker.rejections();
        if !now.is_empty() && *now != self.rejected {
            self.counters.note_rejections(now, &mut self.rejected);
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.speaker.poll_output(self.clock.now()) {
            match output {
                Output::StoreState(state) => self.store_state(&state),
                Output::StoreChunk { clip, size_bytes, index, data } => {
                    self.store_chunk(clip, size_bytes, index, &data);
                }
                Output::VerifyClip(clip) => self.verify_clip(clip),
                Output::FinishClip(clip) => self.finish_clip(clip),
                Output::DropClip(clip) => self.drop_clip(clip),
                Output::Play(pass) => self.play(&pass),
                Output::StopPlaying(token) => {
                    if let Some(event) = self.player.stop(token) {
                        self.tell_playback(token, event);
                    }
                }
                Output::SwitchZones { zones, .. } => self.switch_zones(&zones),
                Output::Send { topic, payload, qos } => self.send(topic, payload, qos),
            }
        }
        self.tell_arrived();
    }

    /// To the broker a message has arrived when what follows from it is stored; that goes out together with
    /// the answer, in one packet on a narrow link.
    fn tell_arrived(&mut self) {
        let Some(client) = &self.client else { return };
        // What finds no room in the queue now is told after the next event.
        self.arrived.retain(|publish| client.try_ack(publish).is_err());
    }

    /// A state that cannot be stored does not silence the loudspeaker: better a job twice after a crash
    /// than an emergency not at all.
    fn store_state(&mut self, state: &[u8]) {
        self.counters.states.fetch_add(1, Relaxed);
        if let Err(error) = self.storage.store_state(state) {
            error!(cluster = %self.cluster, "the state could not be stored: {error}");
        }
    }

    fn store_chunk(&mut self, clip: ClipId, size_bytes: u32, index: u32, data: &[u8]) {
        self.counters.chunks.fetch_add(1, Relaxed);
        if let Err(error) = self.storage.store_chunk(clip, size_bytes, index, data) {
            error!(cluster = %self.cluster, "a chunk of clip {clip} could not be stored: {error}");
            let now = self.clock.now();
            match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    self.speaker.handle_storage_full(now, clip, index);
                }
                _ => self.speaker.handle_storage_failed(now, clip),
            }
        }
    }

    fn verify_clip(&self, clip: ClipId) {
        let path = self.storage.stored_path(clip);
        let Some(answers) = self.answers.upgrade() else { return };
        tokio::spawn(async move {
            let hash = tokio::task::spawn_blocking(move || hash_file(&path)).await;
            let hash = match hash {
                Ok(Ok(hash)) => Some(hash),
                Ok(Err(error)) => {
                    error!("clip {clip} cannot be read back: {error}");
                    None
                }
                Err(_) => None,
            };
            // Nobody listens only when the process ends.
            let _ = answers.send(Event::ClipHash(clip, hash)).await;
        });
    }

    fn finish_clip(&mut self, clip: ClipId) {
        match self.storage.finish_clip(clip) {
            Ok(()) => {
                debug!(cluster = %self.cluster, "clip {clip} is here");
                self.player.clip_came(&self.storage.clip_path(clip));
            }
            Err(error) => error!(cluster = %self.cluster, "clip {clip} could not be kept: {error}"),
        }
    }

    fn drop_clip(&mut self, clip: ClipId) {
        self.player.clip_goes(&self.storage.clip_path(clip));
        if let Err(error) = self.storage.drop_clip(clip) {
            warn!(cluster = %self.cluster, "clip {clip} could not be removed: {error}");
        }
    }

    fn play(&mut self, pass: &Pass) {
        let token = pass.token;
        info!(cluster = %self.cluster, job = %pass.job, volume = pass.volume, from_ms = pass.from_ms, "plays");
        self.switch_zones(&pass.zones);
        let plan = PassPlan::new(pass, |clip| self.storage.clip_path(clip));
        if let Some(event) = self.player.play(plan) {
            self.tell_playback(token, event);
        }
    }

    fn switch_zones(&self, zones: &[u16]) {
        if self.kind == Kind::Gateway {
            info!(cluster = %self.cluster, ?zones, "FM zones on");
        }
    }

    fn tell_playback(&mut self, token: u32, event: PlaybackEvent) {
        match event {
            PlaybackEvent::Started => {
                self.counters.passes.fetch_add(1, Relaxed);
                if self.playing.replace(token).is_none() {
                    self.counters.playing.fetch_add(1, Relaxed);
                }
            }
            PlaybackEvent::Ended { outcome, .. } => {
                if self.playing.take_if(|playing| *playing == token).is_some() {
                    self.counters.playing.fetch_sub(1, Relaxed);
                }
                if let PassOutcome::Failed(reason) = outcome {
                    warn!(cluster = %self.cluster, "a pass failed: {reason:?}");
                }
            }
        }
        self.speaker.handle_playback(self.clock.now(), token, event);
    }

    fn send(&mut self, topic: String, payload: Vec<u8>, qos: Qos) {
        let Some(client) = &self.client else { return };
        let options = match qos {
            Qos::AtMostOnce => PublishOptions::at_most_once(),
            Qos::AtLeastOnce => PublishOptions::at_least_once(),
        };
        let counter = match client.try_publish(topic, payload, options) {
            Ok(()) => &self.counters.sent,
            Err(_) => &self.counters.unsent,
        };
        counter.fetch_add(1, Relaxed);
        if let Some(on_hello) = self.on_hello.take() {
            on_hello();
        }
    }
}

async fn sleep_until(wakeup: Option<Instant>) {
    match wakeup {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

fn hash_file(path: &Path) -> io::Result<Hash> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; HASH_PIECE_BYTES];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Hash::from_bytes(hasher.finalize().into())),
            count => hasher.update(&piece[..count]),
        }
    }
}

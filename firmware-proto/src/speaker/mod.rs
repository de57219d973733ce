//! The speaker's own logic, once for every device: the reference speaker, the simulated fleet and
//! a vendor's firmware are shells around [`Speaker`].
//!
//! No IO and no clock: a shell calls `handle_*` with the present [`Mono`] time, then drains
//! [`Speaker::poll_output`] **in order**, then sleeps until [`Speaker::poll_timeout`] or the next
//! event. Order matters: an [`Output::StoreState`] must be durable before the next output is
//! carried out, so that no crash can make a job play twice.

mod check;
mod chunk_set;
mod clock;
mod commands;
mod fetch;
mod outbox;
mod play;
mod saved;
mod storage;
mod turns;
mod window;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use crate::ids::{BootId, ClipId, ClusterId, Hash, JobId, OccurrenceKey, SiteId};
use crate::limits::{JOBS_ENDED_MAX, STORE_WITHIN_MS};
use crate::message::{
    Ack, AckId, Beat, DeviceLimits, Evidence, Hello, Job, Kind, PROTOCOL_VERSION, Reason, Report, ReportBody,
    Settings, Sound, Stage, TimeRequest,
};
use crate::sequence::{self, SequenceWindow};
use crate::time::{Mono, UtcMillis};
use crate::topics::{Qos, Topic, Up};
use crate::trust::{DeviceKey, Rejected, SiteKeys};

pub use chunk_set::ChunkSet;
pub use clock::TRUSTED_ERROR_MS;

use check::Checks;
use clock::Clock;
use fetch::Download;
use outbox::Outbox;
use play::{Active, Suspended};
use saved::{Begun, Saved, SavedJob};
use window::Window;

/// Who this speaker is. Made once, at enrolment.
#[derive(Debug, Clone)]
pub struct Config {
    /// The site it belongs to.
    pub site: SiteId,
    /// Its own name.
    pub cluster: ClusterId,
    /// What it is.
    pub kind: Kind,
    /// Who may command it.
    pub site_keys: SiteKeys,
    /// What proves that it is itself.
    pub device_key: DeviceKey,
    /// Name and version of the firmware, at most 64 bytes.
    pub firmware: String,
    /// Bytes it may use for clips.
    pub storage_bytes: u64,
}

/// What the shell found on its storage after a boot.
#[derive(Debug, Default)]
pub struct Restored {
    /// The bytes of the last [`Output::StoreState`].
    pub state: Option<Vec<u8>>,
    /// Clips that were finished, with their size in bytes.
    pub complete: Vec<(ClipId, u32)>,
    /// Clips with some chunks stored.
    pub partial: Vec<(ClipId, ChunkSet)>,
}

/// What the shell has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Keep these bytes in place of the last ones; durable before anything after it.
    StoreState(Vec<u8>),
    /// Write one chunk of a clip at byte `index * CHUNK_BYTES`, and remember that it is there.
    StoreChunk {
        /// Of this clip.
        clip: ClipId,
        /// Bytes of the whole clip.
        size_bytes: u32,
        /// Its place.
        index: u32,
        /// Its bytes.
        data: Vec<u8>,
    },
    /// Read the clip back, be it finished or not, and answer with [`Speaker::handle_clip_hash`].
    VerifyClip(ClipId),
    /// The clip is whole and right: keep it.
    FinishClip(ClipId),
    /// Forget the clip and its chunks.
    DropClip(ClipId),
    /// Play once through these clips, and tell with [`Speaker::handle_playback`].
    Play(Pass),
    /// End the pass with this token, and tell with [`Speaker::handle_playback`].
    StopPlaying(u32),
    /// For a gateway: the pass with this token goes on, and these FM zones are the ones to be on from now.
    SwitchZones {
        /// Names the pass.
        token: u32,
        /// All zones to be on.
        zones: Vec<u16>,
    },
    /// Publish.
    Send {
        /// The MQTT topic.
        topic: String,
        /// The MQTT payload.
        payload: Vec<u8>,
        /// The quality of service.
        qos: Qos,
    },
}

/// One pass through a job's clips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Names this pass in events.
    pub token: u32,
    /// The job it belongs to.
    pub job: JobId,
    /// Clips in order; all are held. A repeating job may lack some of its clips for a while.
    pub clips: Vec<ClipId>,
    /// Begin so many milliseconds into the clips; not 0 when a job goes on that was interrupted.
    pub from_ms: u64,
    /// 0 to 100 per cent.
    pub volume: u8,
    /// For a gateway: FM zones to switch on while it plays.
    pub zones: Vec<u16>,
}

/// What the sink tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaybackEvent {
    /// The first samples were taken.
    Started,
    /// The pass is over.
    Ended {
        /// How it ended.
        outcome: PassOutcome,
        /// What was measured in this pass alone; `passes` is not looked at.
        measured: Evidence,
    },
}

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassOutcome {
    /// Played to its end.
    Completed,
    /// Ended by [`Output::StopPlaying`].
    Stopped,
    /// Could not go on.
    Failed(Reason),
}

/// Whether the state in storage is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dirty {
    No,
    /// To be stored at that moment.
    At(Mono),
    /// To be stored before anything else happens.
    First,
}

/// One job in hand.
#[derive(Debug)]
struct Held {
    job: Job,
    ready_said: bool,
    begun: Option<Begun>,
    /// It could have started, but something else had the amplifier; it may wait for that.
    waits: bool,
    /// It was interrupted and may go on.
    suspended: Option<Suspended>,
    /// It is of an earlier boot, and may have been stopped since: it waits for an agenda of this one.
    unconfirmed: bool,
    /// A pass could not go on, and its clips are being read for the reason.
    broken: Option<Reason>,
}

/// The speaker's state machine.
#[derive(Debug)]
pub struct Speaker {
    config: Config,
    boot: BootId,
    booted: Mono,
    connected: bool,
    hello_due: bool,
    next_beat: Mono,
    /// When it last looked at its jobs: what has been due since then is still to be seen.
    ticked: Mono,
    next_sequence: u64,
    epoch: u32,
    random: u64,

    /// The time has come in this boot.
    time_came: bool,
    /// A command was refused for its date, and the time has not come since.
    refused_for_date: bool,
    agenda_version: u64,
    /// Jobs that the newest agenda only names, and that had not come before it.
    missing: Vec<JobId>,
    settings: Settings,
    held: BTreeMap<JobId, Held>,
    ended: VecDeque<JobId>,
    /// Occurrences of which a job has begun.
    occurrences: VecDeque<OccurrenceKey>,
    active: Option<Active>,
    /// The job for which the active one was last asked to stop.
    taker: Option<JobId>,
    next_token: u32,

    complete: BTreeMap<ClipId, u32>,
    partial: BTreeMap<ClipId, ChunkSet>,
    download: Option<Download>,
    damaged: Option<ClipId>,
    /// Clips of which nothing came, and until when others are pulled before them.
    stalled: BTreeMap<ClipId, Mono>,
    /// The disk took no more with so many bytes on it, although there should be room; until when that is believed.
    full: Option<(u64, Mono)>,
    checks: Checks,
    window: Window,

    clock: Clock,
    outbox: Outbox,
    seen_all: SequenceWindow,
    seen_own: SequenceWindow,
    rejected: BTreeMap<Rejected, u32>,

    dirty: Dirty,
    effects: VecDeque<Output>,
}

impl Speaker {
    /// Boots: `boot` is drawn at random by the shell, `restored` is what its storage holds.
    #[must_use]
    pub fn new(config: Config, boot: BootId, restored: Restored, now: Mono) -> Self {
        let saved = restored.state.as_deref().and_then(Saved::decode).unwrap_or_default();
        let mut speaker = Self {
            random: u64::from_be_bytes(*boot.as_bytes()) | 1,
            config,
            boot,
            booted: now,
            connected: false,
            hello_due: false,
            next_beat: now,
            ticked: now,
            next_sequence: 1,
            epoch: sequence::epoch(saved.highest_all.max(saved.highest_own)),
            agenda_version: saved.agenda_version,
            missing: saved.missing,
            settings: saved.settings,
            held: BTreeMap::new(),
            ended: saved.ended.into(),
            occurrences: saved.occurrences.into(),
            active: None,
            taker: None,
            next_token: 1,
            complete: restored.complete.into_iter().collect(),
            partial: restored.partial.into_iter().collect(),
            download: None,
            damaged: None,
            stalled: BTreeMap::new(),
            full: None,
            checks: Checks::new(now, u64::from_be_bytes(*boot.as_bytes())),
            window: Window::default(),
            clock: Clock::default(),
            time_came: false,
            refused_for_date: false,
            outbox: Outbox::new(boot, saved.acks),
            seen_all: SequenceWindow::resume(saved.highest_all),
            seen_own: SequenceWindow::resume(saved.highest_own),
            rejected: BTreeMap::new(),
            dirty: Dirty::No,
            effects: VecDeque::new(),
        };
        speaker.restore_jobs(saved.held, now);
        speaker.tick(now);
        speaker
    }

    /// The MQTT connection stands and the topics of [`Topic::down_filters`] are subscribed.
    pub fn handle_connected(&mut self, now: Mono) {
        self.connected = true;
        self.hello_due = true;
        self.next_beat = now + self.beat_period();
        self.outbox.connected();
        self.clock.connected(now);
        self.tick(now);
    }

    /// The MQTT connection is gone.
    pub fn handle_disconnected(&mut self, now: Mono) {
        self.connected = false;
        if let Some(download) = &mut self.download {
            download.disconnected();
        }
        self.stalled.clear();
        self.tick(now);
    }

    /// A message came. Whatever it is, the worst it can do is raise a counter.
    pub fn handle_message(&mut self, now: Mono, topic: &str, payload: &[u8]) {
        if let Err(reason) = self.take_message(now, topic, payload) {
            let count = self.rejected.entry(reason).or_default();
            *count = count.saturating_add(1);
        }
        self.tick(now);
    }

    /// The sink tells about the pass with this token.
    pub fn handle_playback(&mut self, now: Mono, token: u32, event: PlaybackEvent) {
        self.take_playback(now, token, event);
        self.tick(now);
    }

    /// The answer to [`Output::VerifyClip`]; `None` if the clip could not be read.
    pub fn handle_clip_hash(&mut self, now: Mono, clip: ClipId, hash: Option<Hash>) {
        self.take_clip_hash(now, clip, hash);
        self.tick(now);
    }

    /// A chunk could not be stored for want of room: less needed clips give way to it.
    pub fn handle_storage_full(&mut self, now: Mono, clip: ClipId, index: u32) {
        self.take_storage_full(now, clip, index);
        self.tick(now);
    }

    /// The storage does not take a chunk of this clip, for another reason than want of room.
    pub fn handle_storage_failed(&mut self, now: Mono, clip: ClipId) {
        self.note_damage(now);
        self.give_up_clip(now, clip, Reason::ClipDamaged);
        self.tick(now);
    }

    /// The moment of [`Self::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Mono) {
        self.tick(now);
    }

    /// What to do next; `None` when all is done until the next event.
    pub fn poll_output(&mut self, now: Mono) -> Option<Output> {
        if self.dirty == Dirty::First {
            return Some(self.store_state());
        }
        if let Some(effect) = self.effects.pop_front() {
            return Some(effect);
        }
        if self.connected
            && let Some(send) = self.next_send(now)
        {
            return Some(send);
        }
        matches!(self.dirty, Dirty::At(at) if at <= now).then(|| self.store_state())
    }

    /// When to call [`Self::handle_timeout`] at the latest; in the past, if something came due while outputs were
    /// carried out.
    #[must_use]
    pub fn poll_timeout(&self, now: Mono) -> Option<Mono> {
        let link = if self.connected {
            let fetch = self.download.as_ref().and_then(|d| d.next_timeout(&self.window));
            [Some(self.next_beat), self.clock.next_request(), self.outbox.retry_at(), fetch]
        } else {
            [None; 4]
        };
        let store = match self.dirty {
            Dirty::At(at) => Some(at),
            Dirty::No | Dirty::First => None,
        };
        let check = Some(self.checks.next_event());
        link.into_iter().flatten().chain(store).chain(check).chain(self.next_job_event(now)).min()
    }

    /// Messages ignored since boot, by reason.
    #[must_use]
    pub fn rejections(&self) -> &BTreeMap<Rejected, u32> {
        &self.rejected
    }

    /// The version of the newest agenda that it has taken, 0 for none.
    #[must_use]
    pub fn agenda_version(&self) -> u64 {
        self.agenda_version
    }

    /// The version that it says it holds: 0 while a job of the newest agenda is missing, or one waits for an agenda.
    #[must_use]
    pub fn whole_agenda_version(&self) -> u64 {
        if self.has_whole_agenda() && !self.waits_for_agenda() { self.agenda_version } else { 0 }
    }

    /// UTC as this speaker knows it.
    #[must_use]
    pub fn utc(&self, now: Mono) -> Option<UtcMillis> {
        self.clock.utc(now)
    }

    /// Bound of the error of [`Self::utc`], ms.
    #[must_use]
    pub fn clock_error_ms(&self, now: Mono) -> Option<u32> {
        self.clock.error_ms(now)
    }

    /// Acks that wait for their receipt.
    #[must_use]
    pub fn acks_waiting(&self) -> usize {
        self.outbox.len()
    }

    /// Bytes per second that its link carried while pulling clips, 0 if not yet known.
    #[must_use]
    pub fn link_bytes_per_s(&self) -> u32 {
        self.window.bytes_per_s()
    }

    fn store_state(&mut self) -> Output {
        self.dirty = Dirty::No;
        let job =
            |held: &Held| SavedJob { job: held.job.clone(), ready_said: held.ready_said, begun: held.begun };
        let saved = Saved {
            agenda_version: self.agenda_version,
            missing: self.missing.clone(),
            settings: self.settings.clone(),
            held: self.held.values().map(job).collect(),
            ended: self.ended.iter().copied().collect(),
            acks: self.outbox.acks().cloned().collect(),
            highest_all: self.seen_all.highest(),
            highest_own: self.seen_own.highest(),
            occurrences: self.occurrences.iter().copied().collect(),
        };
        Output::StoreState(saved.encode())
    }

    /// The state has to be stored before anything else happens.
    fn store_first(&mut self) {
        self.dirty = Dirty::First;
    }

    /// The state is to be stored; what comes about in the meantime goes with it.
    fn store_soon(&mut self, now: Mono) {
        if self.dirty == Dirty::No {
            self.dirty = Dirty::At(now + STORE_WITHIN_MS);
        }
    }

    fn next_send(&mut self, now: Mono) -> Option<Output> {
        if self.hello_due {
            self.hello_due = false;
            let hello = self.hello(now);
            return Some(self.send(Up::Hello, ReportBody::Hello(hello)));
        }
        if let Some(acks) = self.outbox.next_batch(now) {
            return Some(self.send(Up::Ack, ReportBody::Acks(acks)));
        }
        if self.clock.next_request().is_some_and(|at| at <= now) {
            self.clock.requested(now);
            return Some(
                self.send(Up::Time, ReportBody::Time(TimeRequest { sent: now.0, utc: self.clock.utc(now) })),
            );
        }
        if self.next_beat <= now {
            self.next_beat = now + self.beat_period();
            let beat = self.beat(now);
            return Some(self.send(Up::Beat, ReportBody::Beat(beat)));
        }
        let download = self.download.as_mut()?;
        let held = self.partial.get(&download.clip().id)?;
        let want = download.next_want(now, held, &mut self.window)?;
        Some(self.send(Up::Want, ReportBody::Want(want)))
    }

    fn send(&mut self, leaf: Up, body: ReportBody) -> Output {
        let qos = match body {
            ReportBody::Want(_) | ReportBody::Time(_) => Qos::AtMostOnce,
            ReportBody::Hello(_)
            | ReportBody::OtherVersion(_)
            | ReportBody::Beat(_)
            | ReportBody::Acks(_) => Qos::AtLeastOnce,
        };
        let report = Report {
            site: self.config.site.clone(),
            cluster: self.config.cluster.clone(),
            boot: self.boot,
            sequence: self.next_sequence,
            epoch: self.epoch,
            body,
        };
        self.next_sequence += 1;
        let topic = Topic::Up(self.config.cluster.clone(), leaf).render(&self.config.site);
        Output::Send { topic, payload: self.config.device_key.seal(&report), qos }
    }

    fn hello(&self, now: Mono) -> Hello {
        Hello {
            protocol: PROTOCOL_VERSION,
            kind: self.config.kind,
            firmware: self.config.firmware.clone(),
            storage_free_bytes: self.room(now).saturating_sub(self.storage_used()),
            limits: DeviceLimits::full(self.config.storage_bytes),
            beat: self.beat(now),
        }
    }

    fn beat(&self, now: Mono) -> Beat {
        Beat {
            agenda_version: self.whole_agenda_version(),
            uptime_ms: now.since(self.booted),
            clock_error_ms: self.clock.error_ms(now),
            playing: self.active.as_ref().map(Active::job),
            acks_waiting: self.outbox.len() as u16,
            rejected: self.rejected.values().fold(0, |sum, n| sum.saturating_add(*n)),
            link_bytes_per_s: self.window.bytes_per_s(),
            missing_bytes: self.missing_bytes(),
            clips_damaged: self.checks.damage(now),
        }
    }

    /// The heartbeat with a tenth of jitter either way, so that a thousand clusters that came up
    /// together do not stay in step.
    fn beat_period(&mut self) -> u64 {
        let period = u64::from(self.settings.heartbeat_ms.max(1_000));
        period * 9 / 10 + self.random_below(period / 5)
    }

    /// Spreads events in time; nothing secret depends on it (xorshift64, Marsaglia 2003).
    fn random_below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound.max(1)
    }

    fn ack(
        &mut self,
        now: Mono,
        job: JobId,
        stage: Stage,
        reason: Option<Reason>,
        evidence: Option<Evidence>,
    ) {
        let (at, error_ms) = (self.clock.utc(now), self.clock.error_ms(now));
        self.outbox.push(Ack { id: AckId(0), job, stage, at, error_ms, reason, evidence });
        self.store_soon(now);
    }

    fn remember_ended(&mut self, job: JobId) {
        self.store_first();
        if self.ended.contains(&job) {
            return;
        }
        if self.ended.len() == JOBS_ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(job);
    }

    /// Everything that follows from the passing of time and from what just changed.
    fn tick(&mut self, now: Mono) {
        self.ticked = now;
        self.expire_jobs(now);
        self.check_clips(now);
        self.say_ready(now);
        self.advance_playback(now);
        self.note_waiting(now);
        self.choose_download(now);
    }
}

impl Evidence {
    /// Nothing measured, nothing played.
    pub(crate) const NONE: Self = Self {
        sound: Sound::Unmeasured,
        played_ms: 0,
        passes: 0,
        level_dbfs: None,
        amplifier_ma: None,
        microphone_dba: None,
    };
}

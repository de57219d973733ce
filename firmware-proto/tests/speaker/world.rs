//! A shell around the speaker: storage, sink and link in memory, with power cuts at any output.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::manifest::chunk_count;
use firmware_proto::message::{
    Ack, Chunk, CommandBody, Evidence, Job, Kind, Reason, ReportBody, Sound, Stage, Want,
};
use firmware_proto::speaker::{
    ChunkSet, Config, Output, Pass, PassOutcome, PlaybackEvent, Restored, Speaker,
};
use firmware_proto::topics::{Down, Qos, Topic};
use firmware_proto::trust::{Rejected, SiteKeys, sha256};
use firmware_proto::{BootId, ClipId, Hash, JobId, Mono, SiteId};

use crate::parties::{Clip, Controller, cluster, site};

/// How long a power cut lasts, ms.
pub const CUT_MS: u64 = 1_000;

/// What survives a power cut.
#[derive(Default)]
pub struct Disk {
    pub state: Option<Vec<u8>>,
    pub partial: BTreeMap<ClipId, (u32, BTreeMap<u32, Vec<u8>>)>,
    pub complete: BTreeMap<ClipId, u32>,
    /// Complete clips with a wrong bit.
    pub rotten: BTreeSet<ClipId>,
}

impl Disk {
    fn used(&self) -> usize {
        let pieces = self.partial.values().flat_map(|(_, chunks)| chunks.values()).map(Vec::len);
        pieces.chain(self.complete.values().map(|size| *size as usize)).sum()
    }
}

enum Event {
    Message(String, Vec<u8>),
    Playback(u32, PlaybackEvent),
    ClipHash(ClipId, Option<Hash>),
}

pub struct World {
    pub speaker: Speaker,
    pub controller: Controller,
    pub disk: Disk,
    pub now: Mono,
    pub storage_bytes: u64,
    /// Milliseconds that a message takes down to the cluster.
    pub lag_ms: u64,
    /// What the sink's evidence says.
    pub sound: Sound,
    /// A sink that fails instead of playing.
    pub broken: Option<Reason>,
    /// A sink that never tells that it stopped.
    pub hung: bool,
    /// A sink that takes a pass and says nothing more.
    pub sink_silent: bool,
    /// Flips a bit in each clip that is read back.
    pub disk_lies: bool,
    /// The disk takes no more than this.
    pub disk_bytes: usize,
    /// Clips are not read back.
    pub disk_hangs: bool,
    /// Looks at each chunk on its way; `false` drops it.
    pub chunk_filter: Box<dyn FnMut(&mut Chunk) -> bool>,
    /// Passes that began, with their start.
    pub passes: Vec<(Mono, Pass)>,
    /// Zones that were switched while a pass went on.
    pub switched: Vec<(Mono, Vec<u16>)>,
    /// Outputs carried out so far.
    pub outputs: usize,
    /// Clips that were read back.
    pub read_back: Vec<(Mono, ClipId)>,
    /// Times that the state was stored.
    pub stored: usize,
    /// The power goes instead of these outputs.
    pub cuts: Vec<usize>,
    connected: bool,
    boots: u8,
    playing: Option<(u32, Mono)>,
    events: VecDeque<(Mono, Event)>,
}

impl World {
    pub fn new() -> Self {
        Self::with_storage(1 << 20)
    }

    pub fn with_storage(storage_bytes: u64) -> Self {
        let controller = Controller::new();
        let config = config(&controller, storage_bytes);
        Self {
            speaker: Speaker::new(config, BootId::from_bytes([1; 8]), Restored::default(), Mono(0)),
            controller,
            disk: Disk::default(),
            now: Mono(0),
            storage_bytes,
            lag_ms: 10,
            sound: Sound::Heard,
            broken: None,
            hung: false,
            sink_silent: false,
            disk_lies: false,
            disk_bytes: usize::MAX,
            disk_hangs: false,
            chunk_filter: Box::new(|_| true),
            passes: vec![],
            switched: vec![],
            outputs: 0,
            read_back: vec![],
            stored: 0,
            cuts: vec![],
            connected: false,
            boots: 1,
            playing: None,
            events: VecDeque::new(),
        }
    }

    /// Connected for a second, so that the time is known.
    pub fn ready() -> Self {
        let mut world = Self::new();
        world.connect();
        world.run_for(1_000);
        world
    }

    pub fn clip(&mut self, seed: u8, size: usize, duration_ms: u32) -> Clip {
        let clip = Clip::new(seed, size, duration_ms);
        self.controller.clips.insert(clip.clip.id, clip.clone());
        clip
    }

    pub fn connect(&mut self) {
        self.connected = true;
        self.speaker.handle_connected(self.now);
        self.drain();
    }

    pub fn disconnect(&mut self) {
        self.connected = false;
        self.events.retain(|(_, event)| !matches!(event, Event::Message(..)));
        self.speaker.handle_disconnected(self.now);
        self.drain();
    }

    /// Loses power now and comes back a second later with what is on the disk.
    pub fn power_cut(&mut self) {
        self.events.clear();
        self.playing = None;
        self.now = self.now + CUT_MS;
        self.boots += 1;
        let partial = self.disk.partial.iter().map(|(&id, (size, chunks))| {
            let mut set = ChunkSet::new(chunk_count(*size));
            chunks.keys().for_each(|&index| assert!(set.insert(index)));
            (id, set)
        });
        let restored = Restored {
            state: self.disk.state.clone(),
            complete: self.disk.complete.iter().map(|(&id, &size)| (id, size)).collect(),
            partial: partial.collect(),
        };
        let config = config(&self.controller, self.storage_bytes);
        self.speaker = Speaker::new(config, BootId::from_bytes([self.boots; 8]), restored, self.now);
        if self.connected {
            self.speaker.handle_connected(self.now);
        }
    }

    /// Sends a job to every cluster.
    pub fn announce(&mut self, job: &Job) {
        self.say_all(CommandBody::Job(job.clone()));
    }

    pub fn say_all(&mut self, body: CommandBody) {
        let (topic, payload) = self.controller.all(self.now, body);
        self.deliver(&topic, payload);
    }

    pub fn say(&mut self, leaf: Down, body: CommandBody) {
        let (topic, payload) = self.controller.own(self.now, leaf, body);
        self.deliver(&topic, payload);
    }

    /// Puts a message on its way, if there is a link.
    pub fn deliver(&mut self, topic: &str, mut payload: Vec<u8>) {
        if !self.connected {
            return;
        }
        if topic == Topic::Down(cluster(), Down::Chunk).render(&site())
            && let Ok(mut chunk) = Chunk::decode(&payload)
        {
            if !(self.chunk_filter)(&mut chunk) {
                return;
            }
            payload = chunk.encode();
        }
        self.events.push_back((self.now + self.lag_ms, Event::Message(topic.to_string(), payload)));
    }

    pub fn run_for(&mut self, ms: u64) {
        self.run_until(self.now + ms);
    }

    pub fn run_until(&mut self, end: Mono) {
        self.drain();
        let mut idle = 0;
        loop {
            let event = self.events.iter().map(|(at, _)| *at).min();
            let timeout = self.speaker.poll_timeout(self.now);
            let next = event.into_iter().chain(timeout).min().unwrap_or(end);
            if next > end {
                self.now = self.now.max(end);
                return;
            }
            idle = if next <= self.now && event != Some(next) { idle + 1 } else { 0 };
            assert!(idle < 5, "timeouts in the past for ever");
            self.now = self.now.max(next);
            if event == Some(next) {
                self.next_event(next);
            } else if timeout.is_some() {
                self.speaker.handle_timeout(self.now);
            } else {
                return;
            }
            self.drain();
        }
    }

    fn next_event(&mut self, due: Mono) {
        let index = self.events.iter().position(|(at, _)| *at == due).unwrap();
        let (_, event) = self.events.remove(index).unwrap();
        match event {
            Event::Message(topic, payload) => self.speaker.handle_message(self.now, &topic, &payload),
            Event::ClipHash(clip, hash) => self.speaker.handle_clip_hash(self.now, clip, hash),
            Event::Playback(token, event) => {
                if matches!(event, PlaybackEvent::Ended { .. }) {
                    self.playing = None;
                }
                self.speaker.handle_playback(self.now, token, event);
            }
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.speaker.poll_output(self.now) {
            let cut = self.cuts.contains(&self.outputs);
            self.outputs += 1;
            if cut {
                self.power_cut();
            } else {
                self.carry_out(output);
            }
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::StoreState(bytes) => {
                self.disk.state = Some(bytes);
                self.stored += 1;
            }
            Output::StoreChunk { clip, size_bytes, index, data } => {
                if self.disk.used() + data.len() > self.disk_bytes {
                    return self.speaker.handle_storage_full(self.now, clip, index);
                }
                let (_, chunks) = self.disk.partial.entry(clip).or_insert((size_bytes, BTreeMap::new()));
                assert!(chunks.insert(index, data).is_none(), "a chunk was stored twice");
            }
            Output::VerifyClip(clip) => {
                let hash = match self.disk.partial.get(&clip) {
                    Some((_, chunks)) => {
                        let mut bytes: Vec<u8> = chunks.values().flatten().copied().collect();
                        bytes[0] ^= u8::from(self.disk_lies);
                        sha256(&bytes)
                    }
                    None if self.disk.rotten.contains(&clip) => sha256(b"another"),
                    None => Hash::from_bytes(*clip.as_bytes()),
                };
                self.read_back.push((self.now, clip));
                if self.disk_hangs {
                    return;
                }
                self.events.push_back((self.now + 1, Event::ClipHash(clip, Some(hash))));
            }
            Output::FinishClip(clip) => {
                let (size, _) = self.disk.partial.remove(&clip).unwrap();
                self.disk.complete.insert(clip, size);
            }
            Output::DropClip(clip) => {
                self.disk.partial.remove(&clip);
                self.disk.complete.remove(&clip);
                self.disk.rotten.remove(&clip);
            }
            Output::Play(pass) => self.play(pass),
            Output::StopPlaying(token) => self.stop(token),
            Output::SwitchZones { token, zones } => {
                assert_eq!(self.playing.map(|(playing, _)| playing), Some(token), "zones of another pass");
                self.switched.push((self.now, zones));
            }
            Output::Send { topic, payload, qos } => self.send(&topic, &payload, qos),
        }
    }

    fn play(&mut self, pass: Pass) {
        assert!(self.playing.is_none() || self.hung, "two passes at once");
        assert!(pass.clips.iter().all(|clip| self.disk.complete.contains_key(clip)), "plays what it lacks");
        self.passes.push((self.now, pass.clone()));
        let token = pass.token;
        if self.sink_silent {
            return;
        }
        if let Some(reason) = self.broken {
            let ended = self.ended(PassOutcome::Failed(reason), 0);
            return self.events.push_back((self.now + 1, Event::Playback(token, ended)));
        }
        let good = pass.clips.iter().take_while(|id| !self.disk.rotten.contains(*id));
        let is_good = good.clone().count() == pass.clips.len();
        let ms: u64 = good.map(|id| u64::from(self.controller.clips[id].clip.duration_ms)).sum();
        let ms = ms.saturating_sub(pass.from_ms);
        self.playing = Some((token, self.now));
        self.events.push_back((self.now + 1, Event::Playback(token, PlaybackEvent::Started)));
        let outcome = if is_good { PassOutcome::Completed } else { PassOutcome::Failed(Reason::Undecodable) };
        let ended = self.ended(outcome, ms);
        self.events.push_back((self.now + ms.max(2), Event::Playback(token, ended)));
    }

    fn stop(&mut self, token: u32) {
        if self.hung {
            self.events.retain(|(_, event)| !matches!(event, Event::Playback(t, _) if *t == token));
            return;
        }
        if let Some((playing, since)) = self.playing.filter(|(playing, _)| *playing == token) {
            self.events.retain(|(_, event)| {
                !matches!(event, Event::Playback(t, PlaybackEvent::Ended { .. }) if *t == playing)
            });
            let ended = self.ended(PassOutcome::Stopped, self.now.since(since));
            self.events.push_back((self.now + 50, Event::Playback(token, ended)));
        }
    }

    fn ended(&self, outcome: PassOutcome, played_ms: u64) -> PlaybackEvent {
        let level_dbfs = (self.sound == Sound::Heard).then_some(-12);
        let measured = Evidence {
            sound: self.sound,
            played_ms,
            passes: 0,
            level_dbfs,
            amplifier_ma: None,
            microphone_dba: None,
        };
        PlaybackEvent::Ended { outcome, measured }
    }

    fn send(&mut self, topic: &str, payload: &[u8], qos: Qos) {
        assert!(self.connected, "sent without a link");
        let (sender, _) = Topic::parse_up(&site(), topic).unwrap();
        assert_eq!(sender, cluster());
        let answers = self.controller.take(self.now, payload);
        let report = self.controller.reports.last().unwrap();
        let repeated = matches!(report.body, ReportBody::Want(_) | ReportBody::Time(_));
        assert_eq!(qos == Qos::AtMostOnce, repeated);
        for (topic, payload) in answers {
            self.deliver(&topic, payload);
        }
    }

    /// Does a pass sound now?
    pub fn sounds(&self) -> bool {
        self.playing.is_some()
    }

    /// The stages of a job as the controller learnt them.
    pub fn stages(&self, job: &Job) -> Vec<Stage> {
        self.acks_of(job.id).map(|ack| ack.stage).collect()
    }

    pub fn acks_of(&self, job: JobId) -> impl Iterator<Item = &Ack> {
        self.controller.acks.iter().filter(move |ack| ack.job == job)
    }

    /// The last stage of a job with its reason.
    pub fn end(&self, job: &Job) -> Option<(Stage, Option<Reason>)> {
        self.acks_of(job.id).map(|ack| (ack.stage, ack.reason)).find(|(stage, _)| stage.is_last())
    }

    /// What the last beat says of damage.
    pub fn damage_told(&self) -> u8 {
        let mut beats = self.controller.reports.iter().rev().filter_map(|report| match &report.body {
            ReportBody::Beat(beat) => Some(beat),
            _ => None,
        });
        beats.next().map_or(0, |beat| beat.clips_damaged)
    }

    /// How often a job began to play.
    pub fn plays(&self, job: &Job) -> usize {
        self.passes.iter().filter(|(_, pass)| pass.job == job.id).count()
    }

    pub fn wants(&self) -> impl Iterator<Item = &Want> {
        self.controller.reports.iter().filter_map(|report| match &report.body {
            ReportBody::Want(want) => Some(want),
            _ => None,
        })
    }

    pub fn rejected(&self, reason: Rejected) -> u32 {
        self.speaker.rejections().get(&reason).copied().unwrap_or(0)
    }
}

fn config(controller: &Controller, storage_bytes: u64) -> Config {
    let site: SiteId = site();
    Config {
        device_key: controller.device_key(),
        site,
        cluster: cluster(),
        kind: Kind::Smart,
        site_keys: SiteKeys::one(controller.key.public()),
        firmware: "test 1".into(),
        storage_bytes,
    }
}

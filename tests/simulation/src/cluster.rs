//! The shell around a speaker: storage, sink and power.

use std::collections::BTreeSet;

use firmware_proto::message::{CommandBody, Evidence, Kind, Reason, Sound};
use firmware_proto::speaker::{Config, Output, Pass, PassOutcome, PlaybackEvent, Speaker};
use firmware_proto::trust::SiteKeys;
use firmware_proto::{BootId, ClipId, ClusterId, Hash, JobId, Mono};

use crate::clock::Crystal;
use crate::flash::Flash;
use crate::invariants;
use crate::marks::Mark;
use crate::message::{Message, Says};
use crate::model::Meant;
use crate::network::Node;
use crate::queue::{Event, SinkEvent};
use crate::site;
use crate::world::World;

/// How long a power cut waits for a pass to begin.
const AT_PLAY_MS: u64 = 120_000;

/// The device's board, amplifier and power.
pub(crate) struct Cluster {
    pub(crate) id: ClusterId,
    pub(crate) speaker: Option<Speaker>,
    pub(crate) life: u32,
    pub(crate) crystal: Crystal,
    pub(crate) flash: Flash,
    playing: Option<Playing>,
    broken: bool,
    pub(crate) was_broken: bool,
    /// Its card has lost bits.
    pub(crate) was_rotten: bool,
    /// The power goes instead of this output from now, for so long.
    cut_after: Option<(u64, u64)>,
    /// The same from the next pass on, if one begins before this moment.
    cut_at_play: Option<(Mono, u64, u64)>,
    armed: Option<Mono>,
    spins: u32,
    /// Jobs of which it has been told that they are over; `stored`: so that a cut cannot undo it.
    pub(crate) over: BTreeSet<JobId>,
    over_stored: BTreeSet<JobId>,
    pub(crate) up_since: Mono,
}

#[derive(Debug)]
struct Playing {
    token: u32,
    /// Its first sample.
    first: Mono,
    /// What of it is to sound.
    length_ms: u64,
    stopped: bool,
}

impl Cluster {
    pub(crate) fn new(id: ClusterId) -> Self {
        Self {
            id,
            speaker: None,
            life: 0,
            crystal: Crystal::new(Mono(0), Mono(0), 0),
            flash: Flash::default(),
            playing: None,
            broken: false,
            was_broken: false,
            was_rotten: false,
            cut_after: None,
            cut_at_play: None,
            armed: None,
            spins: 0,
            over: BTreeSet::new(),
            over_stored: BTreeSet::new(),
            up_since: Mono(0),
        }
    }

    fn rejections(&self) -> u32 {
        self.speaker.as_ref().map_or(0, |speaker| speaker.rejections().values().sum())
    }
}

impl World {
    pub(crate) fn power_up(&mut self, c: usize) {
        if self.clusters[c].speaker.is_some() {
            return;
        }
        self.trace(|| format!("cluster {c} has power"));
        let boot = BootId::from_bytes(self.rng.bytes());
        let showed = Mono(self.rng.below(100_000));
        let plan = &self.plans[c];
        let (site, key) = (site::id(), site::key());
        let config = Config {
            device_key: key.device_key(&site, &plan.cluster.id, 0),
            site,
            cluster: plan.cluster.id.clone(),
            kind: plan.cluster.wire_kind().unwrap_or(Kind::Smart),
            site_keys: SiteKeys::one(key.public()),
            firmware: "simulated 1".into(),
            storage_bytes: plan.storage_bytes,
        };
        let cluster = &mut self.clusters[c];
        cluster.crystal = Crystal::new(self.now, showed, plan.drift_ppm);
        cluster.up_since = self.now;
        cluster.speaker = Some(Speaker::new(config, boot, cluster.flash.restored(), showed));
        self.drain_speaker(c);
        self.want_connection(Node::Cluster(c));
    }

    /// Cuts the power after so many more outputs, for so long.
    pub(crate) fn cut_power_after(&mut self, c: usize, outputs: u64, off_ms: u64) {
        self.clusters[c].cut_after = Some((outputs, off_ms));
        let life = self.clusters[c].life;
        let at = self.now + 5_000;
        self.queue.push(at, Event::PowerCut { cluster: c, life });
    }

    /// The same, counted from the next pass that begins soon.
    pub(crate) fn cut_power_at_play(&mut self, c: usize, outputs: u64, off_ms: u64) {
        self.clusters[c].cut_at_play = Some((self.now + AT_PLAY_MS, outputs, off_ms));
    }

    pub(crate) fn cut_power_at_last(&mut self, c: usize, life: u32) {
        if self.clusters[c].life == life
            && let Some((_, off_ms)) = self.clusters[c].cut_after
        {
            self.cut_power(c, off_ms);
        }
    }

    fn cut_power(&mut self, c: usize, off_ms: u64) {
        self.trace(|| format!("cluster {c} loses power"));
        self.forget_client(Node::Cluster(c));
        let rng = &mut self.rng;
        let cluster = &mut self.clusters[c];
        cluster.flash.cut(|| rng.percent(50));
        cluster.speaker = None;
        cluster.life += 1;
        if cluster.playing.take().is_some_and(|playing| playing.first < self.now) {
            self.marks.reach(Mark::CutWhilePlaying);
        }
        cluster.cut_after = None;
        cluster.armed = None;
        cluster.over = cluster.over_stored.clone();
        let at = self.now + off_ms;
        self.queue.push(at, Event::PowerUp { cluster: c });
        self.model.power_cut(self.now, c);
    }

    /// Does something to a speaker that has power, and carries out what follows.
    fn with_speaker(&mut self, c: usize, act: impl FnOnce(&mut Speaker, Mono)) {
        let cluster = &mut self.clusters[c];
        let local = cluster.crystal.at(self.now);
        if let Some(speaker) = &mut cluster.speaker {
            act(speaker, local);
            self.drain_speaker(c);
        }
    }

    fn drain_speaker(&mut self, c: usize) {
        let mut outputs = 0;
        let local = self.clusters[c].crystal.at(self.now);
        while let Some(output) = self.clusters[c].speaker.as_mut().and_then(|s| s.poll_output(local)) {
            if let Some((left, off_ms)) = &mut self.clusters[c].cut_after {
                if *left == 0 {
                    let off_ms = *off_ms;
                    return self.cut_power(c, off_ms);
                }
                *left -= 1;
            }
            outputs += 1;
            self.speaker_wants(c, output);
        }
        invariants::bounds::a_speaker_keeps_its_limits(self, c, outputs);
        self.arm_speaker(c);
    }

    fn arm_speaker(&mut self, c: usize) {
        let now = self.now;
        let cluster = &mut self.clusters[c];
        let local = cluster.crystal.at(now);
        let Some(timeout) = cluster.speaker.as_ref().and_then(|s| s.poll_timeout(local)) else { return };
        let at = cluster.crystal.when(timeout).max(now);
        cluster.spins = if at == now { cluster.spins + 1 } else { 0 };
        let (life, spins) = (cluster.life, cluster.spins);
        if cluster.armed != Some(at) {
            cluster.armed = Some(at);
            self.queue.push(at, Event::Timeout { cluster: c, life });
        }
        invariants::bounds::nobody_spins(self, "a speaker", spins);
    }

    pub(crate) fn speaker_timeout(&mut self, c: usize, life: u32) {
        let now = self.now;
        let cluster = &mut self.clusters[c];
        if cluster.life == life && cluster.armed == Some(now) {
            cluster.armed = None;
            self.with_speaker(c, |speaker, local| speaker.handle_timeout(local));
        }
    }

    pub(crate) fn cluster_connected(&mut self, c: usize) {
        self.with_speaker(c, |speaker, local| speaker.handle_connected(local));
    }

    pub(crate) fn cluster_disconnected(&mut self, c: usize) {
        self.with_speaker(c, |speaker, local| speaker.handle_disconnected(local));
    }

    pub(crate) fn cluster_hears(&mut self, c: usize, message: &Message) {
        let cluster = &mut self.clusters[c];
        let before = cluster.rejections();
        let local = cluster.crystal.at(self.now);
        let Some(speaker) = &mut cluster.speaker else { return };
        speaker.handle_message(local, &message.text, &message.payload);
        let taken = cluster.rejections() == before;
        if let Says::Command(command) = &message.says {
            if !taken {
                self.trace(|| format!("cluster {c} rejects {command:?}"));
                if message.replayed {
                    self.marks.reach(Mark::ReplayRejected);
                }
            } else {
                self.note_over(c, &command.body);
            }
        }
        self.drain_speaker(c);
    }

    /// What the cluster has been told to be over.
    fn note_over(&mut self, c: usize, body: &CommandBody) {
        let cluster = &mut self.clusters[c];
        match body {
            CommandBody::Stop(stop) => {
                let begun = self.model.passes_of(c, stop.job).next().is_some();
                if !(stop.unless_begun && begun) {
                    cluster.over.insert(stop.job);
                }
            }
            CommandBody::Agenda(agenda)
                if cluster.speaker.as_ref().is_some_and(|s| s.agenda_version() == agenda.version) =>
            {
                let model = &self.model;
                let meant = |id: &JobId| model.jobs.get(id);
                // What has begun goes on while another form of it is listed.
                let goes_on = |id: &JobId| {
                    let edition = meant(id).and_then(Meant::edition);
                    let mut listed = agenda.names().filter_map(|job| meant(&job.id)?.edition());
                    let begun = model.passes_of(c, *id).next().is_some();
                    begun && edition.is_some_and(|edition| listed.any(|listed| listed == edition))
                };
                let listed = |id: &JobId| agenda.names().any(|job| job.id == *id);
                let stopped = |id: &JobId| meant(id).is_some_and(|job| job.stop_asked.is_some());
                let known = model.versions.iter().filter(|(_, version)| **version <= agenda.version);
                let over = known.map(|(id, _)| *id).filter(|id| stopped(id) && !listed(id) && !goes_on(id));
                cluster.over.extend(over);
                let whole = |speaker: &Speaker| speaker.whole_agenda_version() == agenda.version;
                match cluster.speaker.as_ref().map(whole) {
                    Some(false) => self.marks.reach(Mark::AgendaLacksJobs),
                    Some(true) if !agenda.others.is_empty() => self.marks.reach(Mark::AgendaNamesJobs),
                    _ => {}
                }
                let sounding = model.sounding(c).map(|pass| pass.job);
                if sounding.is_some_and(|job| !listed(&job) && goes_on(&job)) {
                    self.marks.reach(Mark::OldFormGoesOn);
                }
            }
            _ => {}
        }
    }

    fn speaker_wants(&mut self, c: usize, output: Output) {
        let cluster = &mut self.clusters[c];
        match output {
            Output::StoreState(bytes) => {
                cluster.over_stored = cluster.over.clone();
                cluster.flash.store_state(bytes);
                self.model.state_stored(c);
            }
            Output::StoreChunk { clip, size_bytes, index, data } => {
                cluster.flash.store_chunk(clip, size_bytes, index, data);
            }
            Output::VerifyClip(clip) => {
                let (life, hash) = (cluster.life, cluster.flash.hash(clip));
                let at = self.now + self.rng.between(1, 300);
                self.queue.push(at, Event::ClipHash { cluster: c, life, clip, hash });
            }
            Output::FinishClip(clip) => {
                let was_there = cluster.flash.finish(clip);
                invariants::bounds::only_whole_clips_are_kept(self, c, was_there);
            }
            Output::DropClip(clip) => {
                if cluster.flash.is_rotten(&clip) {
                    self.marks.reach(Mark::DamageFound);
                }
                cluster.flash.forget(clip);
            }
            Output::Play(pass) => self.play(c, &pass),
            Output::StopPlaying(token) => self.stop_playing(c, token),
            Output::SwitchZones { token, zones } => {
                self.trace(|| format!("cluster {c} goes on in zones {zones:?}"));
                invariants::editions::only_meant_zones_are_switched_on(self, c, token, &zones);
                self.marks.reach(Mark::ZonesSwitched);
                self.model.zones_switched(c, token, &zones);
            }
            Output::Send { topic, payload, qos } => {
                let message = Message::new(&topic, payload, qos);
                self.trace(|| format!("cluster {c} -> {:?}", message.says));
                invariants::playing::a_reported_time_is_right(self, c, &message);
                self.publish(Node::Cluster(c), message);
            }
        }
    }

    pub(crate) fn clip_hash(&mut self, c: usize, life: u32, clip: ClipId, hash: Option<Hash>) {
        if self.clusters[c].life == life {
            self.with_speaker(c, |speaker, local| speaker.handle_clip_hash(local, clip, hash));
        }
    }

    fn play(&mut self, c: usize, pass: &Pass) {
        self.trace(|| format!("cluster {c} plays {}", pass.job));
        let now = self.now;
        if let Some((_, outputs, off_ms)) = self.clusters[c].cut_at_play.take_if(|(until, ..)| now <= *until)
        {
            self.cut_power_after(c, outputs, off_ms);
        }
        invariants::playing::check(self, c, pass);
        if pass.from_ms > 0 {
            self.marks.reach(Mark::WentOn);
        }
        let free = self.clusters[c].playing.is_none();
        invariants::playing::one_pass_at_a_time(self, c, free);
        self.model.play(self.now, c, pass, self.clusters[c].life);
        let token = pass.token;
        let first = now + self.rng.between(20, 80);
        let flash = &self.clusters[c].flash;
        let good = pass.clips.iter().take_while(|id| !flash.is_rotten(id));
        let is_good = good.clone().count() == pass.clips.len();
        let clips = good.filter_map(|id| self.clips.get(id));
        let length_ms: u64 = clips.map(|clip| u64::from(clip.clip.duration_ms)).sum();
        let length_ms = length_ms.saturating_sub(pass.from_ms);
        self.clusters[c].playing = Some(Playing { token, first, length_ms, stopped: false });
        let refuses = self.clusters[c].broken && self.rng.percent(50);
        if refuses {
            return self.sink_fails(c, token, first, Reason::SinkBroken, 0);
        }
        if !is_good && length_ms == 0 {
            return self.sink_fails(c, token, first, Reason::Undecodable, 0);
        }
        self.push_sink(first, c, token, SinkEvent::Started);
        if self.clusters[c].broken {
            let at = first + self.rng.below(length_ms);
            return self.sink_fails(c, token, at, Reason::SinkBroken, 0);
        }
        if !is_good {
            return self.sink_fails(c, token, first + length_ms, Reason::Undecodable, length_ms);
        }
        let measured = self.measured(c, length_ms);
        self.push_sink(first + length_ms, c, token, SinkEvent::Completed(measured));
    }

    fn sink_fails(&mut self, c: usize, token: u32, at: Mono, why: Reason, played_ms: u64) {
        let outcome = PassOutcome::Failed(why);
        let ended = PlaybackEvent::Ended { outcome, measured: self.measured(c, played_ms) };
        self.push_sink(at, c, token, SinkEvent::Other(ended));
    }

    fn stop_playing(&mut self, c: usize, token: u32) {
        let now = self.now;
        let Some(playing) = self.clusters[c].playing.as_mut().filter(|p| p.token == token) else { return };
        playing.stopped = true;
        // Stopped before its last sample, else the stop comes too late to stop anything.
        let played_ms = now.since(playing.first).min(playing.length_ms.saturating_sub(1));
        self.model.stop_playing(c, token);
        invariants::editions::note_a_stop(self, c);
        let ended =
            PlaybackEvent::Ended { outcome: PassOutcome::Stopped, measured: self.measured(c, played_ms) };
        let at = now + self.rng.between(5, 200);
        self.push_sink(at, c, token, SinkEvent::Other(ended));
    }

    fn push_sink(&mut self, at: Mono, c: usize, token: u32, event: SinkEvent) {
        let life = self.clusters[c].life;
        self.queue.push(at, Event::Sink { cluster: c, life, token, event });
    }

    fn measured(&self, c: usize, played_ms: u64) -> Evidence {
        let sound = self.plans[c].sound;
        let level_dbfs = (sound == Sound::Heard).then_some(-12);
        Evidence { sound, played_ms, passes: 0, level_dbfs, amplifier_ma: None, microphone_dba: None }
    }

    pub(crate) fn sink(&mut self, c: usize, life: u32, token: u32, event: SinkEvent) {
        let cluster = &mut self.clusters[c];
        let Some(playing) = cluster.playing.as_ref().filter(|p| p.token == token && cluster.life == life)
        else {
            return;
        };
        let told = match event {
            SinkEvent::Started => PlaybackEvent::Started,
            SinkEvent::Completed(_) if playing.stopped => return,
            SinkEvent::Completed(measured) => {
                PlaybackEvent::Ended { outcome: PassOutcome::Completed, measured }
            }
            SinkEvent::Other(event) => event,
        };
        if let PlaybackEvent::Ended { .. } = told {
            cluster.playing = None;
        }
        self.model.sink_told(self.now, c, token, &told);
        self.with_speaker(c, |speaker, local| speaker.handle_playback(local, token, told));
    }

    pub(crate) fn break_sink(&mut self, c: usize, for_ms: u64) {
        (self.clusters[c].broken, self.clusters[c].was_broken) = (true, true);
        let at = self.now + for_ms;
        self.queue.push(at, Event::SinkMended { cluster: c });
    }

    /// The card loses bits.
    pub(crate) fn rot_clips(&mut self, c: usize) {
        self.clusters[c].was_rotten = true;
        self.clusters[c].flash.rot();
    }

    pub(crate) fn mend_sink(&mut self, c: usize) {
        self.clusters[c].broken = false;
    }
}

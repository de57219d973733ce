//! The controller of these tests, and what it sends: clips, jobs, signed commands, answers.

use std::collections::BTreeMap;

use firmware_proto::limits::{CHUNK_BYTES, RANK_DEFAULT};
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{
    Ack, AckId, Agenda, Busy, Chunk, Class, ClipRef, Command, CommandBody, Content, Interrupted, Job, Part,
    Receipt, Report, ReportBody, Settings, Stop, TimeReply,
};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::{DeviceKey, SiteKey, sha256};
use firmware_proto::{ClipId, ClusterId, JobId, Mono, SiteId, UtcMillis, sequence};

/// UTC when the monotonic clock of the tests shows 0.
pub const T0: u64 = 1_800_000_000_000;

pub fn utc(mono_ms: u64) -> UtcMillis {
    UtcMillis(T0 + mono_ms)
}

pub fn site() -> SiteId {
    SiteId::new("bao-nhai").unwrap()
}

pub fn cluster() -> ClusterId {
    ClusterId::new("thon-1").unwrap()
}

/// Bytes that stand for a clip; nothing here decodes them.
#[derive(Clone)]
pub struct Clip {
    pub bytes: Vec<u8>,
    pub list: Vec<u8>,
    pub clip: ClipRef,
}

impl Clip {
    pub fn new(seed: u8, size: usize, duration_ms: u32) -> Self {
        let bytes: Vec<u8> = (0..size).map(|i| (i as u8).wrapping_mul(31) ^ (i >> 8) as u8 ^ seed).collect();
        let hashes: Vec<[u8; 32]> = bytes.chunks(CHUNK_BYTES).map(|c| *sha256(c).as_bytes()).collect();
        let (list, hash_list) = hash_list(&hashes);
        let id = ClipId::from_bytes(*sha256(&bytes).as_bytes());
        Self { clip: ClipRef { id, size_bytes: size as u32, hash_list, duration_ms }, bytes, list }
    }
}

/// A routine job for now that may start within ten minutes; `n` gives its id and version.
pub fn job(n: u8, clips: &[&Clip]) -> Job {
    Job {
        id: JobId::from_bytes([n; 16]),
        version: u64::from(n),
        class: Class::Routine,
        play_at: None,
        start_by: utc(600_000),
        repeat: None,
        volume: 70,
        content: Content::Clips(clips.iter().map(|c| c.clip).collect()),
        zones: vec![],
        occurrence: None,
        rank: RANK_DEFAULT,
        busy: Busy::Wait,
        wait_until: None,
        over_by: None,
        interrupted: Interrupted::Drop,
    }
}

pub fn agenda(version: u64, jobs: &[&Job]) -> Agenda {
    Agenda {
        version,
        jobs: jobs.iter().map(|&j| j.clone()).collect(),
        settings: Settings::default(),
        others: vec![],
        ended: vec![],
    }
}

pub fn stop(job: &Job) -> CommandBody {
    CommandBody::Stop(Stop { job: job.id, unless_begun: false })
}

/// What follows from a change of a job's programme.
pub fn stop_unless_begun(job: &Job) -> CommandBody {
    CommandBody::Stop(Stop { job: job.id, unless_begun: true })
}

/// What the controller answers by itself.
#[derive(Clone, Copy)]
pub struct Answers {
    pub time: bool,
    pub chunks: bool,
    pub receipts: bool,
}

pub struct Controller {
    pub key: SiteKey,
    pub epoch: u32,
    count_all: u32,
    count_own: u32,
    pub clips: BTreeMap<ClipId, Clip>,
    /// Sent whenever the cluster holds another version.
    pub agenda: Option<Agenda>,
    pub answers: Answers,
    /// By how much somebody has set its clock, ms.
    pub ahead_ms: u64,
    /// Every report that came, in order.
    pub reports: Vec<Report>,
    /// The journal of acks, in order of first arrival.
    pub acks: Vec<Ack>,
    seen: BTreeMap<AckId, ()>,
}

impl Controller {
    pub fn new() -> Self {
        Self {
            key: SiteKey::from_bytes(&[7; 64]),
            epoch: 1,
            count_all: 0,
            count_own: 0,
            clips: BTreeMap::new(),
            agenda: None,
            answers: Answers { time: true, chunks: true, receipts: true },
            ahead_ms: 0,
            reports: vec![],
            acks: vec![],
            seen: BTreeMap::new(),
        }
    }

    pub fn device_key(&self) -> DeviceKey {
        self.key.device_key(&site(), &cluster(), 0)
    }

    /// The next command to everybody (`None`) or to the cluster, valid for a day.
    pub fn command(&mut self, now: Mono, target: Option<ClusterId>, body: CommandBody) -> Command {
        let count = if target.is_none() { &mut self.count_all } else { &mut self.count_own };
        *count += 1;
        let now = utc(now.0 + self.ahead_ms);
        Command {
            site: site(),
            target,
            sequence: sequence::number(self.epoch, *count),
            not_before: now,
            not_after: now + 86_400_000,
            body,
        }
    }

    /// A sealed command to the cluster alone.
    pub fn own(&mut self, now: Mono, leaf: Down, body: CommandBody) -> (String, Vec<u8>) {
        let command = self.command(now, Some(cluster()), body);
        (Topic::Down(cluster(), leaf).render(&site()), self.key.seal(&command))
    }

    /// A sealed command to every cluster.
    pub fn all(&mut self, now: Mono, body: CommandBody) -> (String, Vec<u8>) {
        let command = self.command(now, None, body);
        (Topic::All.render(&site()), self.key.seal(&command))
    }

    /// Reads a report and gives the answers to it, as topic and payload.
    pub fn take(&mut self, now: Mono, payload: &[u8]) -> Vec<(String, Vec<u8>)> {
        let report = self.device_key().open(&site(), &cluster(), payload).unwrap();
        self.reports.push(report.clone());
        match report.body {
            ReportBody::Hello(hello) => self.repair(now, hello.beat.agenda_version),
            ReportBody::Beat(beat) => self.repair(now, beat.agenda_version),
            ReportBody::Acks(acks) => self.take_acks(now, acks),
            ReportBody::Want(want) if self.answers.chunks => {
                let clip = &self.clips[&want.clip];
                let chunk = |index| chunk(clip, want.part, index);
                let topic = Topic::Down(cluster(), Down::Chunk).render(&site());
                want.indices().filter_map(chunk).map(|c| (topic.clone(), c.encode())).collect()
            }
            ReportBody::Time(request) if self.answers.time => {
                let now_utc = utc(now.0 + self.ahead_ms);
                let (received, replied) = (now_utc, now_utc);
                let reply =
                    TimeReply { boot: report.boot, sent: request.sent, received, replied, unsure: false };
                vec![self.own(now, Down::Time, CommandBody::Time(reply))]
            }
            ReportBody::Want(_) | ReportBody::Time(_) | ReportBody::OtherVersion(_) => vec![],
        }
    }

    fn repair(&mut self, now: Mono, held: u64) -> Vec<(String, Vec<u8>)> {
        match self.agenda.clone() {
            Some(agenda) if agenda.version != held => {
                vec![self.own(now, Down::Agenda, CommandBody::Agenda(agenda))]
            }
            _ => vec![],
        }
    }

    fn take_acks(&mut self, now: Mono, acks: Vec<Ack>) -> Vec<(String, Vec<u8>)> {
        if !self.answers.receipts {
            return vec![];
        }
        let ids = acks.iter().map(|ack| ack.id).collect();
        for ack in acks {
            if self.seen.insert(ack.id, ()).is_none() {
                self.acks.push(ack);
            }
        }
        vec![self.own(now, Down::Receipt, CommandBody::Receipt(Receipt { acks: ids }))]
    }
}

/// One chunk as the controller sends it; `None` past the end of the part.
pub fn chunk(clip: &Clip, part: Part, index: u32) -> Option<Chunk> {
    let bytes = if part == Part::Hashes { &clip.list } else { &clip.bytes };
    let data = bytes.chunks(CHUNK_BYTES).nth(index as usize)?.to_vec().into();
    Some(Chunk { clip: clip.clip.id, part, index, data })
}

//! What the controller says.

use firmware_proto::limits::RANK_DEFAULT;
use firmware_proto::message::{
    Agenda, Busy, Chunk, Class, Command, CommandBody, Content, Interrupted, Job, JobName, Part, Peer,
    PeerRole, Question, Receipt, Repeat, Settings, Stop, TimeReply,
};
use firmware_proto::sequence::number;
use firmware_proto::topics::{Down, Topic};
use firmware_proto::{BootId, OccurrenceKey};

use crate::Value;
use crate::file::Vector;
use crate::parties::{NOW, ack_id, boot, clip, clip_bytes, clip_hash_list, cluster, job_id, site, site_key};

pub fn down(leaf: Down) -> String {
    Topic::Down(cluster(), leaf).render(&site())
}

pub fn all() -> String {
    Topic::All.render(&site())
}

/// A routine job for now, with one clip.
pub fn plain_job() -> Job {
    Job {
        id: job_id(1),
        version: 7,
        class: Class::Routine,
        play_at: None,
        start_by: NOW + 600_000,
        repeat: None,
        volume: 70,
        content: Content::Clips(vec![clip()]),
        zones: vec![],
        occurrence: None,
        rank: RANK_DEFAULT,
        busy: Busy::Wait,
        wait_until: None,
        over_by: None,
        interrupted: Interrupted::Drop,
    }
}

/// What a planned programme says of its place among others.
fn planned_job() -> Job {
    Job {
        id: job_id(3),
        version: 9,
        play_at: Some(NOW + 120_000),
        occurrence: Some(OccurrenceKey::from_bytes([0x0c; 16])),
        rank: 10,
        busy: Busy::Interrupt,
        wait_until: Some(NOW + 1_800_000),
        interrupted: Interrupted::Resume,
        over_by: Some(NOW + 7_200_000),
        ..plain_job()
    }
}

/// An emergency for later that repeats.
fn full_job() -> Job {
    Job {
        id: job_id(2),
        version: 8,
        class: Class::Emergency,
        play_at: Some(NOW + 60_000),
        repeat: Some(Repeat { until: NOW + 900_000, for_ms: 840_000, gap_ms: 5_000 }),
        volume: 100,
        content: Content::Clips(vec![clip(), clip()]),
        zones: vec![3, 300],
        ..plain_job()
    }
}

fn name(job: &Job) -> JobName {
    JobName { id: job.id, occurrence: job.occurrence }
}

pub fn command(shared: bool, count: u32, body: CommandBody) -> Command {
    let target = (!shared).then(cluster);
    let not_after = NOW + 600_000;
    Command { site: site(), target, sequence: number(5, count), not_before: NOW, not_after, body }
}

fn vector(
    name: &'static str,
    about: &'static str,
    leaf: Option<Down>,
    count: u32,
    body: CommandBody,
) -> Vector {
    let command = command(leaf.is_none(), count, body);
    let payload = site_key().seal(&command);
    let topic = leaf.map_or_else(all, down);
    let qos = u8::from(leaf != Some(Down::Time));
    Vector { name, about, topic, qos, payload, value: Ok(Value::Command(command)) }
}

/// What controllers of one site say to each other; no cluster hears it.
fn peer(name: &'static str, about: &'static str, peer: Peer) -> Vector {
    let command = command(true, peer.question, CommandBody::Peer(peer));
    let payload = site_key().seal(&command);
    Vector {
        name,
        about,
        topic: Topic::controllers(&site()),
        qos: 1,
        payload,
        value: Ok(Value::Command(command)),
    }
}

fn chunk(name: &'static str, about: &'static str, part: Part, index: u32, data: &[u8]) -> Vector {
    let chunk = Chunk { clip: clip().id, part, index, data: data.to_vec().into() };
    let payload = chunk.encode();
    Vector { name, about, topic: down(Down::Chunk), qos: 0, payload, value: Ok(Value::Chunk(chunk)) }
}

pub fn vectors() -> Vec<Vector> {
    let stop = || CommandBody::Stop(Stop { job: job_id(1), unless_begun: false });
    let agenda = Agenda {
        version: 8,
        jobs: vec![plain_job(), full_job()],
        settings: Settings { heartbeat_ms: 30_000, zones: vec![1, 2, 300] },
        others: vec![],
        ended: vec![],
    };
    let part = Agenda {
        version: 10,
        jobs: vec![plain_job()],
        settings: Settings::default(),
        others: vec![name(&full_job()), name(&planned_job())],
        ended: vec![],
    };
    let empty =
        Agenda { version: 9, jobs: vec![], settings: Settings::default(), others: vec![], ended: vec![] };
    let ended = Agenda { version: 11, ended: vec![job_id(1)], ..empty.clone() };
    let receipt = Receipt { acks: vec![ack_id(1), ack_id(2)] };
    let no_receipt = CommandBody::Receipt(Receipt { acks: vec![] });
    let reply = TimeReply { boot: boot(), sent: 1_500, received: NOW + 20, replied: NOW + 23, unsure: false };
    let unsure = CommandBody::Time(TimeReply { unsure: true, ..reply });
    let asks = Peer {
        instance: boot(),
        question: 1,
        answers: None,
        role: PeerRole::Asks,
        takes_over: true,
        since: NOW,
        epoch: 5,
        version: 11,
        host: "may-moi".into(),
    };
    let speaks = Peer {
        instance: BootId::from_bytes([0x0d; 8]),
        question: 4,
        answers: Some(Question { instance: boot(), number: 1 }),
        role: PeerRole::Speaks,
        takes_over: false,
        since: NOW - 86_400_000,
        host: "may-cu".into(),
        ..asks.clone()
    };
    let (job, own) = (Some(Down::Job), CommandBody::Job);
    vec![
        vector("job-all", "A routine job for now, to every cluster.", None, 1, own(plain_job())),
        vector("job-own", "A repeating emergency for later, to one gateway.", job, 1, own(full_job())),
        vector(
            "job-planned",
            "An edition of a programme with its place among others.",
            job,
            7,
            own(planned_job()),
        ),
        vector("stop-all", "A stop to every cluster.", None, 2, stop()),
        vector("stop-own", "A stop to one cluster.", job, 2, stop()),
        vector(
            "stop-unless-begun",
            "A job's programme was changed: it ends if it has not begun.",
            job,
            8,
            CommandBody::Stop(Stop { job: job_id(1), unless_begun: true }),
        ),
        vector(
            "agenda",
            "The desired state of one cluster: two jobs.",
            Some(Down::Agenda),
            3,
            CommandBody::Agenda(agenda),
        ),
        vector(
            "agenda-empty",
            "The desired state of a cluster that has nothing to do.",
            Some(Down::Agenda),
            4,
            CommandBody::Agenda(empty),
        ),
        vector(
            "agenda-part",
            "A part of an agenda: one job in full, two by name.",
            Some(Down::Agenda),
            9,
            CommandBody::Agenda(part),
        ),
        vector(
            "agenda-ended",
            "The desired state of a cluster on which an emergency was ended.",
            Some(Down::Agenda),
            10,
            CommandBody::Agenda(ended),
        ),
        vector("receipt", "Two acks are journaled.", Some(Down::Receipt), 5, CommandBody::Receipt(receipt)),
        vector("receipt-empty", "No acks at all.", Some(Down::Receipt), 8, no_receipt),
        vector("time-reply", "The answer to time-request.", Some(Down::Time), 6, CommandBody::Time(reply)),
        vector("time-reply-unsure", "Who knows the time keeps its own.", Some(Down::Time), 10, unsure),
        peer("peer-question", "A controller asks for others.", asks),
        peer("peer-answer", "The one that is there answers.", speaks),
        chunk("chunk-hashes", "The only page of the clip's hash list.", Part::Hashes, 0, &clip_hash_list()),
        chunk("chunk-data", "The last chunk of the clip, a short one.", Part::Data, 1, &clip_bytes()[2048..]),
    ]
}

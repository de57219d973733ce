//! What a cluster says.

use firmware_proto::message::{
    Ack, Beat, ChunkRange, DeviceLimits, Evidence, Hello, Kind, Part, Reason, Report, ReportBody, Sound,
    Stage, TimeRequest, Want,
};
use firmware_proto::topics::{Topic, Up};

use crate::Value;
use crate::file::Vector;
use crate::parties::{NOW, ack_id, boot, clip, cluster, device_key, job_id, site};

pub fn up(leaf: Up) -> String {
    Topic::Up(cluster(), leaf).render(&site())
}

pub fn report(sequence: u64, body: ReportBody) -> Report {
    Report { site: site(), cluster: cluster(), boot: boot(), sequence, epoch: 5, body }
}

fn vector(name: &'static str, about: &'static str, leaf: Up, sequence: u64, body: ReportBody) -> Vector {
    let report = report(sequence, body);
    let payload = device_key().seal(&report);
    let qos = u8::from(!matches!(leaf, Up::Want | Up::Time));
    Vector { name, about, topic: up(leaf), qos, payload, value: Ok(Value::Report(report)) }
}

pub fn beat() -> Beat {
    Beat {
        agenda_version: 8,
        uptime_ms: 86_400_000,
        clock_error_ms: Some(42),
        playing: Some(job_id(1)),
        acks_waiting: 2,
        rejected: 3,
        link_bytes_per_s: 12_000,
        missing_bytes: 2_100,
        clips_damaged: 0,
    }
}

fn first_beat() -> Beat {
    Beat {
        agenda_version: 0,
        uptime_ms: 1_200,
        clock_error_ms: None,
        playing: None,
        acks_waiting: 0,
        rejected: 0,
        link_bytes_per_s: 0,
        missing_bytes: 0,
        clips_damaged: 0,
    }
}

pub fn ack(count: u32, stage: Stage) -> Ack {
    let id = ack_id(count);
    let (at, error_ms) = (Some(NOW + 1_000 * u64::from(count)), Some(42));
    Ack { id, job: job_id(1), stage, at, error_ms, reason: None, evidence: None }
}

/// Every stage once, every reason once, evidence from nothing to everything.
fn acks() -> Vec<Ack> {
    let heard = Evidence {
        sound: Sound::Heard,
        played_ms: 60,
        passes: 1,
        level_dbfs: Some(-18),
        amplifier_ma: Some(2_400),
        microphone_dba: Some(84),
    };
    let unmeasured = Evidence {
        sound: Sound::Unmeasured,
        level_dbfs: None,
        amplifier_ma: None,
        microphone_dba: None,
        ..heard
    };
    let mute = Evidence { sound: Sound::Absent, passes: 0, ..unmeasured };
    let why = |count, stage, reason| Ack { reason: Some(reason), ..ack(count, stage) };
    vec![
        Ack { at: None, error_ms: None, ..ack(1, Stage::Received) },
        ack(2, Stage::Ready),
        ack(3, Stage::Started),
        Ack { evidence: Some(heard), ..ack(4, Stage::Finished) },
        Ack { evidence: Some(mute), ..why(5, Stage::Finished, Reason::Stopped) },
        Ack { evidence: Some(unmeasured), ..ack(6, Stage::Preempted) },
        why(7, Stage::Skipped, Reason::Stopped),
        why(8, Stage::Expired, Reason::ClipMissing),
        why(9, Stage::Expired, Reason::ClockUnknown),
        why(10, Stage::Expired, Reason::Busy),
        why(11, Stage::Failed, Reason::ClipDamaged),
        why(12, Stage::Failed, Reason::StorageFull),
        why(13, Stage::Failed, Reason::Undecodable),
        why(14, Stage::Failed, Reason::SinkBroken),
        why(15, Stage::Failed, Reason::Restarted),
        why(16, Stage::Failed, Reason::TooMany),
        why(17, Stage::Skipped, Reason::AlreadyPlayed),
        why(18, Stage::Failed, Reason::Unsupported),
    ]
}

pub fn vectors() -> Vec<Vector> {
    let hello = |kind, beat| Hello {
        protocol: 1,
        kind,
        firmware: "loa-speaker 0.1.0".into(),
        storage_free_bytes: 8_000_000_000,
        limits: DeviceLimits::full(16_000_000_000),
        beat,
    };
    let limits = DeviceLimits {
        jobs: 8,
        clips_per_job: 4,
        storage_bytes: 16_000_000,
        window_chunks: 16,
        job_bytes: 1_024,
    };
    let first = Hello { storage_free_bytes: 16_000_000, limits, ..hello(Kind::Smart, first_beat()) };
    let want = |part, ranges: &[(u32, u32)]| {
        let ranges = ranges.iter().map(|&(start, count)| ChunkRange { start, count }).collect();
        ReportBody::Want(Want { clip: clip().id, part, ranges })
    };
    let request = ReportBody::Time(TimeRequest { sent: 1_500, utc: None });
    let known = ReportBody::Time(TimeRequest { sent: 1_500, utc: Some(NOW) });
    vec![
        vector("hello", "The first words of a new cluster.", Up::Hello, 1, ReportBody::Hello(first)),
        vector(
            "hello-gateway",
            "A gateway is back, while it plays.",
            Up::Hello,
            2,
            ReportBody::Hello(hello(Kind::Gateway, beat())),
        ),
        vector("beat", "A heartbeat.", Up::Beat, 3, ReportBody::Beat(beat())),
        vector(
            "beat-damage",
            "A heartbeat: two stored clips were found damaged.",
            Up::Beat,
            13,
            ReportBody::Beat(Beat { clips_damaged: 2, ..beat() }),
        ),
        vector("acks", "Every stage and every reason.", Up::Ack, 4, ReportBody::Acks(acks())),
        vector("want-hashes", "The hash list, please.", Up::Want, 5, want(Part::Hashes, &[(0, 1)])),
        vector("want-data", "Three chunks, please.", Up::Want, 6, want(Part::Data, &[(0, 2), (40, 1)])),
        vector(
            "want-nothing",
            "No chunks: it is answered by none.",
            Up::Want,
            8,
            want(Part::Data, &[(0, 0)]),
        ),
        vector(
            "want-past-end",
            "Chunks that no clip has: they are not answered.",
            Up::Want,
            9,
            want(Part::Data, &[(1, 5), (u32::MAX, u32::MAX)]),
        ),
        vector("acks-none", "No acks at all.", Up::Ack, 10, ReportBody::Acks(vec![])),
        vector("time-request", "What time is it?", Up::Time, 7, request),
        vector("time-request-known", "It knows the time, and says it.", Up::Time, 11, known),
    ]
}

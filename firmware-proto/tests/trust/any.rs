//! Any message that the types allow, the edges of every number among them.

use firmware_proto::limits::{ACKS_PER_MESSAGE_MAX, CLIPS_PER_JOB_MAX, RANK_DEFAULT, WANT_RANGES_MAX};
use firmware_proto::message::{
    Ack, AckId, Agenda, Beat, Busy, Chunk, ChunkRange, Class, ClipRef, Command, CommandBody, Content,
    DeviceLimits, Evidence, Hello, Interrupted, Job, JobName, Kind, PROTOCOL_VERSION, Part, Peer, PeerRole,
    Question, Reason, Receipt, Repeat, Report, ReportBody, STREAM, Settings, Sound, Stage, Stop, TimeReply,
    TimeRequest, Want,
};
use firmware_proto::{BootId, ClipId, ClusterId, Hash, JobId, OccurrenceKey, SiteId, UtcMillis};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

pub fn site() -> SiteId {
    SiteId::new("bao-nhai").unwrap()
}

pub fn cluster() -> ClusterId {
    ClusterId::new("thon-1").unwrap()
}

pub const NOW: u64 = 1_800_000_000_000;

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0..30u64, NOW - 100_000..NOW + 100_000, Just(u64::MAX)]
}

fn small() -> impl Strategy<Value = u32> {
    prop_oneof![any::<u32>(), 0..30u32, Just(u32::MAX)]
}

fn utc() -> impl Strategy<Value = UtcMillis> {
    number().prop_map(UtcMillis)
}

/// Few values, so that commands meet.
fn job_id() -> impl Strategy<Value = JobId> {
    (0..6u8).prop_map(|n| JobId::from_bytes([n; 16]))
}

fn clip_ref() -> impl Strategy<Value = ClipRef> {
    (0..4u8, small(), any::<[u8; 32]>(), small()).prop_map(|(id, size_bytes, hash, duration_ms)| ClipRef {
        id: ClipId::from_bytes([id; 32]),
        size_bytes,
        hash_list: Hash::from_bytes(hash),
        duration_ms,
    })
}

fn class() -> impl Strategy<Value = Class> {
    select(vec![Class::Routine, Class::Priority, Class::Emergency])
}

fn repeat() -> impl Strategy<Value = Repeat> {
    (utc(), number(), small()).prop_map(|(until, for_ms, gap_ms)| Repeat { until, for_ms, gap_ms })
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        9 => vec(clip_ref(), 1..=CLIPS_PER_JOB_MAX).prop_map(Content::Clips),
        1 => (STREAM..30).prop_map(Content::Unsupported),
    ]
}

pub fn job() -> impl Strategy<Value = Job> {
    let times = (of(utc()), utc(), of(repeat()));
    let sound = (any::<u8>(), content(), vec(any::<u16>(), 0..5));
    (job_id(), number(), class(), times, sound, place()).prop_map(
        |(id, version, class, (play_at, start_by, repeat), (volume, content, zones), place)| Job {
            id,
            version,
            class,
            play_at,
            start_by,
            repeat,
            volume,
            content,
            zones,
            occurrence: place.0,
            rank: place.1,
            busy: place.2,
            wait_until: place.3,
            interrupted: place.4,
            over_by: place.5,
        },
    )
}

type Place = (Option<OccurrenceKey>, u32, Busy, Option<UtcMillis>, Interrupted, Option<UtcMillis>);

/// A job's place among others; few occurrences, so that they meet.
fn place() -> impl Strategy<Value = Place> {
    let key = (0..3u8).prop_map(|n| OccurrenceKey::from_bytes([n; 16]));
    let rank = prop_oneof![small(), Just(RANK_DEFAULT)];
    let busy = select(vec![Busy::Wait, Busy::Interrupt]);
    let interrupted = select(vec![Interrupted::Drop, Interrupted::Resume, Interrupted::Restart]);
    (of(key), rank, busy, of(utc()), interrupted, of(utc()))
}

pub fn command_body() -> impl Strategy<Value = CommandBody> {
    let settings =
        (small(), vec(any::<u16>(), 0..5)).prop_map(|(heartbeat_ms, zones)| Settings { heartbeat_ms, zones });
    let name = (any::<[u8; 16]>(), of(any::<[u8; 16]>().prop_map(OccurrenceKey::from_bytes)))
        .prop_map(|(id, occurrence)| JobName { id: JobId::from_bytes(id), occurrence });
    let ended = vec(job_id(), 0..5);
    let agenda = (number(), vec(job(), 0..5), settings, vec(name, 0..5), ended).prop_map(
        |(version, jobs, settings, others, ended)| Agenda { version, jobs, settings, others, ended },
    );
    let receipt = vec(number().prop_map(AckId), 0..=ACKS_PER_MESSAGE_MAX).prop_map(|acks| Receipt { acks });
    let time = (any::<[u8; 8]>(), number(), utc(), utc(), any::<bool>());
    let time = time.prop_map(|(boot, sent, received, replied, unsure)| TimeReply {
        boot: BootId::from_bytes(boot),
        sent,
        received,
        replied,
        unsure,
    });
    let id = || any::<[u8; 8]>().prop_map(BootId::from_bytes);
    let question = (id(), small()).prop_map(|(instance, number)| Question { instance, number });
    let role = select(vec![PeerRole::Asks, PeerRole::Speaks, PeerRole::Yields]);
    let peer = (id(), (small(), small()), of(question), role, any::<bool>(), utc(), number(), "[a-z]{0,9}");
    let peer =
        peer.prop_map(|(instance, (question, epoch), answers, role, takes_over, since, version, host)| {
            Peer { instance, question, answers, role, takes_over, since, epoch, version, host }
        });
    prop_oneof![
        4 => job().prop_map(CommandBody::Job),
        3 => agenda.prop_map(CommandBody::Agenda),
        1 => (job_id(), any::<bool>())
            .prop_map(|(job, unless_begun)| CommandBody::Stop(Stop { job, unless_begun })),
        1 => receipt.prop_map(CommandBody::Receipt),
        1 => time.prop_map(CommandBody::Time),
        1 => peer.prop_map(CommandBody::Peer),
    ]
}

pub fn command() -> impl Strategy<Value = Command> {
    (of(Just(cluster())), number(), utc(), utc(), command_body()).prop_map(
        |(target, sequence, not_before, not_after, body)| Command {
            site: site(),
            target,
            sequence,
            not_before,
            not_after,
            body,
        },
    )
}

pub fn evidence() -> impl Strategy<Value = Evidence> {
    let sound = select(vec![Sound::Unmeasured, Sound::Heard, Sound::Absent]);
    (sound, number(), small(), of(any::<i8>()), of(small()), of(any::<u8>())).prop_map(
        |(sound, played_ms, passes, level_dbfs, amplifier_ma, microphone_dba)| Evidence {
            sound,
            played_ms,
            passes,
            level_dbfs,
            amplifier_ma,
            microphone_dba,
        },
    )
}

fn ack() -> impl Strategy<Value = Ack> {
    let stage = select(vec![
        Stage::Received,
        Stage::Ready,
        Stage::Started,
        Stage::Finished,
        Stage::Failed,
        Stage::Preempted,
        Stage::Skipped,
        Stage::Expired,
    ]);
    let reason = select(vec![
        Reason::Stopped,
        Reason::ClipMissing,
        Reason::ClipDamaged,
        Reason::StorageFull,
        Reason::Undecodable,
        Reason::SinkBroken,
        Reason::ClockUnknown,
        Reason::Busy,
        Reason::Restarted,
        Reason::TooMany,
        Reason::AlreadyPlayed,
    ]);
    (number(), job_id(), stage, of(utc()), of(small()), of(reason), of(evidence())).prop_map(
        |(id, job, stage, at, error_ms, reason, evidence)| Ack {
            id: AckId(id),
            job,
            stage,
            at,
            error_ms,
            reason,
            evidence,
        },
    )
}

fn beat() -> impl Strategy<Value = Beat> {
    let link = (small(), small(), any::<u8>());
    (number(), number(), of(small()), of(job_id()), any::<u16>(), small(), link).prop_map(
        |(agenda_version, uptime_ms, clock_error_ms, playing, acks_waiting, rejected, link)| Beat {
            agenda_version,
            uptime_ms,
            clock_error_ms,
            playing,
            acks_waiting,
            rejected,
            link_bytes_per_s: link.0,
            missing_bytes: link.1,
            clips_damaged: link.2,
        },
    )
}

fn hello() -> impl Strategy<Value = Hello> {
    let kind = select(vec![Kind::Smart, Kind::Gateway]);
    (kind, "[ -~]{0,64}", number(), device_limits(), beat()).prop_map(
        |(kind, firmware, storage_free_bytes, limits, beat)| Hello {
            protocol: PROTOCOL_VERSION,
            kind,
            firmware,
            storage_free_bytes,
            limits,
            beat,
        },
    )
}

fn device_limits() -> impl Strategy<Value = DeviceLimits> {
    (any::<u16>(), any::<u16>(), number(), any::<u16>(), small()).prop_map(
        |(jobs, clips_per_job, storage_bytes, window_chunks, job_bytes)| DeviceLimits {
            jobs,
            clips_per_job,
            storage_bytes,
            window_chunks,
            job_bytes,
        },
    )
}

fn part() -> impl Strategy<Value = Part> {
    select(vec![Part::Hashes, Part::Data])
}

fn want() -> impl Strategy<Value = Want> {
    let range = (small(), small()).prop_map(|(start, count)| ChunkRange { start, count });
    (0..4u8, part(), vec(range, 0..=WANT_RANGES_MAX)).prop_map(|(clip, part, ranges)| Want {
        clip: ClipId::from_bytes([clip; 32]),
        part,
        ranges,
    })
}

pub fn report() -> impl Strategy<Value = Report> {
    let body = prop_oneof![
        hello().prop_map(ReportBody::Hello),
        (2..=u16::MAX).prop_map(ReportBody::OtherVersion),
        beat().prop_map(ReportBody::Beat),
        vec(ack(), 0..=ACKS_PER_MESSAGE_MAX).prop_map(ReportBody::Acks),
        want().prop_map(ReportBody::Want),
        (number(), of(utc())).prop_map(|(sent, utc)| ReportBody::Time(TimeRequest { sent, utc })),
    ];
    (any::<[u8; 8]>(), number(), small(), body).prop_map(|(boot, sequence, epoch, body)| Report {
        site: site(),
        cluster: cluster(),
        boot: BootId::from_bytes(boot),
        sequence,
        epoch,
        body,
    })
}

pub fn chunk() -> impl Strategy<Value = Chunk> {
    (0..4u8, part(), small(), vec(any::<u8>(), 0..2048)).prop_map(|(clip, part, index, data)| Chunk {
        clip: ClipId::from_bytes([clip; 32]),
        part,
        index,
        data: data.into(),
    })
}

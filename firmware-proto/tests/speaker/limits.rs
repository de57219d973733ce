//! Memory stays bounded, and what gives way is what matters least.

use firmware_proto::limits::{
    CLIPS_PER_JOB_MAX, JOB_BYTES_MAX, JOBS_HELD_MAX, OUTBOX_ACKS_MAX, STATE_BYTES_MAX, ZONES_MAX,
};
use firmware_proto::message::{
    Busy, Class, CommandBody, Content, Interrupted, Job, Reason, Repeat, STREAM, Stage,
};
use firmware_proto::topics::Down;
use firmware_proto::{JobId, OccurrenceKey};

use crate::parties::{Clip, agenda, job, utc};
use crate::world::World;

fn later(n: u8, clip: &Clip) -> Job {
    Job { play_at: Some(utc(300_000 + u64::from(n))), ..job(n, &[clip]) }
}

fn full() -> (World, Clip) {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 10);
    for n in 1..=JOBS_HELD_MAX as u8 {
        world.announce(&later(n, &clip));
    }
    world.run_for(1_000);
    (world, clip)
}

#[test]
fn one_job_too_many_is_refused() {
    let (mut world, clip) = full();
    let surplus = later(100, &clip);
    world.announce(&surplus);
    world.run_for(1_000);
    assert_eq!(world.stages(&surplus), [Stage::Failed]);
    assert_eq!(world.end(&surplus), Some((Stage::Failed, Some(Reason::TooMany))));
}

#[test]
fn a_higher_class_takes_the_place_of_the_routine_job_furthest_away() {
    for class in [Class::Priority, Class::Emergency] {
        let (mut world, clip) = full();
        let newcomer = Job { class, ..job(100, &[&clip]) };
        world.announce(&newcomer);
        world.run_for(2_000);
        assert_eq!(world.end(&newcomer), Some((Stage::Finished, None)), "{class:?}");
        let furthest = later(JOBS_HELD_MAX as u8, &clip);
        assert_eq!(world.end(&furthest), Some((Stage::Failed, Some(Reason::TooMany))));
        let failed = world.controller.acks.iter().filter(|ack| ack.stage == Stage::Failed).count();
        assert_eq!(failed, 1);
    }
}

#[test]
fn an_emergency_displaces_a_routine_job_before_a_priority_job() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 10);
    for n in 1..=JOBS_HELD_MAX as u8 {
        // The priority jobs are the furthest away.
        let class = if n > 32 { Class::Priority } else { Class::Routine };
        world.announce(&Job { class, ..later(n, &clip) });
    }
    let alarm = Job { class: Class::Emergency, ..job(100, &[&clip]) };
    world.announce(&alarm);
    world.run_for(2_000);
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
    assert_eq!(world.end(&later(32, &clip)), Some((Stage::Failed, Some(Reason::TooMany))));
}

#[test]
fn the_outbox_is_bounded_and_keeps_how_jobs_ended() {
    const JOBS: u8 = 140;
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 10);
    world.controller.answers.receipts = false;
    let waits = later(JOBS, &clip);
    world.announce(&waits);
    world.run_for(1_000);
    assert_eq!(world.speaker.acks_waiting(), 1, "that it is ready");
    for n in 0..JOBS {
        world.announce(&Job { version: 1, ..job(n, &[&clip]) });
        world.run_for(50);
    }
    assert_eq!(world.passes.len(), usize::from(JOBS));
    assert_eq!(world.speaker.acks_waiting(), OUTBOX_ACKS_MAX);
    world.controller.answers.receipts = true;
    world.run_for(120_000);
    assert_eq!(world.speaker.acks_waiting(), 0);
    assert_eq!(world.stages(&waits), [], "what has not begun gave way first");
    let without_start = 2 * usize::from(JOBS) - OUTBOX_ACKS_MAX;
    for n in 0..JOBS {
        let id = JobId::from_bytes([n; 16]);
        let stages: Vec<Stage> = world.acks_of(id).map(|ack| ack.stage).collect();
        let whole = [Stage::Started, Stage::Finished];
        let kept = if usize::from(n) < without_start { &whole[1..] } else { &whole };
        assert_eq!(stages, kept, "{n}");
    }
}

#[test]
fn the_largest_state_stays_within_its_bound() {
    let mut world = World::with_storage(1 << 40);
    world.connect();
    world.run_for(1_000);
    world.controller.answers.receipts = false;
    world.controller.answers.chunks = false;
    let zones: Vec<u16> = (0..ZONES_MAX as u16).map(|zone| 60_000 + zone).collect();
    for n in 1..=JOBS_HELD_MAX as u8 {
        let clips: Vec<Clip> =
            (0..CLIPS_PER_JOB_MAX as u8).map(|c| Clip::new(c, usize::from(n) * 1_000, 1 << 30)).collect();
        let mut largest = later(n, &clips[0]);
        largest.content = Content::Clips(clips.iter().map(|c| c.clip).collect());
        largest.zones = zones.clone();
        largest.occurrence = Some(OccurrenceKey::from_bytes([n; 16]));
        (largest.rank, largest.wait_until, largest.over_by) =
            (u32::MAX, Some(utc(1 << 40)), Some(utc(1 << 40)));
        (largest.busy, largest.interrupted) = (Busy::Interrupt, Interrupted::Restart);
        largest.repeat = Some(Repeat { until: utc(1 << 40), for_ms: 1 << 40, gap_ms: u32::MAX });
        assert!(largest.encoded_len() <= JOB_BYTES_MAX);
        world.announce(&largest);
        world.run_for(10);
    }
    let clip = world.clip(1, 2_000, 10);
    for n in 100..255 {
        world.announce(&later(n, &clip));
        world.run_for(10);
    }
    assert!(world.disk.state.as_ref().unwrap().len() < STATE_BYTES_MAX);
    world.power_cut();
    world.run_for(100);
    assert!(world.speaker.acks_waiting() > 200, "the state was read back");
}

#[test]
fn what_only_a_later_version_can_play_is_refused_by_name() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 10);
    let stream = Job { content: Content::Unsupported(STREAM), ..job(1, &[&clip]) };
    let other = job(2, &[&clip]);
    // The rest of its agenda stands.
    world.say(Down::Agenda, CommandBody::Agenda(agenda(9, &[&stream, &other])));
    world.run_for(5_000);
    assert_eq!(world.end(&stream), Some((Stage::Failed, Some(Reason::Unsupported))));
    assert_eq!(world.end(&other), Some((Stage::Finished, None)));
}

//! Little storage, and storage that lies.

use std::cell::Cell;
use std::rc::Rc;

use firmware_proto::Mono;
use firmware_proto::message::{
    Class, CommandBody, Content, DeviceLimits, Job, Part, Reason, ReportBody, Stage,
};
use firmware_proto::topics::Down;

use crate::parties::{agenda, job, utc};
use crate::world::World;

fn small(storage_bytes: u64) -> World {
    let mut world = World::with_storage(storage_bytes);
    world.connect();
    world.run_for(1_000);
    world
}

#[test]
fn clips_that_no_job_needs_make_room() {
    let mut world = small(25_000);
    for n in 1..6 {
        let clip = world.clip(n, 10_000, 1_000);
        let job = job(n, &[&clip]);
        world.announce(&job);
        world.run_for(5_000);
        assert_eq!(world.end(&job), Some((Stage::Finished, None)));
        assert!(world.disk.complete.values().sum::<u32>() <= 25_000);
    }
    assert_eq!(world.disk.complete.len(), 2);
}

#[test]
fn a_clip_that_cannot_fit_fails_its_job_and_the_next_goes_on_at_once() {
    let mut world = small(25_000);
    let (big, fits) = (world.clip(1, 30_000, 1_000), world.clip(2, 20_000, 1_000));
    let (hopeless, fine) = (job(1, &[&big]), job(2, &[&fits]));
    world.say(Down::Agenda, CommandBody::Agenda(agenda(2, &[&hopeless, &fine])));
    world.run_for(3_000);
    assert_eq!(world.end(&hopeless), Some((Stage::Failed, Some(Reason::StorageFull))));
    assert_eq!(world.end(&fine), Some((Stage::Finished, None)));
}

/// A job for a moment, with a clip of its own.
fn later(world: &mut World, n: u8, size: usize, play_at: u64, duration_ms: u32) -> Job {
    let clip = world.clip(n, size, duration_ms);
    Job { version: 1, play_at: Some(utc(play_at)), start_by: utc(play_at + 30_000), ..job(n, &[&clip]) }
}

fn tell(world: &mut World, jobs: &[&Job]) {
    world.say(Down::Agenda, CommandBody::Agenda(agenda(1, jobs)));
}

fn holds(world: &World, job: &Job) -> bool {
    world.disk.complete.contains_key(&job.clips()[0].id)
}

/// Counts the data chunks that come.
fn count_chunks(world: &mut World) -> Rc<Cell<u32>> {
    let count = Rc::new(Cell::new(0));
    let counter = count.clone();
    world.chunk_filter = Box::new(move |chunk| {
        counter.set(counter.get() + u32::from(chunk.part == Part::Data));
        true
    });
    count
}

const DONE: Option<(Stage, Option<Reason>)> = Some((Stage::Finished, None));
const FULL: Option<(Stage, Option<Reason>)> = Some((Stage::Failed, Some(Reason::StorageFull)));

#[test]
fn what_is_needed_sooner_takes_the_room_of_what_is_needed_later() {
    let mut world = small(25_000);
    let chunks = count_chunks(&mut world);
    let waiting = later(&mut world, 1, 20_000, 60_000, 1_000);
    world.announce(&waiting);
    world.run_until(Mono(5_000));
    assert!(holds(&world, &waiting));
    let clip = world.clip(2, 20_000, 20_000);
    let newcomer = Job { version: 2, ..job(2, &[&clip]) };
    world.announce(&newcomer);
    world.run_until(Mono(15_000));
    assert!(holds(&world, &newcomer) && !holds(&world, &waiting));
    assert_eq!(chunks.get(), 20, "each came once");
    world.run_until(Mono(100_000));
    assert_eq!([world.end(&newcomer), world.end(&waiting)], [DONE, DONE]);
    assert_eq!(chunks.get(), 30, "and the first one once more");
}

#[test]
fn what_is_needed_later_waits_for_room() {
    let mut world = small(25_000);
    let first = later(&mut world, 1, 20_000, 20_000, 20_000);
    let second = later(&mut world, 2, 20_000, 60_000, 1_000);
    world.announce(&first);
    world.run_until(Mono(10_000));
    world.announce(&second);
    world.run_until(Mono(30_000));
    assert_eq!((world.stages(&second), world.end(&first)), (vec![Stage::Received], None));
    world.run_until(Mono(100_000));
    assert_eq!([world.end(&first), world.end(&second)], [DONE, DONE]);
}

#[test]
fn a_job_fails_for_want_of_room_when_its_moment_comes_and_not_before() {
    let mut world = small(25_000);
    let long = later(&mut world, 1, 20_000, 10_000, 60_000);
    let second = later(&mut world, 2, 20_000, 30_000, 1_000);
    tell(&mut world, &[&long, &second]);
    world.run_until(Mono(29_990));
    assert_eq!(world.end(&second), None);
    world.run_until(Mono(30_100));
    assert_eq!(world.end(&second), FULL);
    world.run_until(Mono(100_000));
    assert_eq!(world.end(&long), DONE, "what has begun keeps its clip");
}

#[test]
fn a_job_whose_clips_never_fit_together_fails_at_once() {
    let mut world = small(25_000);
    let (a, b) = (world.clip(1, 13_000, 1_000), world.clip(2, 13_000, 1_000));
    let mut both = later(&mut world, 3, 1_000, 60_000, 1_000);
    both.content = Content::Clips(vec![a.clip, b.clip]);
    let mut twice = later(&mut world, 4, 1_000, 70_000, 1_000);
    twice.content = Content::Clips(vec![a.clip, a.clip]);
    tell(&mut world, &[&both, &twice]);
    world.run_until(Mono(5_000));
    assert_eq!((world.end(&both), world.end(&twice)), (FULL, None));
    world.run_until(Mono(80_000));
    assert_eq!(world.end(&twice), DONE);
}

#[test]
fn a_smaller_clip_has_the_room_that_a_needed_one_cannot_use() {
    let mut world = small(25_000);
    let first = later(&mut world, 1, 15_000, 20_000, 20_000);
    let second = later(&mut world, 2, 20_000, 60_000, 1_000);
    let third = later(&mut world, 3, 8_000, 70_000, 1_000);
    tell(&mut world, &[&first, &second, &third]);
    world.run_until(Mono(10_000));
    assert_eq!([&first, &second, &third].map(|job| holds(&world, job)), [true, false, true]);
    // Now the second one has the room, and the third one's goes: it is less needed.
    world.run_until(Mono(50_000));
    assert_eq!([&first, &second, &third].map(|job| holds(&world, job)), [false, true, false]);
    world.run_until(Mono(100_000));
    assert_eq!([&first, &second, &third].map(|job| world.end(job)), [DONE; 3]);
}

#[test]
fn a_lower_class_never_takes_the_room_of_a_higher_one() {
    let mut world = small(25_000);
    let priority = Job { class: Class::Priority, ..later(&mut world, 1, 20_000, 60_000, 1_000) };
    let routine = later(&mut world, 2, 20_000, 30_000, 1_000);
    tell(&mut world, &[&routine, &priority]);
    world.run_until(Mono(100_000));
    assert_eq!([world.end(&priority), world.end(&routine)], [DONE, FULL]);
}

#[test]
fn a_long_agenda_goes_through_little_storage_and_no_chunk_comes_twice() {
    let mut world = small(50_000);
    let chunks = count_chunks(&mut world);
    let jobs: Vec<Job> =
        (1..=20).map(|n| later(&mut world, n, 10_000, u64::from(n) * 60_000, 1_000)).collect();
    // The order in the message does not matter.
    let backwards: Vec<&Job> = jobs.iter().rev().collect();
    tell(&mut world, &backwards);
    for minute in 1..=21 {
        world.run_until(Mono(minute * 60_000));
        assert!(world.disk.complete.values().sum::<u32>() <= 50_000);
    }
    for job in &jobs {
        assert_eq!(world.end(job), DONE);
    }
    assert_eq!(chunks.get(), 20 * 5);
}

#[test]
fn beats_tell_what_is_missing_and_how_fast_it_comes() {
    let mut world = small(25_000);
    world.controller.answers.chunks = false;
    let first = later(&mut world, 1, 5_000, 600_000, 1_000);
    let second = later(&mut world, 2, 30_000, 700_000, 1_000);
    let fits = later(&mut world, 3, 22_000, 800_000, 1_000);
    let same = Job {
        content: Content::Clips(vec![first.clips()[0]]),
        ..later(&mut world, 4, 1_000, 900_000, 1_000)
    };
    tell(&mut world, &[&first, &second, &fits, &same]);
    let beat = |world: &World| {
        let beats = world.controller.reports.iter().rev().filter_map(|report| match &report.body {
            ReportBody::Beat(beat) => Some((beat.missing_bytes, beat.link_bytes_per_s)),
            _ => None,
        });
        beats.into_iter().next().unwrap()
    };
    world.run_for(60_000);
    // The second one never fits, and its job is gone.
    assert_eq!(beat(&world), (27_000, 0));
    world.chunk_filter = Box::new(|chunk| chunk.part == Part::Hashes || chunk.index < 2);
    world.controller.answers.chunks = true;
    world.run_for(120_000);
    assert_eq!(beat(&world).0, 27_000 - 2 * 2_048);
    assert!(beat(&world).1 > 0);
    world.chunk_filter = Box::new(|_| true);
    world.run_for(120_000);
    // The third one does not fit beside the first, and waits.
    assert_eq!(beat(&world).0, 22_000);
}

#[test]
fn an_emergency_takes_the_storage_of_a_routine_job() {
    let mut world = small(25_000);
    let (first, second) = (world.clip(1, 20_000, 1_000), world.clip(2, 20_000, 1_000));
    let mut waiting = job(1, &[&first]);
    waiting.play_at = Some(utc(60_000));
    let alarm = Job { class: Class::Emergency, ..job(2, &[&second]) };
    world.announce(&waiting);
    world.run_for(5_000);
    world.announce(&alarm);
    world.run_for(10_000);
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
    world.run_for(100_000);
    let end = world.end(&waiting).unwrap();
    assert!(end == (Stage::Failed, Some(Reason::StorageFull)) || end == (Stage::Finished, None), "{end:?}");
}

#[test]
fn a_full_disk_fails_the_job() {
    let mut world = World::ready();
    world.controller.answers.chunks = false;
    let clip = world.clip(1, 20_000, 1_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(1_000);
    world.speaker.handle_storage_full(world.now, clip.clip.id, 0);
    world.run_for(1_000);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::StorageFull))));
}

#[test]
fn storage_that_lies_twice_fails_the_job() {
    let mut world = World::ready();
    world.disk_lies = true;
    let clip = world.clip(1, 20_000, 1_000);
    let broken = job(1, &[&clip]);
    world.announce(&broken);
    world.run_for(30_000);
    assert_eq!(world.end(&broken), Some((Stage::Failed, Some(Reason::ClipDamaged))));
    assert_eq!(world.plays(&broken), 0);
    assert!(world.disk.complete.is_empty() && world.disk.partial.is_empty());

    world.disk_lies = false;
    let again = job(2, &[&clip]);
    world.announce(&again);
    world.run_for(30_000);
    assert_eq!(world.end(&again), Some((Stage::Finished, None)));
}

#[test]
fn storage_that_lies_once_is_forgiven() {
    let mut world = World::ready();
    world.lag_ms = 100;
    world.disk_lies = true;
    let clip = world.clip(1, 20_000, 1_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    while world.disk.partial.get(&clip.clip.id).is_none_or(|(_, chunks)| chunks.len() < 10) {
        world.run_for(1);
    }
    world.run_for(5);
    world.disk_lies = false;
    world.run_for(30_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
}

#[test]
fn hello_tells_what_is_free_and_what_there_is() {
    let mut world = small(50_000);
    let (a, b) = (world.clip(1, 10_000, 1_000), world.clip(2, 12_000, 1_000));
    world.announce(&job(1, &[&a, &b]));
    world.run_for(10_000);
    world.disconnect();
    world.connect();
    let hello = world.controller.reports.iter().rev().find_map(|report| match &report.body {
        ReportBody::Hello(hello) => Some(hello.clone()),
        _ => None,
    });
    let hello = hello.unwrap();
    assert_eq!((hello.storage_free_bytes, hello.limits), (28_000, DeviceLimits::full(50_000)));
    assert_eq!((hello.protocol, hello.beat.playing), (1, None));
}

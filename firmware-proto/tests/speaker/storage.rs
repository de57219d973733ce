//! Little storage, and storage that lies.

use firmware_proto::message::{Class, Job, Reason, ReportBody, Stage};
use firmware_proto::trust::sha256;

use crate::parties::{job, utc};
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
    let plan = crate::parties::agenda(2, &[&hopeless, &fine]);
    world.say(firmware_proto::topics::Down::Agenda, firmware_proto::message::CommandBody::Agenda(plan));
    world.run_for(3_000);
    assert_eq!(world.end(&hopeless), Some((Stage::Failed, Some(Reason::StorageFull))));
    assert_eq!(world.end(&fine), Some((Stage::Finished, None)));
}

#[test]
fn clips_of_waiting_jobs_are_kept() {
    let mut world = small(25_000);
    let (first, second) = (world.clip(1, 20_000, 1_000), world.clip(2, 20_000, 1_000));
    let (mut waiting, newcomer) = (job(1, &[&first]), job(2, &[&second]));
    waiting.play_at = Some(utc(60_000));
    world.announce(&waiting);
    world.run_for(5_000);
    world.announce(&newcomer);
    world.run_for(100_000);
    assert_eq!(world.end(&newcomer), Some((Stage::Failed, Some(Reason::StorageFull))));
    assert_eq!(world.end(&waiting), Some((Stage::Finished, None)));
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
    world.speaker.handle_storage_full(world.now, clip.clip.id);
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
fn hello_tells_what_is_free_and_what_is_held() {
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
    let mut ids = [a.clip.id, b.clip.id];
    ids.sort();
    let digest = sha256(&[*ids[0].as_bytes(), *ids[1].as_bytes()].concat());
    assert_eq!((hello.storage_free_bytes, hello.clips), (28_000, digest));
    assert_eq!((hello.protocol, hello.beat.playing), (1, None));
}

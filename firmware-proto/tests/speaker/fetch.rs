//! Pulling clips over links that lose, alter and delay.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use firmware_proto::Mono;
use firmware_proto::limits::{CHUNK_BYTES, WINDOW_CHUNKS_MAX};
use firmware_proto::message::{Part, ReportBody, Stage};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::Rejected;

use crate::parties::{agenda, chunk, cluster, job, site};
use crate::world::World;

#[test]
fn the_hash_list_comes_first_and_no_more_is_asked_for_than_the_window_holds() {
    let mut world = World::ready();
    let clip = world.clip(1, 400_000, 1_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(30_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    let parts: Vec<Part> = world.wants().map(|want| want.part).collect();
    assert_eq!(parts[0], Part::Hashes);
    assert!(parts.is_sorted());
    // 196 hashes of 32 bytes fill four pages.
    let count = |part| -> u32 {
        let wants = world.wants().filter(|want| want.part == part);
        wants.flat_map(|want| &want.ranges).map(|range| range.count).sum()
    };
    assert_eq!((count(Part::Hashes), count(Part::Data)), (4, 196), "each chunk once");
    assert!(world.wants().all(|want| want.ranges.iter().map(|r| r.count).sum::<u32>() <= WINDOW_CHUNKS_MAX));
    assert_eq!(world.wants().next().unwrap().ranges[0].count, 2, "a new link starts with two");
}

#[test]
fn a_silent_controller_is_asked_again_ever_more_slowly() {
    let mut world = World::ready();
    world.controller.answers.chunks = false;
    let clip = world.clip(1, 9_000, 1_000);
    world.announce(&job(1, &[&clip]));
    world.run_for(9_000);
    let early = world.wants().count();
    assert!((2..=4).contains(&early), "{early}");
    world.run_for(300_000);
    assert!(world.wants().count() - early <= 10, "{}", world.wants().count());
    world.controller.answers.chunks = true;
    world.run_for(120_000);
    assert_eq!(world.passes.len(), 1);
}

#[test]
fn lost_chunks_are_asked_for_again_and_only_they() {
    let mut world = World::ready();
    let clip = world.clip(1, 100_000, 1_000);
    let mut number = 0;
    world.chunk_filter = Box::new(move |_| {
        number += 1;
        number % 4 != 0
    });
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(120_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    assert_eq!(world.rejected(Rejected::Unwanted), 0);
}

#[test]
fn altered_chunks_are_counted_dropped_and_fetched_again() {
    let mut world = World::ready();
    let clip = world.clip(1, 30_000, 1_000);
    let spoilt = Rc::new(RefCell::new(BTreeSet::new()));
    let seen = spoilt.clone();
    world.chunk_filter = Box::new(move |chunk| {
        if chunk.part == Part::Data && seen.borrow_mut().insert(chunk.index) {
            chunk.data[0] ^= 1;
        }
        true
    });
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(60_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    assert_eq!(world.rejected(Rejected::BadSignature), 15);
    assert_eq!(spoilt.borrow().len(), 15);
}

#[test]
fn a_wrong_hash_list_is_pulled_anew() {
    let mut world = World::ready();
    let clip = world.clip(1, 200_000, 1_000);
    let mut spoilt = false;
    world.chunk_filter = Box::new(move |chunk| {
        if chunk.part == Part::Hashes && !spoilt {
            spoilt = true;
            chunk.data[5] ^= 0x80;
        }
        true
    });
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(60_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
}

#[test]
fn chunks_that_nobody_asked_for_change_nothing() {
    let mut world = World::ready();
    let (clip, other) = (world.clip(1, 30_000, 1_000), world.clip(2, 9_000, 1_000));
    let topic = Topic::Down(cluster(), Down::Chunk).render(&site());
    let payload = chunk(&other, Part::Data, 0).unwrap().encode();
    world.deliver(&topic, payload.clone());
    world.run_for(100);
    world.controller.answers.chunks = false;
    world.announce(&job(1, &[&clip]));
    world.run_for(100);
    world.deliver(&topic, payload);
    // The right clip, yet its hash list is not there to judge by.
    world.deliver(&topic, chunk(&clip, Part::Data, 0).unwrap().encode());
    let mut far = chunk(&clip, Part::Hashes, 0).unwrap();
    far.index = u32::MAX;
    world.deliver(&topic, far.encode());
    world.run_for(100);
    assert_eq!(world.rejected(Rejected::Unwanted), 4);
    let mut long = chunk(&clip, Part::Hashes, 0).unwrap();
    long.data = vec![0; CHUNK_BYTES + 1].into();
    world.deliver(&topic, long.encode());
    let mut short = chunk(&clip, Part::Hashes, 0).unwrap();
    short.data = vec![0; 7].into();
    world.deliver(&topic, short.encode());
    world.run_for(100);
    assert_eq!(world.rejected(Rejected::Malformed), 2);
    assert!(world.disk.partial.is_empty());
}

#[test]
fn a_download_goes_on_after_lost_links_and_power_cuts() {
    let mut world = World::ready();
    world.lag_ms = 1_000;
    let clip = world.clip(1, 1_000_000, 1_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.controller.agenda = Some(agenda(1, &[&job]));
    let stored = |world: &World| world.disk.partial.get(&clip.clip.id).map_or(0, |(_, chunks)| chunks.len());
    for part in 1..=3 {
        while stored(&world) < part * 100 {
            world.run_for(10);
        }
        world.disconnect();
        world.run_for(20_000);
        world.connect();
        while stored(&world) < part * 100 + 50 {
            world.run_for(10);
        }
        world.power_cut();
    }
    // The fake disk refuses a chunk that it has already: nothing was fetched twice.
    world.run_for(60_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
}

#[test]
fn a_second_job_with_the_same_clip_fetches_nothing() {
    let mut world = World::ready();
    let clip = world.clip(1, 30_000, 1_000);
    world.announce(&job(1, &[&clip]));
    world.run_for(10_000);
    let asked = world.wants().count();
    let second = job(2, &[&clip]);
    world.announce(&second);
    world.run_for(5_000);
    assert_eq!((world.wants().count(), world.plays(&second)), (asked, 1));
}

#[test]
fn an_announcement_is_taken_in_the_middle_of_a_download() {
    let mut world = World::ready();
    world.lag_ms = 500;
    let big = world.clip(1, 500_000, 1_000);
    let small = world.clip(2, 1_000, 1_000);
    let mut session = job(1, &[&big]);
    session.play_at = Some(crate::parties::utc(500_000));
    world.announce(&session);
    world.run_for(3_000);
    let notice = job(2, &[&small]);
    world.announce(&notice);
    world.run_for(4_000);
    assert_eq!(world.end(&notice), Some((Stage::Finished, None)), "earliest first");
    let hello = world.controller.reports.iter().find(|r| matches!(r.body, ReportBody::Hello(_)));
    assert!(hello.is_some() && world.now < Mono(20_000));
}

//! Of one edition of a programme only one job ever begins, whatever the plan becomes.

use firmware_proto::limits::JOBS_ENDED_MAX;
use firmware_proto::message::{CommandBody, Interrupted, Job, Reason, Stage};
use firmware_proto::topics::Down;
use firmware_proto::{JobId, Mono, OccurrenceKey};

use crate::parties::{Clip, agenda, job, stop, utc};
use crate::world::World;

const PLAYED: Option<(Stage, Option<Reason>)> = Some((Stage::Skipped, Some(Reason::AlreadyPlayed)));

/// A job of this edition at this moment.
pub fn edition(key: u8, n: u8, clip: &Clip, play_at: u64) -> Job {
    let occurrence = Some(OccurrenceKey::from_bytes([key; 16]));
    Job { occurrence, play_at: Some(utc(play_at)), start_by: utc(play_at + 60_000), ..job(n, &[clip]) }
}

#[test]
fn a_second_job_of_an_edition_that_has_begun_is_refused_for_ever() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 5_000);
    let first = edition(1, 1, &clip, 10_000);
    world.announce(&first);
    world.run_until(Mono(12_000));
    // While the first one plays, long after it, and after a power cut.
    for (n, at) in [(2, 13_000), (3, 60_000), (4, 70_000)] {
        let again = edition(1, n, &clip, at + 1_000);
        world.announce(&again);
        world.run_until(Mono(at));
        assert_eq!((world.stages(&again), world.end(&again)), (vec![Stage::Skipped], PLAYED));
        world.announce(&again);
        world.run_until(Mono(at + 5_000));
        assert_eq!(world.stages(&again).len(), 1, "it has ended");
        if n == 3 {
            world.power_cut();
        }
    }
    let other = edition(2, 9, &clip, 80_000);
    world.announce(&other);
    world.run_until(Mono(100_000));
    assert_eq!((world.passes.len(), world.end(&other)), (2, Some((Stage::Finished, None))));
}

#[test]
fn the_job_that_begins_ends_the_others_of_its_edition() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 5_000);
    let (one, two) = (edition(1, 1, &clip, 20_000), edition(1, 2, &clip, 10_000));
    let other = edition(2, 3, &clip, 30_000);
    world.say(Down::Agenda, CommandBody::Agenda(agenda(1, &[&one, &two, &other])));
    world.run_until(Mono(9_000));
    assert_eq!(world.stages(&one), [Stage::Received, Stage::Ready]);
    world.run_until(Mono(11_000));
    assert_eq!(world.end(&one), PLAYED);
    world.run_until(Mono(60_000));
    assert_eq!((world.plays(&one), world.plays(&two), world.plays(&other)), (0, 1, 1));
}

#[test]
fn an_edition_of_which_nothing_began_may_still_be_played() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 5_000);
    let (one, two) = (edition(1, 1, &clip, 20_000), edition(1, 2, &clip, 30_000));
    world.announce(&one);
    world.run_until(Mono(5_000));
    world.say_all(stop(&one));
    world.announce(&two);
    world.run_until(Mono(60_000));
    assert_eq!((world.plays(&one), world.end(&two)), (0, Some((Stage::Finished, None))));
}

#[test]
fn a_job_that_goes_on_is_its_own_edition() {
    let mut world = World::ready();
    let (clip, alarm) = (world.clip(1, 2_000, 20_000), world.clip(2, 2_000, 2_000));
    let first = Job { interrupted: Interrupted::Resume, ..edition(1, 1, &clip, 10_000) };
    let again = edition(1, 2, &clip, 40_000);
    let alarm = Job { class: firmware_proto::message::Class::Emergency, ..job(3, &[&alarm]) };
    world.announce(&first);
    world.run_until(Mono(15_000));
    world.announce(&alarm);
    world.run_until(Mono(16_000));
    world.announce(&again);
    world.run_until(Mono(100_000));
    assert_eq!(world.stages(&first).last(), Some(&Stage::Finished));
    assert_eq!((world.plays(&first), world.end(&again)), (2, PLAYED));
}

/// Two jobs of an edition, in the plan and in its next revision.
fn two_revisions(world: &mut World) -> (Job, Job) {
    let clip = world.clip(1, 4_000, 3_000);
    let (one, two) = (edition(1, 1, &clip, 10_000), edition(1, 2, &clip, 20_000));
    world.controller.agenda = Some(agenda(2, &[&one, &two]));
    world.connect();
    world.run_until(Mono(120_000));
    (one, two)
}

#[test]
fn no_cut_makes_an_edition_play_twice() {
    let mut world = World::new();
    two_revisions(&mut world);
    let total = world.outputs;
    let mut restarted = 0;
    for cut in 0..total {
        let mut world = World::new();
        world.cuts = vec![cut];
        let (one, two) = two_revisions(&mut world);
        assert!(world.passes.len() <= 1, "cut at {cut}: {:?}", world.passes);
        assert_eq!((world.plays(&two), world.end(&two)), (0, PLAYED), "cut at {cut}");
        let ends = world.acks_of(one.id).filter(|ack| ack.stage.is_last()).count();
        assert_eq!((ends, world.speaker.acks_waiting()), (1, 0), "cut at {cut}");
        restarted += usize::from(world.end(&one) == Some((Stage::Failed, Some(Reason::Restarted))));
    }
    // From `begun` on the disk to `finished` on the disk; the skipped one is told in between.
    assert!((1..=8).contains(&restarted), "{restarted}");
}

#[test]
fn the_newest_editions_are_remembered() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 10);
    let of = |n: u16, revision: u8| {
        let mut id = [revision; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        let mut key = [0; 16];
        key[..2].copy_from_slice(&n.to_be_bytes());
        let occurrence = Some(OccurrenceKey::from_bytes(key));
        Job { id: JobId::from_bytes(id), occurrence, ..job(1, &[&clip]) }
    };
    let all = JOBS_ENDED_MAX as u16 + 10;
    for n in 0..all {
        world.announce(&of(n, 1));
        world.run_for(50);
    }
    assert_eq!(world.passes.len(), usize::from(all));
    world.power_cut();
    world.run_for(1_000);
    for n in 10..all {
        world.announce(&of(n, 2));
        world.run_for(50);
    }
    assert_eq!(world.passes.len(), usize::from(all));
    world.announce(&of(0, 2));
    world.run_for(1_000);
    assert_eq!(world.passes.len(), usize::from(all) + 1, "the oldest is forgotten");
}

#[test]
fn a_start_that_comes_while_outputs_are_carried_out_is_named_and_one_that_waits_is_not() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 5_000);
    let (first, second) = (edition(1, 1, &clip, 20_000), edition(2, 2, &clip, 22_000));
    world.say(Down::Agenda, CommandBody::Agenda(agenda(1, &[&first, &second])));
    world.run_until(Mono(15_000));
    world.disconnect();
    world.run_until(Mono(19_900));
    // What has to be stored takes as long as it takes; the first start comes meanwhile.
    let next = world.speaker.poll_timeout(Mono(20_150));
    assert!(next.is_some_and(|at| at < Mono(20_050)), "{next:?}");
    // The second has come, and waits for the amplifier: to be woken for it would be of no use.
    world.run_until(Mono(23_000));
    let next = world.speaker.poll_timeout(Mono(23_010));
    assert!(next.is_some_and(|at| at > Mono(23_010)), "{next:?}");
    world.run_until(Mono(60_000));
    assert_eq!((world.plays(&first), world.plays(&second)), (1, 1));
}

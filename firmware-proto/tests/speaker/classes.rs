//! Who gives way to whom.

use firmware_proto::Mono;
use firmware_proto::message::{Class, Job, Reason, Repeat, Stage};

use crate::parties::{job, utc};
use crate::world::World;

fn of_class(n: u8, class: Class, world: &mut World, duration_ms: u32) -> Job {
    let clip = world.clip(n, 2_000, duration_ms);
    Job { class, ..job(n, &[&clip]) }
}

#[test]
fn an_emergency_takes_the_place_of_what_plays() {
    let mut world = World::ready();
    let routine = of_class(1, Class::Routine, &mut world, 60_000);
    let alarm = of_class(2, Class::Emergency, &mut world, 5_000);
    world.announce(&routine);
    world.run_for(10_000);
    world.announce(&alarm);
    world.run_for(1_000);
    assert_eq!(world.end(&routine), Some((Stage::Preempted, None)));
    let evidence = world.acks_of(routine.id).last().unwrap().evidence.unwrap();
    assert!((9_000..11_000).contains(&evidence.played_ms) && evidence.passes == 0, "{evidence:?}");
    world.run_for(10_000);
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
    assert_eq!((world.plays(&routine), world.plays(&alarm)), (1, 1));
}

#[test]
fn a_lower_class_waits_and_the_same_class_too() {
    let mut world = World::ready();
    let first = of_class(1, Class::Priority, &mut world, 20_000);
    let second = of_class(2, Class::Priority, &mut world, 1_000);
    let routine = of_class(3, Class::Routine, &mut world, 1_000);
    for job in [&first, &routine, &second] {
        world.announce(job);
        world.run_for(500);
    }
    world.run_for(40_000);
    let order: Vec<_> = world.passes.iter().map(|(_, pass)| pass.job).collect();
    assert_eq!(order, [first.id, second.id, routine.id]);
    for job in [first, second, routine] {
        assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    }
}

#[test]
fn a_newer_emergency_takes_the_place_of_an_older_and_never_the_reverse() {
    let mut world = World::ready();
    let mut old = of_class(1, Class::Emergency, &mut world, 60_000);
    let new = of_class(2, Class::Emergency, &mut world, 10_000);
    old.repeat = Some(Repeat { until: utc(600_000), for_ms: 300_000, gap_ms: 1_000 });
    world.announce(&old);
    world.run_for(5_000);
    world.announce(&new);
    world.run_for(2_000);
    assert_eq!(world.end(&old), Some((Stage::Preempted, None)));
    world.run_for(20_000);
    assert_eq!(world.end(&new), Some((Stage::Finished, None)));

    let older = Job { version: 1, ..of_class(4, Class::Emergency, &mut world, 1_000) };
    let playing = of_class(3, Class::Emergency, &mut world, 10_000);
    world.announce(&playing);
    world.run_for(1_000);
    world.announce(&older);
    world.run_for(20_000);
    assert_eq!(world.end(&playing), Some((Stage::Finished, None)));
    assert_eq!(world.end(&older), Some((Stage::Finished, None)), "it waited");
}

#[test]
fn what_was_stopped_stays_stopped_when_an_emergency_comes_at_the_same_moment() {
    let mut world = World::ready();
    let routine = of_class(1, Class::Routine, &mut world, 60_000);
    let alarm = of_class(2, Class::Emergency, &mut world, 5_000);
    world.announce(&routine);
    world.run_for(5_000);
    world.say_all(crate::parties::stop(&routine));
    world.announce(&alarm);
    world.run_for(20_000);
    assert_eq!(world.end(&routine), Some((Stage::Finished, Some(Reason::Stopped))));
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
}

#[test]
fn a_job_that_waits_too_long_expires_as_busy() {
    let mut world = World::ready();
    let long = of_class(1, Class::Routine, &mut world, 60_000);
    let mut waiting = of_class(2, Class::Routine, &mut world, 1_000);
    waiting.play_at = Some(utc(10_000));
    waiting.start_by = utc(40_000);
    world.announce(&long);
    world.announce(&waiting);
    world.run_until(Mono(40_000));
    assert_eq!(world.end(&waiting), None);
    world.run_for(1_000);
    assert_eq!(world.end(&waiting), Some((Stage::Expired, Some(Reason::Busy))));
    world.run_for(60_000);
    assert_eq!(world.plays(&waiting), 0);
}

#[test]
fn an_emergency_overtakes_the_download_of_a_routine_clip() {
    let mut world = World::ready();
    let (big, small) = (world.clip(1, 900_000, 10_000), world.clip(2, 6_000, 3_000));
    world.lag_ms = 200;
    let routine = job(1, &[&big]);
    let alarm = Job { class: Class::Emergency, ..job(2, &[&small]) };
    world.announce(&routine);
    world.run_for(1_500);
    assert_eq!(world.disk.complete.len(), 0, "the routine clip is on its way");
    let had = world.disk.partial[&big.clip.id].1.len();
    assert!(had > 0);
    world.announce(&alarm);
    world.run_for(2_000);
    assert_eq!(world.plays(&alarm), 1);
    world.run_for(60_000);
    assert_eq!(world.end(&routine), Some((Stage::Finished, None)), "and the download went on");
}

//! Jobs that want the amplifier at the same time: who waits, who interrupts, and who goes on.

use firmware_proto::message::{
    Ack, Busy, Class, CommandBody, Evidence, Interrupted, Job, Reason, Repeat, Stage,
};
use firmware_proto::topics::Down;
use firmware_proto::{JobId, Mono};

use crate::parties::{agenda, job, stop, utc};
use crate::world::World;

use Stage::{Expired, Failed, Finished, Preempted, Ready, Received, Started};

/// A routine job at this moment, with a clip of its own.
fn at(world: &mut World, n: u8, play_at: u64, duration_ms: u32) -> Job {
    let clip = world.clip(n, 2_000, duration_ms);
    let start_by = utc(play_at + 30_000);
    Job { version: 1, play_at: Some(utc(play_at)), start_by, ..job(n, &[&clip]) }
}

fn alarm(world: &mut World, n: u8, play_at: u64, duration_ms: u32) -> Job {
    Job { class: Class::Emergency, ..at(world, n, play_at, duration_ms) }
}

fn order(world: &World) -> Vec<JobId> {
    world.passes.iter().map(|(_, pass)| pass.job).collect()
}

/// Where the passes of a job began, ms into its clips.
fn begins(world: &World, job: &Job) -> Vec<u64> {
    world.passes.iter().filter(|(_, pass)| pass.job == job.id).map(|(_, pass)| pass.from_ms).collect()
}

fn last(world: &World, job: &Job) -> Ack {
    world.acks_of(job.id).last().unwrap().clone()
}

fn evidence(world: &World, job: &Job) -> Evidence {
    last(world, job).evidence.unwrap()
}

fn tell(world: &mut World, jobs: &[&Job]) {
    world.say(Down::Agenda, CommandBody::Agenda(agenda(1, jobs)));
}

#[test]
fn the_lower_rank_goes_first_then_the_earlier_start_then_the_lower_version() {
    let mut world = World::ready();
    let playing = at(&mut world, 1, 5_000, 30_000);
    let usual = at(&mut world, 2, 10_000, 1_000);
    let late = Job { rank: 10, ..at(&mut world, 3, 12_000, 1_000) };
    let early = Job { rank: 10, version: 0, ..at(&mut world, 4, 11_000, 1_000) };
    let twin = Job { rank: 10, ..at(&mut world, 5, 11_000, 1_000) };
    tell(&mut world, &[&playing, &usual, &late, &twin, &early]);
    world.run_until(Mono(60_000));
    assert_eq!(order(&world), [playing.id, early.id, twin.id, late.id, usual.id]);
}

#[test]
fn the_newest_emergency_goes_first_whatever_its_rank() {
    let mut world = World::new();
    let old = Job { rank: 1, version: 2, ..alarm(&mut world, 1, 5_000, 1_000) };
    let new = Job { rank: 2_000, version: 3, ..alarm(&mut world, 2, 5_000, 1_000) };
    world.connect();
    tell(&mut world, &[&old, &new]);
    world.run_until(Mono(20_000));
    assert_eq!(order(&world), [new.id, old.id]);
}

#[test]
fn a_job_that_interrupts_takes_the_amplifier_only_from_an_earlier_one() {
    // The start of what plays (none: at once), of the newcomer, what it does, and does it take it?
    for (playing, newcomer, busy, takes) in [
        (Some(10_000), Some(20_000), Busy::Interrupt, true),
        (Some(10_000), Some(20_000), Busy::Wait, false),
        (Some(10_000), Some(10_000), Busy::Interrupt, false),
        (None, Some(20_000), Busy::Interrupt, false),
        (Some(10_000), None, Busy::Interrupt, false),
    ] {
        let mut world = World::ready();
        let mut old = at(&mut world, 1, 10_000, 60_000);
        let mut new = Job { busy, ..at(&mut world, 2, 20_000, 5_000) };
        (old.play_at, old.start_by) = (playing.map(utc), utc(600_000));
        (new.play_at, new.start_by) = (newcomer.map(utc), utc(600_000));
        world.announce(&old);
        world.run_until(Mono(11_000));
        world.announce(&new);
        world.run_until(Mono(120_000));
        let what = format!("{playing:?} {newcomer:?} {busy:?}");
        let end = if takes { Preempted } else { Finished };
        assert_eq!(world.end(&old), Some((end, None)), "{what}");
        assert_eq!(world.end(&new), Some((Finished, None)), "{what}");
        assert_eq!(order(&world), [old.id, new.id], "{what}");
    }
}

#[test]
fn two_that_interrupt_and_start_together_do_not_fight() {
    let mut world = World::ready();
    let one = Job { busy: Busy::Interrupt, ..at(&mut world, 1, 10_000, 10_000) };
    let two = Job { busy: Busy::Interrupt, ..at(&mut world, 2, 10_000, 10_000) };
    tell(&mut world, &[&one, &two]);
    world.run_until(Mono(60_000));
    assert_eq!(world.passes.len(), 2);
    assert_eq!([world.end(&one), world.end(&two)], [Some((Finished, None)); 2]);
}

#[test]
fn what_would_be_interrupted_at_once_does_not_begin() {
    let mut world = World::ready();
    let alarm = alarm(&mut world, 1, 5_000, 20_000);
    let early = Job { rank: 1, ..at(&mut world, 2, 10_000, 5_000) };
    let late = Job { busy: Busy::Interrupt, ..at(&mut world, 3, 15_000, 5_000) };
    tell(&mut world, &[&alarm, &early, &late]);
    world.run_until(Mono(60_000));
    assert_eq!(order(&world), [alarm.id, late.id, early.id]);
    assert_eq!(world.end(&early), Some((Finished, None)));
}

#[test]
fn an_interruption_is_for_the_job_that_interrupts() {
    let mut world = World::ready();
    let playing = at(&mut world, 1, 10_000, 60_000);
    let now = Job { play_at: None, start_by: utc(600_000), ..at(&mut world, 2, 0, 5_000) };
    let takes = Job { busy: Busy::Interrupt, ..at(&mut world, 3, 20_000, 5_000) };
    tell(&mut world, &[&playing, &takes]);
    world.run_until(Mono(11_000));
    world.announce(&Job { version: 2, ..now.clone() });
    world.run_until(Mono(60_000));
    assert_eq!(order(&world), [playing.id, takes.id, now.id]);
}

#[test]
fn a_job_that_found_the_amplifier_taken_waits_as_long_as_it_may() {
    for (wait_until, end, plays) in [
        (Some(90_000), (Finished, None), 1),
        (Some(50_000), (Expired, Some(Reason::Busy)), 0),
        (Some(20_000), (Expired, Some(Reason::Busy)), 0),
        (None, (Expired, Some(Reason::Busy)), 0),
    ] {
        let mut world = World::ready();
        let long = at(&mut world, 1, 5_000, 60_000);
        let waiting = Job { wait_until: wait_until.map(utc), ..at(&mut world, 2, 10_000, 1_000) };
        tell(&mut world, &[&long, &waiting]);
        // Exactly at the latest moment nothing is told yet, and just after it all.
        let latest = wait_until.unwrap_or(40_000);
        world.run_until(Mono(latest.min(60_000)));
        assert_eq!(world.end(&waiting), None, "{wait_until:?}");
        world.run_until(Mono(latest + 500));
        assert_eq!(world.end(&waiting), Some(end), "{wait_until:?}");
        if plays == 0 {
            assert_eq!(last(&world, &waiting).at, Some(utc(latest + 1)), "it woke up for that");
        }
        world.run_until(Mono(200_000));
        assert_eq!(world.plays(&waiting), plays, "{wait_until:?}");
    }
}

#[test]
fn a_job_that_could_not_start_in_time_for_another_reason_does_not_wait() {
    let mut world = World::ready();
    world.controller.answers.chunks = false;
    let late = Job { wait_until: Some(utc(200_000)), ..at(&mut world, 1, 10_000, 1_000) };
    tell(&mut world, &[&late]);
    world.run_until(Mono(39_000));
    world.controller.answers.chunks = true;
    world.run_until(Mono(39_500));
    assert_eq!(world.end(&late), None);
    world.run_until(Mono(100_000));
    assert_eq!((world.plays(&late), world.end(&late)), (0, Some((Expired, Some(Reason::ClipMissing)))));
}

#[test]
fn a_restart_forgets_that_a_job_waited() {
    let mut world = World::ready();
    let long = at(&mut world, 1, 5_000, 100_000);
    let waiting = Job { wait_until: Some(utc(300_000)), ..at(&mut world, 2, 10_000, 1_000) };
    tell(&mut world, &[&long, &waiting]);
    world.run_until(Mono(50_000));
    assert_eq!(world.end(&waiting), None);
    world.power_cut();
    world.run_until(Mono(100_000));
    assert_eq!(world.plays(&waiting), 0);
    assert_eq!(world.end(&waiting).map(|(stage, _)| stage), Some(Expired));
}

#[test]
fn an_agenda_that_lacks_a_job_that_waits_cancels_it() {
    let mut world = World::ready();
    let long = at(&mut world, 1, 5_000, 60_000);
    let waiting = Job { wait_until: Some(utc(300_000)), ..at(&mut world, 2, 10_000, 1_000) };
    tell(&mut world, &[&long, &waiting]);
    world.run_until(Mono(50_000));
    world.say(Down::Agenda, CommandBody::Agenda(agenda(2, &[&long])));
    world.run_until(Mono(51_000));
    assert_eq!(world.end(&waiting), Some((Stage::Skipped, Some(Reason::Stopped))));
}

/// One minute of sound from second 10 on, with this answer to an interruption.
fn interrupted_by_alarms(interrupted: Interrupted, alarms: &[u64]) -> (World, Job) {
    let mut world = World::ready();
    let routine = Job { interrupted, ..at(&mut world, 1, 10_000, 60_000) };
    let alarms: Vec<Job> =
        (100..).zip(alarms).map(|(n, &play_at)| alarm(&mut world, n, play_at, 5_000)).collect();
    let jobs: Vec<&Job> = alarms.iter().chain([&routine]).collect();
    world.controller.agenda = Some(agenda(1, &jobs));
    tell(&mut world, &jobs);
    (world, routine)
}

#[test]
fn an_interrupted_job_goes_on_where_it_was() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
    world.run_until(Mono(34_000));
    assert_eq!(world.stages(&routine), [Received, Ready, Started, Preempted]);
    assert!((20_000..20_100).contains(&evidence(&world, &routine).played_ms));
    world.run_until(Mono(120_000));
    assert_eq!(world.stages(&routine), [Received, Ready, Started, Preempted, Finished]);
    assert_eq!(last(&world, &routine).reason, None);
    let from = begins(&world, &routine);
    assert!(from.len() == 2 && from[0] == 0 && (20_000..20_100).contains(&from[1]), "{from:?}");
    let evidence = evidence(&world, &routine);
    assert_eq!((evidence.played_ms, evidence.passes), (60_000, 1));
    let resumed = world.passes.last().unwrap().0;
    assert!((Mono(35_000)..Mono(35_200)).contains(&resumed), "{resumed:?}");
    assert_eq!(world.speaker.acks_waiting(), 0);
}

#[test]
fn an_interrupted_job_begins_again_if_it_is_to() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Restart, &[30_000]);
    world.run_until(Mono(120_000));
    assert_eq!(begins(&world, &routine), [0, 0]);
    assert_eq!(world.stages(&routine), [Received, Ready, Started, Preempted, Finished]);
    let evidence = evidence(&world, &routine);
    assert!((80_000..80_100).contains(&evidence.played_ms) && evidence.passes == 1, "{evidence:?}");
}

#[test]
fn a_job_is_interrupted_and_goes_on_several_times() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[20_000, 30_000, 40_000, 50_000]);
    world.run_until(Mono(150_000));
    assert_eq!(world.stages(&routine), [Received, Ready, Started, Preempted, Finished]);
    let from = begins(&world, &routine);
    assert!(from.len() == 5 && from.is_sorted(), "{from:?}");
    let evidence = evidence(&world, &routine);
    assert_eq!((evidence.played_ms, evidence.passes), (60_000, 1));
}

#[test]
fn dropped_and_repeating_jobs_do_not_go_on() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Drop, &[30_000]);
    world.run_until(Mono(120_000));
    assert_eq!((begins(&world, &routine), last(&world, &routine).stage), (vec![0], Preempted));

    let mut world = World::ready();
    let repeat = Some(Repeat { until: utc(300_000), for_ms: 300_000, gap_ms: 1_000 });
    let repeating = Job { repeat, interrupted: Interrupted::Resume, ..at(&mut world, 1, 10_000, 60_000) };
    let alarm = alarm(&mut world, 2, 30_000, 5_000);
    tell(&mut world, &[&repeating, &alarm]);
    world.run_until(Mono(200_000));
    assert_eq!((begins(&world, &repeating), last(&world, &repeating).stage), (vec![0], Preempted));
}

#[test]
fn what_was_interrupted_goes_before_what_waits() {
    let mut world = World::ready();
    let resumes = Job { interrupted: Interrupted::Resume, ..at(&mut world, 1, 10_000, 20_000) };
    let waiting = Job { rank: 1, ..at(&mut world, 2, 16_000, 1_000) };
    let alarm = alarm(&mut world, 3, 15_000, 5_000);
    let priority = Job { class: Class::Priority, ..at(&mut world, 4, 17_000, 1_000) };
    tell(&mut world, &[&resumes, &waiting, &alarm, &priority]);
    world.run_until(Mono(100_000));
    assert_eq!(order(&world), [resumes.id, alarm.id, priority.id, resumes.id, waiting.id]);
    assert_eq!(last(&world, &resumes).stage, Finished);
}

#[test]
fn one_of_the_same_class_that_interrupts_gives_it_back() {
    let mut world = World::ready();
    let long = Job { interrupted: Interrupted::Resume, ..at(&mut world, 1, 10_000, 60_000) };
    let news = Job { busy: Busy::Interrupt, ..at(&mut world, 2, 20_000, 5_000) };
    tell(&mut world, &[&long, &news]);
    world.run_until(Mono(120_000));
    assert_eq!(order(&world), [long.id, news.id, long.id]);
    assert_eq!(evidence(&world, &long).played_ms, 60_000);
}

#[test]
fn a_job_that_cannot_go_on_in_time_is_over_without_a_word() {
    // The latest start is second 40 (or 60, for one that may wait), a minute of sound more is 100 (or 120).
    for (wait_until, alarm_ms, goes_on) in [
        (None, 69_000, true),
        (None, 71_000, false),
        (Some(60_000), 89_000, true),
        (Some(60_000), 91_000, false),
    ] {
        let mut world = World::ready();
        let routine = Job {
            interrupted: Interrupted::Resume,
            wait_until: wait_until.map(utc),
            ..at(&mut world, 1, 10_000, 60_000)
        };
        let alarm = alarm(&mut world, 2, 30_000, alarm_ms);
        tell(&mut world, &[&routine, &alarm]);
        world.run_until(Mono(300_000));
        let end = if goes_on { Finished } else { Preempted };
        assert_eq!((last(&world, &routine).stage, world.plays(&routine)), (end, 1 + usize::from(goes_on)));
        assert_eq!(world.speaker.acks_waiting(), 0);
        // It has ended: an agenda that still has it changes nothing.
        let acks = world.acks_of(routine.id).count();
        world.say(Down::Agenda, CommandBody::Agenda(agenda(1, &[&routine])));
        world.run_until(Mono(310_000));
        assert_eq!(world.acks_of(routine.id).count(), acks);
    }
}

#[test]
fn a_job_goes_on_only_if_it_is_over_in_time() {
    // Interrupted at second 30, after 20 of 60; at 50 there are 40 left, or with a new start 60.
    for (interrupted, over_by, goes_on) in [
        (Interrupted::Resume, 91_000, true),
        (Interrupted::Resume, 89_000, false),
        (Interrupted::Restart, 111_000, true),
        (Interrupted::Restart, 109_000, false),
    ] {
        let mut world = World::ready();
        let over_by = Some(utc(over_by));
        let routine = Job { interrupted, over_by, ..at(&mut world, 1, 10_000, 60_000) };
        let alarm = alarm(&mut world, 2, 30_000, 20_000);
        tell(&mut world, &[&routine, &alarm]);
        world.run_until(Mono(300_000));
        let end = if goes_on { Finished } else { Preempted };
        let found = (last(&world, &routine).stage, world.plays(&routine));
        assert_eq!(found, (end, 1 + usize::from(goes_on)), "{interrupted:?} {over_by:?}");
    }
}

#[test]
fn it_wakes_up_to_give_up_an_interrupted_job() {
    let mut world = World::ready();
    let routine = Job { interrupted: Interrupted::Resume, ..at(&mut world, 1, 10_000, 60_000) };
    let alarm = alarm(&mut world, 2, 30_000, 200_000);
    tell(&mut world, &[&routine, &alarm]);
    world.run_until(Mono(60_000));
    world.disconnect();
    world.run_until(Mono(99_990));
    let outputs = world.outputs;
    world.run_until(Mono(100_010));
    assert_eq!(world.outputs, outputs + 1, "that it has ended is stored");
}

#[test]
fn a_stop_or_an_agenda_without_it_ends_an_interrupted_job() {
    for by_stop in [true, false] {
        let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
        world.run_until(Mono(32_000));
        if by_stop {
            world.say_all(stop(&routine));
        } else {
            world.controller.agenda = Some(agenda(2, &[]));
            world.say(Down::Agenda, CommandBody::Agenda(agenda(2, &[])));
        }
        world.run_until(Mono(120_000));
        assert_eq!((world.plays(&routine), last(&world, &routine).stage), (1, Preempted));
    }
    // While it plays again it is stopped like any other.
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
    world.run_until(Mono(45_000));
    world.say_all(stop(&routine));
    world.run_until(Mono(120_000));
    let last = last(&world, &routine);
    assert_eq!((last.stage, last.reason), (Finished, Some(Reason::Stopped)));
    assert!((29_000..31_000).contains(&last.evidence.unwrap().played_ms));
}

#[test]
fn a_stop_in_the_moment_of_the_interruption_ends_it_too() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
    world.run_until(Mono(30_010));
    world.say_all(stop(&routine));
    // The alarm asks it to stop at 30,005 by this clock; the stop comes at 30,020, the sink's word at 30,055.
    world.run_until(Mono(120_000));
    assert_eq!((world.plays(&routine), last(&world, &routine).stage), (1, Preempted));
    assert_eq!(world.acks_of(routine.id).filter(|ack| ack.stage.is_last()).count(), 1);
}

#[test]
fn a_cut_while_it_is_interrupted_or_plays_again_ends_it_as_ever() {
    for cut_at in [32_000, 45_000] {
        let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
        world.run_until(Mono(cut_at));
        let plays = world.plays(&routine);
        world.power_cut();
        world.run_until(Mono(120_000));
        assert_eq!(world.plays(&routine), plays);
        let last = last(&world, &routine);
        assert_eq!((last.stage, last.reason), (Failed, Some(Reason::Restarted)));
    }
}

#[test]
fn no_cut_makes_an_interrupted_job_play_anything_twice() {
    let scenario = |cuts: &[usize]| {
        let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000, 45_000]);
        world.cuts = cuts.iter().map(|cut| world.outputs + cut).collect();
        let before = world.outputs;
        world.run_until(Mono(200_000));
        let outputs = world.outputs - before;
        (world, routine, outputs)
    };
    let (_, _, total) = scenario(&[]);
    assert!(total > 30);
    for cut in 0..total {
        let (world, routine, _) = scenario(&[cut]);
        let from = begins(&world, &routine);
        assert!(from.len() <= 3 && from.windows(2).all(|pair| pair[0] < pair[1]), "cut at {cut}: {from:?}");
        let stages = world.stages(&routine);
        assert!(matches!(stages.last(), Some(Finished | Failed)), "cut at {cut}: {stages:?}");
        assert!(stages.iter().filter(|stage| **stage == Preempted).count() <= 1, "cut at {cut}: {stages:?}");
        assert_eq!(world.speaker.acks_waiting(), 0, "cut at {cut}");
        if stages.last() == Some(&Failed) {
            assert!(from.len() < 4, "cut at {cut}");
        }
    }
}

#[test]
fn a_sink_that_does_not_say_how_far_it_came_ends_the_job() {
    let (mut world, routine) = interrupted_by_alarms(Interrupted::Resume, &[30_000]);
    world.run_until(Mono(20_000));
    world.hung = true;
    world.run_until(Mono(150_000));
    assert_eq!((world.plays(&routine), last(&world, &routine).stage), (1, Preempted));
}

#[test]
fn the_clips_of_an_interrupted_job_stay() {
    let mut world = World::with_storage(25_000);
    world.connect();
    let (long, short, big) =
        (world.clip(1, 20_000, 60_000), world.clip(2, 3_000, 20_000), world.clip(3, 20_000, 1_000));
    let routine = Job { interrupted: Interrupted::Resume, ..job(1, &[&long]) };
    let first = Job { class: Class::Emergency, ..job(2, &[&short]) };
    let second = Job { class: Class::Emergency, ..job(3, &[&big]) };
    for job in [&routine, &first, &second] {
        world.announce(job);
        world.run_for(5_000);
    }
    world.run_for(100_000);
    assert_eq!(world.end(&second), Some((Failed, Some(Reason::StorageFull))));
    assert_eq!(last(&world, &routine).stage, Finished);
}

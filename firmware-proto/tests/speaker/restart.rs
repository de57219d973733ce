//! Power cuts in place of every single output of a broadcast.

use firmware_proto::limits::STORE_WITHIN_MS;
use firmware_proto::message::{Class, CommandBody, Job, Reason, Repeat, Stage};
use firmware_proto::topics::Down;
use firmware_proto::{JobId, Mono};

use crate::parties::{agenda, job, stop, utc};
use crate::world::{CUT_MS, World};

/// Outputs that a scenario has without any cut.
fn outputs(scenario: impl Fn(&mut World)) -> usize {
    run(&scenario, &[]).outputs
}

fn run(scenario: &impl Fn(&mut World), cuts: &[usize]) -> World {
    let mut world = World::new();
    world.cuts = cuts.to_vec();
    scenario(&mut world);
    world
}

fn one_job() -> Job {
    let clip = World::new().clip(1, 12_000, 4_000);
    Job { play_at: Some(utc(10_000)), start_by: utc(40_000), ..job(1, &[&clip]) }
}

/// One job, held by the agenda too, fetched and played.
fn one_broadcast(world: &mut World) {
    world.clip(1, 12_000, 4_000);
    let job = one_job();
    world.controller.agenda = Some(agenda(1, &[&job]));
    world.connect();
    world.run_until(Mono(600));
    world.announce(&job);
    world.run_until(Mono(150_000));
}

/// Exactly one end is told, nothing is left to tell, and the acks fit what was heard.
fn check_one_broadcast(world: &World, what: &str) {
    let job = one_job();
    let stages = world.stages(&job);
    let ends: Vec<_> = world.acks_of(job.id).filter(|ack| ack.stage.is_last()).collect();
    assert_eq!(ends.len(), 1, "{what}: {stages:?}");
    assert_eq!(world.speaker.acks_waiting(), 0, "{what}");
    assert!(stages.contains(&Stage::Received) && stages.contains(&Stage::Ready), "{what}: {stages:?}");
    match (ends[0].stage, ends[0].reason) {
        (Stage::Finished, None) => {
            assert_eq!(world.plays(&job), 1, "{what}");
            assert!(stages.contains(&Stage::Started), "{what}: {stages:?}");
        }
        // Begun on the disk: it may have sounded, and will not again.
        (Stage::Failed, Some(Reason::Restarted)) => assert!(world.plays(&job) <= 1, "{what}"),
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn no_cut_makes_a_job_play_twice_or_loses_how_it_ended() {
    let total = outputs(one_broadcast);
    assert!(total > 20);
    let mut restarted = 0;
    for cut in 0..total {
        let world = run(&one_broadcast, &[cut]);
        check_one_broadcast(&world, &format!("cut at {cut}"));
        restarted += usize::from(world.end(&one_job()) == Some((Stage::Failed, Some(Reason::Restarted))));
    }
    // From `begun` on the disk to `finished` on the disk there is only the pass and `started`.
    assert!((1..=6).contains(&restarted), "{restarted}");
}

#[test]
fn what_begins_at_once_is_stored_before_it_sounds_and_once_more() {
    let mut world = World::ready();
    let clip = world.clip(1, 4_000, 4_000);
    world.announce(&job(1, &[&clip]));
    world.run_for(10_000);
    let stored = world.stored;
    world.announce(&job(2, &[&clip]));
    world.run_for(world.lag_ms + 5);
    assert_eq!(world.stages(&job(2, &[&clip])), [Stage::Ready, Stage::Started]);
    assert_eq!(world.stored, stored + 1, "the job and that it has begun");
    world.run_for(STORE_WITHIN_MS);
    assert_eq!(world.stored, stored + 2, "what was said, and the receipt for it");
}

#[test]
fn what_was_said_to_nobody_outlives_a_cut_soon_after() {
    let mut world = World::ready();
    let clip = world.clip(1, 4_000, 4_000);
    let later = Job { play_at: Some(utc(20_000)), start_by: utc(40_000), ..job(1, &[&clip]) };
    world.announce(&later);
    world.run_until(Mono(15_000));
    world.disconnect();
    world.run_until(Mono(20_100));
    let (begun, _) = world.passes[0];
    // The sink takes a millisecond to say that sound came out.
    world.run_until(begun + 1 + STORE_WITHIN_MS);
    world.power_cut();
    world.connect();
    world.run_for(1_000);
    assert!(world.stages(&later).contains(&Stage::Started), "{:?}", world.stages(&later));
}

#[test]
fn two_cuts_do_not_either() {
    let total = outputs(one_broadcast);
    for first in 0..total {
        for second in (first + 1..first + 16).step_by(2) {
            let world = run(&one_broadcast, &[first, second]);
            check_one_broadcast(&world, &format!("cuts at {first} and {second}"));
        }
    }
}

fn repeating(class: Class) -> Job {
    let clip = World::new().clip(1, 4_000, 3_000);
    let repeat = Some(Repeat { until: utc(60_000), for_ms: 55_000, gap_ms: 2_000 });
    Job { class, repeat, ..job(1, &[&clip]) }
}

fn alarm(world: &mut World) {
    world.clip(1, 4_000, 3_000);
    let job = repeating(Class::Emergency);
    world.controller.agenda = Some(agenda(1, &[&job]));
    world.connect();
    world.run_until(Mono(120_000));
}

#[test]
fn a_repeating_job_goes_on_after_a_cut_until_its_end() {
    let job = repeating(Class::Emergency);
    let total = outputs(alarm);
    let whole = run(&alarm, &[]).plays(&job);
    assert!((10..=12).contains(&whole), "{whole}");
    for cut in 0..total {
        let world = run(&alarm, &[cut]);
        assert!(world.passes.iter().all(|(at, _)| *at < Mono(60_000)), "cut at {cut}");
        assert!(world.plays(&job) + 1 >= whole, "cut at {cut}: {} of {whole}", world.plays(&job));
        let ends = world.acks_of(job.id).filter(|ack| ack.stage.is_last()).count();
        assert_eq!((ends, world.speaker.acks_waiting()), (1, 0), "cut at {cut}");
        let end = world.end(&job).unwrap();
        assert!([(Stage::Finished, None), (Stage::Failed, Some(Reason::Restarted))].contains(&end));
    }
}

#[test]
fn a_repeating_job_goes_on_only_once_the_time_is_known_again() {
    let mut world = World::ready();
    world.clip(1, 4_000, 3_000);
    let job = repeating(Class::Emergency);
    world.announce(&job);
    world.run_for(9_000);
    assert_eq!(world.plays(&job), 2);
    world.controller.answers.time = false;
    world.power_cut();
    world.run_for(5_000);
    assert_eq!(world.plays(&job), 2, "nobody knows for how long yet");
    world.controller.answers.time = true;
    world.run_for(5_000);
    assert_eq!(world.plays(&job), 2, "nor whether it was stopped meanwhile");
    world.controller.agenda = Some(agenda(1, &[&job]));
    world.run_for(60_000);
    assert!(world.plays(&job) > 4, "{}", world.plays(&job));
    assert!(world.passes.iter().all(|(at, _)| *at < Mono(60_000)));
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
}

/// The time's answer comes before the agenda that no longer names it: not a moment of it sounds.
#[test]
fn a_job_that_was_stopped_while_the_power_was_away_does_not_sound_again() {
    for begins in [true, false] {
        let mut world = World::ready();
        let clip = world.clip(1, 4_000, 3_000);
        let later = Job { play_at: Some(utc(20_000)), ..job(1, &[&clip]) };
        let alarm = if begins { repeating(Class::Emergency) } else { later };
        world.controller.agenda = Some(agenda(1, &[&alarm]));
        world.announce(&alarm);
        world.run_for(9_000);
        let before = world.plays(&alarm);
        assert_eq!(before > 0, begins);
        world.disconnect();
        world.now = Mono(40_000);
        world.power_cut();
        world.controller.agenda = None;
        world.connect();
        world.run_for(10_000);
        assert!(world.speaker.utc(world.now).is_some());
        assert_eq!(world.speaker.whole_agenda_version(), 0, "it asks for the agenda");
        world.controller.agenda = Some(agenda(2, &[]));
        world.run_for(60_000);
        assert_eq!(world.plays(&alarm), before);
        assert_eq!((world.speaker.whole_agenda_version(), world.speaker.acks_waiting()), (2, 0));
    }
}

#[test]
fn a_repeating_job_whose_time_ran_out_in_the_dark_is_told_as_interrupted() {
    let mut world = World::ready();
    world.clip(1, 4_000, 3_000);
    let job = repeating(Class::Emergency);
    world.announce(&job);
    world.run_for(10_000);
    world.disconnect();
    world.power_cut();
    world.run_until(Mono(100_000));
    world.connect();
    world.run_for(10_000);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::Restarted))));
    assert_eq!(world.plays(&job), 2);
}

/// An alarm for ten minutes, stopped after half a minute.
fn stopped_alarm(world: &mut World) {
    world.clip(1, 4_000, 3_000);
    let repeat = Some(Repeat { until: utc(600_000), for_ms: 600_000, gap_ms: 2_000 });
    let job = Job { repeat, ..repeating(Class::Emergency) };
    world.controller.agenda = Some(agenda(1, &[&job]));
    world.connect();
    world.run_until(Mono(30_500));
    world.controller.agenda = Some(agenda(2, &[]));
    world.say_all(stop(&job));
    world.say(Down::Agenda, CommandBody::Agenda(agenda(2, &[])));
    world.run_until(Mono(120_000));
}

#[test]
fn a_stopped_alarm_stays_stopped_over_every_cut() {
    let job = repeating(Class::Emergency);
    for cut in 0..outputs(stopped_alarm) {
        let world = run(&stopped_alarm, &[cut]);
        let last = world.passes.last().unwrap().0;
        assert!(last < Mono(30_500 + CUT_MS + 1_000), "cut at {cut}: played at {last:?}");
        let ends = world.acks_of(job.id).filter(|ack| ack.stage.is_last()).count();
        assert_eq!((ends, world.speaker.acks_waiting()), (1, 0), "cut at {cut}");
    }
}

#[test]
fn an_interrupted_repetition_that_is_cancelled_was_not_skipped() {
    let mut world = World::ready();
    world.clip(1, 4_000, 3_000);
    let job = repeating(Class::Emergency);
    world.announce(&job);
    world.run_for(5_000);
    world.controller.answers.time = false;
    world.power_cut();
    world.say_all(stop(&job));
    world.run_for(5_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, Some(Reason::Stopped))));
}

/// What an old job for now must not do: sound days later because nobody knows the day.
#[test]
fn a_job_for_now_waits_after_a_cut_until_the_time_is_known() {
    for (off_until, plays) in [(30_000, 1), (700_000, 0)] {
        let mut world = World::ready();
        let (long, clip) = (world.clip(1, 2_000, 500_000), world.clip(2, 2_000, 1_000));
        world.announce(&job(1, &[&long]));
        let waiting = job(2, &[&clip]);
        world.announce(&waiting);
        world.controller.agenda = Some(agenda(1, &[&job(1, &[&long]), &waiting]));
        world.run_for(2_000);
        assert_eq!(world.stages(&waiting), [Stage::Received, Stage::Ready]);
        world.disconnect();
        world.now = Mono(off_until);
        world.power_cut();
        world.run_for(20_000);
        assert_eq!(world.plays(&waiting), 0);
        world.connect();
        world.run_for(20_000);
        assert_eq!(world.plays(&waiting), plays);
        assert!(world.end(&waiting).is_some());
    }
}

#[test]
fn emergencies_and_routine_jobs_survive_cuts_together() {
    let scenario = |world: &mut World| {
        let (slow, short) = (world.clip(1, 6_000, 20_000), world.clip(2, 4_000, 2_000));
        let routine = job(1, &[&slow]);
        let alarm = Job { class: Class::Emergency, ..job(2, &[&short]) };
        world.connect();
        world.run_until(Mono(1_000));
        world.controller.agenda = Some(agenda(1, &[&routine]));
        world.announce(&routine);
        world.run_until(Mono(5_000));
        world.controller.agenda = Some(agenda(2, &[&routine, &alarm]));
        world.announce(&alarm);
        world.run_until(Mono(120_000));
    };
    for cut in 0..outputs(scenario) {
        let world = run(&scenario, &[cut]);
        for n in [1, 2] {
            let id = JobId::from_bytes([n; 16]);
            let plays = world.passes.iter().filter(|(_, pass)| pass.job == id).count();
            let ends = world.acks_of(id).filter(|ack| ack.stage.is_last()).count();
            assert!(plays <= 1, "cut at {cut}: job {n} played {plays} times");
            assert_eq!(ends, 1, "cut at {cut}: job {n}");
        }
    }
}

#[test]
fn a_state_that_is_not_ours_is_an_empty_one() {
    for state in [vec![], vec![0xff; 100], vec![0xa0], vec![0x9f; 300_000]] {
        let mut world = World::new();
        world.disk.state = Some(state);
        world.power_cut();
        world.connect();
        world.run_for(1_000);
        assert_eq!(world.speaker.agenda_version(), 0);
        assert!(world.speaker.utc(world.now).is_some());
    }
}

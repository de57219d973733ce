//! One job on its way: received, fetched, ready, played, told.

use firmware_proto::Mono;
use firmware_proto::message::{CommandBody, Reason, Repeat, ReportBody, Settings, Sound, Stage};
use firmware_proto::topics::Down;

use crate::parties::{agenda, job, stop, utc};
use crate::world::World;

const WHOLE: [Stage; 4] = [Stage::Received, Stage::Ready, Stage::Started, Stage::Finished];

#[test]
fn a_job_is_fetched_played_on_time_and_told() {
    let mut world = World::ready();
    let clip = world.clip(1, 20_000, 5_000);
    let mut job = job(1, &[&clip]);
    job.play_at = Some(utc(30_000));
    world.announce(&job);
    world.run_until(Mono(29_000));
    assert_eq!(world.stages(&job), WHOLE[..2]);
    assert_eq!(world.plays(&job), 0);
    world.run_until(Mono(60_000));

    assert_eq!(world.stages(&job), WHOLE);
    let (at, pass) = &world.passes[0];
    assert!(at.0.abs_diff(30_000) <= 20, "{at:?}");
    assert_eq!((pass.volume, pass.clips.clone()), (70, vec![clip.clip.id]));
    let acks: Vec<_> = world.acks_of(job.id).cloned().collect();
    assert!(acks.iter().all(|ack| ack.error_ms.is_some_and(|e| e < 50)));
    assert!(acks[2].at.unwrap().0.abs_diff(utc(30_000).0) <= 20);
    let evidence = acks[3].evidence.unwrap();
    assert_eq!((evidence.sound, evidence.played_ms, evidence.passes), (Sound::Heard, 5_000, 1));
    assert_eq!(evidence.level_dbfs, Some(-12));
    assert_eq!(world.speaker.acks_waiting(), 0);
    assert!(world.speaker.rejections().is_empty(), "{:?}", world.speaker.rejections());
}

#[test]
fn a_job_for_now_starts_as_soon_as_its_clips_are_there() {
    let mut world = World::ready();
    let (first, second) = (world.clip(1, 3_000, 1_000), world.clip(2, 5_000, 2_000));
    let job = job(1, &[&first, &second]);
    world.announce(&job);
    world.run_for(5_000);
    assert_eq!(world.stages(&job), WHOLE);
    assert_eq!(world.passes[0].1.clips, [first.clip.id, second.clip.id]);
    assert!(world.passes[0].0 < Mono(2_000));
}

#[test]
fn a_mute_cluster_says_so() {
    let mut world = World::ready();
    world.sound = Sound::Absent;
    let clip = world.clip(1, 3_000, 1_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(5_000);
    let last = world.acks_of(job.id).last().unwrap();
    assert_eq!((last.stage, last.evidence.unwrap().sound), (Stage::Finished, Sound::Absent));
}

#[test]
fn a_broken_sink_is_a_failure_with_its_reason() {
    for reason in [Reason::SinkBroken, Reason::Undecodable] {
        let mut world = World::ready();
        world.broken = Some(reason);
        let clip = world.clip(1, 3_000, 1_000);
        let job = job(1, &[&clip]);
        world.announce(&job);
        world.run_for(5_000);
        assert_eq!(world.end(&job), Some((Stage::Failed, Some(reason))));
        assert_eq!(world.stages(&job), [Stage::Received, Stage::Ready, Stage::Failed]);
    }
}

#[test]
fn a_pass_without_an_end_is_a_broken_sink() {
    let mut world = World::ready();
    world.sink_silent = true;
    let clip = world.clip(1, 3_000, 10_000);
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(65_000);
    assert_eq!(world.end(&job), None);
    world.run_for(15_000);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::SinkBroken))));
}

#[test]
fn a_sink_that_never_ends_a_pass_does_not_hold_the_amplifier_for_ever() {
    let mut world = World::ready();
    world.hung = true;
    let (first, second) = (world.clip(1, 3_000, 100_000), world.clip(2, 3_000, 1_000));
    let (long, next) = (job(1, &[&first]), job(2, &[&second]));
    world.announce(&long);
    world.run_for(1_000);
    world.say_all(stop(&long));
    world.run_for(2_000);
    assert_eq!(world.end(&long), None);
    world.run_for(2_000);
    assert_eq!(world.end(&long), Some((Stage::Finished, Some(Reason::Stopped))));
    world.announce(&next);
    world.run_for(3_000);
    assert_eq!(world.end(&next), Some((Stage::Finished, None)));
}

#[test]
fn it_plays_without_a_network_and_tells_later() {
    let mut world = World::ready();
    let clip = world.clip(1, 9_000, 5_000);
    let mut job = job(1, &[&clip]);
    job.play_at = Some(utc(30_000));
    world.announce(&job);
    world.run_for(10_000);
    world.disconnect();
    world.run_until(Mono(100_000));
    assert_eq!((world.plays(&job), world.stages(&job)), (1, WHOLE[..2].to_vec()));
    world.connect();
    world.run_for(1_000);
    assert_eq!(world.stages(&job), WHOLE);
    assert_eq!(world.speaker.acks_waiting(), 0);
}

#[test]
fn acks_are_sent_again_until_their_receipt_comes() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let job = job(1, &[&clip]);
    world.controller.answers.receipts = false;
    world.announce(&job);
    world.run_for(60_000);
    let ack_messages = |world: &World| {
        world.controller.reports.iter().filter(|r| matches!(r.body, ReportBody::Acks(_))).count()
    };
    assert_eq!((world.speaker.acks_waiting(), world.stages(&job)), (2, vec![]));
    assert!((4..12).contains(&ack_messages(&world)), "{}", ack_messages(&world));
    world.controller.answers.receipts = true;
    world.run_for(61_000);
    assert_eq!((world.speaker.acks_waiting(), world.stages(&job)), (0, WHOLE[2..].to_vec()));
    let told = ack_messages(&world);
    world.run_for(300_000);
    assert_eq!(ack_messages(&world), told, "silence once all is told");
}

#[test]
fn a_stage_takes_the_place_of_those_before_it() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let (mut later, other) = (job(1, &[&clip]), job(2, &[&clip]));
    later.play_at = Some(utc(30_000));
    world.controller.answers.receipts = false;
    world.announce(&other);
    world.run_for(5_000);
    assert_eq!(world.speaker.acks_waiting(), 2, "that it started, and how it ended");
    world.announce(&later);
    world.run_until(Mono(29_000));
    assert_eq!(world.speaker.acks_waiting(), 3, "that it is ready, and so received");
    world.run_until(Mono(30_500));
    assert_eq!(world.speaker.acks_waiting(), 3, "that it started, and so was ready");
    world.controller.answers.receipts = true;
    world.run_for(61_000);
    for job in [&later, &other] {
        let mut stages = world.stages(job);
        // They may overtake each other.
        stages.sort();
        assert_eq!(stages, WHOLE[2..]);
    }
}

#[test]
fn a_gateway_switches_the_jobs_zones_or_else_all_of_its_own() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let (mut some, all) = (job(1, &[&clip]), job(2, &[&clip]));
    some.zones = vec![4];
    let mut plan = agenda(2, &[&some, &all]);
    plan.settings = Settings { heartbeat_ms: 30_000, zones: vec![3, 4, 5] };
    world.say(Down::Agenda, CommandBody::Agenda(plan));
    world.run_for(10_000);
    let zones: Vec<_> = world.passes.iter().map(|(_, pass)| pass.zones.clone()).collect();
    assert_eq!(zones, [vec![4], vec![3, 4, 5]]);
}

#[test]
fn volume_never_exceeds_the_full_scale() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let mut loud = job(1, &[&clip]);
    loud.volume = 255;
    world.announce(&loud);
    world.run_for(1_000);
    assert_eq!(world.passes[0].1.volume, 100);
}

#[test]
fn a_repeating_job_pauses_between_passes_and_ends_in_time() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 3_000);
    let mut job = job(1, &[&clip]);
    job.repeat = Some(Repeat { until: utc(900_000), for_ms: 20_000, gap_ms: 2_000 });
    world.announce(&job);
    world.run_for(60_000);
    // A pass starts every 5 s, none from 20 s on.
    assert_eq!(world.plays(&job), 4);
    assert_eq!(world.stages(&job), WHOLE, "started is said once");
    let evidence = world.acks_of(job.id).last().unwrap().evidence.unwrap();
    assert_eq!((evidence.passes, evidence.played_ms), (4, 12_000));
    let starts: Vec<u64> = world.passes.iter().map(|(at, _)| at.0).collect();
    assert!(starts.windows(2).all(|two| two[1] - two[0] == 5_000), "{starts:?}");
}

#[test]
fn a_late_comer_ends_its_repetition_with_the_others() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 3_000);
    let mut job = job(1, &[&clip]);
    job.repeat = Some(Repeat { until: utc(40_000), for_ms: 600_000, gap_ms: 1_000 });
    world.run_until(Mono(30_000));
    world.announce(&job);
    world.run_for(60_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    assert!(world.passes.iter().all(|(at, _)| *at < Mono(40_000)));
    assert_eq!(world.plays(&job), 3);
}

#[test]
fn a_stop_ends_what_plays_between_or_within_passes() {
    for stop_after in [1_500, 4_500] {
        let mut world = World::ready();
        let clip = world.clip(1, 2_000, 3_000);
        let mut job = job(1, &[&clip]);
        job.repeat = Some(Repeat { until: utc(900_000), for_ms: 600_000, gap_ms: 2_000 });
        world.announce(&job);
        world.run_for(stop_after);
        world.say_all(stop(&job));
        world.run_for(30_000);
        assert_eq!(world.plays(&job), 1);
        assert_eq!(world.end(&job), Some((Stage::Finished, Some(Reason::Stopped))));
        let passes = u32::from(stop_after > 3_000);
        assert_eq!(world.acks_of(job.id).last().unwrap().evidence.unwrap().passes, passes);
    }
}

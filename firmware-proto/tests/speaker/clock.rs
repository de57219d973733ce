//! Jobs and the knowledge of the time.

use firmware_proto::Mono;
use firmware_proto::message::{Class, CommandBody, Job, Reason, Receipt, ReportBody, Stage};
use firmware_proto::topics::Down;
use firmware_proto::trust::Rejected;

use crate::parties::{job, utc};
use crate::world::World;

fn without_time() -> World {
    let mut world = World::new();
    world.controller.answers.time = false;
    world.connect();
    world.run_for(1_000);
    world
}

#[test]
fn without_the_time_nothing_plays() {
    let mut world = without_time();
    let clip = world.clip(1, 2_000, 1_000);
    let (now, mut later) = (job(1, &[&clip]), job(2, &[&clip]));
    later.play_at = Some(utc(500));
    world.announce(&later);
    world.announce(&now);
    world.run_for(30_000);
    assert_eq!((world.plays(&now), world.plays(&later)), (0, 0));
    for job in [&now, &later] {
        assert_eq!(world.stages(job), [Stage::Received, Stage::Ready]);
        assert!(world.acks_of(job.id).all(|ack| ack.at.is_none() && ack.error_ms.is_none()));
    }
    world.controller.answers.time = true;
    world.run_for(60_000);
    assert_eq!((world.plays(&now), world.plays(&later)), (1, 1));
}

/// It waited somewhere on its way for longer than it may sound, and the device has not heard the time.
#[test]
fn what_comes_late_after_a_restart_does_not_play() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let mut alarm = Job { class: Class::Emergency, ..job(1, &[&clip]) };
    alarm.start_by = utc(60_000);
    let (topic, payload) = world.controller.all(world.now, CommandBody::Job(alarm.clone()));
    world.disconnect();
    world.controller.answers.time = false;
    world.run_until(Mono(370_000));
    world.power_cut();
    world.connect();
    world.deliver(&topic, payload);
    world.run_for(120_000);
    assert_eq!(world.stages(&alarm), [Stage::Received, Stage::Ready]);
    world.controller.answers.time = true;
    world.run_for(60_000);
    assert_eq!(world.plays(&alarm), 0);
    assert_eq!(world.end(&alarm), Some((Stage::Expired, Some(Reason::ClockUnknown))));
}

/// A clock that nobody has set for a week is not good enough to begin a job, but still tells a day from the next.
#[test]
fn a_clock_that_has_drifted_away_still_tells_what_is_out_of_date() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let old = job(1, &[&clip]);
    let (topic, payload) = world.controller.all(world.now, CommandBody::Job(old.clone()));
    world.disconnect();
    world.controller.answers.time = false;
    world.run_until(Mono(8 * 24 * 3_600_000));
    world.connect();
    assert_eq!(world.speaker.utc(world.now), None);
    world.deliver(&topic, payload);
    world.run_for(1_000);
    assert_eq!(world.stages(&old), []);
    assert_eq!(world.speaker.rejections().get(&Rejected::OutOfDate), Some(&1));
}

#[test]
fn a_job_for_later_plays_once_the_time_is_known() {
    let mut world = without_time();
    let clip = world.clip(1, 2_000, 1_000);
    let mut later = job(1, &[&clip]);
    later.play_at = Some(utc(120_000));
    world.announce(&later);
    world.run_until(Mono(60_000));
    world.controller.answers.time = true;
    world.run_until(Mono(180_000));
    assert_eq!(world.end(&later), Some((Stage::Finished, None)));
    assert!(world.passes[0].0.0.abs_diff(120_000) <= 20);
}

#[test]
fn a_job_whose_time_passed_unknown_expires_for_that_reason() {
    let mut world = without_time();
    let clip = world.clip(1, 2_000, 1_000);
    let mut later = job(1, &[&clip]);
    (later.play_at, later.start_by) = (Some(utc(10_000)), utc(20_000));
    world.announce(&later);
    world.run_until(Mono(30_000));
    world.controller.answers.time = true;
    world.run_for(60_000);
    assert_eq!(world.end(&later), Some((Stage::Expired, Some(Reason::ClockUnknown))));
}

#[test]
fn a_clip_that_does_not_come_is_the_reason() {
    let mut world = World::ready();
    world.controller.answers.chunks = false;
    let clip = world.clip(1, 2_000, 1_000);
    let mut late = job(1, &[&clip]);
    (late.play_at, late.start_by) = (Some(utc(10_000)), utc(20_000));
    world.announce(&late);
    world.run_until(Mono(20_000));
    assert_eq!(world.end(&late), None);
    world.run_for(100);
    assert_eq!(world.end(&late), Some((Stage::Expired, Some(Reason::ClipMissing))));
}

#[test]
fn a_job_that_comes_too_late_expires_without_blaming_the_cluster() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    let mut late = job(1, &[&clip]);
    (late.play_at, late.start_by) = (Some(utc(10_000)), utc(20_000));
    world.run_until(Mono(25_000));
    world.announce(&late);
    world.run_for(10_000);
    assert_eq!(world.end(&late), Some((Stage::Expired, None)));
    assert_eq!(world.wants().count(), 0, "nothing is fetched for it");
}

#[test]
fn the_time_is_asked_for_soon_again_while_it_is_unknown() {
    let mut world = without_time();
    world.run_for(120_000);
    world.controller.answers.time = true;
    world.run_for(60_000);
    assert!(world.speaker.utc(world.now).is_some());
    let asked = requests(&world);
    assert!(asked < 20, "{asked}");
}

/// Somebody sets the controller's clock by an hour, and the line loses what would tell it.
#[test]
fn who_refuses_commands_for_its_clock_asks_until_it_is_answered() {
    let mut world = World::ready();
    world.run_for(60_000);
    world.controller.answers.time = false;
    let before = requests(&world);
    world.controller.ahead_ms = 3_600_000;
    for _ in 0..2 {
        world.say(Down::Receipt, receipt());
        world.run_for(120_000);
    }
    assert_eq!(world.speaker.rejections().get(&Rejected::OutOfDate), Some(&2));
    let asked = requests(&world) - before;
    assert!((12..=20).contains(&asked), "{asked}");
    world.controller.answers.time = true;
    world.run_for(31_000);
    let now = world.speaker.utc(world.now).unwrap();
    assert!(now.0.abs_diff(utc(world.now.0 + 3_600_000).0) <= 10, "{now:?}");
}

/// Its own clock was the wrong one: what it refused has to come again, and soon.
#[test]
fn who_refused_a_command_for_its_clock_says_a_beat_once_it_knows_the_time() {
    let mut world = World::ready();
    world.run_for(60_000);
    let before = beats(&world);
    world.controller.ahead_ms = 20_000;
    world.say(Down::Receipt, receipt());
    world.run_for(1_000);
    assert_eq!(world.speaker.rejections().get(&Rejected::OutOfDate), Some(&1));
    assert_eq!(beats(&world) - before, 1);
}

#[test]
fn a_flood_of_old_commands_makes_no_flood_of_questions() {
    let mut world = World::ready();
    world.controller.answers.time = false;
    let old: Vec<_> = (0..1_000).map(|_| world.controller.own(world.now, Down::Receipt, receipt())).collect();
    world.run_for(20 * 60_000);
    let before = requests(&world);
    for (topic, payload) in old {
        world.deliver(&topic, payload);
        world.run_for(20);
    }
    let asked = requests(&world) - before;
    assert!((3..=11).contains(&asked), "{asked}");
}

fn receipt() -> CommandBody {
    CommandBody::Receipt(Receipt { acks: vec![] })
}

fn beats(world: &World) -> usize {
    world.controller.reports.iter().filter(|r| matches!(r.body, ReportBody::Beat(_))).count()
}

fn requests(world: &World) -> usize {
    world.controller.reports.iter().filter(|r| matches!(r.body, ReportBody::Time(_))).count()
}

#[test]
fn a_controller_whose_clock_was_set_is_followed() {
    let mut world = World::ready();
    let before = world.speaker.utc(world.now).unwrap();
    assert!(before.0.abs_diff(utc(world.now.0).0) <= 10);
    world.run_for(20 * 60_000);
    let now = world.speaker.utc(world.now).unwrap();
    assert!(now.0.abs_diff(utc(world.now.0).0) <= 10);
}

//! Jobs and the knowledge of the time.

use firmware_proto::Mono;
use firmware_proto::message::{Reason, ReportBody, Stage};

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
fn without_the_time_only_jobs_for_now_play() {
    let mut world = without_time();
    let clip = world.clip(1, 2_000, 1_000);
    let (now, mut later) = (job(1, &[&clip]), job(2, &[&clip]));
    later.play_at = Some(utc(500));
    world.announce(&later);
    world.announce(&now);
    world.run_for(30_000);
    assert_eq!((world.plays(&now), world.plays(&later)), (1, 0));
    let acks: Vec<_> = world.acks_of(now.id).collect();
    assert!(acks.iter().all(|ack| ack.at.is_none() && ack.error_ms.is_none()));
    assert_eq!(world.stages(&later), [Stage::Received, Stage::Ready]);
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
fn without_the_time_a_job_for_now_still_expires_on_the_own_clock() {
    let mut world = without_time();
    world.controller.answers.chunks = false;
    let clip = world.clip(1, 2_000, 1_000);
    let mut now = job(1, &[&clip]);
    now.start_by = utc(10_000);
    world.announce(&now);
    world.run_until(Mono(9_000));
    assert_eq!(world.end(&now), None);
    world.run_until(Mono(11_000));
    assert_eq!(world.end(&now), Some((Stage::Expired, Some(Reason::ClipMissing))));
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
    let asked = world.controller.reports.iter().filter(|r| matches!(r.body, ReportBody::Time(_))).count();
    assert!(asked < 20, "{asked}");
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

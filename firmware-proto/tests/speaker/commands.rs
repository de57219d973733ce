//! Which commands count, and what stop and agenda do.

use firmware_proto::message::{Command, CommandBody, Settings, Stage};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{ClusterId, Mono, SiteId};

use crate::parties::{Clip, agenda, cluster, job, site, stop, utc};
use crate::world::World;

fn with_clip() -> (World, Clip) {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 1_000);
    (world, clip)
}

#[test]
fn a_stop_ahead_of_its_job_wins() {
    let (mut world, clip) = with_clip();
    let job = job(1, &[&clip]);
    let (topic, late) = world.controller.all(Mono(1_000), CommandBody::Job(job.clone()));
    world.say_all(stop(&job));
    world.run_for(100);
    world.deliver(&topic, late);
    world.run_for(20_000);
    assert_eq!((world.plays(&job), world.stages(&job)), (0, vec![]));
    assert!(world.speaker.rejections().is_empty());
}

#[test]
fn a_waiting_job_that_is_stopped_is_skipped() {
    let (mut world, clip) = with_clip();
    let mut job = job(1, &[&clip]);
    job.play_at = Some(utc(60_000));
    world.announce(&job);
    world.run_for(5_000);
    world.say(Down::Job, stop(&job));
    world.run_for(100_000);
    assert_eq!(world.plays(&job), 0);
    assert_eq!(world.stages(&job), [Stage::Received, Stage::Ready, Stage::Skipped]);
}

#[test]
fn the_agenda_brings_lost_jobs_and_cancels_what_it_lacks() {
    let (mut world, clip) = with_clip();
    let (mut one, mut two) = (job(1, &[&clip]), job(2, &[&clip]));
    (one.play_at, two.play_at) = (Some(utc(60_000)), Some(utc(90_000)));
    world.announce(&one);
    world.run_for(1_000);
    world.controller.agenda = Some(agenda(3, &[&two]));
    world.run_until(Mono(120_000));
    assert_eq!(world.end(&one).map(|(stage, _)| stage), Some(Stage::Skipped));
    assert_eq!((world.plays(&one), world.plays(&two)), (0, 1));
    assert_eq!(world.speaker.agenda_version(), 3);
}

#[test]
fn an_agenda_does_not_cancel_a_job_newer_than_itself() {
    let (mut world, clip) = with_clip();
    let mut new = job(5, &[&clip]);
    new.play_at = Some(utc(60_000));
    world.announce(&new);
    world.run_for(1_000);
    world.say(Down::Agenda, CommandBody::Agenda(agenda(4, &[])));
    world.run_until(Mono(90_000));
    assert_eq!(world.plays(&new), 1);
}

#[test]
fn an_older_agenda_is_ignored_and_so_is_a_job_that_the_agenda_has_overtaken() {
    let (mut world, clip) = with_clip();
    let mut kept = job(7, &[&clip]);
    kept.play_at = Some(utc(60_000));
    world.say(Down::Agenda, CommandBody::Agenda(agenda(8, &[&kept])));
    world.run_for(100);
    let old = job(3, &[&clip]);
    world.say(Down::Agenda, CommandBody::Agenda(agenda(6, &[&old])));
    world.announce(&old);
    world.run_until(Mono(90_000));
    assert_eq!((world.plays(&kept), world.plays(&old)), (1, 0));
    assert_eq!((world.speaker.agenda_version(), world.stages(&old)), (8, vec![]));
}

#[test]
fn a_job_that_ended_does_not_play_again_while_the_agenda_still_holds_it() {
    let (mut world, clip) = with_clip();
    let job = job(1, &[&clip]);
    world.announce(&job);
    world.run_for(5_000);
    for version in 1..5 {
        world.say(Down::Agenda, CommandBody::Agenda(agenda(version, &[&job])));
        world.announce(&job);
        world.run_for(5_000);
    }
    assert_eq!(world.plays(&job), 1);
}

#[test]
fn settings_come_with_the_agenda() {
    let (mut world, _) = with_clip();
    let mut plan = agenda(1, &[]);
    plan.settings = Settings { heartbeat_ms: 5_000, zones: vec![] };
    world.say(Down::Agenda, CommandBody::Agenda(plan));
    world.run_for(100);
    let before = world.controller.reports.len();
    world.run_for(60_000);
    assert!((10..=14).contains(&(world.controller.reports.len() - before)));
}

/// Delivers a job under a command changed by `change`, and expects it to be rejected for `reason`.
fn refused(reason: Rejected, change: impl FnOnce(&mut Command)) {
    let (mut world, clip) = with_clip();
    let job = job(1, &[&clip]);
    let mut command = world.controller.command(world.now, None, CommandBody::Job(job.clone()));
    change(&mut command);
    let payload = world.controller.key.seal(&command);
    let topic = Topic::All.render(&site());
    world.deliver(&topic, payload);
    world.run_for(10_000);
    assert_eq!(world.rejected(reason), 1, "{reason:?}: {:?}", world.speaker.rejections());
    assert_eq!((world.plays(&job), world.stages(&job)), (0, vec![]));
}

#[test]
fn commands_for_others_or_another_day_are_counted_and_ignored() {
    refused(Rejected::WrongSite, |c| c.site = SiteId::new("bac-ha").unwrap());
    refused(Rejected::WrongCluster, |c| c.target = Some(cluster()));
    refused(Rejected::OutOfDate, |c| c.not_before = utc(60_000));
    refused(Rejected::OutOfDate, |c| (c.not_before, c.not_after) = (utc(0) - 90_000, utc(0) - 30_000));
    refused(Rejected::Replayed, |c| c.sequence = 0);
}

#[test]
fn commands_on_the_wrong_topic_are_counted_and_ignored() {
    let (mut world, clip) = with_clip();
    let other = ClusterId::new("thon-2").unwrap();
    let job = CommandBody::Job(job(1, &[&clip]));
    let (_, own) = world.controller.own(world.now, Down::Job, job.clone());
    let (_, all) = world.controller.all(world.now, job.clone());
    let for_other = world.controller.command(world.now, Some(other.clone()), job);
    let for_other = world.controller.key.seal(&for_other);
    let own_topic = |leaf| Topic::Down(cluster(), leaf).render(&site());
    for (topic, payload, reason, times) in [
        (own_topic(Down::Agenda), &own, Rejected::WrongTopic, 1),
        ("loa/1/bac-ha/all/job".to_string(), &all, Rejected::WrongTopic, 2),
        (own_topic(Down::Job), &all, Rejected::WrongCluster, 1),
        (Topic::Down(other, Down::Job).render(&site()), &own, Rejected::WrongCluster, 2),
        (own_topic(Down::Job), &for_other, Rejected::WrongCluster, 3),
        (own_topic(Down::Chunk), &own, Rejected::Malformed, 1),
    ] {
        world.deliver(&topic, payload.clone());
        world.run_for(5_000);
        assert_eq!(world.rejected(reason), times, "{topic}");
    }
    assert!(world.passes.is_empty() && world.controller.acks.is_empty());
    // Refused commands have not used up their number.
    world.deliver(&own_topic(Down::Job), own);
    world.run_for(5_000);
    assert_eq!(world.passes.len(), 1);
}

#[test]
fn replays_are_ignored_also_after_a_restart() {
    let (mut world, clip) = with_clip();
    let mut job = job(1, &[&clip]);
    job.play_at = Some(utc(60_000));
    let (topic, payload) = world.controller.all(world.now, CommandBody::Job(job.clone()));
    world.deliver(&topic, payload.clone());
    world.deliver(&topic, payload.clone());
    world.run_for(1_000);
    assert_eq!(world.rejected(Rejected::Replayed), 1);
    world.power_cut();
    world.run_for(1_000);
    world.deliver(&topic, payload);
    world.run_for(1_000);
    assert_eq!(world.rejected(Rejected::Replayed), 1);
}

#[test]
fn a_stranger_cannot_command() {
    let (mut world, clip) = with_clip();
    let job = job(1, &[&clip]);
    let command = world.controller.command(world.now, None, CommandBody::Job(job.clone()));
    let stranger = SiteKey::from_bytes(&[9; 64]).seal(&command);
    let mut altered = world.controller.key.seal(&command);
    let last = altered.len() - 1;
    altered[last] ^= 1;
    let topic = Topic::All.render(&site());
    for payload in [stranger, altered, vec![], vec![0; 40_000]] {
        world.deliver(&topic, payload);
    }
    world.run_for(10_000);
    for reason in [Rejected::UnknownKey, Rejected::BadSignature, Rejected::Malformed, Rejected::TooLong] {
        assert_eq!(world.rejected(reason), 1, "{reason:?}");
    }
    assert_eq!(world.plays(&job), 0);
}

#[test]
fn a_restarted_controller_hears_of_the_cluster_at_once() {
    let (mut world, _) = with_clip();
    world.run_for(1_000);
    world.controller.epoch = 2;
    world.say(Down::Agenda, CommandBody::Agenda(agenda(1, &[])));
    world.run_for(1_100);
    assert_eq!(world.controller.reports.last().unwrap().epoch, 2);
}

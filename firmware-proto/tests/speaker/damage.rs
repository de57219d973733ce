//! Clips that were whole, and are not any more.

use firmware_proto::message::{Class, Evidence, Job, Reason, Repeat, Stage};
use firmware_proto::{ClipId, Mono};

use crate::parties::{Clip, agenda, job, stop, utc};
use crate::world::World;

const MINUTE: u64 = 60_000;

/// A world in which these clips are stored, whole, since a job played them.
fn with_stored(clips: &[(u8, usize, u32)]) -> (World, Vec<Clip>) {
    let mut world = World::ready();
    let clips: Vec<Clip> = clips.iter().map(|(seed, size, ms)| world.clip(*seed, *size, *ms)).collect();
    let before = job(200, &clips.iter().collect::<Vec<_>>());
    world.announce(&before);
    world.run_for(20_000);
    assert_eq!(world.end(&before), Some((Stage::Finished, None)));
    world.passes.clear();
    (world, clips)
}

fn siren_and_text(minutes: u64) -> (World, Vec<Clip>, Job) {
    let (world, clips) = with_stored(&[(1, 3_000, 2_000), (2, 9_000, 5_000)]);
    let repeat = Repeat { gap_ms: 1_000, for_ms: minutes * MINUTE, until: utc(60 * MINUTE) };
    let alarm = Job { class: Class::Emergency, repeat: Some(repeat), ..job(1, &[&clips[0], &clips[1]]) };
    (world, clips, alarm)
}

fn ids(clips: &[Clip]) -> Vec<ClipId> {
    clips.iter().map(|clip| clip.clip.id).collect()
}

fn evidence(world: &World, job: &Job) -> Evidence {
    world.acks_of(job.id).last().and_then(|ack| ack.evidence).unwrap()
}

#[test]
fn what_broke_off_plays_on_from_the_clip_that_is_pulled_again() {
    let (mut world, clips) = with_stored(&[(1, 3_000, 2_000), (2, 9_000, 5_000)]);
    world.disk.rotten.insert(clips[1].clip.id);
    let job = job(1, &[&clips[0], &clips[1]]);
    world.announce(&job);
    world.run_for(20_000);
    let from: Vec<u64> = world.passes.iter().map(|(_, pass)| pass.from_ms).collect();
    assert_eq!(from, [0, 2_000]);
    assert_eq!(world.stages(&job), [Stage::Ready, Stage::Started, Stage::Finished]);
    let evidence = evidence(&world, &job);
    assert_eq!((evidence.played_ms, evidence.passes), (7_000, 1));
    assert_eq!(world.damage_told(), 1);
    world.run_for(25 * 60 * MINUTE);
    assert_eq!(world.damage_told(), 0, "it is told for a day");
}

#[test]
fn clips_are_read_again_before_they_are_due() {
    let (mut world, clips) = with_stored(&[(1, 3_000, 2_000)]);
    let talk = Job { play_at: Some(utc(100 * MINUTE)), start_by: utc(101 * MINUTE), ..job(1, &[&clips[0]]) };
    world.announce(&talk);
    world.run_until(Mono(80 * MINUTE));
    world.disk.rotten.insert(clips[0].clip.id);
    world.run_until(Mono(92 * MINUTE));
    assert!(world.disk.rotten.is_empty() && world.disk.complete.contains_key(&clips[0].clip.id));
    assert_eq!((world.damage_told(), world.plays(&talk)), (1, 0));
    world.run_until(Mono(102 * MINUTE));
    assert_eq!((world.plays(&talk), world.end(&talk)), (1, Some((Stage::Finished, None))));
}

#[test]
fn an_emergency_sounds_with_what_is_left() {
    let (mut world, clips, alarm) = siren_and_text(2);
    world.disk.rotten.insert(clips[1].clip.id);
    world.controller.answers.chunks = false;
    world.announce(&alarm);
    world.run_for(30_000);
    let played = |world: &World, clips: &[Clip]| {
        world.passes.iter().filter(|(_, pass)| pass.clips == ids(clips)).count()
    };
    let siren_alone = played(&world, &clips[..1]);
    assert!(siren_alone >= 7, "{siren_alone}");
    world.controller.answers.chunks = true;
    world.run_for(3 * MINUTE);
    assert!(played(&world, &clips) >= 5);
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
    let whole = u32::try_from(played(&world, &clips) - 1).unwrap();
    assert_eq!(evidence(&world, &alarm).passes, whole, "a pass without its text is none");
}

#[test]
fn an_emergency_without_its_text_to_the_end_says_so() {
    let (mut world, clips, alarm) = siren_and_text(1);
    world.disk.rotten.insert(clips[1].clip.id);
    world.controller.answers.chunks = false;
    world.announce(&alarm);
    world.run_for(2 * MINUTE);
    assert_eq!(world.end(&alarm), Some((Stage::Failed, Some(Reason::ClipDamaged))));
    let evidence = evidence(&world, &alarm);
    assert!(evidence.played_ms > 30_000 && evidence.passes == 0, "{evidence:?}");
}

#[test]
fn an_emergency_of_which_nothing_is_left_waits_for_it() {
    let (mut world, clips, alarm) = siren_and_text(2);
    world.disk.rotten.extend(ids(&clips));
    world.controller.answers.chunks = false;
    world.announce(&alarm);
    world.run_for(30_000);
    world.controller.answers.chunks = true;
    world.run_for(4 * MINUTE);
    assert_eq!(world.end(&alarm), Some((Stage::Finished, None)));
    assert!(evidence(&world, &alarm).passes >= 5);
}

#[test]
fn a_restart_does_not_silence_what_has_lost_a_clip() {
    let (mut world, clips, alarm) = siren_and_text(5);
    world.controller.agenda = Some(agenda(9, &[&alarm]));
    world.announce(&alarm);
    world.run_for(20_000);
    world.disk.rotten.insert(clips[1].clip.id);
    world.controller.answers.chunks = false;
    world.run_for(20_000);
    world.power_cut();
    let before = world.passes.len();
    world.run_for(20_000);
    assert!(world.passes.len() > before + 3, "{}", world.passes.len());
}

#[test]
fn a_clip_that_is_whole_and_does_not_play_is_not_pulled_again() {
    let (mut world, clips) = with_stored(&[(1, 3_000, 2_000), (2, 9_000, 5_000)]);
    let wants = world.wants().count();
    world.broken = Some(Reason::Undecodable);
    let job = job(1, &[&clips[0], &clips[1]]);
    world.announce(&job);
    world.run_for(5_000);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::Undecodable))));
    assert_eq!((world.plays(&job), world.wants().count(), world.damage_told()), (1, wants, 0));
}

#[test]
fn a_card_that_does_not_answer_is_as_good_as_damaged() {
    let (mut world, clips) = with_stored(&[(1, 3_000, 2_000)]);
    world.disk_hangs = true;
    world.broken = Some(Reason::ClipDamaged);
    let job = Job { start_by: utc(30 * MINUTE), ..job(1, &[&clips[0]]) };
    world.announce(&job);
    world.run_for(MINUTE - 1_000);
    assert_eq!(world.end(&job), None);
    world.disk_hangs = false;
    world.broken = None;
    world.run_for(10_000);
    assert_eq!((world.plays(&job), world.end(&job)), (2, Some((Stage::Finished, None))));
}

/// Its last word is said whatever happens while it waits for its clip.
#[test]
fn what_waits_for_its_clip_can_be_stopped_and_comes_too_late() {
    let waiting = || {
        let (mut world, clips) = with_stored(&[(1, 3_000, 2_000), (2, 9_000, 5_000)]);
        world.disk.rotten.insert(clips[1].clip.id);
        world.controller.answers.chunks = false;
        let job = Job { start_by: utc(40_000), ..job(1, &[&clips[0], &clips[1]]) };
        world.announce(&job);
        world.run_for(5_000);
        assert_eq!(world.end(&job), None);
        (world, job)
    };
    let (mut world, job) = waiting();
    world.say_all(stop(&job));
    world.run_for(1_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, Some(Reason::Stopped))));
    assert_eq!(evidence(&world, &job).played_ms, 2_000);

    let (mut world, job) = waiting();
    world.run_for(MINUTE);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::ClipDamaged))));
    assert_eq!(evidence(&world, &job).played_ms, 2_000);

    let (mut world, job) = waiting();
    world.power_cut();
    world.run_for(1_000);
    assert_eq!(world.end(&job), Some((Stage::Failed, Some(Reason::Restarted))));
}

#[test]
fn of_all_clips_one_an_hour_is_read_again() {
    let (mut world, clips) = with_stored(&[(1, 3_000, 500), (2, 9_000, 500), (3, 5_000, 500)]);
    world.read_back.clear();
    world.run_for(5 * 60 * MINUTE);
    let read: Vec<ClipId> = world.read_back.iter().map(|(_, clip)| *clip).collect();
    assert_eq!(read.len(), 5);
    assert!(ids(&clips).iter().all(|clip| read.contains(clip)), "each in its turn");
    world.disk.rotten.insert(clips[2].clip.id);
    world.run_for(4 * 60 * MINUTE);
    assert_eq!((world.disk.complete.len(), world.damage_told()), (2, 1));
}

#[test]
fn a_disk_smaller_than_it_should_be_loses_what_nobody_needs() {
    let (mut world, _) = with_stored(&[(1, 30_000, 500), (2, 30_000, 500)]);
    world.disk_bytes = 80_000;
    let third = world.clip(3, 40_000, 500);
    let job = job(1, &[&third]);
    world.announce(&job);
    world.run_for(20_000);
    assert_eq!(world.end(&job), Some((Stage::Finished, None)));
    assert!(world.disk.complete.contains_key(&third.clip.id) && world.disk.complete.len() == 2);
    let fourth = world.clip(4, 90_000, 500);
    let hopeless = Job { start_by: utc(10 * MINUTE), ..crate::parties::job(2, &[&fourth]) };
    world.announce(&hopeless);
    world.run_for(20_000);
    assert_eq!(world.end(&hopeless), Some((Stage::Failed, Some(Reason::StorageFull))));
}

#[test]
fn a_clip_that_the_controller_has_lost_does_not_hold_up_the_next_one() {
    let mut world = World::ready();
    let (lost, good) = (world.clip(1, 9_000, 500), world.clip(2, 9_000, 500));
    let id = lost.clip.id;
    world.chunk_filter = Box::new(move |chunk| chunk.clip != id);
    let later = |n, at: u64, clip: &Clip| Job {
        play_at: Some(utc(at * MINUTE)),
        start_by: utc((at + 1) * MINUTE),
        ..job(n, &[clip])
    };
    let (first, second) = (later(1, 5, &lost), later(2, 6, &good));
    world.announce(&first);
    world.announce(&second);
    world.run_for(30_000);
    assert_eq!(world.stages(&first), [Stage::Received]);
    assert_eq!(world.stages(&second), [Stage::Received, Stage::Ready]);
    // It is asked for again.
    world.chunk_filter = Box::new(|_| true);
    world.run_for(2 * MINUTE);
    assert_eq!(world.stages(&first), [Stage::Received, Stage::Ready]);
}

#[test]
fn a_repetition_that_ends_before_it_was_once_whole_has_failed() {
    let (mut world, clips, mut alarm) = siren_and_text(1);
    let repeat = alarm.repeat.unwrap();
    alarm.repeat = Some(Repeat { for_ms: 1_500, ..repeat });
    world.disk.rotten.insert(clips[1].clip.id);
    world.announce(&alarm);
    world.run_for(MINUTE);
    assert_eq!(world.end(&alarm), Some((Stage::Failed, Some(Reason::ClipDamaged))));
    assert_eq!(evidence(&world, &alarm).played_ms, 2_000);
}

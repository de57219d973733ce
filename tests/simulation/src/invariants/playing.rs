//! What may come out of a loudspeaker, judged in the moment in which it is handed to the sink.

use controller_core::programme::Plan;
use firmware_proto::message::{ClipRef, Reason, ReportBody, Stage};
use firmware_proto::speaker::{Pass, PassOutcome};
use firmware_proto::{Mono, UtcMillis};
use schedules::{Interrupted, Recurrence};

use crate::clock::T0;
use crate::marks::Mark;
use crate::message::{Message, Says};
use crate::model::{Meant, Pass as Before};
use crate::world::World;

/// Rounding, and the sink's first samples.
const SLACK_MS: u64 = 200;
const DAY_MS: u64 = 24 * 3_600_000;

/// Holds every rule of this file against a pass that begins.
pub(crate) fn check(world: &World, cluster: usize, pass: &Pass) {
    let Some(meant) = world.model.jobs.get(&pass.job) else {
        world.violated("only jobs that staff asked for play", &format!("{pass:?}"));
    };
    only_targets_play(world, meant, cluster, pass);
    no_job_plays_twice(world, meant, cluster, pass);
    no_occurrence_plays_twice(world, meant, cluster, pass);
    no_stop_is_forgotten(world, cluster, pass);
    only_held_clips_play(world, meant, cluster, pass);
    nothing_plays_without_the_time(world, meant, cluster, pass);
}

/// A cluster that staff removed still hears what is for all: nothing but the revocation of its
/// credentials at the broker could keep it from that.
fn only_targets_play(world: &World, meant: &Meant, cluster: usize, pass: &Pass) {
    if world.model.removed.contains(&cluster) {
        return;
    }
    let mut zones = pass.zones.clone();
    zones.sort_unstable();
    // What goes on after an interruption may have been changed meanwhile.
    let goes_on = world.model.passes_of(cluster, pass.job).next().is_some();
    let right = meant.players.get(&cluster) == Some(&zones)
        || goes_on && super::editions::are_zones_of_a_form(world, meant, cluster, &zones);
    if !right {
        let what = format!("cluster {cluster} plays {pass:?}, meant {:?}", meant.players);
        world.violated("only targets play", &what);
    }
}

fn no_job_plays_twice(world: &World, meant: &Meant, cluster: usize, pass: &Pass) {
    let before = world.model.passes_of(cluster, pass.job).last();
    if let Some(before) = before.filter(|_| meant.repeat_for_ms.is_none()) {
        // What something else has interrupted may go on, as it was planned to, unless the power went.
        let same_life = before.life == world.clusters[cluster].life;
        if same_life && broke_off(before) && (before.from_ms..=meant.pass_ms()).contains(&pass.from_ms) {
            return;
        }
        let goes_on = before.stop_asked && same_life;
        let right = match meant.interrupted {
            Interrupted::Drop => false,
            Interrupted::Resume => pass.from_ms >= before.from_ms && pass.from_ms <= meant.pass_ms(),
            Interrupted::Restart => pass.from_ms == 0,
        };
        if goes_on && right {
            return;
        }
        let what = format!("cluster {cluster}: {} began at {} ms already", pass.job, before.asked.0);
        world.violated("no job plays twice", &what);
    }
}

/// Did a clip turn out to be damaged?
fn broke_off(before: &Before) -> bool {
    before.ended == Some(PassOutcome::Failed(Reason::Undecodable))
}

/// However often its programme was changed, paused, or cancelled and added again.
fn no_occurrence_plays_twice(world: &World, meant: &Meant, cluster: usize, pass: &Pass) {
    let before = world.model.passes_of_occurrence(cluster, meant).find(|before| before.job != pass.job);
    if let Some(before) = before {
        let what = format!("cluster {cluster}: {} has played what {} is to play", before.job, pass.job);
        world.violated("no occurrence plays twice", &what);
    }
}

fn no_stop_is_forgotten(world: &World, cluster: usize, pass: &Pass) {
    if world.clusters[cluster].over.contains(&pass.job) {
        let what = format!("cluster {cluster} plays {}, and knows that it is over", pass.job);
        world.violated("no stop is forgotten", &what);
    }
}

fn only_held_clips_play(world: &World, meant: &Meant, cluster: usize, pass: &Pass) {
    let held = pass.clips.iter().all(|clip| world.clusters[cluster].flash.has(clip));
    let are = |clips: &[ClipRef]| clips.iter().map(|clip| clip.id).eq(pass.clips.iter().copied());
    // To a cluster that was removed nobody speaks its listeners' language: it hears what is for all.
    let usual = world.model.removed.contains(&cluster) && are(&meant.clips);
    let some = || {
        let mut all = meant.clips_on(cluster).iter().map(|clip| clip.id);
        let in_order = pass.clips.iter().all(|clip| all.any(|known| known == *clip));
        // On a small card another job may have taken the place of one.
        let lost = world.clusters[cluster].was_rotten || world.plans[cluster].storage_bytes < 1 << 20;
        in_order && meant.repeat_for_ms.is_some() && lost && !pass.clips.is_empty()
    };
    let whole = usual || are(meant.clips_on(cluster));
    if held && !whole && some() {
        return world.marks.reach(Mark::SoundedWithoutSome);
    }
    if !held || !whole {
        world.violated("only held clips play", &format!("cluster {cluster}: {pass:?}"));
    }
}

/// A device that has not heard the time since its start cannot tell how old a job is.
fn nothing_plays_without_the_time(world: &World, meant: &Meant, cluster: usize, pass: &Pass) {
    match clock_error(world, cluster) {
        Some(error_ms) => {
            nothing_plays_too_early(world, meant, cluster, pass, error_ms);
            nothing_plays_too_late(world, meant, cluster, pass, error_ms);
        }
        None => world.violated("nothing plays without the time", &format!("cluster {cluster}: {pass:?}")),
    }
}

fn nothing_plays_too_early(world: &World, meant: &Meant, cluster: usize, pass: &Pass, error_ms: u64) {
    let Some(play_at) = meant.play_at else { return };
    let (_, latest) = site_time(world);
    if latest + error_ms + SLACK_MS < play_at {
        let what = format!("cluster {cluster}: {} at {}, not {}", pass.job, latest.0, play_at.0);
        world.violated("nothing plays too early", &what);
    }
}

fn nothing_plays_too_late(world: &World, meant: &Meant, cluster: usize, pass: &Pass, error_ms: u64) {
    let (earliest, _) = site_time(world);
    let goes_on = world.model.passes_of(cluster, pass.job).next().is_some();
    let start_by = meant.latest_start() + if goes_on { meant.pass_ms() } else { 0 };
    if earliest > start_by + error_ms + SLACK_MS {
        let what = format!("cluster {cluster}: {} at {}, not {}", pass.job, earliest.0, start_by.0);
        world.violated("nothing plays too late", &what);
    }
}

fn clock_error(world: &World, cluster: usize) -> Option<u64> {
    let cluster = &world.clusters[cluster];
    let local = cluster.crystal.at(world.now);
    cluster.speaker.as_ref()?.clock_error_ms(local).map(u64::from)
}

/// Now, by the most backward and the most forward clock that the controller has had.
fn site_time(world: &World) -> (UtcMillis, UtcMillis) {
    let at = |offset: Option<&i64>| {
        UtcMillis((T0.0 + world.now.0).saturating_add_signed(offset.copied().unwrap_or_default()))
    };
    let offsets = &world.model.offsets_ms;
    (at(offsets.iter().min()), at(offsets.iter().max()))
}

/// The scenarios' programmes are daily, for a minute after 15:00, which is when the world begins. An answer says what was
/// decided when staff `asked`, by the clock of that moment: on a slow disk it may come after that occurrence.
pub(crate) fn the_next_occurrence_is_right(world: &World, wanted: &Plan, asked: UtcMillis, next: UtcMillis) {
    let Recurrence::Cron(rule) = &wanted.recurrence else { return };
    let minute: u64 = rule.as_str().split(' ').next().and_then(|minute| minute.parse().ok()).unwrap_or(0);
    let minute_ms = (T0 + minute * 60_000).0 % DAY_MS;
    let today = UtcMillis(asked.0 / DAY_MS * DAY_MS + minute_ms);
    let right = if today > asked { today } else { today + DAY_MS };
    if next != right {
        world.violated("the next occurrence is right", &format!("{wanted:?}: {}", next.0));
    }
}

/// No two sounds at once from one sink.
pub(crate) fn one_pass_at_a_time(world: &World, cluster: usize, free: bool) {
    if !free {
        world.violated("one pass at a time", &format!("cluster {cluster}"));
    }
}

/// The time of a `started` lies within the error that the cluster itself gives.
pub(crate) fn a_reported_time_is_right(world: &World, cluster: usize, message: &Message) {
    let Says::Report(report) = &message.says else { return };
    let ReportBody::Acks(acks) = &report.body else { return };
    for ack in acks.iter().filter(|ack| ack.stage == Stage::Started) {
        let Some(at) = ack.at else { continue };
        let error_ms = u64::from(ack.error_ms.unwrap_or_default()) + SLACK_MS;
        let by = |started: u64, offset: &i64| at.0.abs_diff((T0.0 + started).saturating_add_signed(*offset));
        // What goes on after a power cut may say `started` once more.
        let starts: Vec<Mono> =
            world.model.passes_of(cluster, ack.job).filter_map(|pass| pass.started).collect();
        let right = |started: Mono| world.model.offsets_ms.iter().any(|o| by(started.0, o) <= error_ms);
        if !starts.iter().copied().any(right) {
            let what = format!("cluster {cluster} started at {starts:?} and says {ack:?}");
            world.violated("a reported time is right", &what);
        }
    }
}

//! Who can play does, and an emergency at once.

use firmware_proto::message::Class;
use firmware_proto::{JobId, Mono};

use crate::model::Meant;
use crate::queue::Event;
use crate::world::World;

/// Hello, agenda, time.
const GREETING_MS: u64 = 45_000;
/// A chunk that was lost is asked for again within this time, and a download begins slowly.
const RETRY_MS: u64 = 75_000;
/// From staff's answer to the first sample, the clip being there, on a line without chunks.
const EMERGENCY_MS: u64 = 6_000;

/// A job that is looked at, at its latest start or soon after it was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Judgement {
    job: JobId,
    kind: Kind,
    since: Mono,
    /// Devices that had the clips already.
    held_by: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Plays,
    AtOnce,
}

impl World {
    /// Looks at a job when those who can must have played it.
    pub(crate) fn plan_judgement(&mut self, job: JobId) {
        let meant = &self.model.jobs[&job];
        let utc = self.controller.utc(self.now);
        let latest = self.now + meant.start_by().0.since(utc);
        let at_once = meant.class == Class::Emergency && meant.play_at.is_none();
        self.judge_at(latest, job, Kind::Plays);
        if at_once {
            self.judge_at(self.now + EMERGENCY_MS, job, Kind::AtOnce);
        }
    }

    fn judge_at(&mut self, at: Mono, job: JobId, kind: Kind) {
        let index = self.judged.len();
        let clips = &self.model.jobs[&job].clips;
        let holds = |c: &usize| clips.iter().all(|clip| self.clusters[*c].flash.has(&clip.id));
        let held_by = (0..self.clusters.len()).filter(holds).collect();
        self.judged.push(Judgement { job, kind, since: self.now, held_by });
        self.queue.push(at, Event::Judge(index));
    }
}

/// Looks at a job whose moment has come.
pub(crate) fn judge(world: &World, index: usize) {
    let Judgement { job, kind, since, held_by } = world.judged[index].clone();
    let meant = &world.model.jobs[&job];
    let stepped = world.controller.stepped_at.is_some_and(|at| at >= meant.first_asked);
    if meant.stop_asked.is_some() || stepped {
        return;
    }
    for &cluster in meant.players.keys() {
        let shell = &world.clusters[cluster];
        let small = world.plans[cluster].storage_bytes < 1 << 20;
        if shell.was_broken || small {
            continue;
        }
        match kind {
            Kind::Plays => who_can_play_does(world, job, meant, cluster, since),
            Kind::AtOnce if held_by.contains(&cluster) => {
                an_emergency_sounds_at_once(world, job, cluster, since);
            }
            Kind::AtOnce => {}
        }
    }
}

fn who_can_play_does(world: &World, job: JobId, meant: &Meant, cluster: usize, accepted: Mono) {
    let Some(clean) = world.clean_since(cluster) else { return };
    let from = clean.max(accepted);
    let busy_ms = busy_ms(world, job, cluster);
    let window_ms = world.now.since(from);
    let after_play_at = meant.play_at.map_or(u64::MAX, |at| meant.start_by().0.since(at));
    let enough =
        window_ms > GREETING_MS + download_ms(world, cluster) + busy_ms && after_play_at > busy_ms + 1_000;
    let played = world.model.passes_of(cluster, job).next().is_some();
    if enough && !played {
        let what = format!("cluster {cluster} has had {window_ms} ms for {job}: {meant:?}");
        world.violated("who can play does", &what);
    }
}

/// All clips of all jobs of the cluster over its line.
fn download_ms(world: &World, cluster: usize) -> u64 {
    let line = world.plans[cluster].line;
    let jobs = world.model.jobs.values().filter(|meant| meant.players.contains_key(&cluster));
    let bytes: u64 = jobs.flat_map(|meant| &meant.clips).map(|clip| u64::from(clip.size_bytes)).sum();
    RETRY_MS + bytes * 2_000 / line.bytes_per_s + bytes / 2_048 * (line.delay_ms + line.jitter_ms)
}

/// All that others may play there meanwhile.
fn busy_ms(world: &World, job: JobId, cluster: usize) -> u64 {
    let others =
        world.model.jobs.iter().filter(|(id, meant)| **id != job && meant.players.contains_key(&cluster));
    let near = others.filter(|(_, meant)| meant.first_asked <= world.now);
    near.map(|(_, meant)| meant.length_ms() + meant.pass_ms() + 5_000).sum()
}

fn an_emergency_sounds_at_once(world: &World, job: JobId, cluster: usize, accepted: Mono) {
    let clean = world.clean_since(cluster).is_some_and(|clean| clean + GREETING_MS < accepted);
    let newer = world.model.jobs.iter().any(|(id, other)| {
        *id != job && other.class == Class::Emergency && other.first_asked + 60_000 > accepted
    });
    let played = world.model.passes_of(cluster, job).any(|pass| pass.started.is_some());
    if clean && !newer && !played {
        let what = format!("cluster {cluster} is silent {} ms after {job}", world.now.since(accepted));
        world.violated("an emergency sounds at once", &what);
    }
}

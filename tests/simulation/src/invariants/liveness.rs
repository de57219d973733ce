//! Who can play does, and an emergency at once.

use controller_core::delivery::Why;
use controller_core::programme::Plan;
use firmware_proto::message::{Class, Reason};
use firmware_proto::{JobId, Mono, UtcMillis};

use crate::model::{Edition, Meant};
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
    what: What,
    since: Mono,
}

#[derive(Debug, Clone)]
enum What {
    /// A job at its latest start.
    Plays(JobId),
    /// An emergency, a moment after it was accepted; with the devices that had its clips by then.
    AtOnce(JobId, Vec<usize>),
    /// An occurrence of a programme at its latest start.
    Occurs(String, UtcMillis),
    /// An edition of a programme that staff have stopped, in whatever form.
    Silence(String, UtcMillis),
}

impl World {
    /// Looks at a job when those who can must have played it.
    pub(crate) fn plan_judgement(&mut self, job: JobId) {
        let meant = &self.model.jobs[&job];
        let utc = self.controller.utc(self.now);
        let latest = self.now + meant.start_by().0.since(utc);
        let at_once = meant.class == Class::Emergency && meant.play_at.is_none();
        let clips = meant.clips.clone();
        self.judge_at(latest, self.now, What::Plays(job));
        if at_once {
            let holds = |c: &usize| clips.iter().all(|clip| self.clusters[*c].flash.has(&clip.id));
            let held_by = (0..self.clusters.len()).filter(holds).collect();
            self.judge_at(self.now + EMERGENCY_MS, self.now, What::AtOnce(job, held_by));
        }
    }

    /// Looks at a programme when its next occurrence must have been heard.
    pub(crate) fn plan_occurrence(&mut self, wanted: &Plan, next: UtcMillis, asked_at: Mono) {
        let latest = next + schedules::LATE_MS;
        let at = self.now + latest.since(self.controller.utc(self.now));
        self.judge_at(at, asked_at, What::Occurs(wanted.id.clone(), next));
    }

    /// Looks at an edition when everybody who can hear must know that staff have stopped it.
    pub(crate) fn plan_silence(&mut self, job: JobId) {
        let edition = self.model.jobs.get(&job).and_then(Meant::edition);
        if let Some((programme, at)) = edition.map(|(programme, at)| (programme.to_owned(), at)) {
            self.judge_at(self.now + GREETING_MS, self.now, What::Silence(programme, at));
        }
    }

    fn judge_at(&mut self, at: Mono, since: Mono, what: What) {
        let index = self.judged.len();
        self.judged.push(Judgement { what, since });
        self.queue.push(at, Event::Judge(index));
    }
}

/// Looks at a job whose moment has come.
pub(crate) fn judge(world: &World, index: usize) {
    let Judgement { what, since } = &world.judged[index];
    if let What::Silence(programme, at) = what {
        return a_stop_ends_every_form(world, (programme, *at), *since);
    }
    if world.controller.stepped_at.is_some_and(|at| at >= *since) {
        return;
    }
    match what {
        What::Plays(job) => {
            able_players(world, *job).for_each(|c| who_can_play_does(world, *job, c, *since));
        }
        What::AtOnce(job, held_by) => {
            let able = able_players(world, *job).filter(|c| held_by.contains(c));
            able.for_each(|c| an_emergency_sounds_at_once(world, *job, c, *since));
        }
        What::Occurs(programme, at) => an_occurrence_becomes_a_job(world, programme, *at, *since),
        What::Silence(..) => {}
    }
}

/// Whatever form of an edition a cluster plays, and whatever the clocks show.
fn a_stop_ends_every_form(world: &World, edition: Edition<'_>, since: Mono) {
    for (cluster, playing) in (0..world.clusters.len()).filter_map(|c| Some((c, world.model.sounding(c)?))) {
        let of_it = world.model.jobs.get(&playing.job).and_then(Meant::edition) == Some(edition);
        let heard = world.clean_since(cluster).is_some_and(|clean| clean <= since);
        if of_it && heard && !world.model.removed.contains(&cluster) {
            let what = format!("cluster {cluster} still plays {playing:?} of {edition:?}");
            world.violated("a stop ends every form", &what);
        }
    }
}

/// Devices that are to play a job which nobody stopped, and whose sink and storage do not keep them from it.
fn able_players(world: &World, job: JobId) -> impl Iterator<Item = usize> + '_ {
    let meant = &world.model.jobs[&job];
    let able = |c: &usize| {
        let small = world.plans[*c].storage_bytes < 1 << 20;
        meant.stop_asked.is_none()
            && !small
            && !world.clusters[*c].was_broken
            && !world.clusters[*c].was_rotten
            && !world.model.removed.contains(c)
    };
    meant.players.keys().copied().filter(able)
}

/// Unless it was cancelled, or the controller was away all the while.
fn an_occurrence_becomes_a_job(world: &World, programme: &str, at: UtcMillis, since: Mono) {
    let called_off = world.model.forms(Some((programme, at))).any(|(_, form)| form.called_off);
    let changed = world.model.cancelled.get(programme).is_some_and(|at| *at >= since);
    let cancelled = called_off || changed;
    let away = world.controller.core.is_none() || world.now.since(world.controller.up_since) < GREETING_MS;
    let waited = world.controller.waited_at.is_some_and(|at| world.now.since(at) < GREETING_MS);
    if cancelled || away || waited {
        return;
    }
    let mut jobs = world.model.occurrences(programme, at);
    let Some(job) = jobs.find(|job| world.state().is_some_and(|state| state.jobs.contains_key(job))) else {
        world.violated("an occurrence becomes a job", &format!("{programme} at {}", at.0));
    };
    able_players(world, job).for_each(|c| who_can_play_does(world, job, c, since));
}

fn who_can_play_does(world: &World, job: JobId, cluster: usize, accepted: Mono) {
    let meant = &world.model.jobs[&job];
    let Some(clean) = world.clean_since(cluster) else { return };
    let from = clean.max(accepted);
    let busy_ms = busy_ms(world, job, cluster);
    let window_ms = world.now.since(from);
    let after_play_at = meant.play_at.map_or(u64::MAX, |at| meant.waits_until().since(at));
    let enough =
        window_ms > GREETING_MS + download_ms(world, cluster) + busy_ms && after_play_at > busy_ms + 1_000;
    // Begun on storage, and the power went before the sink heard of it: it must not begin again.
    let was_cut = world.model.cuts.contains_key(&cluster);
    let restarted = |job: JobId| {
        let why = world.delivery(job, cluster).and_then(|delivery| delivery.why);
        was_cut && why == Some(Why::Cluster { reason: Reason::Restarted })
    };
    // In another form it counts too: whether that was heard whole is looked at in the end.
    let mut forms: Vec<JobId> = world.model.forms(meant.edition()).map(|(id, _)| id).collect();
    forms.push(job);
    let begun = |form: &JobId| world.model.passes_of(cluster, *form).next().is_some() || restarted(*form);
    let played = forms.iter().any(begun);
    if enough && !played {
        let what = format!("cluster {cluster} has had {window_ms} ms for {job}: {meant:?}");
        world.violated("who can play does", &what);
    }
}

/// All clips of all jobs of the cluster over its line.
fn download_ms(world: &World, cluster: usize) -> u64 {
    let line = world.plans[cluster].line;
    let jobs = world.model.jobs.values().filter(|meant| meant.players.contains_key(&cluster));
    let bytes: u64 =
        jobs.flat_map(|meant| meant.clips_on(cluster)).map(|clip| u64::from(clip.size_bytes)).sum();
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

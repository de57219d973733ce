//! Durable before visible. Judged by what a message says, against the fold of what is on the disk.

use controller_core::State;
use controller_core::change::SiteChange;
use controller_core::command::{Command as Asked, Done};
use controller_core::delivery::Delivery;
use controller_core::refusal::Refusal;
use firmware_proto::message::{AckId, Command, CommandBody, Stage};
use firmware_proto::{ClusterId, JobId, sequence};

use crate::controller::Attempt;
use crate::marks::Mark;
use crate::world::World;

const PUBLISHED: &str = "nothing is published before it is durable";

/// A command tells only what would survive a crash in this moment.
pub(crate) fn nothing_is_published_before_it_is_durable(world: &World, command: &Command) {
    let durable = &world.controller.disk.durable;
    let epoch = sequence::epoch(command.sequence);
    if epoch > durable.epoch {
        world.violated(PUBLISHED, &format!("epoch {epoch} is not durable: {command:?}"));
    }
    let jobs = |id: &JobId| durable.jobs.contains_key(id);
    let holds = match &command.body {
        CommandBody::Job(job) => jobs(&job.id),
        CommandBody::Agenda(agenda) => {
            agenda.version <= durable.version && agenda.names().all(|job| jobs(&job.id))
        }
        CommandBody::Stop(stop) => durable
            .jobs
            .get(&stop.job)
            .is_some_and(|job| job.stopped_at.is_some() && (stop.unless_begun || job.called_off)),
        CommandBody::Receipt(receipt) => {
            receipt.acks.iter().all(|ack| is_journaled(world, command.target.as_ref(), *ack))
        }
        CommandBody::Time(_) | CommandBody::Peer(_) => true,
    };
    if !holds {
        world.violated(PUBLISHED, &format!("{command:?}"));
    }
}

fn is_journaled(world: &World, target: Option<&ClusterId>, ack: AckId) -> bool {
    let Some(target) = target else { return false };
    let known = world.model.acks.get(&(world.index_of(target), ack));
    let Some((job, stage)) = known else { return false };
    let delivery = world.controller.disk.durable.jobs.get(job).and_then(|job| job.deliveries.get(target));
    delivery.is_none_or(|delivery| says(delivery, *stage))
}

fn says(delivery: &Delivery, stage: Stage) -> bool {
    delivery.said >> stage as u8 & 1 == 1
}

/// No two commands to the same receivers have the same number, whatever crashes between them.
pub(crate) fn no_number_is_used_twice(world: &mut World, command: &Command) {
    let text = format!("{command:?}");
    if !world.watch.number_is_new(command.target.clone(), command.sequence, &text) {
        world.violated("no number is used twice", &text);
    }
}

/// Staff are told only what would survive a crash in this moment. What was decided after it, and came to the disk
/// together with it, may have changed it again: that is judged as it was when all had followed that follows from it.
/// A refusal rests on what was known when it was asked for.
pub(crate) fn an_answer_is_durable_when_it_is_said(
    world: &World,
    asked: Attempt,
    result: &Result<Done, Refusal>,
) {
    let disk = &world.controller.disk;
    let violated = || world.violated("an answer is durable when it is said", &format!("{result:?}"));
    let rests_on = if result.is_ok() { asked.decided } else { asked.before };
    if disk.durable_sequence < rests_on {
        violated();
    }
    if !promises(&disk.durable, result) {
        if !promises(&disk.fold_until(asked.decided), result) {
            violated();
        }
        world.marks.reach(Mark::AnswerOvertaken);
    }
}

/// Does the state hold what the answer says?
fn promises(durable: &State, result: &Result<Done, Refusal>) -> bool {
    match result {
        Ok(Done::Job { job, .. }) => durable.jobs.contains_key(job),
        Ok(Done::Schedule(changed)) => {
            let mut ids = changed.added.iter().chain(&changed.changed);
            ids.all(|id| durable.programmes.contains_key(id))
        }
        Ok(Done::Stopped { jobs }) => jobs.iter().all(|job| is_stopped(durable, *job)),
        Ok(Done::Site(changed)) => {
            let (mut there, mut gone) =
                (changed.added.iter().chain(&changed.changed), changed.removed.iter());
            there.all(|id| durable.clusters.contains_key(id))
                && gone.all(|id| !durable.clusters.contains_key(id))
        }
        Ok(Done::Clip { clip }) => durable.clips.contains_key(clip),
        Ok(Done::ClipRemoved { clip, title, gone }) => match durable.clips.get(clip) {
            Some(known) => !gone && known.titles.iter().all(|known| known.text != *title),
            None => true,
        },
        Ok(Done::ClipReplaced { clip, programmes, .. }) => {
            let plays = |id: &String| {
                let planned = durable.programmes.get(id);
                planned.is_some_and(|p| p.programme.plan.clips().any(|known| known.clip.id == *clip))
            };
            programmes.iter().all(plays)
        }
        Ok(Done::Changed) | Err(_) => true,
    }
}

/// Have staff ever asked for that?
fn was_removed(world: &World, id: &ClusterId) -> bool {
    world.controller.asks.iter().any(|ask| match &ask.command {
        Asked::RemoveCluster(removed) => removed == id,
        Asked::ChangeSite(site) => site.replace && site.clusters.iter().all(|named| named.id != *id),
        _ => false,
    })
}

fn is_stopped(state: &State, job: JobId) -> bool {
    state.jobs.get(&job).is_none_or(|job| job.stopped_at.is_some())
}

/// What staff were told to be accepted is on the disk that a new controller finds.
pub(crate) fn nothing_accepted_is_lost(world: &World) {
    let durable = &world.controller.disk.durable;
    for ask in world.controller.asks.iter().filter(|ask| matches!(ask.answer, Some(Ok(_)))) {
        let holds = match &ask.command {
            Asked::Announce(wanted) => durable.jobs.contains_key(&wanted.id),
            Asked::Stop(job) => is_stopped(durable, *job),
            Asked::ChangeSchedule(change) => change.plans.iter().all(|plan| {
                let cancelled =
                    |ask: &crate::controller::Ask| ask.command == Asked::CancelProgramme(plan.id.clone());
                durable.programmes.contains_key(&plan.id) || world.controller.asks.iter().any(cancelled)
            }),
            Asked::AddClusters(clusters) | Asked::ChangeSite(SiteChange { clusters, .. }) => {
                clusters.iter().all(|c| durable.clusters.contains_key(&c.id) || was_removed(world, &c.id))
            }
            Asked::AcceptClock
            | Asked::CancelJob(_)
            | Asked::AddClip(_)
            | Asked::RemoveClip { .. }
            | Asked::CancelProgramme(_)
            | Asked::ReplaceClip { .. }
            | Asked::RemoveCluster(_)
            | Asked::PauseProgramme { .. }
            | Asked::OrderProgrammes(_) => true,
        };
        if !holds {
            world.violated("nothing accepted is lost", &format!("{:?}", ask.command));
        }
    }
}

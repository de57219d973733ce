//! What staff are shown at the quiet end is what really happened.

use controller_core::cluster::ClusterKind;
use controller_core::delivery::{Delivery, DeliveryState as S, Why};
use controller_core::job::Job;
use firmware_proto::message::{Reason, Sound};

use crate::model::{Meant, Pass};
use crate::world::World;

const SHOWN: &str = "what is shown is what sounded";

/// Every delivery of every job that is over.
pub(crate) fn what_is_shown_is_what_sounded(world: &World) {
    let Some(state) = world.state() else { world.violated("the controller runs at the end", "") };
    let utc = world.controller.utc(world.now);
    for (id, meant) in &world.model.jobs {
        let Some(job) = state.jobs.get(id) else {
            if meant.accepted.is_some() {
                world.violated("nothing accepted is lost", &format!("{id}"));
            }
            continue;
        };
        let shown = job.deliveries.keys().map(|cluster| world.index_of(cluster));
        let all = meant.targets.iter().chain(meant.players.keys());
        if !all.clone().all(|c| world.model.removed.contains(c) || shown.clone().any(|s| s == *c)) {
            world.violated("every target has a delivery", &format!("{meant:?} {job:?}"));
        }
        if job.spec.over_at() < utc {
            let stayed = job.deliveries.iter().map(|(cluster, delivery)| (world.index_of(cluster), delivery));
            for (cluster, delivery) in stayed.filter(|(cluster, _)| !world.model.removed.contains(cluster)) {
                judge(world, meant, job, cluster, delivery);
            }
        }
    }
}

fn judge(world: &World, meant: &Meant, job: &Job, cluster: usize, delivery: &Delivery) {
    let wrong = if world.plans[cluster].cluster.kind == ClusterKind::Wireless {
        wireless_error(world, job, cluster, delivery)
    } else {
        device_error(world, meant, job, cluster, delivery)
    };
    if let Some(wrong) = wrong {
        let passes: Vec<&Pass> = world.model.passes_of(cluster, job.spec.id).collect();
        let what = format!(
            "{wrong}: {} on cluster {cluster} is shown as {delivery:?}\n  passes: {passes:?}\n  meant: {meant:?}",
            job.spec.id
        );
        world.violated(SHOWN, &what);
    }
}

/// Nobody knows more than what the gateway did.
fn wireless_error(world: &World, job: &Job, cluster: usize, delivery: &Delivery) -> Option<&'static str> {
    let gateway = world.plans[cluster].cluster.gateway.as_ref()?;
    let carrier = job.deliveries.get(gateway)?;
    let right = match carrier.state {
        S::Played => delivery.state == S::Unconfirmed,
        state => delivery.state == state,
    };
    (!right).then_some("not what became of it at the gateway")
}

fn device_error(
    world: &World,
    meant: &Meant,
    job: &Job,
    cluster: usize,
    delivery: &Delivery,
) -> Option<&'static str> {
    let passes: Vec<&Pass> = world.model.passes_of(cluster, job.spec.id).collect();
    let sounded = passes.iter().any(|pass| pass.started.is_some());
    if !delivery.state.is_final() {
        return Some("not over");
    }
    if delivery.state == S::Cancelled && meant.stop_asked.is_none() {
        return Some("nobody stopped it");
    }
    if sounded { heard_error(world, meant, cluster, &passes, job, delivery) } else { unheard_error(delivery) }
}

fn unheard_error(delivery: &Delivery) -> Option<&'static str> {
    let claims = match (delivery.state, delivery.why) {
        (S::Played | S::Unconfirmed, _) => true,
        (S::Silent, why) => why != Some(Why::NoStart),
        _ => false,
    };
    claims.then_some("it never sounded")
}

fn heard_error(
    world: &World,
    meant: &Meant,
    cluster: usize,
    passes: &[&Pass],
    job: &Job,
    delivery: &Delivery,
) -> Option<&'static str> {
    if matches!(delivery.state, S::Missed | S::Skipped) || delivery.why == Some(Why::NoStart) {
        return Some("it sounded");
    }
    let cut = world.model.was_cut_while_playing(cluster, job.spec.id);
    let whole = passes.iter().any(|pass| pass.is_whole());
    let mute = world.plans[cluster].sound == Sound::Absent;
    if mute && delivery.state == S::Played {
        return Some("no sound was measured");
    }
    if delivery.why == Some(Why::Cluster { reason: Reason::Undecodable }) {
        return Some("what is damaged is not undecodable");
    }
    if !whole && delivery.state == S::Played {
        return Some("it never came to its end");
    }
    let undisturbed = !cut
        && !world.clusters[cluster].was_broken
        && !world.clusters[cluster].was_rotten
        && delivery.state != S::Preempted
        && passes.iter().all(|pass| !pass.stop_asked);
    let right = if mute { S::Silent } else { S::Played };
    if undisturbed && whole && delivery.state != right {
        return Some("it sounded to its end");
    }
    let preempted = delivery.state == S::Preempted;
    if preempted && whole && !cut && meant.repeat_for_ms.is_none() {
        return Some("it went on to its end");
    }
    if preempted && !another_of_higher_rank(world, meant, cluster, job) {
        return Some("nothing took its place");
    }
    None
}

fn another_of_higher_rank(world: &World, meant: &Meant, cluster: usize, job: &Job) -> bool {
    world.model.jobs.iter().any(|(id, other)| {
        *id != job.spec.id && other.class >= meant.class && other.players.contains_key(&cluster)
    })
}

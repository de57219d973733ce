//! The dead are flagged in time, the living never.

use controller_core::fault::FaultKind;

use crate::network::Node;
use crate::world::World;

/// EN 54-16: a fault is shown within 100 s.
const FLAGGED_WITHIN_MS: u64 = 100_000;
/// With nothing in between, a cluster is heard within a heartbeat, and proves within a second more that
/// it is no recording.
const HEARD_WITHIN_MS: u64 = 45_000;

/// Both, for every device.
pub(crate) fn the_dead_are_flagged_and_the_healthy_are_not(world: &mut World) {
    for cluster in 0..world.clusters.len() {
        if world.plans[cluster].is_device() {
            a_dead_cluster_is_flagged(world, cluster);
            a_healthy_cluster_is_not_flagged(world, cluster);
        }
    }
}

fn is_flagged(world: &World, cluster: usize) -> Option<bool> {
    let (state, id) = (world.state()?, &world.clusters[cluster].id);
    state.devices.get(id).map(|_| state.fault(id, FaultKind::Unreachable).is_some())
}

fn a_dead_cluster_is_flagged(world: &World, cluster: usize) {
    let Some(connected) = world.controller.connected_since else { return };
    let heard = world.controller.heard[cluster].map_or(connected, |heard| heard.max(connected));
    let dead = world.now.since(heard) > FLAGGED_WITHIN_MS;
    if dead && is_flagged(world, cluster) == Some(false) {
        let what = format!("cluster {cluster} was last heard at {} ms", heard.0);
        world.violated("a dead cluster is flagged", &what);
    }
}

fn a_healthy_cluster_is_not_flagged(world: &World, cluster: usize) {
    let Some(clean) = world.clean_since(cluster) else { return };
    let healthy = world.now.since(clean) > HEARD_WITHIN_MS;
    let what = || format!("cluster {cluster} has been healthy since {} ms", clean.0);
    if healthy && is_flagged(world, cluster) == Some(true) {
        world.violated("a healthy cluster is not flagged", &what());
    }
    let presence = world.controller.core.as_ref().and_then(|core| core.presence(&world.clusters[cluster].id));
    let known = is_flagged(world, cluster).is_some();
    if healthy && known && presence.is_some_and(|presence| presence.last_heard().is_none()) {
        world.violated("a new controller soon hears who is there", &what());
    }
}

/// After everything was mended, everybody is connected, holds its agenda, and has got rid of its acks.
pub(crate) fn all_is_well_at_the_quiet_end(world: &World) {
    let Some(state) = world.state() else { world.violated("the controller runs at the end", "") };
    for (cluster, shell) in world.clusters.iter().enumerate() {
        let (Some(device), Some(speaker)) = (state.devices.get(&shell.id), &shell.speaker) else { continue };
        let waits = speaker.acks_waiting();
        let (holds, wanted) = (speaker.whole_agenda_version(), device.agenda_version);
        let connected = world.network.line(Node::Cluster(cluster)).connected;
        if !connected || waits > 0 || holds != wanted {
            let what =
                format!("cluster {cluster}: connected {connected}, {waits} acks, agenda {holds}/{wanted}");
            world.violated("all is well at the quiet end", &what);
        }
    }
}

//! Nothing stays in progress for ever.

use controller_core::delivery::{Delivery, DeliveryState};
use controller_core::job::Job;
use firmware_proto::UtcMillis;

use crate::world::World;

/// The core may wake a little late.
const SLACK_MS: u64 = 2_000;
/// When somebody has set the clock it looks around within this time.
const STEP_MS: u64 = 62_000;

/// Every delivery is in a terminal state once its deadline has passed.
pub(crate) fn every_delivery_ends_by_its_deadline(world: &World) {
    let Some(state) = world.state() else { return };
    let stepped = world.controller.stepped_at.is_some_and(|at| world.now.since(at) < STEP_MS);
    let asked = world.controller.asked_at.is_some_and(|at| world.now.since(at) < STEP_MS);
    let settled = world.now.since(world.controller.up_since) > SLACK_MS && !stepped && !asked;
    let late = world.controller.utc(world.now) - SLACK_MS;
    for job in state.each_job() {
        for (cluster, delivery) in &job.deliveries {
            if settled && !delivery.state.is_final() && deadline(job, delivery) < late {
                let what = format!("{} on {cluster}: {delivery:?}", job.spec.id);
                world.violated("every delivery ends by its deadline", &what);
            }
        }
    }
}

fn deadline(job: &Job, delivery: &Delivery) -> UtcMillis {
    match delivery.state {
        DeliveryState::Playing | DeliveryState::Suspended => delivery.finish_by.unwrap_or_default(),
        _ => job.spec.start_deadline(),
    }
}

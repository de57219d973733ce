//! A deterministic world: virtual clock, lossy network, forgetful broker, crashing disks; the real
//! core and the real speaker logic inside.
//!
//! A [`Scenario`] says who stands there, what staff ask and what goes wrong; it is written by hand or
//! [drawn from a seed](draw). A [`World`] lets it happen, and checks after every step what must always
//! hold (`invariants`). Whatever is left to chance follows from the seed, so the same seed is the
//! same world, and a violation says how to see it again.

mod clock;
mod cluster;
mod controller;
mod disk;
mod draw;
mod flash;
mod invariants;
mod marks;
mod message;
mod model;
mod network;
mod queue;
mod rng;
mod scenario;
mod site;
mod world;

pub use draw::draw;
pub use marks::{Mark, Marks};
pub use network::{LinePlan, Node, Noise};
pub use rng::Rng;
pub use scenario::{Act, ClusterPlan, Scenario, utc_at};
pub use site::Clip;
pub use world::World;

/// Runs the world of a seed, and says what it reached.
///
/// # Panics
/// When something does not hold.
pub fn run_seed(seed: u64, tracing: bool) -> Marks {
    let mut world = World::new(draw(seed), tracing);
    world.run();
    world.marks
}

//! The controller's brain: which cluster has to hold what, what became of every job on every
//! cluster, and who is down.
//!
//! Sans-IO. The shell calls [`Core::handle`] with the present time and one [`Input`], drains
//! [`Core::poll_output`], and comes back with [`Input::Wakeup`] at [`Core::next_wakeup`]. Nothing here
//! reads a clock, draws a random number, or knows what MQTT or SQLite is.
//!
//! Every change is a [`Record`]; the [`State`] is the fold of the records. **Durable before
//! visible**: an output that follows from a record waits until [`Input::Persisted`] names it.

mod accept;
mod amplifier;
mod brain;
pub mod cluster;
pub mod collision;
pub mod command;
pub mod delivery;
mod dispatch;
pub mod due;
pub mod health;
pub mod job;
pub mod limits;
pub mod lookup;
mod occurrences;
pub mod patch;
mod planner;
pub mod presence;
pub mod preview;
pub mod programme;
pub mod rails;
pub mod readiness;
pub mod record;
pub mod recurring;
pub mod schedule;
mod showing;
pub mod site;
pub mod skip;
pub mod state;
mod tracker;
pub mod verdict;

pub use brain::{Core, Identity, Input, Now, Output};
pub use record::Record;
pub use state::State;

//! The controller's brain: which cluster has to hold what, what became of every job on every
//! cluster, and who is down.
//!
//! Sans-IO. The shell calls [`Core::handle`] with the present time and one [`Input`], drains
//! [`Core::poll_output`], and comes back with [`Input::Wakeup`] at [`Core::next_wakeup`]. Nothing here
//! reads a clock, draws a random number, or knows what MQTT or SQLite is.
//!
//! Every change is a [`Record`]; the [`State`] is the fold of the records. **Durable before
//! visible**: an output that follows from a record waits until [`Input::Persisted`] names it.

mod brain;
mod days;
mod devices;
mod facts;
pub mod limits;
mod people;

pub use days::{collision, due, preview, rails, readiness};
pub use devices::{health, presence};
pub use facts::{cluster, delivery, job, programme, record, skip, state};
pub use people::{command, schedule, site};

pub use brain::{Core, Identity, Input, Now, Output};
pub use record::Record;
pub use state::State;

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
mod identity;
pub mod limits;
mod now;
mod people;
mod rivals;
mod trust;
mod view;

pub use brain::{Core, Input, Output, Restored};
pub use days::{collision, due, preview, readiness};
pub use devices::{health, presence};
pub use facts::actor::Actor;
pub use facts::entry::Entry;
pub use facts::record::Record;
pub use facts::state::State;
pub use facts::{
    clip, cluster, delivery, entry, fault, guard_rail, job, names, programme, record, settings, skip, state,
    targets, verdict,
};
pub use identity::Identity;
pub use now::Now;
pub use people::{change, command, lookup, patch, recurring, refusal};
pub use rivals::{Myself, Rival};
pub use trust::{Doubt, Why as DoubtWhy};
pub use view::{Seen, View};

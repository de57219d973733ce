//! What is true: the site, its clusters and programmes, jobs and what became of them; the records
//! that the journal holds, and the state that they fold into. The only room that changes state.

pub mod actor;
pub mod clip;
pub mod cluster;
pub mod delivery;
pub mod entry;
pub mod fault;
pub mod guard_rail;
pub mod job;
pub mod names;
pub mod programme;
pub mod record;
pub mod settings;
pub mod shared;
pub mod skip;
pub mod state;
pub mod targets;
mod upcast;
pub mod verdict;

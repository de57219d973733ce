//! What is true: the site, its clusters and programmes, jobs and what became of them; the records
//! that the journal holds, and the state that they fold into. The only room that changes state.

pub mod cluster;
pub mod delivery;
pub mod job;
pub mod programme;
pub mod record;
pub mod skip;
pub mod state;

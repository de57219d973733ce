//! The verbs, one module for each kind.

pub(crate) mod announce;
pub(crate) mod clip;
pub(crate) mod cluster;
mod content;
pub(crate) mod jobs;
pub(crate) mod log;
mod new_file;
pub(crate) mod schedule;
pub(crate) mod serve;
pub(crate) mod site;
pub(crate) mod status;

pub(crate) use announce::new_id;
pub(crate) use new_file::write_private;
pub(crate) use serve::from_daemon;

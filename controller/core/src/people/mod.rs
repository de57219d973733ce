//! What staff want: commands, what they bring about, and why they are refused.

pub(crate) mod announcing;
pub mod command;
pub mod schedule;
pub mod site;

//! What staff want: commands, what they bring about, and why they are refused.

mod announcing;
pub mod change;
mod checks;
pub mod command;
mod library;
pub mod lookup;
pub mod patch;
pub mod recurring;
pub mod refusal;
mod schedule;
mod site;

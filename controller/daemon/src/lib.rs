//! The shell around the core: MQTT, journal, embedded broker, HTTP API, clip store, clock.
//!
//! What must never be: a decision. An `if` on the state of a delivery here is a bug.

mod actor;
#[cfg(feature = "embedded-broker")]
pub mod broker;
mod caretaker;
mod chunks;
pub mod clips;
mod clock;
pub mod config;
mod engine;
pub mod failure;
mod handle;
mod http;
pub mod journal;
mod keys;
pub mod library;
pub mod lock;
mod mqtt;
mod questions;
mod restore;
mod run;
mod showing;
mod site_file;
pub mod studio;
mod tail;
mod views;

pub use failure::DaemonError;
pub use run::{Ready, begin_journal, init, run};

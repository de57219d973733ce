//! Few and real: built binaries, real brokers, real files, real sockets.
//!
//! Shared by the tests and the benchmark: [`binaries`] finds what was built, [`controller`] and
//! [`fleet`] run it, [`mosquitto`] is a broker of their own on a free port, [`small_disk`] one that becomes full,
//! [`raw`] the round trip that figures are held against, and [`spy`] hears everything that goes over a broker.
//! Everything is killed when it is dropped.

pub mod binaries;
pub mod controller;
pub mod fleet;
pub mod mosquitto;
pub mod raw;
pub mod site;
pub mod small_disk;
pub mod spy;

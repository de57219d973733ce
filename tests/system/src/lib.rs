//! Few and real: built binaries, real brokers, real files, real sockets.
//!
//! Shared by the tests and the benchmark: [`mosquitto`] is a broker of their own on a free port, and
//! [`raw`] the round trip that figures are held against.

pub mod mosquitto;
pub mod raw;

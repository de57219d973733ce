//! The shell around the core: MQTT, journal, embedded broker, HTTP API, clip store, clock.

pub mod clips;
pub mod journal;
pub mod lock;

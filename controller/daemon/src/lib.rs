//! The shell around the core: MQTT, journal, embedded broker, HTTP API, clip store, clock.

#[cfg(feature = "embedded-broker")]
pub mod broker;
pub mod clips;
pub mod journal;
pub mod lock;

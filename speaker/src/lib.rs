//! The reference loudspeaker, and a whole simulated fleet of them.
//!
//! A Linux shell around [`firmware_proto::speaker::Speaker`], which holds every decision: this crate only
//! connects ([`link`]), stores ([`storage`]), plays ([`player`]) and keeps time ([`clock`]). [`shell`] carries
//! out what the speaker asks for; [`run`] is one cluster, [`fleet`] is many with faults to inject.
//!
//! Terms: a **device** is a cluster or a gateway with a connection of its own; a **pass** is one playing of a
//! job's clips; the **link** is its MQTT connection.
//!
//! What must never be: a decision about a job, a clip or an ack in this crate.

pub mod cli;
pub mod clock;
pub mod counters;
pub mod fleet;
pub mod identity;
mod limits;
pub mod link;
pub mod player;
pub mod run;
pub mod shell;
mod shutdown;
pub mod storage;

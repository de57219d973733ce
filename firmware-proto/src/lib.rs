//! The contract between the controller and a loudspeaker.
//!
//! Everything a vendor's firmware, the reference speaker and the controller must agree on lives
//! here once: names ([`ids`]), messages ([`message`]), clips' hashes ([`manifest`]), topics ([`topics`]),
//! signatures ([`trust`]), who has the amplifier ([`turns`]), bounds ([`limits`]) and the speaker's own
//! logic ([`speaker`]).
//!
//! `no_std` with `alloc`; no clock, no random source, no IO. `PROTOCOL.md` and `protocol.cddl`
//! beside this crate say the same to somebody who writes a speaker in another language.
#![no_std]

extern crate alloc;

mod codec;
pub mod ids;
pub mod limits;
pub mod manifest;
pub mod message;
mod profile;
pub mod sequence;
pub mod speaker;
pub mod time;
pub mod topics;
pub mod trust;
pub mod turns;

pub use ids::{BootId, ClipId, ClusterId, Hash, IdError, JobId, KeyId, OccurrenceKey, SiteId};
pub use time::{Mono, UtcMillis};

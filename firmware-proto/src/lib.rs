//! The contract between the controller and a loudspeaker.
#![no_std]
extern crate alloc;
mod ids;
pub mod limits;
pub use ids::*;

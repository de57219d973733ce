//! The days ahead: occurrences that become jobs, what a schedule will mean, what meets what, guard
//! rails, and whether clusters will be ready.

mod amplifier;
pub mod collision;
pub mod due;
pub mod planning;
pub mod preview;
pub mod rails;
pub mod readiness;
pub(crate) mod showing;

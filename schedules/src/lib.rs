//! When: recurrence as pure functions of rules and wall time.
//!
//! Nothing here reads a clock, a file or a socket: the current time is always an argument, in UTC
//! milliseconds, so that a schedule can be computed for any moment, in a test as in the field.
//!
//! A rule is written in *local* time and kept together with an IANA [`Zone`]; UTC is computed.
//! Where a zone changes its clocks, two promises hold:
//!
//! - a local time that the clocks jump over (a *gap*) happens at the first instant after the gap;
//! - a local time that the clocks show twice (a *fold*) happens once, the first time.
//!
//! [`next_after`] answers when a [`Recurrence`] happens next; [`parse_when`] reads a single moment
//! as staff type it.

mod error;
mod field;
mod recurrence;
mod rule;
mod when;
mod zone;

pub use error::{FieldName, FieldProblem, RuleError};
pub use recurrence::{Occurrence, Recurrence, next_after};
pub use rule::{CronRule, RULE_BYTES_MAX};
pub use when::{AHEAD_DAYS_MAX, WhenError, parse_when};
pub use zone::{LATEST_UTC_MS, Zone, ZoneError};

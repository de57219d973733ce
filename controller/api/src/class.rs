//! How much a broadcast matters.

use serde::{Deserialize, Serialize};

/// The class of a job or a programme; a higher one takes the amplifier from a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The daily programme (thông thường).
    Routine,
    /// Goes before the routine (ưu tiên).
    Priority,
    /// Plays over everything, at any hour (khẩn cấp).
    Emergency,
}

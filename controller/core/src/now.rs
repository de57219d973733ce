//! The time of an input.

use firmware_proto::{Mono, UtcMillis};

/// The time of an input, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Never goes back; timeouts are measured with it.
    pub mono: Mono,
    /// What the world calls it; may be set at any time.
    pub utc: UtcMillis,
}

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

impl Now {
    /// How far UTC is ahead of the monotonic clock, ms. It changes when one of them is set.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.utc.0.cast_signed().saturating_sub(self.mono.0.cast_signed())
    }

    /// The time on both clocks where UTC is so far ahead.
    #[must_use]
    pub fn at_offset(mono: Mono, offset: i64) -> Self {
        Self { mono, utc: UtcMillis(mono.0.saturating_add_signed(offset)) }
    }
}

//! The monotonic clock that the speaker's logic counts by.

use std::time::{Duration, Instant};

use firmware_proto::Mono;

/// Milliseconds since this clock was made.
#[derive(Debug, Clone, Copy)]
pub struct MonoClock {
    origin: Instant,
}

impl MonoClock {
    /// Starts at 0.
    #[must_use]
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// The present moment.
    #[must_use]
    pub fn now(self) -> Mono {
        Mono(self.origin.elapsed().as_millis() as u64)
    }

    /// The moment at which [`Self::now`] will say `mono`; `None` if no clock reaches that far.
    #[must_use]
    pub fn instant_of(self, mono: Mono) -> Option<Instant> {
        self.origin.checked_add(Duration::from_millis(mono.0))
    }
}

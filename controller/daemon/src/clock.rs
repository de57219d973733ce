//! The process' clocks. Nobody else in the controller asks what time it is.

use std::time::{Duration, Instant, SystemTime};

use controller_core::Now;
use firmware_proto::{Mono, UtcMillis};

/// The process' clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: Mono(millis(self.start.elapsed())), utc: UtcMillis(millis(since_1970)) }
    }

    pub(crate) fn instant(&self, at: Mono) -> Instant {
        // Rounded up: a wakeup must not come before its time.
        self.start + Duration::from_millis(at.0.saturating_add(1).min(u64::MAX / 2_000_000))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

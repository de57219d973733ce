//! The process' clocks. Nobody else in the controller asks what time it is.

use std::time::{Duration, Instant, SystemTime};

use controller_core::Now;
use firmware_proto::{Mono, UtcMillis};
use rustix::time::{ClockId, clock_gettime};

/// The process' clocks. The monotonic one goes on while the machine sleeps, as the world does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Duration,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: since_boot() }
    }

    pub(crate) fn now(&self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: self.mono(), utc: UtcMillis(millis(since_1970)) }
    }

    fn mono(&self) -> Mono {
        Mono(millis(since_boot().saturating_sub(self.start)))
    }

    pub(crate) fn instant(&self, at: Mono) -> Instant {
        // Rounded up: a wakeup must not come before its time.
        let wait = at.since(self.mono()).saturating_add(1);
        Instant::now() + Duration::from_millis(wait.min(u64::MAX / 2_000_000))
    }
}

fn since_boot() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

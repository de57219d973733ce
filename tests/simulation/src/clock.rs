//! Clocks of devices beside the world's own time. The world counts true milliseconds from its start.

use firmware_proto::{Mono, UtcMillis};

/// UTC at the start of every world: 15:00:00 in the commune.
pub const T0: UtcMillis = UtcMillis(1_800_000_000_000);

/// A quartz that started somewhere and runs a little fast or slow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crystal {
    started: Mono,
    showed: Mono,
    drift_ppm: i64,
}

impl Crystal {
    /// Shows `showed` at the true time `started`.
    pub(crate) fn new(started: Mono, showed: Mono, drift_ppm: i64) -> Self {
        Self { started, showed, drift_ppm }
    }

    /// What it shows at a true time.
    pub(crate) fn at(&self, now: Mono) -> Mono {
        let passed = now.since(self.started) as i64;
        self.showed + (passed + passed * self.drift_ppm / 1_000_000) as u64
    }

    /// The first true time at which it shows at least `local`.
    pub(crate) fn when(&self, local: Mono) -> Mono {
        let wanted =
            i128::from(local.since(self.showed)) * 1_000_000 / i128::from(1_000_000 + self.drift_ppm);
        let mut now = self.started + (wanted as u64).saturating_sub(1);
        while self.at(now) < local {
            now = now + 1;
        }
        now
    }
}

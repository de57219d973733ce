//! A deterministic world: virtual clock, lossy network, forgetful broker, crashing disks; the real core and the real speaker logic inside.

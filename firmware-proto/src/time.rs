//! Two kinds of time, never mixed: what the world's clocks say, and what passed since a start.

use core::ops::{Add, Sub};

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, minicbor::Encode, minicbor::Decode,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cbor(transparent)]
pub struct UtcMillis(pub u64);

/// Milliseconds on a clock that only goes forward and starts anywhere (at boot, say).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mono(pub u64);

macro_rules! arithmetic {
    ($name:ident) => {
        impl $name {
            /// Milliseconds from `earlier` to `self`, 0 if `earlier` is later.
            #[must_use]
            pub const fn since(self, earlier: Self) -> u64 {
                self.0.saturating_sub(earlier.0)
            }
        }

        impl Add<u64> for $name {
            type Output = Self;
            fn add(self, millis: u64) -> Self {
                Self(self.0.saturating_add(millis))
            }
        }

        impl Sub<u64> for $name {
            type Output = Self;
            fn sub(self, millis: u64) -> Self {
                Self(self.0.saturating_sub(millis))
            }
        }
    };
}

arithmetic!(UtcMillis);
arithmetic!(Mono);

//! What is a text for people is the same text in files and messages.

use crate::{Busy, CronRule, DayRule, Hours, Language, Missed, TimeOfDay};

/// For serde's `try_from` and `into`: what `FromStr` reads and `Display` writes.
macro_rules! is_text {
    ($($kind:ty),+) => {$(
        impl TryFrom<String> for $kind {
            type Error = <Self as std::str::FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
    )+};
}

is_text!(Busy, CronRule, DayRule, Hours, Language, Missed, TimeOfDay);

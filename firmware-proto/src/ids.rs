//! Names of things on the wire: site, cluster, clip, job, occurrence, boot.
//!
//! Every identifier is a newtype that can only be built from a valid value, so a topic or a
//! signature is never assembled from something that was not checked.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::limits::NAME_BYTES_MAX;

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty or longer than [`NAME_BYTES_MAX`].
    #[error("a name has 1 to 32 characters")]
    Length,
    /// A character other than `a`-`z`, `0`-`9` and `-`, or a `-` at an end.
    #[error("a name has only the letters a-z, the digits 0-9 and '-' between them")]
    Character,
    /// Not the expected number of hexadecimal digits.
    #[error("not a hexadecimal identifier of the right length")]
    Hex,
}

fn check_name(text: &str) -> Result<(), IdError> {
    if text.is_empty() || text.len() > NAME_BYTES_MAX {
        return Err(IdError::Length);
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends_plain = plain(bytes[0]) && plain(bytes[bytes.len() - 1]);
    if !ends_plain || !bytes.iter().all(|&b| plain(b) || b == b'-') {
        return Err(IdError::Character);
    }
    Ok(())
}

/// In JSON every identifier is its text.
macro_rules! serde_as_text {
    ($name:ident) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        serde_as_text!($name);

        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks the text and takes it as a name.
            ///
            /// # Errors
            /// [`IdError`] when it is not 1-32 characters of `a-z`, `0-9` and inner `-`.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check_name(text)?;
                Ok(Self(String::from(text)))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Self::new(d.str()?).map_err(|_| minicbor::decode::Error::message("bad name").at(at))
            }
        }
    };
}

name! {
    /// One commune's installation, e.g. `bao-nhai`.
    SiteId
}
name! {
    /// One addressable loudspeaker cluster (or a gateway).
    ClusterId
}

macro_rules! bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        serde_as_text!($name);

        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Takes the raw bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; 2 * $len];
                f.pad(base16ct::lower::encode_str(&self.0, &mut digits).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut out = [0; $len];
                match base16ct::mixed::decode(text, &mut out) {
                    Ok(bytes) if bytes.len() == $len => Ok(Self(out)),
                    _ => Err(IdError::Hex),
                }
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                let bytes = d.bytes()?;
                let fixed = bytes.try_into();
                fixed.map(Self).map_err(|_| minicbor::decode::Error::message("wrong length").at(at))
            }
        }
    };
}

bytes! {
    /// SHA-256 of a clip's Ogg Opus file.
    ClipId, 32
}
bytes! {
    /// SHA-256 of something inside a clip: a chunk, or the list of its chunks' hashes.
    Hash, 32
}
bytes! {
    /// One broadcast. For a scheduled job it derives from programme and occurrence, so that nothing
    /// can make an occurrence play twice.
    JobId, 16
}
bytes! {
    /// Which edition of which programme a job is, whatever revision of the plan made the job. A cluster that
    /// has begun one job of an edition never begins another one.
    OccurrenceKey, 16
}
bytes! {
    /// Drawn at random each time a cluster starts: tells a restart from a lost message.
    BootId, 8
}
bytes! {
    /// Which site key signed a message: the first 8 bytes of the SHA-256 of the public key.
    KeyId, 8
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_checked() {
        assert!(ClusterId::new("thon-1").is_ok());
        for bad in ["", "-a", "a-", "A", "a/b", "a+", "#", "thôn", &"a".repeat(33)] {
            assert!(ClusterId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hex_round_trips() {
        let id = JobId::from_bytes(core::array::from_fn(|i| i as u8 * 16));
        let text = alloc::format!("{id}");
        assert_eq!(text.parse::<JobId>().unwrap(), id);
        assert_eq!("00".parse::<JobId>(), Err(IdError::Hex));
        assert_eq!("ééééééééééééééé".parse::<JobId>(), Err(IdError::Hex));
    }
}

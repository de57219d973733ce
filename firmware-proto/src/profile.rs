//! The form that every payload has: core deterministic CBOR (RFC 8949, section 4.2.1) of few kinds of items.
//!
//! What this code does not know in a message (entries of a later version) is skipped, but has to keep to the form
//! too. So a message has one encoding, and nobody can put into it what another decoder reads differently: a key
//! twice, a list of unknown length, a null.

use crate::limits::{KEY_MAX, NESTING_MAX};

/// The payload does not have the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotInForm;

/// Checks that `bytes` are one item in the form, and nothing after it.
///
/// # Errors
/// [`NotInForm`], whatever it is that is wrong.
pub fn check(bytes: &[u8]) -> Result<(), NotInForm> {
    let mut reader = Reader { rest: bytes };
    reader.item(0)?;
    if reader.rest.is_empty() { Ok(()) } else { Err(NotInForm) }
}

/// What the first three bits of an item say (RFC 8949, section 3.1).
mod major {
    pub const UNSIGNED: u8 = 0;
    pub const NEGATIVE: u8 = 1;
    pub const BYTES: u8 = 2;
    pub const TEXT: u8 = 3;
    pub const ARRAY: u8 = 4;
    pub const MAP: u8 = 5;
    pub const SIMPLE: u8 = 7;
}

/// The simple values `false` and `true` (RFC 8949, section 3.3).
const BOOLEANS: core::ops::RangeInclusive<u64> = 20..=21;

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Reads one item that lies in so many arrays and maps.
    fn item(&mut self, depth: usize) -> Result<(), NotInForm> {
        let (major, argument) = self.head()?;
        match major {
            major::UNSIGNED | major::NEGATIVE => Ok(()),
            major::BYTES => self.take(argument).map(drop),
            major::TEXT => core::str::from_utf8(self.take(argument)?).map(drop).map_err(|_| NotInForm),
            major::ARRAY if depth < NESTING_MAX => (0..argument).try_for_each(|_| self.item(depth + 1)),
            major::MAP if depth < NESTING_MAX => self.entries(argument, depth + 1),
            major::SIMPLE if BOOLEANS.contains(&argument) => Ok(()),
            _ => Err(NotInForm),
        }
    }

    /// Keys are unsigned and ascend, so none comes twice.
    fn entries(&mut self, count: u64, depth: usize) -> Result<(), NotInForm> {
        let mut last = None;
        for _ in 0..count {
            let (major, key) = self.head()?;
            if major != major::UNSIGNED || key > KEY_MAX || last.is_some_and(|last| last >= key) {
                return Err(NotInForm);
            }
            last = Some(key);
            self.item(depth)?;
        }
        Ok(())
    }

    /// An item's kind and its argument, which has to be as short as it can be.
    fn head(&mut self) -> Result<(u8, u64), NotInForm> {
        let first = self.take(1)?[0];
        let (major, short) = (first >> 5, first & 0x1f);
        let argument = match short {
            0..24 => u64::from(short),
            24..28 => {
                let bytes = self.take(1 << (short - 24))?;
                bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
            }
            _ => return Err(NotInForm),
        };
        let shortest = match short {
            0..24 => true,
            24 => argument >= 24,
            25 => argument > u64::from(u8::MAX),
            26 => argument > u64::from(u16::MAX),
            _ => argument > u64::from(u32::MAX),
        };
        if shortest { Ok((major, argument)) } else { Err(NotInForm) }
    }

    fn take(&mut self, count: u64) -> Result<&'b [u8], NotInForm> {
        let count = usize::try_from(count).map_err(|_| NotInForm)?;
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(NotInForm)?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn in_form(bytes: &[u8]) -> bool {
        check(bytes).is_ok()
    }

    #[test]
    fn what_has_the_form() {
        for good in [
            &[0x00][..],
            &[0x17],
            &[0x18, 24],
            &[0x19, 1, 0],
            &[0x1a, 0, 1, 0, 0],
            &[0x1b, 0, 0, 0, 1, 0, 0, 0, 0],
            &[0x20],
            &[0x43, 1, 2, 3],
            &[0x62, 0xc3, 0xa9],
            &[0x80],
            &[0x82, 0xf4, 0xf5],
            &[0xa2, 0, 1, 1, 0xa0],
            &[0xa1, 0x19, 0xff, 0xff, 0],
        ] {
            assert!(in_form(good), "{good:x?}");
        }
    }

    #[test]
    fn what_has_not() {
        for bad in [
            &[][..],
            &[0x00, 0x00],
            &[0x18, 23],
            &[0x19, 0, 255],
            &[0x1a, 0, 0, 255, 255],
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
            &[0x1c],
            &[0x43, 1, 2],
            &[0x62, 0xc3, 0x28],
            &[0x5f, 0x41, 0, 0xff],
            &[0x9f, 0xff],
            &[0xbf, 0xff],
            &[0xa1, 0x1a, 0, 1, 0, 0, 0],
            &[0xa1, 0x20, 0],
            &[0xa1, 0x61, b'x', 0],
            &[0xa2, 0, 1, 0, 1],
            &[0xa2, 1, 1, 0, 1],
            &[0xf6],
            &[0xf7],
            &[0xf8, 20],
            &[0xf9, 0, 0],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0xc1, 0],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(!in_form(bad), "{bad:x?}");
        }
    }

    #[test]
    fn nesting_has_a_bound() {
        let nested = |levels: usize| -> Vec<u8> {
            let mut bytes = vec![0x81; levels];
            bytes.push(0);
            bytes
        };
        assert!(in_form(&nested(NESTING_MAX)));
        assert!(!in_form(&nested(NESTING_MAX + 1)));
        assert!(!in_form(&nested(30_000)));
    }
}

//! Helpers for CBOR decoding that keep to the bounds of [`crate::limits`].

use alloc::string::String;
use alloc::vec::Vec;

pub use minicbor::decode::Error;
use minicbor::decode::{Decode, Decoder};

use crate::limits::{RANK_DEFAULT, TEXT_BYTES_MAX};
use crate::profile;

/// Decodes an array of at most `MAX` items, for `#[cbor(decode_with)]`.
pub fn list<'b, const MAX: usize, C, T: Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Vec<T>, Error> {
    let at = d.position();
    let mut items = Vec::new();
    for item in d.array_iter_with(ctx)? {
        if items.len() == MAX {
            return Err(Error::message("list too long").at(at));
        }
        items.push(item?);
    }
    Ok(items)
}

/// Decodes a text of at most [`TEXT_BYTES_MAX`] bytes, for `#[cbor(decode_with)]`.
pub fn text<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<String, Error> {
    let at = d.position();
    let text = d.str()?;
    if text.len() > TEXT_BYTES_MAX {
        return Err(Error::message("text too long").at(at));
    }
    Ok(String::from(text))
}

/// Decodes a value out of an enumeration, for `#[cbor(decode_with)]`; one that only a later version
/// knows counts as absent.
pub fn known<'b, C, T: Decode<'b, C>>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Option<T>, Error> {
    let at = d.position();
    d.decode_with(ctx).or_else(|_| {
        d.set_position(at);
        d.u32().map(|_| None)
    })
}

/// Is this what an absent entry stands for? For `#[cbor(skip_if)]`.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A job's rank, for `#[cbor(with, has_nil)]`: absent stands for [`RANK_DEFAULT`].
pub mod rank {
    use minicbor::encode::{self, Encoder, Write};

    use super::{Decoder, Error, RANK_DEFAULT};

    pub fn encode<W: Write, C>(
        rank: &u32,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.u32(*rank)?.ok()
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u32, Error> {
        d.u32()
    }

    pub fn nil() -> Option<u32> {
        Some(RANK_DEFAULT)
    }

    pub fn is_nil(rank: &u32) -> bool {
        *rank == RANK_DEFAULT
    }
}

/// Reads the head of an array of exactly two items, which follow.
pub fn pair(d: &mut Decoder<'_>) -> Result<(), Error> {
    let at = d.position();
    match d.array()? {
        Some(2) => Ok(()),
        _ => Err(Error::message("not a pair").at(at)),
    }
}

/// Reads the number of a choice, `[number, content]`; the content follows.
pub fn choice(d: &mut Decoder<'_>) -> Result<u32, Error> {
    pair(d)?;
    d.u32()
}

/// Decodes one whole value in the form of [`crate::profile`]: bytes after it are an error.
pub fn whole<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Error> {
    profile::check(bytes).map_err(|_| Error::message("not in the form of a payload"))?;
    let mut d = Decoder::new(bytes);
    let value = d.decode()?;
    if d.position() != bytes.len() {
        return Err(Error::message("bytes after the message").at(d.position()));
    }
    Ok(value)
}

/// Most messages are shorter: a vector that begins so long is not moved as it grows.
const USUAL_BYTES: usize = 512;

/// Encodes into a fresh vector.
pub fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    // Memory is the only sink, and none of our encoders raises an error of its own.
    minicbor::encode(value, &mut bytes).expect("encoding into memory");
    bytes
}

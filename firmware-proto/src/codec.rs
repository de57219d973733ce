//! Helpers for CBOR decoding that keep to the bounds of [`crate::limits`].

use alloc::string::String;
use alloc::vec::Vec;

use minicbor::decode::{Decode, Decoder, Error};

use crate::limits::TEXT_BYTES_MAX;

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

/// Decodes one whole value: bytes after it are an error.
pub fn whole<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Error> {
    let mut d = Decoder::new(bytes);
    let value = d.decode()?;
    if d.position() != bytes.len() {
        return Err(Error::message("bytes after the message").at(d.position()));
    }
    Ok(value)
}

/// Encodes into a fresh vector.
pub fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    // Memory is the only sink, and none of our encoders raises an error of its own.
    minicbor::to_vec(value).expect("encoding into memory")
}

//! The CBOR structures of COSE (RFC 9052): untagged COSE_Sign1 (section 4.2) and COSE_Mac0
//! (section 6.2), one fixed protected header each, empty unprotected header, empty external AAD.

use alloc::vec::Vec;

use minicbor::{Decoder, Encoder};

use crate::ids::KeyId;
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::trust::Rejected;

/// Label and value of "algorithm" (RFC 9052, section 3.1; RFC 9053, sections 2.2 and 3.1).
const ALG: i8 = 1;
const ALG_EDDSA: i8 = -8;
const ALG_HMAC_256_256: i8 = 5;
/// Label of "key identifier".
const KID: i8 = 4;

/// Assembling writes to memory, which cannot fail.
const IN_MEMORY: &str = "encoding into memory";

/// An encoded protected header.
pub(super) struct Protected(Vec<u8>);

impl Protected {
    /// `{1: -8, 4: kid}`.
    pub(super) fn eddsa(kid: KeyId) -> Self {
        let mut e = Encoder::new(Vec::with_capacity(14));
        e.map(2).and_then(|e| e.i8(ALG)?.i8(ALG_EDDSA)?.i8(KID)?.bytes(kid.as_bytes())).expect(IN_MEMORY);
        Self(e.into_writer())
    }

    /// `{1: 5}`; the topic and the payload name the key.
    pub(super) fn hmac256() -> Self {
        let mut e = Encoder::new(Vec::with_capacity(3));
        e.map(1).and_then(|e| e.i8(ALG)?.i8(ALG_HMAC_256_256)).expect(IN_MEMORY);
        Self(e.into_writer())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// `Sig_structure` (RFC 9052, section 4.4).
pub(super) fn to_be_signed(protected: &Protected, payload: &[u8]) -> Vec<u8> {
    to_be_signed_raw(protected.as_bytes(), payload)
}

pub(super) fn to_be_signed_raw(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    context("Signature1", protected, payload)
}

/// `MAC_structure` (RFC 9052, section 6.3).
pub(super) fn to_be_maced(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    context("MAC0", protected, payload)
}

fn context(name: &str, protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::with_capacity(payload.len() + protected.len() + 24));
    e.array(4).and_then(|e| e.str(name)?.bytes(protected)?.bytes(&[])?.bytes(payload)).expect(IN_MEMORY);
    e.into_writer()
}

/// `[protected, {}, payload, tag]`.
pub(super) fn assemble(protected: &Protected, payload: &[u8], tag: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::with_capacity(payload.len() + tag.len() + 24));
    e.array(4)
        .and_then(|e| e.bytes(protected.as_bytes())?.map(0)?.bytes(payload)?.bytes(tag))
        .expect(IN_MEMORY);
    e.into_writer()
}

/// The three byte strings of a message, nothing verified yet.
pub(super) struct Disassembled<'b> {
    pub(super) protected: &'b [u8],
    pub(super) payload: &'b [u8],
    pub(super) tag: &'b [u8],
}

pub(super) fn disassemble(message: &[u8]) -> Result<Disassembled<'_>, Rejected> {
    if message.len() > PAYLOAD_BYTES_MAX {
        return Err(Rejected::TooLong);
    }
    fields(message).map_err(|_| Rejected::Malformed)
}

fn fields(message: &[u8]) -> Result<Disassembled<'_>, minicbor::decode::Error> {
    let error = minicbor::decode::Error::message;
    crate::profile::check(message).map_err(|_| error("not in the form of a payload"))?;
    let mut d = Decoder::new(message);
    if d.array()? != Some(4) {
        return Err(error("not four items"));
    }
    let protected = d.bytes()?;
    if d.map()? != Some(0) {
        return Err(error("unprotected header"));
    }
    Ok(Disassembled { protected, payload: d.bytes()?, tag: d.bytes()? })
}

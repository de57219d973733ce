//! Clips are pulled: a cluster wants chunks, the controller sends just those.
//!
//! A clip's hash list is pulled first, in pages of [`CHUNK_BYTES`]; its own SHA-256 stands in the
//! signed job. Then every chunk can be judged alone as it comes, so chunks need no signature.

use alloc::vec::Vec;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Decoder, Encode};

use crate::codec::{Error, list, pair};
use crate::ids::ClipId;
use crate::limits::{CHUNK_BYTES, WANT_RANGES_MAX, WINDOW_CHUNKS_MAX};

/// Which part of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Part {
    /// The list of the chunks' hashes.
    #[n(0)]
    Hashes,
    /// The Ogg Opus bytes.
    #[n(1)]
    Data,
}

/// Asks for chunks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Want {
    /// Of this clip.
    #[n(0)]
    pub clip: ClipId,
    /// Of this part.
    #[n(1)]
    pub part: Part,
    /// These chunks.
    #[cbor(n(2), decode_with = "list::<WANT_RANGES_MAX, _, _>")]
    pub ranges: Vec<ChunkRange>,
}

impl Want {
    /// The same for no more than so many chunks: the first ones.
    #[must_use]
    pub fn at_most(mut self, chunks: u32) -> Self {
        let mut left = chunks;
        for range in &mut self.ranges {
            range.count = range.count.min(left);
            left -= range.count;
        }
        self.ranges.retain(|range| range.count > 0);
        self
    }

    /// The wanted indices, [`WINDOW_CHUNKS_MAX`] at the most, however much was asked for.
    pub fn indices(&self) -> impl Iterator<Item = u32> + '_ {
        let each = |r: &ChunkRange| r.start..r.start.saturating_add(r.count);
        self.ranges.iter().flat_map(each).take(WINDOW_CHUNKS_MAX as usize)
    }
}

/// `count` chunks from `start` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
pub struct ChunkRange {
    /// Index of the first chunk, from 0.
    #[n(0)]
    pub start: u32,
    /// Number of chunks.
    #[n(1)]
    pub count: u32,
}

impl<'b, C> Decode<'b, C> for ChunkRange {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, Error> {
        pair(d)?;
        Ok(Self { start: d.u32()?, count: d.u32()? })
    }
}

/// One chunk of a clip, or one page of its hash list.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Chunk {
    /// Of this clip.
    #[n(0)]
    pub clip: ClipId,
    /// Of this part.
    #[n(1)]
    pub part: Part,
    /// Its place: it starts at byte `index * CHUNK_BYTES` of the part.
    #[n(2)]
    pub index: u32,
    /// [`CHUNK_BYTES`] bytes; the last may be shorter.
    #[cbor(n(3), decode_with = "chunk_bytes")]
    pub data: ByteVec,
}

impl Chunk {
    /// The payload of an MQTT message.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        crate::codec::encode(self)
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`crate::trust::Rejected::Malformed`] or `TooLong`.
    pub fn decode(payload: &[u8]) -> Result<Self, crate::trust::Rejected> {
        crate::trust::decode_payload(payload)
    }
}

fn chunk_bytes<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<ByteVec, Error> {
    let at = d.position();
    match d.bytes()? {
        data if data.len() <= CHUNK_BYTES => Ok(data.to_vec().into()),
        _ => Err(Error::message("chunk too long").at(at)),
    }
}

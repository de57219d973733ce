//! The manifest of a clip: the SHA-256 of each of its chunks. A signed job names the hash of this list, so every
//! chunk can be judged alone as it comes.

use alloc::vec::Vec;

use crate::ids::Hash;
use crate::limits::CHUNK_BYTES;
use crate::trust::sha256;

/// Bytes of one hash in the list.
pub const HASH_BYTES: usize = 32;

/// Chunks of a clip of this size.
#[must_use]
pub fn chunk_count(size_bytes: u32) -> u32 {
    size_bytes.div_ceil(CHUNK_BYTES as u32)
}

/// The hash list of a clip from its chunks' hashes, and the list's own hash: what a
/// [`ClipRef`](crate::message::ClipRef) carries.
#[must_use]
pub fn hash_list(chunk_hashes: &[[u8; HASH_BYTES]]) -> (Vec<u8>, Hash) {
    let list = chunk_hashes.concat();
    let hash = sha256(&list);
    (list, hash)
}

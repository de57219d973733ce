//! Which chunks of a clip are held: one bit each.

use alloc::vec;
use alloc::vec::Vec;

use crate::limits::CHUNK_BYTES;

/// A set of chunk indices below a fixed length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkSet {
    words: Vec<u64>,
    len: u32,
    held: u32,
}

impl ChunkSet {
    /// An empty set for `len` chunks.
    #[must_use]
    pub fn new(len: u32) -> Self {
        Self { words: vec![0; len.div_ceil(64) as usize], len, held: 0 }
    }

    /// How many chunks there are to hold.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Are there none to hold?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Is this chunk held?
    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        self.words.get((index / 64) as usize).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Adds a chunk; `false` if it is held already or there is no such chunk.
    pub fn insert(&mut self, index: u32) -> bool {
        if index >= self.len || self.contains(index) {
            return false;
        }
        self.words[(index / 64) as usize] |= 1 << (index % 64);
        self.held += 1;
        true
    }

    /// Removes a chunk.
    pub fn remove(&mut self, index: u32) {
        if self.contains(index) {
            self.words[(index / 64) as usize] &= !(1 << (index % 64));
            self.held -= 1;
        }
    }

    /// Bytes of the chunks held, each at its largest.
    pub(super) fn held_bytes(&self) -> u64 {
        u64::from(self.held) * CHUNK_BYTES as u64
    }

    /// Are all held?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.held == self.len
    }

    /// Bytes of the chunks not held, in a clip of this size.
    pub(super) fn missing_bytes(&self, size_bytes: u32) -> u64 {
        let chunk = CHUNK_BYTES as u64;
        let padding = (u64::from(self.len) * chunk).saturating_sub(u64::from(size_bytes));
        let last_missing = self.len.checked_sub(1).is_some_and(|last| !self.contains(last));
        (u64::from(self.len - self.held) * chunk).saturating_sub(if last_missing { padding } else { 0 })
    }

    /// The chunks not held, in order.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len).filter(|&index| !self.contains(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_may_be_short() {
        let size = 2 * CHUNK_BYTES as u32 + 100;
        let mut set = ChunkSet::new(3);
        assert_eq!(set.missing_bytes(size), u64::from(size));
        assert!(set.insert(0));
        assert_eq!(set.missing_bytes(size), CHUNK_BYTES as u64 + 100);
        assert!(set.insert(2));
        assert_eq!(set.missing_bytes(size), CHUNK_BYTES as u64);
        assert!(set.insert(1));
        assert_eq!(set.missing_bytes(size), 0);
        assert_eq!(ChunkSet::new(0).missing_bytes(0), 0);
    }
}

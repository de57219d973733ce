//! Which chunks of a clip are held: one bit each.

use alloc::vec;
use alloc::vec::Vec;

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

    /// Are all held?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.held == self.len
    }

    /// The chunks not held, in order.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len).filter(|&index| !self.contains(index))
    }
}

//! What may be set about a journal.

use std::time::Duration;

/// Bounds of a journal's memory, file and patience.
#[derive(Debug, Clone)]
pub struct Options {
    /// Entries that may wait for the disk at any time.
    pub queue_entries_max: usize,
    /// Entries committed together at most: bounds the memory of a commit, and how long the first waits.
    pub commit_entries_max: usize,
    /// A commit that nobody waits for waits for more entries as long as some came within this time.
    pub gather_step: Duration,
    /// But not longer than this.
    pub gather_max: Duration,
    /// The file may grow to so many pages of 4 KiB, then it counts as a full disk; 0 for no such limit.
    pub pages_max: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_entries_max: 65_536,
            commit_entries_max: 4_096,
            gather_step: Duration::from_micros(500),
            gather_max: Duration::from_millis(10),
            pages_max: 0,
        }
    }
}

//! What the daemon needs of a journal, whatever it is stored in.

use super::entry::{Entry, NewEntry, Snapshot};
use super::error::JournalError;
use super::notices::Notices;

/// How soon entries have to be on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// Somebody waits for them.
    AtOnce,
    /// Nobody waits: those that come in the next milliseconds may share their commit.
    Relaxed,
}

/// Where the controller's entries are kept.
///
/// After a failed commit the journal refuses everything until [`resume`](Journal::resume): by then the
/// caller's state is ahead of the disk, so it must be rebuilt by [`replay`](Journal::replay).
pub trait Journal: Send + Sync {
    /// Queues entries, to be committed together; the first of them has the number `first_seq`. Never blocks. In
    /// haste they take with them whatever is queued before them.
    ///
    /// # Errors
    /// Nothing was queued: [`JournalError::OutOfStep`] unless `first_seq` comes next,
    /// [`JournalError::QueueFull`], [`JournalError::Suspended`], [`JournalError::Closed`].
    fn append(&self, first_seq: u64, entries: Vec<NewEntry>, haste: Haste) -> Result<(), JournalError>;

    /// What became of the entries that were queued.
    fn notices(&self) -> Notices;

    /// Hands out the committed entries after `after_seq` in order; returns the number of the last one, 0 for an
    /// empty journal. Checks the chain on the way. Blocks.
    ///
    /// # Errors
    /// [`JournalError::Tampered`], [`JournalError::Corrupt`], [`JournalError::Read`]; the entries handed
    /// out before it were sound.
    fn replay(&self, after_seq: u64, each: &mut dyn FnMut(Entry)) -> Result<u64, JournalError>;

    /// Hands out at most `limit` committed entries from `from_seq` on, checked like those of a replay. Blocks.
    ///
    /// # Errors
    /// As [`replay`](Journal::replay).
    fn read(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, JournalError>;

    /// Checks the chain from the first entry ever; returns how many entries there are. Blocks.
    ///
    /// # Errors
    /// As [`replay`](Journal::replay).
    fn verify(&self) -> Result<u64, JournalError>;

    /// Keeps a snapshot in place of the last one. It does not delay entries that are appended meanwhile. Blocks.
    ///
    /// # Errors
    /// [`JournalError::Write`], [`JournalError::DiskFull`], [`JournalError::OutOfStep`] if it contains entries that
    /// are not committed; the last snapshot stays.
    fn keep_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError>;

    /// Moves entries older than `before_ms` to the archive, from which [`replay`](Journal::replay),
    /// [`read`](Journal::read) and [`verify`](Journal::verify) read them as before; returns how many. Only entries
    /// that a snapshot contains move: `up_to_seq` is the last entry of one that is kept. It moves a bounded number,
    /// and appends go between. Blocks.
    ///
    /// # Errors
    /// [`JournalError::ArchiveMissing`], [`JournalError::Tampered`] if both do not fit together, and those of
    /// reading and writing. Every entry is still in one of the two, and the journal takes new ones all the same.
    fn archive(&self, up_to_seq: u64, before_ms: i64) -> Result<u64, JournalError>;

    /// The snapshot, if there is one that is whole and belongs to these entries. Blocks.
    ///
    /// # Errors
    /// [`JournalError::Read`] where the entries cannot be read. A snapshot that cannot be used is none.
    fn snapshot(&self) -> Result<Option<Snapshot>, JournalError>;

    /// Opens the journal anew after a failure and returns the number of the last committed entry. Entries
    /// reported as failed may be among the committed ones: the disk decides, so replay. Blocks.
    ///
    /// # Errors
    /// The journal stays suspended, e.g. because the disk is still full.
    fn resume(&self) -> Result<u64, JournalError>;

    /// Commits what is queued and gives the journal back. Blocks. Further appends fail.
    fn close(&self);
}

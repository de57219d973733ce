//! The journal in one SQLite file: WAL, every commit synced, one writing thread, group commit.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::writer::Writer;
use super::{Entry, Haste, Journal, JournalError, NewEntry, Notices, store};
use crate::lock::{FileLock, LockError};

/// What may be set about a journal.
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

/// A journal in an SQLite file. Dropping it commits what is queued, without waiting for it.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    writer: Writer,
}

impl SqliteJournal {
    /// Opens the journal at `path`, making it where there is none. Blocks.
    ///
    /// Checks the last entry against the chain; [`replay`](Journal::replay) and
    /// [`verify`](Journal::verify) check more.
    ///
    /// # Errors
    /// See [`JournalError`]; [`JournalError::InUse`] where it is open already.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, Options::default())
    }

    /// As [`open`](Self::open), with other bounds.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: &Path, options: Options) -> Result<Self, JournalError> {
        let lock = take(path)?;
        let db = store::open(path)?;
        let head = store::head(&db, path)?;
        let writer = Writer::start(path.to_owned(), db, head, lock, options)?;
        Ok(Self { path: path.to_owned(), writer })
    }

    /// Changes [`Options::pages_max`] from the next commit on.
    pub fn limit_pages(&self, pages_max: u32) {
        self.writer.limit_pages(pages_max);
    }
}

impl Journal for SqliteJournal {
    fn append(&self, entries: Vec<NewEntry>, haste: Haste) -> Result<u64, JournalError> {
        self.writer.append(entries, haste)
    }

    fn notices(&self) -> Notices {
        self.writer.notices()
    }

    fn replay(&self, each: &mut dyn FnMut(Entry)) -> Result<u64, JournalError> {
        let db = store::open_to_read(&self.path)?;
        let start = store::replay_start(&db, &self.path)?;
        Ok(store::read(&db, &self.path, start, u32::MAX, each)?.seq)
    }

    fn read(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, JournalError> {
        let db = store::open_to_read(&self.path)?;
        let mut entries = Vec::new();
        store::read(&db, &self.path, from_seq, limit, &mut |entry| entries.push(entry))?;
        Ok(entries)
    }

    fn verify(&self) -> Result<u64, JournalError> {
        let db = store::open_to_read(&self.path)?;
        Ok(store::read(&db, &self.path, 1, u32::MAX, &mut |_| {})?.seq)
    }

    fn resume(&self) -> Result<u64, JournalError> {
        self.writer.resume()
    }

    fn close(&self) {
        self.writer.close();
    }
}

/// The lock is a file of its own: closing any handle of the database file would drop SQLite's own locks.
fn take(path: &Path) -> Result<Arc<FileLock>, JournalError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    FileLock::take(Path::new(&name)).map(Arc::new).map_err(|error| {
        let in_use = matches!(error, LockError::InUse { .. });
        let (path, source) = (path.to_owned(), Arc::new(error));
        if in_use { JournalError::InUse { path, source } } else { JournalError::Lock { path, source } }
    })
}

//! The journal in an SQLite file and its archive: WAL, every commit synced, one writing thread, group commit.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::archive::{self, Both};
use super::contract::{Haste, Journal};
use super::entry::{Entry, NewEntry, Snapshot};
use super::error::{Cause, JournalError};
use super::notices::Notices;
use super::options::Options;
use super::writer::Writer;
use super::{snapshot, store};
use crate::lock::{FileLock, LockError};

/// A journal in an SQLite file. Dropping it commits what is queued, without waiting for it.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    writer: Writer,
    /// Held while entries are moved.
    archiving: Mutex<()>,
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
        Ok(Self { path: path.to_owned(), writer, archiving: Mutex::new(()) })
    }

    /// Is nothing in it? A journal that has been used keeps its last entries, whatever is archived.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn is_empty(&self) -> Result<bool, JournalError> {
        Ok(store::last_seq(&store::open_to_read(&self.path)?, &self.path)? == 0)
    }

    /// Have entries been moved to an archive?
    #[must_use]
    pub fn has_archive(&self) -> bool {
        archive::path_of(&self.path).exists()
    }

    /// Changes [`Options::pages_max`] from the next commit on.
    pub fn limit_pages(&self, pages_max: u32) {
        self.writer.limit_pages(pages_max);
    }
}

impl Journal for SqliteJournal {
    fn append(&self, first_seq: u64, entries: Vec<NewEntry>, haste: Haste) -> Result<(), JournalError> {
        self.writer.append(first_seq, entries, haste)
    }

    fn notices(&self) -> Notices {
        self.writer.notices()
    }

    fn replay(&self, after_seq: u64, each: &mut dyn FnMut(Entry)) -> Result<u64, JournalError> {
        Ok(Both::open(&self.path)?.read(after_seq + 1, u64::MAX, each)?.seq)
    }

    fn read(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, JournalError> {
        let mut entries = Vec::new();
        Both::open(&self.path)?.read(from_seq, limit.into(), &mut |entry| entries.push(entry))?;
        Ok(entries)
    }

    fn verify(&self) -> Result<u64, JournalError> {
        Ok(Both::open(&self.path)?.read(1, u64::MAX, &mut |_| {})?.seq)
    }

    fn keep_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError> {
        let db = store::open_to_read(&self.path)?;
        let Some(chain) = store::hash_of(&db, &self.path, snapshot.seq)? else {
            let expected = store::last_seq(&db, &self.path)?;
            return Err(JournalError::OutOfStep { expected, given: snapshot.seq });
        };
        snapshot::keep(&snapshot_path(&self.path), snapshot, &chain)
    }

    fn archive(&self, up_to_seq: u64, before_ms: i64) -> Result<u64, JournalError> {
        let _one = self.archiving.lock().unwrap_or_else(PoisonError::into_inner);
        archive::move_older(&self.path, &self.writer, up_to_seq, before_ms)
    }

    fn snapshot(&self) -> Result<Option<Snapshot>, JournalError> {
        let Some((snapshot, chain)) = snapshot::load(&snapshot_path(&self.path)) else { return Ok(None) };
        let db = store::open_to_read(&self.path)?;
        let belongs = store::hash_of(&db, &self.path, snapshot.seq)? == Some(chain);
        if !belongs {
            tracing::warn!(seq = snapshot.seq, "the snapshot is not of this journal; all entries are read");
        }
        Ok(belongs.then_some(snapshot))
    }

    fn resume(&self) -> Result<u64, JournalError> {
        self.writer.resume()
    }

    fn close(&self) {
        self.writer.close();
    }
}

/// Beside the entries: so that writing one never makes them wait.
fn snapshot_path(path: &Path) -> PathBuf {
    path.with_extension("snapshot")
}

/// The lock is a file of its own: closing any handle of the database file would drop SQLite's own locks.
fn take(path: &Path) -> Result<Arc<FileLock>, JournalError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    FileLock::take(Path::new(&name)).map(Arc::new).map_err(|error| {
        let in_use = matches!(error, LockError::InUse { .. });
        let (path, source): (_, Cause) = (path.to_owned(), Arc::new(error));
        if in_use { JournalError::InUse { path, source } } else { JournalError::Lock { path, source } }
    })
}

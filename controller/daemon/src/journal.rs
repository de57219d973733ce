//! The journal: what the controller has decided and heard, in order, for ever.
//!
//! An *entry* is opaque here: a kind, a JSON body, a time. The journal numbers entries from 1 without
//! gaps (`seq`) and chains them by hash, so that a changed, missing or foreign entry shows. An entry is
//! *committed* once it would survive a power cut; only then may anybody act on it. A *snapshot* is an
//! entry that holds the whole state, so that replay need not start at the beginning.
//!
//! [`Journal`] is what the daemon needs; [`SqliteJournal`] is the one that ships.

mod chain;
mod notices;
mod sqlite;
mod store;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

pub use notices::{Notice, Notices};
pub use sqlite::{Options, SqliteJournal};

use crate::lock::LockError;

/// The kind of an entry that holds the whole state.
pub const SNAPSHOT: &str = "snapshot";

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When it was decided: UTC milliseconds since 1970.
    pub at_ms: i64,
    /// What it is, e.g. [`SNAPSHOT`].
    pub kind: String,
    /// Its JSON text.
    pub body: String,
}

/// An entry as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1 for the first ever, then without gaps.
    pub seq: u64,
    /// When it was decided: UTC milliseconds since 1970.
    pub at_ms: i64,
    /// What it is, e.g. [`SNAPSHOT`].
    pub kind: String,
    /// Its JSON text.
    pub body: String,
}

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
    /// Queues entries, to be committed together, and returns the number of the last one. Never blocks. In
    /// haste they take with them whatever is queued before them.
    ///
    /// # Errors
    /// Nothing was queued: [`JournalError::QueueFull`], [`JournalError::Suspended`], [`JournalError::Closed`].
    fn append(&self, entries: Vec<NewEntry>, haste: Haste) -> Result<u64, JournalError>;

    /// What became of the entries that were queued.
    fn notices(&self) -> Notices;

    /// Hands out the committed entries in order, from the newest snapshot on, or from the first entry
    /// where there is none; returns the number of the last one, 0 for an empty journal. Checks the chain
    /// on the way. Blocks.
    ///
    /// # Errors
    /// [`JournalError::Tampered`], [`JournalError::Corrupt`], [`JournalError::Read`]; the entries handed
    /// out before it were sound.
    fn replay(&self, each: &mut dyn FnMut(Entry)) -> Result<u64, JournalError>;

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

    /// Opens the journal anew after a failure and returns the number of the last committed entry. Entries
    /// reported as failed may be among the committed ones: the disk decides, so replay. Blocks.
    ///
    /// # Errors
    /// The journal stays suspended, e.g. because the disk is still full.
    fn resume(&self) -> Result<u64, JournalError>;

    /// Commits what is queued and gives the journal back. Blocks. Further appends fail.
    fn close(&self);
}

/// Why the journal did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The library is one of those that may lose committed entries.
    #[error("this SQLite {version} may damage the journal; 3.51.3 or newer is needed")]
    SqliteTooOld {
        /// Its version.
        version: &'static str,
    },
    /// The file cannot be opened.
    #[error("the journal {} cannot be opened", path.display())]
    Open {
        /// The journal's file.
        path: PathBuf,
        /// What the database said.
        source: Arc<rusqlite::Error>,
    },
    /// Another process, or another part of this one, has it open.
    #[error("the journal {} is already open", path.display())]
    InUse {
        /// The journal's file.
        path: PathBuf,
        /// Who has it.
        source: Arc<LockError>,
    },
    /// Nobody can be kept from opening it too.
    #[error("the journal {} cannot be locked", path.display())]
    Lock {
        /// The journal's file.
        path: PathBuf,
        /// What the system said.
        source: Arc<LockError>,
    },
    /// The file is a database, but not a journal of ours.
    #[error("{} is not a journal of Loa", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A newer Loa wrote it.
    #[error("the journal {} was written by a newer Loa (format {found})", path.display())]
    Newer {
        /// The journal's file.
        path: PathBuf,
        /// The format it has.
        found: i32,
    },
    /// The file is cut short or scrambled.
    #[error("the journal {} is damaged", path.display())]
    Corrupt {
        /// The journal's file.
        path: PathBuf,
        /// What the database said.
        source: Arc<rusqlite::Error>,
    },
    /// An entry is not the one that was written, or is missing.
    #[error("journal entry {seq} was changed, removed or damaged after it was written")]
    Tampered {
        /// The first entry that does not fit.
        seq: u64,
    },
    /// No space is left; nothing of what was to be written is in the journal.
    #[error("no space is left for the journal")]
    DiskFull {
        /// What the database said.
        source: Arc<rusqlite::Error>,
    },
    /// Entries could not be written.
    #[error("the journal cannot be written")]
    Write {
        /// What the database said.
        source: Arc<rusqlite::Error>,
    },
    /// Entries could not be read.
    #[error("the journal cannot be read")]
    Read {
        /// What the database said.
        source: Arc<rusqlite::Error>,
    },
    /// The thread that writes could not be started.
    #[error("the journal's thread cannot be started")]
    Thread {
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// The disk does not keep up.
    #[error("{waiting} journal entries already wait for the disk")]
    QueueFull {
        /// Entries that wait.
        waiting: usize,
    },
    /// An earlier commit failed.
    #[error("the journal takes nothing after a failure until it is resumed")]
    Suspended,
    /// It was closed.
    #[error("the journal is closed")]
    Closed,
}

impl JournalError {
    /// A stable name for this kind of error, for scripts and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SqliteTooOld { .. } => "journal-sqlite-too-old",
            Self::Open { .. } => "journal-not-opened",
            Self::InUse { .. } => "journal-in-use",
            Self::Lock { .. } => "journal-not-locked",
            Self::NotAJournal { .. } => "journal-foreign-file",
            Self::Newer { .. } => "journal-newer-format",
            Self::Corrupt { .. } => "journal-damaged",
            Self::Tampered { .. } => "journal-tampered",
            Self::DiskFull { .. } => "disk-full",
            Self::Write { .. } => "journal-not-written",
            Self::Read { .. } => "journal-not-read",
            Self::Thread { .. } => "journal-thread",
            Self::QueueFull { .. } => "journal-queue-full",
            Self::Suspended => "journal-suspended",
            Self::Closed => "journal-closed",
        }
    }
}

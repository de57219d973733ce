//! Why a journal did not do what it was asked; the same for every kind of store.

use std::path::PathBuf;
use std::sync::Arc;

/// What the store, the system or the library said.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why the journal did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The database library is one of those that may lose committed entries.
    #[error("version {version} of the database library may damage the journal; {needed} or newer is needed")]
    UnsafeLibrary {
        /// Its version.
        version: &'static str,
        /// The first safe version.
        needed: &'static str,
    },
    /// The file cannot be opened.
    #[error("the journal {} cannot be opened", path.display())]
    Open {
        /// The journal's file.
        path: PathBuf,
        /// What the database said.
        source: Cause,
    },
    /// Another process, or another part of this one, has it open.
    #[error("the journal {} is already open", path.display())]
    InUse {
        /// The journal's file.
        path: PathBuf,
        /// Who has it.
        source: Cause,
    },
    /// Nobody can be kept from opening it too.
    #[error("the journal {} cannot be locked", path.display())]
    Lock {
        /// The journal's file.
        path: PathBuf,
        /// What the system said.
        source: Cause,
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
        source: Cause,
    },
    /// An entry is not the one that was written, or is missing.
    #[error("journal entry {seq} was changed, removed or damaged after it was written")]
    Tampered {
        /// The first entry that does not fit.
        seq: u64,
    },
    /// The database begins behind the first entry, and what was before is not there.
    #[error("the journal's archive {} is missing, which holds the entries before {first}", path.display())]
    ArchiveMissing {
        /// The archive's file.
        path: PathBuf,
        /// The first entry that is there.
        first: u64,
    },
    /// No space is left; nothing of what was to be written is in the journal.
    #[error("no space is left for the journal")]
    DiskFull {
        /// What the database said.
        source: Cause,
    },
    /// Entries could not be written.
    #[error("the journal cannot be written")]
    Write {
        /// What the database said.
        source: Cause,
    },
    /// Entries could not be read.
    #[error("the journal cannot be read")]
    Read {
        /// What the database said.
        source: Cause,
    },
    /// The thread that writes could not be started.
    #[error("the journal's thread cannot be started")]
    Thread {
        /// What the system said.
        source: Cause,
    },
    /// The entries are not those that come next: somebody else has written, or the caller has lost count.
    /// Its state is not the journal's, and must be rebuilt.
    #[error("entry {given} was offered to the journal where entry {expected} comes next")]
    OutOfStep {
        /// The number that comes next.
        expected: u64,
        /// The number of the first entry that was offered.
        given: u64,
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
            Self::UnsafeLibrary { .. } => "journal-unsafe-library",
            Self::Open { .. } => "journal-not-opened",
            Self::InUse { .. } => "journal-in-use",
            Self::Lock { .. } => "journal-not-locked",
            Self::NotAJournal { .. } => "journal-foreign-file",
            Self::Newer { .. } => "journal-newer-format",
            Self::Corrupt { .. } => "journal-damaged",
            Self::Tampered { .. } => "journal-tampered",
            Self::ArchiveMissing { .. } => "journal-archive-missing",
            Self::DiskFull { .. } => "disk-full",
            Self::Write { .. } => "journal-not-written",
            Self::Read { .. } => "journal-not-read",
            Self::Thread { .. } => "journal-thread",
            Self::OutOfStep { .. } => "journal-out-of-step",
            Self::QueueFull { .. } => "journal-queue-full",
            Self::Suspended => "journal-suspended",
            Self::Closed => "journal-closed",
        }
    }
}

//! What can go wrong with a clip.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use firmware_proto::ClipId;

/// Why a clip was not stored or not read.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The store does not have it.
    #[error("the clip {clip} is not in the store")]
    NotFound {
        /// The clip asked for.
        clip: ClipId,
    },
    /// Its bytes are not those it was named after.
    #[error("the clip {clip} is damaged")]
    Damaged {
        /// The clip asked for.
        clip: ClipId,
    },
    /// It is not the one that was announced.
    #[error("the clip {found} came in the place of {expected}")]
    Mismatch {
        /// What was announced.
        expected: ClipId,
        /// What the bytes are.
        found: ClipId,
    },
    /// The place asked for lies behind the clip's end.
    #[error("the clip {clip} has {size_bytes} bytes, none at {offset}")]
    OutOfRange {
        /// The clip asked for.
        clip: ClipId,
        /// The place asked for.
        offset: u64,
        /// The clip's length.
        size_bytes: u64,
    },
    /// No space is left; nothing was stored.
    #[error("no space is left for clips")]
    DiskFull {
        /// What the system said.
        source: io::Error,
    },
    /// The store cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The store cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// The clip or folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl ClipError {
    /// A stable name for this kind of error, for scripts and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "clip-not-found",
            Self::Damaged { .. } => "clip-damaged",
            Self::Mismatch { .. } => "clip-mismatch",
            Self::OutOfRange { .. } => "clip-out-of-range",
            Self::DiskFull { .. } => "disk-full",
            Self::Write { .. } => "clip-not-written",
            Self::Read { .. } => "clip-not-read",
        }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { source },
            _ => Self::Write { path: path.to_owned(), source },
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.display().to_string(), source }
    }

    pub(crate) fn clip(clip: ClipId, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::NotFound => Self::NotFound { clip },
            _ => Self::Read { path: format!("the clip {clip}"), source },
        }
    }
}

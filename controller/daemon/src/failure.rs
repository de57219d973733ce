//! Every way in which the daemon says no, as sentences that the catalogue knows.
//!
//! One function per kind of error, so that no sentence for people is made anywhere else.

mod daemon;
mod refusals;
mod sounds;

use std::fmt::Display;

use controller_api::{Error, ErrorKind, Text, text};
use controller_core::preview::TooMuch;
use firmware_proto::UtcMillis;

use crate::journal::JournalError;

pub use daemon::DaemonError;
pub(crate) use refusals::{parsed, refusal, rule, schedule, schedule_file, short, when};
pub(crate) use sounds::{clip, is_full, speech, studio};

/// Makes an [`Error`] of its kind, a sentence and what a log should say.
pub(crate) fn error(kind: ErrorKind, text: Text, detail: impl Display) -> Error {
    Error { kind, text, detail: detail.to_string(), problems: Vec::new() }
}

/// The detail of an error with all its causes.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// The journal.
pub(crate) fn journal(failed: &JournalError) -> Error {
    use ErrorKind::{Internal, StorageFull, Unavailable};
    let (kind, text) = match failed {
        JournalError::DiskFull { .. } => (StorageFull, text!(DiskFull { problem: Some(failed) })),
        JournalError::QueueFull { .. } => (Unavailable, text!(JournalQueueFull { problem: failed })),
        JournalError::Suspended => (Unavailable, text!(JournalSuspended { problem: failed })),
        JournalError::UnsafeLibrary { .. } => (Internal, text!(JournalUnsafeLibrary { problem: failed })),
        JournalError::OutOfStep { .. } => (Unavailable, text!(JournalOutOfStep { problem: failed })),
        JournalError::Open { .. } => (Internal, text!(JournalNotOpened { problem: failed })),
        JournalError::InUse { .. } => (Internal, text!(JournalInUse { problem: failed })),
        JournalError::Lock { .. } => (Internal, text!(JournalNotLocked { problem: failed })),
        JournalError::NotAJournal { .. } => (Internal, text!(JournalForeignFile { problem: failed })),
        JournalError::Newer { .. } => (Internal, text!(JournalNewerFormat { problem: failed })),
        JournalError::Corrupt { .. } => (Internal, text!(JournalDamaged { problem: failed })),
        JournalError::Tampered { .. } => (Internal, text!(JournalTampered { problem: failed })),
        JournalError::ArchiveMissing { .. } => (Internal, text!(JournalArchiveMissing { problem: failed })),
        JournalError::Write { .. } => (Internal, text!(JournalNotWritten { problem: failed })),
        JournalError::Read { .. } => (Internal, text!(JournalNotRead { problem: failed })),
        JournalError::Thread { .. } => (Internal, text!(JournalThread { problem: failed })),
        JournalError::Closed => (Internal, text!(JournalClosed { problem: failed })),
    };
    error(kind, text, chain(failed))
}

/// A question that is too large.
pub(crate) fn too_much(asked: &TooMuch) -> Error {
    error(ErrorKind::BadRequest, text!(TooMuchAsked { most: asked.most }), asked)
}

/// Something inside broke: worth a report.
pub(crate) fn internal(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(ErrorKind::Internal, text!(Internal { problem: detail }), detail)
}

/// A value of a request that is not what it should be.
pub(crate) fn bad_request(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(ErrorKind::BadRequest, text!(BadRequest { problem: detail }), detail)
}

/// Milliseconds, for parameters.
pub(crate) fn millis(at: UtcMillis) -> u64 {
    at.0
}

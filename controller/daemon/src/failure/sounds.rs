//! What goes wrong with sounds: preparing, keeping and speaking them.

use std::io;

use audio::PrepareError;
use controller_api::{Error, ErrorKind, text};

use super::{chain, error};
use crate::clips::ClipError;
use crate::studio::StudioError;
use crate::studio::speech::{SpeechError, TEXT_CHARS_MAX};

/// Did it fail for want of space?
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A sound file that did not become a clip.
#[must_use]
pub fn prepare(failed: &PrepareError, title: &str) -> Error {
    use ErrorKind::{BadSound, Internal, StorageFull};
    let (kind, text) = match failed {
        PrepareError::Write(e) if is_full(e) => (StorageFull, text!(DiskFull { problem: None::<&str> })),
        PrepareError::Write(_) => (Internal, text!(AudioNotWritten { file: title })),
        PrepareError::Process { .. } => (Internal, text!(AudioNotProcessed { file: title })),
        PrepareError::Missing => (BadSound, text!(AudioMissing { file: title })),
        PrepareError::NotAFile => (BadSound, text!(AudioNotAFile { file: title })),
        PrepareError::Unreadable(_) => (BadSound, text!(AudioUnreadable { file: title })),
        PrepareError::Empty => (BadSound, text!(AudioEmpty { file: title })),
        PrepareError::NotAudio => (BadSound, text!(AudioNotAudio { file: title })),
        PrepareError::NoAudioTrack => (BadSound, text!(AudioNoTrack { file: title })),
        PrepareError::UnsupportedCodec { codec } => {
            (BadSound, text!(AudioUnsupportedCodec { file: title, codec: codec }))
        }
        PrepareError::Damaged { readable_ms } => {
            let readable_s = format!("{:.1}", *readable_ms as f64 / 1_000.0);
            (BadSound, text!(AudioDamaged { file: title, readable_s: readable_s }))
        }
        PrepareError::Silent => (BadSound, text!(AudioSilent { file: title })),
        PrepareError::TooShort { duration_ms } => {
            (BadSound, text!(AudioTooShort { file: title, duration_ms: duration_ms }))
        }
        PrepareError::TooLong { max_ms } => {
            (BadSound, text!(AudioTooLong { file: title, max_minutes: max_ms / 60_000 }))
        }
    };
    error(kind, text, chain(failed))
}

/// The clip store.
#[must_use]
pub fn clip(failed: &ClipError) -> Error {
    use ErrorKind::{Internal, NotFound, StorageFull};
    let (kind, text) = match failed {
        ClipError::NotFound { .. } => (NotFound, text!(ClipNotFound { problem: failed })),
        ClipError::DiskFull { .. } => (StorageFull, text!(DiskFull { problem: Some(failed) })),
        ClipError::Damaged { .. } => (Internal, text!(ClipDamaged { problem: failed })),
        ClipError::Mismatch { .. } => (Internal, text!(ClipMismatch { problem: failed })),
        ClipError::OutOfRange { .. } => (Internal, text!(ClipOutOfRange { problem: failed })),
        ClipError::Write { .. } => (Internal, text!(ClipNotWritten { problem: failed })),
        ClipError::Read { .. } => (Internal, text!(ClipNotRead { problem: failed })),
    };
    error(kind, text, chain(failed))
}

/// No clip was made.
#[must_use]
pub fn studio(failed: &StudioError, title: &str) -> Error {
    match failed {
        StudioError::Sound(failed) => prepare(failed, title),
        StudioError::Clips(failed) => clip(failed),
    }
}

/// Nothing was read aloud.
pub(crate) fn speech(failed: &SpeechError) -> Error {
    use ErrorKind::{BadRequest, Internal, StorageFull, Unavailable};
    let (kind, text) = match failed {
        SpeechError::Text => (BadRequest, text!(SpeechText { max: TEXT_CHARS_MAX })),
        SpeechError::Language { lang } => (BadRequest, text!(SpeechLanguage { lang: lang })),
        SpeechError::NotInstalled { program } => {
            (Unavailable, text!(SpeechNotInstalled { program: program }))
        }
        SpeechError::Failed { program, problem } => {
            (Internal, text!(SpeechFailed { program: program, problem: problem }))
        }
        SpeechError::Io(problem) => {
            let kind = if is_full(problem) { StorageFull } else { Internal };
            (kind, text!(FileTrouble { path: std::env::temp_dir().display(), problem: problem }))
        }
    };
    error(kind, text, chain(failed))
}

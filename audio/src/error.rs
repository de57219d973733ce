//! Why a file did not become a clip, and why a clip cannot be played.

use std::io;

/// Why [`prepare`](crate::prepare()) made no clip.
///
/// `Display` is one line of plain English for logs and `--json`; what staff read is a translation looked up
/// by [`code`](Self::code).
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// Nothing is at that path.
    #[error("there is no such file")]
    Missing,
    /// The path leads to a folder, a device or a pipe.
    #[error("it is not a file")]
    NotAFile,
    /// The file is there, but the system refused to read it.
    #[error("the file could not be read")]
    Unreadable(#[source] io::Error),
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The contents are no sound format.
    #[error("the file is not a sound file")]
    NotAudio,
    /// The file is a container, such as a video, without any sound in it.
    #[error("the file has no sound track")]
    NoAudioTrack,
    /// The sound is there, in a coding that cannot be decoded.
    #[error("the sound is coded as {codec}, which cannot be decoded")]
    UnsupportedCodec {
        /// Name of the coding, for people.
        codec: String,
    },
    /// The file promises more sound than it holds, or parts of it cannot be decoded.
    #[error("the file is damaged or cut off: {:.1} s of sound could be read", *readable_ms as f64 / 1000.0)]
    Damaged {
        /// How much sound could be decoded, in milliseconds.
        readable_ms: u64,
    },
    /// There is nothing to be heard.
    #[error("the sound is silent from start to end")]
    Silent,
    /// The sound is too short to be an announcement.
    #[error("the sound is too short: {duration_ms} ms")]
    TooShort {
        /// Length of the sound, in milliseconds.
        duration_ms: u64,
    },
    /// The sound is longer than [`max_duration`](crate::PrepareOptions::max_duration).
    #[error("the sound is longer than {} min", max_ms / 60_000)]
    TooLong {
        /// The longest sound allowed, in milliseconds.
        max_ms: u64,
    },
    /// The clip could not be written to its destination.
    #[error("the clip could not be written")]
    Write(#[source] io::Error),
    /// The encoder or the resampler refused to work. Not the file's fault.
    #[error("the sound could not be processed: {reason}")]
    Process {
        /// What the library said.
        reason: String,
    },
}

impl PrepareError {
    /// A stable name of the case, the key under which translations are kept.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "audio-missing",
            Self::NotAFile => "audio-not-a-file",
            Self::Unreadable(_) => "audio-unreadable",
            Self::Empty => "audio-empty",
            Self::NotAudio => "audio-not-audio",
            Self::NoAudioTrack => "audio-no-track",
            Self::UnsupportedCodec { .. } => "audio-unsupported-codec",
            Self::Damaged { .. } => "audio-damaged",
            Self::Silent => "audio-silent",
            Self::TooShort { .. } => "audio-too-short",
            Self::TooLong { .. } => "audio-too-long",
            Self::Write(_) => "audio-not-written",
            Self::Process { .. } => "audio-not-processed",
        }
    }

    /// Wraps what a processing library said.
    pub(crate) fn process(reason: impl ToString) -> Self {
        Self::Process { reason: reason.to_string() }
    }
}

/// Why a clip cannot be played, or not further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The reader failed.
    #[error("the clip could not be read")]
    Io(#[source] io::Error),
    /// It is not an Ogg Opus file.
    #[error("it is not an Ogg Opus file")]
    NotOpus,
    /// It is Ogg Opus of a kind that is not known.
    #[error("it is {0}, which cannot be decoded")]
    Unsupported(&'static str),
    /// The file ends before the sound does.
    #[error("the file is cut off")]
    CutOff,
    /// A checksum is wrong, or the file contradicts itself.
    #[error("the file is damaged")]
    Damaged,
}

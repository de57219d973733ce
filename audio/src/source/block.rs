//! What all sources have in common: they give blocks of sound, and may fail.

use std::io;

use crate::error::PrepareError;

/// A piece of decoded sound: `channels` interleaved channels at `rate_hz`.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Samples per second and channel.
    pub(crate) rate_hz: u32,
    /// Number of channels.
    pub(crate) channels: usize,
    /// Whole frames, full scale being 1.0.
    pub(crate) samples: Vec<f32>,
}

/// A sound file that is being decoded.
pub(crate) trait Source {
    /// Replaces `block` by the next piece; `false` at the end of an undamaged file.
    fn next(&mut self, block: &mut Block) -> Result<bool, Failure>;

    /// What could not be decoded so far and was left out or filled in, in milliseconds.
    fn lost_ms(&self) -> u64;
}

/// Why a source ended before its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The system refused to read on.
    Io(io::Error),
    /// Damaged, or cut off.
    Damaged,
    /// Not sound after all.
    NotAudio,
    /// A container without a sound track.
    NoAudioTrack,
    /// A coding that cannot be decoded, by its name for people.
    Unsupported(String),
}

impl Failure {
    /// The error for the user, given how much of the sound had been read by then.
    pub(crate) fn into_error(self, readable_ms: u64) -> PrepareError {
        match self {
            Self::Io(error) => PrepareError::Unreadable(error),
            Self::Damaged => PrepareError::Damaged { readable_ms },
            Self::NotAudio => PrepareError::NotAudio,
            Self::NoAudioTrack => PrepareError::NoAudioTrack,
            Self::Unsupported(codec) => PrepareError::UnsupportedCodec { codec },
        }
    }
}

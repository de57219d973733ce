//! Ogg Opus files: what phones' messengers record and what our own clips are.

use std::io::Read;

use super::block::{Block, Failure, Source};
use crate::error::DecodeError;
use crate::limits::SOURCE_PACKET_BYTES_MAX;
use crate::ogg::stream::OpusStream;
use crate::rate::{SAMPLE_RATE_HZ, frames_to_ms};

/// An Ogg Opus file.
pub(super) struct OggOpus<R>(OpusStream<R>);

impl<R: Read> OggOpus<R> {
    /// Reads the headers; `None` when it is another kind of Ogg.
    pub(super) fn open(reader: R) -> Result<Option<Self>, Failure> {
        match OpusStream::open(reader, SOURCE_PACKET_BYTES_MAX) {
            Ok(stream) => Ok(Some(Self(stream))),
            Err(DecodeError::NotOpus) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl<R: Read> Source for OggOpus<R> {
    fn next(&mut self, block: &mut Block) -> Result<bool, Failure> {
        let more = self.0.next(&mut block.samples)?;
        (block.rate_hz, block.channels) = (SAMPLE_RATE_HZ, self.0.channels());
        Ok(more)
    }

    fn lost_ms(&self) -> u64 {
        frames_to_ms(self.0.lost_samples(), SAMPLE_RATE_HZ)
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Io(error) => Self::Io(error),
            DecodeError::NotOpus => Self::NotAudio,
            DecodeError::Unsupported(name) => Self::Unsupported(name.to_owned()),
            DecodeError::CutOff | DecodeError::Damaged => Self::Damaged,
        }
    }
}

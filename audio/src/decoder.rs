//! What a speaker uses: a clip to samples.

use std::io::Read;

use crate::error::DecodeError;
use crate::limits::CLIP_PACKET_BYTES_MAX;
use crate::mix::Mix;
use crate::ogg::stream::OpusStream;
use crate::rate::SAMPLE_RATE_HZ;
use crate::source::block::Block;

/// Samples that are decoded before the first one that is played: 2 s. RFC 7845 section 4.6 asks for 80 ms; but the encoder
/// predicts a pure tone from what came before, and after 80 ms it was measured to be wrong by up to its full amplitude
/// for up to a second.
const PRE_ROLL_SAMPLES: u64 = 96_000;

/// Decodes a clip from any reader to mono samples at 48 kHz, in pieces.
///
/// Pre-skip and end trim are applied (RFC 7845 section 4), so the samples are exactly those that were
/// encoded. Memory is bounded whatever the reader yields, and no input makes it panic. To play again from the
/// start, open a new one.
///
/// ```no_run
/// # fn play(_: &[i16]) {}
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let file = std::io::BufReader::new(std::fs::File::open("clip.opus")?);
/// let mut decoder = audio::Decoder::open(file)?;
/// let mut pcm = Vec::new();
/// while decoder.next_frame(&mut pcm)? {
///     play(&pcm);
/// }
/// # Ok(()) }
/// ```
pub struct Decoder<R: Read> {
    stream: OpusStream<R>,
    block: Block,
    mono: Vec<f32>,
    /// Decoded and not yet given out: what follows a [`Self::skip`] within its last frame.
    rest: Vec<i16>,
}

impl<R: Read> Decoder<R> {
    /// Reads the headers of a clip.
    ///
    /// # Errors
    /// [`DecodeError::NotOpus`] or [`DecodeError::Unsupported`] when it is not a clip, otherwise as
    /// [`Self::next_frame`].
    pub fn open(reader: R) -> Result<Self, DecodeError> {
        let stream = OpusStream::open(reader, CLIP_PACKET_BYTES_MAX)?;
        let block = Block { rate_hz: SAMPLE_RATE_HZ, channels: stream.channels(), samples: Vec::new() };
        Ok(Self { stream, block, mono: Vec::new(), rest: Vec::new() })
    }

    /// Replaces `out` by the next samples, 1 to 5,760 of them (120 ms); `false`, and `out` empty, at the end.
    ///
    /// A packet that cannot be decoded is concealed and the rest stays in time.
    ///
    /// # Errors
    /// [`DecodeError::CutOff`], [`DecodeError::Damaged`] or [`DecodeError::Io`]; everything before was good.
    pub fn next_frame(&mut self, out: &mut Vec<i16>) -> Result<bool, DecodeError> {
        out.clear();
        if !self.rest.is_empty() {
            std::mem::swap(out, &mut self.rest);
            return Ok(true);
        }
        if !self.stream.next(&mut self.block.samples)? {
            return Ok(false);
        }
        self.block.channels = self.stream.channels();
        self.mono.clear();
        Mix::Average.apply(&self.block, &mut self.mono);
        out.extend(self.mono.iter().map(|sample| (sample * 32_768.0).round() as i16));
        Ok(true)
    }

    /// Leaves out the next `samples`, and returns how many of them there were: fewer at the end. Only the
    /// last of them are decoded, so this costs little more than to read the file.
    ///
    /// # Errors
    /// As [`Self::next_frame`].
    pub fn skip(&mut self, samples: u64) -> Result<u64, DecodeError> {
        let mut skipped = 0;
        if self.rest.is_empty() {
            skipped = self.stream.skip_packets(samples.saturating_sub(PRE_ROLL_SAMPLES))?;
        }
        let mut frame = Vec::new();
        while skipped < samples && self.next_frame(&mut frame)? {
            let count = usize::try_from(samples - skipped).map_or(frame.len(), |left| left.min(frame.len()));
            self.rest.extend_from_slice(&frame[count..]);
            skipped += count as u64;
        }
        Ok(skipped)
    }
}

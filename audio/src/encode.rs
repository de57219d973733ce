//! The signal to Opus packets.

use std::io::Write;

use crate::SAMPLE_RATE_HZ;
use crate::error::PrepareError;
use crate::ogg::head::OpusHead;
use crate::ogg::mux::Muxer;
use crate::prepare::Prepared;

/// Samples per packet: 20 ms. Longer packets save a few bytes of framing but cost quality at 24 kbit/s.
const FRAME: usize = 960;
/// What libopus recommends as room for a packet.
const PACKET_BYTES_MAX: usize = 4_000;
/// The encoder is given its best effort: a clip is encoded once and heard by thousands.
const COMPLEXITY: i32 = 10;
/// Least and most bit/s that libopus takes for one channel.
const BITRATES: std::ops::RangeInclusive<u32> = 6_000..=256_000;

/// Encodes one signal into one clip.
pub(crate) struct ClipEncoder<W: Write> {
    opus: opus::Encoder,
    muxer: Muxer<W>,
    waiting: Vec<f32>,
    pre_skip: u64,
    samples_in: u64,
    samples_encoded: u64,
}

impl<W: Write> ClipEncoder<W> {
    /// Starts a clip at `bitrate_bps`, limited to what Opus can do, and writes its headers.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the encoder cannot be set up, [`PrepareError::Write`].
    pub(crate) fn new(destination: W, bitrate_bps: u32) -> Result<Self, PrepareError> {
        let opus = encoder(bitrate_bps.clamp(*BITRATES.start(), *BITRATES.end()));
        let (opus, pre_skip) = opus.map_err(PrepareError::process)?;
        let muxer = Muxer::new(destination, &OpusHead::for_clip(pre_skip)).map_err(PrepareError::Write)?;
        let pre_skip = u64::from(pre_skip);
        Ok(Self { opus, muxer, waiting: Vec::new(), pre_skip, samples_in: 0, samples_encoded: 0 })
    }

    /// Takes samples of the signal.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the encoder fails, [`PrepareError::Write`].
    pub(crate) fn push(&mut self, signal: &[f32]) -> Result<(), PrepareError> {
        self.samples_in += signal.len() as u64;
        // Resampling overshoots a little, and Opus would take it: what comes out of it must not clip anew.
        self.waiting.extend(signal.iter().map(|sample| sample.clamp(-1.0, 1.0)));
        let whole = self.waiting.len() / FRAME * FRAME;
        for start in (0..whole).step_by(FRAME) {
            self.encode_frame(start)?;
        }
        self.waiting.drain(..whole);
        Ok(())
    }

    /// Ends the clip. It decodes to exactly as many samples as were pushed.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(crate) fn finish(mut self) -> Result<Prepared, PrepareError> {
        let (samples, end) = (self.samples_in, self.samples_in + self.pre_skip);
        // The encoder runs behind by the pre-skip: silence pushes the last samples out.
        while self.samples_encoded < end {
            self.waiting.resize(FRAME, 0.0);
            self.encode_frame(0)?;
            self.waiting.clear();
        }
        let (clip, size_bytes) = self.muxer.finish(end).map_err(PrepareError::Write)?;
        let duration_ms = crate::frames_to_ms(samples, SAMPLE_RATE_HZ);
        Ok(Prepared { clip, size_bytes, duration_ms, warnings: Vec::new() })
    }

    fn encode_frame(&mut self, start: usize) -> Result<(), PrepareError> {
        let frame = &self.waiting[start..start + FRAME];
        let packet = self.opus.encode_vec_float(frame, PACKET_BYTES_MAX).map_err(PrepareError::process)?;
        self.samples_encoded += FRAME as u64;
        self.muxer.push(packet, self.samples_encoded).map_err(PrepareError::Write)
    }
}

/// A configured encoder and the samples by which it runs behind.
fn encoder(bitrate_bps: u32) -> opus::Result<(opus::Encoder, u16)> {
    let mut opus = opus::Encoder::new(SAMPLE_RATE_HZ, opus::Channels::Mono, opus::Application::Voip)?;
    opus.set_bitrate(opus::Bitrate::Bits(bitrate_bps as i32))?;
    opus.set_complexity(COMPLEXITY)?;
    let lookahead = opus.get_lookahead()?;
    Ok((opus, u16::try_from(lookahead).unwrap_or_default()))
}

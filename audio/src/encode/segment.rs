//! One segment: encoded, heard, and encoded again where the codec has put a peak too high.

use std::f32::consts::TAU;

use super::options::EncodeOptions;
use crate::clip::Character;
use crate::error::PrepareError;
use crate::level::{BLOCK, BlockLevel, Db, Meter};
use crate::limits::{ENCODE_ATTEMPTS_MAX, MADE_PACKET_BYTES_MAX};
use crate::rate::SAMPLE_RATE_HZ;

/// Samples of the longest packet that we make: 60 ms.
const FRAME_MAX: usize = 2_880;
/// Samples after a seam in which the decoder's past may still be heard: 100 ms.
const SEAM: usize = 4_800;
/// The encoder is given its best effort: a clip is encoded once and heard by thousands.
const COMPLEXITY: i32 = 10;
/// True peak that a decoded clip may reach, in dBTP (EBU R 128), less what other meters may read higher.
const TRUE_PEAK_MAX_DBTP: f64 = -1.05;
/// A peak that came out too high goes into the next attempt so much lower than it has to be, in dB.
const DIP_MARGIN_DB: f64 = 0.3;
/// A dip reaches so far to both sides of its block, in samples: 20 ms.
const DIP_REACH: usize = 2 * BLOCK;

/// A piece of the signal.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) index: usize,
    /// Samples at the front that belong to the segment before.
    pub(super) run_up: usize,
    /// Whole frames.
    pub(super) samples: Vec<f32>,
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) segment: Segment,
    pub(super) packets: Vec<Vec<u8>>,
    /// What the packets decode to.
    pub(super) levels: Vec<BlockLevel>,
}

impl Segment {
    /// Encodes it, so that it decodes without a peak above -1 dBTP.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when libopus fails.
    pub(super) fn encode(mut self, options: EncodeOptions) -> Result<Encoded, PrepareError> {
        let delay = usize::from(lookahead(options)?);
        let run_up_blocks = self.run_up / BLOCK;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut packets = self.packets(options)?;
            let levels = heard(&packets)?.split_off(run_up_blocks);
            if attempts == ENCODE_ATTEMPTS_MAX || !self.soften(&levels, delay) {
                packets.drain(..self.run_up / options.frame());
                return Ok(Encoded { segment: self, packets, levels });
            }
        }
    }

    /// Lowers what came out too high in these blocks, the first of the segment proper; `false` if nothing did.
    fn soften(&mut self, levels: &[BlockLevel], delay: usize) -> bool {
        let highest = Db::new(TRUE_PEAK_MAX_DBTP);
        let mut softened = false;
        for (block, level) in levels.iter().enumerate().filter(|(_, level)| level.peak > highest) {
            let start = self.run_up + block * BLOCK;
            let by_db = level.peak.db() - TRUE_PEAK_MAX_DBTP + DIP_MARGIN_DB;
            dip(&mut self.samples, start.saturating_sub(delay), by_db);
            softened = true;
        }
        softened
    }

    fn packets(&self, options: EncodeOptions) -> Result<Vec<Vec<u8>>, PrepareError> {
        let mut encoder = encoder(options).map_err(PrepareError::process)?;
        let mut packets = Vec::with_capacity(self.samples.len() / options.frame());
        let first = self.run_up / options.frame();
        for (i, frame) in self.samples.chunks_exact(options.frame()).enumerate() {
            // At a seam the decoder comes from other packets than this encoder: the first packet must not build
            // on them.
            if first > 0 && (i == first || i == first + 1) {
                encoder.set_prediction_disabled(i == first).map_err(PrepareError::process)?;
            }
            let packet =
                encoder.encode_vec_float(frame, MADE_PACKET_BYTES_MAX).map_err(PrepareError::process)?;
            packets.push(packet);
        }
        Ok(packets)
    }
}

impl Encoded {
    /// Encodes it again where it came out too high after the last packets of the segment before: the decoder
    /// that plays a clip comes from there, not from the run-up.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when libopus fails.
    pub(super) fn joined(mut self, before: &[Vec<u8>], options: EncodeOptions) -> Result<Self, PrepareError> {
        let delay = usize::from(lookahead(options)?);
        let seam_frames = SEAM.div_ceil(options.frame());
        for _ in 0..ENCODE_ATTEMPTS_MAX {
            let seam: Vec<_> = before.iter().chain(self.packets.iter().take(seam_frames)).collect();
            let levels = heard(seam)?.split_off(before.len() * options.frame() / BLOCK);
            for (ours, joined) in self.levels.iter_mut().zip(&levels) {
                *ours = *joined;
            }
            if !self.segment.soften(&levels, delay) {
                break;
            }
            self = self.segment.encode(options)?;
        }
        Ok(self)
    }
}

/// What packets decode to, block by block.
fn heard<'a>(packets: impl IntoIterator<Item = &'a Vec<u8>>) -> Result<Vec<BlockLevel>, PrepareError> {
    let mut decoder =
        opus::Decoder::new(SAMPLE_RATE_HZ, opus::Channels::Mono).map_err(PrepareError::process)?;
    let (mut meter, mut levels) = (Meter::new()?, Vec::new());
    let mut frame = [0.0; FRAME_MAX];
    for packet in packets {
        let samples = decoder.decode_float(packet, &mut frame, false).map_err(PrepareError::process)?;
        meter.push(&frame[..samples], &mut levels)?;
    }
    meter.finish(&mut levels)?;
    Ok(levels)
}

/// Lowers the block that begins at sample `start` by `db`, with slopes as round as a cosine.
fn dip(samples: &mut [f32], start: usize, db: f64) {
    let depth = 1.0 - 10f64.powf(-db / 20.0) as f32;
    let (from, to) = (start.saturating_sub(DIP_REACH), (start + BLOCK + DIP_REACH).min(samples.len()));
    let Some(part) = samples.get_mut(from..to) else { return };
    for (i, sample) in part.iter_mut().enumerate() {
        let at = from + i;
        let outside = start.saturating_sub(at).max(at.saturating_sub(start + BLOCK));
        let weight = 0.5 + 0.5 * (TAU * 0.5 * outside as f32 / DIP_REACH as f32).cos();
        *sample *= 1.0 - depth * weight;
    }
}

/// Samples by which the encoder runs behind.
///
/// # Errors
/// [`PrepareError::Process`] when libopus fails.
pub(super) fn lookahead(options: EncodeOptions) -> Result<u16, PrepareError> {
    let lookahead = encoder(options).and_then(|mut opus| opus.get_lookahead());
    Ok(u16::try_from(lookahead.map_err(PrepareError::process)?).unwrap_or_default())
}

fn encoder(options: EncodeOptions) -> opus::Result<opus::Encoder> {
    let application = match options.character {
        Character::Voice => opus::Application::Voip,
        Character::Music => opus::Application::Audio,
    };
    let mut opus = opus::Encoder::new(SAMPLE_RATE_HZ, opus::Channels::Mono, application)?;
    opus.set_bitrate(opus::Bitrate::Bits(options.bitrate_bps as i32))?;
    opus.set_complexity(COMPLEXITY)?;
    Ok(opus)
}

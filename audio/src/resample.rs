//! Any sample rate to 48 kHz, piece by piece, without moving or losing a sample.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _};

use crate::error::PrepareError;
use crate::rate::{SAMPLE_RATE_HZ, frames_to_ms};

/// Input frames per transform, about. Larger blocks put the filter's edge nearer to the highest frequency.
const BLOCK_FRAMES: usize = 1024;

/// One mono stream from one rate to 48 kHz.
pub(crate) struct Resampler {
    rate_hz: u32,
    /// `None` when the source is at 48 kHz already.
    fft: Option<Fft<f32>>,
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Output frames of the filter's delay that are still to be dropped.
    delay_left: usize,
    frames_in: u64,
    frames_out: u64,
}

impl Resampler {
    /// A resampler for a source at `rate_hz`.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the rate is zero.
    pub(crate) fn new(rate_hz: u32) -> Result<Self, PrepareError> {
        let mut resampler = Self {
            rate_hz,
            fft: None,
            waiting: Vec::new(),
            block: Vec::new(),
            delay_left: 0,
            frames_in: 0,
            frames_out: 0,
        };
        if rate_hz != SAMPLE_RATE_HZ {
            let (from, to) = (rate_hz as usize, SAMPLE_RATE_HZ as usize);
            let block = block_frames(from, to);
            let fft = Fft::new(from, to, block, 1, FixedSync::Both).map_err(PrepareError::process)?;
            resampler.delay_left = fft.output_delay();
            resampler.block = vec![0.0; fft.output_frames_max()];
            resampler.fft = Some(fft);
        }
        Ok(resampler)
    }

    /// The rate of the source, in Hz.
    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Length of what came in so far, in milliseconds.
    pub(crate) fn duration_ms(&self) -> u64 {
        frames_to_ms(self.frames_in, self.rate_hz)
    }

    /// Takes samples at the source's rate and appends what is ready at 48 kHz to `out`.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the library refuses a block.
    pub(crate) fn push(&mut self, mono: &[f32], out: &mut Vec<f32>) -> Result<(), PrepareError> {
        self.frames_in += mono.len() as u64;
        if self.fft.is_none() {
            self.frames_out += mono.len() as u64;
            out.extend_from_slice(mono);
            return Ok(());
        }
        self.waiting.extend_from_slice(mono);
        self.drain(out)
    }

    /// Ends the stream: appends the rest to `out`, so that the total is the length of the source at 48 kHz,
    /// rounded to the nearest sample.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the library refuses a block.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), PrepareError> {
        let Some(fft) = &self.fft else { return Ok(()) };
        let silence = fft.input_frames_next();
        let rate = u64::from(self.rate_hz);
        let total = (self.frames_in * u64::from(SAMPLE_RATE_HZ) + rate / 2) / rate;
        while self.frames_out < total {
            self.waiting.resize(self.waiting.len() + silence, 0.0);
            self.drain(out)?;
        }
        out.truncate(out.len().saturating_sub((self.frames_out - total) as usize));
        self.frames_out = total;
        Ok(())
    }

    fn drain(&mut self, out: &mut Vec<f32>) -> Result<(), PrepareError> {
        let Some(fft) = &mut self.fft else { return Ok(()) };
        let mut used = 0;
        while self.waiting.len() - used >= fft.input_frames_next() {
            let (frames, room) = (fft.input_frames_next(), fft.output_frames_next());
            let input = SequentialSlice::new(&self.waiting[used..used + frames], 1, frames)
                .map_err(PrepareError::process)?;
            let mut output =
                SequentialSlice::new_mut(&mut self.block[..room], 1, room).map_err(PrepareError::process)?;
            let (read, written) =
                fft.process_into_buffer(&input, &mut output, None).map_err(PrepareError::process)?;
            used += read;
            let skip = self.delay_left.min(written);
            self.delay_left -= skip;
            self.frames_out += (written - skip) as u64;
            out.extend_from_slice(&self.block[skip..written]);
        }
        self.waiting.drain(..used);
        Ok(())
    }
}

/// About [`BLOCK_FRAMES`], in whole periods of the two rates, and even: the filter's delay is half a block, and
/// half of an odd number would shift the sound.
fn block_frames(from: usize, to: usize) -> usize {
    let (mut divisor, mut rest) = (from, to);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let period = from / divisor.max(1);
    let even_period = if period.is_multiple_of(2) { period } else { period * 2 };
    even_period * BLOCK_FRAMES.div_ceil(even_period.max(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::f64::consts::TAU;

    fn sine(rate_hz: u32, frames: usize) -> Vec<f32> {
        let step = TAU * 440.0 / f64::from(rate_hz);
        (0..frames).map(|i| (0.5 * (step * i as f64).sin()) as f32).collect()
    }

    fn resampled(rate_hz: u32, input: &[f32], piece: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(rate_hz).unwrap();
        let mut out = Vec::new();
        input.chunks(piece).for_each(|part| resampler.push(part, &mut out).unwrap());
        resampler.finish(&mut out).unwrap();
        out
    }

    #[test]
    fn keeps_length_and_phase_at_every_rate() {
        for rate_hz in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 47_999] {
            let out = resampled(rate_hz, &sine(rate_hz, rate_hz as usize), 777);
            assert_eq!(out.len(), 48_000, "{rate_hz}");
            let ideal = sine(48_000, 48_000);
            let inner = 4_800..43_200;
            let worst = inner.map(|i| (out[i] - ideal[i]).abs()).fold(0.0f32, f32::max);
            assert!(worst < 2e-3, "{rate_hz}: off by {worst}");
        }
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter() {
        let input = sine(44_100, 10_000);
        assert_eq!(resampled(44_100, &input, 1), resampled(44_100, &input, 10_000));
    }

    #[test]
    fn a_few_samples_are_enough() {
        assert_eq!(resampled(8_000, &[0.5; 3], 3).len(), 18);
        assert_eq!(resampled(44_100, &[], 1).len(), 0);
    }
}

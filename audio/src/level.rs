//! How loud a signal is, a hundred times a second: the map that pass one draws and pass two follows.
//!
//! For each block of 10 ms the map holds the true peak and the K-weighted power (ITU-R BS.1770-5, measured by
//! `ebur128`), each in steps of 1/256 dB in 16 bits: an hour takes 1.4 MB. From that everything that has to be
//! known of the whole sound is computed without hearing it again: its integrated loudness (EBU R 128, gated),
//! where silence ends, and what a limiter will do to it.

use ebur128::{EbuR128, Mode};

use crate::error::PrepareError;
use crate::rate::SAMPLE_RATE_HZ;

/// Samples in a block: 10 ms.
pub(crate) const BLOCK: usize = 480;
/// Length of a block in milliseconds.
pub(crate) const BLOCK_MS: usize = 10;
/// Blocks in a second.
pub(crate) const BLOCKS_PER_S: usize = SAMPLE_RATE_HZ as usize / BLOCK;
/// A gating block of EBU R 128 lasts 400 ms, and the next begins 100 ms later.
const WINDOW: usize = 40;
const WINDOW_STEP: usize = 10;
/// Loudness below which nothing counts, in LUFS (ITU-R BS.1770-5).
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// How far below the ungated loudness the second gate lies, in LU.
const RELATIVE_GATE_LU: f64 = -10.0;
/// What BS.1770 adds to the logarithm of the power.
const LUFS_OFFSET: f64 = -0.691;
const STEPS_PER_DB: f64 = 256.0;
/// Decibels below which a level is silence.
const FLOOR_DB: f64 = -160.0;

/// A level in steps of 1/256 dB above the floor; zero is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Db(u16);

impl Db {
    /// From decibels, rounded up, so that a peak is never taken for less than it is.
    pub(crate) fn new(db: f64) -> Self {
        if db.is_nan() {
            return Self(0);
        }
        // A cast from float to integer stops at the ends of the range.
        Self(((db - FLOOR_DB) * STEPS_PER_DB).ceil() as u16)
    }

    /// The level in decibels.
    pub(crate) fn db(self) -> f64 {
        f64::from(self.0) / STEPS_PER_DB + FLOOR_DB
    }
}

/// One block of 10 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BlockLevel {
    /// True peak, in dBTP.
    pub(crate) peak: Db,
    /// K-weighted loudness, in LUFS.
    pub(crate) loudness: Db,
}

/// Measures a mono signal at 48 kHz block by block.
pub(crate) struct Meter {
    r128: EbuR128,
    waiting: Vec<f32>,
}

impl Meter {
    /// # Errors
    /// [`PrepareError::Process`] when the library refuses.
    pub(crate) fn new() -> Result<Self, PrepareError> {
        let r128 =
            EbuR128::new(1, SAMPLE_RATE_HZ, Mode::M | Mode::TRUE_PEAK).map_err(PrepareError::process)?;
        Ok(Self { r128, waiting: Vec::with_capacity(BLOCK) })
    }

    /// Takes samples, and appends the levels of the blocks that are complete.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the library refuses.
    pub(crate) fn push(
        &mut self,
        mut signal: &[f32],
        levels: &mut Vec<BlockLevel>,
    ) -> Result<(), PrepareError> {
        if !self.waiting.is_empty() {
            let (head, rest) = signal.split_at(signal.len().min(BLOCK - self.waiting.len()));
            self.waiting.extend_from_slice(head);
            signal = rest;
            if self.waiting.len() == BLOCK {
                levels.push(measure(&mut self.r128, &self.waiting)?);
                self.waiting.clear();
            }
        }
        let (blocks, rest) = signal.as_chunks::<BLOCK>();
        for block in blocks {
            levels.push(measure(&mut self.r128, block)?);
        }
        self.waiting.extend_from_slice(rest);
        Ok(())
    }

    /// Ends the signal: the last block counts as filled up with silence.
    ///
    /// # Errors
    /// [`PrepareError::Process`] when the library refuses.
    pub(crate) fn finish(mut self, levels: &mut Vec<BlockLevel>) -> Result<(), PrepareError> {
        if !self.waiting.is_empty() {
            self.waiting.resize(BLOCK, 0.0);
            levels.push(measure(&mut self.r128, &self.waiting)?);
        }
        Ok(())
    }
}

fn measure(r128: &mut EbuR128, block: &[f32]) -> Result<BlockLevel, PrepareError> {
    r128.add_frames_f32(block).map_err(PrepareError::process)?;
    let peak = r128.prev_true_peak(0).map_err(PrepareError::process)?;
    let loudness = r128.loudness_window(10).map_err(PrepareError::process)?;
    Ok(BlockLevel { peak: Db::new(20.0 * peak.log10()), loudness: Db::new(loudness) })
}

/// Integrated loudness in LUFS of blocks with these levels, each changed by a number of decibels; `None` when
/// nothing is above the absolute gate.
///
/// Less than 400 ms, for which the standard has no answer, counts as one gating block.
pub(crate) fn integrated(
    levels: &[BlockLevel],
    mut change_db: impl FnMut(usize, BlockLevel) -> f64,
) -> Option<f64> {
    let mut steps = Steps::default();
    for (i, level) in levels.iter().enumerate() {
        steps.push(*level, change_db(i, *level));
    }
    steps.integrated()
}

/// The highest true peak in dBTP; `None` for digital silence.
pub(crate) fn true_peak(levels: &[BlockLevel]) -> Option<f64> {
    levels.iter().map(|level| level.peak).max().filter(|peak| *peak > Db::default()).map(Db::db)
}

/// Levels in steps of 100 ms, four of which make a gating block: all that is kept of a finished sound.
#[derive(Debug, Clone, Default)]
pub(crate) struct Steps {
    /// Sum of the powers of a step's blocks.
    power: Vec<f32>,
    peak: Vec<Db>,
    /// Blocks in the last step.
    in_last: usize,
}

impl Steps {
    /// Adds a block whose loudness is changed by `change_db`.
    pub(crate) fn push(&mut self, level: BlockLevel, change_db: f64) {
        let block = match level.loudness {
            Db(0) => 0.0,
            of_block => power(of_block.db() + change_db) as f32,
        };
        match (self.power.last_mut(), self.peak.last_mut()) {
            (Some(power), Some(peak)) if self.in_last < WINDOW_STEP => {
                *power += block;
                *peak = level.peak.max(*peak);
                self.in_last += 1;
            }
            _ => {
                self.power.push(block);
                self.peak.push(level.peak);
                self.in_last = 1;
            }
        }
    }

    /// Integrated loudness in LUFS (EBU R 128); `None` when nothing is above the absolute gate.
    pub(crate) fn integrated(&self) -> Option<f64> {
        let blocks = (self.power.len().checked_sub(1)?) * WINDOW_STEP + self.in_last;
        let sum = |steps: &[f32]| steps.iter().copied().map(f64::from).sum::<f64>();
        if blocks < WINDOW {
            let mean = sum(&self.power) / blocks as f64;
            return (mean > power(ABSOLUTE_GATE_LUFS)).then(|| loudness(mean));
        }
        let whole = &self.power[..blocks / WINDOW_STEP];
        let gated = |gate: f64| {
            let windows = whole.windows(WINDOW / WINDOW_STEP).map(|window| sum(window) / WINDOW as f64);
            let (sum, count) =
                windows.filter(|p| *p > gate).fold((0.0, 0u32), |(sum, n), p| (sum + p, n + 1));
            (count > 0).then(|| sum / f64::from(count))
        };
        let ungated = gated(power(ABSOLUTE_GATE_LUFS))?;
        let relative = power(loudness(ungated) + RELATIVE_GATE_LU);
        gated(relative.max(power(ABSOLUTE_GATE_LUFS))).map(loudness)
    }

    /// The highest true peak in dBTP; `None` for digital silence.
    pub(crate) fn true_peak(&self) -> Option<f64> {
        self.peak.iter().copied().max().filter(|peak| *peak > Db::default()).map(Db::db)
    }

    /// Highest peaks of at most `points` parts of the same length, as amplitudes.
    pub(crate) fn waveform(&self, points: usize) -> impl Iterator<Item = f64> {
        let (steps, points) = (self.peak.len(), self.peak.len().min(points));
        (0..points).map(move |i| {
            let part = &self.peak[steps * i / points..steps * (i + 1) / points];
            part.iter().max().map_or(0.0, |peak| 10f64.powf(peak.db() / 20.0))
        })
    }
}

/// The K-weighted power that has this loudness in LUFS.
fn power(loudness: f64) -> f64 {
    10f64.powf((loudness - LUFS_OFFSET) / 10.0)
}

/// The loudness in LUFS of this K-weighted power.
fn loudness(power: f64) -> f64 {
    LUFS_OFFSET + 10.0 * power.log10()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::f64::consts::TAU;

    fn levels_of(signal: &[f32], piece: usize) -> Vec<BlockLevel> {
        let (mut meter, mut levels) = (Meter::new().unwrap(), Vec::new());
        signal.chunks(piece).for_each(|part| meter.push(part, &mut levels).unwrap());
        meter.finish(&mut levels).unwrap();
        levels
    }

    fn tone(hz: f64, amplitude: f64, seconds: f64) -> Vec<f32> {
        let frames = (seconds * 48_000.0) as usize;
        (0..frames).map(|i| (amplitude * (TAU * hz * i as f64 / 48_000.0).sin()) as f32).collect()
    }

    #[test]
    fn agrees_with_the_library_s_own_integration() {
        let mut signal = tone(997.0, 0.1, 5.0);
        signal.extend(tone(997.0, 0.001, 7.3));
        signal.extend(tone(400.0, 0.4, 3.1));
        let mut r128 = EbuR128::new(1, 48_000, Mode::I).unwrap();
        r128.add_frames_f32(&signal).unwrap();
        let ours = integrated(&levels_of(&signal, 1_000), |_, _| 0.0).unwrap();
        let theirs = r128.loudness_global().unwrap();
        assert!((ours - theirs).abs() < 0.02, "{ours} {theirs}");
    }

    #[test]
    fn a_full_scale_tone_of_997_hz_is_at_minus_3_lufs() {
        // EBU Tech 3341: a stereo sine at -23 dBFS reads -23 LUFS, one channel of it 3.01 LU less.
        let levels = levels_of(&tone(997.0, 1.0, 2.0), 480);
        assert!((integrated(&levels, |_, _| 0.0).unwrap() + 3.01).abs() < 0.05);
        assert!(true_peak(&levels).unwrap().abs() < 0.1);
    }

    #[test]
    fn peaks_between_the_samples_are_found() {
        // At a quarter of the sample rate and 45 degrees, every sample is 3 dB below the peak.
        let signal: Vec<f32> =
            (0..48_000).map(|i| (TAU / 8.0 + TAU * f64::from(i) / 4.0).sin() as f32).collect();
        // The start is a step, which rings.
        let peak = true_peak(&levels_of(&signal, 4_800)[1..]).unwrap();
        assert!(peak > -0.3 && peak < 0.6, "{peak}");
    }

    #[test]
    fn silence_has_no_loudness() {
        let levels = levels_of(&vec![0.0; 4_801], 77);
        assert_eq!(levels.len(), 11);
        assert_eq!((integrated(&levels, |_, _| 0.0), true_peak(&levels)), (None, None));
        assert_eq!(integrated(&[], |_, _| 0.0), None);
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter() {
        let signal = tone(500.0, 0.3, 0.333);
        assert_eq!(levels_of(&signal, 1), levels_of(&signal, 20_000));
    }
}

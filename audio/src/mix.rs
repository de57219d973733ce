//! Any number of channels to one.
//!
//! The mix is the plain average: no channel can be lost, and a sum that never exceeds the loudest channel
//! cannot clip. Where channels cancel each other (a recorder with one cable turned round), one of them is taken
//! alone.

use crate::limits::TALLIED_CHANNELS_MAX;
use crate::source::block::Block;

/// Samples beyond this are limited before the resampler: float files may hold anything, and one absurd value
/// would smear over a whole transform. Eight times full scale leaves room for a later level correction.
const SAMPLE_ABS_MAX: f32 = 8.0;
/// From here on a sample has hit the end of the recorder's scale.
const CLIPPED_FROM: f32 = 0.999;
/// A mix that has less than this share of its channels' mean power has lost what they had in common: 10 dB.
const CANCELLED_SHARE: f64 = 0.1;

/// How channels become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mix {
    /// The average of all.
    Average,
    /// Only this one, if there is one.
    Channel(usize),
}

impl Mix {
    /// Mixes `block` and appends the result to `mono`.
    pub(crate) fn apply(self, block: &Block, mono: &mut Vec<f32>) {
        match (self, block.channels) {
            (_, 0) => {}
            (_, 1) => mono.extend(block.samples.iter().copied().map(tame)),
            (Self::Channel(channel), channels) if channel < channels => {
                mono.extend(block.samples.chunks_exact(channels).map(|frame| tame(frame[channel])));
            }
            (_, 2) => {
                let (frames, _) = block.samples.as_chunks::<2>();
                mono.extend(frames.iter().map(|[left, right]| (tame(*left) + tame(*right)) * 0.5));
            }
            (_, channels) => {
                let share = 1.0 / channels as f32;
                let frames = block.samples.chunks_exact(channels);
                mono.extend(frames.map(|frame| frame.iter().copied().map(tame).sum::<f32>() * share));
            }
        }
    }
}

fn tame(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-SAMPLE_ABS_MAX, SAMPLE_ABS_MAX) } else { 0.0 }
}

/// What a source's channels were like before they were mixed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    channels: usize,
    power: [f64; TALLIED_CHANNELS_MAX],
    mixed_power: f64,
    samples: u64,
    clipped: u64,
}

impl Tally {
    /// Counts a block and what it was mixed to.
    pub(crate) fn add(&mut self, block: &Block, mono: &[f32]) {
        self.samples += block.samples.len() as u64;
        self.clipped += block.samples.iter().filter(|sample| sample.abs() >= CLIPPED_FROM).count() as u64;
        if block.channels < 2 {
            return;
        }
        self.channels = self.channels.max(block.channels.min(TALLIED_CHANNELS_MAX));
        for (channel, all) in self.power.iter_mut().enumerate().take(block.channels) {
            let samples = block.samples.iter().skip(channel).step_by(block.channels);
            *all += power(samples.copied().map(tame));
        }
        self.mixed_power += power(mono.iter().copied());
    }

    /// The channel to take instead, if the average has cancelled what the channels hold.
    pub(crate) fn instead_of_average(&self) -> Option<usize> {
        let channels = &self.power[..self.channels];
        let mean = channels.iter().sum::<f64>() / channels.len().max(1) as f64;
        let loudest = channels.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?.0;
        // One channel of many that speaks alone is soft in the average, but not cancelled.
        let alone = mean / channels.len() as f64;
        (self.mixed_power < CANCELLED_SHARE * alone).then_some(loudest)
    }

    /// Share of the samples that hit the end of the scale.
    pub(crate) fn clipped_share(&self) -> f64 {
        self.clipped as f64 / self.samples.max(1) as f64
    }
}

/// Sums of one block lose nothing in 32 bits.
fn power(samples: impl Iterator<Item = f32>) -> f64 {
    f64::from(samples.map(|sample| sample * sample).sum::<f32>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn block(channels: usize, samples: &[f32]) -> Block {
        Block { rate_hz: 48_000, channels, samples: samples.to_vec() }
    }

    fn mixed(mix: Mix, channels: usize, samples: &[f32]) -> Vec<f32> {
        let mut mono = Vec::new();
        mix.apply(&block(channels, samples), &mut mono);
        mono
    }

    #[test]
    fn averages_and_never_exceeds_full_scale() {
        assert_eq!(mixed(Mix::Average, 2, &[1.0, 1.0, 1.0, 0.0, -1.0, -1.0]), [1.0, 0.5, -1.0]);
        assert_eq!(mixed(Mix::Average, 8, &[1.0; 16]), [1.0, 1.0]);
        assert_eq!(mixed(Mix::Average, 0, &[]), [0.0f32; 0]);
    }

    #[test]
    fn one_channel_can_be_taken_alone() {
        assert_eq!(mixed(Mix::Channel(1), 3, &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), [0.2, 0.5]);
        assert_eq!(mixed(Mix::Channel(1), 1, &[0.1, 0.2]), [0.1, 0.2]);
    }

    #[test]
    fn what_is_not_a_number_becomes_silence() {
        let absurd = [f32::NAN, f32::INFINITY, 1e30, 0.25];
        assert_eq!(mixed(Mix::Average, 1, &absurd), [0.0, 0.0, SAMPLE_ABS_MAX, 0.25]);
    }

    fn tally(channels: usize, samples: &[f32]) -> Tally {
        let mut tally = Tally::default();
        tally.add(&block(channels, samples), &mixed(Mix::Average, channels, samples));
        tally
    }

    #[test]
    fn only_what_cancels_is_taken_alone() {
        assert_eq!(tally(2, &[0.5, -0.5, -0.3, 0.31]).instead_of_average(), Some(1));
        assert_eq!(tally(2, &[0.5, 0.5, 0.3, 0.3]).instead_of_average(), None);
        assert_eq!(tally(2, &[0.0, 0.5, 0.0, -0.5]).instead_of_average(), None);
        assert_eq!(tally(8, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0]).instead_of_average(), None);
        assert_eq!(tally(1, &[0.5]).instead_of_average(), None);
        assert_eq!(tally(2, &[0.0; 8]).instead_of_average(), None);
    }

    #[test]
    fn samples_at_the_end_of_the_scale_are_counted() {
        assert_eq!(tally(2, &[1.0, -1.0, 0.5, 0.9]).clipped_share(), 0.5);
    }
}

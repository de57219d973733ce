//! Any number of channels to one.
//!
//! The mix is the plain average: no channel can be lost, and a sum that never exceeds the loudest channel
//! cannot clip.

use crate::source::Block;

/// Samples beyond this are limited before the resampler: float files may hold anything, and one absurd value
/// would smear over a whole transform. Eight times full scale leaves room for a later level correction.
const SAMPLE_ABS_MAX: f32 = 8.0;

/// Averages the channels of `block` and appends the result to `mono`.
pub(crate) fn mix_to_mono(block: &Block, mono: &mut Vec<f32>) {
    match block.channels {
        0 => {}
        1 => mono.extend(block.samples.iter().copied().map(tame)),
        channels => {
            let share = 1.0 / channels as f32;
            let frames = block.samples.chunks_exact(channels);
            mono.extend(frames.map(|frame| frame.iter().copied().map(tame).sum::<f32>() * share));
        }
    }
}

fn tame(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-SAMPLE_ABS_MAX, SAMPLE_ABS_MAX) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mixed(channels: usize, samples: &[f32]) -> Vec<f32> {
        let mut mono = Vec::new();
        mix_to_mono(&Block { rate_hz: 48_000, channels, samples: samples.to_vec() }, &mut mono);
        mono
    }

    #[test]
    fn averages_and_never_exceeds_full_scale() {
        assert_eq!(mixed(2, &[1.0, 1.0, 1.0, 0.0, -1.0, -1.0]), [1.0, 0.5, -1.0]);
        assert_eq!(mixed(8, &[1.0; 16]), [1.0, 1.0]);
        assert_eq!(mixed(0, &[]), [0.0f32; 0]);
    }

    #[test]
    fn what_is_not_a_number_becomes_silence() {
        assert_eq!(mixed(1, &[f32::NAN, f32::INFINITY, 1e30, 0.25]), [0.0, 0.0, SAMPLE_ABS_MAX, 0.25]);
    }
}

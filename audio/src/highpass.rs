//! A gentle high-pass: tones below a voice cost bits and move the horn's membrane, and nobody hears them.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use crate::rate::SAMPLE_RATE_HZ;

/// Where the filter has fallen by 3 dB, in Hz; below, it falls by 12 dB an octave.
const CUTOFF_HZ: f64 = 80.0;

/// A Butterworth high-pass of the second order for a signal at 48 kHz (R. Bristow-Johnson, "Cookbook formulae
/// for audio EQ biquad filter coefficients").
pub(crate) struct Highpass {
    feed: [f64; 3],
    back: [f64; 2],
    state: [f64; 2],
}

impl Highpass {
    pub(crate) fn new() -> Self {
        let omega = TAU * CUTOFF_HZ / f64::from(SAMPLE_RATE_HZ);
        let alpha = omega.sin() / (2.0 * FRAC_1_SQRT_2);
        let (cos, a0) = (omega.cos(), 1.0 + alpha);
        let edge = (1.0 + cos) / 2.0 / a0;
        Self { feed: [edge, -2.0 * edge, edge], back: [-2.0 * cos / a0, (1.0 - alpha) / a0], state: [0.0; 2] }
    }

    /// Filters in place.
    pub(crate) fn apply(&mut self, signal: &mut [f32]) {
        let ([b0, b1, b2], [a1, a2]) = (self.feed, self.back);
        let [mut s1, mut s2] = self.state;
        for sample in signal {
            let input = f64::from(*sample);
            let output = b0 * input + s1;
            s1 = b1 * input - a1 * output + s2;
            s2 = b2 * input - a2 * output;
            *sample = output as f32;
        }
        // Numbers too small for their format would slow the processor down in long silence.
        self.state = [s1, s2].map(|s| if s.abs() < 1e-30 { 0.0 } else { s });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain_db(hz: f64) -> f64 {
        let mut signal: Vec<f32> =
            (0..96_000).map(|i| (TAU * hz * f64::from(i) / 48_000.0).sin() as f32).collect();
        Highpass::new().apply(&mut signal);
        let power: f64 = signal[48_000..].iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / 48_000.0;
        10.0 * (2.0 * power).log10()
    }

    #[test]
    fn is_gentle() {
        assert!((gain_db(80.0) + 3.01).abs() < 0.05);
        assert!((gain_db(40.0) + 12.3).abs() < 0.5);
        assert!(gain_db(160.0) > -0.4);
        assert!(gain_db(1_000.0).abs() < 0.01);
    }

    #[test]
    fn a_constant_offset_is_gone() {
        let mut signal = vec![0.5f32; 48_000];
        Highpass::new().apply(&mut signal);
        assert!(signal[24_000..].iter().all(|s| s.abs() < 1e-4));
    }
}

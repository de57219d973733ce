//! The level of what is handed to the amplifier: the RMS of the loudest second.

use audio::SAMPLE_RATE_HZ;

/// Ten bins are a second.
const BINS: usize = 10;
const BIN_SAMPLES: u32 = SAMPLE_RATE_HZ / BINS as u32;
const LEVEL_DBFS_MIN: f64 = -120.0;

/// How long so many samples sound, ms.
pub(super) fn duration_ms(samples: u64) -> u64 {
    samples * 1_000 / u64::from(SAMPLE_RATE_HZ)
}

/// Measures samples as they go by, in tenths of a second.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    samples: u64,
    bin: u64,
    bin_samples: u32,
    window: [u64; BINS],
    bins: usize,
    loudest: u64,
}

impl Meter {
    /// Takes samples.
    pub fn push(&mut self, samples: &[i16]) {
        self.samples += samples.len() as u64;
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min((BIN_SAMPLES - self.bin_samples) as usize));
            self.bin += energy(now);
            self.bin_samples += now.len() as u32;
            if self.bin_samples == BIN_SAMPLES {
                self.close_bin();
            }
            rest = later;
        }
    }

    fn close_bin(&mut self) {
        self.window[self.bins % BINS] = self.bin;
        self.bins += 1;
        (self.bin, self.bin_samples) = (0, 0);
        if self.bins >= BINS {
            self.loudest = self.loudest.max(self.window.iter().sum());
        }
    }

    /// Milliseconds of sound that went by.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        duration_ms(self.samples)
    }

    /// Samples that went by.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// RMS of the loudest second, or of everything if that was less, in dB relative to 32,768 (a full-scale
    /// sine has -3 dBFS); `None` if nothing went by. Digital silence has -120.
    #[must_use]
    pub fn level_dbfs(&self) -> Option<i8> {
        let mean_square = match self.samples {
            0 => return None,
            n if n < u64::from(SAMPLE_RATE_HZ) => {
                (self.window.iter().sum::<u64>() + self.bin) as f64 / n as f64
            }
            _ => self.loudest as f64 / f64::from(SAMPLE_RATE_HZ),
        };
        let level = 10.0 * (mean_square / 32_768f64.powi(2)).log10();
        Some(level.max(LEVEL_DBFS_MIN).round() as i8)
    }
}

/// The sum of the squares. Two squares fit into 32 bits, and processors make and add two at once: three times as
/// fast as one by one.
fn energy(samples: &[i16]) -> u64 {
    let square = |sample: i16| i32::from(sample).pow(2) as u32;
    let (pairs, rest) = samples.as_chunks();
    let pairs = pairs.iter().map(|&[a, b]| u64::from(square(a) + square(b)));
    pairs.chain(rest.iter().map(|&sample| u64::from(square(sample)))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(amplitude: f64, samples: u32) -> Vec<i16> {
        (0..samples).map(|i| ((f64::from(i) * 0.13).sin() * amplitude) as i16).collect()
    }

    #[test]
    fn the_loudest_second_counts() {
        let mut meter = Meter::default();
        assert_eq!(meter.level_dbfs(), None);
        meter.push(&sine(32_767.0, 24_000));
        assert_eq!(meter.level_dbfs(), Some(-3));
        meter.push(&sine(32_767.0, 24_000));
        for _ in 0..50 {
            meter.push(&[0; 960]);
        }
        assert_eq!((meter.level_dbfs(), meter.duration_ms()), (Some(-3), 2_000));

        let mut quiet = Meter::default();
        for piece in sine(32.767, 96_000).chunks(777) {
            quiet.push(piece);
        }
        assert_eq!(quiet.level_dbfs(), Some(-63));
        let mut loudest = Meter::default();
        for piece in vec![i16::MIN; 48_000].chunks(333) {
            loudest.push(piece);
        }
        assert_eq!(loudest.level_dbfs(), Some(0));
        let mut silent = Meter::default();
        silent.push(&vec![0; 96_000]);
        assert_eq!(silent.level_dbfs(), Some(-120));
    }
}

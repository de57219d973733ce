//! The built-in sounds: the chime before an announcement, the sirens, and the all-clear.
//!
//! They are computed, so nobody's rights are in them and every site has the same ones. Their pitches lie where a
//! horn loudspeaker is strong and an elderly ear still hears well, between 300 and 1,400 Hz, with overtones that
//! carry over noise.

use std::f64::consts::TAU;

use crate::rate::SAMPLE_RATE_HZ;

/// A sound that can be synthesised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// Four falling notes: something is going to be said.
    Chime,
    /// A siren that rises and falls: danger, act now.
    SirenWail,
    /// A siren on one pitch: danger is near.
    SirenSteady,
    /// Three rising notes, twice: the danger is over.
    AllClear,
}

/// Seconds over which a sound begins and ends, so that it does not click.
const EDGE_S: f64 = 0.02;
/// The chime's notes in Hz: E, C, D and G, as from a clock.
const CHIME_HZ: [f64; 4] = [659.26, 523.25, 587.33, 392.0];
const CHIME_NOTE_S: f64 = 0.55;
/// The all-clear's notes in Hz: C, E and G.
const CLEAR_HZ: [f64; 3] = [523.25, 659.26, 783.99];
const CLEAR_NOTE_S: f64 = 0.7;
/// Lowest and highest pitch of the wail in Hz, and the length of one rise and fall.
const WAIL_HZ: (f64, f64) = (420.0, 1_000.0);
const WAIL_S: f64 = 4.0;
const STEADY_HZ: f64 = 700.0;

impl Sound {
    /// Every sound that there is.
    pub const ALL: [Self; 4] = [Self::Chime, Self::SirenWail, Self::SirenSteady, Self::AllClear];

    /// Its name, by which it can be asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chime => "chime",
            Self::SirenWail => "siren-wail",
            Self::SirenSteady => "siren-steady",
            Self::AllClear => "all-clear",
        }
    }

    /// Mono, 48 kHz, at half of full scale or less.
    pub(crate) fn signal(self) -> Vec<f32> {
        match self {
            Self::Chime => notes(&CHIME_HZ, CHIME_NOTE_S, 1.2),
            Self::SirenWail => siren(3.0 * WAIL_S, |t| {
                let (low, high) = WAIL_HZ;
                low + (high - low) * (0.5 - 0.5 * (TAU * t / WAIL_S).cos())
            }),
            Self::SirenSteady => siren(10.0, |_| STEADY_HZ),
            Self::AllClear => notes(&[CLEAR_HZ, CLEAR_HZ].concat(), CLEAR_NOTE_S, 1.0),
        }
    }
}

fn seconds(sample: usize) -> f64 {
    sample as f64 / f64::from(SAMPLE_RATE_HZ)
}

fn samples(seconds: f64) -> usize {
    (seconds * f64::from(SAMPLE_RATE_HZ)) as usize
}

/// Struck bars: each note fades while the next begins, and the last one rings for `tail_s`.
fn notes(pitches: &[f64], note_s: f64, tail_s: f64) -> Vec<f32> {
    let mut signal = vec![0.0; samples(note_s * pitches.len() as f64 + tail_s)];
    for (i, hz) in pitches.iter().enumerate() {
        let start = samples(note_s * i as f64);
        for (n, sample) in signal[start..].iter_mut().enumerate() {
            let t = seconds(n);
            let attack = (t / 0.005).min(1.0);
            let overtones = [(1.0, 1.0, 2.2), (2.0, 0.35, 3.5), (4.0, 0.12, 7.0)];
            let bar =
                overtones.map(|(n, level, decay)| level * (TAU * hz * n * t).sin() * (-decay * t).exp());
            *sample += (0.3 * attack * bar.iter().sum::<f64>()) as f32;
        }
    }
    fade_ends(&mut signal);
    signal
}

/// A pitch that changes, with the odd overtones of a horn.
fn siren(length_s: f64, hz_at: impl Fn(f64) -> f64) -> Vec<f32> {
    let mut phase = 0.0;
    let mut signal: Vec<f32> = (0..samples(length_s))
        .map(|n| {
            phase += TAU * hz_at(seconds(n)) / f64::from(SAMPLE_RATE_HZ);
            let overtones = [(1.0, 0.30), (2.0, 0.10), (3.0, 0.08)];
            overtones.iter().map(|(n, level)| level * (phase * n).sin()).sum::<f64>() as f32
        })
        .collect();
    fade_ends(&mut signal);
    signal
}

fn fade_ends(signal: &mut [f32]) {
    let edge = samples(EDGE_S).min(signal.len() / 2);
    let last = signal.len().saturating_sub(1);
    for i in 0..edge {
        let factor = i as f32 / edge as f32;
        signal[i] *= factor;
        signal[last - i] *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_begin_and_end_in_silence_and_do_not_clip() {
        for sound in Sound::ALL {
            let signal = sound.signal();
            let loudest = signal.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
            assert!((0.2..0.8).contains(&loudest), "{sound:?}: {loudest}");
            assert_eq!((signal[0], signal[signal.len() - 1]), (0.0, 0.0), "{sound:?}");
            assert!((2.0..13.0).contains(&seconds(signal.len())), "{sound:?}");
        }
    }

    #[test]
    fn the_wail_rises_and_falls_and_the_steady_siren_does_not() {
        let crossings = |signal: &[f32]| signal.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
        let wail = Sound::SirenWail.signal();
        let (start, middle) =
            (crossings(&wail[..samples(0.5)]), crossings(&wail[samples(1.75)..samples(2.25)]));
        assert!(middle > start + 200, "{start} {middle}");
        let steady = Sound::SirenSteady.signal();
        assert!(crossings(&steady[samples(1.0)..samples(2.0)]).abs_diff(700) <= 1);
    }
}

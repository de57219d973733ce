//! What can be measured of the seams between segments.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::clip::Character;
use crate::decoder::Decoder;
use crate::mix::Mix;
use crate::signal::{Pass, PassOptions};

/// A second and a half, so that a short sound has many seams.
const SHORT_SEGMENT: usize = 72_000;
/// No seam at all.
const WHOLE: usize = usize::MAX / 2;
/// Samples after a seam that are looked at: 100 ms.
const AFTER: usize = 4_800;

/// The bundled announcement, a voice and a chime, about as loud as a clip is.
fn announcement() -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/thong-bao.mp3");
    let max_duration = Duration::from_secs(60);
    let options = PassOptions { max_duration, allow_partial: false, mix: Mix::Average };
    let mut pass = Pass::open(&path, options).unwrap();
    let (mut all, mut piece) = (Vec::new(), Vec::new());
    while pass.next(&mut piece).unwrap() {
        all.extend(piece.iter().map(|s| s * 0.75));
    }
    all
}

fn clip(signal: &[f32], segment: usize, threads: usize, character: Character) -> Vec<u8> {
    let mut pieces = signal.chunks(7_777);
    let give = |piece: &mut Vec<f32>| {
        piece.clear();
        piece.extend(pieces.next().unwrap_or_default());
        Ok(!piece.is_empty())
    };
    let mut clip = Vec::new();
    let options = EncodeOptions { bitrate_bps: 24_000, character, threads, segment };
    let encoded = encode(give, &mut clip, options).unwrap();
    assert_eq!(encoded.samples, signal.len() as u64);
    clip
}

fn decoded(clip: &[u8]) -> Vec<f32> {
    let mut decoder = Decoder::open(clip).unwrap();
    let (mut all, mut frame) = (Vec::new(), Vec::new());
    while decoder.next_frame(&mut frame).unwrap() {
        all.extend(frame.iter().map(|s| f32::from(*s) / 32_768.0));
    }
    all
}

/// Power of what coding has added.
fn noise(signal: &[f32], heard: &[f32]) -> f64 {
    signal.iter().zip(heard).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>() + 1e-9
}

fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

#[test]
fn a_seam_adds_no_noise_that_stands_out() {
    // Four times over, so that seams fall on many sounds.
    let signal = announcement().repeat(4);
    for character in [Character::Voice, Character::Music] {
        let serial = decoded(&clip(&signal, WHOLE, 1, character));
        let parallel = decoded(&clip(&signal, SHORT_SEGMENT, 2, character));
        assert_eq!(serial.len(), parallel.len());
        let more: Vec<f64> = (SHORT_SEGMENT..signal.len() - AFTER)
            .step_by(SHORT_SEGMENT)
            .map(|seam| seam..seam + AFTER)
            .map(|part| {
                db(noise(&signal[part.clone()], &parallel[part.clone()])
                    / noise(&signal[part.clone()], &serial[part]))
            })
            .collect();
        assert!(more.len() > 20, "{} seams", more.len());
        let mean = more.iter().sum::<f64>() / more.len() as f64;
        let worst = more.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let whole = db(noise(&signal, &parallel) / noise(&signal, &serial));
        println!(
            "{character:?}: whole {whole:+.2} dB, mean after a seam {mean:+.2} dB, worst {worst:+.2} dB"
        );
        assert!(whole.abs() < 0.3 && mean < 1.5 && worst < 12.0, "{whole} {mean} {worst}");
    }
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let signal = announcement();
    let one = clip(&signal, SHORT_SEGMENT, 1, Character::Voice);
    for threads in 2..=4 {
        assert!(clip(&signal, SHORT_SEGMENT, threads, Character::Voice) == one, "{threads} threads");
    }
}

#[test]
fn every_length_keeps_its_samples() {
    // Around the border of a segment the delay of the encoder needs a packet more.
    for around in [
        0,
        1,
        959,
        960,
        961,
        2_880,
        SHORT_SEGMENT - 400,
        SHORT_SEGMENT,
        SHORT_SEGMENT + 1,
        2 * SHORT_SEGMENT - 312,
    ] {
        for character in [Character::Voice, Character::Music] {
            let signal: Vec<f32> = (0..around).map(|i| (i as f32 * 0.05).sin() * 0.3).collect();
            let heard = decoded(&clip(&signal, SHORT_SEGMENT, 2, character));
            assert_eq!(heard.len(), around, "{character:?}");
        }
    }
}

//! Into a clip and back: length, shape, pitch, names, and what other programs say of our files.

#![allow(clippy::unwrap_used)]

mod common;

use std::f64::consts::TAU;
use std::path::PathBuf;

use audio::{Character, PrepareOptions, Prepared, prepare};
use common::{Files, clip_of, correlation, decoded, ffmpeg, frequency, run, sine, speechlike, wav};

#[test]
fn a_decoder_can_move_to_the_thread_that_plays() {
    fn can_move<T: Send>() {}
    can_move::<audio::Decoder<std::fs::File>>();
}

#[test]
fn length_is_exact_to_the_sample() {
    let files = Files::new();
    // Around the limits of frames (960), of the pre-skip (312), and of pages (48,000).
    for frames in [9_600, 10_247, 10_248, 10_249, 47_688, 47_689, 48_000, 95_999, 96_001, 100_000] {
        let path = files.write("a.wav", &wav(48_000, 1, &sine(300.0, 48_000, frames)));
        let (prepared, clip) = clip_of(&path).unwrap();
        assert_eq!(decoded(&clip).len(), frames);
        assert_eq!(prepared.duration_ms, frames as u64 / 48);
    }
}

#[test]
fn length_is_exact_at_other_rates() {
    let files = Files::new();
    for (rate_hz, frames) in [
        (8_000, 1_600),
        (8_000, 4_001),
        (11_025, 5_555),
        (16_000, 16_001),
        (22_050, 20_000),
        (32_000, 7_777),
        (44_100, 9_000),
        (44_100, 44_101),
        (88_200, 30_001),
        (96_000, 95_999),
        (192_000, 100_001),
    ] {
        let path = files.write("a.wav", &wav(rate_hz, 2, &sine(300.0, rate_hz, frames)));
        let expected = (frames as f64 * 48_000.0 / f64::from(rate_hz)).round() as usize;
        assert_eq!(decoded(&clip_of(&path).unwrap().1).len(), expected, "{rate_hz}");
    }
}

/// A tone that rises from 1 to 4 kHz. Lower down Opus' filter for voice shifts the phase.
fn sweep(frames: usize) -> Vec<f64> {
    let seconds = frames as f64 / 48_000.0;
    let phase = |t: f64| TAU * (1_000.0 * t + 3_000.0 * t * t / (2.0 * seconds));
    (0..frames).map(|i| 0.5 * phase(i as f64 / 48_000.0).sin()).collect()
}

/// What comes out of a clip of that loudness, as loud as it went in.
fn heard(files: &Files, signal: &[f64], loudness_lufs: f64) -> Vec<f64> {
    let path = files.write("a.wav", &wav(48_000, 1, signal));
    let options = PrepareOptions { loudness_lufs, ..PrepareOptions::default() };
    let mut clip = Vec::new();
    let prepared = prepare(&path, &mut clip, &options).unwrap();
    let gain = 10f64.powf(prepared.gain_db / 20.0);
    decoded(&clip).iter().map(|&sample| f64::from(sample) / 32_768.0 / gain).collect()
}

#[test]
fn the_sound_stays_in_place_and_keeps_its_shape() {
    let tone = sweep(144_000);
    let heard = heard(&Files::new(), &tone, -16.0);
    let alike = correlation(&tone, &heard);
    assert!(alike > 0.93, "correlation {alike}");
    let noise: f64 = tone.iter().zip(&heard).map(|(a, b)| (a - b) * (a - b)).sum();
    let snr_db = 10.0 * (tone.iter().map(|s| s * s).sum::<f64>() / noise).log10();
    // The high-pass turns the phase a little at 1 kHz, which counts as noise here.
    assert!(snr_db > 8.5, "{snr_db} dB");
    // One sample off would show.
    assert!(correlation(&tone[1..], &heard[..143_999]) < alike);
    assert!(correlation(&tone[..143_999], &heard[1..]) < alike);
}

#[test]
fn a_voice_keeps_its_rhythm() {
    let voice = speechlike(48_000, 144_000);
    // So soft that the limiter has nothing to do.
    let heard = heard(&Files::new(), &voice, -24.0);
    let energy =
        |signal: &[f64]| signal.chunks(480).map(|c| c.iter().map(|s| s * s).sum()).collect::<Vec<f64>>();
    let (before, after) = (energy(&voice), energy(&heard));
    let alike = correlation(&before, &after);
    assert!(alike > 0.97, "correlation of envelopes {alike}");
}

#[test]
fn pitch_is_kept_at_every_rate() {
    let files = Files::new();
    for rate_hz in [8_000, 16_000, 44_100, 96_000] {
        let path = files.write("a.wav", &wav(rate_hz, 1, &sine(440.0, rate_hz, rate_hz as usize * 2)));
        let pcm = decoded(&clip_of(&path).unwrap().1);
        let hz = frequency(&pcm[4_800..91_200], 48_000);
        assert!((hz - 440.0).abs() < 0.5, "{rate_hz}: {hz} Hz");
    }
}

#[test]
fn full_scale_does_not_wrap() {
    let files = Files::new();
    let loud: Vec<f64> = sine(200.0, 44_100, 44_100).iter().map(|s| (s * 40.0).clamp(-1.0, 1.0)).collect();
    let path = files.write("a.wav", &wav(44_100, 8, &loud));
    let pcm = decoded(&clip_of(&path).unwrap().1);
    // A wrapped sample would jump from one end to the other within one step of a 200 Hz square.
    let jumps = pcm.windows(2).filter(|w| (i32::from(w[0]) - i32::from(w[1])).abs() > 60_000).count();
    assert_eq!(jumps, 0);
}

#[test]
fn the_same_file_gives_the_same_clip() {
    let files = Files::new();
    let path = files.write("a.wav", &wav(44_100, 2, &speechlike(44_100, 60_000)));
    let copy = files.write("another name.bin", &std::fs::read(&path).unwrap());
    let (first, bytes) = clip_of(&path).unwrap();
    let (second, again) = clip_of(&copy).unwrap();
    assert_eq!((first, &bytes), (second, &again));
    assert_eq!(first_serial(&bytes), *b"Loa1".iter().rev().copied().collect::<Vec<u8>>());
}

fn first_serial(clip: &[u8]) -> Vec<u8> {
    clip[14..18].to_vec()
}

#[test]
fn the_name_is_the_sha_256_of_the_file() {
    let files = Files::new();
    let path = files.write("a.wav", &wav(48_000, 1, &speechlike(48_000, 48_000)));
    let (prepared, clip) = clip_of(&path).unwrap();
    let clip = files.write("clip.opus", &clip);
    let said = run("sha256sum", &[clip.to_str().unwrap()]);
    assert_eq!(said.split_whitespace().next().unwrap(), prepared.clip.to_string());
}

#[test]
fn bit_rate_is_near_what_was_asked() {
    let files = Files::new();
    let path = files.write("a.wav", &wav(48_000, 1, &speechlike(48_000, 480_000)));
    let (prepared, _) = clip_of(&path).unwrap();
    let bps = prepared.size_bytes * 8 * 1000 / prepared.duration_ms;
    assert!((18_000..30_000).contains(&bps), "{bps} bit/s");
}

/// Lengths in samples around those of frames, pages and the encoder's segments of 19.2 seconds.
const LENGTHS: [usize; 9] =
    [9_600, 10_080, 48_000, 100_001, 921_600 - 312, 921_600, 921_601, 19_300 * 48, 40_000 * 48];

/// Clips of all lengths, as voice and as music.
fn clips(files: &Files) -> impl Iterator<Item = (usize, Character, Prepared, PathBuf)> {
    LENGTHS.into_iter().flat_map(|frames| {
        let source = files.write("a.wav", &wav(48_000, 1, &speechlike(48_000, frames)));
        [Character::Voice, Character::Music].map(|character| {
            let mut clip = Vec::new();
            let options = PrepareOptions { character: Some(character), ..PrepareOptions::default() };
            let prepared = prepare(&source, &mut clip, &options).unwrap();
            (frames, character, prepared, files.write(&format!("{character:?}.opus"), &clip))
        })
    })
}

#[test]
fn opusinfo_has_nothing_to_complain_about() {
    let files = Files::new();
    for (frames, character, _, clip) in clips(&files) {
        let said = run("opusinfo", &[clip.to_str().unwrap()]);
        let lower = said.to_lowercase();
        assert!(
            !lower.contains("warning") && !lower.contains("error") && !lower.contains("invalid"),
            "{frames} {character:?}: {said}"
        );
        assert!(said.contains("Pre-skip: 312") && said.contains("Channels: 1"), "{said}");
        // It calculates in floating point and cuts off.
        let length = |ms: usize| format!("{}m:{:02}.{:03}s", ms / 60_000, ms / 1_000 % 60, ms % 1_000);
        let ms = frames / 48;
        let told = said.lines().find_map(|line| line.trim().strip_prefix("Playback length: ")).unwrap();
        assert!(told == length(ms) || told == length(ms - 1), "{frames} {character:?}: {said}");
    }
}

#[test]
fn ffmpeg_decodes_the_same_number_of_samples_without_a_warning() {
    let files = Files::new();
    for (frames, character, prepared, clip) in clips(&files) {
        let raw = files.path("out.raw");
        let arguments = ["-i", clip.to_str().unwrap(), "-f", "s16le", raw.to_str().unwrap()];
        assert_eq!(ffmpeg(&arguments), "", "{frames} {character:?}");
        assert_eq!(std::fs::metadata(&raw).unwrap().len(), frames as u64 * 2, "{character:?}");
        assert_eq!(decoded(&std::fs::read(&clip).unwrap()).len(), frames, "{character:?}");
        assert_eq!(prepared.duration_ms, frames as u64 / 48);
    }
}

//! Into a clip and back: length, shape, pitch, names, and what other programs say of our files.

#![allow(clippy::unwrap_used)]

mod common;

use std::f64::consts::TAU;

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
    for (rate_hz, frames) in [(8_000, 4_001), (11_025, 5_555), (22_050, 20_000), (44_100, 44_101)] {
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

/// What comes out, at the loudness that went in.
fn heard(files: &Files, signal: &[f64]) -> Vec<f64> {
    let path = files.write("a.wav", &wav(48_000, 1, signal));
    let (prepared, clip) = clip_of(&path).unwrap();
    let gain = 10f64.powf(prepared.gain_db / 20.0);
    decoded(&clip).iter().map(|&sample| f64::from(sample) / 32_768.0 / gain).collect()
}

#[test]
fn the_sound_stays_in_place_and_keeps_its_shape() {
    let tone = sweep(144_000);
    let heard = heard(&Files::new(), &tone);
    let alike = correlation(&tone, &heard);
    assert!(alike > 0.93, "correlation {alike}");
    let noise: f64 = tone.iter().zip(&heard).map(|(a, b)| (a - b) * (a - b)).sum();
    let snr_db = 10.0 * (tone.iter().map(|s| s * s).sum::<f64>() / noise).log10();
    assert!(snr_db > 8.5, "{snr_db} dB");
    // One sample off would show.
    assert!(correlation(&tone[1..], &heard[..143_999]) < alike);
    assert!(correlation(&tone[..143_999], &heard[1..]) < alike);
}

#[test]
fn a_voice_keeps_its_rhythm() {
    let voice = speechlike(48_000, 144_000);
    let heard = heard(&Files::new(), &voice);
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

#[test]
fn opusinfo_has_nothing_to_complain_about() {
    let files = Files::new();
    let path = files.write("a.wav", &wav(44_100, 1, &speechlike(44_100, 150_000)));
    let clip = files.write("clip.opus", &clip_of(&path).unwrap().1);
    let said = run("opusinfo", &[clip.to_str().unwrap()]);
    let lower = said.to_lowercase();
    assert!(!lower.contains("warning") && !lower.contains("error") && !lower.contains("invalid"), "{said}");
    assert!(said.contains("Pre-skip: 312") && said.contains("Channels: 1"), "{said}");
    assert!(said.contains("Playback length: 0m:03.401s"), "{said}");
}

#[test]
fn ffmpeg_decodes_the_same_number_of_samples_without_a_warning() {
    let files = Files::new();
    for frames in [9_600, 48_000, 100_001] {
        let path = files.write("a.wav", &wav(48_000, 1, &speechlike(48_000, frames)));
        let clip = files.write("clip.opus", &clip_of(&path).unwrap().1);
        let raw = files.path("out.raw");
        let arguments = ["-i", clip.to_str().unwrap(), "-f", "s16le", raw.to_str().unwrap()];
        assert_eq!(ffmpeg(&arguments), "");
        assert_eq!(std::fs::metadata(&raw).unwrap().len(), frames as u64 * 2);
    }
}

//! What the tests share: synthetic sound, WAV files, ffmpeg, and the way through the crate and back.

#![allow(dead_code, clippy::unwrap_used)]

pub mod checksums;
pub mod heap;

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use audio::{Decoder, PrepareError, PrepareOptions, Prepared, prepare};

/// Samples of a sine at half of full scale.
pub fn sine(hz: f64, rate_hz: u32, frames: usize) -> Vec<f64> {
    (0..frames).map(|i| 0.5 * (TAU * hz * i as f64 / f64::from(rate_hz)).sin()).collect()
}

/// Something like speech: a gliding pitch with overtones that swells four times a second.
pub fn speechlike(rate_hz: u32, frames: usize) -> Vec<f64> {
    let sample = |i: usize| {
        let t = i as f64 / f64::from(rate_hz);
        let pitch = TAU * (140.0 * t + 3.0 * (TAU * 1.5 * t).sin());
        let voice: f64 = (1..12).map(|n| (pitch * f64::from(n)).sin() / f64::from(n)).sum();
        0.3 * voice * (0.55 + 0.45 * (TAU * 4.0 * t).sin())
    };
    (0..frames).map(sample).collect()
}

/// A 16-bit WAV file of `samples`, the same in every channel.
pub fn wav(rate_hz: u32, channels: u16, samples: &[f64]) -> Vec<u8> {
    let block = channels * 2;
    let data_bytes = samples.len() as u32 * u32::from(block);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * u32::from(block)).to_le_bytes());
    bytes.extend(block.to_le_bytes());
    bytes.extend(b"\x10\0data");
    bytes.extend(data_bytes.to_le_bytes());
    for sample in samples {
        let value = (sample * 32_767.0).round() as i16;
        (0..channels).for_each(|_| bytes.extend(value.to_le_bytes()));
    }
    bytes
}

/// An ID3v2.3 tag with one picture.
pub fn id3_with(picture: &[u8]) -> Vec<u8> {
    let size = |n: usize, bits: u32| [3, 2, 1, 0].map(|i| (n >> (i * bits) & ((1 << bits) - 1)) as u8);
    let frame = [b"\0image/jpeg\0\x03\0", picture].concat();
    let mut tag = b"ID3\x03\0\0".to_vec();
    tag.extend(size(frame.len() + 10, 7));
    tag.extend(b"APIC");
    tag.extend(size(frame.len(), 8));
    tag.extend([0, 0]);
    tag.extend(frame);
    tag
}

/// A folder for one test, with the files it makes.
pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Two and a half seconds of 440 Hz in stereo at 44.1 kHz, converted by ffmpeg to the file `name`.
    pub fn encoded(&self, name: &str, options: &[&str]) -> PathBuf {
        let source = self.write("source.wav", &wav(44_100, 2, &sine(440.0, 44_100, 110_250)));
        let target = self.path(name);
        let mut arguments = vec!["-i", source.to_str().unwrap()];
        arguments.extend(options);
        arguments.push(target.to_str().unwrap());
        ffmpeg(&arguments);
        target
    }
}

/// Runs a program and gives what it said; it must succeed.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("these tests need {program}, which did not start: {error}"));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} failed:\n{said}");
    said.into_owned()
}

/// Runs ffmpeg; gives its warnings.
pub fn ffmpeg(arguments: &[&str]) -> String {
    let mut all = vec!["-nostdin", "-hide_banner", "-v", "warning", "-y"];
    all.extend(arguments);
    run("ffmpeg", &all)
}

/// Prepares a file with the default options.
pub fn clip_of(path: &Path) -> Result<(Prepared, Vec<u8>), PrepareError> {
    let mut clip = Vec::new();
    let prepared = prepare(path, &mut clip, &PrepareOptions::default())?;
    assert_eq!(prepared.size_bytes, clip.len() as u64);
    Ok((prepared, clip))
}

/// Why a file cannot be prepared.
pub fn refusal(path: &Path) -> PrepareError {
    match clip_of(path) {
        Ok((prepared, _)) => panic!("{} was prepared: {prepared:?}", path.display()),
        Err(error) => error,
    }
}

/// Decodes a whole clip as a speaker does.
pub fn decoded(clip: &[u8]) -> Vec<i16> {
    let mut decoder = Decoder::open(clip).unwrap();
    let (mut all, mut frame) = (Vec::new(), Vec::new());
    while decoder.next_frame(&mut frame).unwrap() {
        assert!((1..=5_760).contains(&frame.len()));
        all.extend(&frame);
    }
    assert!(frame.is_empty());
    all
}

/// Frequency in Hz of a sine, from its rising zero crossings.
pub fn frequency(pcm: &[i16], rate_hz: u32) -> f64 {
    let rising: Vec<f64> = pcm
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0 && pair[1] >= 0)
        .map(|(i, pair)| i as f64 + f64::from(-pair[0]) / f64::from(pair[1] as i32 - pair[0] as i32))
        .collect();
    let (first, last) = (rising.first().unwrap(), rising.last().unwrap());
    (rising.len() - 1) as f64 * f64::from(rate_hz) / (last - first)
}

/// Correlation of two signals of the same length, 1.0 for the same shape.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(p, q)| p * q).sum::<f64>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

//! Files with random damage: whatever comes of them, it is an answer, and soon.
//!
//! The seed is fixed. A failure names the file and the round; the round alone replays it.

#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::time::{Duration, Instant};

use audio::Decoder;
use common::{Files, clip_of, sine, speechlike, wav};

const ROUNDS: u64 = 60;
/// Far above what the slowest takes; a decoder that runs in circles goes beyond any limit.
const TIME_MAX: Duration = Duration::from_secs(20);

/// A small generator: xorshift64*.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }
}

/// Damages `bytes`: single bytes, runs, cuts, repeated and missing pieces. Half of it hits the beginning,
/// where the headers are.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        if bytes.is_empty() {
            return;
        }
        let reach = if dice.below(2) == 0 { bytes.len().min(600) } else { bytes.len() };
        let at = dice.below(reach);
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(7) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = [0, 0xff, 0x7f, 0x80][dice.below(4)],
            2 => bytes[at..end].iter_mut().for_each(|byte| *byte = dice.below(256) as u8),
            3 => bytes[at..end].fill(0xff),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.truncate(bytes.len() - dice.below(bytes.len() / 2 + 1)),
        }
    }
}

fn survive(name: &str, options: &[&str]) {
    let files = Files::new();
    let source = files.write("short.wav", &wav(44_100, 2, &speechlike(44_100, 30_000)));
    let target = files.path(name);
    let mut arguments = vec!["-i", source.to_str().unwrap()];
    arguments.extend(options);
    arguments.push(target.to_str().unwrap());
    common::ffmpeg(&arguments);
    let whole = fs::read(&target).unwrap();
    // A panic inside a decoder is an expected event here; its text would only drown the test's own.
    std::panic::set_hook(Box::new(|_| ()));
    let mut outcomes = std::collections::BTreeMap::<String, u32>::new();
    for round in 0..ROUNDS {
        let mut bytes = whole.clone();
        damage(&mut bytes, &mut Dice::new(round + 1));
        let path = files.write("damaged", &bytes);
        let start = Instant::now();
        let outcome = std::panic::catch_unwind(|| match clip_of(&path) {
            Ok((_, clip)) => {
                assert!(!common::decoded(&clip).is_empty());
                "ok".to_owned()
            }
            Err(error) => error.code().to_owned(),
        });
        let _ = std::panic::take_hook();
        let outcome = outcome.unwrap_or_else(|_| panic!("{name}: round {round} panicked"));
        assert!(start.elapsed() < TIME_MAX, "{name}: round {round} took {:?}", start.elapsed());
        std::panic::set_hook(Box::new(|_| ()));
        *outcomes.entry(outcome).or_default() += 1;
    }
    let _ = std::panic::take_hook();
    println!("{name}: {outcomes:?}");
    assert!(outcomes.keys().any(|code| code != "ok"), "{name}: no damage was noticed: {outcomes:?}");
}

macro_rules! survive {
    ($($test:ident: $name:literal, $options:expr;)*) => {
        $(#[test]
        fn $test() {
            survive($name, &$options);
        })*
    };
}

survive! {
    mp3: "a.mp3", ["-b:a", "48k"];
    m4a: "a.m4a", ["-b:a", "48k", "-movflags", "+faststart"];
    m4a_lossless: "a.m4a", ["-c:a", "alac", "-movflags", "+faststart"];
    m4a_in_fragments: "a.mp4", ["-b:a", "48k", "-movflags", "frag_keyframe+empty_moov"];
    aac: "a.aac", ["-b:a", "48k"];
    flac: "a.flac", [];
    wav_pcm: "a.wav", [];
    wav_adpcm: "a.wav", ["-c:a", "adpcm_ima_wav"];
    aiff: "a.aiff", [];
    caf: "a.caf", ["-c:a", "pcm_s16le"];
    ogg_vorbis: "a.ogg", ["-c:a", "libvorbis"];
    ogg_opus: "a.opus", ["-c:a", "libopus"];
    webm_opus: "a.webm", ["-c:a", "libopus"];
    webm_vorbis: "a.webm", ["-c:a", "libvorbis"];
}

/// Decodes as far as it goes.
fn play(bytes: &[u8]) -> usize {
    let Ok(mut decoder) = Decoder::open(bytes) else { return 0 };
    let (mut frame, mut total) = (Vec::new(), 0);
    while let Ok(true) = decoder.next_frame(&mut frame) {
        total += frame.len();
    }
    total
}

#[test]
fn a_speaker_survives_damaged_clips() {
    let files = Files::new();
    let path = files.write("a.wav", &wav(48_000, 1, &sine(440.0, 48_000, 96_000)));
    let (_, clip) = clip_of(&path).unwrap();
    for round in 0..400 {
        let mut bytes = clip.clone();
        damage(&mut bytes, &mut Dice::new(round + 1));
        play(&bytes);
        // With its checksums put right the damage reaches further in.
        restore_checksums(&mut bytes);
        assert!(play(&bytes) < 10_000_000);
    }
}

#[test]
fn a_speaker_survives_noise() {
    for round in 0..400 {
        let mut dice = Dice::new(round + 1);
        let mut bytes: Vec<u8> = (0..3_000).map(|_| dice.below(256) as u8).collect();
        play(&bytes);
        // Noise in the shape of pages.
        for at in (0..2_700).step_by(400) {
            let segments = dice.below(30) as u8;
            bytes[at..at + 6].copy_from_slice(&[b'O', b'g', b'g', b'S', 0, dice.below(8) as u8]);
            bytes[at + 14..at + 18].fill(1);
            bytes[at + 26] = segments;
        }
        bytes[5] = 2;
        bytes[26] = 1;
        bytes[27] = 19;
        bytes[28..47].copy_from_slice(b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0");
        restore_checksums(&mut bytes);
        play(&bytes);
    }
}

/// Recomputes the checksum of every page that starts with the capture pattern (RFC 3533 section 6).
fn restore_checksums(bytes: &mut [u8]) {
    let mut at = 0;
    while at + 27 <= bytes.len() {
        if &bytes[at..at + 4] != b"OggS" {
            at += 1;
            continue;
        }
        let segments = usize::from(bytes[at + 26]);
        let body: usize = bytes[at + 27..].iter().take(segments).map(|&size| usize::from(size)).sum();
        let end = (at + 27 + segments + body).min(bytes.len());
        bytes[at + 22..at + 26].fill(0);
        let checksum = bytes[at..end].iter().fold(0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
                if crc & 0x8000_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x04c1_1db7 }
            })
        });
        bytes[at + 22..at + 26].copy_from_slice(&checksum.to_le_bytes());
        at = end;
    }
}

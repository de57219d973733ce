//! Files with damage of every kind: whatever comes of them, it is an answer, soon, and in little memory.
//!
//! Short sounds in every format are made by ffmpeg, then damaged with a fixed seed. A failure names the format and
//! the round, which together are the damage.

#![allow(clippy::unwrap_used)]

mod common;

use std::any::Any;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use audio::{Decoder, PrepareOptions, prepare};
use common::{Files, checksums, clip_of, heap, sine, speechlike, wav};

#[global_allocator]
static HEAP: heap::Counting = heap::Counting;

/// Damaged files of every format.
const ROUNDS: usize = 72;
/// Far above what the slowest takes, even when every core is busy.
const TIME_MAX: Duration = Duration::from_secs(20);
/// A multiple of what a good file takes, which is 5 MB.
const MEMORY_BYTES_MAX: usize = 48 << 20;
/// The threads whose panics are caught, lest their text drowns the test's own.
const QUIET_THREAD: &str = "quiet";

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

    /// A place in a file. Half of them are at its beginning, where the headers are.
    fn place(&mut self, bytes: &[u8]) -> usize {
        let reach = if self.below(2) == 0 { bytes.len().min(600) } else { bytes.len() };
        self.below(reach)
    }

    /// A piece of a file: mostly some bytes, sometimes thousands.
    fn piece(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let (at, longest) = (self.place(bytes), [16, 64, 4_096][self.below(3)]);
        at..(at + 1 + self.below(longest)).min(bytes.len())
    }
}

/// What can happen to a file.
const INJURIES: usize = 9;

fn injure(kind: usize, bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.place(bytes);
    let piece = dice.piece(bytes);
    match kind {
        // Flipped bits.
        0 => bytes[at] ^= 1 << dice.below(8),
        // A byte of consequence.
        1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][dice.below(5)],
        // Noise.
        2 => bytes[piece].iter_mut().for_each(|byte| *byte = dice.below(256) as u8),
        // A length of nothing, of everything, and of a little.
        3 => {
            let length: &[u8] =
                [&[0; 4][..], &[0xff; 4], &[0x7f, 0xff, 0xff, 0xff], &[0; 8], &[0xff; 8], &[0, 0, 0, 1]]
                    [dice.below(6)];
            let end = (at + length.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&length[..end - at]);
        }
        // Deleted and repeated.
        4 => drop(bytes.drain(piece)),
        5 => {
            let copy = bytes[piece.clone()].to_vec();
            bytes.splice(piece.start..piece.start, copy);
        }
        // Two blocks in each other's place.
        6 => {
            let (half, size) = (bytes.len() / 2, 1 + dice.below(2_048.min(bytes.len() / 2)));
            let (first, second) = (dice.below(half - size + 1), half + dice.below(half - size + 1));
            for i in 0..size {
                bytes.swap(first + i, second + i);
            }
        }
        // Cut off.
        7 => bytes.truncate(1 + dice.below(bytes.len())),
        // The beginning of one format, the rest of another.
        _ => {
            bytes.truncate(at.max(1));
            bytes.extend(&other[dice.below(other.len())..]);
        }
    }
}

/// Every kind of damage comes first in turn; more follow.
fn damaged(whole: &[u8], other: &[u8], round: usize) -> Vec<u8> {
    let mut dice = Dice::new(round as u64 + 1);
    let mut bytes = whole.to_vec();
    injure(round % INJURIES, &mut bytes, other, &mut dice);
    for _ in 0..dice.below(6) {
        if bytes.len() >= 16 {
            injure(dice.below(INJURIES), &mut bytes, other, &mut dice);
        }
    }
    bytes
}

/// Does `work` on a thread of the usual size. `Err` when it took too long, or its panic.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Box<dyn Any + Send>> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(QUIET_THREAD) {
                usual(panic);
            }
        }));
    });
    let (done_in, done) = channel();
    let quiet = thread::Builder::new().name(QUIET_THREAD.to_owned());
    let worker = quiet.spawn(move || drop(done_in.send(work()))).unwrap();
    match done.recv_timeout(limit) {
        Ok(result) => Ok(result),
        Err(RecvTimeoutError::Disconnected) => Err(worker.join().unwrap_err()),
        Err(RecvTimeoutError::Timeout) => Err(Box::new("it took too long".to_owned())),
    }
}

/// What came of a file, after a clip was checked to be as long as it is said to be.
fn outcome(path: PathBuf, allow_partial: bool) -> String {
    let answer = within(TIME_MAX, move || {
        let options = PrepareOptions { allow_partial, ..PrepareOptions::default() };
        let mut clip = Vec::new();
        let prepared = prepare(&path, &mut clip, &options);
        let held = heap::held_max();
        assert!(held < MEMORY_BYTES_MAX, "{held} bytes were held at once");
        match prepared {
            Ok(prepared) => {
                assert_eq!(common::decoded(&clip).len() as u64 / 48, prepared.duration_ms);
                "ok"
            }
            Err(error) => error.code(),
        }
    });
    match answer {
        Ok(code) => code.to_owned(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            panic!("{}", text.or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap())
        }
    }
}

/// Nearly a second of stereo, as the file `name`. Always the same, down to serial numbers.
fn original(files: &Files, name: &str, options: &[&str]) -> Vec<u8> {
    let source = files.write("short.wav", &wav(44_100, 2, &speechlike(44_100, 40_000)));
    let target = files.path(name);
    let mut arguments = vec!["-i", source.to_str().unwrap()];
    arguments.extend(options);
    arguments.extend(["-fflags", "+bitexact", "-flags:a", "+bitexact", target.to_str().unwrap()]);
    common::ffmpeg(&arguments);
    fs::read(&target).unwrap()
}

/// The files that are damaged: the test of each, its name, and how ffmpeg makes it.
const FORMATS: &[(&str, &str, &[&str])] = &[
    ("mp3_constant", "a.mp3", &["-b:a", "48k"]),
    ("mp3_varying", "a.mp3", &["-q:a", "5"]),
    ("mp3_pictured", "a.mp3", &["-b:a", "48k"]),
    ("m4a", "a.m4a", &["-b:a", "48k"]),
    ("m4a_for_streaming", "a.m4a", &["-b:a", "48k", "-movflags", "+faststart"]),
    ("m4a_lossless", "a.m4a", &["-c:a", "alac", "-movflags", "+faststart"]),
    ("mp4_in_fragments", "a.mp4", &["-b:a", "48k", "-movflags", "frag_keyframe+empty_moov"]),
    ("aac_bare", "a.aac", &["-b:a", "48k"]),
    ("flac", "a.flac", &[]),
    ("wav_8", "a.wav", &["-c:a", "pcm_u8"]),
    ("wav_16", "a.wav", &["-c:a", "pcm_s16le"]),
    ("wav_24", "a.wav", &["-c:a", "pcm_s24le"]),
    ("wav_32", "a.wav", &["-c:a", "pcm_s32le"]),
    ("wav_float", "a.wav", &["-c:a", "pcm_f32le"]),
    ("wav_alaw", "a.wav", &["-c:a", "pcm_alaw", "-ar", "8000"]),
    ("wav_mulaw", "a.wav", &["-c:a", "pcm_mulaw", "-ar", "8000"]),
    ("wav_adpcm", "a.wav", &["-c:a", "adpcm_ima_wav"]),
    ("wav_eight_channels", "a.wav", &["-ac", "8", "-ar", "16000"]),
    ("aiff", "a.aiff", &[]),
    ("caf", "a.caf", &["-c:a", "pcm_s16le"]),
    ("caf_lossless", "a.caf", &["-c:a", "alac"]),
    ("ogg_vorbis", "a.ogg", &["-c:a", "libvorbis", "-page_duration", "100000"]),
    ("ogg_flac", "a.oga", &["-c:a", "flac", "-page_duration", "100000"]),
    ("ogg_opus", "a.opus", &["-c:a", "libopus", "-page_duration", "100000"]),
    ("ogg_opus_surround", "a.opus", &["-ac", "6", "-c:a", "libopus", "-mapping_family", "1"]),
    ("webm_opus", "a.webm", &["-c:a", "libopus"]),
    ("webm_vorbis", "a.webm", &["-c:a", "libvorbis"]),
    ("matroska_opus", "a.mkv", &["-c:a", "libopus"]),
    ("matroska_flac", "a.mkv", &["-c:a", "flac"]),
    ("mp4_opus", "a.mp4", &["-c:a", "libopus"]),
];

const _: () = assert!(FORMATS.len() * ROUNDS >= 2_000);

fn survive(format: &str) {
    let files = Files::new();
    let index = FORMATS.iter().position(|(test, ..)| *test == format).unwrap();
    let (_, name, options) = FORMATS[index];
    let (_, other_name, other_options) = FORMATS[(index * 7 + 5) % FORMATS.len()];
    let mut whole = original(&files, name, options);
    let other = original(&files, other_name, other_options);
    if format == "mp3_pictured" {
        whole = [common::id3_with(&vec![0xff; 20_000]), whole].concat();
    }
    assert_eq!(outcome(files.write("whole", &whole), false), "ok", "{format}: the whole file");
    let mut outcomes = BTreeMap::<String, usize>::new();
    for round in 0..ROUNDS {
        let mut bytes = damaged(&whole, &other, round);
        if format.starts_with("ogg") && round % 4 >= 2 {
            // With checksums that are right the damage reaches further in.
            checksums::restore(&mut bytes);
        }
        let path = files.write("damaged", &bytes);
        let outcome = std::panic::catch_unwind(|| outcome(path, round % 2 == 0));
        let outcome = outcome.unwrap_or_else(|_| panic!("{format}: round {round}, see above"));
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("{format}: {outcomes:?}");
    assert_eq!(outcomes.values().sum::<usize>(), ROUNDS);
    assert!(outcomes.keys().any(|code| code != "ok"), "{format}: no damage was noticed: {outcomes:?}");
    assert!(!outcomes.contains_key("audio-not-processed"), "{format}: {outcomes:?}");
}

macro_rules! survive {
    ($($format:ident)*) => {
        $(#[test]
        fn $format() {
            survive(stringify!($format));
        })*

        #[test]
        fn every_format_is_damaged() {
            let tests = [$(stringify!($format)),*];
            assert!(FORMATS.iter().map(|(test, ..)| *test).eq(tests));
        }
    };
}

survive! {
    mp3_constant mp3_varying mp3_pictured
    m4a m4a_for_streaming m4a_lossless mp4_in_fragments aac_bare
    flac
    wav_8 wav_16 wav_24 wav_32 wav_float wav_alaw wav_mulaw wav_adpcm wav_eight_channels
    aiff caf caf_lossless
    ogg_vorbis ogg_flac ogg_opus ogg_opus_surround
    webm_opus webm_vorbis matroska_opus matroska_flac mp4_opus
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
        let mut bytes = damaged(&clip, &clip, round);
        play(&bytes);
        // With its checksums put right the damage reaches further in.
        checksums::restore(&mut bytes);
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
        checksums::restore(&mut bytes);
        play(&bytes);
    }
}

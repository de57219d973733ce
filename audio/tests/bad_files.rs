//! What is wrong with a file is told apart, in words and in a stable code.

#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::Path;
use std::time::Duration;

use audio::{PrepareError, PrepareOptions, Warning, prepare};
use common::{Files, clip_of, ffmpeg, frequency, refusal, run, sine, wav};

/// The first `share` of a file, in per cent of its bytes.
fn cut(files: &Files, path: &Path, share: usize) -> std::path::PathBuf {
    let bytes = fs::read(path).unwrap();
    files.write("cut", &bytes[..bytes.len() * share / 100])
}

fn damaged_ms(error: &PrepareError) -> u64 {
    match error {
        PrepareError::Damaged { readable_ms } => *readable_ms,
        other => panic!("not damaged: {other:?}"),
    }
}

#[test]
fn nothing_there_to_read() {
    let files = Files::new();
    assert_eq!(refusal(&files.path("none.mp3")).code(), "audio-missing");
    assert_eq!(refusal(&files.write("a", b"x").join("b")).code(), "audio-missing");
    assert_eq!(refusal(&files.path(".")).code(), "audio-not-a-file");
    assert_eq!(refusal(&files.write("empty.mp3", b"")).code(), "audio-empty");
    assert_eq!(refusal(Path::new("/dev/zero")).code(), "audio-not-a-file");
}

#[test]
fn a_pipe_is_refused_without_waiting_for_it() {
    let files = Files::new();
    let pipe = files.path("pipe");
    run("mkfifo", &[pipe.to_str().unwrap()]);
    assert_eq!(refusal(&pipe).code(), "audio-not-a-file");
}

#[test]
fn what_is_no_sound_is_called_that() {
    let files = Files::new();
    let mut noise = noise_bytes(200_000);
    let jpeg = [b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), noise.clone()].concat();
    assert_eq!(refusal(&files.write("a.mp3", "Thông báo ".repeat(500).as_bytes())).code(), "audio-not-audio");
    assert_eq!(refusal(&files.write("a.jpg", &jpeg)).code(), "audio-not-audio");
    assert_eq!(refusal(&files.write("a.pdf", b"%PDF-1.7 \xe2\xe3")).code(), "audio-not-audio");
    assert_eq!(refusal(&files.write("zeros.wav", &vec![0; 100_000])).code(), "audio-not-audio");
    assert_eq!(refusal(&files.write("one", &[0xff])).code(), "audio-not-audio");
    assert_eq!(refusal(&files.write("noise", &noise)).code(), "audio-not-audio");
    noise[..2].copy_from_slice(b"\xff\xfb");
    assert_eq!(refusal(&files.write("noise.mp3", &noise)).code(), "audio-not-audio");
}

/// Bytes without a pattern, always the same.
fn noise_bytes(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..len).map(step).collect()
}

#[test]
fn a_silent_film_has_no_sound_track() {
    let files = Files::new();
    for name in ["a.mp4", "a.mkv"] {
        let path = files.path(name);
        ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", path.to_str().unwrap()]);
        assert_eq!(refusal(&path).code(), "audio-no-track", "{name}");
    }
}

#[test]
fn what_cannot_be_decoded_is_named() {
    let files = Files::new();
    for (name, options, expected) in [
        ("a.wma", &["-c:a", "wmav2"][..], "Windows Media"),
        ("a.mka", &["-c:a", "ac3"], "AC-3"),
        ("a.ac3", &["-c:a", "ac3"], "AC-3"),
        ("a.wv", &[], "WavPack"),
        ("a.mka", &["-c:a", "wmav2"], "A_MS/ACM"),
        ("a.spx", &["-c:a", "libspeex", "-ar", "16000", "-ac", "1"], "Speex"),
        ("a.tta", &[], "True Audio"),
        ("a.avi", &["-c:a", "libmp3lame"], "AVI"),
        ("a.m4a", &["-c:a", "aac", "-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"], "AAC"),
    ] {
        let error = refusal(&files.encoded(name, options));
        assert_eq!(error.code(), "audio-unsupported-codec", "{name}: {error}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
    for head in [&b"#!AMR\n\x3c\x91\x17"[..], b"#!AMR-WB\n\x04\x10\x20"] {
        assert!(refusal(&files.write("a.amr", head)).to_string().contains("AMR"));
    }
}

/// `bytes` with the only place that holds `from` changed to `to`.
fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<_> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(from)).collect();
    assert_eq!(places.len(), 1, "{from:?}");
    bytes[places[0]..][..to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn protected_sound_and_amr_in_a_phones_video_are_named() {
    let files = Files::new();
    // The type of the sample entry says how the track is coded; it follows the entry's size and a count of one.
    for faststart in ["+faststart", "0"] {
        let m4a = fs::read(files.encoded("a.m4a", &["-movflags", faststart])).unwrap();
        for (entry, expected) in [(b"drms", "DRM"), (b"enca", "DRM"), (b"samr", "AMR"), (b"sawb", "AMR-WB")] {
            let error = refusal(&files.write("b.m4a", &replaced(m4a.clone(), b"mp4a", entry)));
            assert_eq!(error.code(), "audio-unsupported-codec", "{error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}

#[test]
fn of_he_aac_the_core_is_played_or_the_kind_is_named() {
    let files = Files::new();
    let low = ["-b:a", "32k", "-ar", "22050", "-ac", "1"];
    // AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1): AAC-LC, 22,050 Hz, one channel. ffmpeg adds an
    // extension that says "no SBR".
    let m4a = fs::read(files.encoded("a.m4a", &low)).unwrap();
    let config = b"\x05\x80\x80\x80\x05\x13\x88\x56\xe5\x00";
    // The extension may say that there is SBR: then the core sounds, an octave less wide.
    let hidden = replaced(m4a.clone(), config, b"\x05\x80\x80\x80\x05\x13\x88\x56\xe5\xa0");
    let (prepared, clip) = clip_of(&files.write("hidden.m4a", &hidden)).unwrap();
    assert!((2_500..2_600).contains(&prepared.duration_ms), "{prepared:?}");
    let hz = frequency(&common::decoded(&clip)[9_600..110_000], 48_000);
    assert!((hz - 440.0).abs() < 0.5, "{hz} Hz");
    // SBR in the first place: 22,050 Hz extended to 44,100 Hz, AAC-LC below.
    let plain = replaced(m4a, config, b"\x05\x80\x80\x80\x05\x2b\x8a\x08\x00\x00");
    let error = refusal(&files.write("plain.m4a", &plain));
    assert_eq!(error.code(), "audio-unsupported-codec");
    assert!(error.to_string().contains("AAC of another kind"), "{error}");
}

#[test]
fn cut_files_are_damaged_and_say_how_much_is_left() {
    let files = Files::new();
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.aiff", &[]),
        ("a.caf", &["-c:a", "pcm_s16le"]),
        ("a.opus", &["-c:a", "libopus"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.oga", &["-c:a", "flac"]),
        ("a.m4a", &["-movflags", "+faststart"]),
        ("a.mp3", &["-b:a", "64k"]),
        ("a.webm", &["-c:a", "libopus"]),
        ("b.webm", &["-c:a", "libvorbis"]),
        ("a.mka", &["-c:a", "flac"]),
    ] {
        let path = files.encoded(name, options);
        for share in [50, 80] {
            let ms = damaged_ms(&refusal(&cut(&files, &path, share)));
            let expected = 25 * share as u64;
            assert!(ms <= expected + 300, "{name} cut at {share} %: {ms} ms");
            // An Ogg page may hold a second or more, FLAC and Vorbis begin with kilobytes of headers, and of
            // a cut CAF nothing can be read.
            let coarse =
                ["opus", "ogg", "oga", "flac", "b.webm", "caf"].iter().any(|end| name.ends_with(end));
            assert!(coarse || ms + 300 >= expected, "{name} cut at {share} %: {ms} ms");
        }
    }
}

#[test]
fn losing_the_last_bytes_is_noticed() {
    let files = Files::new();
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.opus", &["-c:a", "libopus"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.m4a", &["-c:a", "alac", "-movflags", "+faststart"]),
    ] {
        let path = files.encoded(name, options);
        let bytes = fs::read(&path).unwrap();
        let short = files.write("short", &bytes[..bytes.len() - 6_000]);
        assert_eq!(refusal(&short).code(), "audio-damaged", "{name}");
    }
}

#[test]
fn a_recording_that_was_never_closed_is_damaged() {
    let files = Files::new();
    // The index of such a file stands at its end.
    let path = files.encoded("a.m4a", &[]);
    assert_eq!(damaged_ms(&refusal(&cut(&files, &path, 60))), 0);
}

#[test]
fn headers_alone_are_damaged_files() {
    let files = Files::new();
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.opus", &["-c:a", "libopus"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.m4a", &["-movflags", "+faststart"]),
        ("a.webm", &["-c:a", "libopus"]),
    ] {
        let bytes = fs::read(files.encoded(name, options)).unwrap();
        for len in [12, 30, 43, 200] {
            let error = refusal(&files.write("head", &bytes[..len]));
            let expected: &[&str] =
                if len == 200 { &["audio-damaged", "audio-too-short"] } else { &["audio-damaged"] };
            assert!(expected.contains(&error.code()), "{name} of {len} bytes: {error}");
        }
    }
}

#[test]
fn a_scratch_is_skipped_and_a_hole_is_damage() {
    let files = Files::new();
    let path = files.encoded("a.mp3", &["-b:a", "64k"]);
    let whole = fs::read(&path).unwrap();
    let mut scratched = whole.clone();
    scratched[6_000..6_020].fill(0x55);
    assert!(clip_of(&files.write("scratched.mp3", &scratched)).is_ok());
    let mut holed = whole;
    let middle = holed.len() / 5..holed.len() * 4 / 5;
    holed[middle].fill(0x55);
    assert_eq!(refusal(&files.write("holed.mp3", &holed)).code(), "audio-damaged");
}

#[test]
fn what_was_skipped_is_told() {
    let files = Files::new();
    let mut aac = fs::read(files.encoded("a.aac", &["-b:a", "64k"])).unwrap();
    let middle = aac.len() / 2;
    aac[middle..middle + 60].copy_from_slice(&noise_bytes(60));
    let (prepared, _) = clip_of(&files.write("scratched.aac", &aac)).unwrap();
    let [Warning::Skipped { skipped_ms }] = prepared.warnings[..] else { panic!("{prepared:?}") };
    assert!((20..200).contains(&skipped_ms), "{skipped_ms} ms");
}

#[test]
fn a_flipped_bit_in_ogg_is_noticed() {
    let files = Files::new();
    let mut opus = fs::read(files.encoded("a.opus", &["-c:a", "libopus"])).unwrap();
    let middle = opus.len() / 2;
    opus[middle] ^= 1;
    assert_eq!(refusal(&files.write("flipped.opus", &opus)).code(), "audio-damaged");
}

#[test]
fn length_has_limits() {
    let files = Files::new();
    let seconds = |s: f64| wav(8_000, 1, &sine(440.0, 8_000, (s * 8_000.0) as usize));
    let short = refusal(&files.write("short.wav", &seconds(0.15)));
    assert_eq!(
        (short.code(), short.to_string()),
        ("audio-too-short", "the sound is too short: 150 ms".into())
    );
    assert!(clip_of(&files.write("enough.wav", &seconds(0.2))).is_ok());
    let path = files.write("long.wav", &seconds(61.0));
    let options = PrepareOptions { max_duration: Duration::from_secs(60), ..PrepareOptions::default() };
    let long = prepare(&path, &mut Vec::new(), &options).unwrap_err();
    assert_eq!((long.code(), long.to_string()), ("audio-too-long", "the sound is longer than 1 min".into()));
}

#[test]
fn a_tenth_of_a_second_is_too_short_in_every_format() {
    let files = Files::new();
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.opus", &["-c:a", "libopus"]),
        ("a.m4a", &["-c:a", "alac"]),
        ("a.mp3", &[]),
    ] {
        let path = files.encoded(name, &[&["-t", "0.1"], options].concat());
        let error = refusal(&path);
        let PrepareError::TooShort { duration_ms } = error else { panic!("{name}: {error:?}") };
        let coarse = if name == "a.mp3" { 60 } else { 0 };
        assert!((100..=100 + coarse).contains(&duration_ms), "{name}: {duration_ms} ms");
    }
}

#[test]
fn silence_is_refused_however_it_is_coded() {
    let files = Files::new();
    for (name, options) in [
        ("a.wav", &["-af", "volume=0"][..]),
        ("a.flac", &["-af", "volume=0"]),
        ("a.mp3", &["-af", "volume=0"]),
        ("a.opus", &["-af", "volume=0", "-c:a", "libopus"]),
        ("a.m4a", &["-af", "volume=0", "-c:a", "aac"]),
        // The noise of a recorder whose microphone is off.
        ("b.wav", &["-af", "aeval=0.0003*(random(0)-0.5)|0.0003*(random(1)-0.5)", "-c:a", "pcm_s24le"]),
    ] {
        let error = refusal(&files.encoded(name, options));
        assert!(matches!(error, PrepareError::Silent), "{name}: {error:?}");
    }
}

/// Half a second of a tone with silence around it, in milliseconds.
fn surrounded(before_ms: usize, after_ms: usize) -> Vec<u8> {
    let mut sound = vec![0.0; before_ms * 48];
    sound.extend(sine(440.0, 48_000, 24_000));
    sound.extend(vec![0.0; after_ms * 48]);
    wav(48_000, 1, &sound)
}

#[test]
fn silence_at_the_ends_is_cut_off_and_told() {
    let files = Files::new();
    // More than half a second is cut; a fifth of a second is left.
    for (before_ms, after_ms) in [(2_000, 0), (0, 3_000), (700, 1_300), (490, 490), (0, 0), (490, 20_000)] {
        let (prepared, clip) = clip_of(&files.write("a.wav", &surrounded(before_ms, after_ms))).unwrap();
        let cut = |silence_ms: usize| if silence_ms > 500 { silence_ms as u64 - 200 } else { 0 };
        let (start_ms, end_ms) = match prepared.warnings[..] {
            [Warning::Trimmed { start_ms, end_ms }] => (start_ms, end_ms),
            [] => (0, 0),
            _ => panic!("{:?}", prepared.warnings),
        };
        for (said, expected) in [(start_ms, cut(before_ms)), (end_ms, cut(after_ms))] {
            assert!(said.abs_diff(expected) <= 10 && (said > 0) == (expected > 0), "{said} {expected}");
        }
        // What is said to be gone is gone.
        assert_eq!(prepared.duration_ms + start_ms + end_ms, (before_ms + 500 + after_ms) as u64);
        assert_eq!(common::decoded(&clip).len() as u64, prepared.duration_ms * 48);
    }
}

#[test]
fn what_can_be_read_of_a_cut_file_is_taken_if_one_says_so() {
    let files = Files::new();
    let partial = PrepareOptions { allow_partial: true, ..PrepareOptions::default() };
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.aiff", &[]),
        ("a.opus", &["-c:a", "libopus", "-page_duration", "100000"]),
        ("a.ogg", &["-c:a", "libvorbis", "-page_duration", "100000"]),
        ("a.m4a", &["-movflags", "+faststart"]),
        ("a.mp3", &["-b:a", "64k"]),
        ("a.webm", &["-c:a", "libopus"]),
    ] {
        let path = cut(&files, &files.encoded(name, options), 70);
        let refused_ms = damaged_ms(&refusal(&path));
        let mut clip = Vec::new();
        let prepared = prepare(&path, &mut clip, &partial).unwrap();
        assert!(
            matches!(prepared.warnings[..], [Warning::Partial { readable_ms }] if readable_ms == refused_ms),
            "{name}: {:?} {refused_ms}",
            prepared.warnings
        );
        // A FLAC encoder writes kilobytes of padding first.
        assert!((1_200..2_000).contains(&refused_ms), "{name}: {refused_ms} ms");
        assert_eq!(prepared.duration_ms, refused_ms, "{name}");
        assert_eq!(common::decoded(&clip).len() as u64 / 48, refused_ms, "{name}");
    }
}

#[test]
fn of_a_file_with_nothing_in_it_not_even_a_part_is_taken() {
    let files = Files::new();
    let partial = PrepareOptions { allow_partial: true, ..PrepareOptions::default() };
    let path = cut(&files, &files.encoded("a.m4a", &[]), 60);
    let error = prepare(&path, &mut Vec::new(), &partial).unwrap_err();
    assert_eq!(damaged_ms(&error), 0);
}

#[test]
fn a_full_disk_is_not_the_files_fault() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let files = Files::new();
    let path = files.write("a.wav", &wav(8_000, 1, &sine(440.0, 8_000, 80_000)));
    let error = prepare(&path, &mut Full, &PrepareOptions::default()).unwrap_err();
    assert_eq!(error.code(), "audio-not-written");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn codes_are_stable() {
    assert_eq!(Warning::Skipped { skipped_ms: 1 }.code(), "audio-skipped");
    let process = PrepareError::Process { reason: "x".into() };
    assert_eq!(process.code(), "audio-not-processed");
    let damaged = PrepareError::Damaged { readable_ms: 3_240 };
    assert_eq!(damaged.to_string(), "the file is damaged or cut off: 3.2 s of sound could be read");
}

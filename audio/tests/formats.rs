//! Every kind of file that people bring, made by ffmpeg: the right length and the right pitch come out.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{Files, clip_of, decoded, ffmpeg, frequency, id3_with, run, sine, wav};

/// Checks for two and a half seconds of 440 Hz; coders may add up to `extra_ms` of silence.
fn check(path: &Path, extra_ms: u64) {
    let (prepared, clip) = clip_of(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let ms = prepared.duration_ms;
    assert!((2_499..=2_500 + extra_ms).contains(&ms), "{}: {ms} ms", path.display());
    assert_eq!(prepared.warnings, [], "{}", path.display());
    let pcm = decoded(&clip);
    let hz = frequency(&pcm[9_600..110_000], 48_000);
    assert!((hz - 440.0).abs() < 0.5, "{}: {hz} Hz", path.display());
    let peak = pcm[9_600..110_000].iter().map(|s| s.unsigned_abs()).max().unwrap();
    // A sine of 440 Hz at -16 LUFS.
    assert!((7_500..9_500).contains(&peak), "{}: peak {peak}", path.display());
    let loudness = prepared.result.loudness_lufs.unwrap();
    assert!((loudness + 16.0).abs() < 0.5, "{}: {loudness} LUFS", path.display());
}

macro_rules! formats {
    ($($test:ident: $name:literal, $options:expr, $extra_ms:literal;)*) => {
        $(#[test]
        fn $test() {
            check(&Files::new().encoded($name, &$options), $extra_ms);
        })*
    };
}

formats! {
    mp3_constant: "a.mp3", ["-b:a", "64k"], 60;
    mp3_varying: "a.mp3", ["-q:a", "5"], 60;
    mp3_varying_without_a_length: "a.mp3", ["-q:a", "5", "-write_xing", "0"], 110;
    mp3_low_rate: "a.mp3", ["-ar", "16000", "-ac", "1", "-b:a", "24k"], 150;
    mp3_lowest_rate: "a.mp3", ["-ar", "8000", "-ac", "1", "-b:a", "16k"], 250;
    mp2: "a.mp2", ["-b:a", "128k"], 60;
    m4a: "a.m4a", ["-b:a", "64k"], 60;
    m4a_prepared_for_streaming: "a.m4a", ["-b:a", "64k", "-movflags", "+faststart"], 60;
    m4a_in_fragments: "a.mp4", ["-b:a", "64k", "-movflags", "frag_keyframe+empty_moov"], 60;
    m4a_lossless: "a.m4a", ["-c:a", "alac"], 0;
    aac_bare: "a.aac", ["-b:a", "64k"], 60;
    aac_bare_low_rate: "a.aac", ["-ar", "8000", "-ac", "1", "-b:a", "16k"], 300;
    mobile_video: "a.3gp", ["-c:a", "aac"], 60;
    quicktime: "a.mov", ["-c:a", "aac"], 60;
    quicktime_pcm: "a.mov", ["-c:a", "pcm_s16le"], 0;
    wav_16: "a.wav", ["-c:a", "pcm_s16le"], 0;
    wav_24: "a.wav", ["-c:a", "pcm_s24le"], 0;
    wav_32: "a.wav", ["-c:a", "pcm_s32le"], 0;
    wav_8: "a.wav", ["-c:a", "pcm_u8"], 0;
    wav_float: "a.wav", ["-c:a", "pcm_f32le"], 0;
    wav_float_double: "a.wav", ["-c:a", "pcm_f64le"], 0;
    wav_telephone_europe: "a.wav", ["-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1"], 0;
    wav_telephone_america: "a.wav", ["-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1"], 0;
    wav_adpcm_ima: "a.wav", ["-c:a", "adpcm_ima_wav"], 60;
    wav_adpcm_ms: "a.wav", ["-c:a", "adpcm_ms"], 60;
    wav_surround: "a.wav", ["-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"], 0;
    wav_eight_channels: "a.wav", ["-af", "pan=7.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0|c6=c0|c7=c0"], 0;
    aiff: "a.aiff", [], 0;
    aiff_24: "a.aiff", ["-c:a", "pcm_s24be"], 0;
    aiff_little_endian: "a.aiff", ["-c:a", "pcm_s16le"], 0;
    caf: "a.caf", ["-c:a", "pcm_s16le"], 0;
    caf_24: "a.caf", ["-c:a", "pcm_s24be"], 0;
    caf_lossless: "a.caf", ["-c:a", "alac"], 0;
    flac: "a.flac", [], 0;
    flac_24: "a.flac", ["-sample_fmt", "s32", "-ar", "96000"], 0;
    ogg_vorbis: "a.ogg", ["-c:a", "libvorbis"], 0;
    ogg_vorbis_low_rate: "a.ogg", ["-c:a", "libvorbis", "-ar", "8000", "-ac", "1"], 1;
    ogg_flac: "a.oga", ["-c:a", "flac"], 0;
    ogg_opus: "a.opus", ["-c:a", "libopus"], 0;
    ogg_opus_voice_message: "a.ogg", ["-c:a", "libopus", "-ac", "1", "-b:a", "16k", "-frame_duration", "60"], 0;
    ogg_opus_surround: "a.opus", ["-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0", "-c:a", "libopus",
        "-mapping_family", "1"], 0;
    webm_opus: "a.webm", ["-c:a", "libopus"], 40;
    webm_vorbis: "a.webm", ["-c:a", "libvorbis"], 40;
    mkv_opus: "a.mkv", ["-c:a", "libopus"], 40;
    mkv_flac: "a.mkv", ["-c:a", "flac"], 60;
    mp4_opus: "a.mp4", ["-c:a", "libopus"], 40;
}

#[test]
fn every_rate_is_taken() {
    let files = Files::new();
    for rate in ["8000", "11025", "12000", "16000", "22050", "24000", "32000", "48000", "88200", "192000"] {
        for name in ["a.wav", "a.flac"] {
            check(&files.encoded(name, &["-ar", rate]), 1);
        }
    }
}

#[test]
fn every_number_of_channels_is_taken() {
    let files = Files::new();
    for channels in 1..=8 {
        let all: String = (0..channels).map(|to| format!("|c{to}=c0")).collect();
        let filter = format!("pan={channels}c{all}");
        for (name, options) in [
            ("a.wav", &[][..]),
            ("a.flac", &[]),
            ("a.aiff", &[]),
            ("a.caf", &["-c:a", "pcm_s16le"]),
            ("a.opus", &["-c:a", "libopus", "-mapping_family", "255"]),
        ] {
            check(&files.encoded(name, &[&["-af", &filter], options].concat()), 0);
        }
    }
}

#[test]
fn a_video_gives_its_sound() {
    let files = Files::new();
    for (name, codec) in [("a.mp4", "aac"), ("a.mkv", "libopus")] {
        let options = [
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=64x64:rate=5:duration=2.5",
            "-map",
            "1:v",
            "-map",
            "0:a",
            "-c:a",
            codec,
        ];
        check(&files.encoded(name, &options), 60);
    }
}

#[test]
fn a_wav_written_to_a_pipe_is_whole() {
    let files = Files::new();
    let mut bytes = wav(44_100, 1, &sine(440.0, 44_100, 110_250));
    for length in [u32::MAX, 0x7fff_f000, 0] {
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        bytes[40..44].copy_from_slice(&length.to_le_bytes());
        check(&files.write("pipe.wav", &bytes), 0);
    }
}

#[test]
fn speech_synthesis_written_to_a_pipe_is_whole() {
    let files = Files::new();
    let (piped, plain) = (files.path("piped.wav"), files.path("plain.wav"));
    let text = "Xin chào bà con.";
    run("sh", &["-c", &format!("espeak-ng -v vi --stdout '{text}' > '{}'", piped.display())]);
    run("espeak-ng", &["-v", "vi", "-w", plain.to_str().unwrap(), text]);
    let (piped, plain) = (clip_of(&piped).unwrap().0, clip_of(&plain).unwrap().0);
    assert_eq!(piped.duration_ms, plain.duration_ms);
}

#[test]
fn joined_files_are_heard_to_the_end() {
    let files = Files::new();
    let mp3 = std::fs::read(files.encoded("a.mp3", &["-b:a", "64k"])).unwrap();
    let joined = files.write("joined.mp3", &[mp3.clone(), mp3].concat());
    assert!((5_000..5_200).contains(&clip_of(&joined).unwrap().0.duration_ms));
    for codec in ["libopus", "libvorbis"] {
        let options = ["-c:a", codec, "-serial_offset"];
        let first = std::fs::read(files.encoded("a.ogg", &[&options[..], &["1"]].concat())).unwrap();
        let second = std::fs::read(files.encoded("a.ogg", &[&options[..], &["7"]].concat())).unwrap();
        let joined = files.write("joined.ogg", &[first, second].concat());
        let ms = clip_of(&joined).unwrap().0.duration_ms;
        assert!((4_990..=5_010).contains(&ms), "{codec}: {ms} ms");
    }
}

#[test]
fn a_clip_can_be_prepared_again() {
    let files = Files::new();
    let first = files.write("a.wav", &wav(48_000, 1, &sine(440.0, 48_000, 120_000)));
    let again = files.write("clip.opus", &clip_of(&first).unwrap().1);
    check(&again, 0);
}

#[test]
fn a_tag_with_a_picture_does_not_disturb() {
    let files = Files::new();
    let mp3 = std::fs::read(files.encoded("a.mp3", &["-b:a", "64k", "-id3v2_version", "0"])).unwrap();
    // A sequence that looks like the head of an MPEG frame, and one that only almost does.
    for (picture_bytes, pattern) in
        [(300_000, [0xff, 0xff]), (8 << 20, [0xff, 0xff]), (8 << 20, [0xff, 0xfb])]
    {
        let picture: Vec<u8> = pattern.into_iter().cycle().take(picture_bytes).collect();
        check(&files.write("tagged.mp3", &[id3_with(&picture), mp3.clone()].concat()), 60);
    }
}

#[test]
fn a_cover_picture_in_other_formats_does_not_disturb() {
    let files = Files::new();
    let picture = files.path("cover.png");
    let noise = "nullsrc=size=1000x1000,geq=random(1)*255:128:128";
    ffmpeg(&["-f", "lavfi", "-i", noise, "-frames:v", "1", picture.to_str().unwrap()]);
    assert!(std::fs::metadata(&picture).unwrap().len() > 500_000);
    let attached = ["-i", picture.to_str().unwrap(), "-map", "1:v", "-map", "0:a", "-c:v", "copy"];
    for (name, codec) in [("a.m4a", "aac"), ("a.flac", "flac"), ("a.mp3", "libmp3lame")] {
        let options = [&attached[..], &["-disposition:v:0", "attached_pic", "-c:a", codec]].concat();
        check(&files.encoded(name, &options), 60);
    }
}

/// The boxes of an MP4 file, in whose tables of times every sample gets an entry of its own.
fn with_a_time_for_every_sample(boxes: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_be_bytes(boxes[at..at + 4].try_into().unwrap());
    let (mut all, mut at) = (Vec::new(), 0);
    while at < boxes.len() {
        let end = at + word(at) as usize;
        let (kind, body) = (&boxes[at + 4..at + 8], &boxes[at + 8..end]);
        let body = match kind {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" => with_a_time_for_every_sample(body),
            b"stts" => {
                let entries = (at + 16..end).step_by(8).map(|entry| (word(entry), word(entry + 4)));
                let lengths = entries.flat_map(|(count, length)| (0..count).map(move |_| length));
                let times: Vec<u8> =
                    lengths.clone().flat_map(|length| [1, length]).flat_map(u32::to_be_bytes).collect();
                [&[0; 4][..], &(lengths.count() as u32).to_be_bytes(), &times].concat()
            }
            _ => body.to_vec(),
        };
        all.extend((body.len() as u32 + 8).to_be_bytes());
        all.extend(kind);
        all.extend(body);
        at = end;
    }
    all
}

#[test]
fn an_index_with_a_time_for_every_sample_costs_no_time() {
    let files = Files::new();
    // Of PCM, every sample of sound is one of the index.
    for (name, codec) in [("a.m4a", "aac"), ("a.mov", "pcm_s16le")] {
        let path = files.encoded(name, &["-c:a", codec, "-ac", "1"]);
        let start = Instant::now();
        let (_, clip) = clip_of(&path).unwrap();
        let usual = start.elapsed();
        let long = with_a_time_for_every_sample(&std::fs::read(path).unwrap());
        let long = files.write(name, &long);
        let start = Instant::now();
        assert!(clip_of(&long).unwrap().1 == clip, "{name}");
        let elapsed = start.elapsed();
        assert!(elapsed < usual * 3 + Duration::from_secs(2), "{name}: {elapsed:?} instead of {usual:?}");
    }
}

//! Every clip is equally loud, by the meter of somebody else (ffmpeg's EBU R 128).

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use audio::{Character, PrepareOptions, Prepared, Sound, Warning, prepare, synthesise};
use common::{Files, clip_of, ffmpeg, run};

/// Words that begin and end softly, with pauses between them.
const WORDS: &str = "Kính thưa bà con. Sáng thứ bảy, trạm y tế xã tiêm phòng cho trẻ em dưới năm tuổi. \
    Đề nghị bà con đưa trẻ đến đúng giờ, mang theo sổ tiêm chủng. Trân trọng thông báo.";

/// Integrated loudness in LUFS and true peak in dBTP, as ffmpeg hears the file.
fn metered(path: &Path) -> (f64, f64) {
    let file = path.to_str().unwrap();
    let said = run(
        "ffmpeg",
        &["-nostdin", "-hide_banner", "-nostats", "-i", file, "-af", "ebur128=peak=true", "-f", "null", "-"],
    );
    let summary = &said[said.rfind("Summary:").unwrap()..];
    let value = |label: &str| -> f64 {
        let line = summary.lines().find_map(|line| line.trim().strip_prefix(label)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    };
    (value("I:"), value("Peak:"))
}

fn spoken(files: &Files) -> std::path::PathBuf {
    let path = files.path("spoken.wav");
    run("espeak-ng", &["-v", "vi", "-w", path.to_str().unwrap(), WORDS]);
    path
}

/// Chords that fade and come again.
fn music(files: &Files) -> std::path::PathBuf {
    let path = files.path("music.wav");
    let sound = "aevalsrc=0.2*sin(2*PI*220*t)*exp(-3*mod(t\\,0.5))+0.15*sin(2*PI*(330+110*floor(mod(t\\,4)))*t)\
        *exp(-2*mod(t\\,0.25))+0.1*sin(2*PI*880*t)*(0.5+0.5*sin(2*PI*3*t)):d=15:s=44100";
    ffmpeg(&["-f", "lavfi", "-i", sound, path.to_str().unwrap()]);
    path
}

fn changed(files: &Files, source: &Path, name: &str, filter: &str) -> std::path::PathBuf {
    let path = files.path(name);
    ffmpeg(&["-i", source.to_str().unwrap(), "-af", filter, "-c:a", "pcm_s24le", path.to_str().unwrap()]);
    path
}

/// Prepares the file and checks that it comes out at -16 LUFS, without a peak above -1 dBTP.
fn check(files: &Files, source: &Path) -> Prepared {
    let (prepared, clip) = clip_of(source).unwrap();
    let (loudness, peak) = metered(&files.write("clip.opus", &clip));
    let name = source.display();
    println!("{name}: {loudness} LUFS, {peak} dBTP, {:?}", prepared.result);
    assert!((loudness + 16.0).abs() <= 0.5, "{name}: {loudness} LUFS");
    assert!(peak <= -1.0, "{name}: {peak} dBTP");
    assert!((prepared.result.loudness_lufs.unwrap() - loudness).abs() < 0.2, "{name}: {:?}", prepared.result);
    prepared
}

#[test]
fn speech_and_music_loud_and_soft() {
    let files = Files::new();
    for (source, character) in [(spoken(&files), Character::Voice), (music(&files), Character::Music)] {
        assert_eq!(check(&files, &source).character, character, "{}", source.display());
        check(&files, &changed(&files, &source, "loud.wav", "volume=6dB"));
        check(&files, &changed(&files, &source, "soft.wav", "volume=-12dB"));
    }
}

#[test]
fn a_very_quiet_recording_is_lifted_and_told_about() {
    let files = Files::new();
    let source = spoken(&files);
    let (loudness, _) = metered(&source);
    let quiet = changed(&files, &source, "quiet.wav", &format!("volume={}dB", -50.0 - loudness));
    let prepared = check(&files, &quiet);
    let told = prepared.warnings.iter().find_map(|warning| match warning {
        Warning::Quiet { loudness_lufs } => Some(*loudness_lufs),
        _ => None,
    });
    assert!((told.unwrap() + 50.0).abs() < 0.5, "{:?}", prepared.warnings);
}

#[test]
fn what_is_almost_nothing_does_not_become_hiss() {
    let files = Files::new();
    let source = spoken(&files);
    let faint = changed(&files, &source, "faint.wav", "volume=-44dB");
    let (prepared, clip) = clip_of(&faint).unwrap();
    // The lift has a bound, and what is too faint for it stays below the target.
    let (loudness, _) = metered(&files.write("clip.opus", &clip));
    let lift = loudness - prepared.source.loudness_lufs.unwrap();
    assert!(lift < 36.5 && loudness < -20.0, "lifted by {lift} to {loudness} LUFS");
}

#[test]
fn the_noise_of_pauses_is_not_lifted_as_far_as_the_words() {
    let files = Files::new();
    let words = changed(&files, &spoken(&files), "words.wav", "volume=-26dB,apad=pad_dur=2,aloop=1:999999");
    let noisy = files.path("noisy.wav");
    let noise = "anoisesrc=d=20:c=pink:a=0.0008:r=22050";
    ffmpeg(&[
        "-i",
        words.to_str().unwrap(),
        "-f",
        "lavfi",
        "-i",
        noise,
        "-filter_complex",
        "amix=2:duration=first:normalize=0",
        "-c:a",
        "pcm_s24le",
        noisy.to_str().unwrap(),
    ]);
    let prepared = check(&files, &noisy);
    // Between the words, where the pads are, there is noise only.
    let waveform: Vec<f64> = prepared.waveform.iter().map(|peak| f64::from(*peak) / 255.0).collect();
    let softest = waveform.iter().copied().fold(1.0, f64::min);
    let lifted = 0.0008 * 4.0 * 10f64.powf(prepared.gain_db / 20.0);
    assert!(softest < lifted / 2.0, "pauses at {softest}, lifted they would be at {lifted}");
}

#[test]
fn a_clipped_recording_is_levelled_and_told_about() {
    let files = Files::new();
    let clipped = changed(&files, &spoken(&files), "clipped.wav", "volume=25dB,aformat=s16");
    let prepared = check(&files, &clipped);
    assert!(
        prepared
            .warnings
            .iter()
            .any(|warning| matches!(warning, Warning::Clipped { share_percent } if *share_percent > 1.0)),
        "{:?}",
        prepared.warnings
    );
}

#[test]
fn a_site_may_want_another_loudness() {
    let files = Files::new();
    for wanted in [-23.0, -18.0] {
        let options = PrepareOptions { loudness_lufs: wanted, ..PrepareOptions::default() };
        let mut clip = Vec::new();
        prepare(&spoken(&files), &mut clip, &options).unwrap();
        let (loudness, _) = metered(&files.write("clip.opus", &clip));
        assert!((loudness - wanted).abs() <= 0.5, "{loudness} LUFS");
    }
}

#[test]
fn channels_that_cancel_each_other_are_heard() {
    let files = Files::new();
    let source = changed(&files, &spoken(&files), "turned.wav", "pan=stereo|c0=c0|c1=-1*c0");
    let prepared = check(&files, &source);
    assert!(prepared.warnings.contains(&Warning::OutOfPhase), "{:?}", prepared.warnings);
}

#[test]
fn sounds_of_our_own_are_as_loud_as_the_rest() {
    let files = Files::new();
    for sound in Sound::ALL {
        let mut clip = Vec::new();
        synthesise(sound, &mut clip, &PrepareOptions::default()).unwrap();
        let (loudness, peak) = metered(&files.write("clip.opus", &clip));
        assert!((loudness + 16.0).abs() <= 0.5 && peak <= -1.0, "{sound:?}: {loudness} LUFS, {peak} dBTP");
    }
}

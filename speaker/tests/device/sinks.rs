//! What sinks play and measure, from real clips.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use firmware_proto::JobId;
use firmware_proto::message::{Evidence, Reason, Sound};
use firmware_proto::speaker::{PassOutcome, PlaybackEvent};
use speaker::player::device::DevicePlayer;
use speaker::player::paced::PacedPlayer;
use speaker::player::{PassPlan, Player, Sensors, WavSink};

use crate::sound::{decoded, sweep, tone};

const DEADLINE: Duration = Duration::from_secs(10);

fn clip(folder: &Path, name: &str, duration_ms: u32, amplitude: f32) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, tone(duration_ms, amplitude).bytes).unwrap();
    path
}

fn plan(token: u32, clips: &[&PathBuf], volume: u8) -> PassPlan {
    let clips = clips.iter().map(|path| (*path).clone()).collect();
    PassPlan { token, job: JobId::from_bytes([7; 16]), clips, from_ms: 0, volume }
}

/// Plays to the end without waiting for the clock: the player is told that time has passed.
fn play_through(player: &mut PacedPlayer, plan: PassPlan) -> (Duration, PassOutcome, Evidence) {
    let (token, begun) = (plan.token, Instant::now());
    assert_eq!(player.play(plan), Some(PlaybackEvent::Started));
    loop {
        let now = player.wakeup().unwrap();
        if let Some((ended, PlaybackEvent::Ended { outcome, measured })) = player.advance(now) {
            assert_eq!(ended, token);
            return (now - begun, outcome, measured);
        }
    }
}

#[test]
fn the_null_sink_plays_in_real_time_and_measures() {
    let folder = tempfile::tempdir().unwrap();
    let loud = clip(folder.path(), "loud", 3_000, 0.5);
    let quiet = clip(folder.path(), "quiet", 1_500, 0.05);
    let mut player = PacedPlayer::new(Sensors::SimulatedAmplifier);

    let (took, outcome, measured) = play_through(&mut player, plan(1, &[&quiet, &loud], 100));
    assert_eq!(outcome, PassOutcome::Completed);
    assert!((4_500..4_520).contains(&took.as_millis()), "{took:?}");
    assert_eq!((measured.sound, measured.played_ms), (Sound::Heard, 4_500));
    // Every clip is at -16 LUFS, which for a tone of one channel is -16 dBFS.
    assert!((-17..=-15).contains(&measured.level_dbfs.unwrap()), "{measured:?}");
    let full_ma = measured.amplifier_ma.unwrap();

    // The second time it comes from the cue; a tenth of the amplitude is 20 dB less.
    let (_, _, measured) = play_through(&mut player, plan(2, &[&quiet, &loud], 10));
    assert_eq!((measured.sound, measured.played_ms), (Sound::Heard, 4_500));
    assert!((-37..=-35).contains(&measured.level_dbfs.unwrap()), "{measured:?}");
    assert!(measured.amplifier_ma.unwrap() < full_ma);

    let (_, _, silent) = play_through(&mut player, plan(3, &[&quiet], 0));
    assert_eq!((silent.sound, silent.played_ms), (Sound::Absent, 1_500));
}

#[test]
fn a_mute_device_plays_and_shows_no_sound() {
    let folder = tempfile::tempdir().unwrap();
    let loud = clip(folder.path(), "loud", 1_000, 0.5);
    let mut player = PacedPlayer::new(Sensors::SimulatedMute);
    let (_, outcome, measured) = play_through(&mut player, plan(1, &[&loud], 100));
    assert_eq!((outcome, measured.played_ms), (PassOutcome::Completed, 1_000));
    assert_eq!((measured.sound, measured.level_dbfs), (Sound::Absent, None));
    assert_eq!(measured.amplifier_ma, Some(120));
}

#[test]
fn what_does_not_play_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let whole = clip(folder.path(), "whole", 12_000, 0.5);
    let bytes = fs::read(&whole).unwrap();
    let (garbage, cut) = (folder.path().join("garbage"), folder.path().join("cut"));
    fs::write(&garbage, [0x55; 5_000]).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let mut player = PacedPlayer::new(Sensors::None);
    for (path, expected) in
        [(&garbage, Reason::Undecodable), (&folder.path().join("none"), Reason::ClipMissing)]
    {
        let event = player.play(plan(1, &[path], 100));
        let Some(PlaybackEvent::Ended { outcome, .. }) = event else { panic!("{event:?}") };
        assert_eq!(outcome, PassOutcome::Failed(expected));
        assert_eq!(player.wakeup(), None);
    }
    let (_, outcome, measured) = play_through(&mut player, plan(2, &[&cut], 100));
    assert_eq!(outcome, PassOutcome::Failed(Reason::Undecodable));
    assert!((2_000..10_000).contains(&measured.played_ms), "{measured:?}");
}

fn wav_player(path: &Path) -> (DevicePlayer, Receiver<(u32, PlaybackEvent)>) {
    let (tell, told) = channel();
    let tell = Box::new(move |token, event| tell.send((token, event)).unwrap());
    let sink = Box::new(WavSink::new(path).unwrap());
    (DevicePlayer::start(sink, Sensors::None, tell).unwrap(), told)
}

fn samples(path: &Path) -> Vec<i16> {
    hound::WavReader::open(path).unwrap().samples::<i16>().map(Result::unwrap).collect()
}

#[test]
fn the_wav_sink_writes_what_would_be_heard() {
    let folder = tempfile::tempdir().unwrap();
    let short = clip(folder.path(), "short", 300, 0.5);
    let long = clip(folder.path(), "long", 60_000, 0.5);
    let wav = folder.path().join("out/all.wav");
    let (mut player, told) = wav_player(&wav);
    let begun = Instant::now();
    for token in [1, 2] {
        assert_eq!(player.play(plan(token, &[&short], 50)), None);
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), (token, PlaybackEvent::Started));
        let (ended, event) = told.recv_timeout(DEADLINE).unwrap();
        let PlaybackEvent::Ended { outcome, measured } = event else { panic!("{event:?}") };
        assert_eq!((ended, outcome, measured.played_ms), (token, PassOutcome::Completed, 300));
    }
    assert!(begun.elapsed() >= Duration::from_millis(600), "in real time");
    let heard = samples(&wav);
    assert_eq!(heard.len(), 2 * 300 * 48);
    let peak = heard.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    // Half of a tone of -16 dBFS, and what the codec adds where it begins.
    assert!((3_500..5_000).contains(&peak), "{peak}");

    assert_eq!(player.play(plan(3, &[&long], 50)), None);
    assert_eq!(told.recv_timeout(DEADLINE).unwrap(), (3, PlaybackEvent::Started));
    assert_eq!(player.stop(3), None);
    let (_, event) = told.recv_timeout(DEADLINE).unwrap();
    let PlaybackEvent::Ended { outcome, measured } = event else { panic!("{event:?}") };
    assert_eq!(outcome, PassOutcome::Stopped);
    assert_eq!(samples(&wav).len() as u64 / 48, 2 * 300 + measured.played_ms);
}

/// How far two pieces of sound are apart at the most, of full scale 32,768.
fn apart(a: &[i16], b: &[i16]) -> u16 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

fn ended(told: &Receiver<(u32, PlaybackEvent)>, token: u32) -> (PassOutcome, u64) {
    loop {
        match told.recv_timeout(DEADLINE).unwrap() {
            (of, PlaybackEvent::Ended { outcome, measured }) if of == token => {
                return (outcome, measured.played_ms);
            }
            (of, event) => assert_eq!((of, event), (token, PlaybackEvent::Started)),
        }
    }
}

#[test]
fn the_wav_sink_goes_on_at_the_very_sample() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let (one, two) = (sweep(700), sweep(1_300));
    fs::write(&first, &one.bytes).unwrap();
    fs::write(&second, &two.bytes).unwrap();
    let whole = [decoded(&one.bytes), decoded(&two.bytes)].concat();
    let wav = folder.path().join("out.wav");
    let (mut player, told) = wav_player(&wav);

    // Interrupted once in each clip; one sample beside the right one would be far off. What is told is in whole
    // milliseconds, so less than one of them is heard twice.
    let (mut from_ms, mut written) = (0, 0);
    let mut check = |from_ms: u64, told_ms: u64| {
        let heard = samples(&wav).split_off(written);
        written += heard.len();
        assert_eq!(heard.len() as u64 / 48, told_ms);
        let meant = &whole[from_ms as usize * 48..][..heard.len()];
        assert!(apart(&heard, meant) < 600, "from {from_ms}: {}", apart(&heard, meant));
        assert!(apart(&heard[1..], &meant[..heard.len() - 1]) > 600);
    };
    for (token, play_ms) in [(1, 300), (2, 800)] {
        player.play(PassPlan { from_ms, ..plan(token, &[&first, &second], 100) });
        std::thread::sleep(Duration::from_millis(play_ms));
        player.stop(token);
        let (outcome, played_ms) = ended(&told, token);
        assert_eq!(outcome, PassOutcome::Stopped);
        check(from_ms, played_ms);
        from_ms += played_ms;
    }
    assert!((1_000..1_900).contains(&from_ms), "{from_ms}");
    player.play(PassPlan { from_ms, ..plan(3, &[&first, &second], 100) });
    assert_eq!(ended(&told, 3), (PassOutcome::Completed, 2_000 - from_ms));
    check(from_ms, 2_000 - from_ms);
    assert!(samples(&wav).len() - whole.len() < 2 * 48, "two seams");

    // Nothing is left of it: the pass is over at once.
    player.play(PassPlan { from_ms: 2_000, ..plan(4, &[&first, &second], 100) });
    assert_eq!(ended(&told, 4), (PassOutcome::Completed, 0));
}

#[test]
fn the_null_sink_goes_on_too() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (clip(folder.path(), "a", 3_000, 0.5), clip(folder.path(), "b", 1_500, 0.5));
    let mut player = PacedPlayer::new(Sensors::SimulatedAmplifier);
    for (from_ms, left_ms) in [(1_230, 3_270), (3_000, 1_500), (4_499, 1), (0, 4_500)] {
        let plan = PassPlan { from_ms, ..plan(1, &[&a, &b], 100) };
        let (took, outcome, measured) = play_through(&mut player, plan);
        assert_eq!((outcome, measured.played_ms), (PassOutcome::Completed, left_ms));
        assert!(took.as_millis().abs_diff(u128::from(left_ms)) < 30, "{took:?}");
    }
    let plan = PassPlan { from_ms: 9_000, ..plan(2, &[&a, &b], 100) };
    let event = player.play(plan);
    let Some(PlaybackEvent::Ended { outcome, measured }) = event else { panic!("{event:?}") };
    assert_eq!((outcome, measured.played_ms), (PassOutcome::Completed, 0));
}

#[test]
fn what_is_left_out_changes_little_of_what_follows() {
    let clip = sweep(12_000);
    let whole = decoded(&clip.bytes);
    for skip in [1, 15_024, 100_000, 144_500, 250_000, 400_000, 575_999] {
        let mut decoder = audio::Decoder::open(&clip.bytes[..]).unwrap();
        assert_eq!(decoder.skip(skip).unwrap(), skip);
        let (mut frame, mut rest) = (Vec::new(), Vec::new());
        while decoder.next_frame(&mut frame).unwrap() {
            rest.extend_from_slice(&frame);
        }
        let meant = &whole[skip as usize..];
        assert!(apart(&rest, meant) < 600, "{skip}: {}", apart(&rest, meant));
    }
    let mut decoder = audio::Decoder::open(&clip.bytes[..]).unwrap();
    assert_eq!(decoder.skip(1_000_000).unwrap(), 576_000, "as many as there are");
}

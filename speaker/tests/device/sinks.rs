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

use crate::sound::tone;

const DEADLINE: Duration = Duration::from_secs(10);

fn clip(folder: &Path, name: &str, duration_ms: u32, amplitude: f32) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, tone(duration_ms, amplitude).bytes).unwrap();
    path
}

fn plan(token: u32, clips: &[&PathBuf], volume: u8) -> PassPlan {
    let clips = clips.iter().map(|path| (*path).clone()).collect();
    PassPlan { token, job: JobId::from_bytes([7; 16]), clips, volume }
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

//! `loa-speaker` as a process, against a Mosquitto and a controller in the test; and what sinks do.
#![allow(clippy::unwrap_used)]

mod controller;
mod fleet;
mod sinks;
mod sound;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use controller::{Controller, job_for_now};
use firmware_proto::message::{Class, Interrupted, Job, Reason, Sound, Stage};
use system_tests::mosquitto::Mosquitto;
use tempfile::TempDir;

/// The process under test. It ends when it is dropped, because its standard input closes.
struct Device {
    process: Child,
    _stdin: ChildStdin,
}

impl Device {
    /// Starts it and returns when it has connected.
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_loa-speaker"))
            .args(["run", "--until-stdin-closes", "--identity"])
            .arg(folder.join("identity.toml"))
            .arg("--data")
            .arg(folder.join("data"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready 1\n");
        Self { process, _stdin: stdin }
    }

    fn kill_hard(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn end(self) {
        let Self { mut process, _stdin } = self;
        drop(_stdin);
        assert!(process.wait().unwrap().success());
    }
}

async fn site() -> (Mosquitto, Controller, TempDir) {
    let broker = Mosquitto::start().unwrap();
    let controller = Controller::connect(broker.address(), "bao-nhai").await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("identity.toml"), controller.identity("bao-tan-1", broker.address()))
        .unwrap();
    (broker, controller, folder)
}

fn has_all(controller: &Controller, stages: &[Stage], job: firmware_proto::JobId) -> bool {
    stages.iter().all(|stage| controller.stages(job).contains(stage))
}

#[tokio::test]
async fn a_job_is_pulled_played_and_acknowledged() {
    let (_broker, mut controller, folder) = site().await;
    let wav = folder.path().join("heard");
    let device = Device::start(folder.path(), &["--sink", &format!("wav:{}", wav.display())]);
    let clip = controller.add(sound::tone(1_000, 0.5));
    let job = controller.announce(clip, 1);
    let all = [Stage::Received, Stage::Ready, Stage::Started, Stage::Finished];
    controller.until("finished", |c| has_all(c, &all, job)).await;
    assert_eq!(controller.stages(job), all);

    let finished = controller.acks.iter().flatten().find(|ack| ack.stage == Stage::Finished).unwrap();
    let evidence = finished.evidence.unwrap();
    assert_eq!((evidence.sound, evidence.played_ms, evidence.passes), (Sound::Heard, 1_000, 1));
    // Every clip is at -16 LUFS, which for a tone of one channel is -16 dBFS.
    assert!((-17..=-15).contains(&evidence.level_dbfs.unwrap()), "{evidence:?}");
    assert_eq!(evidence.amplifier_ma, None);
    assert!(finished.at.is_some(), "the time was asked for and told");
    let heard = hound::WavReader::open(wav.join(format!("{job}.wav"))).unwrap();
    assert_eq!(heard.duration(), 48_000);

    // The clip is there now: nothing is pulled, nothing but garbage is in the way.
    controller.forget();
    let job = controller.announce(clip, 2);
    controller.until("the second job has finished", |c| has_all(c, &all[1..], job)).await;
    assert_eq!(controller.stages(job), all[1..], "what is ready was received");
    assert!(controller.asked.is_empty());
    device.end();
}

#[tokio::test]
async fn a_job_that_can_play_at_once_is_acknowledged_in_one_message() {
    let (_broker, mut controller, folder) = site().await;
    let device = Device::start(folder.path(), &["--sink", "null"]);
    let clip = controller.add(sound::tone(60_000, 0.5));
    let first = controller.announce(clip, 1);
    controller.until("started", |c| has_all(c, &[Stage::Started], first)).await;
    controller.stop(first);
    controller.until("stopped", |c| has_all(c, &[Stage::Finished], first)).await;
    let last = controller.acks.iter().flatten().last().unwrap();
    assert_eq!(last.reason, Some(Reason::Stopped));
    assert!(last.evidence.unwrap().played_ms < 60_000);

    controller.forget();
    let second = controller.announce(clip, 2);
    controller.until("started again", |c| has_all(c, &[Stage::Started], second)).await;
    let stages: Vec<Stage> = controller.acks[0].iter().map(|ack| ack.stage).collect();
    assert_eq!(stages, [Stage::Started], "which says that it was received and ready");
    device.end();
}

#[tokio::test]
async fn an_interrupted_job_is_heard_whole() {
    let (_broker, mut controller, folder) = site().await;
    let wav = folder.path().join("heard");
    let device = Device::start(folder.path(), &["--sink", &format!("wav:{}", wav.display())]);
    let (long, short) = (sound::sweep(3_000), sound::tone(500, 0.5));
    let whole = sound::decoded(&long.bytes);
    let (long, short) = (controller.add(long), controller.add(short));
    let job = Job { interrupted: Interrupted::Resume, volume: 100, ..job_for_now(long, 1) };
    let alarm = Job { class: Class::Emergency, ..job_for_now(short, 2) };
    controller.announce_job(job.clone());
    controller.until("started", |c| has_all(c, &[Stage::Started], job.id)).await;
    controller.announce_job(alarm.clone());
    controller.until("all is over", |c| has_all(c, &[Stage::Finished], job.id)).await;
    let said = [Stage::Received, Stage::Ready, Stage::Started, Stage::Preempted, Stage::Finished];
    assert_eq!(controller.stages(job.id), said);
    assert!(has_all(&controller, &[Stage::Finished], alarm.id));
    let evidence = controller.acks.iter().flatten().last().unwrap().evidence.unwrap();
    assert_eq!((evidence.played_ms, evidence.passes), (3_000, 1));

    let heard = hound::WavReader::open(wav.join(format!("{}.wav", job.id))).unwrap();
    let heard: Vec<i16> = heard.into_samples().map(Result::unwrap).collect();
    // Less than a millisecond is heard twice, and the end is the end.
    assert!((0..48).contains(&(heard.len() - whole.len())), "{} {}", heard.len(), whole.len());
    let apart =
        heard.iter().rev().zip(whole.iter().rev()).take(2 * 48_000).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(apart < Some(600), "{apart:?}");
    device.end();
}

#[tokio::test]
async fn a_killed_download_goes_on_where_it_was() {
    const HELD: u32 = 20;
    let (_broker, mut controller, folder) = site().await;
    let device = Device::start(folder.path(), &[]);
    let clip = sound::tone(40_000, 0.5);
    assert!(clip.chunks() > 2 * HELD, "{} chunks", clip.chunks());
    let (chunks, clip) = (clip.chunks(), controller.add(clip));
    controller.serve_max = HELD;
    controller.agenda = Some(job_for_now(clip, 1));
    let job = controller.announce(clip, 1);
    controller.until("the served chunks were asked for", |c| c.served == HELD).await;
    let map = folder.path().join(format!("data/bao-tan-1/clips/{}.map", clip.id));
    let stored = |_: &Controller| fs::metadata(&map).is_ok_and(|map| map.len() == u64::from(HELD + 1) * 12);
    controller.until("the served chunks are stored", stored).await;
    device.kill_hard();

    controller.forget();
    controller.serve_max = u32::MAX;
    let device = Device::start(folder.path(), &[]);
    controller.until("started", |c| has_all(c, &[Stage::Started], job)).await;
    let expected: Vec<u32> = (HELD..chunks).collect();
    assert_eq!(controller.asked.iter().copied().collect::<Vec<_>>(), expected);

    // A job that had begun is not played again after a kill, and says so.
    device.kill_hard();
    controller.forget();
    let device = Device::start(folder.path(), &[]);
    controller.until("the broken job is reported", |c| has_all(c, &[Stage::Failed], job)).await;
    let last = controller.acks.iter().flatten().last().unwrap();
    assert_eq!((last.stage, last.reason), (Stage::Failed, Some(Reason::Restarted)));
    device.end();
}

#[tokio::test]
async fn a_chunk_that_cannot_be_stored_ends_the_job() {
    let (_broker, mut controller, folder) = site().await;
    let device = Device::start(folder.path(), &[]);
    let clip = controller.add(sound::tone(1_000, 0.5));
    // A folder stands where the clip would be written.
    let part = folder.path().join(format!("data/bao-tan-1/clips/{}.part", clip.id));
    fs::create_dir(&part).unwrap();
    let job = controller.announce(clip, 1);
    controller.until("failed", |c| has_all(c, &[Stage::Failed], job)).await;
    assert_eq!(controller.acks.iter().flatten().last().unwrap().reason, Some(Reason::ClipDamaged));

    // The device lives, and plays what it can.
    fs::remove_dir(&part).unwrap();
    let job = controller.announce(clip, 2);
    controller.until("started", |c| has_all(c, &[Stage::Started], job)).await;
    device.end();
}

#[test]
fn a_folder_in_use_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_broker, _controller, folder) = runtime.block_on(site());
    let device = Device::start(folder.path(), &[]);
    let second = Command::new(env!("CARGO_BIN_EXE_loa-speaker"))
        .args(["run", "--identity"])
        .arg(folder.path().join("identity.toml"))
        .arg("--data")
        .arg(folder.path().join("data"))
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another loa-speaker uses it"));
    device.end();
}

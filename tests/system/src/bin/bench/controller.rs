//! The controller: how quickly clusters start after the API was called, its start, its memory.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use system_tests::controller::{Controller, Follower};
use system_tests::fleet::Speakers;
use system_tests::mosquitto::Mosquitto;
use system_tests::raw::{Raw, Speech};
use system_tests::{binaries, site};
use tokio::task::JoinSet;

use crate::figure::{Figure, summary};

/// So many that their median stands: a single one takes from three quarters of it to twice as long, ours and raw
/// alike.
const ANNOUNCEMENTS: usize = 41;
/// As many as show the slowest in a hundred.
const EMERGENCIES: usize = 100;
const ASKERS: usize = 20;
const QUESTIONS: [&str; 4] =
    ["/v1/schedule/preview?days=30", "/v1/jobs", "/v1/health", "/v1/schedule/preview?days=7"];
const SEALED_RUNS: usize = 15;
const START_RUNS: usize = 7;
/// Rest before a trip, about as long as an announcement of the other rows lasts.
const PAUSE: Duration = Duration::from_secs(1);

/// From the API call to the last `started` ack on disk, the clip being on the clusters already.
pub(crate) async fn announce(name: &str, clusters: usize, target: f64) -> Result<Figure> {
    let mosquitto = Mosquitto::start()?;
    let mut raw = Raw::connect(mosquitto.address(), clusters, Speech::Plain).await?;
    let mut controller = Controller::init(&site::smart_as_shipped(clusters), Some(mosquitto.address()))?;
    controller.start().await?;
    let _fleet = Speakers::fleet(&controller, mosquitto.address(), &[]).await?;
    let clip = controller.add_clip(&short_clip()?).await?;
    let mut feed = controller.follow(None).await?;
    let (mut runs, mut raw_runs) = (Vec::new(), Vec::new());
    for run in 0..=ANNOUNCEMENTS {
        // The two follow each other at once, so that they meet the machine in the same mood.
        let raw = raw.trip().await?;
        let begun = Instant::now();
        let job = controller.announce(&clip, json!({})).await?;
        started_everywhere(&controller, &mut feed, &job, clusters).await?;
        // The first run brings the clip.
        if run > 0 {
            runs.push(begun.elapsed());
            raw_runs.push(raw);
        }
        controller.wait(&job, "ended").await?;
    }
    let (ours, least, most) = summary(&runs);
    let (peer, peer_least, peer_most) = summary(&raw_runs);
    let peer = (format!("raw publish to {clusters} clients and all ack"), peer);
    let note = format!("{least:.1}-{most:.1}, raw {peer_least:.1}-{peer_most:.1} ms");
    Ok(Figure::at_most_times(name, ours, "ms", (&peer.0, peer.1), target, note))
}

/// Hears of the clusters' acks as people do who watch an announcement, until all play.
async fn started_everywhere(
    controller: &Controller,
    feed: &mut Follower,
    job: &str,
    clusters: usize,
) -> Result<()> {
    let mut heard = BTreeSet::new();
    loop {
        let (_, event) = feed.next().await?.context("the feed has ended")?;
        let names = |field: &str| {
            let names = event[field].as_array().cloned().unwrap_or_default();
            names.into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        if event["kind"] != "acked" || !names("jobs").iter().any(|named| named == job) {
            continue;
        }
        heard.extend(names("clusters"));
        if heard.len() == clusters {
            let counts = &controller.get(&format!("/v1/jobs/{job}?deliveries=false")).await?["counts"];
            let count = |state: &str| counts[state].as_u64().unwrap_or(0);
            if count("playing") + count("played") == clusters as u64 {
                return Ok(());
            }
        }
    }
}

/// An emergency while many ask for previews and lists, against one while nobody asks: the slowest of a hundred.
pub(crate) async fn emergency_among_questions(name: &str) -> Result<Figure> {
    let mosquitto = Mosquitto::start()?;
    let mut controller = Controller::init(&site::smart_as_shipped(57), Some(mosquitto.address()))?;
    controller.start().await?;
    let _fleet = Speakers::fleet(&controller, mosquitto.address(), &[]).await?;
    let clip = controller.add_clip(&short_clip()?).await?;
    for hour in 6..18 {
        let cron = format!("*/20 {hour} * * *");
        controller.announce(&clip, json!({"cron": cron, "name": format!("gio-{hour}")})).await?;
    }
    let controller = Arc::new(controller);
    let mut feed = controller.follow(None).await?;
    emergencies(&controller, &mut feed, &clip, 1).await?;
    let idle = emergencies(&controller, &mut feed, &clip, EMERGENCIES).await?;
    let mut asking = JoinSet::new();
    for asker in 0..ASKERS {
        let controller = Arc::clone(&controller);
        asking.spawn(async move {
            let mut answers = 0;
            while controller.weigh(QUESTIONS[asker % QUESTIONS.len()]).await.is_ok() {
                answers += 1;
            }
            answers
        });
    }
    let busy = emergencies(&controller, &mut feed, &clip, EMERGENCIES).await?;
    ensure!(asking.try_join_next().is_none(), "a question was not answered");
    asking.abort_all();
    let (slowest, quickest) = (p99(&busy), p99(&idle));
    let note = format!("medians {:.1} and {:.1} ms", summary(&busy).0, summary(&idle).0);
    Ok(Figure::at_most_times(name, slowest, "ms", ("the same while nobody asks", quickest), 1.5, note))
}

/// From the call to the last `started` on disk, each.
async fn emergencies(
    controller: &Controller,
    feed: &mut Follower,
    clip: &str,
    count: usize,
) -> Result<Vec<Duration>> {
    let mut runs = Vec::new();
    for _ in 0..count {
        let begun = Instant::now();
        let job = controller.announce(clip, json!({"class": "emergency"})).await?;
        started_everywhere(controller, feed, &job, 57).await?;
        runs.push(begun.elapsed());
        controller.wait_counts(&job, "ended").await?;
    }
    Ok(runs)
}

fn p99(runs: &[Duration]) -> f64 {
    let mut ms: Vec<f64> = runs.iter().map(|run| run.as_secs_f64() * 1e3).collect();
    ms.sort_by(f64::total_cmp);
    ms[(ms.len() * 99).div_ceil(100) - 1]
}

/// What signatures alone cost: the raw trip with every message signed and checked, against the same without.
pub(crate) async fn sealed(name: &str, clients: usize) -> Result<Figure> {
    let mosquitto = Mosquitto::start()?;
    let mut plain = Raw::connect(mosquitto.address(), clients, Speech::Plain).await?;
    let mut sealed = Raw::connect(mosquitto.address(), clients, Speech::Sealed).await?;
    let (mut plain_runs, mut sealed_runs) = (Vec::new(), Vec::new());
    for _ in 0..SEALED_RUNS {
        tokio::time::sleep(PAUSE).await;
        plain_runs.push(plain.trip().await?);
        tokio::time::sleep(PAUSE).await;
        sealed_runs.push(sealed.trip().await?);
    }
    let (ours, least, most) = summary(&sealed_runs);
    let (peer, peer_least, peer_most) = summary(&plain_runs);
    let note =
        format!("{least:.1}-{most:.1}, raw {peer_least:.1}-{peer_most:.1} ms; the floor of the row above");
    Ok(Figure::beside(
        name,
        ours,
        "ms",
        (&format!("raw publish to {clients} clients and all ack"), peer),
        note,
    ))
}

/// A second of a tone: long enough to play, short enough for many runs.
fn short_clip() -> Result<PathBuf> {
    let path = binaries::repository("target/bench-tone.wav");
    // Where cargo builds elsewhere, nobody has made it.
    fs::create_dir_all(binaries::repository("target"))?;
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", "sine=frequency=440:duration=1"])
        .arg(&path)
        .status()
        .context("ffmpeg: run `make deps-test`")?;
    anyhow::ensure!(made.success(), "ffmpeg failed");
    Ok(path)
}

/// From starting the process to the first answer of its API.
pub(crate) async fn start(name: &str) -> Result<Figure> {
    let bao_nhai = binaries::repository("schedules/examples/bao-nhai.toml");
    let mut controller = Controller::init(&fs::read_to_string(bao_nhai)?, None)?;
    let mut runs = Vec::new();
    for _ in 0..START_RUNS {
        let begun = Instant::now();
        controller.spawn()?;
        controller.accepting().await?;
        runs.push(begun.elapsed());
        controller.kill()?;
    }
    let (ours, least, most) = summary(&runs);
    Ok(Figure::at_most(name, ours, "ms", 300.0, format!("{least:.0}-{most:.0} ms")))
}

/// Resident memory of the controller while all 57 clusters are connected to its own broker and play.
pub(crate) async fn memory(name: &str) -> Result<Figure> {
    let mut controller = Controller::init(&site::smart_as_shipped(57), None)?;
    controller.start().await?;
    let _fleet = Speakers::fleet(&controller, controller.broker().await?, &[]).await?;
    let clip = controller.add_clip(&Controller::sample()).await?;
    let job = controller.announce(&clip, json!({})).await?;
    controller.wait(&job, "ended").await?;
    let (now, peak) = (controller.memory_mb("VmRSS")?, controller.memory_mb("VmHWM")?);
    Ok(Figure::at_most(name, now, "MB", 60.0, format!("peak {peak:.0} MB, a clip prepared")))
}

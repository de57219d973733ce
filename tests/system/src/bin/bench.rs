//! The benchmark: a table on the terminal, and the same figures in `target/bench.json`.
//!
//! Every figure is measured over several runs on this machine, and what it is compared with is measured
//! in the same run. A figure that misses its target is shown as it is; the exit code stays 0, for a
//! figure is not a test.

use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;
use system_tests::mosquitto::Mosquitto;
use system_tests::{binaries, raw, site};

const RUNS: usize = 15;
const START_RUNS: usize = 7;

/// One figure.
#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    ours: f64,
    unit: &'static str,
    peer: Option<String>,
    peer_value: Option<f64>,
    ratio: Option<f64>,
    target: String,
    ok: bool,
    note: String,
}

fn main() -> ExitCode {
    let measured = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime")
        .and_then(|runtime| runtime.block_on(measure()));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<()> {
    let figures = [announce(57, 3.0).await?, announce(1_000, 2.0).await?, start().await?, memory().await?];
    figures.iter().for_each(show);
    let path = binaries::repository("target/bench.json");
    fs::write(&path, serde_json::to_vec_pretty(&figures)?).with_context(|| path.display().to_string())
}

fn show(figure: &Figure) {
    let against = figure.peer_value.zip(figure.ratio);
    let against = against.map_or(String::new(), |(peer, ratio)| format!("{ratio:.2}x of {peer:.2}"));
    let verdict = if figure.ok { "ok" } else { "MISSED" };
    println!(
        "{:42} {:>9.2} {:4} {:>18}  {:16} {:7} {}",
        figure.name, figure.ours, figure.unit, against, figure.target, verdict, figure.note
    );
}

/// Median, minimum and maximum, in milliseconds.
fn summary(runs: &[Duration]) -> (f64, f64, f64) {
    let mut ms: Vec<f64> = runs.iter().map(|run| run.as_secs_f64() * 1e3).collect();
    ms.sort_by(f64::total_cmp);
    (ms[ms.len() / 2], ms[0], ms[ms.len() - 1])
}

/// From the API call to the last `started` ack on disk, the clip being on the clusters already.
async fn announce(clusters: usize, target: f64) -> Result<Figure> {
    let mosquitto = Mosquitto::start()?;
    let raw = raw::round_trip(mosquitto.address(), clusters, RUNS).await?;
    let mut controller = Controller::init(&site::smart_as_shipped(clusters), Some(mosquitto.address()))?;
    controller.start().await?;
    let _fleet = Speakers::fleet(&controller, mosquitto.address(), &[]).await?;
    let clip = controller.add_clip(&short_clip()?).await?;
    let mut runs = Vec::new();
    for run in 0..=RUNS {
        let begun = Instant::now();
        let job = controller.announce(&clip, json!({})).await?;
        let started = controller.wait(&job, "started").await?;
        // The first run brings the clip.
        if run > 0 {
            runs.push(begun.elapsed());
        }
        let count = |state: &str| started["counts"][state].as_u64().unwrap_or(0);
        anyhow::ensure!(
            count("playing") + count("played") == clusters as u64,
            "not all play: {}",
            started["counts"]
        );
        controller.wait(&job, "ended").await?;
    }
    let (ours, least, most) = summary(&runs);
    let (peer, peer_least, peer_most) = summary(&raw);
    Ok(Figure {
        name: format!("announce to {clusters}, last started journaled"),
        ours,
        unit: "ms",
        peer: Some(format!("raw publish to {clusters} clients and all ack")),
        peer_value: Some(peer),
        ratio: Some(ours / peer),
        target: format!("<= {target}x raw"),
        ok: ours <= peer * target,
        note: format!("{least:.1}-{most:.1}, raw {peer_least:.1}-{peer_most:.1} ms"),
    })
}

/// A second of a tone: long enough to play, short enough for many runs.
fn short_clip() -> Result<std::path::PathBuf> {
    let path = binaries::repository("target/bench-tone.wav");
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", "sine=frequency=440:duration=1"])
        .arg(&path)
        .status()
        .context("ffmpeg: run `make deps-test`")?;
    anyhow::ensure!(made.success(), "ffmpeg failed");
    Ok(path)
}

/// From starting the process to the first answer of its API.
async fn start() -> Result<Figure> {
    let mut controller = Controller::init(&fs::read_to_string(bao_nhai())?, None)?;
    let mut runs = Vec::new();
    for _ in 0..START_RUNS {
        let begun = Instant::now();
        controller.spawn()?;
        controller.accepting().await?;
        runs.push(begun.elapsed());
        controller.kill()?;
    }
    let (ours, least, most) = summary(&runs);
    Ok(absolute("loa serve, start to accepting", ours, "ms", 300.0, format!("{least:.0}-{most:.0} ms")))
}

/// Resident memory of the controller while all 57 clusters are connected to its own broker and play.
async fn memory() -> Result<Figure> {
    let mut controller = Controller::init(&site::smart_as_shipped(57), None)?;
    controller.start().await?;
    let _fleet = Speakers::fleet(&controller, controller.broker().await?, &[]).await?;
    let clip = controller.add_clip(&Controller::sample()).await?;
    let job = controller.announce(&clip, json!({})).await?;
    controller.wait(&job, "ended").await?;
    let pid = controller.pid().context("no controller runs")?;
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = |key: &str| -> Result<f64> {
        let line = status.lines().find(|line| line.starts_with(key)).context("no such line")?;
        Ok(line.split_whitespace().nth(1).context("no number")?.parse::<f64>()?)
    };
    let (now, peak) = (kib("VmRSS:")? / 1024.0, kib("VmHWM:")? / 1024.0);
    Ok(absolute(
        "resident memory, 57 clusters, own broker",
        now,
        "MB",
        60.0,
        format!("peak {peak:.0} MB, a clip prepared"),
    ))
}

fn absolute(name: &str, ours: f64, unit: &'static str, most: f64, note: String) -> Figure {
    Figure {
        name: name.into(),
        ours,
        unit,
        peer: None,
        peer_value: None,
        ratio: None,
        target: format!("<= {most} {unit}"),
        ok: ours <= most,
        note,
    }
}

fn bao_nhai() -> std::path::PathBuf {
    binaries::repository("schedules/examples/bao-nhai.toml")
}

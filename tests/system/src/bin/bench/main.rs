//! The benchmark: a table on the terminal, and the same figures in `target/bench.json`.
//!
//! Every figure is measured over several runs on this machine, and what it is compared with is measured
//! in the same run. A figure that misses its target is shown as it is; the exit code stays 0, for a
//! figure is not a test. Words given to the program choose the rows whose names contain one of them
//! (`make bench ROWS="announce memory"`); then the file is left alone.

mod controller;
mod figure;
mod journal;
mod schedule;
mod sound;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use system_tests::binaries;

use figure::Figure;

/// The rows of the table, in its order.
const ROWS: [&str; 21] = [
    "announce to 57, last started journaled",
    "raw trip to 57, signed and checked",
    "announce to 1000, last started journaled",
    "raw trip to 1000, signed and checked",
    "emergency to 57 while 20 ask, slowest in 100",
    "loa serve, start to accepting",
    "resident memory, 57 clusters, own broker",
    "loa serve, start with a year behind it",
    "loa serve, peak memory of that start",
    "replay of 1,000,000 entries, each",
    "bytes in the journal, announcement to 57",
    "prepare 8 min of MP3: CPU, against loudnorm",
    "prepare 8 min of MP3: CPU, against no filter",
    "prepare 8 min of MP3: time, against loudnorm",
    "prepare 8 min of MP3: memory",
    "prepare 3 h of MP3: memory above that",
    "10,000 programmes: next due after a change",
    "10,000 programmes: one of them changed",
    "1,000 programmes: a year of occurrences",
    "1,000 cron rules: a year, against cron",
    "preview of a week, 57 clusters",
];

fn main() -> ExitCode {
    let measured = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime")
        .and_then(|runtime| runtime.block_on(measure_all(&std::env::args().skip(1).collect::<Vec<_>>())));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure_all(words: &[String]) -> Result<()> {
    let mut figures = Vec::new();
    let chosen = |row: &&str| words.is_empty() || words.iter().any(|word| row.contains(word));
    for row in ROWS.into_iter().filter(chosen) {
        let figure = measure(row).await.context(row)?;
        figure.show();
        figures.push(figure);
    }
    if words.is_empty() {
        let path = binaries::repository("target/bench.json");
        fs::write(&path, serde_json::to_vec_pretty(&figures)?).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

async fn measure(row: &str) -> Result<Figure> {
    match row {
        "announce to 57, last started journaled" => controller::announce(row, 57, 3.0).await,
        "raw trip to 57, signed and checked" => controller::sealed(row, 57).await,
        "raw trip to 1000, signed and checked" => controller::sealed(row, 1_000).await,
        "announce to 1000, last started journaled" => controller::announce(row, 1_000, 2.0).await,
        "emergency to 57 while 20 ask, slowest in 100" => controller::emergency_among_questions(row).await,
        "loa serve, start to accepting" => controller::start(row).await,
        "resident memory, 57 clusters, own broker" => controller::memory(row).await,
        "loa serve, start with a year behind it" => journal::start_after_a_year(row).await,
        "loa serve, peak memory of that start" => journal::memory_after_a_year(row).await,
        "replay of 1,000,000 entries, each" => journal::replay(row).await,
        "bytes in the journal, announcement to 57" => journal::bytes_of_an_announcement(row).await,
        "prepare 8 min of MP3: CPU, against loudnorm" => sound::prepare(row, true, false, 0.45),
        "prepare 8 min of MP3: CPU, against no filter" => sound::prepare(row, false, false, 1.2),
        "prepare 8 min of MP3: time, against loudnorm" => sound::prepare(row, true, true, 0.25),
        "prepare 8 min of MP3: memory" => sound::memory(row),
        "prepare 3 h of MP3: memory above that" => sound::memory_of_three_hours(row),
        "10,000 programmes: next due after a change" => schedule::next_due(row),
        "10,000 programmes: one of them changed" => schedule::change(row),
        "1,000 programmes: a year of occurrences" => schedule::year(row),
        "1,000 cron rules: a year, against cron" => schedule::year_of_cron(row),
        "preview of a week, 57 clusters" => schedule::preview(row),
        other => anyhow::bail!("no row is called {other}"),
    }
}

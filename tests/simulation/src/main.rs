//! Runs worlds by their seeds: `simulation --seed 123 --trace`, `simulation --seeds 0..1000`. A failure does not end
//! the run; at its end stand the seeds that failed, and how often each rare branch was reached.

use std::ops::Range;
use std::panic::catch_unwind;
use std::process::ExitCode;

use simulation::{Mark, Marks, run_seed};

const USAGE: &str = "usage: simulation --seed N [--trace] | --seeds FROM..TO";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tracing = arguments.iter().any(|argument| argument == "--trace");
    let Some(seeds) = seeds(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (marks, mut failed) = (Marks::default(), Vec::new());
    for seed in seeds {
        match catch_unwind(|| run_seed(seed, tracing)) {
            Ok(reached) => marks.add(&reached),
            Err(_) => failed.push(seed),
        }
    }
    for mark in Mark::ALL {
        println!("{:>9} {mark:?}", marks.count(mark));
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("failed: {failed:?}");
    ExitCode::FAILURE
}

fn seeds(arguments: &[String]) -> Option<Range<u64>> {
    let after = |name: &str| arguments.iter().skip_while(|a| *a != name).nth(1);
    if let Some(seed) = after("--seed") {
        let seed = seed.parse().ok()?;
        return Some(seed..seed + 1);
    }
    let (from, to) = after("--seeds")?.split_once("..")?;
    Some(from.parse().ok()?..to.parse().ok()?)
}

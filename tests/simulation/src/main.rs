//! Runs worlds by their seeds: `simulation --seed 123 --trace`, `simulation --seeds 0..1000`.

use std::ops::Range;
use std::process::ExitCode;

const USAGE: &str = "usage: simulation --seed N [--trace] | --seeds FROM..TO";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tracing = arguments.iter().any(|argument| argument == "--trace");
    let Some(seeds) = seeds(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let failed: Vec<u64> = seeds.filter(|&seed| !holds(seed, tracing)).collect();
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("failed: {failed:?}");
    ExitCode::FAILURE
}

fn holds(seed: u64, tracing: bool) -> bool {
    std::panic::catch_unwind(|| simulation::run_seed(seed, tracing)).is_ok()
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

//! Worlds drawn from seeds. `LOA_SIM_SEEDS=0..100000` hunts for longer.

use std::ops::Range;

use simulation::run_seed;

/// The seeds of every run, in parts, so that they run side by side.
const SEEDS: u64 = 800;
const PARTS: u64 = 8;

fn part(index: u64) {
    let Range { start, end } = seeds();
    let length = (end - start).div_ceil(PARTS);
    let from = start + index * length;
    (from..end.min(from + length)).for_each(|seed| run_seed(seed, false));
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("LOA_SIM_SEEDS") else { return 0..SEEDS };
    let parsed = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.unwrap_or_else(|| panic!("LOA_SIM_SEEDS is FROM..TO, not {text}"))
}

macro_rules! parts {
    ($($name:ident = $index:literal),+) => { $(#[test] fn $name() { part($index); })+ };
}

parts!(part_0 = 0, part_1 = 1, part_2 = 2, part_3 = 3, part_4 = 4, part_5 = 5, part_6 = 6, part_7 = 7);

//! One sound file to one clip: `cargo run --release -p audio --example prepare -- IN OUT.opus [BITRATE_BPS]`.
//!
//! Prints what was found and made; the benchmark weighs this program as a whole.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use audio::{PrepareOptions, prepare};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [source, destination, bitrate @ ..] = &words[..] else {
        return Err("prepare IN OUT.opus [BITRATE_BPS]".into());
    };
    let mut options = PrepareOptions::default();
    if let Some(bitrate) = bitrate.first() {
        options.bitrate_bps = bitrate.parse()?;
    }
    let mut out = BufWriter::new(File::create(destination)?);
    let prepared = prepare(Path::new(source), &mut out, &options)?;
    println!("{prepared:#?}");
    Ok(())
}

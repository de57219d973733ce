//! The way in: one sound file to one clip.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use firmware_proto::ClipId;

use crate::encode::ClipEncoder;
use crate::error::PrepareError;
use crate::signal::{self, Pass};

/// Shortest sound that is taken, in milliseconds: less is a slip of the finger.
const DURATION_MS_MIN: u64 = 200;

/// How to prepare a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrepareOptions {
    /// Bit/s of the clip, limited to what Opus can do with one channel (6,000 to 256,000).
    pub bitrate_bps: u32,
    /// Longest sound that is taken.
    pub max_duration: Duration,
}

impl Default for PrepareOptions {
    /// 24 kbit/s, three hours.
    fn default() -> Self {
        Self { bitrate_bps: 24_000, max_duration: Duration::from_secs(3 * 3600) }
    }
}

/// A clip that has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// SHA-256 of the Ogg Opus file.
    pub clip: ClipId,
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// Length of the sound in milliseconds, rounded down.
    pub duration_ms: u64,
    /// What was not quite right with the source, though a clip was made.
    pub warnings: Vec<Warning>,
}

/// Something in the source that staff may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A small part could not be decoded and was left out.
    Skipped {
        /// How much, in milliseconds.
        skipped_ms: u64,
    },
}

impl Warning {
    /// A stable name of the case, the key under which translations are kept.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Skipped { .. } => "audio-skipped",
        }
    }
}

/// Makes a clip from the sound file at `source` and writes it to `destination`: mono Ogg Opus at 48 kHz
/// (RFC 7845), deterministic in the file and the options.
///
/// Reads the file in pieces; memory does not grow with its length. Takes long enough to belong on a thread
/// that may block. When it fails, `destination` has received part of a clip, which the caller throws away.
///
/// Decoders run behind `catch_unwind`: a panic of theirs on a malformed file becomes
/// [`PrepareError::Damaged`]. The process's panic hook still sees it, and the default one prints a line on
/// stderr; with `panic = "abort"` this protection would be gone.
///
/// # Errors
/// [`PrepareError`], one case for each thing that can be wrong with the file.
pub fn prepare(
    source: &Path,
    destination: &mut impl Write,
    options: &PrepareOptions,
) -> Result<Prepared, PrepareError> {
    let mut pass = Pass::open(source, options.max_duration)?;
    let mut encoder = ClipEncoder::new(destination, options.bitrate_bps)?;
    let mut signal = Vec::new();
    while pass.next(&mut signal)? {
        encoder.push(&signal)?;
    }
    let signal::Summary { duration_ms, skipped_ms } = pass.summary();
    match (duration_ms < DURATION_MS_MIN, skipped_ms) {
        (true, 0) => return Err(PrepareError::TooShort { duration_ms }),
        (true, _) => return Err(PrepareError::Damaged { readable_ms: duration_ms }),
        (false, _) => {}
    }
    let mut prepared = encoder.finish()?;
    if skipped_ms > 0 {
        prepared.warnings.push(Warning::Skipped { skipped_ms });
    }
    Ok(prepared)
}

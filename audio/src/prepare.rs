//! The way in: one sound file to one clip, in two passes.
//!
//! The first pass measures (`level`), then it is decided what to do (`plan`), and the second pass does it
//! (`encode`). Nothing of the sound itself is kept in between.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use firmware_proto::ClipId;
use serde::{Deserialize, Serialize};

use crate::SAMPLE_RATE_HZ;
use crate::encode::{EncodeOptions, EncodedClip, SEGMENT, encode};
use crate::error::PrepareError;
use crate::level::{BLOCK_MS, BlockLevel, Meter};
use crate::mix::{Mix, Tally};
use crate::plan::Plan;
use crate::signal::{Pass, PassOptions, Summary};
use crate::sounds::Sound;

/// Shortest sound that is taken, in milliseconds: less is a slip of the finger.
const DURATION_MS_MIN: u64 = 200;
/// A recording softer than this is told about, in LUFS: what is so soft is mostly noise.
const QUIET_LUFS: f64 = -40.0;
/// A recording that was cut off at the top more often than this is told about.
const CLIPPED_SHARE: f64 = 0.001;
/// Room for the levels of so much sound is taken beforehand.
const LEVELS_RESERVED: Duration = Duration::from_secs(12 * 3600);
/// Length of the waveform that is kept with a clip.
const WAVEFORM_POINTS: usize = 240;

/// How to prepare a clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrepareOptions {
    /// Bit/s of the clip, limited to what Opus can do with one channel (6,000 to 256,000).
    pub bitrate_bps: u32,
    /// Longest sound that is taken.
    pub max_duration: Duration,
    /// Integrated loudness of the clip, in LUFS (EBU R 128).
    pub loudness_lufs: f64,
    /// Voice or music; measured if absent.
    pub character: Option<Character>,
    /// Take what can be read of a damaged file.
    pub allow_partial: bool,
    /// How many threads encode; 0 for one on each core. The clip is the same.
    pub threads: usize,
}

impl Default for PrepareOptions {
    /// 24 kbit/s, three hours, -16 LUFS, nothing of a damaged file.
    fn default() -> Self {
        Self {
            bitrate_bps: 24_000,
            max_duration: Duration::from_secs(3 * 3600),
            loudness_lufs: -16.0,
            character: None,
            allow_partial: false,
            threads: 0,
        }
    }
}

/// What a sound is like: how the codec is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// Somebody speaks.
    Voice,
    /// Anything else.
    Music,
}

/// How loud a sound is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Integrated loudness in LUFS (EBU R 128); `None` for silence.
    pub loudness_lufs: Option<f64>,
    /// True peak in dBTP (ITU-R BS.1770-5); `None` for digital silence.
    pub true_peak_dbtp: Option<f64>,
}

/// A clip that has been written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// SHA-256 of the Ogg Opus file.
    pub clip: ClipId,
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// Length of the sound in milliseconds, rounded down.
    pub duration_ms: u64,
    /// Voice or music.
    pub character: Character,
    /// By how many decibels the sound was made louder.
    pub gain_db: f64,
    /// The source, mixed to one channel.
    pub source: Level,
    /// The clip as it decodes.
    pub result: Level,
    /// Peaks of up to 240 parts of the clip of the same length, of 255 at full scale.
    pub waveform: Vec<u8>,
    /// What was not quite right with the source, though a clip was made.
    pub warnings: Vec<Warning>,
}

/// Something in the source that staff may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code")]
pub enum Warning {
    /// A small part could not be decoded and was left out.
    #[serde(rename = "audio-skipped")]
    Skipped {
        /// How much, in milliseconds.
        skipped_ms: u64,
    },
    /// The file is damaged, and the clip holds what could be read of it.
    #[serde(rename = "audio-partial")]
    Partial {
        /// How much that is, in milliseconds.
        readable_ms: u64,
    },
    /// Silence at the ends was cut off.
    #[serde(rename = "audio-trimmed")]
    Trimmed {
        /// How much at the start, in milliseconds.
        start_ms: u64,
        /// How much at the end, in milliseconds.
        end_ms: u64,
    },
    /// The recording is so soft that its noise may be heard now.
    #[serde(rename = "audio-quiet")]
    Quiet {
        /// Its loudness, in LUFS.
        loudness_lufs: f64,
    },
    /// The recording was too loud for its recorder, and sounds rough.
    #[serde(rename = "audio-clipped")]
    Clipped {
        /// Share of the samples at the end of the scale, in percent.
        share_percent: f64,
    },
    /// The channels cancel each other; one of them was taken.
    #[serde(rename = "audio-out-of-phase")]
    OutOfPhase,
}

impl Warning {
    /// A stable name of the case, the key under which translations are kept.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Skipped { .. } => "audio-skipped",
            Self::Partial { .. } => "audio-partial",
            Self::Trimmed { .. } => "audio-trimmed",
            Self::Quiet { .. } => "audio-quiet",
            Self::Clipped { .. } => "audio-clipped",
            Self::OutOfPhase => "audio-out-of-phase",
        }
    }
}

/// Makes a clip from the sound file at `source` and writes it to `destination`: mono Ogg Opus at 48 kHz
/// (RFC 7845) of the loudness asked for, with a true peak of at most -1 dBTP, deterministic in the file and the
/// options (but for `threads`, which changes nothing).
///
/// Reads the file twice, in pieces; of an hour of sound it keeps 3 MB of levels. Takes long enough to belong
/// on a thread that may block. When it fails, `destination` has received part of a clip, which the caller throws
/// away.
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
    let PrepareOptions { max_duration, allow_partial, .. } = *options;
    let mut pass = PassOptions { max_duration, allow_partial, mix: Mix::Average };
    let mut measured = measure(source, pass)?;
    let mut warnings = Vec::new();
    if let Some(channel) = measured.instead_of_average {
        pass.mix = Mix::Channel(channel);
        measured = measure(source, pass)?;
        warnings.push(Warning::OutOfPhase);
    }
    let plan = Plan::new(&measured.levels, measured.samples, options.loudness_lufs, options.character)?;
    warnings.extend(measured.warnings());
    warnings.extend(plan_warnings(&plan));
    drop(measured);

    let mut pass = Pass::open(source, pass)?;
    let prepared = level_and_encode(&plan, |piece| pass.next(piece), destination, options)?;
    Ok(Prepared { warnings, ..prepared })
}

/// Makes a clip of a sound of our own.
///
/// # Errors
/// [`PrepareError::Write`] and [`PrepareError::Process`].
pub fn synthesise(
    sound: Sound,
    destination: &mut impl Write,
    options: &PrepareOptions,
) -> Result<Prepared, PrepareError> {
    let signal = sound.signal();
    let (mut meter, mut levels) = (Meter::new()?, Vec::new());
    meter.push(&signal, &mut levels)?;
    meter.finish(&mut levels)?;
    let character = options.character.or(Some(Character::Music));
    let plan = Plan::new(&levels, signal.len() as u64, options.loudness_lufs, character)?;
    let mut pieces = signal.chunks(SAMPLE_RATE_HZ as usize);
    let next = |piece: &mut Vec<f32>| {
        piece.clear();
        piece.extend(pieces.next().unwrap_or_default());
        Ok(!piece.is_empty())
    };
    level_and_encode(&plan, next, destination, options)
}

/// Pass two: what `next` gives, as the plan wants it. There are no warnings in what it returns.
fn level_and_encode(
    plan: &Plan,
    mut next: impl FnMut(&mut Vec<f32>) -> Result<bool, PrepareError>,
    destination: &mut impl Write,
    options: &PrepareOptions,
) -> Result<Prepared, PrepareError> {
    let mut at = 0;
    let signal = |piece: &mut Vec<f32>| {
        while next(piece)? {
            let (from, to) = (at, at + piece.len() as u64);
            at = to;
            let within = |sample: u64| (sample.clamp(from, to) - from) as usize;
            piece.truncate(within(plan.end));
            piece.drain(..within(plan.start).min(piece.len()));
            if !piece.is_empty() {
                plan.apply(from.max(plan.start), piece);
                return Ok(true);
            }
        }
        Ok(false)
    };
    let encoding = EncodeOptions {
        bitrate_bps: options.bitrate_bps,
        character: plan.character,
        threads: options.threads,
        segment: SEGMENT,
    };
    let EncodedClip { clip, size_bytes, samples, levels } = encode(signal, destination, encoding)?;
    // A cast from float to integer stops at 255.
    let waveform = levels.waveform(WAVEFORM_POINTS).map(|amplitude| (amplitude * 255.0).round() as u8);
    Ok(Prepared {
        clip,
        size_bytes,
        duration_ms: crate::frames_to_ms(samples, SAMPLE_RATE_HZ),
        character: plan.character,
        gain_db: plan.gain_db,
        source: plan.source,
        result: Level { loudness_lufs: levels.integrated(), true_peak_dbtp: levels.true_peak() },
        waveform: waveform.collect(),
        warnings: Vec::new(),
    })
}

/// What pass one has found.
struct Measured {
    levels: Vec<BlockLevel>,
    samples: u64,
    summary: Summary,
    instead_of_average: Option<usize>,
    clipped_share: f64,
}

fn measure(source: &Path, options: PassOptions) -> Result<Measured, PrepareError> {
    let mut pass = Pass::open_first(source, options)?;
    // All that may come, at once: memory that is not written to costs nothing, and growing would copy.
    let blocks_max = options.max_duration.min(LEVELS_RESERVED).as_millis() as usize / BLOCK_MS;
    let (mut meter, mut levels) = (Meter::new()?, Vec::with_capacity(blocks_max));
    let (mut samples, mut piece) = (0, Vec::new());
    while pass.next(&mut piece)? {
        samples += piece.len() as u64;
        meter.push(&piece, &mut levels)?;
    }
    meter.finish(&mut levels)?;
    let summary = pass.summary();
    if summary.duration_ms < DURATION_MS_MIN {
        return Err(match summary {
            Summary { duration_ms, skipped_ms: 0, damaged: false } => PrepareError::TooShort { duration_ms },
            Summary { duration_ms, .. } => PrepareError::Damaged { readable_ms: duration_ms },
        });
    }
    let instead_of_average = match options.mix {
        Mix::Average => pass.tally().and_then(Tally::instead_of_average),
        Mix::Channel(_) => None,
    };
    let clipped_share = pass.tally().map_or(0.0, Tally::clipped_share);
    Ok(Measured { levels, samples, summary, instead_of_average, clipped_share })
}

impl Measured {
    fn warnings(&self) -> impl Iterator<Item = Warning> {
        let Summary { duration_ms, skipped_ms, damaged } = self.summary;
        let partial = damaged.then_some(Warning::Partial { readable_ms: duration_ms });
        let skipped = (skipped_ms > 0).then_some(Warning::Skipped { skipped_ms });
        let share_percent = (self.clipped_share * 1000.0).round() / 10.0;
        let clipped = (self.clipped_share > CLIPPED_SHARE).then_some(Warning::Clipped { share_percent });
        [partial, skipped, clipped].into_iter().flatten()
    }
}

fn plan_warnings(plan: &Plan) -> impl Iterator<Item = Warning> {
    let (start_ms, end_ms) = plan.trimmed_ms;
    let trimmed = (start_ms + end_ms > 0).then_some(Warning::Trimmed { start_ms, end_ms });
    let quiet = plan.source.loudness_lufs.filter(|loudness| *loudness < QUIET_LUFS);
    let quiet = quiet.map(|loudness_lufs| Warning::Quiet { loudness_lufs });
    trimmed.into_iter().chain(quiet)
}

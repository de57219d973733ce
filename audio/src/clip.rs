//! What is known of a clip and of the sound that it was made of.

use firmware_proto::ClipId;
use serde::{Deserialize, Serialize};

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

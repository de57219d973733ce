//! The clip library.

use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::words::words;

/// A clip in the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// SHA-256 of the Ogg Opus file, hexadecimal.
    pub id: String,
    /// For people; also a name by which it can be asked for.
    pub title: String,
    /// Titles under which the same sound was added before; they name it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_titles: Vec<String>,
    /// Where it comes from.
    pub origin: ClipOrigin,
    /// When it was made, or got its title, UTC milliseconds.
    pub added_at: u64,
    /// Size of the Ogg Opus file.
    pub size_bytes: u64,
    /// How long it sounds.
    pub duration_ms: u64,
    /// Mean bit rate of the file, the container included.
    pub bitrate_bps: u64,
    /// How it was coded.
    pub character: ClipCharacter,
    /// By how many decibels it was made louder.
    pub gain_db: f64,
    /// The recording that it was made from.
    pub before: Level,
    /// The clip itself.
    pub after: Level,
    /// Peaks of parts of the same length, of 255 at full scale.
    pub waveform: Vec<u8>,
    /// What should be known before it is played.
    #[serde(default)]
    pub warnings: Vec<Text>,
    /// Is the recording kept, so that a damaged clip can be made again?
    pub source_kept: bool,
    /// Programmes, and jobs that are not over, by their ids.
    #[serde(default)]
    pub used_by: Vec<String>,
    /// Programmes that play another clip of the same title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older_used_by: Vec<String>,
    /// What was found when the clip was read whole; only where one clip is shown.
    #[serde(default)]
    pub condition: Option<Condition>,
}

/// Where a clip comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClipOrigin {
    /// A sound file.
    File,
    /// A text that was read aloud.
    Speech,
    /// A sound of Loa's own.
    BuiltIn,
}

words! {
    /// What a sound is like.
    ClipCharacter {
        /// Somebody speaks.
        Voice = "voice",
        /// Anything else.
        Music = "music",
    }
}

/// How loud a sound is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Integrated loudness (EBU R 128); `null` for silence.
    pub loudness_lufs: Option<f64>,
    /// True peak (ITU-R BS.1770).
    pub true_peak_dbtp: Option<f64>,
}

/// Whether a clip's file is what its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The file is what its name says.
    Intact,
    /// It was damaged, and has been made again from the recording.
    Repaired,
    /// It is damaged, and could not be made again.
    Damaged,
}

/// Asks for a text to be read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speak {
    /// What is to be read aloud, at most 20,000 characters.
    pub text: String,
    /// Language code of the speech program.
    pub lang: String,
    /// For people; absent: the beginning of the text.
    #[serde(default)]
    pub title: Option<String>,
}

/// Programmes play a clip in place of others of the same title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipReplaced {
    /// The clip that plays now.
    pub id: String,
    /// The title that programmes name.
    pub title: String,
    /// Ids of the programmes that are other ones now.
    pub programmes: Vec<String>,
}

/// A title is no clip's any more; with the last one, the clip has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipRemoved {
    /// The clip's id.
    pub id: String,
    /// The title that it had.
    pub title: String,
    /// Was it the last one?
    pub gone: bool,
}

//! Clips of the site's library: what they are, how staff call them, and how they came to be.
//!
//! Their bytes are the shell's; that a clip is there at all, and by which names, is a fact like any other.

use firmware_proto::UtcMillis;
use firmware_proto::message::ClipRef;
use serde::{Deserialize, Serialize};

use super::names;
use crate::limits::{CLIP_WARNINGS_MAX, TITLES_PER_CLIP_MAX, WAVEFORM_POINTS_MAX};

/// A clip of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryClip {
    /// As jobs name it.
    pub clip: ClipRef,
    /// Its titles, the last given first; there is always one.
    pub titles: Vec<Title>,
    /// How it was made, and of what.
    pub sheet: Sheet,
}

/// A title of a clip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// For people.
    pub text: String,
    /// When it was given.
    pub given_at: UtcMillis,
}

/// How a clip was made, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Where it comes from.
    pub origin: Origin,
    /// How to make it again.
    pub recipe: Recipe,
    /// Voice or music.
    pub character: Character,
    /// By how much it was made louder.
    pub gain: CentiDb,
    /// The recording.
    pub before: Level,
    /// The clip.
    pub after: Level,
    /// Peaks of parts of the same length, of 255 at full scale.
    pub waveform: Vec<u8>,
    /// What should be known before it is played.
    pub warnings: Vec<Warning>,
}

/// Where a clip comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A sound file.
    File,
    /// A text that was read aloud.
    Speech,
    /// A sound of Loa's own.
    BuiltIn,
}

/// Voice or music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// Somebody speaks.
    Voice,
    /// Anything else.
    Music,
}

/// How a clip is prepared: the same recording and the same recipe make the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Bit/s.
    pub bitrate_bps: u32,
    /// Longest sound that is taken, ms.
    pub duration_ms_max: u64,
    /// Integrated loudness of the clip, LUFS (EBU R 128).
    pub loudness: CentiDb,
    /// As staff said; `None`: measured.
    pub character: Option<Character>,
    /// Takes what can be read of a damaged file.
    pub partial: bool,
}

/// How loud a sound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Integrated loudness, LUFS (EBU R 128); `None` for silence.
    pub loudness: Option<CentiDb>,
    /// True peak, dBTP (ITU-R BS.1770-5); `None` for digital silence.
    pub true_peak: Option<CentiDb>,
}

/// Hundredths of a decibel: finer than any ear, and the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentiDb(i32);

impl CentiDb {
    /// The nearest to so many decibels.
    #[must_use]
    pub fn nearest(db: f64) -> Self {
        // `as` stops at the ends of the range.
        Self((db * 100.0).round() as i32)
    }

    /// In decibels.
    #[must_use]
    pub fn db(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// What should be known of a recording before it is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "warning")]
pub enum Warning {
    /// A small part could not be decoded and was left out.
    Skipped {
        /// How much, ms.
        skipped_ms: u64,
    },
    /// The file is damaged, and the clip holds what could be read of it.
    Partial {
        /// How much that is, ms.
        readable_ms: u64,
    },
    /// Silence at the ends was cut off.
    Trimmed {
        /// How much at the start, ms.
        start_ms: u64,
        /// How much at the end, ms.
        end_ms: u64,
    },
    /// The recording is so soft that its noise may be heard now.
    Quiet {
        /// Its loudness, LUFS.
        loudness: CentiDb,
    },
    /// The recording was too loud for its recorder, and sounds rough.
    Clipped {
        /// Share of the samples at the end of the scale, in hundredths of a per cent.
        share: u32,
    },
    /// The channels cancel each other; one of them was taken.
    OutOfPhase,
}

impl LibraryClip {
    /// Its last title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.titles.first().map_or("", |title| &title.text)
    }

    /// Its title of this name, however it is written.
    #[must_use]
    pub fn titled(&self, name: &str) -> Option<&Title> {
        let folded = names::fold(name);
        self.titles.iter().find(|title| names::fold(&title.text) == folded)
    }

    /// The same sound by one title more.
    pub(crate) fn with_title(mut self, title: Title) -> Self {
        self.titles.retain(|known| known.text != title.text);
        self.titles.insert(0, title);
        self.titles.truncate(TITLES_PER_CLIP_MAX);
        self
    }
}

impl Sheet {
    /// Are its lists as long as they may be?
    pub(crate) fn is_bounded(&self) -> bool {
        self.waveform.len() <= WAVEFORM_POINTS_MAX && self.warnings.len() <= CLIP_WARNINGS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_kept_to_a_hundredth() {
        for (db, kept) in [(-16.0, -16.0), (7.2549, 7.25), (-0.005, -0.01), (f64::NAN, 0.0)] {
            assert_eq!(CentiDb::nearest(db).db(), kept);
        }
    }
}

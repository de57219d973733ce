//! What is known of a clip beyond its bytes.

use audio::{Character, Level, PrepareOptions, Prepared, Sound, Warning};
use controller_api::ClipOrigin;
use firmware_proto::message::ClipRef;
use serde::{Deserialize, Serialize};

/// Earlier titles that are remembered of one sound.
const OTHER_TITLES_MAX: usize = 16;

/// What is told of a new clip.
#[derive(Debug, Clone)]
pub struct About {
    /// For people.
    pub title: String,
    /// Where it comes from.
    pub origin: ClipOrigin,
    /// When it was made: UTC milliseconds since 1970.
    pub added_at_ms: u64,
    /// How it was prepared.
    pub options: PrepareOptions,
    /// What the preparation found and made.
    pub prepared: Prepared,
}

/// A clip as the library remembers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// As jobs name it.
    pub clip: ClipRef,
    /// For people.
    pub title: String,
    /// Titles under which the same sound was added before; they name it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_titles: Vec<String>,
    /// Where it comes from.
    pub origin: ClipOrigin,
    /// When it was made: UTC milliseconds since 1970.
    pub added_at_ms: u64,
    /// How it was prepared, so that it can be prepared again.
    pub options: PrepareOptions,
    /// Voice or music.
    pub character: Character,
    /// By how many decibels it was made louder.
    pub gain_db: f64,
    /// The recording.
    pub before: Level,
    /// The clip.
    pub after: Level,
    /// Peaks of parts of the same length, of 255 at full scale.
    pub waveform: Vec<u8>,
    /// What should be known before it is played.
    pub warnings: Vec<Warning>,
}

impl Entry {
    pub(super) fn new(clip: ClipRef, about: About) -> Self {
        let About { title, origin, added_at_ms, options, prepared } = about;
        Self {
            clip,
            title,
            other_titles: Vec::new(),
            origin,
            added_at_ms,
            options,
            character: prepared.character,
            gain_db: prepared.gain_db,
            before: prepared.source,
            after: prepared.result,
            waveform: prepared.waveform,
            warnings: prepared.warnings,
        }
    }

    /// The same sound was there before.
    pub(super) fn after(mut self, before: Self) -> Self {
        let titles = [before.title].into_iter().chain(before.other_titles);
        self.other_titles = titles.filter(|title| *title != self.title).take(OTHER_TITLES_MAX).collect();
        self
    }

    pub(super) fn has_title(&self, folded: &str) -> bool {
        controller_core::cluster::fold(&self.title) == folded
    }

    pub(super) fn has_other_title(&self, folded: &str) -> bool {
        self.other_titles.iter().any(|title| controller_core::cluster::fold(title) == folded)
    }

    /// The sound of Loa's own that this is.
    pub(super) fn sound(&self) -> Option<Sound> {
        let built_in = self.origin == ClipOrigin::BuiltIn;
        Sound::ALL.into_iter().find(|sound| built_in && sound.name() == self.title)
    }
}

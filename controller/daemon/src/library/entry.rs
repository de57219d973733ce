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

/// A title of a sound, and when it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titled {
    /// For people.
    pub title: String,
    /// UTC milliseconds since 1970.
    pub at_ms: u64,
}

/// A clip as the library remembers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// As jobs name it.
    pub clip: ClipRef,
    /// For people.
    pub title: String,
    /// Titles under which the same sound was added before, the last first; they name it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_titles: Vec<Titled>,
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
        let last = Titled { title: before.title, at_ms: before.added_at_ms };
        let titles = std::iter::once(last).chain(before.other_titles);
        let others = titles.filter(|titled| titled.title != self.title);
        self.other_titles = others.take(OTHER_TITLES_MAX).collect();
        self
    }

    /// Its title of this name, however it is written, and when it got that.
    pub(crate) fn titled(&self, name: &str) -> Option<(&str, u64)> {
        let folded = controller_core::names::fold(name);
        let others = self.other_titles.iter().map(|titled| (titled.title.as_str(), titled.at_ms));
        let mut titles = std::iter::once((self.title.as_str(), self.added_at_ms)).chain(others);
        titles.find(|(title, _)| controller_core::names::fold(title) == folded)
    }

    /// The sound of Loa's own that this is.
    pub(super) fn sound(&self) -> Option<Sound> {
        let built_in = self.origin == ClipOrigin::BuiltIn;
        Sound::ALL.into_iter().find(|sound| built_in && sound.name() == self.title)
    }
}

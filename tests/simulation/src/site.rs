//! The commune of every world: its name, its key, its clips.

use controller_core::Record;
use controller_core::clip::{CentiDb, Character, Level, LibraryClip, Origin, Recipe, Sheet, Title};
use controller_core::command::NewClip;
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{Chunk, ClipRef, Part};
use firmware_proto::trust::{SiteKey, sha256};
use firmware_proto::{ClipId, SiteId};

use crate::clock::T0;
use crate::rng::Rng;

/// The site's name.
#[must_use]
pub fn id() -> SiteId {
    SiteId::new("bao-nhai").expect("a name")
}

/// The site's secret.
#[must_use]
pub fn key() -> SiteKey {
    SiteKey::from_bytes(&[42; SiteKey::BYTES])
}

/// Bytes that stand for a clip; nothing here decodes them.
#[derive(Debug, Clone)]
pub struct Clip {
    /// As jobs name it.
    pub clip: ClipRef,
    bytes: Vec<u8>,
    list: Vec<u8>,
}

impl Clip {
    /// A clip of random bytes.
    #[must_use]
    pub fn new(rng: &mut Rng, size_bytes: u32, duration_ms: u32) -> Self {
        let bytes: Vec<u8> = (0..size_bytes).map(|_| rng.draw() as u8).collect();
        let hashes: Vec<[u8; 32]> = bytes.chunks(CHUNK_BYTES).map(|c| *sha256(c).as_bytes()).collect();
        let (list, hash_list) = hash_list(&hashes);
        let id = ClipId::from_bytes(*sha256(&bytes).as_bytes());
        Self { clip: ClipRef { id, size_bytes, hash_list, duration_ms }, bytes, list }
    }

    /// Its title: the beginning of its id.
    #[must_use]
    pub fn title(&self) -> String {
        format!("clip {}", &self.clip.id.to_string()[..8])
    }

    /// As staff bring it.
    #[must_use]
    pub fn new_clip(&self) -> NewClip {
        NewClip { clip: self.clip, title: self.title(), sheet: sheet() }
    }

    /// As it stands in a journal.
    pub(crate) fn record(&self) -> Record {
        let titles = vec![Title { text: self.title(), given_at: T0 }];
        Record::ClipAdded { clip: Box::new(LibraryClip { clip: self.clip, titles, sheet: sheet() }) }
    }

    /// One chunk as the controller sends it; `None` past the end of the part.
    pub(crate) fn chunk(&self, part: Part, index: u32) -> Option<Chunk> {
        let bytes = if part == Part::Hashes { &self.list } else { &self.bytes };
        let data = bytes.chunks(CHUNK_BYTES).nth(index as usize)?.to_vec().into();
        Some(Chunk { clip: self.clip.id, part, index, data })
    }
}

fn sheet() -> Sheet {
    let level = Level { loudness: Some(CentiDb::nearest(-16.0)), true_peak: Some(CentiDb::nearest(-1.0)) };
    Sheet {
        origin: Origin::File,
        recipe: Recipe {
            bitrate_bps: 24_000,
            duration_ms_max: 10_800_000,
            loudness: CentiDb::nearest(-16.0),
            character: None,
            partial: false,
        },
        character: Character::Voice,
        gain: CentiDb::nearest(0.0),
        before: level,
        after: level,
        waveform: Vec::new(),
        warnings: Vec::new(),
    }
}

//! A speaker's storage: what survives a power cut.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::manifest::chunk_count;
use firmware_proto::speaker::{ChunkSet, Restored};
use firmware_proto::trust::sha256;
use firmware_proto::{ClipId, Hash};

/// Chunks of one clip, with the clip's size.
type Chunks = (u32, BTreeMap<u32, Vec<u8>>);

/// What is stored.
#[derive(Debug, Default)]
pub(crate) struct Flash {
    state: Option<Vec<u8>>,
    partial: BTreeMap<ClipId, Chunks>,
    complete: BTreeMap<ClipId, u32>,
    /// Complete clips that lost a bit.
    rotten: BTreeSet<ClipId>,
    /// Chunks written since the last state; a cut may lose each of them.
    unsynced: Vec<(ClipId, u32)>,
}

impl Flash {
    pub(crate) fn store_state(&mut self, bytes: Vec<u8>) {
        self.state = Some(bytes);
        self.unsynced.clear();
    }

    pub(crate) fn store_chunk(&mut self, clip: ClipId, size_bytes: u32, index: u32, data: Vec<u8>) {
        let (_, chunks) = self.partial.entry(clip).or_insert((size_bytes, BTreeMap::new()));
        chunks.insert(index, data);
        self.unsynced.push((clip, index));
    }

    /// The hash of the clip as it is read back; `None` if something is missing.
    pub(crate) fn hash(&self, clip: ClipId) -> Option<Hash> {
        if self.has(&clip) {
            let whole = || Hash::from_bytes(*clip.as_bytes());
            return Some(if self.is_rotten(&clip) { sha256(b"rotten") } else { whole() });
        }
        let (size_bytes, chunks) = self.partial.get(&clip)?;
        let bytes: Vec<u8> = chunks.values().flatten().copied().collect();
        (bytes.len() == *size_bytes as usize).then(|| sha256(&bytes))
    }

    /// `false` if it was not there.
    pub(crate) fn finish(&mut self, clip: ClipId) -> bool {
        let Some((size_bytes, _)) = self.partial.remove(&clip) else { return false };
        self.complete.insert(clip, size_bytes);
        true
    }

    pub(crate) fn forget(&mut self, clip: ClipId) {
        self.partial.remove(&clip);
        self.complete.remove(&clip);
        self.rotten.remove(&clip);
    }

    /// Each complete clip loses a bit.
    pub(crate) fn rot(&mut self) {
        self.rotten = self.complete.keys().copied().collect();
    }

    pub(crate) fn is_rotten(&self, clip: &ClipId) -> bool {
        self.rotten.contains(clip)
    }

    pub(crate) fn has(&self, clip: &ClipId) -> bool {
        self.complete.contains_key(clip)
    }

    /// A power cut; `keeps` says of each chunk that was not synced whether it is still there.
    pub(crate) fn cut(&mut self, mut keeps: impl FnMut() -> bool) {
        for (clip, index) in std::mem::take(&mut self.unsynced) {
            if !keeps()
                && let Some((_, chunks)) = self.partial.get_mut(&clip)
            {
                chunks.remove(&index);
            }
        }
    }

    /// What a boot finds.
    pub(crate) fn restored(&self) -> Restored {
        let partial = self.partial.iter().map(|(&clip, (size_bytes, chunks))| {
            let mut set = ChunkSet::new(chunk_count(*size_bytes));
            for &index in chunks.keys() {
                set.insert(index);
            }
            (clip, set)
        });
        Restored {
            state: self.state.clone(),
            complete: self.complete.iter().map(|(&clip, &size)| (clip, size)).collect(),
            partial: partial.collect(),
        }
    }
}

//! Clips as jobs name them: the store, and beside each clip what a [`ClipRef`] says of it.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use firmware_proto::ClipId;
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::message::{Chunk, ClipRef, Part};
use firmware_proto::speaker::hash_list;

use crate::clips::{ClipError, ClipStore, TempClip};

/// Hash lists kept in memory: those of the clips that are being pulled at the moment.
const HASH_LISTS_MAX: usize = 16;
/// Clips whose facts are kept in memory.
const KNOWN_MAX: usize = 4_096;

/// The clips of one controller. Every call blocks on the disk.
#[derive(Debug)]
pub struct Library {
    store: ClipStore,
    facts: PathBuf,
    known: Mutex<HashMap<ClipId, ClipRef>>,
    hash_lists: Mutex<HashLists>,
}

#[derive(Debug, Default)]
struct HashLists {
    lists: HashMap<ClipId, Arc<Vec<u8>>>,
    order: VecDeque<ClipId>,
}

impl Library {
    /// Opens the library in the data folder.
    ///
    /// # Errors
    /// [`ClipError`].
    pub fn open(data: &std::path::Path) -> Result<Self, ClipError> {
        let store = ClipStore::open(&data.join("clips"))?;
        let facts = data.join("clips").join("facts");
        fs::create_dir_all(&facts).map_err(|e| ClipError::write(&facts, e))?;
        Ok(Self { store, facts, known: Mutex::default(), hash_lists: Mutex::default() })
    }

    /// A place to write a new clip to.
    ///
    /// # Errors
    /// As [`ClipStore::create_temp`].
    pub fn create_temp(&self) -> Result<TempClip, ClipError> {
        self.store.create_temp()
    }

    /// Takes a finished clip; the same clip twice is one clip.
    ///
    /// # Errors
    /// As [`ClipStore::commit`].
    pub fn add(&self, temp: TempClip, clip: ClipId, duration_ms: u64) -> Result<ClipRef, ClipError> {
        let stored = self.store.commit(temp, Some(clip))?;
        let hashes = self.store.chunk_hashes(clip, CHUNK_BYTES)?;
        let (list, hash) = hash_list(&hashes);
        self.keep_list(clip, Arc::new(list));
        let facts = ClipRef {
            id: clip,
            size_bytes: u32::try_from(stored.size_bytes).unwrap_or(u32::MAX),
            hash_list: hash,
            duration_ms: u32::try_from(duration_ms).unwrap_or(u32::MAX),
        };
        self.write_facts(&facts)?;
        self.remember(facts);
        Ok(facts)
    }

    /// What a job says of a clip that was asked for before; never blocks.
    pub(crate) fn known(&self, clip: ClipId) -> Option<ClipRef> {
        lock(&self.known).get(&clip).copied()
    }

    fn remember(&self, facts: ClipRef) {
        let mut known = lock(&self.known);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(facts.id, facts);
    }

    /// What a job says of a clip.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn facts(&self, clip: ClipId) -> Result<ClipRef, ClipError> {
        if !self.store.contains(clip) {
            return Err(ClipError::NotFound { clip });
        }
        let path = self.facts_path(clip);
        let text = fs::read(&path).map_err(|e| ClipError::read(&path, e))?;
        let facts = serde_json::from_slice(&text).map_err(|e| ClipError::read(&path, e.into()))?;
        self.remember(facts);
        Ok(facts)
    }

    /// One chunk as it goes over the wire; `None` past the part's end.
    ///
    /// # Errors
    /// [`ClipError`] if the clip cannot be read.
    pub fn chunk(&self, clip: ClipId, part: Part, index: u32) -> Result<Option<Chunk>, ClipError> {
        let offset = u64::from(index) * CHUNK_BYTES as u64;
        let data = match part {
            Part::Data if offset >= self.store.size_bytes(clip)? => Vec::new(),
            Part::Data => self.store.read_range(clip, offset, CHUNK_BYTES)?,
            Part::Hashes => {
                let list = self.hash_list(clip)?;
                list.chunks(CHUNK_BYTES).nth(index as usize).map(<[u8]>::to_vec).unwrap_or_default()
            }
        };
        Ok((!data.is_empty()).then(|| Chunk { clip, part, index, data: data.into() }))
    }

    fn hash_list(&self, clip: ClipId) -> Result<Arc<Vec<u8>>, ClipError> {
        let kept = lock(&self.hash_lists).lists.get(&clip).cloned();
        if let Some(list) = kept {
            return Ok(list);
        }
        let list = Arc::new(hash_list(&self.store.chunk_hashes(clip, CHUNK_BYTES)?).0);
        self.keep_list(clip, Arc::clone(&list));
        Ok(list)
    }

    fn keep_list(&self, clip: ClipId, list: Arc<Vec<u8>>) {
        let mut kept = lock(&self.hash_lists);
        if kept.lists.insert(clip, list).is_none() {
            kept.order.push_back(clip);
        }
        if kept.order.len() > HASH_LISTS_MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.lists.remove(&oldest);
        }
    }

    fn facts_path(&self, clip: ClipId) -> PathBuf {
        self.facts.join(format!("{clip}.json"))
    }

    fn write_facts(&self, facts: &ClipRef) -> Result<(), ClipError> {
        let path = self.facts_path(facts.id);
        let part = path.with_extension("part");
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&part)?;
            file.write_all(&serde_json::to_vec(facts)?)?;
            file.sync_all()?;
            fs::rename(&part, &path)?;
            fs::File::open(&self.facts)?.sync_all()
        };
        write().map_err(|e| ClipError::write(&path, e))
    }
}

/// What the locks guard is whole at every moment, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

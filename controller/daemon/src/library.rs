//! The clip library: the store, beside each clip what is known of it, and the recording it was made from.
//!
//! ```text
//! DATA/clips/ab/ab….opus    the clips, see [`crate::clips`]
//! DATA/clips/facts/ID.json  an [`Entry`]
//! DATA/clips/sources/ID     the recording, where it is not too large
//! ```
//!
//! A clip is checked whenever it is read. One that is damaged is made again from its recording: the same
//! bytes come out, so nothing that names it has to change.

mod entry;
mod repair;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use controller_api::Condition;
use firmware_proto::ClipId;
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{Chunk, ClipRef, Part};
use sha2::{Digest, Sha256};

use crate::clips::{ClipError, ClipStore, TempClip};

pub use entry::{About, Entry, Titled};

/// Hash lists kept in memory: those of the clips that are being pulled at the moment.
const HASH_LISTS_MAX: usize = 16;
/// Clips whose facts are kept in memory.
const KNOWN_MAX: usize = 4_096;
/// A recording that is larger is not kept: an old PC has a small disk.
const SOURCE_KEPT_BYTES_MAX: u64 = 64 << 20;
const HASH_BYTES: usize = 32;
/// An id may be shortened to so many digits.
const ID_DIGITS_MIN: usize = 4;

/// The clips of one controller. Every call blocks on the disk.
#[derive(Debug)]
pub struct Library {
    store: ClipStore,
    facts: PathBuf,
    sources: PathBuf,
    repairing: Mutex<HashSet<ClipId>>,
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
    pub fn open(data: &Path) -> Result<Self, ClipError> {
        let folder = data.join("clips");
        let store = ClipStore::open(&folder)?;
        let (facts, sources) = (folder.join("facts"), folder.join("sources"));
        for folder in [&facts, &sources] {
            fs::create_dir_all(folder).map_err(|e| ClipError::write(folder, e))?;
        }
        let (repairing, known, hash_lists) = (Mutex::default(), Mutex::default(), Mutex::default());
        Ok(Self { store, facts, sources, repairing, known, hash_lists })
    }

    /// A place to write a recording to; it is gone when it is dropped.
    ///
    /// # Errors
    /// [`ClipError::Write`], [`ClipError::DiskFull`].
    pub fn create_source(&self) -> Result<tempfile::NamedTempFile, ClipError> {
        let folder = self.store.temp_folder();
        tempfile::NamedTempFile::new_in(&folder).map_err(|e| ClipError::write(&folder, e))
    }

    /// A place to write a new clip to.
    ///
    /// # Errors
    /// As [`ClipStore::create_temp`].
    pub fn create_temp(&self) -> Result<TempClip, ClipError> {
        self.store.create_temp()
    }

    /// Takes a finished clip with what is known of it, and its recording if there is one; the same clip twice
    /// is one clip.
    ///
    /// # Errors
    /// As [`ClipStore::commit`].
    pub fn add(
        &self,
        temp: TempClip,
        about: About,
        source: Option<tempfile::NamedTempFile>,
    ) -> Result<Entry, ClipError> {
        let clip = about.prepared.clip;
        let stored = self.store.commit(temp, Some(clip))?;
        let hashes = self.store.chunk_hashes(clip, CHUNK_BYTES)?;
        let (list, hash) = hash_list(&hashes);
        self.keep_list(clip, Arc::new(list));
        let facts = ClipRef {
            id: clip,
            size_bytes: u32::try_from(stored.size_bytes).unwrap_or(u32::MAX),
            hash_list: hash,
            duration_ms: u32::try_from(about.prepared.duration_ms).unwrap_or(u32::MAX),
        };
        if let Some(source) = source {
            self.keep_source(clip, source)?;
        }
        let mut entry = Entry::new(facts, about);
        if let Ok(before) = self.entry(clip) {
            entry = entry.after(before);
        }
        self.write_facts(&entry)?;
        self.remember(facts);
        Ok(entry)
    }

    fn keep_source(&self, clip: ClipId, source: tempfile::NamedTempFile) -> Result<(), ClipError> {
        let path = self.source_path(clip);
        let size = source.as_file().metadata().map_err(|e| ClipError::write(&path, e))?.len();
        if size <= SOURCE_KEPT_BYTES_MAX {
            source.as_file().sync_all().map_err(|e| ClipError::write(&path, e))?;
            source.persist(&path).map_err(|e| ClipError::write(&path, e.error))?;
        }
        Ok(())
    }

    /// Is the recording of this clip kept?
    #[must_use]
    pub fn has_source(&self, clip: ClipId) -> bool {
        self.source_path(clip).is_file()
    }

    /// Every clip, the newest first. What cannot be read is passed over and logged.
    ///
    /// # Errors
    /// [`ClipError::Read`].
    pub fn entries(&self) -> Result<Vec<Entry>, ClipError> {
        let mut entries = Vec::new();
        for (clip, _) in self.store.list()? {
            match self.entry(clip) {
                Ok(entry) => entries.push(entry),
                Err(error) => tracing::warn!(%clip, %error, "nothing can be read about a clip"),
            }
        }
        entries.sort_by_key(|entry| std::cmp::Reverse((entry.added_at_ms, entry.clip.id)));
        Ok(entries)
    }

    /// The clip with this id, this beginning of an id, or this title: of several clips that
    /// which got it last.
    ///
    /// # Errors
    /// [`ClipError::Unknown`], [`ClipError::Read`].
    pub fn find(&self, name: &str) -> Result<ClipId, ClipError> {
        let name = name.trim();
        if let Ok(clip) = name.to_lowercase().parse::<ClipId>() {
            return if self.store.contains(clip) { Ok(clip) } else { Err(ClipError::NotFound { clip }) };
        }
        let entries = self.entries()?;
        let folded = controller_core::names::fold(name);
        let titled = entries.iter().filter_map(|entry| Some((entry.titled(name)?.1, entry.clip.id)));
        if let Some((_, clip)) = titled.max_by_key(|(at_ms, _)| *at_ms) {
            return Ok(clip);
        }
        let begins = |entry: &&Entry| entry.clip.id.to_string().starts_with(&name.to_lowercase());
        let mut fitting = entries.iter().filter(begins);
        match (fitting.next(), fitting.next()) {
            (Some(entry), None) if name.len() >= ID_DIGITS_MIN => Ok(entry.clip.id),
            _ => {
                let titles = entries.into_iter().flat_map(|entry| {
                    let others = entry.other_titles.into_iter().map(|titled| titled.title);
                    std::iter::once(entry.title).chain(others)
                });
                let nearest = controller_core::names::nearest_names(&folded, titles);
                Err(ClipError::Unknown { name: name.to_owned(), nearest })
            }
        }
    }

    /// All that is known of a clip.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn entry(&self, clip: ClipId) -> Result<Entry, ClipError> {
        if !self.store.contains(clip) {
            return Err(ClipError::NotFound { clip });
        }
        let path = self.facts_path(clip);
        let text = fs::read(&path).map_err(|e| ClipError::read(&path, e))?;
        let entry: Entry = serde_json::from_slice(&text).map_err(|e| ClipError::read(&path, e.into()))?;
        self.remember(entry.clip);
        Ok(entry)
    }

    /// The clip's file, checked and where needed made again.
    ///
    /// # Errors
    /// [`ClipError::Damaged`], [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn open_clip(&self, clip: ClipId) -> Result<fs::File, ClipError> {
        match self.check(clip)? {
            Condition::Damaged => Err(ClipError::Damaged { clip }),
            Condition::Intact | Condition::Repaired => self.store.open_clip(clip),
        }
    }

    /// Removes a clip with all that belongs to it. Whether anybody needs it is for the caller to know.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Write`].
    pub fn remove(&self, clip: ClipId) -> Result<(), ClipError> {
        lock(&self.known).remove(&clip);
        self.store.remove(clip)?;
        for path in [self.facts_path(clip), self.source_path(clip)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(ClipError::write(&path, error));
                }
                _ => {}
            }
        }
        Ok(())
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
    /// As [`Self::entry`].
    pub fn facts(&self, clip: ClipId) -> Result<ClipRef, ClipError> {
        Ok(self.entry(clip)?.clip)
    }

    /// One chunk as it goes over the wire; `None` past the part's end.
    ///
    /// # Errors
    /// [`ClipError::Damaged`] if the chunk is not what it was, [`ClipError`] if the clip cannot be read.
    pub fn chunk(&self, clip: ClipId, part: Part, index: u32) -> Result<Option<Chunk>, ClipError> {
        let offset = u64::from(index) * CHUNK_BYTES as u64;
        let data = match part {
            Part::Data if offset >= self.store.size_bytes(clip)? => Vec::new(),
            Part::Data => self.checked_chunk(clip, offset, index)?,
            Part::Hashes => {
                let list = self.hash_list(clip)?;
                list.chunks(CHUNK_BYTES).nth(index as usize).map(<[u8]>::to_vec).unwrap_or_default()
            }
        };
        Ok((!data.is_empty()).then(|| Chunk { clip, part, index, data: data.into() }))
    }

    fn checked_chunk(&self, clip: ClipId, offset: u64, index: u32) -> Result<Vec<u8>, ClipError> {
        let data = self.store.read_range(clip, offset, CHUNK_BYTES)?;
        let list = self.hash_list(clip)?;
        let right =
            list.chunks_exact(HASH_BYTES).nth(index as usize) == Some(Sha256::digest(&data).as_slice());
        if right { Ok(data) } else { Err(ClipError::Damaged { clip }) }
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

    fn source_path(&self, clip: ClipId) -> PathBuf {
        self.sources.join(clip.to_string())
    }

    fn write_facts(&self, entry: &Entry) -> Result<(), ClipError> {
        let path = self.facts_path(entry.clip.id);
        let part = path.with_extension("part");
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&part)?;
            file.write_all(&serde_json::to_vec(entry)?)?;
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

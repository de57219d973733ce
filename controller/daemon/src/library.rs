//! The library's bytes: the clips, and the recordings that they were made from. Which clips there are, and what they
//! are called, is the core's to know.
//!
//! ```text
//! DATA/clips/ab/ab….opus    the clips, see [`crate::clips`]
//! DATA/clips/sources/ID     the recording, where it is not too large
//! DATA/clips/unknown/       what was found at a start and is in no journal
//! ```
//!
//! A clip is checked whenever it is read. One that is damaged is made again from its recording: the same
//! bytes come out, so nothing that names it has to change.

mod held;
mod repair;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use audio::Prepared;
use controller_api::Condition;
use controller_core::clip::LibraryClip;
use firmware_proto::ClipId;
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{Chunk, ClipRef, Part};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::clips::{ClipError, ClipStore, TempClip};

pub(crate) use held::Held;
use held::Holds;

/// Hash lists kept in memory: those of the clips that are being pulled at the moment.
const HASH_LISTS_MAX: usize = 16;
/// A recording that is larger is not kept: an old PC has a small disk.
const SOURCE_KEPT_BYTES_MAX: u64 = 64 << 20;
const HASH_BYTES: usize = 32;

/// The bytes of one controller's clips. Every call blocks on the disk.
#[derive(Debug)]
pub struct Library {
    store: ClipStore,
    sources: PathBuf,
    unknown: PathBuf,
    holds: Holds,
    repairing: Mutex<HashSet<ClipId>>,
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
        let (sources, unknown) = (folder.join("sources"), folder.join("unknown"));
        fs::create_dir_all(&sources).map_err(|e| ClipError::write(&sources, e))?;
        let (holds, repairing, hash_lists) = (Holds::default(), Mutex::default(), Mutex::default());
        Ok(Self { store, sources, unknown, holds, repairing, hash_lists })
    }

    /// A place to write a recording to; it is gone when it is dropped.
    ///
    /// # Errors
    /// [`ClipError::Write`], [`ClipError::DiskFull`].
    pub fn create_source(&self) -> Result<NamedTempFile, ClipError> {
        let folder = self.store.temp_folder();
        NamedTempFile::new_in(&folder).map_err(|e| ClipError::write(&folder, e))
    }

    /// A place to write a new clip to.
    ///
    /// # Errors
    /// As [`ClipStore::create_temp`].
    pub fn create_temp(&self) -> Result<TempClip, ClipError> {
        self.store.create_temp()
    }

    /// Takes the bytes of a finished clip, and its recording if there is one; the same clip twice is one clip. They
    /// stay at least for as long as they are held: until then the clip has to be a fact.
    ///
    /// # Errors
    /// As [`ClipStore::commit`].
    pub(crate) fn add(
        &self,
        temp: TempClip,
        prepared: &Prepared,
        source: Option<NamedTempFile>,
    ) -> Result<(ClipRef, Held), ClipError> {
        let clip = prepared.clip;
        let held = self.holds.hold(clip);
        let stored = self.store.commit(temp, Some(clip))?;
        let hashes = self.store.chunk_hashes(clip, CHUNK_BYTES)?;
        let (list, hash_list) = hash_list(&hashes);
        self.keep_list(clip, Arc::new(list));
        if let Some(source) = source {
            self.keep_source(clip, source)?;
        }
        let size_bytes = u32::try_from(stored.size_bytes).unwrap_or(u32::MAX);
        let duration_ms = u32::try_from(prepared.duration_ms).unwrap_or(u32::MAX);
        Ok((ClipRef { id: clip, size_bytes, hash_list, duration_ms }, held))
    }

    fn keep_source(&self, clip: ClipId, source: NamedTempFile) -> Result<(), ClipError> {
        let path = self.source_path(clip);
        let size = source.as_file().metadata().map_err(|e| ClipError::write(&path, e))?.len();
        if size <= SOURCE_KEPT_BYTES_MAX {
            source.as_file().sync_all().map_err(|e| ClipError::write(&path, e))?;
            source.persist(&path).map_err(|e| ClipError::write(&path, e.error))?;
        }
        Ok(())
    }

    /// Is there a file of the right size?
    pub(crate) fn is_there(&self, clip: &ClipRef) -> bool {
        self.store.size_bytes(clip.id).is_ok_and(|size| size == u64::from(clip.size_bytes))
    }

    /// Is each byte of it what it was? Reads all of it.
    pub(crate) fn is_whole(&self, clip: &ClipRef) -> bool {
        self.is_there(clip) && self.store.verify(clip.id).is_ok()
    }

    /// Is the recording of this clip kept?
    #[must_use]
    pub fn has_source(&self, clip: ClipId) -> bool {
        self.source_path(clip).is_file()
    }

    /// The clip's file, checked and where needed made again.
    ///
    /// # Errors
    /// [`ClipError::Damaged`], [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn open_clip(&self, known: &LibraryClip) -> Result<fs::File, ClipError> {
        let clip = known.clip.id;
        match self.check(known)? {
            Some(Condition::Damaged) | None => Err(ClipError::Damaged { clip }),
            Some(Condition::Intact | Condition::Repaired) => self.store.open_clip(clip),
        }
    }

    /// Removes the bytes of a clip that is no fact any more, with its recording. Somebody may bring it again in this
    /// very moment: then they stay.
    ///
    /// # Errors
    /// [`ClipError::Write`].
    pub(crate) fn discard(&self, clip: ClipId, is_known: impl FnOnce() -> bool) -> Result<(), ClipError> {
        let discard = || {
            // Whoever held it before has made it a fact by now.
            if is_known() {
                return Ok(());
            }
            match self.store.remove(clip) {
                Ok(()) | Err(ClipError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
            let path = self.source_path(clip);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(ClipError::write(&path, error)),
                _ => Ok(()),
            }
        };
        self.holds.unless_held(clip, discard).unwrap_or(Ok(()))
    }

    /// Puts aside what is no fact: a crash came before it was one, or before its bytes were removed; or the journal
    /// is an older copy, and then somebody will look for it. Returns how many there were.
    ///
    /// # Errors
    /// [`ClipError`].
    pub(crate) fn put_aside_unknown(&self, is_known: impl Fn(ClipId) -> bool) -> Result<usize, ClipError> {
        let stored = self.store.list()?;
        let unknown: Vec<ClipId> =
            stored.into_iter().map(|(clip, _)| clip).filter(|c| !is_known(*c)).collect();
        if !unknown.is_empty() {
            fs::create_dir_all(&self.unknown).map_err(|e| ClipError::write(&self.unknown, e))?;
        }
        for clip in &unknown {
            self.store.move_to(*clip, &self.unknown.join(format!("{clip}.opus")))?;
            let (from, to) = (self.source_path(*clip), self.unknown.join(format!("{clip}.recording")));
            match fs::rename(from, &to) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(ClipError::write(&to, error));
                }
                _ => {}
            }
        }
        Ok(unknown.len())
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

    fn source_path(&self, clip: ClipId) -> PathBuf {
        self.sources.join(clip.to_string())
    }
}

/// What the locks guard is whole at every moment, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

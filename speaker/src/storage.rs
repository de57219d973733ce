//! What a device keeps over kill -9 and power cuts: its saved state and its clips, in a folder of its own.
//!
//! ```text
//! DATA/ID/state.slots      the speaker's state, see [`state`]
//! DATA/ID/clips/HASH.opus  complete, verified clips
//! DATA/ID/clips/HASH.part  a clip that is being pulled
//! DATA/ID/clips/HASH.map   which of its chunks are held, see [`clips`]
//! ```
//!
//! Everything is written directly and at once by the caller's thread. A real device (`run`) has `sync` on:
//! state is on the disk before the call returns, and its shell has a thread of its own that may wait for a
//! slow flash. The simulated fleet has it off: then a write reaches the kernel, which survives kill -9, and
//! costs some 3 µs for the state, less than handing it to another thread.

mod clips;
mod folder;
mod state;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use firmware_proto::ClipId;
use firmware_proto::speaker::Restored;

use clips::Clips;
use state::StateFile;

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the data folder {} cannot be used", path.display())]
pub struct StorageError {
    path: PathBuf,
    source: io::Error,
}

/// One device's folder.
#[derive(Debug)]
pub struct Storage {
    state: StateFile,
    clips: Clips,
}

impl Storage {
    /// Opens or makes the folder and reads back what it holds. With `sync`, everything that must
    /// outlive a power cut is flushed to the disk.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be made, read or written.
    pub fn open(folder: &Path, sync: bool) -> Result<(Self, Restored), StorageError> {
        let open = || -> io::Result<(Self, Restored)> {
            fs::create_dir_all(folder)?;
            let (state, saved) = StateFile::open(folder, sync)?;
            state.lock()?;
            let (clips, complete, partial) = Clips::open(folder.join("clips"), sync)?;
            Ok((Self { state, clips }, Restored { state: saved, complete, partial }))
        };
        open().map_err(|source| StorageError { path: folder.to_owned(), source })
    }

    /// Keeps the state in place of the last one.
    ///
    /// # Errors
    /// An error of the disk; the last state is still there then.
    pub fn store_state(&mut self, state: &[u8]) -> io::Result<()> {
        self.state.store(state)
    }

    /// Keeps one chunk, `index * CHUNK_BYTES` from the start of a clip of `size_bytes`.
    ///
    /// # Errors
    /// An error of the disk, most likely that it is full; the chunk is not held then.
    pub fn store_chunk(&mut self, clip: ClipId, size_bytes: u32, index: u32, data: &[u8]) -> io::Result<()> {
        self.clips.store_chunk(clip, size_bytes, index, data)
    }

    /// Where the bytes of a clip are that is finished, or has all its chunks.
    #[must_use]
    pub fn stored_path(&self, clip: ClipId) -> PathBuf {
        let (whole, part) = (self.clips.complete_path(clip), self.clips.part_path(clip));
        if part.exists() { part } else { whole }
    }

    /// Keeps a clip that is whole and right.
    ///
    /// # Errors
    /// An error of the disk; the clip is not finished then.
    pub fn finish_clip(&mut self, clip: ClipId) -> io::Result<()> {
        self.clips.finish(clip)
    }

    /// Forgets a clip and its chunks.
    ///
    /// # Errors
    /// An error of the disk; some of the clip may still be there then.
    pub fn drop_clip(&mut self, clip: ClipId) -> io::Result<()> {
        self.clips.remove(clip)
    }

    /// Where a finished clip is.
    #[must_use]
    pub fn clip_path(&self, clip: ClipId) -> PathBuf {
        self.clips.complete_path(clip)
    }
}

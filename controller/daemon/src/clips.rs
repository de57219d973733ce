//! The clip store: prepared audio on disk, named by what it contains.
//!
//! A clip's file is `ab/abcdef….opus`, its SHA-256 in hex, so the same audio is stored once and a damaged
//! file shows. New clips are written in `tmp/` and moved into place when they are safe on the disk: a
//! clip is there whole or not at all, across power cuts too.
//!
//! Every call blocks on the disk: async callers go through a blocking thread.

mod error;
mod files;
mod temp;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firmware_proto::ClipId;
use sha2::{Digest, Sha256};

pub use error::ClipError;
pub use temp::TempClip;

use files::OpenFiles;

const TEMP_FOLDER: &str = "tmp";
const SUFFIX: &str = "opus";
const READ_BYTES: usize = 64 * 1024;

/// A clip that has been put into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its name: the SHA-256 of its bytes.
    pub clip: ClipId,
    /// Its length.
    pub size_bytes: u64,
    /// False where the store had it already.
    pub new: bool,
}

/// The clips in one folder.
#[derive(Debug)]
pub struct ClipStore {
    folder: PathBuf,
    open: OpenFiles,
}

impl ClipStore {
    /// Opens the store, making its folder where there is none, and removes what an interrupted run left.
    ///
    /// # Errors
    /// The folder cannot be made or cleaned.
    pub fn open(folder: &Path) -> Result<Self, ClipError> {
        let temp = folder.join(TEMP_FOLDER);
        fs::create_dir_all(&temp).map_err(|e| ClipError::write(&temp, e))?;
        for left in fs::read_dir(&temp).map_err(|e| ClipError::read(&temp, e))? {
            let path = left.map_err(|e| ClipError::read(&temp, e))?.path();
            fs::remove_file(&path).map_err(|e| ClipError::write(&path, e))?;
        }
        Ok(Self { folder: folder.to_owned(), open: OpenFiles::default() })
    }

    /// Where unfinished files are; it is emptied when the store is opened.
    pub(crate) fn temp_folder(&self) -> PathBuf {
        self.folder.join(TEMP_FOLDER)
    }

    /// Starts a new clip.
    ///
    /// # Errors
    /// [`ClipError::DiskFull`], [`ClipError::Write`].
    pub fn create_temp(&self) -> Result<TempClip, ClipError> {
        TempClip::create(&self.temp_folder())
    }

    /// Makes a finished clip durable and visible under the name its bytes give it.
    ///
    /// `expected` is the name it must have where that is known already. A clip that the store has is
    /// replaced by the new copy, which heals it should it have been damaged.
    ///
    /// # Errors
    /// [`ClipError::Mismatch`], [`ClipError::DiskFull`], [`ClipError::Write`]; the store is unchanged.
    pub fn commit(&self, temp: TempClip, expected: Option<ClipId>) -> Result<Stored, ClipError> {
        let clip = temp.clip();
        if let Some(expected) = expected.filter(|expected| *expected != clip) {
            return Err(ClipError::Mismatch { expected, found: clip });
        }
        let path = self.path(clip);
        let folder = self.folder.join(prefix(clip));
        if !folder.is_dir() {
            fs::create_dir_all(&folder).map_err(|e| ClipError::write(&folder, e))?;
            sync_folder(&self.folder)?;
        }
        let new = !path.exists();
        let size_bytes = temp.size_bytes();
        temp.move_to(&path)?;
        sync_folder(&folder)?;
        self.open.forget(clip);
        Ok(Stored { clip, size_bytes, new })
    }

    /// Up to `len` bytes of a clip from `offset` on; fewer where the clip ends.
    ///
    /// # Errors
    /// [`ClipError::OutOfRange`] where `offset` lies behind the end, [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn read_range(&self, clip: ClipId, offset: u64, len: usize) -> Result<Vec<u8>, ClipError> {
        let file = self.file(clip)?;
        let size_bytes = file.metadata().map_err(|e| ClipError::clip(clip, e))?.len();
        let left =
            size_bytes.checked_sub(offset).ok_or(ClipError::OutOfRange { clip, offset, size_bytes })?;
        // Bounded by what the file holds before anything is allocated.
        let mut bytes = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(len)];
        files::read_exact_at(&file, &mut bytes, offset).map_err(|e| ClipError::clip(clip, e))?;
        Ok(bytes)
    }

    /// The clip's file, for reading it whole, e.g. to hear it in a browser.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn open_clip(&self, clip: ClipId) -> Result<File, ClipError> {
        File::open(self.path(clip)).map_err(|e| ClipError::clip(clip, e))
    }

    /// Whether the store has the clip.
    #[must_use]
    pub fn contains(&self, clip: ClipId) -> bool {
        self.path(clip).is_file()
    }

    /// The clip's length in bytes.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn size_bytes(&self, clip: ClipId) -> Result<u64, ClipError> {
        let metadata = fs::metadata(self.path(clip)).map_err(|e| ClipError::clip(clip, e))?;
        Ok(metadata.len())
    }

    /// Every clip and its length in bytes, ordered by name. Other files are passed over.
    ///
    /// # Errors
    /// [`ClipError::Read`].
    pub fn list(&self) -> Result<Vec<(ClipId, u64)>, ClipError> {
        let mut clips = Vec::new();
        for folder in fs::read_dir(&self.folder).map_err(|e| ClipError::read(&self.folder, e))? {
            let folder = folder.map_err(|e| ClipError::read(&self.folder, e))?.path();
            if !folder.is_dir() || folder.ends_with(TEMP_FOLDER) {
                continue;
            }
            for file in fs::read_dir(&folder).map_err(|e| ClipError::read(&folder, e))? {
                let file = file.map_err(|e| ClipError::read(&folder, e))?;
                if let Some(clip) = clip_of(&file.path()).filter(|clip| self.path(*clip) == file.path()) {
                    clips.push((clip, file.metadata().map_err(|e| ClipError::clip(clip, e))?.len()));
                }
            }
        }
        clips.sort_unstable();
        Ok(clips)
    }

    /// Moves a clip out of the store.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Write`].
    pub fn move_to(&self, clip: ClipId, path: &Path) -> Result<(), ClipError> {
        fs::rename(self.path(clip), path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => ClipError::NotFound { clip },
            _ => ClipError::write(path, e),
        })
    }

    /// Removes a clip. Whoever is reading it can finish.
    ///
    /// # Errors
    /// [`ClipError::NotFound`], [`ClipError::Write`].
    pub fn remove(&self, clip: ClipId) -> Result<(), ClipError> {
        let path = self.path(clip);
        fs::remove_file(&path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => ClipError::NotFound { clip },
            _ => ClipError::write(&path, e),
        })?;
        self.open.forget(clip);
        sync_folder(&self.folder.join(prefix(clip)))
    }

    /// Reads the whole clip and checks that it is what its name says.
    ///
    /// # Errors
    /// [`ClipError::Damaged`], [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn verify(&self, clip: ClipId) -> Result<(), ClipError> {
        self.read_whole(clip, READ_BYTES, |_| {})
    }

    /// The SHA-256 of each chunk of `chunk_bytes`, the last of which may be shorter. Checks the clip on the
    /// way, so that no hash of a damaged clip is ever handed out.
    ///
    /// # Errors
    /// [`ClipError::Damaged`], [`ClipError::NotFound`], [`ClipError::Read`].
    pub fn chunk_hashes(&self, clip: ClipId, chunk_bytes: usize) -> Result<Vec<[u8; 32]>, ClipError> {
        let mut hashes = Vec::new();
        self.read_whole(clip, chunk_bytes.max(1), |chunk| hashes.push(Sha256::digest(chunk).into()))?;
        Ok(hashes)
    }

    fn read_whole(
        &self,
        clip: ClipId,
        chunk_bytes: usize,
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), ClipError> {
        let file = self.open_clip(clip)?;
        let mut reader = std::io::BufReader::with_capacity(READ_BYTES, file);
        let (mut whole, mut chunk) = (Sha256::new(), Vec::new());
        loop {
            chunk.clear();
            let mut next = (&mut reader).take(chunk_bytes as u64);
            if next.read_to_end(&mut chunk).map_err(|e| ClipError::clip(clip, e))? == 0 {
                break;
            }
            whole.update(&chunk);
            each(&chunk);
        }
        let intact = whole.finalize().as_slice() == clip.as_bytes();
        if intact { Ok(()) } else { Err(ClipError::Damaged { clip }) }
    }

    fn file(&self, clip: ClipId) -> Result<Arc<File>, ClipError> {
        self.open.file(clip, || self.open_clip(clip))
    }

    fn path(&self, clip: ClipId) -> PathBuf {
        self.folder.join(prefix(clip)).join(format!("{clip}.{SUFFIX}"))
    }
}

/// The folder that a clip's file is in: some file systems are slow where one holds thousands.
fn prefix(clip: ClipId) -> String {
    format!("{:02x}", clip.as_bytes()[0])
}

fn clip_of(path: &Path) -> Option<ClipId> {
    let named = path.extension()? == SUFFIX;
    path.file_stem()?.to_str()?.parse().ok().filter(|_| named)
}

/// A rename is only safe from a power cut once its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), ClipError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| ClipError::write(folder, e))
}

/// There folders cannot be opened, and renames are journalled.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), ClipError> {
    Ok(())
}

//! A clip that is still being written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use firmware_proto::ClipId;
use sha2::{Digest, Sha256};

use super::ClipError;

/// A clip that is being written; dropped without [`commit`](super::ClipStore::commit) it leaves nothing.
/// Each write goes to the disk's cache at once: wrap it in a [`std::io::BufWriter`] for small ones.
#[derive(Debug)]
pub struct TempClip {
    path: PathBuf,
    file: File,
    hash: Sha256,
    size_bytes: u64,
}

impl TempClip {
    pub(super) fn create(folder: &Path) -> Result<Self, ClipError> {
        let mut name = [0; 16];
        getrandom::fill(&mut name)
            .map_err(|e| ClipError::Write { path: folder.to_owned(), source: io::Error::other(e) })?;
        let path = folder.join(format!("{:032x}.part", u128::from_ne_bytes(name)));
        let opened = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = opened.map_err(|e| ClipError::write(&path, e))?;
        Ok(Self { path, file, hash: Sha256::new(), size_bytes: 0 })
    }

    /// Bytes written so far.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// What the bytes written so far are named.
    #[must_use]
    pub fn clip(&self) -> ClipId {
        ClipId::from_bytes(self.hash.clone().finalize().into())
    }

    /// What a failed write to this clip means, e.g. [`ClipError::DiskFull`].
    #[must_use]
    pub fn error(&self, source: io::Error) -> ClipError {
        ClipError::write(&self.path, source)
    }

    pub(super) fn move_to(self, path: &Path) -> Result<(), ClipError> {
        self.file.sync_all().map_err(|e| ClipError::write(&self.path, e))?;
        fs::rename(&self.path, path).map_err(|e| ClipError::write(path, e))
    }
}

impl Write for TempClip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for TempClip {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            // Moved into place.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(path = %self.path.display(), %error, "temporary clip not removed"),
            Ok(()) => {}
        }
    }
}

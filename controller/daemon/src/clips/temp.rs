//! A clip that is still being written.

use std::io::{self, Write};
use std::path::Path;

use firmware_proto::ClipId;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::ClipError;

/// A clip that is being written; dropped without [`commit`](super::ClipStore::commit) it leaves nothing.
/// Each write goes to the disk's cache at once: wrap it in a [`std::io::BufWriter`] for small ones.
#[derive(Debug)]
pub struct TempClip {
    file: NamedTempFile,
    hash: Sha256,
    size_bytes: u64,
}

impl TempClip {
    pub(super) fn create(folder: &Path) -> Result<Self, ClipError> {
        let file = tempfile::Builder::new().suffix(".part").tempfile_in(folder);
        let file = file.map_err(|e| ClipError::write(folder, e))?;
        Ok(Self { file, hash: Sha256::new(), size_bytes: 0 })
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
        ClipError::write(self.file.path(), source)
    }

    pub(super) fn move_to(self, path: &Path) -> Result<(), ClipError> {
        self.file.as_file().sync_all().map_err(|e| self.error(e))?;
        self.file.persist(path).map(drop).map_err(|e| ClipError::write(path, e.error))
    }
}

impl Write for TempClip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.as_file_mut().write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

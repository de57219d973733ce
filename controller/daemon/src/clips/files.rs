//! A few open clip files: 57 clusters that fetch one clip read one file, and the system's cache serves it.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use firmware_proto::ClipId;

use super::ClipError;

/// More than the clips of one job, so that a fleet that fetches a job opens each file once.
const OPEN_MAX: usize = 32;

/// The clips read last, oldest first.
#[derive(Debug, Default)]
pub(super) struct OpenFiles {
    recent: Mutex<Vec<(ClipId, Arc<File>)>>,
}

impl OpenFiles {
    /// The clip's file, opened by `open` where it is not at hand.
    pub(super) fn file(
        &self,
        clip: ClipId,
        open: impl FnOnce() -> Result<File, ClipError>,
    ) -> Result<Arc<File>, ClipError> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match recent.iter().position(|(held, _)| *held == clip) {
            Some(at) => recent.remove(at),
            None => (clip, Arc::new(open()?)),
        };
        if recent.len() == OPEN_MAX {
            recent.remove(0);
        }
        let file = Arc::clone(&entry.1);
        recent.push(entry);
        Ok(file)
    }

    pub(super) fn forget(&self, clip: ClipId) {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).retain(|(held, _)| *held != clip);
    }
}

/// Reads at a place without moving the file's position, which other readers share.
#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// As above; here the position moves, but nobody uses it.
#[cfg(windows)]
pub(super) fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

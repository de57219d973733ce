//! The saved state in one file with two slots that take turns.
//!
//! A slot is the SHA-256 of all that follows in it, then `"loa-st1\n"`, a growing number (u64), the length of
//! the state (u32), and the state; integers are big-endian, and slot `n % 2` starts at byte
//! `(n % 2) * SLOT_BYTES`. Whatever happens while one slot is written, the other one is whole.
//!
//! Measured against the usual temporary file and rename (1.5 KB, ext4, 1,000 files in turn): 2 µs of CPU and
//! 10 µs of time against 36 µs and 330 µs, because ext4 starts to write the disk at a rename that replaces
//! a file; durably, one `fdatasync` (440 µs) against two `fsync` (670 µs).

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use firmware_proto::limits::STATE_BYTES_MAX;
use firmware_proto::trust::sha256;
use tracing::error;

use super::folder::sync_folder;

const MAGIC: &[u8; 8] = b"loa-st1\n";
const HASH_BYTES: usize = 32;
const HEADER_BYTES: usize = HASH_BYTES + 8 + 8 + 4;
const SLOT_BYTES: u64 = 4096 + STATE_BYTES_MAX as u64;

/// The file of a device's saved state, open and locked.
#[derive(Debug)]
pub(super) struct StateFile {
    file: File,
    /// Number of the newest good slot.
    number: u64,
    sync: bool,
    buffer: Vec<u8>,
}

impl StateFile {
    /// Opens or makes the file and returns the newest state in it. A file without any good state is
    /// kept aside.
    pub(super) fn open(folder: &Path, sync: bool) -> io::Result<(Self, Option<Vec<u8>>)> {
        let path = folder.join("state.slots");
        let mut file = open_file(&path)?;
        let newest = newest(&file)?;
        if newest.is_none() && file.metadata()?.len() > 0 {
            let aside = folder.join("state.slots.bad");
            error!(
                "the saved state in {} is damaged: starting empty, the file is kept as {}",
                path.display(),
                aside.display()
            );
            fs::rename(&path, &aside)?;
            file = open_file(&path)?;
        }
        if sync {
            sync_folder(folder)?;
        }
        let (number, state) = newest.map_or((0, None), |(number, state)| (number, Some(state)));
        Ok((Self { file, number, sync, buffer: Vec::new() }, state))
    }

    /// Keeps other processes from using the same folder, as long as this one lives.
    pub(super) fn lock(&self) -> io::Result<()> {
        self.file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another loa-speaker uses it"),
            TryLockError::Error(error) => error,
        })
    }

    /// Writes the state into the older slot.
    pub(super) fn store(&mut self, state: &[u8]) -> io::Result<()> {
        let number = self.number + 1;
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0; HASH_BYTES]);
        self.buffer.extend_from_slice(MAGIC);
        self.buffer.extend_from_slice(&number.to_be_bytes());
        self.buffer.extend_from_slice(&(state.len() as u32).to_be_bytes());
        self.buffer.extend_from_slice(state);
        let hash = sha256(&self.buffer[HASH_BYTES..]);
        self.buffer[..HASH_BYTES].copy_from_slice(hash.as_bytes());
        self.file.write_all_at(&self.buffer, number % 2 * SLOT_BYTES)?;
        if self.sync {
            self.file.sync_data()?;
        }
        self.number = number;
        Ok(())
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)
}

fn newest(file: &File) -> io::Result<Option<(u64, Vec<u8>)>> {
    let slots = [read_slot(file, 0)?, read_slot(file, 1)?];
    Ok(slots.into_iter().flatten().max_by_key(|(number, _)| *number))
}

/// `None` for a slot that was never written, or not to its end.
fn read_slot(file: &File, slot: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
    let mut bytes = vec![0; HEADER_BYTES];
    if !read(file, &mut bytes, slot * SLOT_BYTES)? {
        return Ok(None);
    }
    let Some((number, length)) = parse_header(&bytes).filter(|(number, _)| number % 2 == slot) else {
        return Ok(None);
    };
    bytes.resize(HEADER_BYTES + length, 0);
    let whole = read(file, &mut bytes[HEADER_BYTES..], slot * SLOT_BYTES + HEADER_BYTES as u64)?;
    let good = whole && sha256(&bytes[HASH_BYTES..]).as_bytes() == &bytes[..HASH_BYTES];
    Ok(good.then(|| (number, bytes.split_off(HEADER_BYTES))))
}

/// Number and length in a slot's header.
fn parse_header(bytes: &[u8]) -> Option<(u64, usize)> {
    let (magic, rest) = bytes.get(HASH_BYTES..)?.split_first_chunk::<8>()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let length = u32::from_be_bytes(*rest.first_chunk::<4>()?) as usize;
    let ours = magic == MAGIC && length <= STATE_BYTES_MAX;
    ours.then(|| (u64::from_be_bytes(*number), length))
}

/// Fills the bytes from the file; `false` if it is too short.
fn read(file: &File, bytes: &mut [u8], at: u64) -> io::Result<bool> {
    match file.read_exact_at(bytes, at) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_newest_whole_state_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let open = || StateFile::open(folder.path(), true).unwrap();
        let (mut file, state) = open();
        assert_eq!(state, None);
        for n in 0..5u8 {
            file.store(&vec![n; 100 * usize::from(n)]).unwrap();
            assert_eq!(open().1, Some(vec![n; 100 * usize::from(n)]));
        }
        // A power cut in the middle of the sixth: its slot is half written, the fifth state stands.
        file.file.write_all_at(&[9; 60], 0).unwrap();
        let (mut file, state) = open();
        assert_eq!(state, Some(vec![4; 400]));
        file.store(b"next").unwrap();
        assert_eq!(open().1.as_deref(), Some(&b"next"[..]));
    }

    #[test]
    fn a_damaged_file_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("state.slots"), vec![b'x'; 9_000]).unwrap();
        let (mut file, state) = StateFile::open(folder.path(), false).unwrap();
        assert_eq!(state, None);
        file.store(b"new").unwrap();
        assert_eq!(StateFile::open(folder.path(), false).unwrap().1.as_deref(), Some(&b"new"[..]));
        assert_eq!(fs::metadata(folder.path().join("state.slots.bad")).unwrap().len(), 9_000);
    }
}

//! The data folder: everything Loa keeps stands in one folder, and one process at a time owns it.
//!
//! Two controllers on one folder would both speak for the site, so the folder is held by an advisory
//! lock on the file `lock`. The kernel gives it back when the process ends, however it ends.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

const LOCK_NAME: &str = "lock";
const PROBE_NAME: &str = ".writable";

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The folder does not exist and cannot be made.
    #[error("the data folder {} cannot be created", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a file where the folder should be.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path given.
        path: PathBuf,
    },
    /// The folder is there, but nothing can be written in it.
    #[error("the data folder {} cannot be written to", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process holds it.
    #[error("{} is in use by {}", path.display(), holder(*pid))]
    InUse {
        /// The folder or file that is held.
        path: PathBuf,
        /// The process that holds it, where it can be told.
        pid: Option<u32>,
    },
    /// The lock itself failed, e.g. on a network folder that knows no locks.
    #[error("the file {} cannot be locked", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl LockError {
    /// A stable name for this kind of error, for scripts and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Create { .. } => "data-folder-not-created",
            Self::NotAFolder { .. } => "data-folder-not-a-folder",
            Self::NotWritable { .. } => "data-folder-not-writable",
            Self::InUse { .. } => "data-folder-in-use",
            Self::Lock { .. } => "data-folder-not-locked",
        }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// A data folder that this process owns until the value is dropped.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: FileLock,
}

impl DataDir {
    /// Makes the folder if it is missing (only its owner may enter it), and takes it. Blocks briefly.
    ///
    /// # Errors
    /// See [`LockError`]; [`LockError::InUse`] names the process that owns the folder.
    pub fn open(path: &Path) -> Result<Self, LockError> {
        create_folder(path)?;
        let lock = FileLock::take(&path.join(LOCK_NAME)).map_err(|e| about_folder(e, path))?;
        probe(path)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// An advisory lock on one file, with the owner's process id written into it.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock or says who has it; never waits for it.
    pub(crate) fn take(path: &Path) -> Result<Self, LockError> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(|source| LockError::NotWritable { path: path.to_owned(), source })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::InUse { path: path.to_owned(), pid: read_pid(&mut file) });
            }
            Err(TryLockError::Error(source)) => {
                return Err(LockError::Lock { path: path.to_owned(), source });
            }
        }
        // The id is only there to be read by people: a full disk must not keep the controller from starting.
        if let Err(error) = write_pid(&mut file) {
            tracing::warn!(path = %path.display(), %error, "process id not written to the lock file");
        }
        Ok(Self { _file: file })
    }
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn create_folder(path: &Path) -> Result<(), LockError> {
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        return Err(LockError::NotAFolder { path: path.to_owned() });
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| LockError::Create { path: path.to_owned(), source })
}

/// An old lock file may be writable in a folder that is not, so only a new file proves it.
fn probe(path: &Path) -> Result<(), LockError> {
    let probe = path.join(PROBE_NAME);
    File::create(&probe)
        .and_then(|_| std::fs::remove_file(&probe))
        .map_err(|source| LockError::NotWritable { path: path.to_owned(), source })
}

fn about_folder(error: LockError, folder: &Path) -> LockError {
    let path = folder.to_owned();
    match error {
        LockError::InUse { pid, .. } => LockError::InUse { path, pid },
        LockError::NotWritable { source, .. } => LockError::NotWritable { path, source },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_missing_folder_is_made_for_its_owner_only() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a/b");
        let dir = DataDir::open(&path).unwrap();
        assert_eq!(dir.path(), path);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn a_second_owner_is_told_who_the_first_is_and_a_drop_frees_it() {
        let temp = tempfile::tempdir().unwrap();
        let first = DataDir::open(temp.path()).unwrap();
        let error = DataDir::open(temp.path()).unwrap_err();
        assert_eq!(error.code(), "data-folder-in-use");
        assert_eq!(
            error.to_string(),
            format!("{} is in use by process {}", temp.path().display(), std::process::id())
        );
        drop(first);
        DataDir::open(temp.path()).unwrap();
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_named() {
        let temp = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(DataDir::open(temp.path()).unwrap_err().code(), "data-folder-not-a-folder");
        let below = temp.path().join("data");
        assert_eq!(DataDir::open(&below).unwrap_err().code(), "data-folder-not-created");
    }
}

//! What is done to folders and to names in them.

use std::fs::File;
use std::io;
use std::path::Path;

/// Flushes the names in a folder to the disk: that a file was made in it, renamed or removed.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removing what is not there has succeeded.
pub(super) fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

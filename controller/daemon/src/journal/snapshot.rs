//! The snapshot's file: two lines, a head that says what the second one must be, and the state.
//!
//! It is written beside and moved into place, so it is whole or not there. Its head names the hash of the
//! entry that it ends with: a snapshot of another journal, or of one that was cut short since, shows.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::chain::Hash;
use super::entry::Snapshot;
use super::error::JournalError;

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    seq: u64,
    version: u16,
    /// The hash of the entry `seq`, hexadecimal.
    chain: String,
    /// SHA-256 of the body, hexadecimal.
    sha256: String,
}

/// Writes a snapshot in place of the last one, and returns once it would survive a power cut.
pub(super) fn keep(path: &Path, snapshot: &Snapshot, chain: &Hash) -> Result<(), JournalError> {
    let head = Head {
        seq: snapshot.seq,
        version: snapshot.version,
        chain: base16ct::lower::encode_string(chain),
        sha256: base16ct::lower::encode_string(&Sha256::digest(&snapshot.body)),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, &head)?;
        file.write_all(b"\n")?;
        file.write_all(snapshot.body.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| match error.kind() {
        ErrorKind::StorageFull => JournalError::DiskFull { source: Arc::new(error) },
        _ => JournalError::Write { source: Arc::new(error) },
    })
}

/// The snapshot and the hash of the entry that it ends with. What is damaged is none.
pub(super) fn load(path: &Path) -> Option<(Snapshot, Hash)> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(%error, "the snapshot cannot be read; all entries are read");
            return None;
        }
    };
    let loaded = parse(text);
    if loaded.is_none() {
        tracing::warn!("the snapshot is damaged; all entries are read");
    }
    loaded
}

fn parse(mut text: String) -> Option<(Snapshot, Hash)> {
    let end = text.find('\n')?;
    let Head { seq, version, chain, sha256 } = serde_json::from_str(&text[..end]).ok()?;
    let mut hash = Hash::default();
    base16ct::lower::decode(&chain, &mut hash).ok().filter(|hash| hash.len() == Hash::default().len())?;
    text.drain(..=end);
    let same = base16ct::lower::encode_string(&Sha256::digest(&text)) == sha256;
    same.then_some((Snapshot { seq, version, body: text }, hash))
}

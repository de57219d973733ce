//! The site's secret on disk: `site.key`, readable by its owner alone. Behind the 64 bytes of the key stand 8 bytes of
//! its hash: with one wrong bit it would be the key of another site, and every loudspeaker would refuse what it signs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use controller_api::{Text, text};
use firmware_proto::trust::{SiteKey, sha256};

const FILE_NAME: &str = "site.key";
const CHECK_BYTES: usize = 8;

/// Why there is no site key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or written.
    #[error("the site key {} cannot be read or written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its bytes are too few or too many, or not those that were written.
    #[error("{} is damaged, or no site key", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandom,
}

impl KeyError {
    /// For people, by the catalogue.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Io { path, source } => {
                text!(FileTrouble { path: path.display(), problem: source })
            }
            Self::Damaged { path } => text!(SiteKeyDamaged { path: path.display() }),
            Self::NoRandom => text!(Internal { problem: self }),
        }
    }
}

/// Makes the key of a new site.
///
/// # Errors
/// [`KeyError`]; an existing key is never replaced.
pub fn create(data: &Path) -> Result<(), KeyError> {
    let mut secret = [0; SiteKey::BYTES];
    getrandom::fill(&mut secret).map_err(|_| KeyError::NoRandom)?;
    let path = data.join(FILE_NAME);
    match write_private(&path, &[&secret[..], &check(&secret)].concat()) {
        Err(source) if source.kind() == ErrorKind::AlreadyExists => load(data).map(drop),
        other => other.map_err(|source| KeyError::Io { path, source }),
    }
}

/// Reads the site key.
///
/// # Errors
/// See [`KeyError`].
pub fn load(data: &Path) -> Result<SiteKey, KeyError> {
    let path = data.join(FILE_NAME);
    let secret = std::fs::read(&path).map_err(|source| KeyError::Io { path: path.clone(), source })?;
    let (secret, hash) =
        secret.split_first_chunk().ok_or_else(|| KeyError::Damaged { path: path.clone() })?;
    if *hash != check(secret) {
        return Err(KeyError::Damaged { path });
    }
    Ok(SiteKey::from_bytes(secret))
}

/// The first bytes of the secret's hash: they tell nothing of it.
fn check(secret: &[u8; SiteKey::BYTES]) -> [u8; CHECK_BYTES] {
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&sha256(&[b"loa/1/site-key\0", &secret[..]].concat()).as_bytes()[..CHECK_BYTES]);
    check
}

/// Writes a new file that only its owner reads, and waits for the disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_wrong_bit_and_every_other_length_is_found() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        let right = std::fs::read(&path).unwrap();
        load(folder.path()).unwrap();
        let damaged = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            matches!(load(folder.path()), Err(KeyError::Damaged { .. }))
        };
        for bit in 0..right.len() * 8 {
            let mut wrong = right.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(damaged(&wrong), "bit {bit}");
        }
        for length in 0..right.len() {
            assert!(damaged(&right[..length]), "{length} bytes");
        }
        assert!(damaged(&[&right[..], &[0]].concat()));
    }
}

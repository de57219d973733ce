//! The site's secret on disk: `site.key`, readable by its owner alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use controller_api::{Text, text};
use firmware_proto::trust::SiteKey;

const FILE_NAME: &str = "site.key";

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
    /// It is not 64 bytes.
    #[error("{} is not a site key", path.display())]
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
    match write_private(&path, &secret) {
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
    let secret: &[u8; SiteKey::BYTES] =
        secret.as_slice().try_into().map_err(|_| KeyError::Damaged { path })?;
    Ok(SiteKey::from_bytes(secret))
}

/// Writes a new file that only its owner reads, and waits for the disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

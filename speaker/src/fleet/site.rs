//! The site file, as far as a fleet needs it: which devices there are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use firmware_proto::ClusterId;
use serde::Deserialize;

use crate::identity::Identity;

/// Why a site file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SiteFileError {
    /// It cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// Path of the site file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no site file.
    #[error("{} is not a site file", path.display())]
    Parse {
        /// Path of the site file.
        path: PathBuf,
        /// What the TOML parser said, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A device has no keys.
    #[error("the identities file has no device {}; write it anew", missing.join(", "))]
    NoIdentity {
        /// The devices' names.
        missing: Vec<String>,
    },
}

/// The devices of a site file, in its order: smart clusters and gateways, each with its identity.
///
/// # Errors
/// [`SiteFileError`].
pub fn devices_of_site(path: &Path, identities: Vec<Identity>) -> Result<Vec<Identity>, SiteFileError> {
    let path_buf = || path.to_owned();
    let text = fs::read_to_string(path).map_err(|source| SiteFileError::Read { path: path_buf(), source })?;
    let site: SiteFile = toml::from_str(&text)
        .map_err(|source| SiteFileError::Parse { path: path_buf(), source: Box::new(source) })?;
    let mut by_name: BTreeMap<ClusterId, Identity> =
        identities.into_iter().map(|identity| (identity.cluster.clone(), identity)).collect();
    let (mut devices, mut missing) = (Vec::new(), Vec::new());
    for cluster in site.cluster.into_iter().filter(|cluster| cluster.kind != Kind::Wireless) {
        match by_name.remove(&cluster.id) {
            Some(identity) => devices.push(identity),
            None => missing.push(cluster.id.to_string()),
        }
    }
    if missing.is_empty() { Ok(devices) } else { Err(SiteFileError::NoIdentity { missing }) }
}

/// Everything else in a site file is for the controller.
#[derive(Deserialize)]
struct SiteFile {
    cluster: Vec<SiteCluster>,
}

#[derive(Deserialize)]
struct SiteCluster {
    id: ClusterId,
    kind: Kind,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Smart,
    Gateway,
    Wireless,
}

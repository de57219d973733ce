//! Who a device is: the files that `loa cluster identity` writes at enrolment.
//!
//! One device:
//!
//! ```toml
//! site = "bao-nhai"
//! cluster = "bao-tan-1"
//! kind = "smart"              # or "gateway"
//! site_keys = ["…"]           # Ed25519 public keys, 64 hexadecimal digits each; two while the site changes its key
//! generation = 0              # of the device key; for people, may be left out
//! device_key = "…"            # shared secret, 64 hexadecimal digits
//! broker = "127.0.0.1:1883"   # may be left out and given by --broker
//! ```
//!
//! Many devices of one site: `site`, `site_keys` and `broker` on top, then one `[[device]]` table each with
//! `cluster`, `kind`, `generation` and `device_key`.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use firmware_proto::message::Kind;
use firmware_proto::speaker::Config;
use firmware_proto::trust::{DeviceKey, SiteKeys, SitePublicKey};
use firmware_proto::{ClusterId, Hash, SiteId};
use serde::Deserialize;

const BROKER_PORT: u16 = 1883;

/// Why an identity file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// Path of the identity file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no TOML, or a field is missing or wrong.
    #[error("{} is not an identity file; write it anew with `loa cluster identity`", path.display())]
    Parse {
        /// Path of the identity file.
        path: PathBuf,
        /// What the TOML parser said, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A key of the site is no Ed25519 public key, or there is not one or two of them.
    #[error("site_keys in {} are not one or two Ed25519 public keys", path.display())]
    SiteKey {
        /// Path of the identity file.
        path: PathBuf,
    },
}

/// Where the broker listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerAddress {
    /// Host name or IP address; an IPv6 address in brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// The text is no `HOST:PORT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a broker is HOST:PORT or HOST, e.g. 192.168.1.10:1883")]
pub struct BrokerAddressError;

impl FromStr for BrokerAddress {
    type Err = BrokerAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, port.parse().map_err(|_| BrokerAddressError)?)
            }
            Some(_) if !text.ends_with(']') => return Err(BrokerAddressError),
            _ => (text, BROKER_PORT),
        };
        if host.is_empty() || port == 0 || host.contains(char::is_whitespace) {
            return Err(BrokerAddressError);
        }
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl<'de> Deserialize<'de> for BrokerAddress {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Who one device is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The site it belongs to.
    pub site: SiteId,
    /// Id of the cluster or gateway.
    pub cluster: ClusterId,
    /// A smart cluster, or a gateway.
    pub kind: Kind,
    /// Who may command it.
    pub site_keys: SiteKeys,
    /// What proves that it is itself.
    pub device_key: DeviceKey,
}

impl Identity {
    /// What the speaker's logic is made from; it may use `storage_bytes` for clips.
    #[must_use]
    pub fn config(&self, storage_bytes: u64) -> Config {
        Config {
            site: self.site.clone(),
            cluster: self.cluster.clone(),
            kind: self.kind,
            site_keys: self.site_keys,
            device_key: self.device_key.clone(),
            firmware: format!("loa-speaker {}", env!("CARGO_PKG_VERSION")),
            storage_bytes,
        }
    }
}

/// Devices of one site, and their broker if the file names one.
#[derive(Debug, Clone)]
pub struct Identities {
    /// The devices, in the file's order.
    pub devices: Vec<Identity>,
    /// Where they connect to.
    pub broker: Option<BrokerAddress>,
}

impl Identities {
    /// Reads the file of one device.
    ///
    /// # Errors
    /// [`IdentityError`], which names the file.
    pub fn read_one(path: &Path) -> Result<Self, IdentityError> {
        let file: OneFile = parse(path)?;
        Self::assemble(path, file.site, &file.site_keys, file.broker, vec![file.device])
    }

    /// Reads the file of many devices.
    ///
    /// # Errors
    /// [`IdentityError`], which names the file.
    pub fn read_many(path: &Path) -> Result<Self, IdentityError> {
        let file: ManyFile = parse(path)?;
        Self::assemble(path, file.site, &file.site_keys, file.broker, file.device)
    }

    fn assemble(
        path: &Path,
        site: SiteId,
        site_keys: &[Hash],
        broker: Option<BrokerAddress>,
        devices: Vec<Device>,
    ) -> Result<Self, IdentityError> {
        let site_keys =
            take_keys(site_keys).ok_or_else(|| IdentityError::SiteKey { path: path.to_owned() })?;
        let identity = |device: Device| Identity {
            site: site.clone(),
            cluster: device.cluster,
            kind: device.kind,
            site_keys,
            device_key: DeviceKey::from_bytes(*device.device_key.as_bytes()),
        };
        Ok(Self { devices: devices.into_iter().map(identity).collect(), broker })
    }
}

fn take_keys(keys: &[Hash]) -> Option<SiteKeys> {
    let take = |key: &Hash| SitePublicKey::from_bytes(key.as_bytes()).ok();
    match keys {
        [key] => Some(SiteKeys::one(take(key)?)),
        [first, second] => Some(SiteKeys::two(take(first)?, take(second)?)),
        _ => None,
    }
}

fn parse<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, IdentityError> {
    let text =
        fs::read_to_string(path).map_err(|source| IdentityError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text)
        .map_err(|source| IdentityError::Parse { path: path.to_owned(), source: Box::new(source) })
}

#[derive(Deserialize)]
struct OneFile {
    site: SiteId,
    site_keys: Vec<Hash>,
    broker: Option<BrokerAddress>,
    #[serde(flatten)]
    device: Device,
}

#[derive(Deserialize)]
struct ManyFile {
    site: SiteId,
    site_keys: Vec<Hash>,
    broker: Option<BrokerAddress>,
    device: Vec<Device>,
}

#[derive(Deserialize)]
struct Device {
    cluster: ClusterId,
    kind: Kind,
    device_key: Hash,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn one_and_many_devices_are_read() {
        let one = format!(
            "site = 's'\ncluster = 'a'\nkind = 'smart'\nsite_keys = ['{KEY}']\ngeneration = 3\ndevice_key = '{KEY}'\nbroker = 'h:9'"
        );
        let one = Identities::read_one(file(&one).path()).unwrap();
        assert_eq!(one.devices[0].cluster.as_str(), "a");
        assert_eq!(one.broker.unwrap().to_string(), "h:9");

        let device = |name: &str, kind: &str| {
            format!("[[device]]\ncluster = '{name}'\nkind = '{kind}'\ndevice_key = '{KEY}'\n")
        };
        let many = format!(
            "site = 's'\nsite_keys = ['{KEY}', '{KEY}']\n{}{}",
            device("a", "smart"),
            device("g", "gateway")
        );
        let many = Identities::read_many(file(&many).path()).unwrap();
        assert_eq!(many.devices[1].kind, Kind::Gateway);
        assert_eq!(many.broker, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let missing = Identities::read_one(Path::new("/nowhere/x.toml")).unwrap_err();
        assert!(missing.to_string().contains("/nowhere/x.toml"));
        let short =
            format!("site = 's'\ncluster = 'a'\nkind = 'smart'\nsite_keys = ['{KEY}']\ndevice_key = '00'");
        let Err(IdentityError::Parse { source, .. }) = Identities::read_one(file(&short).path()) else {
            panic!("a short key was taken");
        };
        assert!(source.to_string().contains("hexadecimal"), "{source}");
        for keys in [format!("'{}'", "00".repeat(32)), String::new(), format!("'{KEY}', '{KEY}', '{KEY}'")] {
            let bad = format!("site = 's'\nsite_keys = [{keys}]\ndevice = []");
            let error = Identities::read_many(file(&bad).path());
            assert!(matches!(error, Err(IdentityError::SiteKey { .. })), "{keys}");
        }
    }

    #[test]
    fn broker_addresses() {
        for (text, host, port) in [
            ("a:1", "a", 1),
            ("10.0.0.1", "10.0.0.1", 1883),
            ("[::1]:5", "[::1]", 5),
            ("[::1]", "[::1]", 1883),
        ] {
            assert_eq!(text.parse(), Ok(BrokerAddress { host: host.to_owned(), port }), "{text}");
        }
        for bad in ["", ":1", "a:0", "a:x", "a:70000", "::1", "a b:1"] {
            assert_eq!(bad.parse::<BrokerAddress>(), Err(BrokerAddressError), "{bad}");
        }
    }
}

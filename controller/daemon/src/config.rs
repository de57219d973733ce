//! What configures the process: paths, ports, the broker. It stands in `loa.toml` in the data folder.
//! Everything about the site itself is in the journal.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use controller_api::{SOCKET_NAME, Text, text};
use firmware_proto::SiteId;
use serde::{Deserialize, Serialize};

use crate::studio::speech::DEFAULT_COMMAND;

const FILE_NAME: &str = "loa.toml";
/// The MQTT port of the IANA registry.
const MQTT_PORT: u16 = 1883;

/// The configuration of one controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data folder: key, journal, clips, the API's socket.
    pub data: PathBuf,
    /// The site that it serves, as `loa init` wrote it.
    pub site: SiteId,
    /// The MQTT broker between it and the clusters.
    pub broker: BrokerChoice,
    /// Host and port of the broker as devices reach it.
    pub advertise: Option<String>,
    /// Where the API is served on TCP too; `None`: only on the socket in the data folder.
    pub http: Option<SocketAddr>,
    /// The program that reads texts aloud, and its arguments (see [`crate::studio`]).
    pub speech: Vec<String>,
}

/// The broker the controller speaks through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokerChoice {
    /// Its own, listening on this address; port 0 takes a free one.
    Embedded(SocketAddr),
    /// Another one.
    External {
        /// Host name or IP address.
        host: String,
        /// TCP port; 1883 where `loa.toml` names none.
        port: u16,
    },
}

/// `loa.toml` as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    site: String,
    #[serde(default)]
    broker: BrokerTable,
    #[serde(default)]
    http: HttpTable,
    #[serde(default)]
    speech: SpeechTable,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BrokerTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    advertise: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpeechTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<Vec<String>>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no `loa.toml`: `loa init` makes one.
    #[error("there is no site in {}", data.display())]
    NoSite {
        /// The data folder.
        data: PathBuf,
    },
    /// There is one already.
    #[error("there is a site in {} already", data.display())]
    SiteExists {
        /// The data folder.
        data: PathBuf,
    },
    /// It cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It says something that it should not.
    #[error("{}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where they are known.
        problem: String,
    },
}

impl ConfigError {
    /// For people, by the catalogue.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NoSite { data } => text!(ConfigNoSite { path: data.display() }),
            Self::SiteExists { data } => text!(ConfigSiteExists { path: data.display() }),
            Self::Io { path, source } => {
                text!(FileTrouble { path: path.display(), problem: source })
            }
            Self::Wrong { path, problem } => {
                text!(ConfigWrong { path: path.display(), problem: problem })
            }
        }
    }
}

impl Config {
    /// Reads `loa.toml` in the data folder.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(data: &Path) -> Result<Self, ConfigError> {
        let path = data.join(FILE_NAME);
        let text = std::fs::read_to_string(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ConfigError::NoSite { data: data.to_owned() },
            _ => ConfigError::Io { path: path.clone(), source },
        })?;
        let wrong = |problem: String| ConfigError::Wrong { path: path.clone(), problem };
        let file: File = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        Self::from_file(data, file).map_err(wrong)
    }

    fn from_file(data: &Path, file: File) -> Result<Self, String> {
        let broker = match (&file.broker.external, &file.broker.listen) {
            (Some(_), Some(_)) => return Err("give either broker.listen or broker.external".into()),
            (Some(external), None) => external_broker(external)?,
            (None, listen) => {
                let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
                let address = listen.as_deref().map(|text| socket_addr(text, any, MQTT_PORT)).transpose()?;
                BrokerChoice::Embedded(address.unwrap_or(SocketAddr::new(any, MQTT_PORT)))
            }
        };
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let http = file.http.listen.as_deref().map(|text| socket_addr(text, loopback, 0)).transpose()?;
        let site = SiteId::new(&file.site).map_err(|e| format!("site {:?}: {e}", file.site))?;
        let speech = file.speech.command.unwrap_or_else(|| DEFAULT_COMMAND.map(String::from).to_vec());
        if speech.is_empty() || !speech.iter().any(|argument| argument.contains("{out}")) {
            return Err("speech.command: name a program, and {out} among its arguments".into());
        }
        Ok(Self { data: data.to_owned(), site, broker, advertise: file.broker.advertise, http, speech })
    }

    /// Writes a `loa.toml` with everything at its default.
    pub(crate) fn create(data: &Path, site: &SiteId) -> Result<(), ConfigError> {
        let path = data.join(FILE_NAME);
        if path.exists() {
            return Err(ConfigError::SiteExists { data: data.to_owned() });
        }
        let text = include_str!("loa.toml.in").replace("SITE", site.as_str());
        crate::keys::write_private(&path, text.as_bytes()).map_err(|source| ConfigError::Io { path, source })
    }

    /// The Unix socket of the API.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.data.join(SOCKET_NAME)
    }
}

fn external_broker(text: &str) -> Result<BrokerChoice, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, "1883"));
    let port = port.parse().map_err(|_| format!("broker.external: {port:?} is not a port"))?;
    if host.is_empty() {
        return Err("broker.external: write host:port".into());
    }
    Ok(BrokerChoice::External { host: host.to_owned(), port })
}

/// `1883`, `127.0.0.1` or `127.0.0.1:1883`.
fn socket_addr(text: &str, host: IpAddr, port: u16) -> Result<SocketAddr, String> {
    let only_port = text.parse::<u16>().map(|port| SocketAddr::new(host, port)).ok();
    let only_host = || text.parse::<IpAddr>().map(|host| SocketAddr::new(host, port)).ok();
    let both = || text.parse::<SocketAddr>().ok();
    only_port
        .or_else(both)
        .or_else(only_host)
        .ok_or_else(|| format!("{text:?} is not an address; write e.g. 127.0.0.1:{MQTT_PORT}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        Config::from_file(Path::new("/data"), toml::from_str(text).map_err(|e| e.to_string())?)
    }

    #[test]
    fn the_file_that_init_writes_is_all_defaults() {
        let text = include_str!("loa.toml.in").replace("SITE", "bao-nhai");
        let config = read(&text).unwrap();
        assert_eq!(config.broker, BrokerChoice::Embedded("0.0.0.0:1883".parse().unwrap()));
        assert_eq!(config.http, None);
    }

    #[test]
    fn short_forms_and_mistakes() {
        let http = read("site='a'\nhttp.listen='8080'").unwrap().http;
        assert_eq!(http, Some("127.0.0.1:8080".parse().unwrap()));
        let external = read("site='a'\nbroker.external='mqtt.example'").unwrap().broker;
        assert_eq!(external, BrokerChoice::External { host: "mqtt.example".into(), port: 1883 });
        for bad in [
            "site='A b'",
            "site='a'\nbroker.external=':1'",
            "site='a'\nbroker.lisen='1'",
            "site='a'\nhttp.listen='x'",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

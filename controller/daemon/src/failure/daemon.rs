//! Why the daemon does not start, or ends.

use std::io;
use std::path::PathBuf;

use controller_api::{Error, Text, text};
use controller_core::entry::Unreadable;
use controller_core::refusal::Refusal;

use super::{clip, journal, refusal, studio};
use crate::clips::ClipError;
use crate::config::ConfigError;
use crate::journal::JournalError;
use crate::keys::KeyError;
use crate::lock::LockError;
use crate::studio::StudioError;

/// Why the daemon did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The data folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Its journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A site that has been set up has no journal.
    #[error("there is no journal {}", path.display())]
    JournalGone {
        /// Where it should be.
        path: PathBuf,
    },
    /// A journal was to be begun where there is one.
    #[error("there is a journal {}", path.display())]
    JournalThere {
        /// Where it is.
        path: PathBuf,
    },
    /// An entry that this program cannot read.
    #[error("journal entry {sequence} cannot be read: {problem}")]
    Entry {
        /// Its number.
        sequence: u64,
        /// What is wrong with it.
        problem: Unreadable,
    },
    /// The clip store.
    #[error(transparent)]
    Clips(#[from] ClipError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The site key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The site file.
    #[error(transparent)]
    SiteFile(Error),
    /// The sounds of a new site.
    #[error(transparent)]
    Studio(#[from] StudioError),
    /// What the core refused while a site was set up.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The embedded broker.
    #[cfg(feature = "embedded-broker")]
    #[error(transparent)]
    Broker(#[from] crate::broker::BrokerError),
    /// This program was built without its own broker.
    #[error("this program was built without a broker of its own")]
    NoEmbeddedBroker,
    /// The API cannot listen.
    #[error("the API cannot listen on {address}")]
    Api {
        /// The socket's path, or host and port.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system starts no more threads.
    #[error("no thread could be started")]
    Threads(#[source] io::Error),
    /// A task of the daemon ended that never should.
    #[error("{0} ended unexpectedly")]
    Ended(&'static str),
}

impl DaemonError {
    /// For people, by the catalogue.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Lock(failed) => lock_text(failed),
            Self::Journal(failed) => journal(failed).text,
            Self::JournalGone { path } => text!(JournalGone { path: path.display() }),
            Self::JournalThere { path } => text!(JournalThere { path: path.display() }),
            Self::Entry { problem: Unreadable::Newer { .. }, .. } => {
                text!(JournalNewerFormat { problem: self })
            }
            Self::Entry { sequence, problem } => {
                text!(JournalEntryUnreadable { entry: sequence, problem: problem })
            }
            Self::Clips(failed) => clip(failed).text,
            Self::Config(failed) => failed.text(),
            Self::Key(failed) => failed.text(),
            Self::SiteFile(failed) => failed.text.clone(),
            Self::Studio(failed) => studio(failed, "").text,
            Self::Refused(refused) => refusal(refused).text,
            #[cfg(feature = "embedded-broker")]
            Self::Broker(failed) => broker_text(failed),
            Self::NoEmbeddedBroker => text!(BrokerNotBuilt),
            Self::Api { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                text!(ApiPortTaken { address: address })
            }
            Self::Api { address, source } => {
                text!(ApiNotListening { address: address, problem: source })
            }
            Self::Threads(source) => text!(ThreadsRefused { problem: source }),
            Self::Ended(what) => text!(Internal { problem: what }),
        }
    }
}

fn lock_text(failed: &LockError) -> Text {
    match failed {
        LockError::InUse { path, pid } => {
            let pid = pid.map_or(String::from("?"), |pid| pid.to_string());
            text!(DataFolderInUse { path: path.display(), pid: pid })
        }
        LockError::NotAFolder { path } => text!(DataFolderNotAFolder { path: path.display() }),
        LockError::Create { path, source } => {
            text!(DataFolderNotCreated { path: path.display(), problem: source })
        }
        LockError::NotWritable { path, source } => {
            text!(DataFolderNotWritable { path: path.display(), problem: source })
        }
        LockError::Lock { path, source } => {
            text!(DataFolderNotLocked { path: path.display(), problem: source })
        }
    }
}

#[cfg(feature = "embedded-broker")]
fn broker_text(failed: &crate::broker::BrokerError) -> Text {
    use crate::broker::BrokerError;
    match failed {
        BrokerError::PortTaken { addr } => text!(BrokerPortTaken { address: addr }),
        BrokerError::PortForbidden { addr } => text!(BrokerPortForbidden { address: addr }),
        BrokerError::Listen { addr, source } => text!(BrokerNotListening { address: addr, problem: source }),
        BrokerError::Threads { source } => text!(BrokerThreads { problem: source }),
    }
}

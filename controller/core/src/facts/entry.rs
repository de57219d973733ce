//! A record as it stands in the journal: with who caused it, when, and in which format.
//!
//! What is written once is read by every later build. An entry names the version of the format that its texts
//! have; `upcast` brings older texts into the present one.

use firmware_proto::UtcMillis;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::actor::Actor;
use super::record::Record;
use super::upcast;

/// The format of the entries that this build writes.
pub const VERSION: u16 = 1;

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was decided.
    pub at: UtcMillis,
    /// Who caused it.
    pub actor: Actor,
    /// What was decided, or heard.
    pub record: Record,
}

/// The texts of an entry, for a store that need not understand them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryText {
    /// Which format they have.
    pub version: u16,
    /// The record's name.
    pub kind: &'static str,
    /// The actor as JSON.
    pub actor: String,
    /// The record as JSON.
    pub record: String,
}

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A newer build wrote it.
    #[error("it has format {found}, and this build knows formats up to {VERSION}")]
    Newer {
        /// Its format.
        found: u16,
    },
    /// It is no entry of ours.
    #[error("it is malformed")]
    Malformed(#[from] serde_json::Error),
}

impl Entry {
    /// Its texts, in the present format.
    ///
    /// # Panics
    /// Never: records and actors are plain data with text keys, which always have a JSON form.
    #[must_use]
    pub fn text(&self) -> EntryText {
        EntryText {
            version: VERSION,
            kind: self.record.kind(),
            actor: serde_json::to_string(&self.actor).expect("an actor as JSON"),
            record: serde_json::to_string(&self.record).expect("a record as JSON"),
        }
    }

    /// Reads texts that some build has written.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(at: UtcMillis, version: u16, actor: &str, record: &str) -> Result<Self, Unreadable> {
        match version {
            // By far the most, and without a detour.
            VERSION => {
                Ok(Self { at, actor: serde_json::from_str(actor)?, record: serde_json::from_str(record)? })
            }
            found if found > VERSION => Err(Unreadable::Newer { found }),
            older => {
                let (actor, record): (Value, Value) =
                    (serde_json::from_str(actor)?, serde_json::from_str(record)?);
                let (actor, record) = upcast::to_present(older, actor, record);
                Ok(Self {
                    at,
                    actor: serde_json::from_value(actor)?,
                    record: serde_json::from_value(record)?,
                })
            }
        }
    }
}

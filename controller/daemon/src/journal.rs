//! The journal: what the controller has decided and heard, in order, for ever.
//!
//! An *entry* is opaque here: a kind, a JSON body, who caused it, a time. The caller numbers entries from 1
//! without gaps (`seq`), and the journal takes only the number that comes next: so a caller whose state is not
//! the journal's, or a second one, is found out before it can write. Entries are chained by hash, so that a
//! changed, missing or foreign entry shows. An entry is *committed* once it would survive a power cut; only then
//! may anybody act on it. A *snapshot* is the whole state after an entry, so that replay need not start at the
//! beginning; it stands beside the entries and is never needed. The *archive* is where old entries go, so that the
//! database stays small; they are read with the others.
//!
//! [`Journal`] is what the daemon needs; [`SqliteJournal`] is the one that ships.

mod archive;
mod chain;
mod contract;
mod entry;
mod error;
mod notices;
mod options;
mod snapshot;
mod sqlite;
mod store;
mod writer;

pub use contract::{Haste, Journal};
pub use entry::{Entry, NewEntry, Snapshot};
pub use error::{Cause, JournalError};
pub use notices::{Notice, Notices};
pub use options::Options;
pub use sqlite::SqliteJournal;

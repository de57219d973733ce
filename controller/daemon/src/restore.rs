//! Between the core and the journal: entries as texts, and the state that a journal holds.

use controller_core::entry::Unreadable;
use controller_core::{Entry, Restored, State};
use firmware_proto::UtcMillis;

use crate::failure::DaemonError;
use crate::journal::{self, Journal, JournalError, NewEntry, Snapshot};

/// As it stands in the journal.
pub(crate) fn entry(entry: &Entry) -> NewEntry {
    let text = entry.text();
    NewEntry {
        at_ms: i64::try_from(entry.at.0).unwrap_or(i64::MAX),
        version: text.version,
        kind: text.kind.to_owned(),
        actor: text.actor,
        body: text.record,
    }
}

/// What the journal holds. Blocks.
pub(crate) fn replay(journal: &dyn Journal) -> Result<Restored, DaemonError> {
    let mut restored = from_snapshot(journal)?.unwrap_or_default();
    let state = &mut restored.state;
    let mut unreadable = None;
    restored.sequence =
        journal.replay(restored.snapshot, &mut |journal::Entry { seq, content }| match read(&content) {
            Ok(entry) => state.apply(&entry),
            Err(problem) => {
                unreadable.get_or_insert(DaemonError::Entry { sequence: seq, problem });
            }
        })?;
    match unreadable {
        Some(error) => Err(error),
        None => Ok(restored),
    }
}

/// An entry of the journal, as the core understands it.
pub(crate) fn read(content: &NewEntry) -> Result<Entry, Unreadable> {
    let NewEntry { at_ms, version, actor, body, .. } = content;
    Entry::read(UtcMillis(at_ms.unsigned_abs()), *version, actor, body)
}

/// A snapshot of another build's form is passed over: the entries say the same.
fn from_snapshot(journal: &dyn Journal) -> Result<Option<Restored>, JournalError> {
    let Some(Snapshot { seq, version, body }) = journal.snapshot()? else { return Ok(None) };
    let state = State::read(version, &body);
    if state.is_none() {
        tracing::info!("the snapshot is of another version of Loa; all entries are read");
    }
    Ok(state.map(|state| Restored { state, sequence: seq, snapshot: seq }))
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::journal::{Haste, SqliteJournal};

    const WHOLE: &str = include_str!("../../core/tests/journal/v1/whole.jsonl");

    fn entries() -> Vec<NewEntry> {
        let text = |value: &serde_json::Value| value.to_string();
        let read = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            NewEntry {
                at_ms: line["at"].as_i64().unwrap(),
                version: 1,
                kind: line["record"]["record"].as_str().unwrap().to_owned(),
                actor: text(&line["actor"]),
                body: text(&line["record"]),
            }
        };
        WHOLE.lines().map(read).collect()
    }

    /// A damaged snapshot costs time, and nothing else, also when old entries are archived.
    #[test]
    fn a_state_is_the_same_with_and_without_snapshot_and_archive() {
        let dir = tempfile::tempdir().unwrap();
        let (path, file) = (dir.path().join("journal.db"), dir.path().join("journal.snapshot"));
        let journal = SqliteJournal::open(&path).unwrap();
        let entries = entries();
        let last = entries.len() as u64;
        assert!(last > 20);
        journal.append(1, entries, Haste::AtOnce).unwrap();
        journal.close();
        let journal = SqliteJournal::open(&path).unwrap();
        let folded = replay(&journal).unwrap();
        assert_eq!((folded.sequence, folded.snapshot), (last, 0));
        let snapshot =
            Snapshot { seq: last, version: controller_core::state::VERSION, body: folded.state.text() };
        journal.keep_snapshot(&snapshot).unwrap();
        assert_eq!(journal.archive(last, i64::MAX).unwrap(), last - 2);

        let from_snapshot = replay(&journal).unwrap();
        assert_eq!((from_snapshot.sequence, from_snapshot.snapshot), (last, last));
        assert_eq!(from_snapshot.state, folded.state);
        std::fs::write(&file, "damaged").unwrap();
        let from_archive = replay(&journal).unwrap();
        assert_eq!((from_archive.sequence, from_archive.snapshot), (last, 0));
        assert_eq!(from_archive.state, folded.state);
    }
}

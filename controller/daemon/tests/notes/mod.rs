//! Journals of numbered notes: each entry is as old as its number says.
#![allow(dead_code, clippy::unwrap_used)]

use controller_daemon::journal::{Entry, Haste, Journal, NewEntry, Notice};

pub fn entry(n: u64) -> NewEntry {
    NewEntry {
        at_ms: n.cast_signed(),
        version: 1,
        kind: "note".into(),
        actor: "{}".into(),
        body: format!("{{\"n\":{n}}}"),
    }
}

pub fn replayed(journal: &dyn Journal) -> Vec<Entry> {
    let mut entries = Vec::new();
    let last = journal.replay(0, &mut |entry| entries.push(entry)).unwrap();
    assert_eq!(last, entries.last().map_or(0, |entry| entry.seq));
    entries
}

/// The number that the next entry has.
pub fn next(journal: &dyn Journal) -> u64 {
    journal.verify().unwrap() + 1
}

/// Appends behind all that is committed, and waits until it is committed too.
pub async fn commit(journal: &dyn Journal, entries: Vec<NewEntry>) -> u64 {
    commit_from(journal, next(journal), entries).await
}

/// The same from a number on; returns the last.
pub async fn commit_from(journal: &dyn Journal, first: u64, entries: Vec<NewEntry>) -> u64 {
    let mut notices = journal.notices();
    let last = first + entries.len() as u64 - 1;
    journal.append(first, entries, Haste::AtOnce).unwrap();
    loop {
        match notices.next().await {
            Some(Notice::Committed { up_to_seq }) if up_to_seq >= last => return last,
            Some(Notice::Committed { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

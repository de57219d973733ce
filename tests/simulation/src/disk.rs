//! The controller's disk: records become durable in groups, a while after they were handed over; a
//! crash loses what was not; a full disk refuses the whole group.

use controller_core::{Entry, Restored, State};

/// An entry with its number.
#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    pub(crate) sequence: u64,
    pub(crate) entry: Entry,
}

/// The journal's disk.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// The fold of all that is durable, kept as it grows.
    pub(crate) durable: State,
    pub(crate) durable_sequence: u64,
    /// All that is durable.
    pub(crate) entries: Vec<Numbered>,
    committing: Vec<Numbered>,
    waiting: Vec<Numbered>,
    /// The newest snapshot: its last entry, and the text of the state.
    snapshot: Option<(u64, String)>,
    pub(crate) full: bool,
    pub(crate) slow: bool,
}

impl Disk {
    /// A disk with these entries.
    pub(crate) fn holding(entries: impl Iterator<Item = Entry>) -> Self {
        let number = |(entry, sequence)| Numbered { sequence, entry };
        let mut disk = Self { waiting: entries.zip(1..).map(number).collect(), ..Self::default() };
        while disk.finish().is_some() {}
        disk
    }

    /// Writes all that there is at once: the last durable record's number, or `None` if there is nothing to write, or
    /// no room.
    pub(crate) fn finish(&mut self) -> Option<u64> {
        self.begin();
        if self.committing.is_empty() { None } else { self.commit() }
    }

    /// The last entry of the newest snapshot.
    pub(crate) fn snapshot_sequence(&self) -> u64 {
        self.snapshot.as_ref().map_or(0, |(sequence, _)| *sequence)
    }

    pub(crate) fn append(&mut self, entry: Numbered) {
        self.waiting.push(entry);
    }

    /// The last record that it was given.
    pub(crate) fn handed(&self) -> u64 {
        self.durable_sequence + (self.committing.len() + self.waiting.len()) as u64
    }

    /// Begins to write what waits; `false` if there is nothing, or a group is being written.
    pub(crate) fn begin(&mut self) -> bool {
        if !self.committing.is_empty() || self.waiting.is_empty() {
            return false;
        }
        self.committing = std::mem::take(&mut self.waiting);
        true
    }

    /// Ends the writing of a group: the last durable record's number, or `None` if there was no room.
    pub(crate) fn commit(&mut self) -> Option<u64> {
        if self.full {
            return None;
        }
        for entry in self.committing.drain(..) {
            assert_eq!(entry.sequence, self.durable_sequence + 1, "records are numbered without gaps");
            self.durable_sequence = entry.sequence;
            self.durable.apply(&entry.entry);
            self.entries.push(entry);
        }
        Some(self.durable_sequence)
    }

    pub(crate) fn keep_snapshot(&mut self, sequence: u64, state: &State) {
        assert!(sequence <= self.durable_sequence, "a snapshot of what is not on disk");
        self.snapshot = Some((sequence, state.text()));
    }

    /// What a new process reads: the snapshot, and the entries behind it.
    pub(crate) fn restore(&self) -> Restored {
        let snapshot = self.snapshot.as_ref().and_then(|(sequence, text)| {
            State::read(controller_core::state::VERSION, text).map(|state| (*sequence, state))
        });
        let (snapshot, mut state) = snapshot.unwrap_or_default();
        let behind = self.entries.iter().filter(|entry| entry.sequence > snapshot);
        behind.for_each(|entry| state.apply(&entry.entry));
        Restored { state, sequence: self.durable_sequence, snapshot }
    }

    /// The fold of what is durable, up to this record.
    pub(crate) fn fold_until(&self, sequence: u64) -> State {
        let mut state = State::default();
        let until = self.entries.iter().take_while(|entry| entry.sequence <= sequence);
        until.for_each(|entry| state.apply(&entry.entry));
        state
    }

    /// The process is gone, and with it what waits. A group that was being written is there or not,
    /// as a whole; returns which, if there was such a group.
    pub(crate) fn crash(&mut self, group_is_there: bool) -> Option<bool> {
        let group = !self.committing.is_empty();
        let kept = group_is_there && self.commit().is_some();
        self.committing.clear();
        self.waiting.clear();
        group.then_some(kept)
    }
}

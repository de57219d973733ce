//! Entries and snapshots, as the journal sees them: opaque texts with a number.

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When it was decided: UTC milliseconds since 1970.
    pub at_ms: i64,
    /// The version of the format that its texts have.
    pub version: u16,
    /// What it is, e.g. `job-made`.
    pub kind: String,
    /// Who caused it: JSON text.
    pub actor: String,
    /// JSON text.
    pub body: String,
}

/// An entry as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1 for the first ever, then without gaps.
    pub seq: u64,
    /// What was written.
    pub content: NewEntry,
}

/// The whole state after an entry. It can be made again from the entries, so losing one loses only time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last entry that it contains.
    pub seq: u64,
    /// The version of the format that its text has.
    pub version: u16,
    /// JSON text.
    pub body: String,
}

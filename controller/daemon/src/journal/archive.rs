//! The archive: entries that are older than the site wants to have in the database, in a second file of the same form.
//!
//! The database goes on where the archive ends, and the chain runs over the seam. A piece is copied first; once the
//! copy would survive a power cut, the database lets go of it. A cut between the two leaves entries in both files:
//! readers take those of the database, and the next move ends what was begun.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::entry::{Entry, NewEntry};
use super::error::JournalError;
use super::store::{self, Head};
use super::writer::Writer;

/// Entries moved together. What is appended meanwhile waits for one piece at the most.
const PIECE: u64 = 1_000;
/// Pieces of one move, so that a controller that is stopped need not wait: twice what comes between two snapshots.
const PIECES_MAX: usize = 20;
/// The entry that a snapshot ends with, and the one before it, stay in the database: so opening a journal and going
/// on from its snapshot never need the archive.
const KEPT: u64 = 2;

/// Where a journal's archive is.
pub(super) fn path_of(journal: &Path) -> PathBuf {
    journal.with_extension("archive")
}

/// Both files as one sequence, as they were at one moment.
#[derive(Debug)]
pub(super) struct Both<'p> {
    path: &'p Path,
    db: Connection,
    /// The database's first entry: those before it are in the archive.
    first: u64,
}

impl<'p> Both<'p> {
    /// Opens them for reading beside the writer.
    pub(super) fn open(path: &'p Path) -> Result<Self, JournalError> {
        let db = store::open_to_read(path)?;
        // What is moved from here on is still seen in the database.
        store::hold(&db, path)?;
        let first = store::first_seq(&db, path)?;
        Ok(Self { path, db, first })
    }

    /// Hands out at most `limit` entries from `from_seq` on, each checked, and returns the last of them (what
    /// stands before `from_seq` where there was none).
    pub(super) fn read(
        &self,
        from_seq: u64,
        limit: u64,
        each: &mut dyn FnMut(Entry),
    ) -> Result<Head, JournalError> {
        let from_seq = from_seq.max(1);
        if from_seq > self.first || self.first == 1 {
            let head = store::before(&self.db, self.path, from_seq)?;
            return store::read(&self.db, self.path, head, limit, each);
        }
        let path = path_of(self.path);
        if !is_there(&path) {
            return Err(JournalError::ArchiveMissing { path, first: self.first });
        }
        let archive = store::open_to_read(&path)?;
        let archived = limit.min(self.first - from_seq);
        let head = store::before(&archive, &path, from_seq)?;
        let head = store::read(&archive, &path, head, archived, each)?;
        if head.seq + 1 < from_seq + archived {
            return Err(JournalError::Tampered { seq: head.seq + 1 });
        }
        store::read(&self.db, self.path, head, limit - archived, each)
    }
}

/// Moves entries older than `before_ms` to the archive, as far as a snapshot that ends with `up_to_seq` contains
/// them; returns how many. Entries stay in order: one that is younger keeps back those behind it.
pub(super) fn move_older(
    path: &Path,
    writer: &Writer,
    up_to_seq: u64,
    before_ms: i64,
) -> Result<u64, JournalError> {
    let last = up_to_seq.saturating_sub(KEPT);
    let mut moved = 0;
    for _ in 0..PIECES_MAX {
        match move_piece(path, writer, last, before_ms)? {
            0 => break,
            n => moved += n,
        }
    }
    Ok(moved)
}

fn move_piece(path: &Path, writer: &Writer, last: u64, before_ms: i64) -> Result<u64, JournalError> {
    let Both { db, first, .. } = Both::open(path)?;
    if first > last || !store::is_older(&db, path, first, before_ms)? {
        return Ok(0);
    }
    let archive_path = path_of(path);
    if first > 1 && !is_there(&archive_path) {
        return Err(JournalError::ArchiveMissing { path: archive_path, first });
    }
    let mut archive = store::open(&archive_path)?;
    let mut head = store::head(&archive, &archive_path)?;
    // Else a move was cut off before the database had let go of what was copied.
    if head.seq < first {
        let piece = older(&db, path, head, last, before_ms)?;
        head = store::write(&mut archive, head, &piece).map_err(|e| store::about_write(&archive_path, e))?;
    }
    let copied = head.seq.min(last).min(first + PIECE - 1);
    // Of two chains with the same link all that is before it is the same.
    if store::hash_of(&archive, &archive_path, copied)? != store::hash_of(&db, path, copied)? {
        return Err(JournalError::Tampered { seq: copied });
    }
    drop((db, archive));
    writer.let_go(copied)?;
    Ok(copied + 1 - first)
}

/// The next entries of the database that are old enough, each checked.
fn older(
    db: &Connection,
    path: &Path,
    head: Head,
    last: u64,
    before_ms: i64,
) -> Result<Vec<NewEntry>, JournalError> {
    let mut entries = Vec::new();
    store::read(db, path, head, PIECE.min(last.saturating_sub(head.seq)), &mut |entry| entries.push(entry))?;
    let old = entries.into_iter().map(|entry| entry.content).take_while(|entry| entry.at_ms < before_ms);
    Ok(old.collect())
}

/// A file that cannot be looked at is there: opening it tells why.
fn is_there(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

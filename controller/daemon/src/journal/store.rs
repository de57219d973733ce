//! The journal's file: its tables, its rules, and reading entries with their chain checked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior, params};

use super::chain::{self, Hash};
use super::entry::{Entry, NewEntry};
use super::error::{Cause, JournalError};

/// Versions before 3.51.3 can damage a database in WAL mode when a checkpoint meets a commit.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
const SQLITE_VERSION_MIN_TEXT: &str = "3.51.3";
/// `LoaJ`.
const APPLICATION_ID: i32 = 0x4c6f_614a;
const FORMAT: i32 = 1;
/// The WAL is cut back to this after a checkpoint; a checkpoint happens every 1,000 pages of 4 KiB.
const WAL_BYTES_KEPT: i64 = 8 * 1024 * 1024;
/// `auto_vacuum`: free pages can be given back a few at a time.
const INCREMENTAL: i32 = 2;
/// Pages given back at one time, 4 KiB each: far more than a piece frees, and quickly done.
const PAGES_GIVEN_BACK_MAX: u32 = 1_000;
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// `seq` is the row id. The triggers stop a slip of ours or of a technician's tool; the chain shows the rest.
const SCHEMA: &str = "
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        actor TEXT NOT NULL,
        body TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER entry_not_changed BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END;
";
/// Apart from the others, since it makes way while the database lets go of what the archive has.
const NOT_REMOVED: &str = "
    CREATE TRIGGER entry_not_removed BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'journal entries are never removed'); END;
";
const COLUMNS: &str = "SELECT seq, at_ms, version, kind, actor, body, hash FROM entry";

/// The last entry's number and hash: what the next one is chained to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub seq: u64,
    pub hash: Hash,
}

/// Opens the journal for writing, making it where there is none.
pub(super) fn open(path: &Path) -> Result<Connection, JournalError> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(JournalError::UnsafeLibrary {
            version: rusqlite::version(),
            needed: SQLITE_VERSION_MIN_TEXT,
        });
    }
    let mut db = Connection::open(path).map_err(|e| about(path, e))?;
    prepare(&mut db).map_err(|e| about(path, e))?;
    match check_format(&mut db).map_err(|e| about(path, e))? {
        Format::Ours => Ok(db),
        Format::Foreign => Err(JournalError::NotAJournal { path: path.to_owned() }),
        Format::Newer(found) => Err(JournalError::Newer { path: path.to_owned(), found }),
    }
}

/// Opens a journal that exists, for reading beside the writer.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|e| about(path, e))?;
    db.busy_timeout(BUSY_WAIT).map_err(|e| about(path, e))?;
    Ok(db)
}

fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_WAIT)?;
    // Asked first: it reads the header, so a file of another kind is refused before it is touched.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    // For new files: it counts only before there is anything in one.
    db.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
    // One entry after another at the end of one table: a small cache serves as well as a large one.
    db.pragma_update(None, "cache_size", -512)
}

enum Format {
    Ours,
    Foreign,
    Newer(i32),
}

fn check_format(db: &mut Connection) -> rusqlite::Result<Format> {
    let number = |db: &Connection, name| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let id = number(db, "application_id")?;
    if tables == 0 && id == 0 {
        let create = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        create.execute_batch(SCHEMA)?;
        create.execute_batch(NOT_REMOVED)?;
        create.pragma_update(None, "application_id", APPLICATION_ID)?;
        create.pragma_update(None, "user_version", FORMAT)?;
        create.commit()?;
        return Ok(Format::Ours);
    }
    Ok(match number(db, "user_version")? {
        _ if id != APPLICATION_ID => Format::Foreign,
        found if found > FORMAT => Format::Newer(found),
        _ => Format::Ours,
    })
}

/// The last entry, checked against the one before it.
pub(super) fn head(db: &Connection, path: &Path) -> Result<Head, JournalError> {
    match last_seq(db, path)? {
        0 => Ok(Head { seq: 0, hash: chain::START }),
        last => read(db, path, before(db, path, last)?, 1, &mut |_| {}),
    }
}

/// The last entry's number, 0 where there is none.
pub(super) fn last_seq(db: &Connection, path: &Path) -> Result<u64, JournalError> {
    let last: Option<i64> =
        db.query_row("SELECT max(seq) FROM entry", [], |row| row.get(0)).map_err(|e| about(path, e))?;
    Ok(last.map_or(0, i64::unsigned_abs))
}

/// The first entry's number, 1 where there is none.
pub(super) fn first_seq(db: &Connection, path: &Path) -> Result<u64, JournalError> {
    let first: Option<i64> =
        db.query_row("SELECT min(seq) FROM entry", [], |row| row.get(0)).map_err(|e| about(path, e))?;
    Ok(first.map_or(1, i64::unsigned_abs))
}

/// Is there an entry with this number, and is it from before this moment?
pub(super) fn is_older(db: &Connection, path: &Path, seq: u64, before_ms: i64) -> Result<bool, JournalError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE seq = ?1 AND at_ms < ?2)";
    db.query_row(sql, params![as_row_id(seq), before_ms], |row| row.get(0)).map_err(|e| about(path, e))
}

/// From here on this connection sees the file as the next question finds it, whatever is written meanwhile.
pub(super) fn hold(db: &Connection, path: &Path) -> Result<(), JournalError> {
    db.execute_batch("BEGIN").map_err(|e| about(path, e))
}

/// The hash of an entry, as it says of itself; `None` where there is no such entry.
pub(super) fn hash_of(db: &Connection, path: &Path, seq: u64) -> Result<Option<Hash>, JournalError> {
    let found = db.query_row("SELECT hash FROM entry WHERE seq = ?1", [as_row_id(seq)], |row| row.get(0));
    match found {
        Ok(hash) => Ok(Some(hash)),
        Err(rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::FromSqlConversionFailure(..)) => Ok(None),
        Err(e) => Err(about(path, e)),
    }
}

/// Hands out at most `limit` entries behind `head`, each checked, and returns the last of them (`head` where there
/// was none).
pub(super) fn read(
    db: &Connection,
    path: &Path,
    head: Head,
    limit: u64,
    each: &mut dyn FnMut(Entry),
) -> Result<Head, JournalError> {
    let mut head = head;
    let mut statement =
        db.prepare(&format!("{COLUMNS} WHERE seq > ?1 ORDER BY seq LIMIT ?2")).map_err(|e| about(path, e))?;
    let mut rows =
        statement.query(params![as_row_id(head.seq), as_row_id(limit)]).map_err(|e| about(path, e))?;
    while let Some(row) = rows.next().map_err(|e| about(path, e))? {
        let seq = head.seq + 1;
        let (entry, hash) = follower(row, &head).ok_or(JournalError::Tampered { seq })?;
        head = Head { seq, hash };
        each(entry);
    }
    Ok(head)
}

/// The entry before `seq`, as it says of itself: where to start checking.
pub(super) fn before(db: &Connection, path: &Path, seq: u64) -> Result<Head, JournalError> {
    let seq = seq - 1;
    if seq == 0 {
        return Ok(Head { seq, hash: chain::START });
    }
    let hash = hash_of(db, path, seq)?.ok_or(JournalError::Tampered { seq })?;
    Ok(Head { seq, hash })
}

/// The row's entry and hash, where it is the one that follows `head`.
fn follower(row: &Row<'_>, head: &Head) -> Option<(Entry, Hash)> {
    let seq = head.seq + 1;
    let content = NewEntry {
        at_ms: row.get(1).ok()?,
        version: row.get(2).ok()?,
        kind: row.get(3).ok()?,
        actor: row.get(4).ok()?,
        body: row.get(5).ok()?,
    };
    let hash = chain::link(&head.hash, seq, &content);
    let follows = row.get::<_, i64>(0).ok()? == as_row_id(seq);
    let same = row.get_ref(6).ok()?.as_blob().ok()? == hash;
    (follows && same).then_some((Entry { seq, content }, hash))
}

/// Writes all the entries or none, and returns once they would survive a power cut.
pub(super) fn write(db: &mut Connection, head: Head, entries: &[NewEntry]) -> rusqlite::Result<Head> {
    let mut head = head;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO entry (seq, at_ms, version, kind, actor, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for entry in entries {
            let seq = head.seq + 1;
            let hash = chain::link(&head.hash, seq, entry);
            let NewEntry { at_ms, version, kind, actor, body } = entry;
            insert.execute(params![as_row_id(seq), at_ms, version, kind, actor, body, hash])?;
            head = Head { seq, hash };
        }
    }
    transaction.commit()?;
    Ok(head)
}

/// Removes the entries up to this one, which another file has, and makes the file smaller: all of it or nothing.
pub(super) fn let_go(db: &mut Connection, up_to_seq: u64) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch("DROP TRIGGER entry_not_removed")?;
    transaction.execute("DELETE FROM entry WHERE seq <= ?1", [as_row_id(up_to_seq)])?;
    transaction.execute_batch(NOT_REMOVED)?;
    {
        // A row for each page that is given back.
        let mut give_back =
            transaction.prepare(&format!("PRAGMA incremental_vacuum({PAGES_GIVEN_BACK_MAX})"))?;
        let mut pages = give_back.query([])?;
        while pages.next()?.is_some() {}
    }
    transaction.commit()
}

/// SQLite's row ids are signed; no journal reaches half of their range.
fn as_row_id(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// What a failed commit means to the caller.
pub(super) fn about_write(path: &Path, error: rusqlite::Error) -> JournalError {
    match about(path, error) {
        JournalError::Read { source } => JournalError::Write { source },
        other => other,
    }
}

fn about(path: &Path, error: rusqlite::Error) -> JournalError {
    let path = path.to_owned();
    let code = error.sqlite_error_code();
    let source: Cause = Arc::new(error);
    match code {
        Some(ErrorCode::DiskFull) => JournalError::DiskFull { source },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => JournalError::Corrupt { path, source },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            JournalError::Open { path, source }
        }
        _ => JournalError::Read { source },
    }
}

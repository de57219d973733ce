//! The journal's archive on real files: old entries leave the database, and are read as before.
#![allow(clippy::unwrap_used)]

mod notes;

use std::path::Path;
use std::sync::Arc;

use controller_daemon::journal::{Journal, JournalError, NewEntry, Snapshot, SqliteJournal};
use notes::{commit_from, entry, replayed};

/// A journal with the entries 1 to `last`, each as old as its number says.
async fn journal(folder: &Path, last: u64) -> SqliteJournal {
    let journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    commit_from(&journal, 1, (1..=last).map(entry).collect()).await;
    journal
}

/// What stands in a file, whatever the journal makes of it.
fn numbers_in(file: &Path) -> (i64, i64) {
    let db = rusqlite::Connection::open(file).unwrap();
    db.query_row("SELECT min(seq), max(seq) FROM entry", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn tamper(file: &Path, sql: &str) {
    let db = rusqlite::Connection::open(file).unwrap();
    let sql = format!("DROP TRIGGER entry_not_changed; DROP TRIGGER entry_not_removed; {sql}");
    db.execute_batch(&sql).unwrap();
}

#[tokio::test]
async fn database_and_archive_are_read_as_one_sequence() {
    let dir = tempfile::tempdir().unwrap();
    let (path, archive) = (dir.path().join("journal.db"), dir.path().join("journal.archive"));
    let open = journal(dir.path(), 5_000).await;
    let all = replayed(&open);
    open.close();
    let before = path.metadata().unwrap().len();

    let open = SqliteJournal::open(&path).unwrap();
    assert_eq!(open.archive(5_000, 3_001).unwrap(), 3_000);
    assert_eq!(open.archive(5_000, 3_001).unwrap(), 0);
    assert_eq!(open.archive(5_000, 4_001).unwrap(), 1_000, "the archive grows at its end");
    assert_eq!((numbers_in(&archive), numbers_in(&path)), ((1, 4_000), (4_001, 5_000)));
    assert_eq!(replayed(&open), all);
    assert_eq!(open.verify().unwrap(), 5_000);
    for (from, limit) in [(1, 3), (3_999, 1), (3_999, 2), (3_999, 4), (4_000, 2), (4_001, 2), (4_002, 9_999)]
    {
        let first = usize::try_from(from).unwrap() - 1;
        let expected = &all[first..all.len().min(first + limit as usize)];
        assert_eq!(open.read(from, limit).unwrap(), expected, "{limit} from {from}");
    }
    let mut behind = 0;
    assert_eq!(open.replay(3_990, &mut |_| behind += 1).unwrap(), 5_000);
    assert_eq!(behind, 1_010);
    commit_from(&open, 5_001, vec![entry(5_001)]).await;
    open.close();
    let after = path.metadata().unwrap().len();
    assert!(after < before / 3, "{after} bytes of {before}");

    let open = SqliteJournal::open(&path).unwrap();
    assert_eq!(replayed(&open).len(), 5_001);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute("DELETE FROM entry", []).unwrap_err();
}

#[tokio::test]
async fn only_what_a_snapshot_contains_is_moved_and_its_end_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (path, archive) = (dir.path().join("journal.db"), dir.path().join("journal.archive"));
    let open = journal(dir.path(), 30).await;
    for too_early in [0, 1, 2] {
        assert_eq!(open.archive(too_early, i64::MAX).unwrap(), 0);
    }
    assert!(!archive.exists(), "nothing was to be moved");
    open.keep_snapshot(&Snapshot { seq: 30, version: 1, body: "{}".into() }).unwrap();
    assert_eq!(open.archive(10, i64::MAX).unwrap(), 8);
    assert_eq!(open.archive(30, i64::MAX).unwrap(), 20);
    assert_eq!(numbers_in(&path), (29, 30));
    open.close();

    // Without the archive the controller still starts, and goes on.
    std::fs::remove_file(&archive).unwrap();
    let open = SqliteJournal::open(&path).unwrap();
    assert_eq!(open.snapshot().unwrap().unwrap().seq, 30);
    assert_eq!(open.replay(30, &mut |_| {}).unwrap(), 30);
    commit_from(&open, 31, (31..40).map(entry).collect()).await;
    for missed in [open.verify().unwrap_err(), open.archive(39, i64::MAX).unwrap_err()] {
        assert!(matches!(missed, JournalError::ArchiveMissing { first: 29, .. }), "{missed:?}");
    }
    assert!(!archive.exists(), "a new one would hide what is missing");
}

#[tokio::test]
async fn a_young_entry_keeps_back_those_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let open = SqliteJournal::open(&dir.path().join("journal.db")).unwrap();
    // The clock of the PC was wrong for a while.
    let times = [1, 2, 9, 3, 4, 5, 6].map(|at| NewEntry { at_ms: at, ..entry(1) });
    commit_from(&open, 1, times.into()).await;
    assert_eq!(open.archive(7, 9).unwrap(), 2);
    assert_eq!(open.archive(7, 10).unwrap(), 3, "the last two of the snapshot stay");
}

#[tokio::test]
async fn a_cut_between_copying_and_removing_leaves_every_entry_once() {
    let dir = tempfile::tempdir().unwrap();
    let (path, archive) = (dir.path().join("journal.db"), dir.path().join("journal.archive"));
    let open = journal(dir.path(), 2_500).await;
    let all = replayed(&open);
    // A journal that is closed copies a piece, and then is not there any more to let go of it.
    open.close();
    let cut = open.archive(2_500, 2_001).unwrap_err();
    assert!(matches!(cut, JournalError::Closed), "{cut:?}");
    assert_eq!((numbers_in(&archive), numbers_in(&path)), ((1, 1_000), (1, 2_500)));

    let open = SqliteJournal::open(&path).unwrap();
    assert_eq!(replayed(&open), all);
    assert_eq!(open.verify().unwrap(), 2_500);
    assert_eq!(open.archive(2_500, 2_001).unwrap(), 2_000, "what was begun is ended");
    assert_eq!((numbers_in(&archive), numbers_in(&path)), ((1, 2_000), (2_001, 2_500)));
    assert_eq!(replayed(&open), all);
}

#[tokio::test]
async fn tampering_with_the_archive_is_found_at_the_entry_it_touched() {
    for (sql, at) in [
        ("UPDATE entry SET body = '{\"n\":9}' WHERE seq = 3", 3),
        ("UPDATE entry SET at_ms = 9 WHERE seq = 1", 1),
        ("UPDATE entry SET hash = x'00' WHERE seq = 20", 20),
        ("DELETE FROM entry WHERE seq = 1", 1),
        ("DELETE FROM entry WHERE seq = 7", 7),
        ("DELETE FROM entry WHERE seq = 20", 20),
        ("DELETE FROM entry", 1),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let open = journal(dir.path(), 30).await;
        assert_eq!(open.archive(30, 21).unwrap(), 20);
        tamper(&dir.path().join("journal.archive"), sql);
        let mut seen = 0;
        let error = open.replay(0, &mut |_| seen += 1).unwrap_err();
        assert!(matches!(error, JournalError::Tampered { seq } if seq == at), "{sql}: {error:?}");
        assert_eq!(seen, at - 1, "{sql}: the sound entries before it are handed out");
        assert!(open.verify().is_err(), "{sql}");
        let up_to_the_seam = open.read(at, u32::try_from(21 - at).unwrap());
        assert!(up_to_the_seam.is_err(), "{sql}: a piece that ends there, too");
        assert_eq!(open.replay(25, &mut |_| {}).unwrap(), 30, "{sql}: what is behind it can be read");
    }
}

#[tokio::test]
async fn the_archive_of_another_journal_does_not_fit() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = journal(dir.path(), 30).await;
    assert_eq!(open.archive(30, 21).unwrap(), 20);
    let foreign = SqliteJournal::open(&other.path().join("journal.db")).unwrap();
    commit_from(&foreign, 1, (101..=130).map(entry).collect()).await;
    assert_eq!(foreign.archive(30, 121).unwrap(), 20);
    let archive = dir.path().join("journal.archive");
    std::fs::copy(other.path().join("journal.archive"), &archive).unwrap();
    for error in [open.verify().unwrap_err(), open.archive(30, 25).unwrap_err()] {
        assert!(matches!(error, JournalError::Tampered { seq: 21 }), "{error:?}");
    }
    assert_eq!(numbers_in(&dir.path().join("journal.db")), (21, 30), "nothing was let go");

    // Nor where both have the same entries.
    let young = tempfile::tempdir().unwrap();
    let open = journal(young.path(), 30).await;
    std::fs::copy(&archive, young.path().join("journal.archive")).unwrap();
    let error = open.archive(30, 25).unwrap_err();
    assert!(matches!(error, JournalError::Tampered { seq: 20 }), "{error:?}");
    assert_eq!(open.verify().unwrap(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_bounded_and_appends_go_between() {
    let dir = tempfile::tempdir().unwrap();
    let open = Arc::new(journal(dir.path(), 21_000).await);
    let moving = Arc::clone(&open);
    let moving = tokio::task::spawn_blocking(move || moving.archive(21_000, i64::MAX).unwrap());
    for n in 21_001..21_040 {
        commit_from(open.as_ref(), n, vec![entry(n)]).await;
    }
    assert_eq!(moving.await.unwrap(), 20_000, "a piece of the rest is left to the next time");
    assert_eq!(open.archive(21_000, i64::MAX).unwrap(), 998);
    assert_eq!(open.verify().unwrap(), 21_039);
}

//! The journal on real files: what is committed stays, what is not never half shows, and tampering is seen.
#![allow(clippy::unwrap_used)]

mod notes;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use controller_daemon::journal::{
    Haste, Journal, JournalError, NewEntry, Notice, Options, Snapshot, SqliteJournal,
};
use notes::{commit, entry, next, replayed};

const CHILD_DIR: &str = "LOA_TEST_JOURNAL";

async fn failure(journal: &dyn Journal, entries: Vec<NewEntry>) -> (u64, JournalError) {
    let mut notices = journal.notices();
    journal.append(next(journal), entries, Haste::AtOnce).unwrap();
    match notices.next().await {
        Some(Notice::Failed { from_seq, error }) => (from_seq, error),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_committed_is_replayed_in_order_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    assert!(replayed(&journal).is_empty());
    assert_eq!(commit(&journal, vec![entry(1), entry(2)]).await, 2);
    assert_eq!(commit(&journal, vec![entry(3)]).await, 3);
    journal.close();

    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(commit(&journal, vec![entry(4)]).await, 4);
    let entries = replayed(&journal);
    assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(entries[3].content, entry(4));
    assert_eq!(journal.read(2, 2).unwrap(), entries[1..3]);
    assert_eq!(journal.verify().unwrap(), 4);
}

fn snapshot(seq: u64) -> Snapshot {
    Snapshot { seq, version: 1, body: format!("{{\"state\":{seq}}}") }
}

#[tokio::test]
async fn the_newest_snapshot_is_kept_and_replay_goes_on_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.snapshot().unwrap(), None);
    commit(&journal, (1..6).map(entry).collect()).await;
    journal.keep_snapshot(&snapshot(2)).unwrap();
    journal.keep_snapshot(&snapshot(4)).unwrap();
    journal.close();

    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.snapshot().unwrap(), Some(snapshot(4)));
    let mut behind = Vec::new();
    assert_eq!(journal.replay(4, &mut |entry| behind.push(entry.seq)).unwrap(), 5);
    assert_eq!(behind, [5]);
    assert_eq!(journal.replay(5, &mut |_| {}).unwrap(), 5);
    let ahead = journal.keep_snapshot(&snapshot(6)).unwrap_err();
    assert!(matches!(ahead, JournalError::OutOfStep { expected: 5, given: 6 }), "{ahead:?}");
}

#[tokio::test]
async fn a_snapshot_that_is_damaged_or_of_another_journal_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (path, file) = (dir.path().join("journal.db"), dir.path().join("journal.snapshot"));
    let journal = SqliteJournal::open(&path).unwrap();
    commit(&journal, (1..6).map(entry).collect()).await;
    journal.keep_snapshot(&snapshot(4)).unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    for damaged in [
        "",
        "\n",
        "{}\n{}",
        &whole[..whole.len() - 1],
        &whole.replace("\"state\":4", "\"state\":5"),
        &whole.replace("\"seq\":4", "\"seq\":3"),
        &whole.replace("\"seq\":4", "\"seq\":40"),
    ] {
        std::fs::write(&file, damaged).unwrap();
        assert_eq!(journal.snapshot().unwrap(), None, "{damaged}");
    }
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(journal.snapshot().unwrap(), Some(snapshot(4)));

    let other = tempfile::tempdir().unwrap();
    std::fs::copy(&file, other.path().join("journal.snapshot")).unwrap();
    let journal = SqliteJournal::open(&other.path().join("journal.db")).unwrap();
    commit(&journal, (2..8).map(entry).collect()).await;
    assert_eq!(journal.snapshot().unwrap(), None);
}

#[tokio::test]
async fn only_the_entry_that_comes_next_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(&dir.path().join("journal.db")).unwrap();
    commit(&journal, vec![entry(1), entry(2)]).await;
    for given in [0, 1, 2, 4, u64::MAX] {
        let refused = journal.append(given, vec![entry(3)], Haste::AtOnce);
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, JournalError::OutOfStep { expected: 3, given: at } if at == given),
            "{given}: {refused:?}"
        );
    }
    assert_eq!(commit(&journal, vec![entry(3)]).await, 3);
}

#[tokio::test]
async fn a_full_queue_and_a_closed_journal_refuse_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { queue_entries_max: 2, ..Options::default() };
    let journal = SqliteJournal::open_with(&dir.path().join("journal.db"), options).unwrap();
    assert!(matches!(
        journal.append(1, (0..3).map(entry).collect(), Haste::AtOnce),
        Err(JournalError::QueueFull { .. })
    ));
    let mut notices = journal.notices();
    journal.append(1, vec![entry(1)], Haste::AtOnce).unwrap();
    journal.close();
    assert!(matches!(notices.next().await, Some(Notice::Committed { up_to_seq: 1 })));
    assert!(notices.next().await.is_none());
    assert!(matches!(journal.append(2, vec![entry(2)], Haste::AtOnce), Err(JournalError::Closed)));
    assert!(matches!(journal.resume(), Err(JournalError::Closed)));
}

#[tokio::test]
async fn a_second_opener_is_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let first = SqliteJournal::open(&path).unwrap();
    let error = SqliteJournal::open(&path).unwrap_err();
    assert_eq!(error.code(), "journal-in-use");
    assert_eq!(error.to_string(), format!("the journal {} is already open", path.display()));
    first.close();
    SqliteJournal::open(&path).unwrap();
}

/// Changes the file behind the journal's back, as somebody with the SQLite tool could.
fn tamper(path: &Path, sql: &str) {
    let db = rusqlite::Connection::open(path).unwrap();
    let sql = format!("DROP TRIGGER entry_not_changed; DROP TRIGGER entry_not_removed; {sql}");
    db.execute_batch(&sql).unwrap();
}

#[tokio::test]
async fn every_kind_of_tampering_is_found_at_the_entry_it_touched() {
    for (sql, at) in [
        ("UPDATE entry SET body = '{\"n\":9}' WHERE seq = 3", 3),
        ("UPDATE entry SET at_ms = 9 WHERE seq = 3", 3),
        ("UPDATE entry SET kind = 'other' WHERE seq = 3", 3),
        ("UPDATE entry SET actor = '{\"by\":\"x\"}' WHERE seq = 3", 3),
        ("UPDATE entry SET version = 2 WHERE seq = 3", 3),
        ("UPDATE entry SET body = CAST(x'ff' AS TEXT) WHERE seq = 3", 3),
        ("UPDATE entry SET hash = x'00' WHERE seq = 3", 3),
        ("DELETE FROM entry WHERE seq = 3", 3),
        ("UPDATE entry SET body = 'x' WHERE seq = 5", 5),
        ("INSERT INTO entry VALUES (7, 7, 1, 'note', '{}', '{}', zeroblob(32))", 6),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let journal = SqliteJournal::open(&path).unwrap();
        commit(&journal, (1..6).map(entry).collect()).await;
        let mut seen = 0;
        journal.replay(0, &mut |_| seen += 1).unwrap();
        assert_eq!(seen, 5);
        tamper(&path, sql);
        seen = 0;
        let error = journal.replay(0, &mut |_| seen += 1).unwrap_err();
        assert!(matches!(error, JournalError::Tampered { seq } if seq == at), "{sql}: {error:?}");
        assert_eq!(seen, at - 1, "{sql}: the sound entries before it are handed out");
        assert!(journal.verify().is_err(), "{sql}");
    }
}

#[tokio::test]
async fn entries_cannot_be_changed_by_a_slip() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    commit(&journal, vec![entry(1)]).await;
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute("DELETE FROM entry", []).unwrap_err();
    db.execute("UPDATE entry SET body = ''", []).unwrap_err();
}

#[tokio::test]
async fn a_tampered_end_is_found_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    commit(&journal, vec![entry(1), entry(2)]).await;
    journal.close();
    tamper(&path, "UPDATE entry SET body = '{}' WHERE seq = 2");
    let error = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(error, JournalError::Tampered { seq: 2 }), "{error:?}");
}

#[tokio::test]
async fn damaged_and_foreign_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    commit(&journal, (0..2_000).map(entry).collect()).await;
    journal.close();

    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = SqliteJournal::open(&path).map(|journal| journal.verify()).unwrap_err();
    assert_eq!(error.code(), "journal-damaged", "{error:?}");

    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    assert_eq!(SqliteJournal::open(&path).unwrap_err().code(), "journal-damaged");
    assert_eq!(std::fs::read(&path).unwrap(), vec![b'x'; 8192], "a foreign file is left as it is");

    let foreign = dir.path().join("other.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE entry (x)").unwrap();
    assert_eq!(SqliteJournal::open(&foreign).unwrap_err().code(), "journal-foreign-file");

    let newer = dir.path().join("newer.db");
    SqliteJournal::open(&newer).unwrap().close();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 9).unwrap();
    assert!(matches!(SqliteJournal::open(&newer), Err(JournalError::Newer { found: 9, .. })));

    let below = dir.path().join("nowhere/journal.db");
    assert_eq!(SqliteJournal::open(&below).unwrap_err().code(), "journal-not-locked");
}

#[tokio::test]
async fn a_full_disk_suspends_the_journal_whole_and_resuming_continues_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    commit(&journal, vec![entry(1)]).await;
    journal.limit_pages(20);

    let (from_seq, error) = failure(&journal, (2..5_000).map(entry).collect()).await;
    assert_eq!((from_seq, error.code()), (2, "disk-full"), "{error:?}");
    assert!(matches!(journal.append(2, vec![entry(2)], Haste::AtOnce), Err(JournalError::Suspended)));
    assert_eq!(replayed(&journal).len(), 1, "nothing of the failed commit shows");

    journal.limit_pages(0);
    assert_eq!(journal.resume().unwrap(), 1);
    assert_eq!(commit(&journal, vec![entry(2)]).await, 2);
    assert_eq!(journal.verify().unwrap(), 2);
}

#[tokio::test]
async fn every_failure_is_told_once_and_commits_after_it_are_told_again() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(&dir.path().join("journal.db")).unwrap();
    let mut notices = journal.notices();
    for round in 0..3 {
        journal.limit_pages(1);
        journal.append(round + 1, (0..500).map(entry).collect(), Haste::AtOnce).unwrap();
        let told = notices.next().await;
        assert!(matches!(told, Some(Notice::Failed { from_seq, .. }) if from_seq == round + 1), "{told:?}");
        journal.limit_pages(0);
        journal.resume().unwrap();
        journal.append(round + 1, vec![entry(1)], Haste::AtOnce).unwrap();
        let told = notices.next().await;
        assert!(matches!(told, Some(Notice::Committed { up_to_seq }) if up_to_seq == round + 1), "{told:?}");
    }
}

/// A journal that gathers entries until something else makes it commit them.
fn gathering(dir: &Path) -> SqliteJournal {
    let hour = Duration::from_secs(3_600);
    let options = Options { gather_step: hour, gather_max: hour, ..Options::default() };
    SqliteJournal::open_with(&dir.join("journal.db"), options).unwrap()
}

#[tokio::test]
async fn what_nobody_waits_for_shares_a_commit() {
    let dir = tempfile::tempdir().unwrap();
    let journal = gathering(dir.path());
    let mut notices = journal.notices();
    journal.append(1, vec![entry(1)], Haste::Relaxed).unwrap();
    journal.append(2, vec![entry(2)], Haste::Relaxed).unwrap();
    // Far longer than a commit takes: one that was made too early would be told by then.
    let early = tokio::time::timeout(Duration::from_millis(200), notices.next()).await;
    assert!(early.is_err(), "{early:?}");
    journal.append(3, vec![entry(3)], Haste::AtOnce).unwrap();
    let told = notices.next().await;
    assert!(matches!(told, Some(Notice::Committed { up_to_seq: 3 })), "{told:?}");
    assert_eq!(journal.verify().unwrap(), 3);
}

#[tokio::test]
async fn what_nobody_waits_for_is_committed_when_the_journal_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let journal = gathering(dir.path());
    journal.append(1, vec![entry(1)], Haste::Relaxed).unwrap();
    journal.close();
    assert_eq!(journal.verify().unwrap(), 1);
}

#[tokio::test]
async fn what_nobody_waits_for_is_committed_when_no_more_comes_or_it_has_waited_long_enough() {
    let hour = Duration::from_secs(3_600);
    for (gather_step, gather_max) in [(Duration::ZERO, hour), (hour, Duration::ZERO)] {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { gather_step, gather_max, ..Options::default() };
        let journal = SqliteJournal::open_with(&dir.path().join("journal.db"), options).unwrap();
        let mut notices = journal.notices();
        journal.append(1, vec![entry(1)], Haste::Relaxed).unwrap();
        let told = notices.next().await;
        assert!(matches!(told, Some(Notice::Committed { up_to_seq: 1 })), "{told:?}");
    }
}

#[tokio::test]
async fn the_wal_stays_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    let body = format!("\"{}\"", "x".repeat(10_000));
    for n in 0..40 {
        let big = || NewEntry { body: body.clone(), ..entry(n) };
        commit(&journal, (0..100).map(|_| big()).collect()).await;
    }
    let wal_bytes = dir.path().join("journal.db-wal").metadata().unwrap().len();
    assert!(path.metadata().unwrap().len() > 32_000_000);
    assert!(wal_bytes < 10_000_000, "{wal_bytes}");
}

/// Runs in a child process that its parent kills: appends for ever and prints what is committed.
#[tokio::test]
#[ignore = "only as a child of the next test"]
async fn child_that_is_killed() {
    let dir = std::env::var(CHILD_DIR).unwrap();
    let journal = SqliteJournal::open(&Path::new(&dir).join("journal.db")).unwrap();
    let mut n = replayed(&journal).len() as u64;
    loop {
        let last = commit(&journal, (0..7).map(|i| entry(n + i)).collect()).await;
        n += 7;
        println!("committed {last}");
    }
}

#[tokio::test]
async fn nothing_committed_is_lost_when_the_process_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let mut total = 0;
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_is_killed", "--ignored", "--nocapture"])
            .env(CHILD_DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if let Some(seq) = line.strip_prefix("committed ") {
                told = seq.parse().unwrap();
                if told >= total + 50 * round {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        let journal = SqliteJournal::open(&dir.path().join("journal.db")).unwrap();
        total = journal.verify().unwrap();
        assert!(total >= told, "{total} of {told}");
        assert_eq!(total % 7, 0, "an append is committed whole or not at all");
        journal.close();
    }
}

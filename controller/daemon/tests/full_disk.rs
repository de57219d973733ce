//! A disk that is really full: what was committed stays, what does not fit is refused, and when there is space again
//! work goes on.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::Path;

use controller_daemon::clips::ClipStore;
use controller_daemon::journal::{Haste, Journal, JournalError, NewEntry, Notice, SqliteJournal};
use system_tests::small_disk::{SmallDisk, where_one_may_mount};

#[test]
fn a_full_disk_loses_nothing_and_goes_on_once_there_is_space() {
    where_one_may_mount("a_full_disk_loses_nothing_and_goes_on_once_there_is_space", || {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("data");
        std::fs::create_dir(&dir).unwrap();
        let disk = SmallDisk::over(&dir, "1m").unwrap();
        disk.hold(400_000).unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(journal_on(&dir, &disk));
        disk.hold(100_000).unwrap();
        clips_on(&dir);
    })
    .unwrap();
}

fn entry() -> NewEntry {
    let body = format!("\"{}\"", "x".repeat(2_000));
    NewEntry { at_ms: 0, version: 1, kind: "note".into(), actor: "{}".into(), body }
}

async fn journal_on(dir: &Path, disk: &SmallDisk) {
    let journal = SqliteJournal::open(&dir.join("journal.db")).unwrap();
    let mut notices = journal.notices();
    let mut committed = 0;
    let (from_seq, error) = loop {
        journal.append(committed + 1, vec![entry(), entry(), entry()], Haste::AtOnce).unwrap();
        match notices.next().await.unwrap() {
            Notice::Committed { up_to_seq } => committed = up_to_seq,
            Notice::Failed { from_seq, error } => break (from_seq, error),
        }
    };
    assert!(matches!(error, JournalError::DiskFull { .. }), "{error:?}");
    assert!(committed > 3);
    assert_eq!(from_seq, committed + 1);
    assert_eq!(journal.replay(0, &mut |_| {}).unwrap(), committed, "the disk is still full");

    disk.empty().unwrap();
    assert_eq!(journal.resume().unwrap(), committed);
    let last = committed + 1;
    journal.append(last, vec![entry()], Haste::AtOnce).unwrap();
    assert!(matches!(notices.next().await, Some(Notice::Committed { up_to_seq }) if up_to_seq == last));
    assert_eq!(journal.verify().unwrap(), last);
    journal.close();
}

fn clips_on(dir: &Path) {
    let store = ClipStore::open(&dir.join("clips")).unwrap();
    let mut temp = store.create_temp().unwrap();
    let error = loop {
        if let Err(error) = temp.write_all(&[7; 10_000]) {
            break temp.error(error);
        }
    };
    assert_eq!(error.code(), "disk-full", "{error:?}");
    drop(temp);
    let mut temp = store.create_temp().unwrap();
    temp.write_all(&[7; 10_000]).unwrap();
    store.commit(temp, None).unwrap();
}

//! A disk that is really full: a small file system of memory in a namespace of its own.
//!
//! Where the system does not allow such a namespace, this test can only say so.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::Path;
use std::process::Command;

use controller_daemon::clips::ClipStore;
use controller_daemon::journal::{Haste, Journal, JournalError, NewEntry, Notice, SqliteJournal};

const CHILD_DIR: &str = "LOA_TEST_SMALL_DISK";

#[test]
fn a_full_disk_loses_nothing_and_goes_on_once_there_is_space() {
    let mount = "mount -t tmpfs -o size=1m none \"$0\" && exec \"$1\" --ignored --nocapture";
    let dir = tempfile::tempdir().unwrap();
    let child = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", mount])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .env(CHILD_DIR, dir.path())
        .output();
    let Ok(child) = child else { return eprintln!("not tested: no unshare here") };
    let said = String::from_utf8_lossy(&child.stdout);
    if !said.contains("on a small disk") {
        return eprintln!("not tested: {}", String::from_utf8_lossy(&child.stderr));
    }
    assert!(child.status.success(), "{said}{}", String::from_utf8_lossy(&child.stderr));
}

#[tokio::test]
#[ignore = "only as a child of the test above"]
async fn child_on_a_small_disk() {
    println!("on a small disk");
    let dir = std::env::var(CHILD_DIR).unwrap();
    let ballast = Path::new(&dir).join("ballast");
    std::fs::write(&ballast, vec![0; 400_000]).unwrap();
    journal_on(Path::new(&dir), &ballast).await;
    std::fs::write(&ballast, vec![0; 100_000]).unwrap();
    clips_on(Path::new(&dir));
}

fn entry() -> NewEntry {
    let body = format!("\"{}\"", "x".repeat(2_000));
    NewEntry { at_ms: 0, version: 1, kind: "note".into(), actor: "{}".into(), body }
}

async fn journal_on(dir: &Path, ballast: &Path) {
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

    std::fs::remove_file(ballast).unwrap();
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

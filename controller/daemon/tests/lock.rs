//! The data folder's lock across processes.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use controller_daemon::lock::{DataDir, LockError};

const CHILD_DIR: &str = "LOA_TEST_DATA_DIR";

/// Runs in a child process: holds the folder until it is killed.
#[test]
#[ignore = "only as a child of the next test"]
fn child_that_holds_the_folder() {
    let _held = DataDir::open(Path::new(&std::env::var(CHILD_DIR).unwrap())).unwrap();
    println!("held");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_killed_owner_frees_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_holds_the_folder", "--ignored", "--nocapture"])
        .env(CHILD_DIR, dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "held"));

    let error = DataDir::open(dir.path()).unwrap_err();
    assert!(matches!(error, LockError::InUse { pid: Some(pid), .. } if pid == child.id()), "{error:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    DataDir::open(dir.path()).unwrap();
}

/// In `/proc` not even the superuser makes files.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let error = DataDir::open(Path::new("/proc/self")).unwrap_err();
    assert_eq!(error.code(), "data-folder-not-writable");
    assert_eq!(error.to_string(), "the data folder /proc/self cannot be written to");
}

//! Any bytes as a sound file: there is an answer, without a panic, and a clip is as long as it is said to be.

#![no_main]

#[path = "../../tests/common/checksums.rs"]
mod checksums;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::abort;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use audio::{Decoder, PrepareOptions, prepare};
use libfuzzer_sys::fuzz_target;
use tempfile::NamedTempFile;

/// The file that is prepared again and again, in memory where there is such a place.
static FILE: LazyLock<NamedTempFile> = LazyLock::new(|| {
    let in_memory = Path::new("/dev/shm");
    let file = if in_memory.is_dir() { NamedTempFile::new_in(in_memory) } else { NamedTempFile::new() };
    file.expect("a temporary file")
});

/// What the latest panic said. Panics of decoders are caught by the crate and are nothing to report, so the
/// fuzzer's own hook, which ends the process, must go.
static PANIC: Mutex<String> = Mutex::new(String::new());
static HOOK: LazyLock<()> = LazyLock::new(|| {
    std::panic::set_hook(Box::new(|panic| {
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
});

fuzz_target!(|bytes: &[u8]| {
    LazyLock::force(&HOOK);
    let checked = catch_unwind(AssertUnwindSafe(|| {
        check(bytes, false);
        check(bytes, true);
        if bytes.starts_with(b"OggS") {
            let mut bytes = bytes.to_vec();
            checksums::restore(&mut bytes);
            check(&bytes, true);
        }
    }));
    if checked.is_err() {
        eprintln!("{}", PANIC.lock().unwrap_or_else(PoisonError::into_inner));
        abort();
    }
});

fn check(bytes: &[u8], allow_partial: bool) {
    let max_duration = Duration::from_secs(10);
    let options = PrepareOptions { max_duration, allow_partial, threads: 1, ..PrepareOptions::default() };
    fs::write(FILE.path(), bytes).expect("a writable file");
    let mut clip = Vec::new();
    let Ok(prepared) = prepare(FILE.path(), &mut clip, &options) else { return };
    assert!(prepared.duration_ms <= 10_000);
    let mut decoder = Decoder::open(&clip[..]).expect("a clip");
    let (mut piece, mut samples) = (Vec::new(), 0);
    while decoder.next_frame(&mut piece).expect("a whole clip") {
        samples += piece.len() as u64;
    }
    assert_eq!(samples / 48, prepared.duration_ms);
}

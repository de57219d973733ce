//! The clip store on real folders: whole or not at all, found again, damage seen.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use controller_daemon::clips::{ClipError, ClipStore, Stored};
use firmware_proto::ClipId;
use sha2::{Digest, Sha256};

fn put(store: &ClipStore, bytes: &[u8]) -> Stored {
    let mut temp = store.create_temp().unwrap();
    temp.write_all(bytes).unwrap();
    store.commit(temp, None).unwrap()
}

fn file_of(folder: &Path, clip: ClipId) -> PathBuf {
    let name = clip.to_string();
    folder.join(&name[..2]).join(format!("{name}.opus"))
}

fn names(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_clip_is_stored_under_its_hash_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let first = put(&store, b"xin chao");
    assert_eq!(first.clip.as_bytes()[..], Sha256::digest(b"xin chao")[..]);
    assert_eq!((first.size_bytes, first.new), (8, true));
    assert!(file_of(dir.path(), first.clip).is_file());
    assert_eq!(put(&store, b"xin chao"), Stored { new: false, ..first });
    assert_eq!(store.list().unwrap(), [(first.clip, 8)]);
    assert_eq!(store.size_bytes(first.clip).unwrap(), 8);
    assert_eq!(names(&dir.path().join("tmp")), 0);

    let store = ClipStore::open(dir.path()).unwrap();
    assert!(store.contains(first.clip));
    let mut text = String::new();
    store.open_clip(first.clip).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "xin chao");
}

#[test]
fn an_unexpected_clip_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let mut temp = store.create_temp().unwrap();
    temp.write_all(b"a").unwrap();
    let (found, expected) = (temp.clip(), ClipId::from_bytes([7; 32]));
    let error = store.commit(temp, Some(expected)).unwrap_err();
    assert_eq!(error.code(), "clip-mismatch");
    assert_eq!(error.to_string(), format!("the clip {found} came in the place of {expected}"));
    assert!(!store.contains(found) && store.list().unwrap().is_empty());
    drop(store.create_temp().unwrap());
    assert_eq!(names(&dir.path().join("tmp")), 0);

    let mut temp = store.create_temp().unwrap();
    temp.write_all(b"a").unwrap();
    store.commit(temp, Some(found)).unwrap();
}

#[test]
fn ranges_end_with_the_clip() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let clip = put(&store, b"0123456789").clip;
    assert_eq!(store.read_range(clip, 0, 4).unwrap(), b"0123");
    assert_eq!(store.read_range(clip, 8, usize::MAX).unwrap(), b"89");
    assert!(store.read_range(clip, 10, 4).unwrap().is_empty());
    let error = store.read_range(clip, 11, 4).unwrap_err();
    assert_eq!(error.code(), "clip-out-of-range");
    let absent = ClipId::from_bytes([1; 32]);
    assert_eq!(store.read_range(absent, 0, 4).unwrap_err().code(), "clip-not-found");
}

#[test]
fn more_clips_than_open_files_are_read_right() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let clips: Vec<_> = (0..100_u8).map(|n| put(&store, &[n; 10]).clip).collect();
    for round in 0..3_u8 {
        for (n, clip) in (0..100_u8).zip(&clips) {
            assert_eq!(store.read_range(*clip, u64::from(round), 3).unwrap(), [n; 3]);
        }
    }
}

#[test]
fn a_removed_clip_is_gone_even_when_it_was_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let clip = put(&store, b"0123456789").clip;
    store.read_range(clip, 0, 4).unwrap();
    store.remove(clip).unwrap();
    for error in [
        store.read_range(clip, 0, 4).unwrap_err(),
        store.remove(clip).unwrap_err(),
        store.size_bytes(clip).unwrap_err(),
        store.verify(clip).unwrap_err(),
        store.chunk_hashes(clip, 4).unwrap_err(),
        store.open_clip(clip).unwrap_err(),
    ] {
        assert_eq!(error.code(), "clip-not-found");
    }
}

#[test]
fn damage_is_found_and_healed_by_storing_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let bytes = vec![5; 100_000];
    let clip = put(&store, &bytes).clip;
    store.verify(clip).unwrap();
    assert_eq!(store.read_range(clip, 0, 1).unwrap(), [5], "and the file is open from here on");
    for damaged in [&bytes[..99_999], &[&bytes[..], b"x"].concat(), &[&bytes[..99_999], b"x"].concat()] {
        std::fs::write(file_of(dir.path(), clip), damaged).unwrap();
        assert!(matches!(store.verify(clip), Err(ClipError::Damaged { clip: it }) if it == clip));
        assert_eq!(store.chunk_hashes(clip, 2048).unwrap_err().code(), "clip-damaged");
    }
    put(&store, &bytes);
    store.verify(clip).unwrap();
    assert_eq!(store.read_range(clip, 99_999, 9).unwrap(), [5]);
}

#[test]
fn every_chunk_has_its_hash() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let bytes: Vec<u8> = (0..150_000_u32).map(|n| (n / 7) as u8).collect();
    for (len, chunk) in
        [(0, 2048), (1, 2048), (2048, 2048), (2049, 2048), (150_000, 2048), (150_000, 100_000)]
    {
        let clip = put(&store, &bytes[..len]).clip;
        let expected: Vec<[u8; 32]> = bytes[..len].chunks(chunk).map(|c| Sha256::digest(c).into()).collect();
        assert_eq!(store.chunk_hashes(clip, chunk).unwrap(), expected, "{len} {chunk}");
    }
}

#[test]
fn opening_removes_what_an_interrupted_run_left_and_passes_over_foreign_files() {
    let dir = tempfile::tempdir().unwrap();
    let store = ClipStore::open(dir.path()).unwrap();
    let clip = put(&store, b"a").clip;
    let mut temp = store.create_temp().unwrap();
    temp.write_all(b"half a cl").unwrap();
    // As after a power cut: nobody ran the destructor.
    std::mem::forget(temp);
    let file = file_of(dir.path(), clip);
    std::fs::write(file.with_extension("txt"), b"x").unwrap();
    std::fs::write(file.with_file_name("note.opus"), b"x").unwrap();
    std::fs::write(dir.path().join("note"), b"x").unwrap();
    assert_eq!(names(&dir.path().join("tmp")), 1);
    let store = ClipStore::open(dir.path()).unwrap();
    assert_eq!(names(&dir.path().join("tmp")), 0);
    assert_eq!(store.list().unwrap(), [(clip, 1)]);
}

#[test]
fn a_store_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = ClipStore::open(&file.path().join("clips")).unwrap_err();
    assert_eq!(error.code(), "clip-not-written");
    assert!(error.to_string().contains(&file.path().display().to_string()));
}

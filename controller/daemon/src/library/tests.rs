//! Bytes and facts: whoever comes first, the bytes of what is a fact are there.
#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use audio::Sound;
use controller_core::settings::Settings;

use super::*;
use crate::studio;

fn library() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    (folder, library)
}

fn chime(library: &Library) -> (ClipId, Held) {
    let (new, held) = studio::synthesise(library, &Settings::default(), Sound::Chime).unwrap();
    (new.clip.id, held)
}

#[test]
fn what_is_a_fact_no_more_goes() {
    let (_folder, library) = library();
    let (clip, held) = chime(&library);
    drop(held);
    fs::write(library.source_path(clip), "its recording").unwrap();
    library.discard(clip, || true).unwrap();
    assert!(library.store.contains(clip) && library.has_source(clip), "it is a fact again");
    library.discard(clip, || false).unwrap();
    assert!(!library.store.contains(clip) && !library.has_source(clip));
    library.discard(clip, || false).unwrap();
}

#[test]
fn what_somebody_brings_again_in_this_moment_stays() {
    let (_folder, library) = library();
    drop(chime(&library));
    // It was given up. Somebody brings it again, and it is not a fact yet when its bytes are to go.
    let (clip, held) = chime(&library);
    let asked = Cell::new(false);
    let is_known = || {
        asked.set(true);
        false
    };
    library.discard(clip, is_known).unwrap();
    assert!(library.store.contains(clip) && !asked.get());
    drop(held);
    library.discard(clip, || false).unwrap();
    assert!(!library.store.contains(clip));
}

#[test]
fn what_is_in_no_journal_is_put_aside_and_not_lost() {
    let (folder, library) = library();
    let (clip, _held) = chime(&library);
    fs::write(library.source_path(clip), "its recording").unwrap();
    assert_eq!(library.put_aside_unknown(|_| true).unwrap(), 0);
    assert_eq!(library.put_aside_unknown(|known| known != clip).unwrap(), 1);
    assert!(!library.store.contains(clip) && !library.has_source(clip));
    let unknown = folder.path().join("clips/unknown");
    assert!(unknown.join(format!("{clip}.opus")).is_file());
    assert!(unknown.join(format!("{clip}.recording")).is_file());
    // Nor does what lies there count as a clip.
    assert_eq!(library.put_aside_unknown(|_| false).unwrap(), 0);
}

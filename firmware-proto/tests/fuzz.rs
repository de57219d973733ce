//! The fuzz targets (`fuzz/`) on arbitrary bytes, on their corpus, and on the corpus with a few bytes changed.
#![allow(clippy::unwrap_used)]

#[path = "../fuzz/entry.rs"]
mod entry;

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A fuzz target: the folder of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 6] = [
    ("cose", entry::cose),
    ("command", entry::command),
    ("report", entry::report),
    ("chunk", entry::chunk),
    ("state", entry::state),
    ("speaker", entry::speaker),
];

/// The corpus of a target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn every_target_takes_its_corpus() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name}");
        corpus.iter().for_each(|bytes| target(bytes));
    }
}

proptest! {
    #[test]
    fn every_target_takes_any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        TARGETS.iter().for_each(|(_, target)| target(&bytes));
    }

    #[test]
    fn every_target_takes_a_changed_corpus(
        file: Index, changes in vec((any::<Index>(), any::<u8>()), 1..4), cut in any::<Index>(),
    ) {
        for (name, target) in TARGETS {
            let corpus = corpus(name);
            let mut bytes = file.get(&corpus).clone();
            changes.iter().for_each(|(at, byte)| {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            });
            target(&bytes);
            bytes.truncate(cut.index(bytes.len() + 1));
            target(&bytes);
        }
    }
}

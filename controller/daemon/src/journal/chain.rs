//! The hash chain: every entry's hash covers the entry and the hash before it.

use sha2::{Digest, Sha256};

use super::entry::NewEntry;

/// What the hash of an entry looks like.
pub(super) type Hash = [u8; 32];

/// What stands before the first entry.
pub(super) const START: Hash = [0; 32];

/// Keeps these hashes apart from any other use of SHA-256 on similar bytes.
const DOMAIN: &[u8] = b"loa journal 1\0";

/// The hash of an entry. Lengths stand before texts, so that no two entries give the same bytes.
pub(super) fn link(previous: &Hash, seq: u64, entry: &NewEntry) -> Hash {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(previous);
    hash.update(seq.to_be_bytes());
    hash.update(entry.at_ms.to_be_bytes());
    hash.update(entry.version.to_be_bytes());
    for text in [&entry.kind, &entry.actor, &entry.body] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_move_from_one_part_to_another() {
        let entry = |kind: &str, actor: &str, body: &str| NewEntry {
            at_ms: 7,
            version: 1,
            kind: kind.into(),
            actor: actor.into(),
            body: body.into(),
        };
        let hash = link(&START, 1, &entry("ab", "c", "d"));
        assert_ne!(hash, link(&START, 1, &entry("a", "bc", "d")));
        assert_ne!(hash, link(&START, 1, &entry("ab", "", "cd")));
        assert_ne!(hash, link(&START, 1, &NewEntry { version: 2, ..entry("ab", "c", "d") }));
        assert_ne!(hash, link(&START, 2, &entry("ab", "c", "d")));
        assert_ne!(hash, link(&hash, 1, &entry("ab", "c", "d")));
    }

    /// Journals of released versions are checked with this function: it must never change.
    #[test]
    fn the_hash_is_frozen() {
        let entry = NewEntry {
            at_ms: 1_700_000_000_000,
            version: 1,
            kind: "note".into(),
            actor: "{}".into(),
            body: "{}".into(),
        };
        let hex: String = link(&START, 1, &entry).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "e324fc9eefbf27288a709205f28dad117e9a876b97fd3f940e655d096c72d7e0");
    }
}

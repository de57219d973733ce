//! Encodings that the types cannot say: an encoded message with something in it that is strange or wrong.

use firmware_proto::message::Command;

/// Adds an entry to the end of the CBOR map that starts at `at`; its count is in that byte.
pub fn with_entry(mut map: Vec<u8>, at: usize, entry: &[u8]) -> Vec<u8> {
    assert!((0xa0..0xb7).contains(&map[at]));
    map[at] += 1;
    map.extend_from_slice(entry);
    map
}

/// A command with one more entry at its end.
pub fn command_with(command: &Command, entry: &[u8]) -> Vec<u8> {
    with_entry(minicbor::to_vec(command).unwrap(), 0, entry)
}

/// Replaces the only place where `old` stands.
pub fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let places: Vec<usize> =
        bytes.windows(old.len()).enumerate().filter(|(_, w)| *w == old).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 1, "{old:x?} must stand there once");
    let at = places[0];
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// `99: [[..[0]..]]` with so many arrays.
pub fn nested(arrays: usize) -> Vec<u8> {
    let mut entry = vec![0x18, 99];
    entry.extend(std::iter::repeat_n(0x81, arrays));
    entry.push(0);
    entry
}

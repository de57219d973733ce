//! Names the coding of a sound track that symphonia does not list, because it does not know the coding: AMR in a phone's
//! 3GP, a protected song, Windows Media in Matroska.

use std::fs::File;
use std::io::{Read, Seek};

use super::mp4::Index;
use crate::limits::MATROSKA_HEAD_BYTES;

/// Sample entries (ISO/IEC 14496-12 section 8.5.2, 3GPP TS 26.244 section 6) and what they stand for.
const SAMPLE_ENTRIES: &[(&[u8; 4], &str)] = &[
    (b"drms", "protected sound (DRM)"),
    (b"enca", "protected sound (DRM)"),
    (b"samr", "AMR"),
    (b"sawb", "AMR-WB"),
    (b"sawp", "AMR-WB+"),
    (b"sevc", "EVRC"),
    (b"sqcp", "QCELP"),
    (b"dtsc", "DTS"),
    (b"ac-4", "AC-4"),
    (b"mha1", "MPEG-H"),
    (b"mhm1", "MPEG-H"),
];

/// The coding of the first sound track in an MP4 or Matroska `file`, `None` where there is none.
pub(super) fn coding(file: &mut File) -> Option<String> {
    let Some(index) = Index::find(file) else { return matroska(file) };
    let entry = index.sound_entry()?;
    let known = SAMPLE_ENTRIES.iter().find(|(kind, _)| **kind == entry);
    Some(known.map_or_else(|| entry.escape_ascii().to_string(), |(_, name)| (*name).to_owned()))
}

/// Looks for the text of a sound track's CodecID element, which begins with "A_".
fn matroska(file: &mut File) -> Option<String> {
    file.rewind().ok()?;
    let mut head = Vec::new();
    file.take(MATROSKA_HEAD_BYTES).read_to_end(&mut head).ok()?;
    if !head.starts_with(b"\x1a\x45\xdf\xa3") {
        return None;
    }
    head.windows(4).enumerate().find_map(|(at, window)| {
        let &[0x86, size, b'A', b'_'] = window else { return None };
        let name = head.get(at + 2..at + 2 + usize::from(size.checked_sub(0x80)?))?;
        let plain = name.iter().all(u8::is_ascii_graphic);
        plain.then(|| String::from_utf8_lossy(name).into_owned())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::mp4::tests::{movie, stored};
    use super::*;

    #[test]
    fn the_sample_entry_names_the_coding() {
        let coding_of = |handler, entry| coding(&mut stored(&movie(handler, entry, &[])));
        assert_eq!(coding_of(b"soun", b"drms").unwrap(), "protected sound (DRM)");
        assert_eq!(coding_of(b"soun", b"samr").unwrap(), "AMR");
        assert_eq!(coding_of(b"soun", b"ab\0d").unwrap(), "ab\\x00d");
        assert_eq!(coding_of(b"vide", b"avc1"), None);
    }

    #[test]
    fn a_matroska_track_is_called_by_its_codec_id() {
        let head = b"\x1a\x45\xdf\xa3\x86\x84matr\x86\x85V_VP8\x86\x88A_MS/ACM\x00";
        assert_eq!(coding(&mut stored(head)).unwrap(), "A_MS/ACM");
        assert_eq!(coding(&mut stored(&head[..20])), None);
    }
}

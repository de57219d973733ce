//! What a sound track is coded as that symphonia leaves out, because it knows neither its coding nor that it is
//! sound: AMR in a phone's 3GP, a protected song, Windows Media in Matroska.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Index of an MP4 file that is still looked at; one of an hour has some hundred kilobytes.
const MOOV_BYTES_MAX: u64 = 16 << 20;
/// Boxes at the top of an MP4 file that are looked at.
const BOXES_MAX: usize = 10_000;
/// Where a Matroska file's tracks have begun.
const MATROSKA_BYTES: u64 = 64 << 10;

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

/// The coding of the first sound track in an MP4 or Matroska `file`, if there is one after all.
pub(super) fn coding(file: &mut File) -> Option<String> {
    file.rewind().ok()?;
    let mut head = [0; 8];
    file.read_exact(&mut head).ok()?;
    if head.starts_with(b"\x1a\x45\xdf\xa3") { matroska(file) } else { mp4(file) }
}

fn mp4(file: &mut File) -> Option<String> {
    let moov = moov(file)?;
    let entry =
        boxes(&moov).filter(|(kind, _)| kind == b"trak").find_map(|(_, track)| sample_entry(track))?;
    let known = SAMPLE_ENTRIES.iter().find(|(kind, _)| **kind == entry);
    Some(known.map_or_else(|| entry.escape_ascii().to_string(), |(_, name)| (*name).to_owned()))
}

/// The body of the box that describes the tracks.
fn moov(file: &mut File) -> Option<Vec<u8>> {
    let mut at = 0;
    for _ in 0..BOXES_MAX {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 16];
        file.read_exact(&mut head[..8]).ok()?;
        let [a, b, c, d, kind @ ..] = *head.first_chunk::<8>()?;
        let (size, start) = match u32::from_be_bytes([a, b, c, d]) {
            1 => {
                file.read_exact(&mut head[8..]).ok()?;
                (u64::from_be_bytes(*head.last_chunk()?), 16)
            }
            size => (u64::from(size), 8),
        };
        if kind == *b"moov" {
            let mut body = Vec::new();
            file.take(size.saturating_sub(start).min(MOOV_BYTES_MAX)).read_to_end(&mut body).ok()?;
            return Some(body);
        }
        at = at.checked_add(size.max(start))?;
    }
    None
}

/// The boxes within a box: type and body. Ends at the first that does not fit.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (&[a, b, c, d, k0, k1, k2, k3], _) = bytes.split_first_chunk::<8>()?;
        let size = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        let body = bytes.get(8..size)?;
        bytes = &bytes[size..];
        Some(([k0, k1, k2, k3], body))
    })
}

fn child<'a>(bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(kind, _)| kind == wanted).map(|(_, body)| body)
}

/// The type of a track's first sample entry, if the track is sound.
fn sample_entry(track: &[u8]) -> Option<[u8; 4]> {
    let media = child(track, b"mdia")?;
    let handler = child(media, b"hdlr")?;
    if handler.get(8..12)? != b"soun" {
        return None;
    }
    let descriptions = child(child(child(media, b"minf")?, b"stbl")?, b"stsd")?;
    // Version and number of entries, then the size of the first and its type.
    descriptions.get(12..16)?.try_into().ok()
}

/// Looks for the text of a sound track's CodecID element, which begins with "A_".
fn matroska(file: &mut File) -> Option<String> {
    file.rewind().ok()?;
    let mut head = Vec::new();
    file.take(MATROSKA_BYTES).read_to_end(&mut head).ok()?;
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
    use super::*;
    use std::io::Write;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], body].concat()
    }

    fn movie(handler: &[u8; 4], entry: &[u8; 4]) -> Vec<u8> {
        let stsd = boxed(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &boxed(entry, &[0; 28])].concat());
        let minf = boxed(b"minf", &boxed(b"stbl", &stsd));
        let hdlr = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat());
        let trak = boxed(b"trak", &boxed(b"mdia", &[hdlr, minf].concat()));
        [boxed(b"ftyp", b"M4A \0\0\0\0"), boxed(b"mdat", &[7; 100]), boxed(b"moov", &trak)].concat()
    }

    fn coding_of(bytes: &[u8]) -> Option<String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        coding(&mut file)
    }

    #[test]
    fn the_sample_entry_names_the_coding() {
        assert_eq!(coding_of(&movie(b"soun", b"drms")).unwrap(), "protected sound (DRM)");
        assert_eq!(coding_of(&movie(b"soun", b"samr")).unwrap(), "AMR");
        assert_eq!(coding_of(&movie(b"soun", b"ab\0d")).unwrap(), "ab\\x00d");
        assert_eq!(coding_of(&movie(b"vide", b"avc1")), None);
    }

    #[test]
    fn every_cut_and_every_wrong_byte_has_an_answer() {
        let whole = movie(b"soun", b"enca");
        for at in 0..whole.len() {
            coding_of(&whole[..at]);
            for value in [0, 1, 0xff] {
                let mut wrong = whole.clone();
                wrong[at] = value;
                coding_of(&wrong);
            }
        }
    }

    #[test]
    fn a_matroska_track_is_called_by_its_codec_id() {
        let head = b"\x1a\x45\xdf\xa3\x86\x84matr\x86\x85V_VP8\x86\x88A_MS/ACM\x00";
        assert_eq!(coding_of(head).unwrap(), "A_MS/ACM");
        assert_eq!(coding_of(&head[..20]), None);
    }
}

//! What a file is, from its first bytes.
//!
//! The signature of an MP3 is only two bytes, which occur by chance in every picture. So a file that certainly is no
//! sound is refused before a decoder searches it, and a failure to decode counts as damage only where a signature
//! says that the file is sound.

use super::file::Repair;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ogg, with whatever inside.
    Ogg,
    /// Another sound or video container that can be read.
    Sound,
    /// Sound in a format that cannot be read; its name for people.
    Undecodable(&'static str),
    /// Certainly no sound: a picture, a document, a program, text.
    Foreign,
    /// No signature. May still be sound, such as an MP3 without a tag.
    Unknown,
}

/// Signature, its place, and what it means.
const SIGNATURES: &[(usize, &[u8], Kind)] = &[
    // The first packet of an Ogg file's first stream.
    (28, b"Speex   ", Kind::Undecodable("Speex")),
    (0, b"OggS", Kind::Ogg),
    (0, b"fLaC", Kind::Sound),
    (8, b"WAVE", Kind::Sound),
    (8, b"AIFF", Kind::Sound),
    (8, b"AIFC", Kind::Sound),
    (0, b"caff", Kind::Sound),
    (0, b"ID3", Kind::Sound),
    (0, b"\x1a\x45\xdf\xa3", Kind::Sound),
    (4, b"ftyphei", Kind::Foreign),
    (4, b"ftypmif1", Kind::Foreign),
    (4, b"ftypavif", Kind::Foreign),
    (4, b"ftyp", Kind::Sound),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind::Undecodable("Windows Media (WMA)")),
    (0, b"#!AMR", Kind::Undecodable("AMR")),
    (0, b"MThd", Kind::Undecodable("MIDI")),
    (0, b"wvpk", Kind::Undecodable("WavPack")),
    (0, b"MAC ", Kind::Undecodable("Monkey's Audio")),
    (0, b"TTA1", Kind::Undecodable("True Audio")),
    (0, b".RMF", Kind::Undecodable("RealAudio")),
    (0, b".ra\xfd", Kind::Undecodable("RealAudio")),
    (0, b"RF64", Kind::Undecodable("WAV with 64-bit lengths (RF64)")),
    (0, b"FLV\x01", Kind::Undecodable("Flash video")),
    (0, b"\x0b\x77", Kind::Undecodable("AC-3")),
    (8, b"AVI ", Kind::Undecodable("AVI video")),
    (8, b"WEBP", Kind::Foreign),
    (0, b"\xff\xd8\xff", Kind::Foreign),
    (0, b"\x89PNG", Kind::Foreign),
    (0, b"GIF8", Kind::Foreign),
    (0, b"%PDF", Kind::Foreign),
    (0, b"PK\x03\x04", Kind::Foreign),
    (0, b"Rar!", Kind::Foreign),
    (0, b"7z\xbc\xaf", Kind::Foreign),
    (0, b"\x1f\x8b", Kind::Foreign),
    (0, b"\xd0\xcf\x11\xe0", Kind::Foreign),
    (0, b"\x7fELF", Kind::Foreign),
    (0, b"MZ", Kind::Foreign),
    (0, b"SQLite format 3", Kind::Foreign),
];

/// Lengths from here on stand for "unknown" in a WAV header: writers to a pipe put 0xffffffff (ffmpeg) or
/// something just above 0x7fff0000 (espeak-ng, sox) where they cannot know.
const WAV_LENGTH_UNKNOWN: u32 = 0x7fff_0000;
/// After a recorder's power is cut the length is still zero, with at least this much sound behind it.
const WAV_UNCLOSED_BYTES: u64 = 1_024;

/// Tells what a file is from `head`, its first bytes.
pub(super) fn kind(head: &[u8]) -> Kind {
    let found = SIGNATURES
        .iter()
        .find(|(offset, signature, _)| head.get(*offset..).is_some_and(|rest| rest.starts_with(signature)));
    match found {
        Some((_, _, kind)) => *kind,
        None if is_text(head) => Kind::Foreign,
        None => Kind::Unknown,
    }
}

fn is_text(head: &[u8]) -> bool {
    let utf16 = matches!(head, [0xff, 0xfe, _, 0, ..] | [0xfe, 0xff, 0, ..]);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return utf16,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\x0c');
    utf16 || (!valid.is_empty() && valid.chars().all(plain))
}

/// For a WAV file of `len` bytes whose header leaves its length open: the header bytes that close it.
pub(super) fn wav_length_repairs(head: &[u8], len: u64) -> Vec<Repair> {
    if !head.starts_with(b"RIFF") || head.get(8..12) != Some(b"WAVE") {
        return Vec::new();
    }
    let mut at = 12;
    while let Some(&[a, b, c, d, ref size @ ..]) = head.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let size = u32::from_le_bytes(*size);
        let start = at as u64 + 8;
        if [a, b, c, d] == *b"data" {
            return data_repairs(size, start, len);
        }
        // Chunks are padded to an even length.
        at = at.saturating_add(8).saturating_add(size as usize).saturating_add(size as usize & 1);
    }
    Vec::new()
}

fn data_repairs(size: u32, start: u64, len: u64) -> Vec<Repair> {
    let Some(present) = len.checked_sub(start) else { return Vec::new() };
    let unclosed = size == 0 && present >= WAV_UNCLOSED_BYTES;
    let unknown = size >= WAV_LENGTH_UNKNOWN && u64::from(size) > present;
    let (Ok(riff), Ok(data)) = (u32::try_from(len - 8), u32::try_from(present)) else { return Vec::new() };
    if !unclosed && !unknown {
        return Vec::new();
    }
    vec![
        Repair { offset: 4, bytes: riff.to_le_bytes() },
        Repair { offset: start - 4, bytes: data.to_le_bytes() },
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn signatures_decide() {
        assert_eq!(kind(b"OggS\0\x02"), Kind::Ogg);
        assert_eq!(kind(b"RIFF\x24\0\0\0WAVEfmt "), Kind::Sound);
        assert_eq!(kind(b"\0\0\0\x1cftypM4A "), Kind::Sound);
        assert_eq!(kind(b"\0\0\0\x1cftypheic"), Kind::Foreign);
        assert_eq!(kind(b"#!AMR\n\x3c"), Kind::Undecodable("AMR"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0\0\x10JFIF"), Kind::Foreign);
        assert_eq!(kind(b"\xff\xfb\x50\xc4"), Kind::Unknown);
    }

    #[test]
    fn text_is_no_sound_in_any_language() {
        assert_eq!(kind("Thông báo của Ủy ban".as_bytes()), Kind::Foreign);
        let cut = "Ủy ban nhân dân xã Bảo Nhai".as_bytes();
        assert_eq!(kind(&cut[..2]), Kind::Unknown);
        assert_eq!(kind(&cut[..4]), Kind::Foreign);
        assert_eq!(kind(b"\xff\xfeT\0h\0"), Kind::Foreign);
        assert_eq!(kind(&[0; 64]), Kind::Unknown);
    }

    fn wav_head(data_size: u32) -> Vec<u8> {
        let mut head = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec();
        head.extend([0; 16]);
        head.extend(b"data");
        head.extend(data_size.to_le_bytes());
        head
    }

    #[test]
    fn only_an_open_length_is_closed() {
        let closed = |size| wav_length_repairs(&wav_head(size), 44 + 10_000).len();
        assert_eq!(closed(10_000), 0);
        assert_eq!(closed(20_000), 0, "a cut file must stay cut");
        assert_eq!([closed(u32::MAX), closed(0x7fff_f000), closed(0)], [2, 2, 2]);
        let repairs = wav_length_repairs(&wav_head(u32::MAX), 44 + 10_000);
        assert_eq!(repairs[1], Repair { offset: 40, bytes: 10_000u32.to_le_bytes() });
        assert_eq!(wav_length_repairs(&wav_head(0), 44), []);
        assert_eq!(wav_length_repairs(&wav_head(u32::MAX)[..41], 41), []);
    }
}

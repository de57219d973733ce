//! Checksums of Ogg pages (RFC 3533 section 6), put right after damage was done.

#![allow(dead_code)]

/// Makes every page that starts with the capture pattern fit to its checksum.
pub fn restore(bytes: &mut [u8]) {
    let mut at = 0;
    while at + 27 <= bytes.len() {
        if &bytes[at..at + 4] != b"OggS" {
            at += 1;
            continue;
        }
        let segments = usize::from(bytes[at + 26]);
        let body: usize = bytes[at + 27..].iter().take(segments).map(|&size| usize::from(size)).sum();
        let end = (at + 27 + segments + body).min(bytes.len());
        bytes[at + 22..at + 26].fill(0);
        let checksum = bytes[at..end].iter().fold(0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
                if crc & 0x8000_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x04c1_1db7 }
            })
        });
        bytes[at + 22..at + 26].copy_from_slice(&checksum.to_le_bytes());
        at = end;
    }
}

//! The index of an MP4 file (ISO/IEC 14496-12), as far as it has to be read before symphonia does.
//!
//! Symphonia looks for the time of each sample from the start of a table that some recorders write with an entry
//! for every sample: an hour of their sound takes minutes. Nobody here needs those times. So a long table reads as
//! two entries, with as many samples and the same length in all.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::super::file::Repair;
use crate::limits::{MP4_BOXES_MAX, MP4_INDEX_BYTES_MAX, MP4_TIMES_MAX, MP4_TRACKS_MAX};

/// First boxes of a file that is read on.
const FIRST_BOXES: [&[u8; 4]; 6] = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"];

/// The body of the box that describes the tracks.
pub(super) struct Index {
    /// Its place in the file.
    offset: u64,
    bytes: Vec<u8>,
}

impl Index {
    /// Finds it in `file`, if that is an MP4 file. Leaves the file at any position.
    pub(super) fn find(file: &mut File) -> Option<Self> {
        let mut at = 0;
        for number in 0..MP4_BOXES_MAX {
            file.seek(SeekFrom::Start(at)).ok()?;
            let mut head = [0; 16];
            file.read_exact(&mut head[..8]).ok()?;
            let [a, b, c, d, kind @ ..] = *head.first_chunk::<8>()?;
            if number == 0 && !FIRST_BOXES.contains(&&kind) {
                return None;
            }
            let (size, start) = match u32::from_be_bytes([a, b, c, d]) {
                1 => {
                    file.read_exact(&mut head[8..]).ok()?;
                    (u64::from_be_bytes(*head.last_chunk()?), 16)
                }
                size => (u64::from(size), 8),
            };
            if kind == *b"moov" {
                let mut bytes = Vec::new();
                file.take(size.saturating_sub(start).min(MP4_INDEX_BYTES_MAX))
                    .read_to_end(&mut bytes)
                    .ok()?;
                return Some(Self { offset: at + start, bytes });
            }
            at = at.checked_add(size.max(start))?;
        }
        None
    }

    /// The type of the first sound track's sample entry: how it is coded.
    pub(super) fn sound_entry(&self) -> Option<[u8; 4]> {
        self.tracks().find_map(|track| {
            let media = self.child(track, b"mdia")?;
            let handler = self.child(media.clone(), b"hdlr")?;
            if self.bytes[handler].get(8..12)? != b"soun" {
                return None;
            }
            let descriptions = self.child(self.sample_table(media)?, b"stsd")?;
            // Version and number of entries, then the size of the first and its type.
            self.bytes[descriptions].get(12..16)?.try_into().ok()
        })
    }

    /// What makes long tables of times short.
    pub(super) fn repairs(&self) -> Vec<Repair> {
        let tables = self.tracks().take(MP4_TRACKS_MAX).filter_map(|track| {
            let media = self.child(track, b"mdia")?;
            self.child(self.sample_table(media)?, b"stts")
        });
        tables.filter_map(|table| self.shortened(table)).flatten().collect()
    }

    /// The number of entries, and two entries, for the table of times at `table`.
    fn shortened(&self, table: Range<usize>) -> Option<[Repair; 5]> {
        let (words, _) = self.bytes.get(table.start..table.end)?.as_chunks::<4>();
        let word = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes);
        // Version and flags, the number of entries, then how many samples of which length.
        let [_, count, entries @ ..] = words else { return None };
        let entries = entries.get(..(word(count) as usize).checked_mul(2)?)?;
        if entries.len() / 2 <= MP4_TIMES_MAX {
            return None;
        }
        let (mut samples, mut ticks) = (0u32, 0u64);
        for [count, length] in entries.as_chunks::<2>().0 {
            samples = samples.checked_add(word(count))?;
            ticks = ticks.checked_add(u64::from(word(count)) * u64::from(word(length)))?;
        }
        let length = u32::try_from(ticks.checked_div(u64::from(samples))?).ok()?;
        let longer = (ticks % u64::from(samples)) as u32;
        let values = [2, longer, length.checked_add(1)?, samples - longer, length];
        let first = self.offset + table.start as u64 + 4;
        let repair = |i: usize| Repair { offset: first + 4 * i as u64, bytes: values[i].to_be_bytes() };
        Some([0, 1, 2, 3, 4].map(repair))
    }

    fn tracks(&self) -> impl Iterator<Item = Range<usize>> {
        self.boxes(0..self.bytes.len()).filter(|(kind, _)| kind == b"trak").map(|(_, body)| body)
    }

    fn sample_table(&self, media: Range<usize>) -> Option<Range<usize>> {
        self.child(self.child(media, b"minf")?, b"stbl")
    }

    fn child(&self, body: Range<usize>, wanted: &[u8; 4]) -> Option<Range<usize>> {
        self.boxes(body).find(|(kind, _)| kind == wanted).map(|(_, body)| body)
    }

    /// The boxes within a box: type and place of the body. Ends at the first that does not fit.
    fn boxes(&self, within: Range<usize>) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
        let (mut at, end) = (within.start, within.end);
        std::iter::from_fn(move || {
            let [a, b, c, d, kind @ ..] = *self.bytes.get(at..end)?.first_chunk::<8>()?;
            let size = u32::from_be_bytes([a, b, c, d]) as usize;
            let body = at + 8..at.checked_add(size)?;
            if body.end > end || body.start > body.end {
                return None;
            }
            at = body.end;
            Some((kind, body))
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes(), &kind[..], body].concat()
    }

    /// A file with one track, with an entry for each of `times`.
    pub(in super::super) fn movie(handler: &[u8; 4], entry: &[u8; 4], times: &[[u32; 2]]) -> Vec<u8> {
        let stsd = boxed(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &boxed(entry, &[0; 28])].concat());
        let times = [&[[0, times.len() as u32]][..], times].concat().concat();
        let stts = boxed(b"stts", &times.into_iter().flat_map(u32::to_be_bytes).collect::<Vec<u8>>());
        let minf = boxed(b"minf", &boxed(b"stbl", &[stsd, stts].concat()));
        let hdlr = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat());
        let trak = boxed(b"trak", &boxed(b"mdia", &[hdlr, minf].concat()));
        [boxed(b"ftyp", b"M4A \0\0\0\0"), boxed(b"mdat", &[7; 100]), boxed(b"moov", &trak)].concat()
    }

    pub(in super::super) fn stored(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn repaired(times: &[[u32; 2]]) -> Option<Vec<u32>> {
        let mut bytes = movie(b"soun", b"mp4a", times);
        let repairs = Index::find(&mut stored(&bytes)).unwrap().repairs();
        for Repair { offset, bytes: repair } in &repairs {
            bytes[*offset as usize..][..4].copy_from_slice(repair);
        }
        let at = bytes.windows(4).position(|window| window == b"stts").unwrap() + 8;
        let words = bytes[at..].as_chunks::<4>().0;
        (!repairs.is_empty()).then(|| words[..5].iter().map(|word| u32::from_be_bytes(*word)).collect())
    }

    #[test]
    fn long_tables_of_times_become_short_and_stay_as_long() {
        assert_eq!(repaired(&[[1, 1_024]; 64]), None);
        assert_eq!(repaired(&[[1, 1_024]; 65]).unwrap(), [2, 0, 1_025, 65, 1_024]);
        let uneven: Vec<_> = (0..100).map(|i| [1 + i % 2, 1_000 + i]).collect();
        let [2, longer, more, rest, less] = repaired(&uneven).unwrap()[..] else { panic!() };
        assert_eq!(longer + rest, 150);
        let ticks = |entries: &[[u32; 2]]| entries.iter().map(|[count, length]| count * length).sum::<u32>();
        assert_eq!(ticks(&[[longer, more], [rest, less]]), ticks(&uneven));
    }

    #[test]
    fn tables_that_make_no_sense_are_left_alone() {
        assert_eq!(repaired(&[[0, 1_024]; 65]), None);
        assert_eq!(repaired(&[[u32::MAX, 1]; 65]), None);
        assert_eq!(repaired(&[[1, u32::MAX]; 65]), None);
    }

    #[test]
    fn every_cut_and_every_wrong_byte_has_an_answer() {
        let whole = movie(b"soun", b"enca", &[[1, 1_024]; 70]);
        let look = |bytes: &[u8]| Index::find(&mut stored(bytes)).map(|i| (i.sound_entry(), i.repairs()));
        assert!(look(&whole).is_some());
        for at in 0..whole.len() {
            look(&whole[..at]);
            for value in [0, 1, 0xff] {
                let mut wrong = whole.clone();
                wrong[at] = value;
                look(&wrong);
            }
        }
    }
}

//! The file under a decoder, with a few header bytes put right on the way.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// Four bytes to be read in place of those at `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repair {
    /// Position in the file.
    pub(super) offset: u64,
    /// What is read there.
    pub(super) bytes: [u8; 4],
}

/// A file that reads as if it had been repaired.
pub(super) struct SourceFile {
    file: File,
    position: u64,
    len: Option<u64>,
    repairs: Vec<Repair>,
}

impl SourceFile {
    /// `file`, which stands at its start. Without a length it is read as a stream, from start to end.
    pub(super) fn new(file: File, len: Option<u64>, repairs: Vec<Repair>) -> Self {
        Self { file, position: 0, len, repairs }
    }

    /// Adds bytes that read differently from what the file holds.
    pub(super) fn repair(&mut self, repairs: Vec<Repair>) {
        self.repairs.extend(repairs);
    }

    /// Another handle of the file. Both share one position, so they must not be used at the same time.
    pub(super) fn again(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

impl Read for SourceFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(buffer)?;
        for repair in &self.repairs {
            for (offset, &byte) in (repair.offset..).zip(&repair.bytes) {
                let place = offset.checked_sub(self.position).and_then(|at| usize::try_from(at).ok());
                if let Some(slot) = place.and_then(|at| buffer[..got].get_mut(at)) {
                    *slot = byte;
                }
            }
        }
        self.position += got as u64;
        Ok(got)
    }
}

impl Seek for SourceFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

impl MediaSource for SourceFile {
    fn is_seekable(&self) -> bool {
        self.len.is_some()
    }

    fn byte_len(&self) -> Option<u64> {
        self.len
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    #[test]
    fn repairs_show_wherever_the_reads_fall() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[0; 16]).unwrap();
        for piece in 1..=16 {
            file.rewind().unwrap();
            let repairs = vec![Repair { offset: 4, bytes: [1, 2, 3, 4] }];
            let mut source = SourceFile::new(file.try_clone().unwrap(), Some(16), repairs);
            let mut all: Vec<u8> = Vec::new();
            let mut buffer = vec![0; piece];
            while let got @ 1.. = source.read(&mut buffer).unwrap() {
                all.extend(&buffer[..got]);
            }
            assert_eq!(all, [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0], "{piece}");
            assert_eq!(source.seek(SeekFrom::Start(6)).unwrap(), 6);
            assert_eq!(source.read(&mut buffer[..1]).unwrap(), 1);
            assert_eq!(buffer[0], 3);
        }
    }
}

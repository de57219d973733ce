//! Sound files as they come: which decoder a file needs.

pub(crate) mod block;
mod codec_names;
mod container;
mod file;
mod ogg_opus;
mod sniff;

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::error::PrepareError;
use crate::limits::HEAD_BYTES;
use block::{Block, Failure, Source};
use container::Container;
use file::SourceFile;
use ogg_opus::OggOpus;
use sniff::Kind;

/// Opens the sound file at `path` with the decoder it needs.
///
/// # Errors
/// [`PrepareError`] as far as the file's beginning tells.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Source>, PrepareError> {
    let (mut file, len) = open_file(path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES).read_to_end(&mut head).map_err(PrepareError::Unreadable)?;
    file.rewind().map_err(PrepareError::Unreadable)?;
    let source = shielded(|| open_kind(file, &head, len)).map_err(|failure| failure.into_error(0))?;
    Ok(Box::new(Shielded(source)))
}

fn open_file(path: &Path) -> Result<(File, u64), PrepareError> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => PrepareError::Missing,
        _ => PrepareError::Unreadable(error),
    };
    let metadata = fs::metadata(path).map_err(refused)?;
    if !metadata.is_file() {
        return Err(PrepareError::NotAFile);
    }
    if metadata.len() == 0 {
        return Err(PrepareError::Empty);
    }
    Ok((File::open(path).map_err(refused)?, metadata.len()))
}

fn open_kind(mut file: File, head: &[u8], len: u64) -> Result<Box<dyn Source>, Failure> {
    let kind = sniff::kind(head);
    match kind {
        Kind::Foreign => return Err(Failure::NotAudio),
        Kind::Undecodable(name) => return Err(Failure::Unsupported(name.to_owned())),
        Kind::Ogg => {
            let reader = BufReader::new(file.try_clone().map_err(Failure::Io)?);
            if let Some(source) = OggOpus::open(reader)? {
                return Ok(Box::new(source));
            }
            file.rewind().map_err(Failure::Io)?;
        }
        Kind::Sound | Kind::Unknown => {}
    }
    let certain = !matches!(kind, Kind::Unknown);
    let repairs = sniff::wav_length_repairs(head, len);
    let whole = SourceFile::new(file.try_clone().map_err(Failure::Io)?, Some(len), repairs);
    match Container::open(whole, certain) {
        // Where a length goes beyond the file's, symphonia finds nothing. Read as a stream, what is left can be
        // measured.
        Err(Failure::Damaged) => {
            file.rewind().map_err(Failure::Io)?;
            let rest = shielded(|| Container::open(SourceFile::new(file, None, Vec::new()), certain))?;
            Ok(Box::new(rest.known_to_be_cut()))
        }
        opened => Ok(Box::new(opened?)),
    }
}

/// Malformed files have made decoders panic. Only decoding is guarded, so that a bug in the code behind it is not
/// taken for a damaged file.
fn shielded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Failure::Damaged))
}

/// A source whose panics count as damage. It is not used again after one: a pass ends with the first failure.
struct Shielded(Box<dyn Source>);

impl Source for Shielded {
    fn next(&mut self, block: &mut Block) -> Result<bool, Failure> {
        shielded(|| self.0.next(block))
    }

    fn lost_ms(&self) -> u64 {
        self.0.lost_ms()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Panicking;

    impl Source for Panicking {
        fn next(&mut self, _: &mut Block) -> Result<bool, Failure> {
            panic!("a decoder met what it did not expect (this line belongs to a test)");
        }

        fn lost_ms(&self) -> u64 {
            0
        }
    }

    #[test]
    fn a_panic_of_a_decoder_is_damage() {
        let mut source = Shielded(Box::new(Panicking));
        assert!(matches!(source.next(&mut Block::default()), Err(Failure::Damaged)));
    }
}

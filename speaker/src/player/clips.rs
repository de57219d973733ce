//! Clips of a pass as one stream of samples, at the job's volume.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;

use audio::{DecodeError, Decoder};
use firmware_proto::message::Reason;

/// Decodes one clip after the other.
pub(super) struct ClipReader {
    waiting: VecDeque<PathBuf>,
    decoder: Option<Decoder<BufReader<File>>>,
    /// Factor on the amplitude, in 1/32,768.
    gain: i32,
    frame: Vec<i16>,
}

impl ClipReader {
    pub(super) fn new(clips: Vec<PathBuf>, volume: u8) -> Self {
        let gain = i32::from(volume.min(100)) * 32_768 / 100;
        Self { waiting: clips.into(), decoder: None, gain, frame: Vec::new() }
    }

    /// The next samples, 120 ms at the most; `None` at the end of the last clip.
    pub(super) fn next(&mut self) -> Result<Option<&[i16]>, DecodeError> {
        loop {
            let decoder = match &mut self.decoder {
                Some(decoder) => decoder,
                None => {
                    let Some(path) = self.waiting.pop_front() else { return Ok(None) };
                    let file = File::open(path).map_err(DecodeError::Io)?;
                    self.decoder.insert(Decoder::open(BufReader::new(file))?)
                }
            };
            if decoder.next_frame(&mut self.frame)? {
                break;
            }
            self.decoder = None;
        }
        for sample in &mut self.frame {
            // A factor of at most 1 keeps it within 16 bits.
            *sample = ((i32::from(*sample) * self.gain) >> 15) as i16;
        }
        Ok(Some(&self.frame))
    }
}

/// What to tell the controller about a clip that does not play.
pub(super) fn reason(error: &DecodeError) -> Reason {
    match error {
        DecodeError::Io(error) if error.kind() == ErrorKind::NotFound => Reason::ClipMissing,
        DecodeError::Io(_) => Reason::ClipDamaged,
        _ => Reason::Undecodable,
    }
}

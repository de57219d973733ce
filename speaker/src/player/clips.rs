//! Clips of a pass as one stream of samples, at the job's volume.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use audio::{DecodeError, Decoder, SAMPLE_RATE_HZ};
use firmware_proto::message::Reason;

/// Decodes one clip after the other.
pub(super) struct ClipReader {
    waiting: VecDeque<PathBuf>,
    /// Samples to leave out before the next one.
    skip: u64,
    decoder: Option<Decoder<BufReader<File>>>,
    /// Factor on the amplitude, in 1/32,768.
    gain: i32,
    frame: Vec<i16>,
    /// The frame is decoded, and nobody has had it yet.
    ahead: bool,
}

impl ClipReader {
    pub(super) fn new(clips: Vec<PathBuf>, from_ms: u64, volume: u8) -> Self {
        let skip = from_ms.saturating_mul(u64::from(SAMPLE_RATE_HZ) / 1_000);
        let (waiting, gain) = (clips.into(), gain(volume));
        Self { waiting, skip, decoder: None, gain, frame: Vec::new(), ahead: false }
    }

    /// The next samples, 120 ms at the most; `None` at the end of the last clip.
    pub(super) fn next(&mut self) -> Result<Option<&[i16]>, DecodeError> {
        if !std::mem::take(&mut self.ahead) && !self.decode()? {
            return Ok(None);
        }
        for sample in &mut self.frame {
            // A factor of at most 1 keeps it within 16 bits.
            *sample = ((i32::from(*sample) * self.gain) >> 15) as i16;
        }
        Ok(Some(&self.frame))
    }

    /// Decodes the next frame; `false` at the end of the last clip.
    fn decode(&mut self) -> Result<bool, DecodeError> {
        loop {
            let decoder = match &mut self.decoder {
                Some(decoder) => decoder,
                None => {
                    let Some(path) = self.waiting.pop_front() else { return Ok(false) };
                    let file = File::open(path).map_err(DecodeError::Io)?;
                    let decoder = self.decoder.insert(Decoder::open(BufReader::new(file))?);
                    if self.skip > 0 {
                        self.skip -= decoder.skip(self.skip)?;
                    }
                    decoder
                }
            };
            if decoder.next_frame(&mut self.frame)? {
                return Ok(true);
            }
            self.decoder = None;
        }
    }
}

/// A clip that is open, with its first samples decoded, so that it can start without delay.
pub(super) struct Cue {
    path: PathBuf,
    reader: ClipReader,
}

impl Cue {
    /// `None` for a clip that does not play; its pass will say why.
    pub(super) fn new(path: &Path) -> Option<Self> {
        let mut reader = ClipReader::new(vec![path.to_owned()], 0, 100);
        reader.ahead = reader.decode().ok()?;
        Some(Self { path: path.to_owned(), reader })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The pass that begins with this clip.
    pub(super) fn play(mut self, clips: Vec<PathBuf>, volume: u8) -> ClipReader {
        self.reader.waiting = clips.into_iter().skip(1).collect();
        self.reader.gain = gain(volume);
        self.reader
    }
}

fn gain(volume: u8) -> i32 {
    i32::from(volume.min(100)) * 32_768 / 100
}

/// What to tell the controller about a clip that does not play.
pub(super) fn reason(error: &DecodeError) -> Reason {
    match error {
        DecodeError::Io(error) if error.kind() == ErrorKind::NotFound => Reason::ClipMissing,
        DecodeError::Io(_) => Reason::ClipDamaged,
        _ => Reason::Undecodable,
    }
}

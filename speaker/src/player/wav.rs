//! The `wav:PATH` sink: what would be heard, in WAV files, written at the pace of real time.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use audio::SAMPLE_RATE_HZ;
use firmware_proto::JobId;
use hound::{SampleFormat, WavSpec, WavWriter};

use super::sink::{Sink, SinkError};

const SPEC: WavSpec = WavSpec {
    channels: 1,
    sample_rate: SAMPLE_RATE_HZ,
    bits_per_sample: 16,
    sample_format: SampleFormat::Int,
};
/// The file's header is brought up to date this often, so that a kill leaves a file that plays.
const FLUSH_SAMPLES: u64 = SAMPLE_RATE_HZ as u64;

/// Writes WAV files: with a path that ends in `.wav`, everything since the start into that file; with a
/// folder, one file per job, named by its id, to which a repeated or resumed job adds.
pub struct WavSink {
    path: PathBuf,
    open: Option<Open>,
    written_before: bool,
}

struct Open {
    writer: WavWriter<BufWriter<File>>,
    started: Instant,
    samples: u64,
}

impl WavSink {
    /// Makes the folder, where there is one to make.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(path: &Path) -> std::io::Result<Self> {
        let folder = if is_file(path) { path.parent() } else { Some(path) };
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        Ok(Self { path: path.to_owned(), open: None, written_before: false })
    }

    fn open_file(&self, job: JobId) -> Result<WavWriter<BufWriter<File>>, hound::Error> {
        let one_file = is_file(&self.path);
        let path = if one_file { self.path.clone() } else { self.path.join(format!("{job}.wav")) };
        if path.exists() && (!one_file || self.written_before) {
            return WavWriter::append(&path);
        }
        WavWriter::create(&path, SPEC)
    }

    fn close(&mut self) -> Result<(), SinkError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.writer.finalize().map_err(broken)
    }
}

fn is_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wav") && !path.is_dir()
}

fn broken(error: hound::Error) -> SinkError {
    SinkError(Box::new(error))
}

impl Sink for WavSink {
    fn begin(&mut self, job: JobId) -> Result<(), SinkError> {
        self.close()?;
        let writer = self.open_file(job).map_err(broken)?;
        self.open = Some(Open { writer, started: Instant::now(), samples: 0 });
        self.written_before = true;
        Ok(())
    }

    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        for sample in samples {
            open.writer.write_sample(*sample).map_err(broken)?;
        }
        let before = open.samples / FLUSH_SAMPLES;
        open.samples += samples.len() as u64;
        if open.samples / FLUSH_SAMPLES > before {
            open.writer.flush().map_err(broken)?;
        }
        let due = open.started + Duration::from_secs_f64(open.samples as f64 / f64::from(SAMPLE_RATE_HZ));
        sleep(due.saturating_duration_since(Instant::now()));
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.close()
    }

    fn abort(&mut self) -> u64 {
        // The pass is over with or without a right header.
        let _ = self.close();
        0
    }
}

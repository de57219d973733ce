//! One pass over a source as a signal: decoded, mixed to mono, at 48 kHz.
//!
//! Whoever needs the sound more than once (to measure its loudness, then to encode it) makes more passes.

use std::path::Path;
use std::time::Duration;

use crate::error::PrepareError;
use crate::mix::mix_to_mono;
use crate::resample::Resampler;
use crate::source::{self, Block, Failure, Source};

/// More than this lost to decoding errors, in milliseconds, and the file counts as damaged: half a second is
/// a word.
const LOST_MS_MAX: u64 = 500;

/// What one pass has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Length of the signal in milliseconds.
    pub(crate) duration_ms: u64,
    /// What could not be decoded and was left out, in milliseconds.
    pub(crate) skipped_ms: u64,
}

/// Reads a source once, from start to end.
pub(crate) struct Pass {
    source: Box<dyn Source>,
    block: Block,
    mono: Vec<f32>,
    resampler: Option<Resampler>,
    /// Length of the parts that came before a change of rate, in milliseconds.
    earlier_ms: u64,
    max_ms: u64,
    ended: bool,
}

impl Pass {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`PrepareError`] as far as the file's beginning tells.
    pub(crate) fn open(path: &Path, max_duration: Duration) -> Result<Self, PrepareError> {
        let source = source::open(path)?;
        let max_ms = u64::try_from(max_duration.as_millis()).unwrap_or(u64::MAX);
        Ok(Self {
            source,
            block: Block::default(),
            mono: Vec::new(),
            resampler: None,
            earlier_ms: 0,
            max_ms,
            ended: false,
        })
    }

    /// Replaces `signal` by the next samples; `false`, and `signal` empty, at the end.
    ///
    /// # Errors
    /// [`PrepareError::Damaged`], [`PrepareError::TooLong`] and whatever else ends the reading.
    pub(crate) fn next(&mut self, signal: &mut Vec<f32>) -> Result<bool, PrepareError> {
        signal.clear();
        while signal.is_empty() && !self.ended {
            if self.source.next(&mut self.block).map_err(|failure| self.explain(failure))? {
                self.feed(signal)?;
            } else {
                self.ended = true;
                self.finish_rate(signal)?;
            }
            let Summary { duration_ms, skipped_ms } = self.summary();
            if duration_ms > self.max_ms {
                return Err(PrepareError::TooLong { max_ms: self.max_ms });
            }
            if skipped_ms > LOST_MS_MAX && self.ended {
                return Err(PrepareError::Damaged { readable_ms: duration_ms });
            }
        }
        Ok(!signal.is_empty())
    }

    /// What has been found so far.
    pub(crate) fn summary(&self) -> Summary {
        let current_ms = self.resampler.as_ref().map_or(0, Resampler::duration_ms);
        Summary { duration_ms: self.earlier_ms + current_ms, skipped_ms: self.source.lost_ms() }
    }

    fn feed(&mut self, signal: &mut Vec<f32>) -> Result<(), PrepareError> {
        if self.resampler.as_ref().map(Resampler::rate_hz) != Some(self.block.rate_hz) {
            self.finish_rate(signal)?;
        }
        let resampler = match &mut self.resampler {
            Some(resampler) => resampler,
            none => none.insert(Resampler::new(self.block.rate_hz)?),
        };
        self.mono.clear();
        mix_to_mono(&self.block, &mut self.mono);
        resampler.push(&self.mono, signal)
    }

    /// Ends the part of the source that has one rate.
    fn finish_rate(&mut self, signal: &mut Vec<f32>) -> Result<(), PrepareError> {
        if let Some(mut resampler) = self.resampler.take() {
            resampler.finish(signal)?;
            self.earlier_ms += resampler.duration_ms();
        }
        Ok(())
    }

    fn explain(&self, failure: Failure) -> PrepareError {
        failure.into_error(self.summary().duration_ms)
    }
}

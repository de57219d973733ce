//! One pass over a source as a signal: decoded, mixed to mono, at 48 kHz, without the lowest tones.
//!
//! A sound is needed twice, to measure its loudness and to encode it: two passes, which give the same samples.

use std::path::Path;
use std::time::Duration;

use crate::error::PrepareError;
use crate::highpass::Highpass;
use crate::limits::LOST_MS_MAX;
use crate::mix::{Mix, Tally};
use crate::resample::Resampler;
use crate::source;
use crate::source::block::{Block, Failure, Source};

/// What one pass has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Length of the signal in milliseconds.
    pub(crate) duration_ms: u64,
    /// What could not be decoded and was left out, in milliseconds.
    pub(crate) skipped_ms: u64,
    /// The end is missing, or more was left out than is accepted without asking.
    pub(crate) damaged: bool,
}

/// What a pass does with a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PassOptions {
    /// Longest sound that is taken.
    pub(crate) max_duration: Duration,
    /// Take what can be read of a damaged file.
    pub(crate) allow_partial: bool,
    /// How channels become one.
    pub(crate) mix: Mix,
}

/// Reads a source once, from start to end.
pub(crate) struct Pass {
    source: Box<dyn Source>,
    block: Block,
    mono: Vec<f32>,
    mix: Mix,
    /// Kept in the first pass only; from it follows how the second one mixes.
    tally: Option<Tally>,
    resampler: Option<Resampler>,
    highpass: Highpass,
    /// Length of the parts that came before a change of rate, in milliseconds.
    earlier_ms: u64,
    max_ms: u64,
    allow_partial: bool,
    ended: bool,
    damaged: bool,
}

impl Pass {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`PrepareError`] as far as the file's beginning tells.
    pub(crate) fn open(path: &Path, options: PassOptions) -> Result<Self, PrepareError> {
        let source = source::open(path)?;
        let PassOptions { max_duration, allow_partial, mix } = options;
        let max_ms = u64::try_from(max_duration.as_millis()).unwrap_or(u64::MAX);
        Ok(Self {
            source,
            block: Block::default(),
            mono: Vec::new(),
            mix,
            tally: None,
            resampler: None,
            highpass: Highpass::new(),
            earlier_ms: 0,
            max_ms,
            allow_partial,
            ended: false,
            damaged: false,
        })
    }

    /// As [`Self::open`], and keeps a tally of the channels.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_first(path: &Path, options: PassOptions) -> Result<Self, PrepareError> {
        Ok(Self { tally: Some(Tally::default()), ..Self::open(path, options)? })
    }

    /// Replaces `signal` by the next samples; `false`, and `signal` empty, at the end.
    ///
    /// # Errors
    /// [`PrepareError::Damaged`], [`PrepareError::TooLong`] and whatever else ends the reading.
    pub(crate) fn next(&mut self, signal: &mut Vec<f32>) -> Result<bool, PrepareError> {
        signal.clear();
        while signal.is_empty() && !self.ended {
            match self.source.next(&mut self.block) {
                Ok(true) => self.feed(signal)?,
                Ok(false) => self.end(signal)?,
                Err(Failure::Damaged) if self.allow_partial => {
                    self.damaged = true;
                    self.end(signal)?;
                }
                Err(failure) => return Err(failure.into_error(self.summary().duration_ms)),
            }
            let Summary { duration_ms, skipped_ms, .. } = self.summary();
            if duration_ms > self.max_ms {
                return Err(PrepareError::TooLong { max_ms: self.max_ms });
            }
            if skipped_ms > LOST_MS_MAX && self.ended {
                if !self.allow_partial {
                    return Err(PrepareError::Damaged { readable_ms: duration_ms });
                }
                self.damaged = true;
            }
        }
        self.highpass.apply(signal);
        Ok(!signal.is_empty())
    }

    /// What the channels were like so far, in a first pass.
    pub(crate) fn tally(&self) -> Option<&Tally> {
        self.tally.as_ref()
    }

    /// What has been found so far.
    pub(crate) fn summary(&self) -> Summary {
        let current_ms = self.resampler.as_ref().map_or(0, Resampler::duration_ms);
        Summary {
            duration_ms: self.earlier_ms + current_ms,
            skipped_ms: self.source.lost_ms(),
            damaged: self.damaged,
        }
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
        self.mix.apply(&self.block, &mut self.mono);
        if let Some(tally) = &mut self.tally {
            tally.add(&self.block, &self.mono);
        }
        resampler.push(&self.mono, signal)
    }

    fn end(&mut self, signal: &mut Vec<f32>) -> Result<(), PrepareError> {
        self.ended = true;
        self.finish_rate(signal)
    }

    /// Ends the part of the source that has one rate.
    fn finish_rate(&mut self, signal: &mut Vec<f32>) -> Result<(), PrepareError> {
        if let Some(mut resampler) = self.resampler.take() {
            resampler.finish(signal)?;
            self.earlier_ms += resampler.duration_ms();
        }
        Ok(())
    }
}

//! A levelled signal to one clip: segments of some ten seconds are encoded side by side, and written in order.
//!
//! An Opus encoder remembers what came before, so a segment cannot just begin. Its encoder first encodes the end of
//! the segment before (the *run-up*), and the packets of the run-up are thrown away. After that its state is, to within
//! the noise of the codec, the state of the encoder of the segment before, so the decoder, which gets one stream, hears
//! no seam. The first packet after a seam also depends on as little of the past as possible. The length of a
//! segment is fixed, so a clip's bytes do not depend on the number of threads.

mod options;
#[cfg(test)]
mod seams;
mod segment;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use firmware_proto::ClipId;

use crate::error::PrepareError;
use crate::level::Steps;
use crate::limits::{BITRATES_BPS, ENCODER_THREADS_MAX};
use crate::ogg::head::OpusHead;
use crate::ogg::mux::Muxer;
pub(crate) use options::{EncodeOptions, SEGMENT};
use segment::{Encoded, Segment, lookahead};

/// Samples of the run-up: 480 ms, whole packets too.
const RUN_UP: usize = 23_040;

/// A clip that is written.
#[derive(Debug)]
pub(crate) struct EncodedClip {
    pub(crate) clip: ClipId,
    pub(crate) size_bytes: u64,
    /// Samples that it decodes to.
    pub(crate) samples: u64,
    /// How loud it is when it is decoded. The pre-skip shifts it by a few milliseconds.
    pub(crate) levels: Steps,
}

/// Encodes the pieces that `signal` gives, until it gives none, into the clip at `destination`.
///
/// # Errors
/// [`PrepareError::Process`] when the encoder fails, [`PrepareError::Write`], and those of `signal`.
pub(crate) fn encode<W: Write>(
    mut signal: impl FnMut(&mut Vec<f32>) -> Result<bool, PrepareError>,
    destination: W,
    options: EncodeOptions,
) -> Result<EncodedClip, PrepareError> {
    let bitrate_bps = options.bitrate_bps.clamp(*BITRATES_BPS.start(), *BITRATES_BPS.end());
    let options = EncodeOptions { bitrate_bps, ..options };
    let pre_skip = lookahead(options)?;
    let muxer = Muxer::new(destination, &OpusHead::for_clip(pre_skip)).map_err(PrepareError::Write)?;
    let threads = match options.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        chosen => chosen,
    };
    let threads = threads.min(ENCODER_THREADS_MAX);
    let (work_in, work) = sync_channel(threads);
    let (done_in, done) = channel();
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..threads {
            let done_in = done_in.clone();
            scope.spawn(|| encode_segments(&work, done_in, options));
        }
        drop(done_in);
        let mut writer = Writer::new(muxer, pre_skip, options);
        let mut cutter = Cutter::new(options);
        let mut piece = Vec::new();
        loop {
            let more = signal(&mut piece)?;
            cutter.push(&piece);
            while let Some(segment) = cutter.next(!more, pre_skip) {
                // Threads end only when there is no more work.
                while writer.missing(segment.index) >= threads * 2 {
                    writer.take(done.recv().map_err(PrepareError::process)?)?;
                }
                work_in.send(segment).map_err(PrepareError::process)?;
            }
            if !more {
                break;
            }
        }
        drop(work_in);
        while let Ok(encoded) = done.recv() {
            writer.take(encoded)?;
        }
        writer.finish(cutter.samples)
    })
}

fn encode_segments(
    work: &Mutex<Receiver<Segment>>,
    done: Sender<Result<Encoded, PrepareError>>,
    options: EncodeOptions,
) {
    loop {
        let segment = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(segment) = segment else { return };
        if done.send(segment.encode(options)).is_err() {
            return;
        }
    }
}

/// Cuts the signal into segments.
#[derive(Debug)]
struct Cutter {
    /// Samples of the next segment so far, its run-up in front.
    waiting: Vec<f32>,
    run_up: usize,
    segment: usize,
    frame: usize,
    index: usize,
    samples: u64,
    ended: bool,
}

impl Cutter {
    fn new(options: EncodeOptions) -> Self {
        let (segment, frame) = (options.segment, options.frame());
        Self { waiting: Vec::new(), run_up: 0, segment, frame, index: 0, samples: 0, ended: false }
    }

    fn push(&mut self, signal: &[f32]) {
        self.samples += signal.len() as u64;
        self.waiting.extend_from_slice(signal);
    }

    /// The next segment; the last one, filled up with silence for the `delay` samples that the encoder runs
    /// behind, when this is the `end`.
    fn next(&mut self, end: bool, delay: u16) -> Option<Segment> {
        let whole = self.run_up + self.segment;
        if end && !self.ended && self.waiting.len() + usize::from(delay) <= whole {
            self.ended = true;
            let rest = (self.waiting.len() + usize::from(delay)).next_multiple_of(self.frame);
            self.waiting.resize(rest, 0.0);
            return Some(self.cut(rest));
        }
        if end && self.waiting.len() < whole && !self.ended {
            // The delay reaches over the segment's end.
            self.waiting.resize(whole, 0.0);
        }
        (!self.ended && self.waiting.len() >= whole).then(|| self.cut(whole))
    }

    /// Hands over what is waiting, and keeps a copy of the run-up only: segments are large.
    fn cut(&mut self, samples: usize) -> Segment {
        let next_run_up = RUN_UP.min(samples);
        let mut next = Vec::with_capacity(self.waiting.len() + RUN_UP);
        next.extend_from_slice(&self.waiting[samples - next_run_up..]);
        let mut cut = std::mem::replace(&mut self.waiting, next);
        cut.truncate(samples);
        let segment = Segment { index: self.index, run_up: self.run_up, samples: cut };
        self.index += 1;
        self.run_up = next_run_up;
        segment
    }
}

/// Puts segments in order and writes them.
struct Writer<W: Write> {
    muxer: Muxer<W>,
    pre_skip: u16,
    early: BTreeMap<usize, Encoded>,
    next: usize,
    /// The last packets that were written: what a decoder has decoded just before the next segment.
    last: Vec<Vec<u8>>,
    granule: u64,
    levels: Steps,
    options: EncodeOptions,
}

impl<W: Write> Writer<W> {
    fn new(muxer: Muxer<W>, pre_skip: u16, options: EncodeOptions) -> Self {
        let (early, last, levels) = (BTreeMap::new(), Vec::new(), Steps::default());
        Self { muxer, pre_skip, early, next: 0, last, granule: 0, levels, options }
    }

    /// How many segments before `index` are not here yet, or not written.
    fn missing(&self, index: usize) -> usize {
        index - self.next
    }

    fn take(&mut self, encoded: Result<Encoded, PrepareError>) -> Result<(), PrepareError> {
        let encoded = encoded?;
        self.early.insert(encoded.segment.index, encoded);
        while let Some(mut encoded) = self.early.remove(&self.next) {
            if self.next > 0 {
                encoded = encoded.joined(&self.last, self.options)?;
            }
            self.next += 1;
            encoded.levels.iter().for_each(|level| self.levels.push(*level, 0.0));
            let run_up = RUN_UP / self.options.frame();
            self.last = encoded.packets[encoded.packets.len().saturating_sub(run_up)..].to_vec();
            for packet in encoded.packets {
                self.granule += self.options.frame() as u64;
                self.muxer.push(packet, self.granule).map_err(PrepareError::Write)?;
            }
        }
        Ok(())
    }

    fn finish(self, samples: u64) -> Result<EncodedClip, PrepareError> {
        let end = samples + u64::from(self.pre_skip);
        let (clip, size_bytes) = self.muxer.finish(end).map_err(PrepareError::Write)?;
        Ok(EncodedClip { clip, size_bytes, samples, levels: self.levels })
    }
}

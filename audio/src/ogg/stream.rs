//! An Ogg Opus file as samples: pre-skip, end trim, gain and chained streams (RFC 7845 section 4).

use std::collections::VecDeque;
use std::io::Read;

use super::head::{OpusHead, TAGS_MAGIC};
use super::pages::{Page, Pages};
use crate::error::DecodeError;
use crate::limits::PACKET_SAMPLES_MAX;
use crate::rate::SAMPLE_RATE_HZ;

/// What a packet that does not tell its length is counted as: 20 ms.
const PACKET_SAMPLES_USUAL: u64 = 960;

/// Decodes the packets of one stream to interleaved samples. Also serves Opus inside other containers.
pub(crate) struct PacketDecoder {
    opus: opus::MSDecoder,
    channels: usize,
    lost_samples: u64,
}

impl PacketDecoder {
    /// A decoder for the stream that `head` describes.
    ///
    /// # Errors
    /// [`DecodeError::Damaged`] when the header's numbers do not fit together.
    pub(crate) fn new(head: &OpusHead) -> Result<Self, DecodeError> {
        let mut opus = opus::MSDecoder::new(SAMPLE_RATE_HZ, head.streams, head.coupled, &head.mapping)
            .map_err(|_| DecodeError::Damaged)?;
        opus.set_gain(i32::from(head.gain_q8)).map_err(|_| DecodeError::Damaged)?;
        Ok(Self { opus, channels: usize::from(head.channels), lost_samples: 0 })
    }

    /// Number of channels in the samples.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Samples at 48 kHz that could not be decoded and were filled in.
    pub(crate) fn lost_samples(&self) -> u64 {
        self.lost_samples
    }

    /// Replaces `out` by the samples of `packet`. A packet that cannot be decoded is concealed, so that what
    /// follows stays in its place.
    pub(crate) fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) {
        let samples = packet_samples(packet);
        out.clear();
        out.resize(samples * self.channels, 0.0);
        if self.opus.decode_float(packet, out, false).ok() != Some(samples) || samples == 0 {
            self.lost_samples += if samples == 0 { PACKET_SAMPLES_USUAL } else { samples as u64 };
            out.fill(0.0);
            let _ = self.opus.decode_float(&[], out, false);
        }
    }
}

/// Length of a packet in samples at 48 kHz; zero when it is not a valid one.
fn packet_samples(packet: &[u8]) -> usize {
    let samples = opus::packet::get_nb_samples(packet, SAMPLE_RATE_HZ).unwrap_or(0);
    if samples <= PACKET_SAMPLES_MAX { samples } else { 0 }
}

/// Which of the decoded samples are to be heard (sections 4.2, 4.3 and 4.4).
#[derive(Debug, Default)]
struct Timeline {
    skip_left: u64,
    decoded: u64,
    /// Granule position at which the stream's first sample stands: not zero in a recording of a live stream.
    origin: Option<u64>,
    /// Decoded samples up to the end, once the last page has said so.
    end: Option<u64>,
}

impl Timeline {
    fn page(&mut self, page: &Page, audio: &VecDeque<Vec<u8>>) {
        let Some(granule) = page.granule else { return };
        if audio.is_empty() && self.origin.is_none() {
            return;
        }
        let samples: u64 = audio.iter().map(|packet| packet_samples(packet) as u64).sum();
        let origin = *self.origin.get_or_insert(granule.saturating_sub(samples));
        if page.last {
            self.end = Some(granule.saturating_sub(origin));
        }
    }

    /// For a packet of `samples`: how many to drop at its front, and where to cut it.
    fn cut(&mut self, samples: u64) -> (usize, usize) {
        let keep = self.end.map_or(samples, |end| end.saturating_sub(self.decoded).min(samples));
        self.decoded += samples;
        let skip = self.skip_left.min(samples);
        self.skip_left -= skip;
        (skip.min(keep) as usize, keep as usize)
    }
}

/// Ogg Opus from a plain reader to interleaved samples at 48 kHz.
pub(crate) struct OpusStream<R> {
    pages: Pages<R>,
    decoder: PacketDecoder,
    queue: VecDeque<Vec<u8>>,
    timeline: Timeline,
    tags_seen: bool,
    last_seen: bool,
    /// Lost in the chained streams before this one.
    lost_before: u64,
}

impl<R: Read> OpusStream<R> {
    /// Reads the headers.
    ///
    /// # Errors
    /// [`DecodeError::NotOpus`] when it is not Ogg Opus; as [`Self::next`] otherwise.
    pub(crate) fn open(reader: R, packet_bytes_max: usize) -> Result<Self, DecodeError> {
        let mut pages = Pages::new(reader, packet_bytes_max);
        let head = match pages.next_stream() {
            Ok(Some(packet)) => OpusHead::parse(&packet)?,
            Ok(None) | Err(DecodeError::Damaged) => return Err(DecodeError::NotOpus),
            Err(error) => return Err(error),
        };
        Ok(Self {
            pages,
            decoder: PacketDecoder::new(&head)?,
            queue: VecDeque::new(),
            timeline: Timeline { skip_left: u64::from(head.pre_skip), ..Timeline::default() },
            tags_seen: false,
            last_seen: false,
            lost_before: 0,
        })
    }

    /// Number of channels in what [`Self::next`] gives.
    pub(crate) fn channels(&self) -> usize {
        self.decoder.channels()
    }

    /// Samples at 48 kHz that could not be decoded and were filled in.
    pub(crate) fn lost_samples(&self) -> u64 {
        self.lost_before + self.decoder.lost_samples()
    }

    /// Replaces `out` by the next samples, at most 120 ms; `false` at the end.
    ///
    /// # Errors
    /// [`DecodeError::CutOff`] when the file ends before the stream does, [`DecodeError::Damaged`] when a
    /// checksum is wrong, [`DecodeError::Io`] when the reader fails.
    pub(crate) fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, DecodeError> {
        loop {
            if let Some(packet) = self.queue.pop_front() {
                self.decode(&packet, out);
                if !out.is_empty() {
                    return Ok(true);
                }
            } else if self.last_seen {
                if !self.enter_chained()? {
                    out.clear();
                    return Ok(false);
                }
            } else {
                let page = self.pages.next()?.ok_or(DecodeError::CutOff)?;
                self.accept(page)?;
            }
        }
    }

    /// Leaves out whole packets without decoding them, as long as they hold no more than `samples`; returns
    /// how many samples they held.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(crate) fn skip_packets(&mut self, samples: u64) -> Result<u64, DecodeError> {
        let mut skipped = 0;
        loop {
            if let Some(packet) = self.queue.front() {
                let length = packet_samples(packet) as u64;
                if skipped + length > samples {
                    return Ok(skipped);
                }
                self.queue.pop_front();
                let (skip, keep) = self.timeline.cut(length);
                skipped += (keep - skip) as u64;
            } else if self.last_seen {
                if !self.enter_chained()? {
                    return Ok(skipped);
                }
            } else {
                let page = self.pages.next()?.ok_or(DecodeError::CutOff)?;
                self.accept(page)?;
            }
        }
    }

    fn accept(&mut self, mut page: Page) -> Result<(), DecodeError> {
        self.queue.extend(page.packets.drain(..));
        if !self.tags_seen
            && let Some(tags) = self.queue.pop_front()
        {
            if !tags.starts_with(TAGS_MAGIC) {
                return Err(DecodeError::Damaged);
            }
            self.tags_seen = true;
        }
        self.timeline.page(&page, &self.queue);
        self.last_seen = page.last;
        Ok(())
    }

    fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) {
        let channels = self.decoder.channels();
        self.decoder.decode(packet, out);
        let (skip, keep) = self.timeline.cut((out.len() / channels) as u64);
        out.truncate(keep * channels);
        out.drain(..skip * channels);
    }

    /// Goes on with a stream chained after this one (section 3). Whatever else follows the end is ignored.
    fn enter_chained(&mut self) -> Result<bool, DecodeError> {
        let head = match self.pages.next_stream() {
            Ok(Some(packet)) => OpusHead::parse(&packet)?,
            Err(DecodeError::Io(error)) => return Err(DecodeError::Io(error)),
            Ok(None) | Err(_) => return Ok(false),
        };
        self.lost_before = self.lost_samples();
        self.decoder = PacketDecoder::new(&head)?;
        self.timeline = Timeline { skip_left: u64::from(head.pre_skip), ..Timeline::default() };
        (self.tags_seen, self.last_seen) = (false, false);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pre_skip_and_end_meet_in_one_packet() {
        let mut timeline = Timeline { skip_left: 312, end: Some(500), ..Timeline::default() };
        assert_eq!(timeline.cut(960), (312, 500));
        assert_eq!(timeline.cut(960), (0, 0));
    }

    #[test]
    fn an_end_before_the_pre_skip_leaves_nothing() {
        let mut timeline = Timeline { skip_left: 2_000, end: Some(1_500), ..Timeline::default() };
        assert_eq!(timeline.cut(960), (960, 960));
        assert_eq!(timeline.cut(960), (540, 540));
    }

    #[test]
    fn packets_that_are_none_have_no_length() {
        assert_eq!(packet_samples(&[]), 0);
        assert_eq!(packet_samples(&[0xff]), 0);
    }
}

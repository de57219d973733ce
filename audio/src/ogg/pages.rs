//! Ogg pages from a plain reader (RFC 3533 section 6), without seeking and with bounded memory.
//!
//! One page is read at a time and its checksum is verified. Of the logical streams in the file one is
//! followed; pages of the others are dropped.

use std::io::{self, Read};

use ogg::reading::{BasePacketReader, PageParser};

use super::head::HEAD_MAGIC;
use crate::error::DecodeError;

const HEADER_BYTES: usize = 27;
const CAPTURE: &[u8] = b"OggS";
const FLAG_FIRST: u8 = 0x02;
const FLAG_LAST: u8 = 0x04;

/// The packets that end on one page of the followed stream.
#[derive(Debug)]
pub(crate) struct Page {
    /// The last page of the stream.
    pub(crate) last: bool,
    /// Granule position: samples at 48 kHz up to the last packet that ends here. `None` when none does.
    pub(crate) granule: Option<u64>,
    /// Whole packets, in order.
    pub(crate) packets: Vec<Vec<u8>>,
}

/// A page that has not been given to a stream yet.
struct RawPage {
    flags: u8,
    serial: u32,
    granule: Option<u64>,
    /// Bytes of its last packet, when that goes on in the next page.
    unfinished_bytes: usize,
    body_bytes: usize,
    parsed: ogg::reading::OggPage,
}

/// Reads the pages of the first Opus stream in an Ogg file, then of the next one chained to it.
pub(crate) struct Pages<R> {
    reader: R,
    serial: Option<u32>,
    assembler: BasePacketReader,
    packet_bytes_max: usize,
    unfinished_bytes: usize,
}

impl<R: Read> Pages<R> {
    /// Pages of `reader`; a packet that grows beyond `packet_bytes_max` ends reading with an error.
    pub(crate) fn new(reader: R, packet_bytes_max: usize) -> Self {
        let assembler = BasePacketReader::new();
        Self { reader, serial: None, assembler, packet_bytes_max, unfinished_bytes: 0 }
    }

    /// Finds an Opus stream in the next group of beginning streams and follows it; its identification
    /// packet, or `None` when that group has none or the file ends.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(crate) fn next_stream(&mut self) -> Result<Option<Vec<u8>>, DecodeError> {
        self.serial = None;
        let mut within_group = false;
        loop {
            let Some(raw) = self.read_page()? else { return Ok(None) };
            match (raw.flags & FLAG_FIRST != 0, within_group) {
                (false, true) => return Ok(None),
                (false, false) => continue,
                (true, _) => within_group = true,
            }
            let serial = raw.serial;
            self.assembler = BasePacketReader::new();
            self.unfinished_bytes = 0;
            let packet = self.assemble(raw)?.into_iter().next().unwrap_or_default();
            if packet.starts_with(HEAD_MAGIC) {
                self.serial = Some(serial);
                return Ok(Some(packet));
            }
        }
    }

    /// The next page of the followed stream, or `None` when the file ends.
    ///
    /// # Errors
    /// [`DecodeError::CutOff`] when the file ends within a page or a new stream begins before this one has
    /// ended, [`DecodeError::Damaged`] when a checksum or the order of pages is wrong, [`DecodeError::Io`].
    pub(crate) fn next(&mut self) -> Result<Option<Page>, DecodeError> {
        loop {
            let Some(raw) = self.read_page()? else { return Ok(None) };
            if Some(raw.serial) != self.serial {
                continue;
            }
            if raw.flags & FLAG_FIRST != 0 {
                return Err(DecodeError::CutOff);
            }
            let (last, granule) = (raw.flags & FLAG_LAST != 0, raw.granule);
            return Ok(Some(Page { last, granule, packets: self.assemble(raw)? }));
        }
    }

    fn assemble(&mut self, raw: RawPage) -> Result<Vec<Vec<u8>>, DecodeError> {
        let whole_page = raw.unfinished_bytes == raw.body_bytes;
        self.unfinished_bytes = raw.unfinished_bytes + if whole_page { self.unfinished_bytes } else { 0 };
        if self.unfinished_bytes > self.packet_bytes_max {
            return Err(DecodeError::Damaged);
        }
        self.assembler.push_page(raw.parsed).map_err(|_| DecodeError::Damaged)?;
        Ok(std::iter::from_fn(|| self.assembler.read_packet()).map(|packet| packet.data).collect())
    }

    fn read_page(&mut self) -> Result<Option<RawPage>, DecodeError> {
        let mut header = [0; HEADER_BYTES];
        match read_up_to(&mut self.reader, &mut header)? {
            0 => return Ok(None),
            HEADER_BYTES => {}
            _ => return Err(DecodeError::CutOff),
        }
        if !header.starts_with(CAPTURE) {
            return Err(DecodeError::Damaged);
        }
        let (mut parser, segments) = PageParser::new(header).map_err(|_| DecodeError::Damaged)?;
        let lacing = self.read_whole(segments)?;
        let unfinished_bytes = 255 * lacing.iter().rev().take_while(|&&size| size == 255).count();
        let body_bytes = parser.parse_segments(lacing);
        let body = self.read_whole(body_bytes)?;
        let parsed = parser.parse_packet_data(body).map_err(|_| DecodeError::Damaged)?;
        let [.., s0, s1, s2, s3] = *header.first_chunk::<18>().unwrap_or(&[0; 18]);
        let granule = header[6..14].iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        Ok(Some(RawPage {
            flags: header[5],
            serial: u32::from_le_bytes([s0, s1, s2, s3]),
            // All ones stands for "no packet ends on this page"; other negative numbers mean nothing.
            granule: i64::try_from(granule).ok().map(i64::unsigned_abs),
            unfinished_bytes,
            body_bytes,
            parsed,
        }))
    }

    fn read_whole(&mut self, len: usize) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = vec![0; len];
        let got = read_up_to(&mut self.reader, &mut bytes)?;
        if got == len { Ok(bytes) } else { Err(DecodeError::CutOff) }
    }
}

/// Fills `buffer` as far as the reader has bytes.
fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, DecodeError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(DecodeError::Io(error)),
        }
    }
    Ok(filled)
}

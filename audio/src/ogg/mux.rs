//! Opus packets to an Ogg file, hashed while it is written (RFC 7845 section 3).

use std::io::{self, BufWriter, Write};

use firmware_proto::ClipId;
use ogg::{PacketWriteEndInfo, PacketWriter};
use sha2::{Digest, Sha256};

use super::head::{OpusHead, tags_packet};

/// Serial number of the stream in every clip. A random one, as is the custom, would give every run another
/// name for the same sound.
pub(crate) const SERIAL: u32 = u32::from_be_bytes(*b"Loa1");

/// Packets of 20 ms on one page: a second, so that a reader which lost its place finds it again soon.
const PAGE_PACKETS: u32 = 50;

/// Writes one Ogg Opus file.
pub(crate) struct Muxer<W: Write> {
    writer: PacketWriter<'static, Measured<BufWriter<W>>>,
    /// The newest packet waits until it is known whether it is the last.
    waiting: Option<(Vec<u8>, u64)>,
    page_packets: u32,
}

impl<W: Write> Muxer<W> {
    /// Starts a file with its two header packets, each on a page of its own.
    pub(crate) fn new(destination: W, head: &OpusHead) -> io::Result<Self> {
        let mut writer = PacketWriter::new(Measured::new(BufWriter::new(destination)));
        writer.write_packet(head.to_packet(), SERIAL, PacketWriteEndInfo::EndPage, 0)?;
        writer.write_packet(tags_packet(), SERIAL, PacketWriteEndInfo::EndPage, 0)?;
        Ok(Self { writer, waiting: None, page_packets: 0 })
    }

    /// Adds a packet; `granule` is the number of samples, pre-skip included, up to its end.
    pub(crate) fn push(&mut self, packet: Vec<u8>, granule: u64) -> io::Result<()> {
        let Some((packet, granule)) = self.waiting.replace((packet, granule)) else { return Ok(()) };
        self.page_packets += 1;
        let end = if self.page_packets == PAGE_PACKETS {
            self.page_packets = 0;
            PacketWriteEndInfo::EndPage
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        self.writer.write_packet(packet, SERIAL, end, granule)
    }

    /// Ends the file; `granule` replaces that of the last packet and thereby trims its end (section 4.4).
    /// Returns the clip's name and its size in bytes.
    pub(crate) fn finish(mut self, granule: u64) -> io::Result<(ClipId, u64)> {
        let (packet, _) = self.waiting.take().unwrap_or_default();
        self.writer.write_packet(packet, SERIAL, PacketWriteEndInfo::EndStream, granule)?;
        let mut measured = self.writer.into_inner();
        measured.flush()?;
        Ok((ClipId::from_bytes(measured.hash.finalize().into()), measured.size_bytes))
    }
}

/// A writer that counts and hashes what passes.
struct Measured<W> {
    inner: W,
    hash: Sha256,
    size_bytes: u64,
}

impl<W> Measured<W> {
    fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), size_bytes: 0 }
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

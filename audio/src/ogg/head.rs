//! The two header packets of an Opus stream (RFC 7845 section 5).

use crate::error::DecodeError;
use crate::limits::OPUS_CHANNELS_MAX;
use crate::rate::SAMPLE_RATE_HZ;

/// First bytes of the identification header (section 5.1).
pub(crate) const HEAD_MAGIC: &[u8] = b"OpusHead";
/// First bytes of the comment header (section 5.2).
pub(crate) const TAGS_MAGIC: &[u8] = b"OpusTags";
/// The vendor text of our clips. Fixed, so that a clip's name never depends on a library's version text.
const VENDOR: &[u8] = b"Loa";

/// The identification header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpusHead {
    /// Number of output channels.
    pub(crate) channels: u8,
    /// Samples at 48 kHz to drop from the start of what the decoder puts out.
    pub(crate) pre_skip: u16,
    /// Gain to apply, in 1/256 dB.
    pub(crate) gain_q8: i16,
    /// Number of Opus streams in each packet.
    pub(crate) streams: u8,
    /// How many of the streams are stereo.
    pub(crate) coupled: u8,
    /// Decoded channel for each output channel.
    pub(crate) mapping: Vec<u8>,
}

impl OpusHead {
    /// Header of a clip: mono, mapping family 0, no gain.
    pub(crate) fn for_clip(pre_skip: u16) -> Self {
        Self { channels: 1, pre_skip, gain_q8: 0, streams: 1, coupled: 0, mapping: vec![0] }
    }

    /// Reads the header packet.
    ///
    /// # Errors
    /// [`DecodeError::NotOpus`] when it is no such packet, [`DecodeError::Unsupported`] for a version or a
    /// channel mapping that is not known, [`DecodeError::Damaged`] when it contradicts itself.
    pub(crate) fn parse(packet: &[u8]) -> Result<Self, DecodeError> {
        let Some(body) = packet.strip_prefix(HEAD_MAGIC) else { return Err(DecodeError::NotOpus) };
        let &[
            version,
            channels,
            skip_low,
            skip_high,
            _,
            _,
            _,
            _,
            gain_low,
            gain_high,
            family,
            ref table @ ..,
        ] = body
        else {
            return Err(DecodeError::Damaged);
        };
        if version & 0xf0 != 0 {
            return Err(DecodeError::Unsupported("Opus of an unknown version"));
        }
        let (streams, coupled, mapping) = channel_mapping(family, channels, table)?;
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([skip_low, skip_high]),
            gain_q8: i16::from_le_bytes([gain_low, gain_high]),
            streams,
            coupled,
            mapping,
        })
    }

    /// The packet of a mono header, mapping family 0.
    pub(crate) fn to_packet(&self) -> Vec<u8> {
        let mut packet = HEAD_MAGIC.to_vec();
        packet.extend([1, self.channels]);
        packet.extend(self.pre_skip.to_le_bytes());
        packet.extend(SAMPLE_RATE_HZ.to_le_bytes());
        packet.extend(self.gain_q8.to_le_bytes());
        packet.push(0);
        packet
    }
}

/// Streams, coupled streams and mapping table (section 5.1.1).
fn channel_mapping(family: u8, channels: u8, table: &[u8]) -> Result<(u8, u8, Vec<u8>), DecodeError> {
    if channels == 0 {
        return Err(DecodeError::Damaged);
    }
    match (family, channels) {
        (0, 1) => Ok((1, 0, vec![0])),
        (0, 2) => Ok((1, 1, vec![0, 1])),
        (1 | 255, 1..=OPUS_CHANNELS_MAX) => {
            let mapping = table.get(2..2 + usize::from(channels)).ok_or(DecodeError::Damaged)?;
            Ok((table[0], table[1], mapping.to_vec()))
        }
        _ => Err(DecodeError::Unsupported("Opus with an unusual set of channels")),
    }
}

/// The comment header of our clips: a vendor and no comments.
pub(crate) fn tags_packet() -> Vec<u8> {
    let mut packet = TAGS_MAGIC.to_vec();
    packet.extend((VENDOR.len() as u32).to_le_bytes());
    packet.extend(VENDOR);
    packet.extend(0u32.to_le_bytes());
    packet
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_clip_header_comes_back() {
        let head = OpusHead::for_clip(312);
        assert_eq!(OpusHead::parse(&head.to_packet()).unwrap(), head);
        assert_eq!(head.to_packet().len(), 19);
    }

    #[test]
    fn every_cut_is_refused() {
        let packet = OpusHead::for_clip(312).to_packet();
        for len in 0..packet.len() {
            assert!(OpusHead::parse(&packet[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn surround_has_a_table_and_must_have_it_whole() {
        let mut packet = OpusHead::for_clip(0).to_packet();
        packet[9] = 6;
        packet[18] = 1;
        packet.extend([4, 2, 0, 4, 1, 2, 3, 5]);
        let head = OpusHead::parse(&packet).unwrap();
        assert_eq!((head.streams, head.coupled, head.mapping.len()), (4, 2, 6));
        packet.pop();
        assert!(matches!(OpusHead::parse(&packet), Err(DecodeError::Damaged)));
    }

    #[test]
    fn unknown_versions_and_families_are_refused() {
        let mut packet = OpusHead::for_clip(0).to_packet();
        packet[8] = 0x10;
        assert!(matches!(OpusHead::parse(&packet), Err(DecodeError::Unsupported(_))));
        packet[8] = 1;
        packet[18] = 2;
        assert!(matches!(OpusHead::parse(&packet), Err(DecodeError::Unsupported(_))));
    }
}

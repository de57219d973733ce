//! How a signal is encoded.

use crate::clip::Character;

/// Samples in a segment: 9.6 seconds, whole packets of every length. The run-up is a twentieth of it.
pub(crate) const SEGMENT: usize = 460_800;
/// Samples of a voice's packet: 20 ms. Longer packets would save a hundredth of the bytes, but libopus codes them
/// worse: at equal bytes 60 ms lose 0.3 of WB-PESQ's scale (measured from 16 to 32 kbit/s).
const FRAME_VOICE: usize = 960;
/// Samples of music's packet: 60 ms are coded as three times 20 ms in one packet, which saves 3 % at equal
/// quality.
const FRAME_MUSIC: usize = 2_880;

/// How to encode a signal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncodeOptions {
    /// Bit/s, limited to what Opus can do.
    pub(crate) bitrate_bps: u32,
    pub(crate) character: Character,
    /// How many segments are encoded at once; 0 for one on each core.
    pub(crate) threads: usize,
    /// Samples in a segment: [`SEGMENT`], unless somebody wants to hear the difference.
    pub(crate) segment: usize,
}

impl EncodeOptions {
    /// Samples in a packet.
    pub(crate) fn frame(self) -> usize {
        match self.character {
            Character::Voice => FRAME_VOICE,
            Character::Music => FRAME_MUSIC,
        }
    }
}

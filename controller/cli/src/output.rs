//! The machine's own sound output, by ALSA: for listening to a clip before others hear it.

use alsa::pcm::{Access, Format, HwParams, PCM};
use alsa::{Direction, ValueOr};

/// Plays an Ogg Opus clip to its end. Blocks.
///
/// # Errors
/// The clip does not decode, or there is no sound device.
pub fn play(clip: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut decoder = audio::Decoder::open(clip)?;
    let device = PCM::new("default", Direction::Playback, false)?;
    let wanted = HwParams::any(&device)?;
    wanted.set_channels(1)?;
    wanted.set_rate(audio::SAMPLE_RATE_HZ, ValueOr::Nearest)?;
    wanted.set_format(Format::s16())?;
    wanted.set_access(Access::RWInterleaved)?;
    device.hw_params(&wanted)?;
    drop(wanted);
    let output = device.io_i16()?;
    let mut samples = Vec::new();
    while decoder.next_frame(&mut samples)? {
        let mut rest = &samples[..];
        while !rest.is_empty() {
            match output.writei(rest) {
                Ok(written) => rest = &rest[written..],
                // An underrun, which a busy PC may have.
                Err(error) => device.try_recover(error, true)?,
            }
        }
    }
    device.drain()?;
    Ok(())
}

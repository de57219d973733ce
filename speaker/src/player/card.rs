//! The `alsa` sink: a sound card.

use alsa::pcm::{Access, Format, HwParams, PCM};
use alsa::{Direction, ValueOr};
use audio::SAMPLE_RATE_HZ;
use firmware_proto::JobId;

use super::sink::{Sink, SinkError};
use crate::limits::CARD_BUFFER_MS;

/// Plays on ALSA's default device (`/etc/asound.conf` chooses it). The card is held only while a pass
/// plays.
#[derive(Default)]
pub struct AlsaSink {
    open: Option<PCM>,
}

impl AlsaSink {
    /// Opens nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn broken(error: alsa::Error) -> SinkError {
    SinkError(Box::new(error))
}

fn open_card() -> alsa::Result<PCM> {
    let pcm = PCM::new("default", Direction::Playback, false)?;
    {
        let params = HwParams::any(&pcm)?;
        params.set_channels(1)?;
        params.set_rate(SAMPLE_RATE_HZ, ValueOr::Nearest)?;
        params.set_format(Format::s16())?;
        params.set_access(Access::RWInterleaved)?;
        params.set_buffer_time_near(CARD_BUFFER_MS * 1_000, ValueOr::Nearest)?;
        pcm.hw_params(&params)?;
    }
    Ok(pcm)
}

impl Sink for AlsaSink {
    fn begin(&mut self, _job: JobId) -> Result<(), SinkError> {
        self.open = None;
        self.open = Some(open_card().map_err(broken)?);
        Ok(())
    }

    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError> {
        let Some(pcm) = &self.open else { return Ok(()) };
        let io = pcm.io_i16().map_err(broken)?;
        let mut rest = samples;
        while !rest.is_empty() {
            match io.writei(rest) {
                Ok(taken) => rest = rest.get(taken..).unwrap_or_default(),
                // The card ran dry or the system slept: it goes on from here, or it is really broken.
                Err(error) => pcm.try_recover(error, true).map_err(broken)?,
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.open.take().map_or(Ok(()), |pcm| pcm.drain().map_err(broken))
    }

    fn abort(&mut self) -> u64 {
        let Some(pcm) = self.open.take() else { return 0 };
        let unheard = pcm.delay().ok().and_then(|samples| u64::try_from(samples).ok());
        // The card is closed next, whatever it says.
        let _ = pcm.drop();
        unheard.unwrap_or(0)
    }
}

//! Sound: plays passes through clips and measures what went out.
//!
//! Two kinds. [`paced::PacedPlayer`] is the `null` sink: it decodes the real Opus at the pace of real time, a
//! short slice at a time on the caller's thread, so that a thousand of them fit into one process.
//! [`device::DevicePlayer`] has a thread of its own and writes into a [`Sink`] that may block: a sound card or
//! a WAV file.

#[cfg(feature = "alsa")]
mod card;
mod clips;
pub mod device;
mod meter;
pub mod paced;
mod sink;
mod wav;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use firmware_proto::JobId;
use firmware_proto::message::{Evidence, Sound};
use firmware_proto::speaker::{Pass, PassOutcome, PlaybackEvent};

#[cfg(feature = "alsa")]
pub use card::AlsaSink;
pub use meter::Meter;
pub use sink::{Sink, SinkError};
pub use wav::WavSink;

/// Above this level of its loudest second a pass counts as sound, dBFS.
const HEARD_DBFS: i8 = -60;
/// The simulated amplifier without a signal, mA.
const AMPLIFIER_IDLE_MA: u32 = 120;
/// What a signal of 0 dBFS adds to it, mA.
const AMPLIFIER_FULL_MA: f64 = 2_400.0;

/// One pass to be played.
#[derive(Debug, Clone)]
pub struct PassPlan {
    /// Names the pass in events.
    pub token: u32,
    /// The job it belongs to.
    pub job: JobId,
    /// Files of the clips, in order.
    pub clips: Vec<PathBuf>,
    /// How much of them to leave out at the beginning, ms.
    pub from_ms: u64,
    /// 0 to 100 per cent of full scale, as a factor on the amplitude.
    pub volume: u8,
}

impl PassPlan {
    /// The pass with its clips found by `path_of`.
    pub fn new(pass: &Pass, path_of: impl Fn(firmware_proto::ClipId) -> PathBuf) -> Self {
        let clips = pass.clips.iter().map(|clip| path_of(*clip)).collect();
        let Pass { token, job, from_ms, volume, .. } = *pass;
        Self { token, job, clips, from_ms, volume }
    }
}

/// What a shell plays with. One pass plays at a time: a new one ends the old one, whose events nobody
/// waits for any more.
pub trait Player: Send {
    /// Begins a pass. What can be said at once is returned; everything else comes later, by
    /// [`Self::advance`] or through the shell's queue.
    fn play(&mut self, plan: PassPlan) -> Option<PlaybackEvent>;

    /// Ends the pass with this token, if it plays.
    fn stop(&mut self, token: u32) -> Option<PlaybackEvent>;

    /// When to call [`Self::advance`].
    fn wakeup(&self) -> Option<Instant> {
        None
    }

    /// Goes on to `now`; returns what happened to which pass.
    fn advance(&mut self, _now: Instant) -> Option<(u32, PlaybackEvent)> {
        None
    }

    /// A clip is complete, and will most likely play soon.
    fn clip_came(&mut self, _path: &Path) {}

    /// A clip is about to be removed; what was opened of it must be closed.
    fn clip_goes(&mut self, _path: &Path) {}
}

/// Where the sound goes, as the command line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkChoice {
    /// A sound card by ALSA.
    Alsa,
    /// WAV files: a file, or a folder with one file per job.
    Wav(PathBuf),
    /// Decoded at the pace of real time, measured, and dropped.
    Null,
}

/// The text names no sink.
#[derive(Debug, thiserror::Error)]
#[error("a sink is `alsa`, `null`, or `wav:PATH` (a .wav file, or a folder that gets one file per job)")]
pub struct SinkChoiceError;

impl FromStr for SinkChoice {
    type Err = SinkChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("wav:")) {
            ("alsa", _) => Ok(Self::Alsa),
            ("null", _) => Ok(Self::Null),
            (_, Some(path)) if !path.is_empty() => Ok(Self::Wav(path.into())),
            _ => Err(SinkChoiceError),
        }
    }
}

impl fmt::Display for SinkChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alsa => f.write_str("alsa"),
            Self::Wav(path) => write!(f, "wav:{}", path.display()),
            Self::Null => f.write_str("null"),
        }
    }
}

/// What a device can measure besides the level of what it hands to the amplifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensors {
    /// No sensor; the level alone is evidence.
    None,
    /// The fleet's simulated amplifier current, which follows the level.
    SimulatedAmplifier,
    /// The same behind a broken amplifier: it plays, and nothing comes out.
    SimulatedMute,
}

impl Sensors {
    /// What was measured over one pass, of which `played_ms` were handed to the amplifier.
    #[must_use]
    pub fn evidence(self, meter: &Meter, played_ms: u64) -> Evidence {
        let level = meter.level_dbfs();
        let (sound, level_dbfs, amplifier_ma) = match self {
            Self::None => (heard(level), level, None),
            Self::SimulatedAmplifier => (heard(level), level, Some(simulated_amplifier_ma(level))),
            Self::SimulatedMute => (Sound::Absent, None, Some(AMPLIFIER_IDLE_MA)),
        };
        Evidence { sound, played_ms, passes: 0, level_dbfs, amplifier_ma, microphone_dba: None }
    }

    fn ended(self, outcome: PassOutcome, meter: &Meter, played_ms: u64) -> PlaybackEvent {
        PlaybackEvent::Ended { outcome, measured: self.evidence(meter, played_ms) }
    }
}

fn heard(level_dbfs: Option<i8>) -> Sound {
    match level_dbfs {
        Some(level) if level > HEARD_DBFS => Sound::Heard,
        _ => Sound::Absent,
    }
}

fn simulated_amplifier_ma(level_dbfs: Option<i8>) -> u32 {
    let amplitude = level_dbfs.map_or(0.0, |level| 10f64.powf(f64::from(level) / 20.0));
    AMPLIFIER_IDLE_MA + (AMPLIFIER_FULL_MA * amplitude) as u32
}

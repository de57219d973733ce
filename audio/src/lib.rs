//! What: any sound file in, a clip out, and a clip back into sound.
//!
//! Terms used in this crate:
//!
//! - **source**: a sound file as somebody has it (MP3, M4A, WAV, a phone's recording), and the code that
//!   decodes it into *blocks* of interleaved samples at whatever rate and channel count it has.
//! - **signal**: what a source becomes after mixing and resampling: mono, 48 kHz, 32-bit float.
//! - **clip**: mono Opus in Ogg (RFC 7845), named by the SHA-256 of its bytes.
//!
//! The way in is two passes. One pass is `source`, `mix`, `resample` and `highpass` (together `signal`). The first
//! is measured by `level`; from that `plan` decides; the second is levelled by the plan and goes through `encode`
//! and `ogg::mux`. `sounds` makes signals of its own. The way back, which a speaker takes, is `ogg::pages`, `ogg::stream`, `decoder`. Every stage
//! works on pieces, so memory hardly grows with the length of the file.
//!
//! What must never be: no tokio, no network, no panic caused by the contents of a file.
//!
//! A clip's bytes depend only on the source file, the options and the build: fixed stream serial, fixed
//! vendor text, no time, no random number. Processors with other vector instructions may round differently
//! in the last bit, so the same file prepared on another kind of machine may get another name.

mod decoder;
mod encode;
mod error;
mod highpass;
mod level;
mod mix;
mod ogg;
mod plan;
mod prepare;
mod resample;
mod signal;
mod sounds;
mod source;

pub use decoder::{DecodeError, Decoder};
pub use error::PrepareError;
pub use prepare::{Character, Level, PrepareOptions, Prepared, Warning, prepare, synthesise};
pub use sounds::Sound;

/// Sample rate of every clip, in Hz: the one rate at which Opus always decodes (RFC 7845 section 4).
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// Milliseconds that `frames` last at `rate_hz`, rounded down.
pub(crate) fn frames_to_ms(frames: u64, rate_hz: u32) -> u64 {
    frames.saturating_mul(1000) / u64::from(rate_hz.max(1))
}

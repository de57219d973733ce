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
//! and `ogg::mux`. `sounds` makes signals of its own. The way back, which a speaker takes, is `ogg::pages`,
//! `ogg::stream`, `decoder`. Every stage works on pieces, so memory hardly grows with the length of the file. `clip` says
//! what is known of a result, `error` why there is none, `limits` what is accepted.
//!
//! What must never be: no tokio, no network, no panic caused by the contents of a file.
//!
//! A clip's bytes depend only on the source file, the options and the build: fixed stream serial, fixed
//! vendor text, no time, no random number. Processors with other vector instructions may round differently
//! in the last bit, so the same file prepared on another kind of machine may get another name.

mod clip;
mod decoder;
mod encode;
mod error;
mod highpass;
mod level;
mod limits;
mod mix;
mod ogg;
mod plan;
mod prepare;
mod rate;
mod resample;
mod signal;
mod sounds;
mod source;

pub use clip::{Character, Level, Prepared, Warning};
pub use decoder::Decoder;
pub use error::{DecodeError, PrepareError};
pub use prepare::{PrepareOptions, prepare, synthesise};
pub use rate::SAMPLE_RATE_HZ;
pub use sounds::Sound;

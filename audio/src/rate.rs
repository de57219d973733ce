//! The one sample rate of signals and clips, and lengths of time.

/// Sample rate of every clip, in Hz: the one rate at which Opus always decodes (RFC 7845 section 4).
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// Milliseconds that `frames` last at `rate_hz`, rounded down.
pub(crate) fn frames_to_ms(frames: u64, rate_hz: u32) -> u64 {
    frames.saturating_mul(1000) / u64::from(rate_hz.max(1))
}

//! What a sound device is to a player.

use firmware_proto::JobId;

/// A sound device, or what stands in for one. Calls may block as long as the device needs to take the
/// samples; samples are mono, 48 kHz.
pub trait Sink: Send {
    /// A pass of this job begins.
    ///
    /// # Errors
    /// [`SinkError`], which ends the pass.
    fn begin(&mut self, job: JobId) -> Result<(), SinkError>;

    /// Takes samples, and returns when there is room for more.
    ///
    /// # Errors
    /// [`SinkError`], which ends the pass.
    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError>;

    /// Returns when everything was heard.
    ///
    /// # Errors
    /// [`SinkError`]; the pass is over all the same.
    fn finish(&mut self) -> Result<(), SinkError>;

    /// Falls silent at once; returns how many of the samples that it took were not heard.
    fn abort(&mut self) -> u64;
}

/// A sink could not go on.
#[derive(Debug, thiserror::Error)]
#[error("the sound output does not work")]
pub struct SinkError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

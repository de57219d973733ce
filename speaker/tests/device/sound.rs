//! Real clips, prepared as the controller does.

use audio::{PrepareOptions, prepare};

use crate::controller::Clip;

/// A clip of a tone with an amplitude of 0 to 1 of full scale.
pub fn tone(duration_ms: u32, amplitude: f32) -> Clip {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
    for i in 0..duration_ms * 48 {
        let sample = (i as f32 * 0.058).sin() * amplitude * 32_767.0;
        writer.write_sample(sample as i16).unwrap();
    }
    writer.finalize().unwrap();
    let mut bytes = Vec::new();
    let prepared = prepare(file.path(), &mut bytes, &PrepareOptions::default()).unwrap();
    assert_eq!(prepared.duration_ms, u64::from(duration_ms));
    Clip::new(bytes, prepared.duration_ms)
}

//! Real clips, prepared as the controller does.

use audio::{PrepareOptions, prepare};

use crate::controller::Clip;

/// A clip of a tone with an amplitude of 0 to 1 of full scale.
pub fn tone(duration_ms: u32, amplitude: f32) -> Clip {
    clip(duration_ms, |i| (i as f32 * 0.058).sin() * amplitude)
}

/// A clip of a tone that rises from 1,000 Hz by 1,000 Hz a second: no two moments of it are alike.
pub fn sweep(duration_ms: u32) -> Clip {
    let phase = |t: f64| std::f64::consts::TAU * (1_000.0 * t + 500.0 * t * t);
    clip(duration_ms, |i| (phase(f64::from(i) / 48_000.0).sin() * 0.5) as f32)
}

/// The samples of a clip.
pub fn decoded(clip: &[u8]) -> Vec<i16> {
    let mut decoder = audio::Decoder::open(clip).unwrap();
    let (mut frame, mut samples) = (Vec::new(), Vec::new());
    while decoder.next_frame(&mut frame).unwrap() {
        samples.extend_from_slice(&frame);
    }
    samples
}

fn clip(duration_ms: u32, wave: impl Fn(u32) -> f32) -> Clip {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
    for i in 0..duration_ms * 48 {
        writer.write_sample((wave(i) * 32_767.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
    let mut bytes = Vec::new();
    let prepared = prepare(file.path(), &mut bytes, &PrepareOptions::default()).unwrap();
    assert_eq!(prepared.duration_ms, u64::from(duration_ms));
    Clip::new(bytes, prepared.duration_ms)
}

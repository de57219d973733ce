//! The sound of the demonstration is good.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use audio::Warning;
use common::{clip_of, decoded};

#[test]
fn the_bundled_announcement_becomes_a_clip() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/thong-bao.mp3");
    let (prepared, clip) = clip_of(&path).unwrap();
    assert!((7_000..10_000).contains(&prepared.duration_ms), "{} ms", prepared.duration_ms);
    // Half a second of silence at its end.
    assert!(matches!(prepared.warnings[..], [Warning::Trimmed { start_ms: 0, end_ms: 400..500 }]));
    assert!(decoded(&clip).iter().any(|sample| sample.unsigned_abs() > 8_000));
}

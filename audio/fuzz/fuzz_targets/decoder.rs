//! Any bytes as a clip: it ends, without a panic, and never with more sound than there are bytes for.

#![no_main]

#[path = "../../tests/common/checksums.rs"]
mod checksums;

use audio::Decoder;
use libfuzzer_sys::fuzz_target;

/// Most samples in one packet, and so on one byte: a packet has at least one.
const PACKET_SAMPLES_MAX: usize = 5_760;

fuzz_target!(|bytes: &[u8]| {
    play(bytes);
    let mut bytes = bytes.to_vec();
    checksums::restore(&mut bytes);
    play(&bytes);
});

fn play(bytes: &[u8]) {
    let Ok(mut decoder) = Decoder::open(bytes) else { return };
    let (mut piece, mut samples) = (Vec::new(), 0);
    while let Ok(true) = decoder.next_frame(&mut piece) {
        assert!((1..=PACKET_SAMPLES_MAX).contains(&piece.len()));
        samples += piece.len();
    }
    assert!(samples <= bytes.len() * PACKET_SAMPLES_MAX);
}

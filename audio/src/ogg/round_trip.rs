//! Properties of writer and reader together.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use proptest::prelude::*;

use super::head::{OpusHead, TAGS_MAGIC};
use super::mux::Muxer;
use super::pages::Pages;
use super::stream::OpusStream;
use crate::error::DecodeError;

/// A reader that gives a few bytes at a time, as a network does.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.1);
        self.0.read(&mut buffer[..len])
    }
}

fn file(packets: &[Vec<u8>], end: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut muxer = Muxer::new(&mut bytes, &OpusHead::for_clip(312)).unwrap();
    for (i, packet) in packets.iter().enumerate() {
        muxer.push(packet.clone(), (i as u64 + 1) * 960).unwrap();
    }
    let (_, size_bytes) = muxer.finish(end).unwrap();
    assert_eq!(size_bytes, bytes.len() as u64);
    bytes
}

/// Packets of the file behind the headers, and the granule position of its last page.
fn contents(reader: impl Read) -> (Vec<Vec<u8>>, Option<u64>) {
    let mut pages = Pages::new(reader, 1 << 20);
    assert_eq!(OpusHead::parse(&pages.next_stream().unwrap().unwrap()).unwrap(), OpusHead::for_clip(312));
    let (mut packets, mut end) = (Vec::new(), None);
    while let Some(page) = pages.next().unwrap() {
        packets.extend(page.packets);
        end = page.last.then_some(page.granule).flatten();
    }
    assert!(packets.remove(0).starts_with(TAGS_MAGIC));
    (packets, end)
}

fn packets() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // Around the lengths where the lacing of a page changes (RFC 3533 section 5).
    let len = prop_oneof![0usize..80, 250usize..260, 505usize..515, Just(65_025), 60_000usize..70_000];
    let packet = (len, any::<u8>()).prop_map(|(len, fill)| vec![fill; len]);
    prop::collection::vec(packet, 1..130)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn packets_come_back_as_they_went(packets in packets(), end in 0u64..1 << 40, piece in 1usize..5_000) {
        let bytes = file(&packets, end);
        prop_assert_eq!(contents(Dribble(&bytes, piece)), (packets, Some(end)));
    }

    #[test]
    fn a_cut_never_looks_like_an_end(packets in packets(), share in 0.0f64..1.0) {
        let bytes = file(&packets, 960 * packets.len() as u64);
        let cut = &bytes[..(bytes.len() as f64 * share) as usize];
        let error = match OpusStream::open(cut, 1 << 20) {
            Err(error) => error,
            Ok(mut stream) => {
                let mut out = Vec::new();
                loop {
                    match stream.next(&mut out) {
                        Ok(true) => {}
                        Ok(false) => panic!("a file cut at {share} ended well"),
                        Err(error) => break error,
                    }
                }
            }
        };
        prop_assert!(matches!(error, DecodeError::CutOff | DecodeError::NotOpus), "{error:?}");
    }

    #[test]
    fn one_wrong_bit_is_noticed(place in 0.0f64..1.0, bit in 0u32..8) {
        let mut bytes = file(&vec![vec![7; 60]; 120], 120 * 960);
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] ^= 1 << bit;
        let mut pages = Pages::new(&bytes[..], 1 << 20);
        let mut read = || -> Result<u64, DecodeError> {
            pages.next_stream()?.ok_or(DecodeError::NotOpus)?;
            while pages.next()?.is_some() {}
            Ok(0)
        };
        prop_assert!(read().is_err());
    }
}

#[test]
fn a_packet_without_end_is_stopped() {
    let bytes = file(&[vec![0; 400_000]], 960);
    let mut pages = Pages::new(&bytes[..], 300_000);
    pages.next_stream().unwrap().unwrap();
    pages.next().unwrap().unwrap();
    let refused = std::iter::from_fn(|| pages.next().transpose()).find_map(Result::err);
    assert!(matches!(refused, Some(DecodeError::Damaged)), "{refused:?}");
}

//! A message that was touched is no message.

use firmware_proto::message::{Command, CommandBody, Stop};
use firmware_proto::trust::{Rejected, SiteKey, SitePublicKey};
use firmware_proto::{ClusterId, JobId, SiteId, UtcMillis};
use proptest::prelude::*;

use crate::any::{self, cluster, site};
use crate::oracle::{authenticate, command_bytes, device_key, report_bytes, sign, site_key};

fn flip(mut bytes: Vec<u8>, bit: usize) -> Vec<u8> {
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn stop() -> Command {
    let body = CommandBody::Stop(Stop { job: JobId::from_bytes([3; 16]), unless_begun: false });
    let (not_before, not_after) = (UtcMillis(any::NOW), UtcMillis(any::NOW + 60_000));
    Command { site: site(), target: Some(cluster()), sequence: 1 << 32 | 1, not_before, not_after, body }
}

#[test]
fn every_single_flipped_bit_of_a_command_is_noticed() {
    let sealed = site_key().seal(&stop());
    for bit in 0..sealed.len() * 8 {
        assert!(site_key().public().open(&site(), &flip(sealed.clone(), bit)).is_err(), "bit {bit}");
    }
    for len in 0..sealed.len() {
        assert!(site_key().public().open(&site(), &sealed[..len]).is_err(), "{len} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_flipped_bit_of_a_command_is_noticed(command in any::command(), bit: usize) {
        let sealed = flip(site_key().seal(&command), bit);
        prop_assert!(site_key().public().open(&site(), &sealed).is_err());
    }

    #[test]
    fn a_flipped_bit_of_a_report_is_noticed(report in any::report(), bit: usize) {
        let sealed = flip(device_key().seal(&report), bit);
        prop_assert!(device_key().open(&site(), &cluster(), &sealed).is_err());
    }
}

proptest! {
    #[test]
    fn keys_sites_and_clusters_do_not_mix(command in any::command(), report in any::report()) {
        let (other_site, other) = (SiteId::new("bac-ha").unwrap(), ClusterId::new("thon-2").unwrap());
        let stranger = SiteKey::from_bytes(&[1; 64]);
        let sealed = site_key().seal(&command);
        let public = site_key().public();
        prop_assert_eq!(public.open(&other_site, &sealed), Err(Rejected::WrongSite));
        prop_assert_eq!(stranger.public().open(&site(), &sealed), Err(Rejected::UnknownKey));
        prop_assert_eq!(device_key().open(&site(), &cluster(), &sealed), Err(Rejected::UnknownKey));

        let sealed = device_key().seal(&report);
        prop_assert_eq!(device_key().open(&other_site, &cluster(), &sealed), Err(Rejected::WrongSite));
        prop_assert_eq!(device_key().open(&site(), &other, &sealed), Err(Rejected::WrongCluster));
        let neighbour = site_key().device_key(&site(), &other, 0);
        prop_assert_eq!(neighbour.open(&site(), &cluster(), &sealed), Err(Rejected::BadSignature));
        prop_assert_eq!(public.open(&site(), &sealed), Err(Rejected::UnknownKey));
    }

    #[test]
    fn bytes_after_the_message_or_within_it_are_refused(command in any::command(), report in any::report()) {
        let mut sealed = site_key().seal(&command);
        sealed.push(0);
        prop_assert_eq!(site_key().public().open(&site(), &sealed), Err(Rejected::Malformed));
        let mut payload = command_bytes(&command);
        payload.push(0);
        prop_assert_eq!(site_key().public().open(&site(), &sign(payload)), Err(Rejected::Malformed));
        let mut payload = report_bytes(&report);
        payload.push(0);
        let sealed = authenticate(payload);
        prop_assert_eq!(device_key().open(&site(), &cluster(), &sealed), Err(Rejected::Malformed));
    }
}

#[test]
fn a_payload_too_long_is_dropped_unread() {
    let long = vec![0; firmware_proto::limits::PAYLOAD_BYTES_MAX + 1];
    assert_eq!(site_key().public().open(&site(), &long), Err(Rejected::TooLong));
    assert_eq!(device_key().open(&site(), &cluster(), &long), Err(Rejected::TooLong));
}

#[test]
fn weak_public_keys_are_refused() {
    // The neutral element and a point of order four are weak; y = 2 lies on no point.
    for first in [1, 0, 2] {
        let mut bytes = [0; 32];
        bytes[0] = first;
        assert_eq!(SitePublicKey::from_bytes(&bytes).err(), Some(Rejected::UnknownKey), "{first}");
    }
    let public = site_key().public();
    assert_eq!(SitePublicKey::from_bytes(&public.to_bytes()), Ok(public));
}

//! `coset` builds and reads the same structures on its own.

use coset::iana::{Algorithm, EnumI64 as _};
use coset::{
    CborSerializable as _, CoseMac0, CoseMac0Builder, CoseSign1, CoseSign1Builder, HeaderBuilder,
    RegisteredLabelWithPrivate,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use firmware_proto::message::{Command, Report};
use firmware_proto::trust::{DeviceKey, SiteKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::any::{self, cluster, site};

/// The secret of every test here: the seed of Ed25519, then the master of the device keys.
pub const SECRET: [u8; 64] = [0x5a; 64];

pub fn site_key() -> SiteKey {
    SiteKey::from_bytes(&SECRET)
}

pub fn device_key() -> DeviceKey {
    site_key().device_key(&site(), &cluster(), 0)
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[0x5a; 32])
}

fn key_id() -> Vec<u8> {
    Sha256::digest(signing_key().verifying_key().as_bytes())[..8].to_vec()
}

/// Signs any payload whatever, right in every other respect.
pub fn sign(payload: Vec<u8>) -> Vec<u8> {
    let protected = HeaderBuilder::new().algorithm(Algorithm::EdDSA).key_id(key_id()).build();
    CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .create_signature(&[], |data| signing_key().sign(data).to_bytes().to_vec())
        .build()
        .to_vec()
        .unwrap()
}

fn hmac(data: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(device_key().as_bytes()).unwrap();
    mac.chain_update(data).finalize().into_bytes().to_vec()
}

/// Puts any payload whatever under the MAC.
pub fn authenticate(payload: Vec<u8>) -> Vec<u8> {
    let protected = HeaderBuilder::new().algorithm(Algorithm::HMAC_256_256).build();
    CoseMac0Builder::new()
        .protected(protected)
        .payload(payload)
        .create_tag(&[], hmac)
        .build()
        .to_vec()
        .unwrap()
}

pub fn command_bytes(command: &Command) -> Vec<u8> {
    minicbor::to_vec(command).unwrap()
}

pub fn report_bytes(report: &Report) -> Vec<u8> {
    minicbor::to_vec(report).unwrap()
}

fn algorithm(header: &coset::Header) -> Option<i64> {
    match header.alg {
        Some(RegisteredLabelWithPrivate::Assigned(alg)) => Some(alg.to_i64()),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn coset_verifies_our_commands(command in any::command()) {
        let sealed = site_key().seal(&command);
        let read = CoseSign1::from_slice(&sealed).unwrap();
        prop_assert_eq!(algorithm(&read.protected.header), Some(-8));
        prop_assert_eq!(&read.protected.header.key_id, &key_id());
        prop_assert!(read.unprotected.is_empty());
        prop_assert_eq!(read.payload.as_ref().unwrap(), &command_bytes(&command));
        read.verify_signature(&[], |signature, data| {
            let signature = Signature::from_slice(signature)?;
            signing_key().verifying_key().verify_strict(data, &signature)
        }).unwrap();
    }

    #[test]
    fn we_open_what_coset_signed(command in any::command()) {
        let sealed = sign(command_bytes(&command));
        prop_assert_eq!(site_key().public().open(&site(), &sealed), Ok(command.clone()));
        prop_assert_eq!(site_key().seal(&command), sealed);
    }

    #[test]
    fn coset_verifies_our_reports(report in any::report()) {
        let sealed = device_key().seal(&report);
        let read = CoseMac0::from_slice(&sealed).unwrap();
        prop_assert_eq!(algorithm(&read.protected.header), Some(5));
        prop_assert!(read.protected.header.key_id.is_empty() && read.unprotected.is_empty());
        prop_assert_eq!(read.payload.as_ref().unwrap(), &report_bytes(&report));
        let verify = |tag: &[u8], data: &[u8]| if tag == hmac(data) { Ok(()) } else { Err(()) };
        read.verify_payload_tag(&[], || (), verify).unwrap();
    }

    #[test]
    fn we_open_what_coset_authenticated(report in any::report()) {
        let sealed = authenticate(report_bytes(&report));
        prop_assert_eq!(device_key().open(&site(), &cluster(), &sealed), Ok(report.clone()));
        prop_assert_eq!(device_key().seal(&report), sealed);
    }
}

#[test]
fn device_keys_derive_as_written() {
    let mut mac = Hmac::<Sha256>::new_from_slice(&SECRET[32..]).unwrap();
    mac.update(b"loa/1/device\0bao-nhai\0thon-1\x0012");
    let twelfth = site_key().device_key(&site(), &cluster(), 12);
    assert_eq!(twelfth.as_bytes()[..], mac.finalize().into_bytes()[..]);
    assert!(twelfth != device_key(), "each generation has a key of its own");
}

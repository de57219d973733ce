//! The fixed names, keys and values of all vectors; `README.md` says them to other languages.

use coset::iana::Algorithm;
use coset::{CborSerializable as _, CoseMac0Builder, CoseSign1Builder, HeaderBuilder};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use ed25519_dalek::{Signer as _, SigningKey};
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::manifest::hash_list;
use firmware_proto::message::{AckId, ClipRef, Command};
use firmware_proto::trust::{DeviceKey, SiteKey, sha256};
use firmware_proto::{BootId, ClipId, ClusterId, JobId, SiteId, UtcMillis};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};

use crate::raw::command_with;

/// 2025-01-01T00:00:00Z.
pub const NOW: UtcMillis = UtcMillis(1_735_689_600_000);

pub fn site() -> SiteId {
    SiteId::new("bao-nhai").unwrap()
}

pub fn cluster() -> ClusterId {
    ClusterId::new("thon-1").unwrap()
}

/// From the bytes 0, 1, .. 63.
pub fn site_key() -> SiteKey {
    SiteKey::from_bytes(&std::array::from_fn(|i| i as u8))
}

pub fn device_key() -> DeviceKey {
    site_key().device_key(&site(), &cluster(), 0)
}

pub fn boot() -> BootId {
    BootId::from_bytes([0xb0, 0x17, 0x2c, 0x43, 0x58, 0x6d, 0x91, 0xfe])
}

/// The `count`-th ack of this boot.
pub fn ack_id(count: u32) -> AckId {
    let [a, b, c, d, ..] = *boot().as_bytes();
    AckId(u64::from(u32::from_be_bytes([a, b, c, d])) << 32 | u64::from(count))
}

pub fn job_id(n: u8) -> JobId {
    JobId::from_bytes([n; 16])
}

/// 2,100 bytes, so two chunks: byte `i` is `31 * i mod 256`.
pub fn clip_bytes() -> Vec<u8> {
    (0..2100_u32).map(|i| (31 * i) as u8).collect()
}

pub fn clip_hash_list() -> Vec<u8> {
    clip_bytes().chunks(CHUNK_BYTES).flat_map(|chunk| *sha256(chunk).as_bytes()).collect()
}

pub fn clip() -> ClipRef {
    let bytes = clip_bytes();
    let hashes: Vec<[u8; 32]> = bytes.chunks(CHUNK_BYTES).map(|chunk| *sha256(chunk).as_bytes()).collect();
    ClipRef {
        id: ClipId::from_bytes(*sha256(&bytes).as_bytes()),
        size_bytes: bytes.len() as u32,
        hash_list: hash_list(&hashes).1,
        duration_ms: 60,
    }
}

/// Signs a payload that the types cannot say.
pub fn sign(payload: &[u8]) -> Vec<u8> {
    sign_under(payload, header(), None)
}

/// Puts a payload that the types cannot say under the cluster's MAC.
pub fn authenticate(payload: &[u8]) -> Vec<u8> {
    let tag = |data: &[u8]| {
        let mac = Hmac::<Sha256>::new_from_slice(device_key().as_bytes()).unwrap();
        mac.chain_update(data).finalize().into_bytes().to_vec()
    };
    let protected = HeaderBuilder::new().algorithm(Algorithm::HMAC_256_256).build();
    let builder = CoseMac0Builder::new().protected(protected).payload(payload.to_vec());
    builder.create_tag(&[], tag).build().to_vec().unwrap()
}

/// A command with an unknown entry so long that the signed payload has `bytes`.
pub fn padded(command: &Command, bytes: usize) -> Vec<u8> {
    let entry = |padding: usize| {
        let mut entry = vec![0x18, 99, 0x59];
        entry.extend_from_slice(&(padding as u16).to_be_bytes());
        entry.resize(entry.len() + padding, 0);
        command_with(command, &entry)
    };
    let around = sign(&entry(1_000)).len() - 1_000;
    entry(bytes - around)
}

/// Signs with r = 0: R is the neutral element, and S = k * a.
pub fn small_order_r(key: &SigningKey, payload: &[u8]) -> Vec<u8> {
    let sign = |data: &[u8]| {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let hash = Sha512::new().chain_update(neutral).chain_update(key.verifying_key().as_bytes());
        let k = Scalar::from_bytes_mod_order_wide(&hash.chain_update(data).finalize().into());
        let mut secret = [0; 32];
        secret.copy_from_slice(&Sha512::digest(key.as_bytes())[..32]);
        let s = k * Scalar::from_bytes_mod_order(clamp_integer(secret));
        [neutral, s.to_bytes()].concat()
    };
    signed_by(payload, header(), sign)
}

/// The one protected header of a command.
pub fn header() -> HeaderBuilder {
    let key_id = site_key().public().key_id().as_bytes().to_vec();
    HeaderBuilder::new().algorithm(Algorithm::EdDSA).key_id(key_id)
}

/// Signs with the site's key under another header.
pub fn sign_under(payload: &[u8], header: HeaderBuilder, unprotected: Option<HeaderBuilder>) -> Vec<u8> {
    let key = SigningKey::from_bytes(&std::array::from_fn(|i| i as u8));
    let builder = CoseSign1Builder::new().protected(header.build()).payload(payload.to_vec());
    let builder = match unprotected {
        Some(header) => builder.unprotected(header.build()),
        None => builder,
    };
    let sign = |data: &[u8]| key.sign(data).to_bytes().to_vec();
    builder.create_signature(&[], sign).build().to_vec().unwrap()
}

fn signed_by(payload: &[u8], header: HeaderBuilder, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let builder = CoseSign1Builder::new().protected(header.build()).payload(payload.to_vec());
    builder.create_signature(&[], sign).build().to_vec().unwrap()
}

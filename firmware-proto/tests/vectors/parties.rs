//! The fixed names, keys and values of all vectors; `README.md` says them to other languages.

use coset::iana::Algorithm;
use coset::{CborSerializable as _, CoseMac0Builder, CoseSign1Builder, HeaderBuilder};
use ed25519_dalek::{Signer as _, SigningKey};
use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::message::ClipRef;
use firmware_proto::speaker::hash_list;
use firmware_proto::trust::{DeviceKey, SiteKey, sha256};
use firmware_proto::{BootId, ClipId, ClusterId, JobId, SiteId, UtcMillis};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

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
    site_key().device_key(&site(), &cluster())
}

pub fn boot() -> BootId {
    BootId::from_bytes([0xb0, 0, 0, 0, 0, 0, 0, 1])
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
    let key = SigningKey::from_bytes(&std::array::from_fn(|i| i as u8));
    let key_id = site_key().public().key_id().as_bytes().to_vec();
    let protected = HeaderBuilder::new().algorithm(Algorithm::EdDSA).key_id(key_id).build();
    let builder = CoseSign1Builder::new().protected(protected).payload(payload.to_vec());
    let sign = |data: &[u8]| key.sign(data).to_bytes().to_vec();
    builder.create_signature(&[], sign).build().to_vec().unwrap()
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

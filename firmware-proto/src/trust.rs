//! Who said it: COSE_Sign1 with Ed25519 down, COSE_Mac0 with HMAC-SHA-256 up (RFC 9052, RFC 9053).
//!
//! The broker and the network are not trusted. They can delay and drop, and nothing else: site,
//! target, sequence and validity of a command stand inside the signed payload; cluster, boot and
//! sequence of a report stand inside the MACed payload.
//!
//! Only the COSE *structures* are assembled here, with the same CBOR library as everything else;
//! the cryptography is `ed25519-dalek`, `hmac` and `sha2`.

mod cose;

use alloc::format;
use alloc::vec::Vec;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::codec;
use crate::ids::{ClusterId, Hash, KeyId, SiteId};
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::message::{Command, Report};
use cose::{Disassembled, Protected};

/// Why a message is ignored. Nothing on the wire can do more than raise a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rejected {
    /// Longer than [`PAYLOAD_BYTES_MAX`].
    #[error("too long")]
    TooLong,
    /// No CBOR, no COSE, or not one of our messages.
    #[error("malformed")]
    Malformed,
    /// A topic that is none of ours, or a message on the wrong one.
    #[error("wrong topic")]
    WrongTopic,
    /// Signed with a key that we do not know, or from a cluster that we do not know.
    #[error("unknown key")]
    UnknownKey,
    /// The signature or MAC does not fit.
    #[error("wrong signature")]
    BadSignature,
    /// For another site.
    #[error("for another site")]
    WrongSite,
    /// For, or from, another cluster than the topic says.
    #[error("for another cluster")]
    WrongCluster,
    /// Not yet, or no longer, valid.
    #[error("outside its validity")]
    OutOfDate,
    /// Came before.
    #[error("replayed")]
    Replayed,
    /// Nobody asked for it.
    #[error("not asked for")]
    Unwanted,
}

impl Rejected {
    /// Every reason, for counters.
    pub const ALL: [Self; 10] = [
        Self::TooLong,
        Self::Malformed,
        Self::WrongTopic,
        Self::UnknownKey,
        Self::BadSignature,
        Self::WrongSite,
        Self::WrongCluster,
        Self::OutOfDate,
        Self::Replayed,
        Self::Unwanted,
    ];
}

/// Reads a payload of bounded length.
pub(crate) fn decode_payload<'b, T: minicbor::Decode<'b, ()>>(payload: &'b [u8]) -> Result<T, Rejected> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(Rejected::TooLong);
    }
    codec::whole(payload).map_err(|_| Rejected::Malformed)
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash::from_bytes(Sha256::digest(bytes).into())
}

/// The secret of one site: it signs commands, and every device key derives from it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SiteKey {
    seed: [u8; 32],
    device_master: [u8; 32],
    #[zeroize(skip)] // wipes itself
    signing: SigningKey,
    #[zeroize(skip)] // public
    key_id: KeyId,
}

impl SiteKey {
    /// Bytes of [`Self::to_bytes`].
    pub const BYTES: usize = 64;

    /// Makes a key from 64 random bytes: 32 of the Ed25519 seed (RFC 8032), 32 of the device master.
    #[must_use]
    pub fn from_bytes(secret: &[u8; Self::BYTES]) -> Self {
        let mut seed = [0; 32];
        let mut device_master = [0; 32];
        seed.copy_from_slice(&secret[..32]);
        device_master.copy_from_slice(&secret[32..]);
        let signing = SigningKey::from_bytes(&seed);
        let key_id = SitePublicKey(signing.verifying_key()).key_id();
        Self { seed, device_master, signing, key_id }
    }

    /// The secret, to be kept where only the controller reads it.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        out[..32].copy_from_slice(&self.seed);
        out[32..].copy_from_slice(&self.device_master);
        out
    }

    /// What every cluster of the site knows.
    #[must_use]
    pub fn public(&self) -> SitePublicKey {
        SitePublicKey(self.signing.verifying_key())
    }

    /// The key that one cluster shares with the controller:
    /// HMAC-SHA-256(device master, `"loa/1/device" 0x00 site 0x00 cluster 0x00 generation`), the generation in
    /// decimal digits. A cluster begins with generation 0; a higher one ends the key of a stolen device.
    #[must_use]
    pub fn device_key(&self, site: &SiteId, cluster: &ClusterId, generation: u32) -> DeviceKey {
        let message = format!("loa/1/device\0{site}\0{cluster}\0{generation}");
        DeviceKey(hmac(&self.device_master).chain_update(message).finalize().into_bytes().into())
    }

    /// Signs a command into an MQTT payload.
    #[must_use]
    pub fn seal(&self, command: &Command) -> Vec<u8> {
        let payload = codec::encode(command);
        let protected = Protected::eddsa(self.key_id);
        let signature = self.signing.sign(&cose::to_be_signed(&protected, &payload));
        cose::assemble(&protected, &payload, &signature.to_bytes())
    }
}

impl core::fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SiteKey({})", self.key_id)
    }
}

/// The public half of a [`SiteKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitePublicKey(VerifyingKey);

impl SitePublicKey {
    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032).
    ///
    /// # Errors
    /// [`Rejected::UnknownKey`] if they are no point of the curve, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Rejected> {
        match VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(Rejected::UnknownKey),
        }
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The name of this key in messages.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&sha256(self.0.as_bytes()).as_bytes()[..8]);
        KeyId::from_bytes(id)
    }

    /// Reads a payload and checks its signature and its site. Target, sequence and validity are
    /// the speaker's to judge.
    ///
    /// # Errors
    /// [`Rejected`], with nothing of the command.
    pub fn open(&self, site: &SiteId, payload: &[u8]) -> Result<Command, Rejected> {
        SiteKeys::one(*self).open(site, payload)
    }

    fn is_named_by(&self, protected: &[u8]) -> bool {
        protected == Protected::eddsa(self.key_id()).as_bytes()
    }

    fn verify(&self, message: &Disassembled<'_>) -> Result<(), Rejected> {
        let signature = Signature::from_slice(message.tag).map_err(|_| Rejected::Malformed)?;
        let signed = cose::to_be_signed_raw(message.protected, message.payload);
        // Strict in all that matters here: S is checked to be canonical, and a weak key was refused when it
        // was taken. To refuse small-order R as well, a seventh of the time, guards nothing beyond that.
        self.0.verify(&signed, &signature).map_err(|_| Rejected::BadSignature)
    }
}

/// The site keys that a device obeys: one, or two while the site goes over from one to the other. The key id in a
/// message's header chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteKeys {
    first: SitePublicKey,
    second: Option<SitePublicKey>,
}

impl SiteKeys {
    /// One key.
    #[must_use]
    pub fn one(key: SitePublicKey) -> Self {
        Self { first: key, second: None }
    }

    /// Two keys, in any order.
    #[must_use]
    pub fn two(first: SitePublicKey, second: SitePublicKey) -> Self {
        Self { first, second: Some(second) }
    }

    /// Reads a payload and checks its signature and its site, as [`SitePublicKey::open`].
    ///
    /// # Errors
    /// [`Rejected`], with nothing of the command.
    pub fn open(&self, site: &SiteId, payload: &[u8]) -> Result<Command, Rejected> {
        let message = cose::disassemble(payload)?;
        let mut keys = core::iter::once(&self.first).chain(&self.second);
        let key = keys.find(|key| key.is_named_by(message.protected)).ok_or(Rejected::UnknownKey)?;
        key.verify(&message)?;
        let command: Command = decode_payload(message.payload)?;
        if command.site != *site {
            return Err(Rejected::WrongSite);
        }
        Ok(command)
    }
}

/// The secret that one cluster shares with the controller.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DeviceKey([u8; 32]);

impl DeviceKey {
    /// Takes the 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for the device's identity file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Puts a report under its MAC, as an MQTT payload.
    #[must_use]
    pub fn seal(&self, report: &Report) -> Vec<u8> {
        let payload = codec::encode(report);
        let protected = Protected::hmac256();
        let mac = hmac(&self.0).chain_update(cose::to_be_maced(protected.as_bytes(), &payload));
        cose::assemble(&protected, &payload, &mac.finalize().into_bytes())
    }

    /// Reads a payload and checks its MAC, its site and its cluster.
    ///
    /// # Errors
    /// [`Rejected`], with nothing of the report.
    pub fn open(&self, site: &SiteId, cluster: &ClusterId, payload: &[u8]) -> Result<Report, Rejected> {
        let message = cose::disassemble(payload)?;
        if message.protected != Protected::hmac256().as_bytes() {
            return Err(Rejected::UnknownKey);
        }
        let mac = hmac(&self.0).chain_update(cose::to_be_maced(message.protected, message.payload));
        mac.verify_slice(message.tag).map_err(|_| Rejected::BadSignature)?;
        let report: Report = decode_payload(message.payload)?;
        if report.site != *site {
            return Err(Rejected::WrongSite);
        }
        if report.cluster != *cluster {
            return Err(Rejected::WrongCluster);
        }
        Ok(report)
    }
}

impl core::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC takes keys of every length (RFC 2104, section 2).
    Hmac::new_from_slice(key).expect("any length of key")
}

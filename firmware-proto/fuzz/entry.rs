//! What foreign bytes can reach, one function for each fuzz target. `tests/fuzz.rs` runs the same functions on
//! arbitrary bytes and on the corpus in every test run.
#![allow(dead_code)]

use ed25519_dalek::{Signer as _, SigningKey};
use firmware_proto::message::{Chunk, Kind};
use firmware_proto::speaker::{Config, Output, PassOutcome, PlaybackEvent, Restored, Speaker};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::{SiteKey, SiteKeys};
use firmware_proto::{BootId, ClusterId, Hash, Mono, SiteId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use minicbor::Encoder;
use sha2::Sha256;

const SECRET: [u8; SiteKey::BYTES] = [7; SiteKey::BYTES];
/// Outputs of a speaker after one event: more would be an endless loop.
const OUTPUTS_MAX: usize = 10_000;

fn site() -> SiteId {
    SiteId::new("bao-nhai").expect("a name")
}

fn cluster() -> ClusterId {
    ClusterId::new("thon-1").expect("a name")
}

fn site_key() -> SiteKey {
    SiteKey::from_bytes(&SECRET)
}

/// `[protected, {}, payload, tag(context)]`, where the context is `[name, protected, h'', payload]`.
fn seal(name: &str, protected: &[u8], payload: &[u8], tag: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let encode = |items: &dyn Fn(&mut Encoder<Vec<u8>>)| {
        let mut encoder = Encoder::new(Vec::new());
        items(&mut encoder);
        encoder.into_writer()
    };
    let context = encode(&|e| {
        let items = e.array(4).and_then(|e| e.str(name)?.bytes(protected)?.bytes(&[])?.bytes(payload)?.ok());
        items.expect("encoding into memory");
    });
    let tag = tag(&context);
    encode(&|e| {
        let items = e.array(4).and_then(|e| e.bytes(protected)?.map(0)?.bytes(payload)?.bytes(&tag)?.ok());
        items.expect("encoding into memory");
    })
}

fn signed(payload: &[u8]) -> Vec<u8> {
    let mut seed = [0; 32];
    seed.copy_from_slice(&SECRET[..32]);
    let protected = [&[0xa2, 1, 0x27, 4, 0x48][..], site_key().public().key_id().as_bytes()].concat();
    seal("Signature1", &protected, payload, |data| {
        SigningKey::from_bytes(&seed).sign(data).to_bytes().to_vec()
    })
}

fn authenticated(payload: &[u8]) -> Vec<u8> {
    let key = site_key().device_key(&site(), &cluster(), 0);
    seal("MAC0", &[0xa1, 1, 5], payload, |data| {
        let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length of key");
        mac.chain_update(data).finalize().into_bytes().to_vec()
    })
}

/// The seals, with nothing right about them.
pub fn cose(bytes: &[u8]) {
    let keys = SiteKeys::two(site_key().public(), SiteKey::from_bytes(&[8; 64]).public());
    assert!(keys.open(&site(), bytes).is_err(), "nobody can sign");
    let key = site_key().device_key(&site(), &cluster(), 0);
    assert!(key.open(&site(), &cluster(), bytes).is_err(), "nobody can authenticate");
}

/// A payload that the site's key has signed: what is read of it says the same when it is said again.
pub fn command(bytes: &[u8]) {
    let public = site_key().public();
    let Ok(command) = public.open(&site(), &signed(bytes)) else { return };
    assert_eq!(public.open(&site(), &site_key().seal(&command)).as_ref(), Ok(&command));
}

/// A payload under the device's MAC.
pub fn report(bytes: &[u8]) {
    let key = site_key().device_key(&site(), &cluster(), 0);
    let Ok(report) = key.open(&site(), &cluster(), &authenticated(bytes)) else { return };
    assert_eq!(key.open(&site(), &cluster(), &key.seal(&report)).as_ref(), Ok(&report));
}

/// A chunk, which nothing protects.
pub fn chunk(bytes: &[u8]) {
    let Ok(chunk) = Chunk::decode(bytes) else { return };
    assert_eq!(Chunk::decode(&chunk.encode()).as_ref(), Ok(&chunk));
}

/// A saved state, as a damaged card gives it.
pub fn state(bytes: &[u8]) {
    let restored = Restored { state: Some(bytes.to_vec()), ..Restored::default() };
    let mut speaker = Speaker::new(config(), BootId::from_bytes([1; 8]), restored, Mono(0));
    speaker.handle_connected(Mono(1));
    settle(&mut speaker, Mono(1));
    for _ in 0..20 {
        let Some(at) = speaker.poll_timeout(Mono(1)) else { break };
        speaker.handle_timeout(at);
        settle(&mut speaker, at);
    }
}

/// Signed payloads and chunks one after the other: each has a byte for its topic and two for its length before it.
pub fn speaker(bytes: &[u8]) {
    let mut speaker = Speaker::new(config(), BootId::from_bytes([1; 8]), Restored::default(), Mono(0));
    let mut now = Mono(1);
    speaker.handle_connected(now);
    settle(&mut speaker, now);
    let leaves = [Down::Job, Down::Agenda, Down::Receipt, Down::Time, Down::Chunk];
    let mut rest = bytes;
    while let [leaf, high, low, after @ ..] = rest {
        let length = (usize::from(*high) << 8 | usize::from(*low)).min(after.len());
        let (payload, next) = after.split_at(length);
        rest = next;
        let leaf = leaves.get(usize::from(*leaf) % (leaves.len() + 1));
        let topic = leaf.map_or(Topic::All, |leaf| Topic::Down(cluster(), *leaf)).render(&site());
        let message = if leaf == Some(&Down::Chunk) { payload.to_vec() } else { signed(payload) };
        speaker.handle_message(now, &topic, &message);
        settle(&mut speaker, now);
        now = now + 700;
        speaker.handle_timeout(now);
        settle(&mut speaker, now);
    }
}

fn config() -> Config {
    Config {
        site: site(),
        cluster: cluster(),
        kind: Kind::Smart,
        site_keys: SiteKeys::one(site_key().public()),
        device_key: site_key().device_key(&site(), &cluster(), 0),
        firmware: "fuzz".into(),
        storage_bytes: 1 << 20,
    }
}

/// Carries out what the speaker wants, as a device would that has a broken card and a quick amplifier.
fn settle(speaker: &mut Speaker, now: Mono) {
    for _ in 0..OUTPUTS_MAX {
        let Some(output) = speaker.poll_output(now) else { return };
        match output {
            Output::VerifyClip(clip) => speaker.handle_clip_hash(now, clip, Some(Hash::from_bytes([0; 32]))),
            Output::Play(pass) => speaker.handle_playback(now, pass.token, PlaybackEvent::Started),
            Output::StopPlaying(token) => {
                let measured = firmware_proto::message::Evidence {
                    sound: firmware_proto::message::Sound::Unmeasured,
                    played_ms: 1,
                    passes: 0,
                    level_dbfs: None,
                    amplifier_ma: None,
                    microphone_dba: None,
                };
                let ended = PlaybackEvent::Ended { outcome: PassOutcome::Stopped, measured };
                speaker.handle_playback(now, token, ended);
            }
            Output::StoreState(_)
            | Output::StoreChunk { .. }
            | Output::FinishClip(_)
            | Output::DropClip(_)
            | Output::SwitchZones { .. }
            | Output::Send { .. } => {}
        }
    }
    panic!("a speaker that never has enough");
}

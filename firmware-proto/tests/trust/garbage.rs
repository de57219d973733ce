//! Whatever bytes come, no decoder panics.

use firmware_proto::message::{Chunk, Kind, Part};
use firmware_proto::speaker::{Config, Restored, Speaker};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::SiteKeys;
use firmware_proto::{BootId, ClipId, Mono};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::any::{self, cluster, site};
use crate::oracle::{authenticate, command_bytes, device_key, report_bytes, sign, site_key};

pub const BOOT: [u8; 8] = [1; 8];

pub fn boot(restored: Restored, now: Mono) -> Speaker {
    let config = Config {
        site: site(),
        cluster: cluster(),
        kind: Kind::Smart,
        site_keys: SiteKeys::one(site_key().public()),
        device_key: device_key(),
        firmware: "test 1".into(),
        storage_bytes: 1 << 20,
    };
    let mut speaker = Speaker::new(config, BootId::from_bytes(BOOT), restored, now);
    speaker.handle_connected(now);
    speaker
}

pub fn fresh() -> Speaker {
    boot(Restored::default(), Mono(0))
}

fn with_state(state: Vec<u8>) -> Speaker {
    boot(Restored { state: Some(state), ..Restored::default() }, Mono(0))
}

/// How bytes change on a bad link, or in bad hands.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Cut(Index),
    Remove(Index),
    Insert(Index, u8),
    Double(Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => any::<Index>().prop_map(Change::Double),
    ];
    vec(change, 1..5)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at.index(len)] = *byte,
            Change::Cut(at) => bytes.truncate(at.index(len)),
            Change::Remove(at) => drop(bytes.remove(at.index(len))),
            Change::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Change::Double(at) => bytes.extend_from_within(at.index(len)..),
        }
    }
    bytes
}

fn topics() -> impl Strategy<Value = String> {
    let leaves = [Down::Agenda, Down::Job, Down::Chunk, Down::Time, Down::Receipt];
    let mut topics = vec![Topic::All.render(&site())];
    topics.extend(leaves.map(|leaf| Topic::Down(cluster(), leaf).render(&site())));
    prop_oneof![10 => select(topics), 1 => ".{0,60}", 1 => "loa/1/bao-nhai/[a-z0-9/]{0,30}"]
}

fn open_all(bytes: &[u8]) {
    let _ = site_key().public().open(&site(), bytes);
    let _ = device_key().open(&site(), &cluster(), bytes);
    let _ = Chunk::decode(bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..300), topic in topics()) {
        open_all(&bytes);
        fresh().handle_message(Mono(1), &topic, &bytes);
    }

    /// The seal is right, so that the bytes reach the decoder of messages.
    #[test]
    fn arbitrary_bytes_under_a_seal(bytes in vec(any::<u8>(), 0..300)) {
        open_all(&sign(bytes.clone()));
        open_all(&authenticate(bytes));
    }

    #[test]
    fn changed_commands(command in any::command(), changes in changes(), topic in topics()) {
        open_all(&changed(site_key().seal(&command), &changes));
        let inside = sign(changed(command_bytes(&command), &changes));
        open_all(&inside);
        fresh().handle_message(Mono(1), &topic, &inside);
    }

    #[test]
    fn changed_reports(report in any::report(), changes in changes()) {
        open_all(&changed(device_key().seal(&report), &changes));
        open_all(&authenticate(changed(report_bytes(&report), &changes)));
    }

    #[test]
    fn changed_chunks(chunk in any::chunk(), changes in changes()) {
        open_all(&changed(chunk.encode(), &changes));
    }

    #[test]
    fn arbitrary_saved_states(bytes in vec(any::<u8>(), 0..300)) {
        with_state(bytes);
    }
}

#[test]
fn deep_nesting_costs_no_stack() {
    for opener in [0x81, 0x9f, 0xa1, 0xbf, 0xc1] {
        // A map with an unknown key whose value opens and never closes.
        let mut bytes = vec![0xa1, 0x18, 0x63];
        bytes.resize(32_000, opener);
        open_all(&bytes);
        open_all(&sign(bytes.clone()));
        open_all(&authenticate(bytes.clone()));
        with_state(bytes);
    }
}

#[test]
fn a_claimed_length_allocates_nothing() {
    for huge in
        [[0x9a, 0xff, 0xff, 0xff, 0xff], [0xba, 0xff, 0xff, 0xff, 0xff], [0x5a, 0xff, 0xff, 0xff, 0xff]]
    {
        open_all(&huge);
        open_all(&sign([&[0xa1, 0x05][..], &huge].concat()));
        open_all(&Chunk::encode(&Chunk {
            clip: ClipId::from_bytes([0; 32]),
            part: Part::Data,
            index: 0,
            data: huge.to_vec().into(),
        }));
    }
}

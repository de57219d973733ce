//! Rules that no single message shows: `v1/rules/` gives what comes, and what is to come of it.

use firmware_proto::message::Class;
use firmware_proto::sequence::SequenceWindow;
use firmware_proto::trust::SitePublicKey;
use firmware_proto::turns::{self, Contender};
use firmware_proto::{Hash, UtcMillis};
use serde_json::Value;

fn cases(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn numbers_are_fresh_as_they_say() {
    for case in cases(include_str!("v1/rules/sequences.json")) {
        let resumed = case["resumed"].as_u64();
        let mut window = resumed.map_or_else(SequenceWindow::default, SequenceWindow::resume);
        let numbers = case["numbers"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap());
        let fresh: Vec<Value> = numbers.map(|n| window.accept(n).into()).collect();
        assert_eq!(&fresh, case["fresh"].as_array().unwrap(), "{case}");
    }
}

#[test]
fn keys_are_taken_as_they_say() {
    for case in cases(include_str!("v1/rules/keys.json")) {
        let key: Hash = case["key"].as_str().unwrap().parse().unwrap();
        assert_eq!(SitePublicKey::from_bytes(key.as_bytes()).is_ok(), case["taken"], "{case}");
    }
}

fn contender(job: &Value) -> Contender {
    Contender {
        class: [Class::Routine, Class::Priority, Class::Emergency][job["class"].as_u64().unwrap() as usize],
        version: job["version"].as_u64().unwrap(),
        rank: job["rank"].as_u64().unwrap() as u32,
        play_at: job["play_at"].as_u64().map(UtcMillis),
        interrupts: job["busy"] == 1,
        suspended: job["suspended"].as_bool().unwrap(),
    }
}

#[test]
fn the_amplifier_goes_to_whom_they_say() {
    for case in cases(include_str!("v1/rules/turns.json")) {
        let due = case["due"].as_array().unwrap();
        let playing = Some(&case["playing"]).filter(|playing| !playing.is_null()).map(contender);
        let taker = due.iter().position(|job| job["id"] == case["taker"]);
        let next = turns::next(due, contender, playing.as_ref(), taker).map(|at| &due[at]["id"]);
        assert_eq!(next.unwrap_or(&Value::Null), &case["next"], "{case}");
    }
}

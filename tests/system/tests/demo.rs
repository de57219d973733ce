//! `loa demo`: what a newcomer sees first.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use serde_json::Value;
use system_tests::binaries::program;

fn demo(args: &[&str]) -> std::process::Output {
    let mut demo = Command::new(program("loa").unwrap());
    demo.arg("demo").args(args).env("LOA_LANG", "en").env_remove("LOA_DATA").env_remove("LOA_SOCKET");
    demo.output().unwrap()
}

#[test]
fn the_outcome_is_exactly_what_it_must_be() {
    let output = demo(&["--once", "--json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    assert_eq!(output.status.code(), Some(0), "{outcome} {said}");
    assert_eq!(outcome["clusters"], 57);
    assert_eq!(outcome["played"], 36);
    assert_eq!(outcome["unconfirmed"], 19);
    assert_eq!(outcome["unreachable"].as_array().unwrap().len(), 1);
    assert_eq!(outcome["silent"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_that_is_no_sound_ends_it() {
    let output = demo(&["Cargo.toml", "--once"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Cargo.toml"));
}

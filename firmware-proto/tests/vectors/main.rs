//! The wire, byte by byte: what this code says today is what stands in `v1/`, and it reads it back.
//!
//! `LOA_WRITE_VECTORS=1 cargo test -p firmware-proto --test vectors` writes files that are missing;
//! nothing overwrites one. From release 0.1.0 on no file and no line here that guards one changes.
#![allow(clippy::unwrap_used)]

mod commands;
mod file;
mod odd;
mod parties;
mod raw;
mod reports;
mod rules;
mod wrong;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use firmware_proto::Mono;
use firmware_proto::message::{Chunk, Command, CommandBody, Kind, Report, ReportBody};
use firmware_proto::speaker::{Config, Restored, Speaker};
use firmware_proto::topics::{Down, Topic, Up};
use firmware_proto::trust::{Rejected, SiteKeys};

use file::Vector;
use parties::{cluster, device_key, site, site_key};

/// What a payload says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The controller speaks.
    Command(Command),
    /// A cluster speaks.
    Report(Report),
    /// A part of a clip.
    Chunk(Chunk),
}

fn vectors() -> Vec<Vector> {
    [commands::vectors(), reports::vectors(), odd::vectors(), wrong::vectors()].concat()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/v1")
}

/// Reads a payload as its receiver does.
fn receive(topic: &str, payload: &[u8]) -> Result<Value, Rejected> {
    if let Some((sender, leaf)) = Topic::parse_up(&site(), topic) {
        let key = site_key().device_key(&site(), &sender, 0);
        let report = key.open(&site(), &sender, payload)?;
        return if leaf_of(&report.body) == leaf {
            Ok(Value::Report(report))
        } else {
            Err(Rejected::WrongTopic)
        };
    }
    if Topic::parse_down(&site(), topic) == Some(Topic::Down(cluster(), Down::Chunk)) {
        return Chunk::decode(payload).map(Value::Chunk);
    }
    let command = site_key().public().open(&site(), payload)?;
    let shared = topic.ends_with("/all/job") || topic.ends_with("/controllers");
    let target = if shared { None } else { Some(cluster()) };
    if command.target != target {
        return Err(Rejected::WrongCluster);
    }
    let fits = match &command.body {
        CommandBody::Job(_) | CommandBody::Stop(_) => topic.ends_with("/job"),
        CommandBody::Agenda(_) => topic.ends_with("/agenda"),
        CommandBody::Receipt(_) => topic.ends_with("/receipt"),
        CommandBody::Time(_) => topic.ends_with("/clock"),
        CommandBody::Peer(_) => topic.ends_with("/controllers"),
    };
    if fits { Ok(Value::Command(command)) } else { Err(Rejected::WrongTopic) }
}

fn leaf_of(body: &ReportBody) -> Up {
    match body {
        ReportBody::Hello(_) | ReportBody::OtherVersion(_) => Up::Hello,
        ReportBody::Beat(_) => Up::Beat,
        ReportBody::Acks(_) => Up::Ack,
        ReportBody::Want(_) => Up::Want,
        ReportBody::Time(_) => Up::Time,
    }
}

/// What the speaker's own logic says about a command.
fn speaker_says(topic: &str, payload: &[u8]) -> Result<(), Rejected> {
    let config = Config {
        site: site(),
        cluster: cluster(),
        kind: Kind::Smart,
        site_keys: SiteKeys::one(site_key().public()),
        device_key: device_key(),
        firmware: "vectors".into(),
        storage_bytes: 1 << 20,
    };
    let boot = firmware_proto::BootId::from_bytes([0; 8]);
    let mut speaker = Speaker::new(config, boot, Restored::default(), Mono(0));
    speaker.handle_message(Mono(1), topic, payload);
    speaker.rejections().keys().next().map_or(Ok(()), |&reason| Err(reason))
}

#[test]
fn files_hold_what_this_code_says() {
    let write = std::env::var_os("LOA_WRITE_VECTORS").is_some();
    for vector in vectors() {
        let path = folder().join(vector.name).with_extension("txt");
        if write && !path.exists() {
            fs::write(&path, vector.render()).unwrap();
        }
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", vector.name));
        assert_eq!(text, vector.render(), "{}", vector.name);
    }
}

#[test]
fn files_are_read_as_they_say() {
    for vector in vectors() {
        let text = fs::read_to_string(folder().join(vector.name).with_extension("txt")).unwrap();
        let payload = file::payload(&text);
        assert_eq!(receive(&vector.topic, &payload), vector.value, "{}", vector.name);
        let time = matches!(&vector.value, Ok(Value::Command(c)) if matches!(c.body, CommandBody::Time(_)));
        let peer = vector.topic == Topic::controllers(&site());
        let command = !time && !peer && Topic::parse_up(&site(), &vector.topic).is_none();
        if command && !vector.topic.ends_with("/chunk") {
            let expected = vector.value.map(drop);
            assert_eq!(speaker_says(&vector.topic, &payload), expected, "{}", vector.name);
        }
    }
}

#[test]
fn every_file_is_tested_and_every_kind_has_one() {
    let names: BTreeSet<String> = vectors().iter().map(|v| format!("{}.txt", v.name)).collect();
    assert_eq!(names.len(), vectors().len(), "names are unique");
    let files =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_file());
    let files: BTreeSet<String> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(files, names);
    let leaves: BTreeSet<String> =
        vectors().iter().map(|v| v.topic.rsplit('/').next().unwrap().to_string()).collect();
    let all =
        ["ack", "agenda", "beat", "chunk", "clock", "controllers", "hello", "job", "receipt", "time", "want"];
    assert_eq!(leaves, all.map(String::from).into());
}

#[test]
fn the_readme_gives_the_keys_of_this_code() {
    let readme = fs::read_to_string(folder().with_file_name("README.md")).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for value in [
        hex(&site_key().to_bytes()),
        hex(&site_key().public().to_bytes()),
        site_key().public().key_id().to_string(),
        hex(device_key().as_bytes()),
        parties::clip().id.to_string(),
        parties::clip().hash_list.to_string(),
        parties::boot().to_string(),
    ] {
        assert!(readme.contains(&value), "{value}");
    }
}

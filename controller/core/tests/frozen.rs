//! Journals of older builds are read for ever: one example of each kind of record, and one whole journal with the
//! state that it folds into.
//!
//! The files are written once, when a record or the state changes its form before the first release:
//! `cargo test -p controller-core --test frozen -- --ignored`. After it they only grow.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use controller_core::change::SiteChange;
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command};
use controller_core::entry::{Unreadable, VERSION};
use controller_core::settings::Settings;
use controller_core::{Actor, Entry, Record, State, state};
use firmware_proto::message::{
    Ack, AckId, Beat, Class, DeviceLimits, Evidence, Hello, Kind, PROTOCOL_VERSION, ReportBody, Sound, Stage,
};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use support::{Controller, add_clip, announcement, beat, change, cluster, plan, smart};

/// 2027-01-15 06:00 in Vietnam.
const SIX: UtcMillis = UtcMillis(1_799_967_600_000);
const HOUR_MS: u64 = 3_600_000;

/// An entry as it stands in a file of examples.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    version: u16,
    at: UtcMillis,
    actor: Value,
    record: Value,
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let text = entry.text();
        let value = |text: &str| serde_json::from_str(text).unwrap();
        Self { version: text.version, at: entry.at, actor: value(&text.actor), record: value(&text.record) }
    }

    fn read(&self) -> Result<Entry, Unreadable> {
        Entry::read(self.at, self.version, &self.actor.to_string(), &self.record.to_string())
    }
}

fn folder(version: u16) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/journal/v{version}"))
}

/// A kind that is not among these does not compile: it needs an example.
fn kind(record: &Record) -> &'static str {
    match record {
        Record::Started { .. }
        | Record::Surpassed { .. }
        | Record::ClockSet { .. }
        | Record::SiteChanged { .. }
        | Record::ClustersAdded { .. }
        | Record::ClusterRemoved { .. }
        | Record::JobMade { .. }
        | Record::JobSent { .. }
        | Record::JobStopped { .. }
        | Record::Acked { .. }
        | Record::Lapsed { .. }
        | Record::Booted { .. }
        | Record::OtherProtocol { .. }
        | Record::FaultsChanged { .. }
        | Record::ScheduleChanged { .. }
        | Record::ClipAdded { .. }
        | Record::ClipReplaced { .. }
        | Record::ClipRemoved { .. }
        | Record::OccurrencesSkipped { .. }
        | Record::Forgotten { .. } => record.kind(),
    }
}

const KINDS: [&str; 20] = [
    "started",
    "surpassed",
    "clock-set",
    "site-changed",
    "clusters-added",
    "cluster-removed",
    "job-made",
    "job-sent",
    "job-stopped",
    "acked",
    "lapsed",
    "booted",
    "other-protocol",
    "faults-changed",
    "schedule-changed",
    "clip-added",
    "clip-replaced",
    "clip-removed",
    "occurrences-skipped",
    "forgotten",
];

#[test]
fn every_kind_of_record_of_every_version_is_read() {
    for version in 1..=VERSION {
        let mut seen = BTreeSet::new();
        for file in fs::read_dir(folder(version).join("records")).unwrap() {
            let path = file.unwrap().path();
            let line: Line = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(line.version, version, "{}", path.display());
            let entry = line.read().unwrap_or_else(|e| panic!("{}: {e:?}", path.display()));
            assert_eq!(path.file_stem().unwrap(), kind(&entry.record));
            seen.insert(kind(&entry.record));
            if version == VERSION {
                let now = serde_json::to_value(Line::of(&entry)).unwrap();
                let then = serde_json::to_value(&line).unwrap();
                assert_eq!(now, then, "this build writes {} in another form", path.display());
            }
        }
        if version == VERSION {
            assert_eq!(seen, KINDS.into_iter().collect(), "an example of each kind");
        }
    }
}

#[test]
fn a_whole_journal_of_every_version_folds_into_its_state() {
    for version in 1..=VERSION {
        let text = fs::read_to_string(folder(version).join("whole.jsonl")).unwrap();
        let mut folded = State::default();
        for (number, line) in text.lines().enumerate() {
            let line: Line = serde_json::from_str(line).unwrap();
            folded.apply(&line.read().unwrap_or_else(|e| panic!("entry {}: {e:?}", number + 1)));
        }
        let kept = fs::read_to_string(folder(version).join("whole.state.json")).unwrap();
        let kept: Value = serde_json::from_str(&kept).unwrap();
        let folded: Value = serde_json::from_str(&folded.text()).unwrap();
        assert!(
            folded == kept,
            "the journal folds into another state than it did. If the state has another form now, raise \
             state::VERSION (now {}) and write the files again; if it has not, old journals are misread",
            state::VERSION
        );
    }
}

#[test]
fn an_entry_of_a_newer_build_is_refused_and_one_that_is_none_too() {
    let text = Entry { at: SIX, actor: Actor::Controller, record: Record::Started { epoch: 1 } }.text();
    let read = |version, actor: &str, record: &str| Entry::read(SIX, version, actor, record);
    assert!(read(VERSION, &text.actor, &text.record).is_ok());
    let newer = read(VERSION + 1, &text.actor, &text.record);
    assert!(matches!(newer, Err(Unreadable::Newer { found }) if found == VERSION + 1), "{newer:?}");
    for (actor, record) in [
        ("", text.record.as_str()),
        ("{\"by\":\"nobody\"}", &text.record),
        (text.actor.as_str(), "{}"),
        (&text.actor, "{\"record\":\"started\"}"),
        (&text.actor, "{\"record\":\"ended\"}"),
    ] {
        assert!(matches!(read(VERSION, actor, record), Err(Unreadable::Malformed(_))), "{actor} {record}");
    }
}

fn ack(job: JobId, id: u64, stage: Stage, evidence: Option<Evidence>) -> ReportBody {
    let at = Some(SIX);
    ReportBody::Acks(vec![Ack { id: AckId(id), job, stage, at, error_ms: Some(40), evidence, reason: None }])
}

fn heard(sound: Sound) -> Option<Evidence> {
    Some(Evidence {
        sound,
        played_ms: 60_000,
        passes: 1,
        level_dbfs: Some(-18),
        amplifier_ma: None,
        microphone_dba: None,
    })
}

fn hello(controller: &Controller) -> ReportBody {
    let beat = Beat { agenda_version: 0, ..beat(&controller.core) };
    let (protocol, kind, firmware) = (PROTOCOL_VERSION, Kind::Smart, "loa-speaker 0.0.1".to_owned());
    let (storage_free_bytes, limits) = (1 << 30, DeviceLimits::full(4 << 30));
    ReportBody::Hello(Hello { protocol, kind, firmware, storage_free_bytes, limits, beat })
}

/// A day at a small site, on which nearly everything happens.
fn story() -> Vec<Entry> {
    let gateway = Cluster { kind: ClusterKind::Gateway, ..smart("dai-fm") };
    let wireless = Cluster {
        kind: ClusterKind::Wireless,
        village: "Nậm Đét".into(),
        gateway: Some(cluster("dai-fm")),
        zone: Some(7),
        ..smart("nam-det")
    };
    let mut controller =
        Controller::without_clips(SIX, vec![smart("thon-1"), smart("thon-2"), gateway, wireless]);
    for minutes in [1, 10] {
        controller.ask(add_clip(&format!("{minutes} phút"), minutes)).unwrap();
    }
    let settings = Settings { name: "Bảo Nhai".into(), volume: 60, ..Settings::default() };
    let uplinks = BTreeMap::from([("bts-1".to_owned(), "Trạm BTS 1".to_owned())]);
    let site = SiteChange { settings: settings.into(), uplinks, ..SiteChange::default() };
    controller.ask(Command::ChangeSite(site)).unwrap();
    let greeting = hello(&controller);
    controller.hear("thon-1", 1, Up::Hello, greeting);
    controller.ask(Command::ChangeSchedule(change(vec![plan("ban-tin", "0 7 * * *", 1)]))).unwrap();
    // A newer recording takes the place of the one that the programme plays, and another one is given up.
    controller.ask(add_clip("tin", 2)).unwrap();
    controller.ask(Command::ReplaceClip { name: "tin".into() }).unwrap();
    controller.ask(Command::RemoveClip { name: "10 phút".into() }).unwrap();
    // One is heard by one cluster, silent on another, and nobody hears of the third.
    let first = announcement(1);
    controller.ask(Command::Announce(first.clone())).unwrap();
    controller.hear("thon-1", 2, Up::Ack, ack(first.id, 1, Stage::Started, None));
    controller.hear("thon-1", 3, Up::Ack, ack(first.id, 2, Stage::Finished, heard(Sound::Heard)));
    controller.hear("dai-fm", 1, Up::Ack, ack(first.id, 1, Stage::Started, None));
    controller.hear("dai-fm", 2, Up::Ack, ack(first.id, 2, Stage::Finished, heard(Sound::Absent)));
    // One repeats, and is stopped.
    let siren = Announcement {
        class: Class::Emergency,
        repeat_for_ms: Some(HOUR_MS),
        volume: Some(100),
        ..announcement(2)
    };
    controller.ask(Command::Announce(siren.clone())).unwrap();
    controller.hear("thon-1", 4, Up::Ack, ack(siren.id, 3, Stage::Started, None));
    controller.ask(Command::Stop(siren.id)).unwrap();
    controller.hear("thon-1", 5, Up::Ack, ack(siren.id, 4, Stage::Finished, heard(Sound::Heard)));
    // Time goes by: two clusters are not heard any more, one comes back, deadlines pass.
    controller.pass(2 * HOUR_MS);
    let back = ReportBody::Beat(beat(&controller.core));
    controller.hear("thon-1", 6, Up::Beat, back);
    controller.ask(Command::PauseProgramme { id: "ban-tin".into(), paused: true }).unwrap();
    controller.ask(Command::RemoveCluster(cluster("thon-2"))).unwrap();
    // Off for two days: what was missed is left out.
    controller.ask(Command::PauseProgramme { id: "ban-tin".into(), paused: false }).unwrap();
    let later = controller.now.utc + 48 * HOUR_MS;
    let mut controller = controller.restart_at(later);
    controller.pass(HOUR_MS);
    controller.journal
}

#[test]
#[ignore = "writes the frozen files"]
fn write_the_frozen_files() {
    let whole = story();
    let folder = folder(VERSION);
    fs::create_dir_all(folder.join("records")).unwrap();
    let mut examples: BTreeMap<&str, &Entry> = BTreeMap::new();
    examples.extend(whole.iter().map(|entry| (kind(&entry.record), entry)));
    let by_controller = |record| Entry { at: SIX, actor: Actor::Controller, record };
    let rare = [
        by_controller(Record::Surpassed { epoch: 9, version: 77 }),
        by_controller(Record::ClockSet { before: UtcMillis(SIX.0 - 25_200_000) }),
        Entry {
            actor: Actor::Device { cluster: cluster("thon-1") },
            ..by_controller(Record::OtherProtocol { cluster: cluster("thon-1"), version: 2 })
        },
        by_controller(Record::Forgotten { jobs: vec![announcement(9).id] }),
    ];
    examples.extend(rare.iter().map(|entry| (kind(&entry.record), entry)));
    for (kind, entry) in examples {
        let text = serde_json::to_string_pretty(&Line::of(entry)).unwrap();
        fs::write(folder.join(format!("records/{kind}.json")), text + "\n").unwrap();
    }
    let lines: Vec<String> =
        whole.iter().map(|entry| serde_json::to_string(&Line::of(entry)).unwrap()).collect();
    fs::write(folder.join("whole.jsonl"), lines.join("\n") + "\n").unwrap();
    let mut state = State::default();
    whole.iter().for_each(|entry| state.apply(entry));
    fs::write(folder.join("whole.state.json"), serde_json::to_string_pretty(&state).unwrap() + "\n").unwrap();
}

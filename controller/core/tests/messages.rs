//! Messages that are not what they pretend to be: counted, and nothing else.
#![allow(clippy::unwrap_used)]

use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::Command;
use controller_core::{Core, Identity, Input, Now, Output, State};
use firmware_proto::message::{Beat, Report, ReportBody};
use firmware_proto::topics::{Topic, Up};
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{BootId, ClusterId, Mono, SiteId, UtcMillis};

const NOW: Now = Now { mono: Mono(1_000), utc: UtcMillis(1_800_000_000_000) };

fn site() -> SiteId {
    SiteId::new("bao-nhai").unwrap()
}

fn cluster(id: &str) -> ClusterId {
    ClusterId::new(id).unwrap()
}

fn key() -> SiteKey {
    SiteKey::from_bytes(&[7; SiteKey::BYTES])
}

/// Lets everything be on disk at once; returns what is published.
fn settle(core: &mut Core) -> Vec<String> {
    let mut topics = Vec::new();
    while let Some(output) = core.poll_output() {
        match output {
            Output::Persist { sequence, .. } => core.handle(NOW, Input::Persisted { sequence }),
            Output::Publish { topic, .. } => topics.push(topic),
            Output::SendChunks { .. } | Output::Answer { .. } => {}
        }
    }
    topics
}

/// A controller that knows `thon-1`, connected.
fn core() -> Core {
    let mut core = Core::new(Identity { site: site(), key: key() }, State::default(), 0, NOW);
    let known = Cluster {
        id: cluster("thon-1"),
        kind: ClusterKind::Smart,
        name: "Thôn 1".into(),
        village: String::new(),
        uplink: String::new(),
        gateway: None,
        zone: None,
        languages: Vec::new(),
    };
    core.handle(NOW, Input::Command { ticket: 1, command: Command::AddClusters(vec![known]) });
    core.handle(NOW, Input::BrokerConnected);
    settle(&mut core);
    core
}

fn beat(core: &Core, site: SiteId, id: &str, sequence: u64) -> Report {
    let beat = Beat {
        agenda_version: core.state().version,
        uptime_ms: 1,
        clock_error_ms: None,
        playing: None,
        acks_waiting: 0,
        rejected: 0,
        link_bytes_per_s: 0,
        missing_bytes: 0,
    };
    Report {
        site,
        cluster: cluster(id),
        boot: BootId::from_bytes([1; 8]),
        sequence,
        epoch: core.state().epoch,
        body: ReportBody::Beat(beat),
    }
}

fn say(core: &mut Core, topic: &str, payload: &[u8]) {
    core.handle(NOW, Input::Message { topic, payload });
}

fn topic(id: &str, leaf: Up) -> String {
    Topic::Up(cluster(id), leaf).render(&site())
}

fn is_heard(core: &Core) -> bool {
    core.presence(&cluster("thon-1")).unwrap().last_heard().is_some()
}

#[test]
fn a_true_beat_is_heard_once() {
    let mut core = core();
    let beat = key().device_key(&site(), &cluster("thon-1")).seal(&beat(&core, site(), "thon-1", 1));
    say(&mut core, &topic("thon-1", Up::Beat), &beat);
    assert!(is_heard(&core) && core.rejections().is_empty());
    say(&mut core, &topic("thon-1", Up::Beat), &beat);
    assert_eq!(core.rejections().get(&Rejected::Replayed), Some(&1));
}

#[test]
fn everything_else_is_counted_by_its_reason() {
    let mut core = core();
    let device = key().device_key(&site(), &cluster("thon-1"));
    let stranger = SiteKey::from_bytes(&[8; SiteKey::BYTES]).device_key(&site(), &cluster("thon-1"));
    let true_beat = device.seal(&beat(&core, site(), "thon-1", 1));
    let elsewhere = device.seal(&beat(&core, SiteId::new("coc-ly").unwrap(), "thon-1", 1));
    let another = device.seal(&beat(&core, site(), "thon-2", 1));
    let forged = stranger.seal(&beat(&core, site(), "thon-1", 1));
    let cases: [(String, Vec<u8>, Rejected); 9] = [
        (topic("thon-1", Up::Beat), b"garbage".to_vec(), Rejected::Malformed),
        (topic("thon-1", Up::Beat), Vec::new(), Rejected::Malformed),
        (topic("thon-1", Up::Beat), vec![0; 40_000], Rejected::TooLong),
        (topic("thon-1", Up::Beat), forged, Rejected::BadSignature),
        (topic("thon-1", Up::Beat), elsewhere, Rejected::WrongSite),
        (topic("thon-1", Up::Beat), another, Rejected::WrongCluster),
        (topic("thon-1", Up::Hello), true_beat.clone(), Rejected::WrongTopic),
        (topic("thon-9", Up::Beat), true_beat.clone(), Rejected::UnknownKey),
        ("loa/1/coc-ly/c/thon-1/beat".into(), true_beat, Rejected::WrongTopic),
    ];
    for (topic, payload, reason) in cases {
        let before = core.rejections().get(&reason).copied().unwrap_or(0);
        say(&mut core, &topic, &payload);
        assert_eq!(core.rejections().get(&reason), Some(&(before + 1)), "{topic}: {:?}", core.rejections());
        assert!(!is_heard(&core), "{reason}");
    }
}

#[test]
fn a_recording_of_an_older_epoch_proves_nothing_but_is_asked() {
    let mut core = core();
    let old = Report { epoch: core.state().epoch - 1, ..beat(&core, site(), "thon-1", 1) };
    say(&mut core, &topic("thon-1", Up::Beat), &key().device_key(&site(), &cluster("thon-1")).seal(&old));
    assert!(!is_heard(&core));
    assert_eq!(settle(&mut core), ["loa/1/bao-nhai/c/thon-1/agenda"]);
}

#[test]
fn nothing_is_published_before_it_is_on_disk() {
    let mut core = Core::new(Identity { site: site(), key: key() }, State::default(), 0, NOW);
    core.handle(NOW, Input::BrokerConnected);
    let known = Cluster {
        id: cluster("thon-1"),
        kind: ClusterKind::Smart,
        name: String::new(),
        village: String::new(),
        uplink: String::new(),
        gateway: None,
        zone: None,
        languages: Vec::new(),
    };
    core.handle(NOW, Input::Command { ticket: 1, command: Command::AddClusters(vec![known]) });
    let mut last = 0;
    while let Some(output) = core.poll_output() {
        match output {
            Output::Persist { sequence, .. } => last = sequence,
            other => panic!("shown too early: {other:?}"),
        }
    }
    core.handle(NOW, Input::Persisted { sequence: last });
    assert!(matches!(core.poll_output(), Some(Output::Answer { ticket: 1, result: Ok(_) })));
}

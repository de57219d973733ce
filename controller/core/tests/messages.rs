//! Messages that are not what they pretend to be: counted, and nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::command::Command;
use controller_core::{Core, Identity, Input, Now, Output, Restored};
use firmware_proto::message::{Report, ReportBody};
use firmware_proto::topics::{Topic, Up};
use firmware_proto::trust::{Rejected, SiteKey};
use firmware_proto::{Mono, SiteId, UtcMillis};
use support::{Controller, clerk, cluster, key, site, smart};

const NOW: Now = Now { mono: Mono(1_000), utc: UtcMillis(1_800_000_000_000) };

/// A controller that knows `thon-1`, connected.
fn controller() -> Controller {
    Controller::new(NOW.utc, vec![smart("thon-1")])
}

fn beat(core: &Core, site: SiteId, id: &str, sequence: u64) -> Report {
    let body = ReportBody::Beat(support::beat(core));
    Report { site, sequence, ..support::report(core, id, body) }
}

fn say(controller: &mut Controller, topic: &str, payload: &[u8]) {
    controller.handle(Input::Message { topic, payload });
}

fn topic(id: &str, leaf: Up) -> String {
    Topic::Up(cluster(id), leaf).render(&site())
}

fn is_heard(core: &Core) -> bool {
    core.presence(&cluster("thon-1")).unwrap().last_heard().is_some()
}

#[test]
fn a_true_beat_is_heard_once() {
    let mut controller = controller();
    let beat =
        key().device_key(&site(), &cluster("thon-1"), 0).seal(&beat(&controller.core, site(), "thon-1", 1));
    say(&mut controller, &topic("thon-1", Up::Beat), &beat);
    assert!(is_heard(&controller.core) && controller.core.rejections().is_empty());
    say(&mut controller, &topic("thon-1", Up::Beat), &beat);
    assert_eq!(controller.core.rejections().get(&Rejected::Replayed), Some(&1));
}

#[test]
fn everything_else_is_counted_by_its_reason() {
    let mut controller = controller();
    let device = key().device_key(&site(), &cluster("thon-1"), 0);
    let stranger = SiteKey::from_bytes(&[8; SiteKey::BYTES]).device_key(&site(), &cluster("thon-1"), 0);
    let true_beat = device.seal(&beat(&controller.core, site(), "thon-1", 1));
    let elsewhere = device.seal(&beat(&controller.core, SiteId::new("coc-ly").unwrap(), "thon-1", 1));
    let another = device.seal(&beat(&controller.core, site(), "thon-2", 1));
    let forged = stranger.seal(&beat(&controller.core, site(), "thon-1", 1));
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
        let before = controller.core.rejections().get(&reason).copied().unwrap_or(0);
        say(&mut controller, &topic, &payload);
        assert_eq!(
            controller.core.rejections().get(&reason),
            Some(&(before + 1)),
            "{topic}: {:?}",
            controller.core.rejections()
        );
        assert!(!is_heard(&controller.core), "{reason}");
    }
}

#[test]
fn a_recording_of_an_older_epoch_proves_nothing_but_is_asked() {
    let mut controller = controller();
    let old =
        Report { epoch: controller.core.state().epoch - 1, ..beat(&controller.core, site(), "thon-1", 1) };
    say(
        &mut controller,
        &topic("thon-1", Up::Beat),
        &key().device_key(&site(), &cluster("thon-1"), 0).seal(&old),
    );
    assert!(!is_heard(&controller.core));
    let topics: Vec<&str> = controller.sent.iter().map(|(topic, _)| &topic[..]).collect();
    assert_eq!(topics, ["loa/1/bao-nhai/c/thon-1/agenda"]);
}

#[test]
fn nothing_is_published_before_it_is_on_disk() {
    let mut core = Core::new(Identity { site: site(), key: key() }, Restored::default(), NOW);
    core.handle(NOW, Input::BrokerConnected);
    core.handle(
        NOW,
        Input::Command { ticket: 1, actor: clerk(), command: Command::AddClusters(vec![smart("thon-1")]) },
    );
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

//! What is wrong with clusters: recorded when it begins and when it ends, by one rule of who is reachable.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::Input;
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::Command;
use controller_core::delivery::{DeliveryState, Why};
use controller_core::fault::{Fault, FaultKind};
use controller_core::health::Status;
use firmware_proto::message::{Ack, AckId, Beat, Evidence, ReportBody, Sound, Stage};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use support::{Controller, announcement, beat, cluster, smart};

/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);
const MINUTE_MS: u64 = 60_000;

/// A smart cluster, and two wireless ones behind a gateway.
fn controller() -> Controller {
    let gateway = Cluster { kind: ClusterKind::Gateway, ..smart("dai") };
    let wireless = |id: &str, zone| Cluster {
        kind: ClusterKind::Wireless,
        gateway: Some(cluster("dai")),
        zone: Some(zone),
        ..smart(id)
    };
    let clusters = vec![smart("thon-1"), gateway, wireless("fm-1", 1), wireless("fm-2", 2)];
    let mut controller = Controller::new(NINE, clusters);
    controller.written();
    controller
}

fn hear(controller: &mut Controller, id: &str, sequence: u64) {
    let body = ReportBody::Beat(beat(&controller.core));
    controller.hear(id, sequence, Up::Beat, body);
}

fn faults(controller: &Controller, id: &str) -> Vec<FaultKind> {
    let faults = controller.core.state().faults.get(&cluster(id));
    faults.into_iter().flat_map(|faults| faults.keys().copied()).collect()
}

fn status(controller: &Controller, id: &str) -> Status {
    let report = controller.core.view().health(controller.now.utc);
    report.clusters.iter().find(|health| health.cluster == cluster(id)).unwrap().status
}

fn said(job: JobId, id: u64, stage: Stage, sound: Option<Sound>) -> ReportBody {
    let evidence = sound.map(|sound| Evidence {
        sound,
        played_ms: MINUTE_MS,
        passes: 1,
        level_dbfs: None,
        amplifier_ma: None,
        microphone_dba: None,
    });
    ReportBody::Acks(vec![Ack {
        id: AckId(id),
        job,
        stage,
        at: None,
        error_ms: None,
        evidence,
        reason: None,
    }])
}

#[test]
fn who_is_not_heard_is_flagged_once_and_cleared_once() {
    let mut controller = controller();
    hear(&mut controller, "thon-1", 1);
    hear(&mut controller, "dai", 1);
    assert_eq!(status(&controller, "thon-1"), Status::Up);
    let heard = controller.now.utc;
    controller.written();
    controller.pass(94_000);
    assert_eq!(faults(&controller, "thon-1"), []);
    controller.pass(10 * MINUTE_MS);
    assert_eq!(
        controller.written(),
        ["faults-changed", "faults-changed"],
        "devices, then what is behind them"
    );
    let fault = controller.core.state().fault(&cluster("thon-1"), FaultKind::Unreachable).cloned();
    assert_eq!(fault, Some(Fault::Unreachable { since: heard, never_heard: false }));
    hear(&mut controller, "thon-1", 2);
    assert_eq!(faults(&controller, "thon-1"), []);
    assert_eq!(controller.written(), ["faults-changed"]);
}

#[test]
fn what_a_gateway_feeds_is_down_as_long_as_the_gateway_is() {
    let mut controller = controller();
    hear(&mut controller, "dai", 1);
    let heard = controller.now.utc;
    assert_eq!(status(&controller, "fm-1"), Status::Unconfirmed);
    controller.pass(3 * MINUTE_MS);
    for wireless in ["fm-1", "fm-2"] {
        let fault = controller.core.state().fault(&cluster(wireless), FaultKind::GatewayDown).cloned();
        assert_eq!(fault, Some(Fault::GatewayDown { since: heard, gateway: cluster("dai") }));
        assert_eq!(status(&controller, wireless), Status::Down);
    }
    hear(&mut controller, "dai", 2);
    assert_eq!((faults(&controller, "dai"), faults(&controller, "fm-1")), (vec![], vec![]));

    // It is there, and no sound comes out of it.
    let job = announcement(1);
    controller.ask(Command::Announce(job.clone())).unwrap();
    controller.hear("dai", 3, Up::Ack, said(job.id, 1, Stage::Started, None));
    controller.hear("dai", 4, Up::Ack, said(job.id, 2, Stage::Finished, Some(Sound::Absent)));
    assert_eq!(faults(&controller, "dai"), [FaultKind::Silent]);
    assert_eq!(faults(&controller, "fm-2"), [FaultKind::GatewayDown]);
    let job = announcement(2);
    controller.ask(Command::Announce(job.clone())).unwrap();
    controller.hear("dai", 5, Up::Ack, said(job.id, 3, Stage::Finished, Some(Sound::Heard)));
    assert_eq!((faults(&controller, "dai"), faults(&controller, "fm-2")), (vec![], vec![]));
}

#[test]
fn while_the_broker_is_away_nobody_is_judged() {
    let mut controller = controller();
    hear(&mut controller, "thon-1", 1);
    let job = announcement(1);
    controller.ask(Command::Announce(job.clone())).unwrap();
    controller.handle(Input::BrokerDisconnected);
    controller.written();
    controller.pass(2 * 60 * MINUTE_MS);
    assert_eq!(faults(&controller, "thon-1"), []);
    // That it was not heard is the truth as far as is known; the cluster is not blamed for silence.
    let delivery = controller.core.state().jobs[&job.id].deliveries[&cluster("thon-1")].clone();
    assert_eq!((delivery.state, delivery.why), (DeliveryState::Missed, Some(Why::Unreachable)));
    controller.handle(Input::BrokerConnected);
    controller.pass(94_000);
    assert_eq!(faults(&controller, "thon-1"), []);
    controller.pass(2_000);
    assert_eq!(faults(&controller, "thon-1"), [FaultKind::Unreachable]);
}

#[test]
fn a_removed_cluster_has_no_faults() {
    let mut controller = controller();
    controller.pass(3 * MINUTE_MS);
    assert_eq!(faults(&controller, "fm-1"), [FaultKind::GatewayDown]);
    controller.ask(Command::RemoveCluster(cluster("fm-1"))).unwrap();
    assert_eq!(faults(&controller, "fm-1"), []);
    controller.pass(3 * MINUTE_MS);
    assert_eq!(faults(&controller, "fm-1"), []);
}

#[test]
fn a_card_that_loses_data_is_named_and_its_cluster_plays() {
    let mut controller = controller();
    let damaged = |controller: &Controller, clips_damaged| {
        ReportBody::Beat(Beat { clips_damaged, ..beat(&controller.core) })
    };
    let since = controller.now.utc;
    for (number, cases) in [(1, 2), (2, 1), (3, 3), (4, 3)] {
        let body = damaged(&controller, cases);
        controller.hear("thon-1", number, Up::Beat, body);
        controller.pass(1_000);
    }
    let fault = controller.core.state().fault(&cluster("thon-1"), FaultKind::Storage).cloned();
    assert_eq!(fault, Some(Fault::Storage { since, cases: 3 }));
    assert_eq!(status(&controller, "thon-1"), Status::Up);
    let changes = controller.written().into_iter().filter(|kind| *kind == "faults-changed").count();
    assert_eq!(changes, 2, "only more of it is news");
    // A restart knows it still, until the device says otherwise.
    let body = damaged(&controller, 0);
    controller.hear("thon-1", 5, Up::Beat, body);
    assert!(faults(&controller, "thon-1").is_empty());
}

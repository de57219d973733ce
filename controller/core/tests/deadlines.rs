//! What becomes of a delivery when nobody speaks of it: by whom it was heard of last, and when exactly.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command};
use controller_core::delivery::{DeliveryState, Why};
use controller_core::fault::FaultKind;
use controller_core::limits::{
    DELIVERIES_KEPT_MAX, FINISH_GRACE_MS, JOBS_KEPT_MAX, START_GRACE_MS, unreachable_after_ms,
};
use controller_core::{Record, State};
use firmware_proto::message::{Ack, AckId, ReportBody, Stage};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use support::{Controller, announcement, beat, cluster, smart};

/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);
const MINUTE_MS: u64 = 60_000;
/// One minute of sound, to begin within two minutes.
const WITHIN_MS: u64 = 2 * MINUTE_MS;

/// A controller that lets a cluster beat for as long as it is there.
struct Site {
    controller: Controller,
    numbers: u64,
}

impl Site {
    fn new(clusters: Vec<Cluster>) -> Self {
        Self { controller: Controller::new(NINE, clusters), numbers: 0 }
    }

    fn announce(&mut self) -> JobId {
        let wanted = Announcement { start_within_ms: Some(WITHIN_MS), ..announcement(1) };
        self.controller.ask(Command::Announce(wanted.clone())).unwrap();
        wanted.id
    }

    /// Time goes by, while these clusters beat.
    fn pass(&mut self, ms: u64, beating: &[&str]) {
        let end = self.controller.now.mono + ms;
        while self.controller.now.mono < end {
            for id in beating {
                let alive = ReportBody::Beat(beat(&self.controller.core));
                self.hear(id, Up::Beat, alive);
            }
            self.controller.pass(end.since(self.controller.now.mono).min(20_000));
        }
    }

    fn hear(&mut self, id: &str, leaf: Up, body: ReportBody) {
        self.numbers += 1;
        self.controller.hear(id, self.numbers, leaf, body);
    }

    fn says(&mut self, id: &str, job: JobId, stage: Stage) {
        let (at, number) = (Some(self.controller.now.utc), self.numbers + 1);
        let ack = Ack { id: AckId(number), job, stage, at, error_ms: Some(0), evidence: None, reason: None };
        self.hear(id, Up::Ack, ReportBody::Acks(vec![ack]));
    }

    fn delivery(&self, job: JobId, id: &str) -> (DeliveryState, Option<Why>) {
        let delivery = &self.controller.core.state().jobs[&job].deliveries[&cluster(id)];
        (delivery.state, delivery.why)
    }
}

#[test]
fn who_is_there_and_never_begins_is_silent_and_who_is_away_has_missed_it() {
    let mut site = Site::new(vec![smart("gan"), smart("xa")]);
    site.pass(unreachable_after_ms(30_000) + 1_000, &["gan"]);
    let job = site.announce();
    let left = WITHIN_MS + START_GRACE_MS;
    site.pass(left - 1, &["gan"]);
    assert_eq!(site.delivery(job, "gan"), (DeliveryState::Sent, None), "its last moment has not passed");
    site.pass(1, &["gan"]);
    assert_eq!(site.delivery(job, "gan"), (DeliveryState::Silent, Some(Why::NoStart)));
    let flagged = site.controller.core.state().fault(&cluster("gan"), FaultKind::Silent);
    assert!(flagged.is_some(), "in the same moment, not with whatever comes next");
    assert_eq!(site.delivery(job, "xa"), (DeliveryState::Missed, Some(Why::Unreachable)));
    // Late words correct what was concluded from their absence.
    site.says("xa", job, Stage::Started);
    site.says("xa", job, Stage::Finished);
    assert_eq!(site.delivery(job, "xa"), (DeliveryState::Played, None));
}

#[test]
fn who_begins_and_is_not_heard_to_finish_is_judged_by_whether_it_is_there() {
    let mut site = Site::new(vec![smart("gan"), smart("xa")]);
    site.pass(1_000, &["gan", "xa"]);
    let job = site.announce();
    site.says("gan", job, Stage::Started);
    site.says("xa", job, Stage::Started);
    let left = MINUTE_MS + FINISH_GRACE_MS;
    site.pass(left - 1, &["gan"]);
    assert_eq!(site.delivery(job, "gan").0, DeliveryState::Playing);
    // Off for so long that its own end comes first.
    site.pass(unreachable_after_ms(30_000), &["gan"]);
    assert_eq!(site.delivery(job, "gan"), (DeliveryState::Silent, Some(Why::NoFinish)));
    let other = site.delivery(job, "xa");
    assert!(matches!(other.0, DeliveryState::Silent | DeliveryState::Missed), "{other:?}");
}

fn behind_a_gateway() -> Site {
    let gateway = Cluster { kind: ClusterKind::Gateway, ..smart("dai-fm") };
    let wireless = Cluster {
        kind: ClusterKind::Wireless,
        gateway: Some(cluster("dai-fm")),
        zone: Some(7),
        ..smart("nam-det")
    };
    let mut site = Site::new(vec![gateway, wireless]);
    site.pass(1_000, &["dai-fm"]);
    site
}

#[test]
fn what_hangs_on_a_gateway_ends_as_the_gateway_does() {
    for (beating, ended) in [(&["dai-fm"][..], DeliveryState::Silent), (&[], DeliveryState::Missed)] {
        let mut site = behind_a_gateway();
        let job = site.announce();
        site.pass(WITHIN_MS + START_GRACE_MS, beating);
        assert_eq!(site.delivery(job, "dai-fm").0, ended);
        assert_eq!(site.delivery(job, "nam-det"), (ended, Some(Why::Gateway { state: ended })));
    }
}

#[test]
fn a_wireless_cluster_waits_for_as_long_as_its_gateway_may_speak() {
    let mut site = behind_a_gateway();
    let job = site.announce();
    // The gateway begins at its very last moment: what hangs on it has no deadline of its own.
    site.pass(WITHIN_MS + START_GRACE_MS - 1, &["dai-fm"]);
    site.says("dai-fm", job, Stage::Started);
    site.pass(MINUTE_MS, &["dai-fm"]);
    assert_eq!(site.delivery(job, "nam-det").0, DeliveryState::Playing);
    site.says("dai-fm", job, Stage::Finished);
    assert_eq!(site.delivery(job, "nam-det"), (DeliveryState::Unconfirmed, Some(Why::NoWayBack)));
}

/// A journal with so many old jobs of one cluster each.
fn with_old_jobs(count: usize, clusters: usize) -> Controller {
    let targets: Vec<String> = (0..clusters).map(|number| format!("c-{number}")).collect();
    let all = targets.iter().map(|id| smart(id)).collect();
    let mut controller = Controller::new(NINE, all);
    let wanted = Announcement { start_within_ms: Some(MINUTE_MS), ..announcement(1) };
    controller.ask(Command::Announce(wanted)).unwrap();
    let made = controller.journal.iter().rev().find(|entry| matches!(entry.record, Record::JobMade { .. }));
    let made = made.cloned().unwrap();
    let mut state: State = controller.core.state().clone();
    for number in 0..count {
        let mut entry = made.clone();
        let Record::JobMade { spec } = &mut entry.record else { panic!("{entry:?}") };
        let mut id = [9; 16];
        id[..8].copy_from_slice(&(number as u64).to_be_bytes());
        spec.id = JobId::from_bytes(id);
        spec.created_at = NINE - (count - number) as u64;
        let stopped = controller_core::Entry { record: Record::JobStopped { job: spec.id }, ..entry.clone() };
        state.apply(&entry);
        state.apply(&stopped);
    }
    Controller::start(NINE + 24 * 60 * MINUTE_MS, state, 1_000_000, Vec::new())
}

#[test]
fn the_oldest_jobs_give_way_when_there_are_too_many_or_too_many_deliveries() {
    for (count, clusters, kept) in [
        (JOBS_KEPT_MAX + 10, 1, JOBS_KEPT_MAX),
        (DELIVERIES_KEPT_MAX / 500 + 10, 500, DELIVERIES_KEPT_MAX / 500),
    ] {
        let mut controller = with_old_jobs(count, clusters);
        controller.pass(1_000);
        assert!(controller.written().contains(&"forgotten"), "{count} jobs on {clusters}");
        let state = controller.core.state();
        assert_eq!(state.jobs.len(), kept);
        let oldest = state.each_job().map(|job| job.spec.created_at).min().unwrap();
        assert_eq!(oldest, NINE - (kept as u64 - 1), "the youngest stay, and that of today");
    }
}

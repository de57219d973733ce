//! Will they be ready in time? By what clusters have said, and by nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::Input;
use controller_core::command::Command;
use controller_core::limits::unreachable_after_ms;
use controller_core::readiness::{Forecast, JobReadiness};
use controller_core::settings::Settings;
use firmware_proto::UtcMillis;
use firmware_proto::message::{Ack, AckId, Beat, ReportBody, Stage};
use firmware_proto::topics::Up;
use support::{Controller, beat, change, cluster, plan, smart};

/// 2027-01-15 06:00 in Vietnam.
const SIX: UtcMillis = UtcMillis(1_799_967_600_000);
const HOUR_MS: u64 = 3_600_000;

fn readiness(controller: &Controller) -> Vec<JobReadiness> {
    controller.core.view().readiness(controller.now.utc)
}

/// What is to be expected of one cluster.
fn forecast(controller: &Controller, job: usize, id: &str) -> Option<Forecast> {
    let readiness = readiness(controller);
    readiness[job]
        .waiting
        .iter()
        .find(|waiting| waiting.device == cluster(id))
        .map(|waiting| waiting.forecast)
}

/// A job at 07:00 of a clip of 1,000 bytes, on four clusters; and one more clip at 08:00.
fn controller() -> Controller {
    let clusters = ["nhanh", "cham", "moi", "tat"].map(smart).to_vec();
    let mut controller = Controller::new(SIX, clusters);
    let wanted = change(vec![plan("mot", "0 7 * * *", 1), plan("hai", "0 8 * * *", 2)]);
    controller.ask(Command::ChangeSchedule(wanted)).unwrap();
    controller
}

#[test]
fn links_that_were_measured_say_who_is_ready_in_time() {
    let mut controller = controller();
    let missing = |controller: &Controller, link_bytes_per_s, missing_bytes| {
        ReportBody::Beat(Beat { link_bytes_per_s, missing_bytes, ..beat(&controller.core) })
    };
    let (fast, slow) = (missing(&controller, 500, 2_000), missing(&controller, 0, 2_000));
    controller.hear("nhanh", 1, Up::Beat, fast);
    controller.hear("moi", 1, Up::Beat, slow);
    let now = controller.now.utc;
    assert_eq!(forecast(&controller, 0, "nhanh"), Some(Forecast::InTime { ready_at: now + 2_000 }));
    assert_eq!(forecast(&controller, 1, "nhanh"), Some(Forecast::InTime { ready_at: now + 4_000 }));
    assert_eq!(forecast(&controller, 0, "moi"), Some(Forecast::Unknown));
    // An hour and five minutes are left for the first; a byte in ten seconds is too slow, and said at once.
    controller.pass(HOUR_MS - 10_000);
    let crawl = missing(&controller, 1, 2_000);
    controller.hear("cham", 1, Up::Beat, crawl);
    let now = controller.now.utc;
    assert_eq!(forecast(&controller, 0, "cham"), Some(Forecast::TooLate { ready_at: now + 1_000_000 }));
}

#[test]
fn who_is_not_heard_is_not_expected() {
    let mut controller = controller();
    controller.pass(unreachable_after_ms(Settings::default().heartbeat_ms) + 1_000);
    assert_eq!(forecast(&controller, 0, "tat"), Some(Forecast::Unreachable));
}

#[test]
fn agenda_and_clips_count_when_a_cluster_has_said_so() {
    let mut controller = controller();
    assert_eq!(
        readiness(&controller).iter().map(|job| (job.agenda, job.clips)).collect::<Vec<_>>(),
        [(0, 0); 2]
    );
    let holds = ReportBody::Beat(beat(&controller.core));
    controller.hear("nhanh", 1, Up::Beat, holds);
    let job = readiness(&controller)[0].job;
    let ready = Ack {
        id: AckId(1),
        job,
        stage: Stage::Ready,
        at: None,
        error_ms: None,
        reason: None,
        evidence: None,
    };
    controller.hear("nhanh", 2, Up::Ack, ReportBody::Acks(vec![ready]));
    let counts: Vec<_> =
        readiness(&controller).iter().map(|job| (job.devices, job.agenda, job.clips)).collect();
    assert_eq!(counts, [(4, 1, 1), (4, 1, 0)]);
    // Before its next beat, another says that it holds the first job.
    let holds = Ack {
        id: AckId(2),
        job,
        stage: Stage::Received,
        at: None,
        error_ms: None,
        reason: None,
        evidence: None,
    };
    controller.hear("cham", 1, Up::Ack, ReportBody::Acks(vec![holds]));
    assert_eq!(readiness(&controller).iter().map(|job| job.agenda).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(forecast(&controller, 0, "nhanh"), None, "it is ready");
}

#[test]
fn a_job_that_is_over_is_not_waited_for() {
    let mut controller = controller();
    let first = readiness(&controller)[0].job;
    controller.ask(Command::CancelJob(first)).unwrap();
    assert_eq!(readiness(&controller).len(), 1);
}

#[test]
fn what_the_controller_has_lost_will_not_come() {
    let mut controller = controller();
    let beat = Beat { link_bytes_per_s: 500, missing_bytes: 1_000, ..beat(&controller.core) };
    controller.hear("nhanh", 1, Up::Beat, ReportBody::Beat(beat));
    let clip = controller.core.state().programmes["mot"].programme.plan.clips().next().unwrap().clip.id;
    controller.handle(Input::ClipChecked { clip, whole: false });
    let since = controller.now.utc;
    assert_eq!(forecast(&controller, 0, "nhanh"), Some(Forecast::ClipLost));
    assert!(matches!(forecast(&controller, 1, "nhanh"), Some(Forecast::InTime { .. })), "another clip");
    controller.pass(1_000);
    controller.handle(Input::ClipChecked { clip, whole: false });
    assert_eq!(controller.core.view().lost_clips().get(&clip), Some(&since));
    controller.handle(Input::ClipChecked { clip, whole: true });
    assert!(matches!(forecast(&controller, 0, "nhanh"), Some(Forecast::InTime { .. })));
}

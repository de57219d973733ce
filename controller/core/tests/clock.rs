//! The controller's own clock: whom it believes, and what waits meanwhile.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::DoubtWhy;
use controller_core::command::{Command, Done};
use controller_core::record::Record;
use controller_core::refusal::Refusal;
use firmware_proto::UtcMillis;
use firmware_proto::message::{CommandBody, ReportBody, TimeRequest};
use firmware_proto::topics::Up;
use support::{Controller, announcement, beat, change, cluster, key, plan, site, smart};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
/// Friday, 2027-01-15, 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);

/// Two clusters, and an hourly programme.
fn controller() -> Controller {
    let mut controller = Controller::new(NINE, vec![smart("thon-1"), smart("thon-2")]);
    controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 6-20 * * *", 1)]))).unwrap();
    controller
}

/// Somebody sets the system's clock.
fn set_clock(controller: &mut Controller, by_ms: i64) {
    controller.now.utc = UtcMillis(controller.now.utc.0.saturating_add_signed(by_ms));
    controller.pass(1);
}

fn why(controller: &Controller) -> Option<DoubtWhy> {
    controller.core.clock_doubt().map(|doubt| doubt.why)
}

fn believed(controller: &Controller) -> UtcMillis {
    controller.core.time(controller.now.mono).utc
}

/// All clusters are heard, and ask what time it is; their own clocks show `utc`. Returns whether the answers are
/// sure of it.
fn asked(controller: &mut Controller, number: u64, utc: Option<UtcMillis>) -> Vec<bool> {
    let mut sure = Vec::new();
    let ids: Vec<String> = controller.core.state().devices.keys().map(ToString::to_string).collect();
    for id in &ids {
        let beat = beat(&controller.core);
        controller.hear(id, 2 * number, Up::Beat, ReportBody::Beat(beat));
        controller.sent.clear();
        let sent = controller.now.mono.0;
        controller.hear(id, 2 * number + 1, Up::Time, ReportBody::Time(TimeRequest { sent, utc }));
        let (_, payload) = controller.sent.iter().find(|(topic, _)| topic.ends_with("/clock")).unwrap();
        let keys = firmware_proto::trust::SiteKeys::one(key().public());
        let CommandBody::Time(reply) = keys.open(&site(), payload).unwrap().body else { panic!("no time") };
        sure.push(!reply.unsure);
    }
    sure
}

fn skipped(controller: &Controller) -> usize {
    controller.core.state().skips.len()
}

/// 45 seconds an hour, or half a year, ahead: nothing becomes missed.
#[test]
fn a_clock_that_jumps_and_comes_back_changes_nothing() {
    for by_ms in [HOUR, 180 * 24 * HOUR] {
        let mut controller = controller();
        controller.pass(2 * HOUR);
        let jobs = controller.core.state().jobs.clone();
        controller.written();
        set_clock(&mut controller, by_ms.cast_signed());
        assert_eq!(why(&controller), Some(DoubtWhy::Jumped));
        controller.pass(45 * SECOND);
        set_clock(&mut controller, -by_ms.cast_signed());
        assert_eq!(why(&controller), None);
        assert_eq!(skipped(&controller), 0);
        assert_eq!(controller.core.state().jobs, jobs);
        assert!(controller.written().is_empty());
    }
}

/// After a jump that nobody speaks against: a clock that was wrong from the start is set right.
#[test]
fn a_repair_soon_after_the_start_is_believed_when_it_lasts() {
    let mut controller = controller();
    controller.pass(MINUTE);
    set_clock(&mut controller, 7 * HOUR.cast_signed());
    controller.pass(9 * MINUTE);
    assert_eq!(why(&controller), Some(DoubtWhy::Jumped));
    controller.pass(2 * MINUTE);
    assert_eq!((why(&controller), believed(&controller)), (None, controller.now.utc));
    assert!(controller.records.iter().any(|record| matches!(record, Record::ClockSet { .. })));
}

/// Later only clusters, or staff, make it believe a jump.
#[test]
fn a_proved_clock_is_not_given_up_by_itself() {
    let mut controller = controller();
    controller.pass(2 * HOUR);
    set_clock(&mut controller, HOUR.cast_signed());
    controller.pass(3 * HOUR);
    assert_eq!(why(&controller), Some(DoubtWhy::Jumped));
    assert_eq!(controller.ask(Command::AcceptClock), Ok(Done::Changed));
    controller.pass(1);
    assert_eq!((why(&controller), believed(&controller)), (None, controller.now.utc));
}

/// A dead battery: the office PC starts in 1970, and an emergency goes all the same.
#[test]
fn a_start_in_1970_waits_with_programmes_and_not_with_emergencies() {
    let before = controller();
    let last = before.now.utc;
    let mut controller = before.restart_at(UtcMillis(5_000));
    assert_eq!(why(&controller), Some(DoubtWhy::BeforeBuild));
    assert!(believed(&controller) >= last);
    controller.pass(2 * HOUR);
    assert_eq!(skipped(&controller), 0);
    let made = |controller: &Controller| controller.core.state().jobs.len();
    let before = made(&controller);
    controller.ask(Command::Announce(announcement(7))).unwrap();
    assert_eq!(made(&controller), before + 1);
    // Staff cannot say that it is 1970; whoever sets the clock needs to say no more.
    let shown = controller.now.utc;
    assert_eq!(controller.ask(Command::AcceptClock), Err(Refusal::ClockBeforeBuild { shown }));
    controller.pass(1);
    assert_eq!(why(&controller), Some(DoubtWhy::BeforeBuild));
    let right = last.since(controller.now.utc) + 3 * HOUR;
    set_clock(&mut controller, right.cast_signed());
    controller.pass(11 * MINUTE);
    assert_eq!(why(&controller), None);
}

/// The clusters' clocks went on while the controller was away, and are not told another time.
#[test]
fn clusters_outvote_a_wrong_start() {
    let mut before = controller();
    asked(&mut before, 1, None);
    let right = before.now.utc + HOUR;
    let mut controller = before.restart_at(right + 7 * HOUR);
    assert!(controller.core.waits_for_the_time());
    assert_eq!(asked(&mut controller, 1, Some(right)), [false, false]);
    controller.pass(0);
    assert_eq!((why(&controller), believed(&controller)), (Some(DoubtWhy::Clusters), right));
    // The clock is set right.
    set_clock(&mut controller, -(7 * HOUR).cast_signed());
    assert_eq!((why(&controller), believed(&controller)), (None, controller.now.utc));
}

/// One stolen device is not enough, and what a cluster has from us proves nothing.
#[test]
fn neither_one_cluster_nor_an_echo_is_believed() {
    let mut before = controller();
    asked(&mut before, 1, None);
    let right = before.now.utc + HOUR;
    let mut controller = before.restart_at(right);
    let beat = beat(&controller.core);
    controller.hear("thon-1", 1, Up::Beat, ReportBody::Beat(beat));
    let wrong = TimeRequest { sent: 1, utc: Some(right + 100 * 24 * HOUR) };
    controller.hear("thon-1", 2, Up::Time, ReportBody::Time(wrong));
    controller.pass(2 * MINUTE);
    assert_eq!((why(&controller), believed(&controller)), (None, controller.now.utc));
    controller.ask(Command::RemoveCluster(cluster("thon-1"))).unwrap();

    asked(&mut controller, 3, None);
    let echo = believed(&controller);
    set_clock(&mut controller, 2 * HOUR.cast_signed());
    asked(&mut controller, 4, Some(echo));
    assert_eq!(why(&controller), Some(DoubtWhy::Jumped));
}

/// A machine that slept: its clusters show the time that it wakes up to.
#[test]
fn clusters_that_speak_for_a_jump_are_believed() {
    let mut controller = controller();
    controller.pass(2 * HOUR);
    asked(&mut controller, 1, None);
    set_clock(&mut controller, 8 * HOUR.cast_signed());
    assert_eq!(why(&controller), Some(DoubtWhy::Jumped));
    let now = controller.now.utc;
    asked(&mut controller, 2, Some(now));
    controller.pass(1);
    assert_eq!((why(&controller), believed(&controller)), (None, controller.now.utc));
}

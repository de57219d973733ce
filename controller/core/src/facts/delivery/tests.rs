//! Every stage in every state, for jobs that are stopped and for those that are not.

use firmware_proto::message::{Ack, AckId, Class, Evidence, Reason, Sound, Stage};
use firmware_proto::{JobId, UtcMillis};
use schedules::Interrupted;

use super::{Delivery, DeliveryState as S, Why};
use crate::facts::job::{JobSpec, Origin, Patience};

const STATES: [S; 14] = [
    S::Queued,
    S::Sent,
    S::Received,
    S::Ready,
    S::Playing,
    S::Suspended,
    S::Played,
    S::Silent,
    S::Missed,
    S::Failed,
    S::Preempted,
    S::Skipped,
    S::Cancelled,
    S::Unconfirmed,
];
const STAGES: [Stage; 8] = [
    Stage::Received,
    Stage::Ready,
    Stage::Started,
    Stage::Finished,
    Stage::Preempted,
    Stage::Skipped,
    Stage::Failed,
    Stage::Expired,
];
const AT: UtcMillis = UtcMillis(1_000_000);

fn spec(interrupted: Interrupted) -> JobSpec {
    JobSpec {
        id: JobId::from_bytes([1; 16]),
        title: "t".into(),
        origin: Origin::Announcement,
        class: Class::Routine,
        clips: Vec::new(),
        targets: Vec::new(),
        created_at: AT,
        play_at: None,
        start_by: AT,
        repeat: None,
        volume: 70,
        variants: std::collections::BTreeMap::new(),
        occurrence: None,
        rank: 0,
        interrupts: false,
        wait_until: None,
        interrupted,
        over_by: None,
        override_reason: None,
        patience: Patience::default(),
    }
}

fn ack(stage: Stage) -> Ack {
    Ack {
        id: AckId(1),
        job: JobId::from_bytes([1; 16]),
        stage,
        at: None,
        error_ms: None,
        evidence: None,
        reason: None,
    }
}

fn after(state: S, ack: &Ack, interrupted: Interrupted, stopped: bool) -> Delivery {
    let mut delivery = Delivery { state, ..Delivery::new(AT) };
    delivery.take_ack(ack, AT + 1, &spec(interrupted), stopped);
    delivery
}

/// One line for each state: what it becomes by each stage, in the order of `STAGES`; `.` where it stays.
fn table(interrupted: Interrupted, stopped: bool) -> String {
    let word = |state: S| format!("{state:?}").to_lowercase();
    let mut table = String::new();
    for state in STATES {
        let becomes = STAGES.map(|stage| {
            let is = after(state, &ack(stage), interrupted, stopped).state;
            if is == state { ".".to_owned() } else { word(is) }
        });
        table += &format!("{:12}{}\n", word(state), becomes.join(" "));
    }
    table
}

#[test]
fn a_job_that_goes_on_after_an_interruption() {
    let expected = "\
queued      received ready playing played suspended missed failed missed
sent        received ready playing played suspended missed failed missed
received    . ready playing played suspended missed failed missed
ready       . . playing played suspended missed failed missed
playing     . . . played suspended missed failed missed
suspended   . . . played . missed failed missed
played      . . . . . . . .
silent      . . playing played suspended missed failed missed
missed      . . playing played suspended . failed .
failed      . . . played suspended missed . missed
preempted   . . . played suspended missed failed missed
skipped     . . . played suspended missed failed missed
cancelled   . . playing played suspended missed failed missed
unconfirmed . . . played suspended missed failed missed
";
    assert_eq!(table(Interrupted::Resume, false), expected);
    assert_eq!(table(Interrupted::Restart, false), expected);
}

#[test]
fn a_job_that_ends_with_an_interruption() {
    let expected = "\
queued      received ready playing played preempted missed failed missed
sent        received ready playing played preempted missed failed missed
received    . ready playing played preempted missed failed missed
ready       . . playing played preempted missed failed missed
playing     . . . played preempted missed failed missed
suspended   . . . played preempted missed failed missed
played      . . . . . . . .
silent      . . playing played preempted missed failed missed
missed      . . playing played preempted . failed .
failed      . . . played preempted missed . missed
preempted   . . . played . missed failed missed
skipped     . . . played preempted missed failed missed
cancelled   . . playing played preempted missed failed missed
unconfirmed . . . played preempted missed failed missed
";
    assert_eq!(table(Interrupted::Drop, false), expected);
}

#[test]
fn a_job_that_staff_have_stopped() {
    let expected = "\
queued      received ready playing played preempted cancelled failed missed
sent        received ready playing played preempted cancelled failed missed
received    . ready playing played preempted cancelled failed missed
ready       . . playing played preempted cancelled failed missed
playing     . . . played preempted cancelled failed missed
suspended   . . . played preempted cancelled failed missed
played      . . . . . . . .
silent      . . playing played preempted cancelled failed missed
missed      . . playing played preempted cancelled failed .
failed      . . . played preempted cancelled . missed
preempted   . . . played . cancelled failed missed
skipped     . . . played preempted cancelled failed missed
cancelled   . . playing played preempted . failed missed
unconfirmed . . . played preempted cancelled failed missed
";
    for interrupted in [Interrupted::Drop, Interrupted::Resume, Interrupted::Restart] {
        assert_eq!(table(interrupted, true), expected);
    }
}

#[test]
fn what_a_cluster_has_ended_does_not_begin_again() {
    for (stage, ends_in) in [(Stage::Failed, S::Failed), (Stage::Expired, S::Missed)] {
        let mut delivery = Delivery::new(AT);
        for stage in [stage, Stage::Started, Stage::Preempted] {
            delivery.take_ack(&ack(stage), AT, &spec(Interrupted::Resume), false);
        }
        assert_eq!(delivery.state, ends_in);
    }
}

fn measured(sound: Sound, passes: u32, played_ms: u64) -> Evidence {
    Evidence { sound, passes, played_ms, level_dbfs: None, amplifier_ma: None, microphone_dba: None }
}

#[test]
fn an_end_is_judged_by_its_evidence() {
    let stopped = Some(Reason::Stopped);
    for (evidence, reason, state, why) in [
        (None, None, S::Played, None),
        (Some(measured(Sound::Heard, 1, 60_000)), None, S::Played, None),
        (Some(measured(Sound::Unmeasured, 1, 60_000)), None, S::Played, None),
        (Some(measured(Sound::Absent, 1, 2_000)), None, S::Silent, Some(Why::NoSound)),
        (Some(measured(Sound::Absent, 0, 3_000)), stopped, S::Silent, Some(Why::NoSound)),
        // Stopped before its sound could be judged.
        (Some(measured(Sound::Absent, 0, 2_999)), stopped, S::Cancelled, Some(Why::Stopped)),
        (Some(measured(Sound::Heard, 0, 17_000)), stopped, S::Cancelled, Some(Why::Stopped)),
        (Some(measured(Sound::Heard, 1, 60_000)), stopped, S::Played, Some(Why::Stopped)),
        (None, stopped, S::Cancelled, Some(Why::Stopped)),
    ] {
        let ack = Ack { evidence, reason, ..ack(Stage::Finished) };
        let delivery = after(S::Playing, &ack, Interrupted::Resume, reason.is_some());
        assert_eq!((delivery.state, delivery.why), (state, why), "{evidence:?} {reason:?}");
    }
}

#[test]
fn a_reason_says_more_than_its_stage() {
    let already = Ack { reason: Some(Reason::AlreadyPlayed), ..ack(Stage::Skipped) };
    let why = Some(Why::Cluster { reason: Reason::AlreadyPlayed });
    for stopped in [false, true] {
        let delivery = after(S::Ready, &already, Interrupted::Resume, stopped);
        assert_eq!((delivery.state, delivery.why), (S::Skipped, why));
    }
    let full = Ack { reason: Some(Reason::StorageFull), ..ack(Stage::Failed) };
    let delivery = after(S::Received, &full, Interrupted::Resume, false);
    assert_eq!(
        (delivery.state, delivery.why),
        (S::Failed, Some(Why::Cluster { reason: Reason::StorageFull }))
    );
}

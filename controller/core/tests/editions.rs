//! An edition whose programme was changed exists in two forms: a cluster that could not hear of it may play the older
//! one, and what is said of one form is meant for both.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::command::{Command, Done};
use controller_core::delivery::DeliveryState;
use controller_core::job::{Job, Origin};
use controller_core::refusal::Refusal;
use firmware_proto::message::{
    Ack, AckId, Beat, Command as WireCommand, CommandBody, ReportBody, Stage, Stop,
};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use support::{Controller, announcement, beat, change, key, plan, site, smart};

const MINUTE: u64 = 60_000;
/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);
/// When the edition plays.
const PLAY_AT: UtcMillis = UtcMillis(NINE.0 + 30 * MINUTE);

/// Two clusters, and an edition that was made a minute long from twenty, just before it plays: the old form, the new.
fn changed() -> (Controller, JobId, JobId) {
    let mut controller = Controller::new(NINE, ["gan", "xa"].map(smart).to_vec());
    for minutes in [20, 1] {
        controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 9 * * *", minutes)]))).unwrap();
        controller.pass(14 * MINUTE);
    }
    let (old, new) = (form(&controller, true), form(&controller, false));
    (controller, old, new)
}

fn form(controller: &Controller, replaced: bool) -> JobId {
    let is_it = |job: &&Job| {
        job.spec.play_at == Some(PLAY_AT)
            && matches!(job.spec.origin, Origin::Programme { .. })
            && job.stopped_at.is_some() == replaced
    };
    controller.core.state().each_job().find(is_it).unwrap().spec.id
}

fn over_at(controller: &Controller, job: JobId) -> UtcMillis {
    controller.core.state().jobs[&job].spec.over_at()
}

fn pass_until(controller: &mut Controller, at: UtcMillis) {
    controller.pass(at.since(controller.now.utc));
}

fn says(controller: &mut Controller, id: &str, sequence: u64, job: JobId, stage: Stage) {
    let ack = Ack { id: AckId(1), job, stage, at: None, error_ms: None, evidence: None, reason: None };
    controller.hear(id, sequence, Up::Ack, ReportBody::Acks(vec![ack]));
}

/// Commands sent since the last look.
fn sent(controller: &mut Controller) -> Vec<CommandBody> {
    let open =
        |(_, payload): (String, Vec<u8>)| -> WireCommand { key().public().open(&site(), &payload).unwrap() };
    controller.sent.drain(..).map(open).map(|command| command.body).collect()
}

/// What the cluster is told that holds no agenda yet.
fn agenda(controller: &mut Controller, id: &str, sequence: u64) -> Vec<JobId> {
    let empty = ReportBody::Beat(Beat { agenda_version: 0, ..beat(&controller.core) });
    controller.pass(10_000);
    sent(controller);
    controller.hear(id, sequence, Up::Beat, empty);
    let agenda = sent(controller).into_iter().find_map(|body| match body {
        CommandBody::Agenda(agenda) => Some(agenda),
        _ => None,
    });
    agenda.unwrap().jobs.iter().map(|job| job.id).collect()
}

#[test]
fn a_change_ends_what_has_not_begun_and_staff_end_what_has_begun_too() {
    let (mut controller, old, new) = changed();
    let stops = |controller: &mut Controller| -> Vec<(JobId, bool)> {
        let stop = |body| match body {
            CommandBody::Stop(Stop { job, unless_begun }) => Some((job, unless_begun)),
            _ => None,
        };
        sent(controller).into_iter().filter_map(stop).collect()
    };
    assert_eq!(stops(&mut controller), [(old, true)]);
    controller.ask(Command::Stop(new)).unwrap();
    let mut both = [(old, false), (new, false)];
    both.sort_unstable();
    assert_eq!(stops(&mut controller), both);
}

#[test]
fn the_new_form_is_listed_as_long_as_the_old_one_may_sound() {
    let (mut controller, old, new) = changed();
    let listed =
        |controller: &mut Controller, id: &str, sequence| agenda(controller, id, sequence).contains(&new);
    assert!(over_at(&controller, new) + 5 * MINUTE < over_at(&controller, old));
    let over = over_at(&controller, new) + MINUTE;
    pass_until(&mut controller, over);
    assert!(listed(&mut controller, "gan", 1) && listed(&mut controller, "xa", 1));
    says(&mut controller, "gan", 2, old, Stage::Finished);
    assert!(!listed(&mut controller, "gan", 3), "it has played");
    assert!(listed(&mut controller, "xa", 2), "nobody knows what this one plays");
    let over = over_at(&controller, old);
    pass_until(&mut controller, over);
    assert!(!listed(&mut controller, "xa", 3));
}

#[test]
fn a_stop_of_either_form_ends_both_for_good() {
    for stops_the_old in [true, false] {
        let (mut controller, old, new) = changed();
        let stopped = if stops_the_old { old } else { new };
        let Ok(Done::Stopped { mut jobs }) = controller.ask(Command::Stop(stopped)) else {
            panic!("refused")
        };
        jobs.sort_unstable_by_key(|job| *job != old);
        assert_eq!(jobs, [old, new]);
        assert!(!agenda(&mut controller, "xa", 1).iter().any(|job| [old, new].contains(job)));
        controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 9 * * *", 2)]))).unwrap();
        let again =
            controller.core.state().each_job().filter(|job| job.spec.play_at == Some(PLAY_AT)).count();
        assert_eq!(again, 2, "it is not made a third time");
        assert_eq!(controller.ask(Command::Stop(stopped)), Ok(Done::Stopped { jobs: vec![stopped] }));
    }
}

#[test]
fn what_plays_in_its_old_form_is_not_cancelled_but_stopped() {
    let (mut controller, old, new) = changed();
    pass_until(&mut controller, PLAY_AT);
    says(&mut controller, "xa", 1, old, Stage::Started);
    let refused = controller.ask(Command::CancelJob(new));
    assert_eq!(refused, Err(Refusal::JobPlays { job: old }));
}

/// The first answer was lost, and a cluster that could not hear of it began meanwhile.
#[test]
fn what_was_called_off_is_called_off_again_though_it_plays_somewhere() {
    let mut controller = Controller::new(NINE, ["gan", "xa"].map(smart).to_vec());
    let job = announcement(1).id;
    controller.ask(Command::Announce(announcement(1))).unwrap();
    let first = controller.ask(Command::CancelJob(job));
    assert_eq!(first, Ok(Done::Stopped { jobs: vec![job] }));
    says(&mut controller, "xa", 1, job, Stage::Started);
    assert_eq!(controller.ask(Command::CancelJob(job)), first);
}

#[test]
fn an_old_form_that_plays_is_waited_for_to_its_end() {
    let mut controller = Controller::new(NINE, ["gan", "xa"].map(smart).to_vec());
    controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 9 * * *", 20)]))).unwrap();
    let old = form(&controller, false);
    let shown =
        |controller: &Controller| controller.core.state().jobs[&old].deliveries.values().last().cloned();
    // The cluster's clock is ahead of ours by a second.
    pass_until(&mut controller, UtcMillis(PLAY_AT.0 - 500));
    says(&mut controller, "xa", 1, old, Stage::Started);
    controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 9 * * *", 1)]))).unwrap();
    assert_eq!(form(&controller, true), old);
    controller.pass(15 * MINUTE);
    assert_eq!(shown(&controller).unwrap().state, DeliveryState::Playing);
    says(&mut controller, "xa", 2, old, Stage::Finished);
    assert_eq!(shown(&controller).unwrap().state, DeliveryState::Played);
}

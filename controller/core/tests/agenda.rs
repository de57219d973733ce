//! What stands in an agenda: what the cluster may still have to play, and nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::command::Command;
use controller_core::limits::JOBS_AHEAD_MAX;
use controller_core::refusal::Refusal;
use firmware_proto::message::{Ack, AckId, Beat, Command as WireCommand, CommandBody, ReportBody, Stage};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use support::{Controller, announcement, beat, key, site, smart};

/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);

fn said(job: JobId, stage: Stage) -> ReportBody {
    ReportBody::Acks(vec![Ack {
        id: AckId(1),
        job,
        stage,
        at: None,
        error_ms: None,
        evidence: None,
        reason: None,
    }])
}

/// What the cluster is told that holds no agenda yet.
fn agenda(controller: &mut Controller, id: &str, sequence: u64) -> Vec<JobId> {
    let empty = ReportBody::Beat(Beat { agenda_version: 0, ..beat(&controller.core) });
    controller.sent.clear();
    controller.pass(10_000);
    controller.hear(id, sequence, Up::Beat, empty);
    let mut agendas = controller.sent.iter().filter(|(topic, _)| topic.ends_with(&format!("{id}/agenda")));
    let (_, payload) = agendas.next_back().unwrap();
    let command = key().public().open(&site(), payload).unwrap();
    let WireCommand { body: CommandBody::Agenda(agenda), .. } = command else { panic!("{command:?}") };
    agenda.jobs.iter().map(|job| job.id).collect()
}

#[test]
fn what_a_cluster_has_played_takes_no_room_any_more() {
    let mut controller = Controller::new(NINE, ["gan", "xa"].map(smart).to_vec());
    let most = u8::try_from(JOBS_AHEAD_MAX).unwrap();
    let jobs: Vec<JobId> = (1..=most).map(|number| announcement(number).id).collect();
    for number in 1..=most {
        controller.ask(Command::Announce(announcement(number))).unwrap();
    }
    assert_eq!(agenda(&mut controller, "gan", 1), jobs);
    let one_more = announcement(most + 1);
    let refused = controller.ask(Command::Announce(one_more.clone()));
    assert!(matches!(refused, Err(Refusal::TooManyJobs { .. })), "{refused:?}");

    // One plays, one has played, one failed there: with another card in its place it may play it yet.
    controller.hear("gan", 2, Up::Ack, said(jobs[0], Stage::Started));
    controller.hear("gan", 3, Up::Ack, said(jobs[1], Stage::Finished));
    controller.hear("gan", 4, Up::Ack, said(jobs[2], Stage::Failed));
    assert_eq!(agenda(&mut controller, "gan", 5), [&jobs[..1], &jobs[3..], &jobs[2..3]].concat());
    assert_eq!(agenda(&mut controller, "xa", 1), jobs);
    let refused = controller.ask(Command::Announce(one_more.clone()));
    assert!(matches!(refused, Err(Refusal::TooManyJobs { .. })), "no room on the other one: {refused:?}");

    controller.hear("xa", 2, Up::Ack, said(jobs[47], Stage::Failed));
    controller.ask(Command::Announce(one_more.clone())).unwrap();
    assert!(agenda(&mut controller, "xa", 3).contains(&one_more.id));
}

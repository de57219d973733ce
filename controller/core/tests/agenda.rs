//! What stands in an agenda: what the cluster may still have to play, and nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command};
use controller_core::limits::JOBS_AHEAD_MAX;
use controller_core::refusal::Refusal;
use firmware_proto::limits::{CLIPS_PER_JOB_MAX, PAYLOAD_BYTES_MAX};
use firmware_proto::message::{Ack, AckId, Agenda, Beat, Class, CommandBody, ReportBody, Stage};
use firmware_proto::topics::Up;
use firmware_proto::{JobId, UtcMillis};
use support::{Controller, announcement, beat, clip, key, site, smart};

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

/// The parts of the agenda that answers a cluster which says that it holds this version.
fn parts(controller: &mut Controller, id: &str, sequence: u64, version: u64) -> Vec<Agenda> {
    let held = ReportBody::Beat(Beat { agenda_version: version, ..beat(&controller.core) });
    controller.sent.clear();
    controller.pass(60_000);
    controller.hear(id, sequence, Up::Beat, held);
    let agendas = controller.sent.iter().filter(|(topic, _)| topic.ends_with(&format!("{id}/agenda")));
    let open = |payload: &Vec<u8>| match key().public().open(&site(), payload).unwrap().body {
        CommandBody::Agenda(agenda) => agenda,
        other => panic!("{other:?}"),
    };
    assert!(agendas.clone().all(|(_, payload)| payload.len() <= PAYLOAD_BYTES_MAX));
    agendas.map(|(_, payload)| open(payload)).collect()
}

/// What the cluster is told that holds no agenda yet.
fn agenda(controller: &mut Controller, id: &str, sequence: u64) -> Vec<JobId> {
    let parts = parts(controller, id, sequence, 0);
    assert_eq!((parts.len(), parts[0].others.len()), (1, 0));
    in_full(&parts[0])
}

fn in_full(agenda: &Agenda) -> Vec<JobId> {
    agenda.jobs.iter().map(|job| job.id).collect()
}

fn by_name(agenda: &Agenda) -> Vec<JobId> {
    agenda.others.iter().map(|job| job.id).collect()
}

/// As many clips as a job may have: no more than twenty such jobs go into a message.
fn long(number: u8) -> Announcement {
    let override_reason = Some("a test".to_owned());
    Announcement { clips: vec![clip(1); CLIPS_PER_JOB_MAX], override_reason, ..announcement(number) }
}

#[test]
fn what_no_message_holds_comes_in_parts_each_of_which_names_all() {
    let mut controller = Controller::new(NINE, vec![smart("gan")]);
    let most = u8::try_from(JOBS_AHEAD_MAX).unwrap();
    let jobs: BTreeSet<JobId> = (1..=most).map(|number| announcement(number).id).collect();
    for number in 1..=most {
        controller.ask(Command::Announce(long(number))).unwrap();
    }
    let parts = parts(&mut controller, "gan", 1, 0);
    assert!(parts.len() > 1);
    let said: Vec<JobId> = parts.iter().flat_map(in_full).collect();
    assert_eq!((said.len(), BTreeSet::from_iter(said)), (jobs.len(), jobs.clone()), "each once");
    for part in &parts {
        assert_eq!(part.version, controller.core.state().version);
        assert_eq!(part.names().map(|job| job.id).collect::<BTreeSet<_>>(), jobs);
    }
}

#[test]
fn what_a_cluster_has_spoken_of_is_only_named_to_it() {
    let mut controller = Controller::new(NINE, vec![smart("gan")]);
    let jobs: Vec<JobId> = (1..=3).map(|number| announcement(number).id).collect();
    for number in 1..=3 {
        controller.ask(Command::Announce(announcement(number))).unwrap();
    }
    controller.hear("gan", 1, Up::Ack, said(jobs[1], Stage::Ready));
    let [part] = &parts(&mut controller, "gan", 2, 1)[..] else { panic!("one part") };
    assert_eq!((in_full(part), by_name(part)), (vec![jobs[0], jobs[2]], vec![jobs[1]]));
    // It has none, or not all of it: it may have lost what it had.
    assert_eq!(agenda(&mut controller, "gan", 3), jobs);
}

/// A programme is the same job for a gateway when a loudspeaker behind it has moved.
#[test]
fn a_gateway_is_told_its_zones_with_each_agenda() {
    let gateway = Cluster { kind: ClusterKind::Gateway, ..smart("dai-fm") };
    let wireless = Cluster {
        kind: ClusterKind::Wireless,
        gateway: Some(gateway.id.clone()),
        zone: Some(11),
        ..smart("nam-1")
    };
    let mut controller = Controller::new(NINE, vec![gateway, wireless]);
    controller.ask(Command::Announce(announcement(1))).unwrap();
    controller.hear("dai-fm", 1, Up::Ack, said(announcement(1).id, Stage::Ready));
    let [part] = &parts(&mut controller, "dai-fm", 2, 1)[..] else { panic!("one part") };
    assert_eq!(part.jobs[0].zones, [11]);
}

#[test]
fn an_agenda_is_not_sent_again_while_it_is_on_its_way_over_a_slow_line() {
    let mut controller = Controller::new(NINE, vec![smart("gan")]);
    for number in 1..=30 {
        controller.ask(Command::Announce(long(number))).unwrap();
    }
    let slow = Beat { agenda_version: 0, link_bytes_per_s: 1_000, ..beat(&controller.core) };
    let mut beats = |sequence: u64, ms: u64| {
        controller.sent.clear();
        controller.pass(ms);
        controller.hear("gan", sequence, Up::Beat, ReportBody::Beat(slow.clone()));
        controller.sent.iter().any(|(topic, _)| topic.ends_with("/agenda"))
    };
    assert!(beats(1, 60_000), "40 kB, which take 40 s");
    assert!(!beats(2, 20_000));
    assert!(beats(3, 40_000), "it was lost");
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

/// A device that could not hear of the stop, and a controller that was restarted meanwhile.
#[test]
fn an_emergency_that_was_ended_is_named_until_it_cannot_sound_any_more() {
    let mut controller = Controller::new(NINE, vec![smart("gan")]);
    let alarm = Announcement {
        class: Class::Emergency,
        repeat_for_ms: Some(600_000),
        start_within_ms: None,
        ..announcement(1)
    };
    controller.ask(Command::Announce(alarm.clone())).unwrap();
    let [part] = &parts(&mut controller, "gan", 1, 1)[..] else { panic!("one part") };
    assert_eq!((in_full(part), part.ended.len()), (vec![alarm.id], 0));
    controller.ask(Command::Stop(alarm.id)).unwrap();
    let utc = controller.now.utc;
    let mut controller = controller.restart_at(utc + 1_000);
    let [part] = &parts(&mut controller, "gan", 2, 1)[..] else { panic!("one part") };
    assert_eq!((part.names().count(), &part.ended[..]), (0, &[alarm.id][..]));
    // Its own last word is enough.
    controller.hear("gan", 3, Up::Ack, said(alarm.id, Stage::Finished));
    let [part] = &parts(&mut controller, "gan", 4, 1)[..] else { panic!("one part") };
    assert_eq!(part.ended, []);
}

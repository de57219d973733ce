//! What a device says of itself: its firmware, its limits, its version of the protocol.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::cluster::Cluster;
use controller_core::command::{Announcement, Command};
use controller_core::fault::Fault;
use controller_core::health::Status;
use controller_core::record::Replanned;
use controller_core::refusal::Refusal;
use controller_core::skip::SkipReason;
use controller_core::{Entry, Input, Output, Record};
use firmware_proto::UtcMillis;
use firmware_proto::message::{
    Agenda, Beat, ChunkRange, Class, CommandBody, DeviceLimits, Hello, Kind, PROTOCOL_VERSION, Part, Report,
    ReportBody, Want,
};
use firmware_proto::topics::{Topic, Up};
use support::{Controller, announcement, beat, change, clerk, clip, cluster, key, plan, report, site, smart};

/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);
const SMALL: DeviceLimits =
    DeviceLimits { jobs: 8, clips_per_job: 2, storage_bytes: 1 << 20, window_chunks: 4, job_bytes: 512 };

fn controller() -> Controller {
    Controller::new(NINE, vec![smart("thon-1")])
}

fn hello(controller: &Controller, limits: DeviceLimits) -> Hello {
    Hello {
        protocol: PROTOCOL_VERSION,
        kind: Kind::Smart,
        firmware: "loa-speaker 1".into(),
        storage_free_bytes: 1_000,
        limits,
        beat: beat(&controller.core),
    }
}

/// A report of an epoch that may be long past.
fn hear_of_epoch(controller: &mut Controller, epoch: u32, leaf: Up, body: ReportBody) {
    let report = Report { epoch, ..report(&controller.core, "thon-1", body) };
    let payload = key().device_key(&site(), &cluster("thon-1"), 0).seal(&report);
    let topic = Topic::Up(cluster("thon-1"), leaf).render(&site());
    controller.handle(Input::Message { topic: &topic, payload: &payload });
}

/// A device with these limits, heard alive.
fn with_limits(limits: DeviceLimits) -> Controller {
    let mut controller = controller();
    let hello = hello(&controller, limits);
    controller.hear("thon-1", 1, Up::Hello, ReportBody::Hello(hello));
    controller
}

#[test]
fn a_hello_that_may_be_a_recording_counts_once_its_boot_is_heard_alive() {
    let mut controller = controller();
    let first = hello(&controller, SMALL);
    hear_of_epoch(&mut controller, 0, Up::Hello, ReportBody::Hello(first));
    let device = |controller: &Controller| controller.core.state().devices[&cluster("thon-1")].clone();
    assert_eq!((device(&controller).boot, device(&controller).limits), (None, None));
    let alive = ReportBody::Beat(beat(&controller.core));
    controller.hear("thon-1", 2, Up::Beat, alive.clone());
    assert_eq!(device(&controller).firmware, "loa-speaker 1");
    assert_eq!(device(&controller).limits, Some(SMALL));
    let presence = controller.core.presence(&cluster("thon-1")).unwrap();
    assert_eq!(presence.hello().unwrap().storage_free_bytes, 1_000);
    controller.written();
    controller.hear("thon-1", 3, Up::Beat, alive);
    let same = hello(&controller, SMALL);
    controller.hear("thon-1", 4, Up::Hello, ReportBody::Hello(same));
    assert_eq!(controller.written(), [""; 0], "what changes nothing is no record");
}

#[test]
fn another_version_is_a_fault_until_it_speaks_ours() {
    let mut controller = controller();
    let faults =
        |controller: &Controller| controller.core.view().health(controller.now.utc).clusters[0].clone();
    hear_of_epoch(&mut controller, 0, Up::Hello, ReportBody::OtherVersion(2));
    let health = faults(&controller);
    assert_eq!(health.status, Status::Down);
    assert!(
        matches!(health.faults[..], [Fault::Protocol { version: 2, since: NINE }]),
        "{:?}",
        health.faults
    );
    assert!(
        controller.sent.iter().any(|(topic, _)| topic.ends_with("thon-1/agenda")),
        "it may play all the same"
    );
    hear_of_epoch(&mut controller, 0, Up::Hello, ReportBody::OtherVersion(2));
    assert_eq!(controller.written().iter().filter(|kind| **kind == "other-protocol").count(), 1);

    let ours = hello(&controller, SMALL);
    controller.hear("thon-1", 5, Up::Hello, ReportBody::Hello(ours));
    assert_eq!((faults(&controller).status, faults(&controller).faults), (Status::Up, vec![]));
    // By now an old recording says nothing.
    hear_of_epoch(&mut controller, 0, Up::Hello, ReportBody::OtherVersion(2));
    assert_eq!(faults(&controller).faults, []);
}

#[test]
fn a_small_device_gets_no_more_jobs_than_it_holds() {
    let mut controller = with_limits(SMALL);
    for number in 1..=6 {
        controller.ask(Command::Announce(announcement(number))).unwrap();
    }
    let refused = controller.ask(Command::Announce(announcement(7)));
    assert!(matches!(refused, Err(Refusal::TooManyJobs { .. })), "{refused:?}");
    for number in 10..15 {
        let emergency = Announcement { class: Class::Emergency, ..announcement(number) };
        controller.ask(Command::Announce(emergency)).unwrap();
    }
    // Who has no room for so many emergencies says which job gives way.
    let parts = agenda(&mut controller);
    assert_eq!(parts.iter().map(|part| part.jobs.len()).collect::<Vec<_>>(), [8, 3]);
    assert!(parts.iter().all(|part| part.names().count() == 11));
}

/// The parts of the agenda that answers a device without one.
fn agenda(controller: &mut Controller) -> Vec<Agenda> {
    let empty = ReportBody::Beat(Beat { agenda_version: 0, ..beat(&controller.core) });
    controller.sent.clear();
    controller.pass(10_000);
    controller.hear("thon-1", 9, Up::Beat, empty);
    let agendas = controller.sent.iter().filter(|(topic, _)| topic.ends_with("/agenda"));
    let open = |payload: &Vec<u8>| match key().public().open(&site(), payload).unwrap().body {
        CommandBody::Agenda(agenda) => agenda,
        other => panic!("{other:?}"),
    };
    agendas.map(|(_, payload)| open(payload)).collect()
}

#[test]
fn a_job_of_too_many_clips_is_refused_or_left_out_but_for_an_emergency() {
    let mut controller = with_limits(SMALL);
    let long = Announcement { clips: vec![clip(1), clip(2), clip(3)], ..announcement(1) };
    let refused = controller.ask(Command::Announce(long.clone()));
    let Err(Refusal::TooManyClips { cluster: of, most: 2 }) = refused else { panic!("{refused:?}") };
    assert_eq!(of, cluster("thon-1"));

    let mut programme = plan("tin", "0 0 10 * * *", 1);
    programme.items =
        [programme.items[0].clone(), programme.items[0].clone(), programme.items[0].clone()].into();
    controller.ask(Command::ChangeSchedule(change(vec![programme]))).unwrap();
    let skips = &controller.core.state().skips;
    assert!(skips.iter().any(|skip| skip.why == SkipReason::TooManyClips), "{skips:?}");

    controller.sent.clear();
    let emergency = Announcement { class: Class::Emergency, ..long };
    controller.ask(Command::Announce(emergency)).unwrap();
    assert!(controller.sent.iter().any(|(topic, _)| topic.ends_with("/job")), "it refuses by name itself");
    assert_eq!(agenda(&mut controller)[0].names().count(), 0);
}

#[test]
fn a_want_is_answered_within_the_window() {
    let mut controller = with_limits(SMALL);
    controller.ask(Command::Announce(announcement(1))).unwrap();
    let ranges = vec![ChunkRange { start: 0, count: 3 }, ChunkRange { start: 9, count: 3 }];
    let want = ReportBody::Want(Want { clip: clip(1).id, part: Part::Data, ranges });
    let report = Report { sequence: 2, ..report(&controller.core, "thon-1", want) };
    let payload = key().device_key(&site(), &cluster("thon-1"), 0).seal(&report);
    let topic = Topic::Up(cluster("thon-1"), Up::Want).render(&site());
    controller.core.handle(controller.now, Input::Message { topic: &topic, payload: &payload });
    let Some(Output::SendChunks { want, .. }) = controller.core.poll_output() else { panic!("no chunks") };
    assert_eq!(want.indices().collect::<Vec<_>>(), [0, 1, 2, 9]);
}

#[test]
fn a_description_never_changes_the_key() {
    let rekeyed = Cluster { key_generation: 3, ..smart("thon-1") };
    let mut controller = Controller::new(NINE, vec![rekeyed.clone()]);
    assert_eq!(controller.core.state().key_generation(&cluster("thon-1")), 0);
    // As a later version of the controller will record it.
    let mut state = controller.core.state().clone();
    let record = Record::ClustersAdded { clusters: vec![rekeyed], replanned: Replanned::default() };
    state.apply(&Entry { at: NINE, actor: clerk(), record });
    controller = Controller::start(NINE, state, 10, Vec::new());
    controller
        .ask(Command::AddClusters(vec![Cluster { name: "Thôn Một".into(), ..smart("thon-1") }]))
        .unwrap();
    assert_eq!(controller.core.state().key_generation(&cluster("thon-1")), 3);
    let said = report(&controller.core, "thon-1", ReportBody::Beat(beat(&controller.core)));
    let topic = Topic::Up(cluster("thon-1"), Up::Beat).render(&site());
    for (generation, heard) in [(0, false), (2, false), (3, true)] {
        let payload = key().device_key(&site(), &cluster("thon-1"), generation).seal(&said);
        controller.handle(Input::Message { topic: &topic, payload: &payload });
        let presence = controller.core.presence(&cluster("thon-1")).unwrap();
        assert_eq!(presence.last_heard().is_some(), heard, "generation {generation}");
    }
}

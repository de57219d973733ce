//! What goes out to whom: by which topic, signed for whom, numbered how, and valid for how long.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command};
use controller_core::limits::{STOPS_OF_THEIR_OWN_MAX, VALID_BEFORE_MS, VALIDITY_MS};
use controller_core::{Input, Now};
use firmware_proto::UtcMillis;
use firmware_proto::message::{Command as WireCommand, CommandBody};
use support::{Controller, announcement, cluster, key, site, smart};

/// 2027-01-15 09:00 in Vietnam.
const NINE: UtcMillis = UtcMillis(1_799_978_400_000);

/// Six smart clusters, and two behind a gateway.
fn clusters() -> Vec<Cluster> {
    let gateway = Cluster { kind: ClusterKind::Gateway, ..smart("dai-fm") };
    let wireless = |id: &str, zone: u16| Cluster {
        kind: ClusterKind::Wireless,
        gateway: Some(cluster("dai-fm")),
        zone: Some(zone),
        ..smart(id)
    };
    let mut clusters: Vec<Cluster> = (1..=6).map(|number| smart(&format!("thon-{number}"))).collect();
    clusters.extend([gateway, wireless("nam-1", 11), wireless("nam-2", 12)]);
    clusters
}

/// What was sent since the last look: the topic's last part or two, and the command.
fn sent(controller: &mut Controller) -> Vec<(String, WireCommand)> {
    let opened = controller.sent.drain(..).map(|(topic, payload)| {
        let command = key().public().open(&site(), &payload).unwrap();
        (topic.strip_prefix("loa/1/bao-nhai/").unwrap().to_owned(), command)
    });
    opened.collect()
}

fn announce(controller: &mut Controller, number: u8, targets: &[&str]) -> Vec<(String, WireCommand)> {
    controller.sent.clear();
    let targets = targets.iter().map(|target| (*target).to_owned()).collect();
    let wanted = Announcement { targets, ..announcement(number) };
    controller.ask(Command::Announce(wanted)).unwrap();
    sent(controller)
}

fn topics(sent: &[(String, WireCommand)]) -> BTreeSet<&str> {
    sent.iter().map(|(topic, _)| topic.as_str()).collect()
}

fn zones(command: &WireCommand) -> &[u16] {
    match &command.body {
        CommandBody::Job(job) => &job.zones,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_for_everybody_goes_out_once_and_to_gateways_with_their_zones() {
    let mut controller = Controller::new(NINE, clusters());
    let to_all = announce(&mut controller, 1, &["all", "dai-fm"]);
    assert_eq!(topics(&to_all), BTreeSet::from(["all/job", "c/dai-fm/job"]));
    for (topic, command) in &to_all {
        let shared = topic == "all/job";
        assert_eq!(command.target, (!shared).then(|| cluster("dai-fm")));
        assert_eq!(zones(command), if shared { &[][..] } else { &[11, 12] });
        assert_eq!((command.not_before, command.not_after), (NINE - VALID_BEFORE_MS, NINE + VALIDITY_MS));
    }
}

#[test]
fn what_is_for_some_goes_to_their_devices_alone() {
    let mut controller = Controller::new(NINE, clusters());
    let to_some = announce(&mut controller, 1, &["thon-2", "nam-2"]);
    assert_eq!(topics(&to_some), BTreeSet::from(["c/thon-2/job", "c/dai-fm/job"]));
    let gateway = to_some.iter().find(|(topic, _)| topic == "c/dai-fm/job").unwrap();
    assert_eq!(zones(&gateway.1), [12], "only where it was meant");
}

/// It may have joined a moment ago, and its agenda, which says which zones are its own, may not have come.
#[test]
fn a_gateway_that_is_meant_as_a_whole_is_told_all_of_its_zones() {
    let mut controller = Controller::new(NINE, clusters());
    for (number, targets, expected) in [(1, &["dai-fm"][..], [11, 12]), (2, &["dai-fm", "thon-1"], [11, 12])]
    {
        let sent = announce(&mut controller, number, targets);
        let gateway = sent.iter().find(|(topic, _)| topic == "c/dai-fm/job").unwrap();
        assert_eq!(zones(&gateway.1), expected);
    }
    let part = announce(&mut controller, 3, &["dai-fm", "nam-1"]);
    assert_eq!(zones(&part.iter().find(|(topic, _)| topic == "c/dai-fm/job").unwrap().1), [11]);
}

#[test]
fn a_stop_is_signed_once_for_many_and_by_itself_for_few() {
    let mut controller = Controller::new(NINE, clusters());
    for (number, targets) in [(1, &["thon-1", "thon-2"][..]), (2, &["smart"][..])] {
        announce(&mut controller, number, targets);
        controller.ask(Command::Stop(announcement(number).id)).unwrap();
        let stops = sent(&mut controller);
        assert!(stops.iter().all(|(_, command)| matches!(command.body, CommandBody::Stop(_))), "{stops:?}");
        let few = targets.len() <= STOPS_OF_THEIR_OWN_MAX && targets != ["smart"];
        let expected =
            if few { BTreeSet::from(["c/thon-1/job", "c/thon-2/job"]) } else { BTreeSet::from(["all/job"]) };
        assert_eq!(topics(&stops), expected);
    }
}

#[test]
fn numbers_never_come_twice_on_a_topic_not_even_after_a_restart() {
    let mut controller = Controller::new(NINE, clusters());
    let mut numbers: Vec<(String, u64)> = Vec::new();
    for run in 0..3_u8 {
        for number in 1..=3 {
            let out = announce(&mut controller, run * 3 + number, &["all"]);
            numbers.extend(out.into_iter().map(|(topic, command)| (topic, command.sequence)));
        }
        let later = controller.now.utc + 1_000;
        controller = controller.restart_at(later);
    }
    let mut sorted = numbers.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), numbers.len(), "{numbers:?}");
    for topic in ["all/job", "c/dai-fm/job"] {
        let of_it: Vec<u64> = numbers.iter().filter(|(t, _)| t == topic).map(|(_, number)| *number).collect();
        assert!(of_it.is_sorted(), "{topic}: {of_it:?}");
    }
}

#[test]
fn without_a_broker_nothing_goes_out_and_with_it_all_that_still_counts() {
    let mut controller = Controller::without_clips(NINE, clusters());
    controller.handle(Input::BrokerDisconnected);
    controller.ask(support::add_clip("tin", 1)).unwrap();
    assert!(announce(&mut controller, 1, &["all"]).is_empty());
    let short = Announcement { start_within_ms: Some(60_000), ..announcement(2) };
    controller.ask(Command::Announce(short)).unwrap();
    controller.ask(Command::Announce(announcement(3))).unwrap();
    controller.ask(Command::Stop(announcement(3).id)).unwrap();
    // The machine sleeps. When it wakes up, with the broker, the second is over; the third was stopped.
    controller.now = Now { mono: controller.now.mono + 30 * 60_000, utc: controller.now.utc + 30 * 60_000 };
    controller.handle(Input::BrokerConnected);
    let jobs: BTreeSet<_> = sent(&mut controller)
        .into_iter()
        .filter_map(|(_, command)| match command.body {
            CommandBody::Job(job) => Some(job.id),
            _ => None,
        })
        .collect();
    assert_eq!(jobs, BTreeSet::from([announcement(1).id]));
}

//! The stories that the design is about, one by one. The invariants are checked all along; each
//! test adds what is special to its story.

use controller_core::change::{ScheduleChange, Scope, SiteChange};
use controller_core::command::{Announcement, Command};
use controller_core::delivery::{DeliveryState, Why};
use controller_core::programme::{Clip, Plan};
use controller_core::settings::Settings;
use firmware_proto::message::Class;
use schedules::{DaySets, Interrupted, Item, Rails, Recurrence};
use simulation::{Act, LinePlan, Node, Scenario, World, utc_at};

fn announce(wanted: &Announcement) -> Act {
    Act::Staff(Command::Announce(wanted.clone()))
}

fn off(nodes: &[usize], for_s: u64) -> Act {
    let nodes = nodes.iter().map(|&cluster| Node::Cluster(cluster)).collect();
    Act::LineCut { nodes, silent: false, for_ms: for_s * 1_000 }
}

fn power_cut(cluster: usize, for_s: u64) -> Act {
    Act::PowerCut { cluster, after: 0, off_ms: for_s * 1_000 }
}

#[test]
fn a_cluster_that_is_off_during_an_announcement_and_comes_back_before_it_expires_plays_it() {
    let mut scenario = Scenario::quiet("a_cluster_that_is_off", 3);
    let wanted = scenario.announcement(1);
    scenario.at(60, power_cut(1, 200));
    scenario.at(120, announce(&wanted));
    let mut world = World::new(scenario, false);
    world.run_until_second(180);
    assert_eq!(world.shown(wanted.id, 0), Some(DeliveryState::Played));
    assert_eq!(world.shown(wanted.id, 1), Some(DeliveryState::Sent));
    world.run();
    let sounded = world.sounded(wanted.id, 1);
    assert!(sounded.len() == 1 && sounded[0] > 260.0 && sounded[0] < 290.0, "{sounded:?}");
    assert_eq!(world.shown(wanted.id, 1), Some(DeliveryState::Played));
}

#[test]
fn a_controller_killed_in_mid_broadcast_learns_how_it_ended() {
    for after in 0..40 {
        let mut scenario = Scenario::quiet("a_controller_killed", 3);
        let wanted = scenario.announcement(1);
        scenario.at(60, announce(&wanted));
        scenario.at(60, Act::ControllerKill { after, down_ms: 60_000 });
        let mut world = World::new(scenario, false);
        world.run();
        for cluster in 0..3 {
            assert_eq!(world.sounded(wanted.id, cluster).len(), 1, "killed after {after}");
            assert_eq!(world.shown(wanted.id, cluster), Some(DeliveryState::Played), "killed after {after}");
        }
    }
}

#[test]
fn a_broker_wiped_in_mid_broadcast_changes_nothing() {
    for tenths in 0..30 {
        let mut scenario = Scenario::quiet("a_broker_wiped", 3);
        let wanted = scenario.announcement(1);
        scenario.at(60, announce(&wanted));
        let at = firmware_proto::Mono(60_000 + tenths * 100);
        scenario.acts.push((at, Act::BrokerWipe { down_ms: 5_000 }));
        let mut world = World::new(scenario, false);
        world.run();
        for cluster in 0..3 {
            assert_eq!(world.sounded(wanted.id, cluster).len(), 1, "wiped at {tenths}");
            assert_eq!(world.shown(wanted.id, cluster), Some(DeliveryState::Played), "wiped at {tenths}");
        }
    }
}

#[test]
fn late_acks_correct_missed() {
    let mut scenario = Scenario::quiet("late_acks", 2);
    let wanted = Announcement {
        play_at: Some(utc_at(120)),
        start_within_ms: Some(30_000),
        ..scenario.announcement(1)
    };
    scenario.at(60, announce(&wanted));
    scenario.at(90, off(&[1], 300));
    let mut world = World::new(scenario, false);
    world.run_until_second(240);
    assert_eq!(world.sounded(wanted.id, 1).len(), 1, "it needs no network to play");
    assert_eq!(world.shown(wanted.id, 1), Some(DeliveryState::Missed));
    world.run();
    assert_eq!(world.shown(wanted.id, 1), Some(DeliveryState::Played));
}

#[test]
fn a_gateway_that_is_off_leaves_its_wireless_clusters_missed() {
    let mut scenario = Scenario::quiet("a_gateway", 1);
    scenario.add_gateway(2);
    scenario.clusters[1].power_at = firmware_proto::Mono(20 * 60_000);
    let (first, second) = (scenario.announcement(1), scenario.announcement(2));
    scenario.at(60, announce(&first));
    scenario.at(21 * 60, announce(&second));
    scenario.end = firmware_proto::Mono(45 * 60_000);
    let mut world = World::new(scenario, false);
    world.run();
    let missed = world.delivery(first.id, 2).expect("a delivery");
    assert_eq!(missed.state, DeliveryState::Missed);
    assert_eq!(missed.why, Some(Why::Gateway { state: DeliveryState::Missed }));
    assert_eq!(world.shown(second.id, 1), Some(DeliveryState::Played));
    assert_eq!(world.shown(second.id, 2), Some(DeliveryState::Unconfirmed));
    assert_eq!(world.shown(second.id, 3), Some(DeliveryState::Unconfirmed));
}

#[test]
fn an_emergency_overtakes_a_download() {
    let mut scenario = Scenario::quiet("an_emergency", 2);
    scenario.clusters[1].line = LinePlan { delay_ms: 150, jitter_ms: 50, bytes_per_s: 4_000 };
    scenario.clips.push(simulation::Clip::new(&mut simulation::Rng::new(1, 2), 400_000, 60_000));
    let known = scenario.announcement(1);
    let long = Announcement { clips: vec![scenario.clip(2)], ..scenario.announcement(2) };
    let emergency = Announcement { class: Class::Emergency, ..scenario.announcement(3) };
    scenario.at(60, announce(&known));
    scenario.at(150, announce(&long));
    scenario.at(180, announce(&emergency));
    let mut world = World::new(scenario, false);
    world.run();
    let sounded = world.sounded(emergency.id, 1);
    assert!(sounded.len() == 1 && sounded[0] < 183.0, "{sounded:?}");
    assert!(world.sounded(long.id, 1)[0] > 250.0, "the download went on");
}

#[test]
fn a_stop_reaches_a_cluster_that_missed_the_stop_message() {
    let mut scenario = Scenario::quiet("a_stop", 2);
    let wanted =
        Announcement { class: Class::Emergency, repeat_for_ms: Some(600_000), ..scenario.announcement(1) };
    scenario.at(60, announce(&wanted));
    scenario.at(115, off(&[1], 30));
    scenario.at(120, Act::Staff(Command::Stop(wanted.id)));
    let mut world = World::new(scenario, false);
    world.run();
    let last = world.sounded(wanted.id, 1).last().copied().unwrap_or_default();
    assert!(last > 120.0 && last < 160.0, "it went on in the dark, then it was told: {last}");
    assert_eq!(world.shown(wanted.id, 1), Some(DeliveryState::Played));
}

#[test]
fn an_emergency_sounds_after_the_clock_was_set_back() {
    let mut scenario = Scenario::quiet("the_clock_was_set_back", 3);
    let wanted =
        Announcement { class: Class::Emergency, start_within_ms: Some(30_000), ..scenario.announcement(1) };
    scenario.at(60, Act::ClockStep { by_ms: -3_600_000 });
    scenario.at(120, announce(&wanted));
    let mut world = World::new(scenario, false);
    world.run_until_second(130);
    assert!((0..3).all(|cluster| world.sounded(wanted.id, cluster).len() == 1));
}

#[test]
fn what_an_emergency_interrupts_does_not_go_on_into_the_quiet_hours() {
    // The world begins at 15:00. A programme of 20 s begins at 15:09, and is interrupted from second 10 to 30:
    // played again it ends at 15:09:50.
    for (quiet, goes_on) in [("15:09:55-20:00", true), ("15:09:45-20:00", false)] {
        let mut scenario = Scenario::quiet("what_an_emergency", 1);
        let rails = Rails { quiet_hours: quiet.parse().ok(), ..Rails::none() };
        let site = SiteChange {
            settings: Settings { rails, ..Settings::default() }.into(),
            ..SiteChange::default()
        };
        let items = vec![Item::Clip(Clip { name: "a".into(), clip: scenario.clip(0) })];
        let rule = Recurrence::Cron("9 15 * * *".parse().expect("a rule"));
        let plan = Plan { interrupted: Some(Interrupted::Restart), ..Plan::plain("programme", items, rule) };
        let change = ScheduleChange {
            sets: DaySets::new(),
            plans: vec![plan],
            scope: Scope::Merge,
            order: None,
            override_reason: None,
            dry_run: false,
        };
        let emergency = Announcement { class: Class::Emergency, ..scenario.announcement(2) };
        scenario.at(20, Act::Staff(Command::ChangeSite(site)));
        scenario.at(40, Act::Staff(Command::ChangeSchedule(change)));
        scenario.at(550, announce(&emergency));
        let mut world = World::new(scenario, false);
        world.run();
        assert_eq!(world.sounded(emergency.id, 0).len(), 1);
        let jobs = &world.state().expect("a controller").jobs;
        let job = jobs.values().find(|job| job.spec.play_at == Some(utc_at(540))).expect("its job").spec.id;
        assert_eq!(world.sounded(job, 0).len(), 1 + usize::from(goes_on), "{quiet}");
    }
}

#[test]
fn a_removed_cluster_hears_what_is_for_all_as_it_is_said_to_others() {
    let mut scenario = Scenario::quiet("a_removed_cluster_hears", 3);
    scenario.clusters[1].cluster.languages = vec!["hmn".parse().expect("a language")];
    let clip = |index: usize| Clip { name: "a".into(), clip: scenario.clip(index) };
    let variants =
        ["vi", "hmn"].map(|tag| tag.parse().expect("a language")).into_iter().zip([clip(0), clip(1)]);
    let items = vec![Item::Variants(variants.collect())];
    let rule = Recurrence::Cron("5 15 * * *".parse().expect("a rule"));
    let change = ScheduleChange {
        sets: DaySets::new(),
        plans: vec![Plan::plain("programme", items, rule)],
        scope: Scope::Merge,
        order: None,
        override_reason: None,
        dry_run: false,
    };
    // It holds the clip from before: nothing is sent to it any more.
    let before = scenario.announcement(1);
    scenario.at(20, announce(&before));
    let removed = scenario.clusters[1].cluster.id.clone();
    scenario.at(60, Act::Staff(Command::RemoveCluster(removed)));
    scenario.at(120, Act::Staff(Command::ChangeSchedule(change)));
    let mut world = World::new(scenario, false);
    world.run();
    let jobs = &world.state().expect("a controller").jobs;
    let job = jobs.values().find(|job| job.spec.play_at == Some(utc_at(300))).expect("its job").spec.id;
    assert!((0..3).all(|cluster| world.sounded(job, cluster).len() == 1));
}

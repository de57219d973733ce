//! Changes of the site: all or nothing, and programmes follow.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use controller_core::change::{SiteChange, SiteChanged};
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Command, Done};
use controller_core::guard_rail::Broken;
use controller_core::patch::SettingsPatch;
use controller_core::refusal::{ClusterProblem, Refusal};
use controller_core::settings::Settings;
use controller_core::{Input, Output};
use firmware_proto::UtcMillis;
use schedules::{HourVolume, Rails};
use support::{Controller, change, cluster, plan, smart};

/// 2027-01-15 06:00 in Vietnam.
const SIX: UtcMillis = UtcMillis(1_799_967_600_000);

fn gateway(id: &str) -> Cluster {
    Cluster { kind: ClusterKind::Gateway, ..smart(id) }
}

fn wireless(id: &str, behind: &str, zone: u16) -> Cluster {
    Cluster { kind: ClusterKind::Wireless, gateway: Some(cluster(behind)), zone: Some(zone), ..smart(id) }
}

fn controller() -> Controller {
    Controller::new(SIX, vec![smart("thon-1"), smart("thon-2"), gateway("fm"), wireless("loa-1", "fm", 1)])
}

/// The same settings, these clusters and no others.
fn only(clusters: Vec<Cluster>) -> SiteChange {
    SiteChange { clusters, replace: true, ..SiteChange::default() }
}

fn changed(controller: &mut Controller, wanted: SiteChange) -> SiteChanged {
    match controller.ask(Command::ChangeSite(wanted)) {
        Ok(Done::Site(changed)) => *changed,
        other => panic!("not changed: {other:?}"),
    }
}

#[test]
fn a_file_can_be_all_that_there_is() {
    let mut controller = controller();
    let renamed = Cluster { name: "Thôn Một".into(), ..smart("thon-1") };
    let site = only(vec![renamed, gateway("fm"), wireless("loa-1", "fm", 1), smart("thon-3")]);
    controller.written();
    let foreseen = changed(&mut controller, SiteChange { dry_run: true, ..site.clone() });
    assert_eq!(controller.written(), [] as [&str; 0]);
    let expected = SiteChanged {
        settings: Vec::new(),
        added: vec![cluster("thon-3")],
        changed: vec![cluster("thon-1")],
        removed: vec![cluster("thon-2")],
        ..SiteChanged::default()
    };
    assert_eq!(foreseen, expected);
    assert_eq!(changed(&mut controller, site.clone()), expected);
    assert_eq!(controller.written(), ["site-changed"], "one record: a crash leaves all of it or nothing");
    let ids: Vec<&str> = controller.core.state().clusters.keys().map(|id| id.as_str()).collect();
    assert_eq!(ids, ["fm", "loa-1", "thon-1", "thon-3"]);
    assert_eq!(changed(&mut controller, site), SiteChanged::default());
    assert_eq!(controller.written(), [] as [&str; 0], "the same again changes nothing");
}

#[test]
fn one_mistake_and_nothing_is_changed() {
    let cases = [
        (
            only(vec![smart("moi"), wireless("loa-1", "fm", 1)]),
            Refusal::BadCluster { cluster: cluster("loa-1"), problem: ClusterProblem::UnknownGateway },
        ),
        (
            only(vec![smart("thon-1"), smart("thon-1")]),
            Refusal::BadCluster { cluster: cluster("thon-1"), problem: ClusterProblem::NamedTwice },
        ),
        (
            SiteChange {
                settings: SettingsPatch { agenda_hours: Some(3), ..SettingsPatch::default() },
                ..only(Vec::new())
            },
            Refusal::OutOfRange { what: "agenda_hours".into(), least: 24, most: 168 },
        ),
        (
            SiteChange {
                settings: SettingsPatch {
                    languages: Some(["vi", "hmn", "vi"].map(|tag| tag.parse().unwrap()).into()),
                    ..SettingsPatch::default()
                },
                ..only(Vec::new())
            },
            Refusal::OutOfBounds { what: "languages".into() },
        ),
    ];
    for (site, refusal) in cases {
        let mut controller = controller();
        let before = controller.core.state().clone();
        assert_eq!(controller.ask(Command::ChangeSite(site)), Err(refusal));
        assert!(controller.core.state() == &before);
    }
}

#[test]
fn what_the_file_does_not_name_stays_unless_it_replaces() {
    let mut controller = controller();
    let uplinks = BTreeMap::from([("bts".to_owned(), "Trạm".to_owned())]);
    let settings = SettingsPatch { volume: Some(40), ..SettingsPatch::default() };
    let site = SiteChange { settings, uplinks, replace: false, ..only(vec![smart("thon-3")]) };
    let outcome = changed(&mut controller, site);
    assert_eq!((outcome.settings, outcome.removed), (vec!["volume".to_owned()], Vec::new()));
    assert_eq!(controller.core.state().clusters.len(), 5);
    assert_eq!(controller.core.state().uplinks["bts"], "Trạm");
    // Settings too: what a change leaves out stays, and goes back only where it replaces.
    let settings = SettingsPatch { volume_emergency: Some(90), ..SettingsPatch::default() };
    changed(&mut controller, SiteChange { settings, ..SiteChange::default() });
    let state = controller.core.state();
    assert_eq!((state.settings.volume, state.settings.volume_emergency), (40, 90));
    changed(&mut controller, only(Vec::new()));
    let state = controller.core.state();
    assert_eq!(*state.settings, Settings::default());
    assert!(state.clusters.is_empty() && state.uplinks.is_empty() && state.devices.is_empty());
}

#[test]
fn programmes_play_on_the_clusters_of_the_new_site_and_at_its_hours() {
    let mut controller = controller();
    let wanted = change(vec![plan("tin", "0 7 * * *", 1)]);
    controller.ask(Command::ChangeSchedule(wanted)).unwrap();
    let settings = SettingsPatch { timezone: "Asia/Tokyo".parse().ok(), ..SettingsPatch::default() };
    changed(&mut controller, SiteChange { settings, ..only(vec![smart("thon-1"), smart("thon-3")]) });
    let jobs = controller.core.state().each_job();
    let (ended, planned): (Vec<_>, Vec<_>) = jobs.partition(|job| job.stopped_at.is_some());
    assert_eq!((ended.len(), planned.len()), (1, 1));
    assert_eq!(planned[0].spec.targets, [cluster("thon-1"), cluster("thon-3")]);
    // It is 08:00 in Tokyo: the next 07:00 is in 23 hours.
    assert_eq!(planned[0].spec.play_at, Some(SIX + 23 * 3_600_000));
}

#[test]
fn a_cluster_that_is_wireless_now_has_no_device_any_more() {
    let mut controller = controller();
    let site =
        only(vec![smart("thon-1"), gateway("fm"), wireless("loa-1", "fm", 1), wireless("thon-2", "fm", 2)]);
    changed(&mut controller, site);
    let devices: Vec<&str> = controller.core.state().devices.keys().map(|id| id.as_str()).collect();
    assert_eq!(devices, ["fm", "thon-1"]);
}

#[test]
fn what_programmes_lose_is_told_before_and_after() {
    let mut controller = controller();
    let mut by_hand = plan("chi-thon-2", "0 6 * * *", 1);
    by_hand.targets = vec!["thon-2".into()];
    let mut allowed = change(vec![plan("co-phep", "30 5 * * *", 1)]);
    controller.ask(Command::ChangeSchedule(change(vec![plan("tin", "30 5 * * *", 1), by_hand]))).unwrap();
    allowed.override_reason = Some("xã đã họp".into());
    controller.ask(Command::ChangeSchedule(allowed)).unwrap();
    let settings =
        SettingsPatch { quiet_hours: Some("21:00-05:45".parse().ok()), ..SettingsPatch::default() };
    let wanted = SiteChange { settings, ..only(vec![smart("thon-1")]) };
    let foreseen = changed(&mut controller, SiteChange { dry_run: true, ..wanted.clone() });
    let tomorrow = UtcMillis(SIX.0 + 23 * 3_600_000 + 30 * 60_000);
    assert!(
        matches!(&foreseen.silenced[..], [(id, Broken::QuietHours { at, .. })] if id == "tin" && *at == tomorrow),
        "{foreseen:?}"
    );
    assert_eq!(foreseen.homeless, ["chi-thon-2"]);
    assert_eq!(changed(&mut controller, wanted), foreseen);
    // A reason lets it pass, as it is.
    let mut reason = change(vec![plan("tin", "30 5 * * *", 1)]);
    reason.override_reason = Some("chợ phiên".into());
    let Ok(Done::Schedule(passes)) = controller.ask(Command::ChangeSchedule(reason.clone())) else {
        panic!("refused");
    };
    assert_eq!(passes.changed, ["tin"]);
    let Ok(Done::Schedule(passes)) = controller.ask(Command::ChangeSchedule(reason)) else {
        panic!("refused");
    };
    assert_eq!(passes.unchanged, ["tin"]);
    // What is silent already is no news.
    let settings = Settings::clone(&controller.core.state().settings);
    let settings = SettingsPatch { volume: Some(60), ..SettingsPatch::from(settings) };
    let again = changed(&mut controller, SiteChange { settings, ..only(vec![smart("thon-1")]) });
    assert_eq!((again.silenced, again.homeless), (Vec::new(), Vec::new()));
}

#[test]
fn what_is_lost_already_is_told_again_if_it_loses_more() {
    let mut controller = controller();
    let plans = vec![plan("sang", "30 5 * * *", 1), plan("sang-toi", "30 5,20 * * *", 1)];
    controller.ask(Command::ChangeSchedule(change(plans))).unwrap();
    let mut silenced = |hours: &str, ceiling: Option<u8>| -> Vec<String> {
        let ceilings = ceiling.map(|volume| HourVolume { hours: "05:00-22:00".parse().unwrap(), volume });
        let rails = Rails {
            quiet_hours: hours.parse().ok(),
            volume_ceilings: ceilings.into_iter().collect(),
            ..Rails::default()
        };
        let settings = SettingsPatch::from(Settings { rails, ..Settings::default() });
        let site = SiteChange { settings, replace: false, ..only(Vec::new()) };
        changed(&mut controller, site).silenced.into_iter().map(|(id, _)| id).collect()
    };
    assert_eq!(silenced("21:00-05:45", None), ["sang", "sang-toi"]);
    assert_eq!(silenced("20:00-05:45", None), ["sang-toi"]);
    assert_eq!(silenced("21:00-05:00", None), [] as [&str; 0]);
    assert_eq!(silenced("21:00-05:00", Some(10)), [] as [&str; 0], "at the ceiling it plays");
}

/// With a snapshot it is said what of it may leave the database.
#[test]
fn the_site_decides_how_many_years_the_database_holds() {
    let archived_before = |years: Option<u8>| {
        let mut controller = controller();
        if let Some(years) = years {
            let settings = SettingsPatch { keep_years: Some(years), ..SettingsPatch::default() };
            changed(&mut controller, SiteChange { settings, ..SiteChange::default() });
        } else {
            // Something that the last snapshot does not contain.
            controller.ask(Command::AddClusters(vec![smart("thon-3")])).unwrap();
        }
        controller.core.handle(controller.now, Input::Ending);
        match controller.core.poll_output() {
            Some(Output::Snapshot { sequence, archive_before, .. }) => {
                assert_eq!(sequence, controller.core.sequence());
                archive_before
            }
            other => panic!("no snapshot: {other:?}"),
        }
    };
    let day = 24 * 3_600_000;
    assert_eq!(archived_before(None), SIX - (3 * 365 * day + 3 * day / 4));
    assert_eq!(archived_before(Some(4)), SIX - (4 * 365 + 1) * day);
    assert_eq!(archived_before(Some(100)), UtcMillis(0), "there is nothing before 1970");
    let mut controller = controller();
    for years in [0, 101] {
        let settings = SettingsPatch { keep_years: Some(years), ..SettingsPatch::default() };
        let change = SiteChange { settings, ..SiteChange::default() };
        let refused = controller.ask(Command::ChangeSite(change)).unwrap_err();
        assert_eq!(refused, Refusal::OutOfRange { what: "keep_years".into(), least: 1, most: 100 });
    }
}

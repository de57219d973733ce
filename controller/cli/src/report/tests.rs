//! What people read, held in golden files in both languages.
#![allow(clippy::unwrap_used)]

use controller_api::{
    BrokerKind, By, Clip, Event, Fault, FaultKind, Health, HealthStatus, Job, Language, OwnFault, Programme,
    Status, Verdict, text,
};
use serde_json::json;

use super::status::Overview;
use super::*;
use crate::failure::Exit;
use crate::session::catalogue;

fn screen(language: Language) -> Screen {
    Screen::bare(catalogue(language, schedules::Zone::HO_CHI_MINH))
}

fn job() -> Job {
    serde_json::from_str(include_str!("fixtures/job.json")).unwrap()
}

fn health() -> Health {
    serde_json::from_str(include_str!("fixtures/health.json")).unwrap()
}

fn overview() -> Overview {
    let controller: Status = serde_json::from_str(include_str!("fixtures/status.json")).unwrap();
    let programme: Programme = serde_json::from_value(json!({
        "id": "evening-news", "title": "Bản tin chiều", "class": "routine", "when": "0 17 * * *",
        "targets": ["all"], "items": ["ban-tin"], "volume": 70, "duration_ms": 900_000, "busy": "wait 5m",
        "interrupted": null, "missed": "skip", "paused": false, "order": null, "override_reason": null,
        "coming": [{ "start": 1_795_600_800_000_u64, "exceptional": false }], "skips": [],
    }))
    .unwrap();
    Overview { controller, jobs: vec![job()], programmes: vec![programme] }
}

/// Compares with the golden file of each language.
fn golden(name: &str, render: impl Fn(&Screen) -> String) {
    for language in Language::ALL {
        let text = render(&screen(language));
        assert!(!text.contains('\x1b'), "colours without a terminal: {text:?}");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}-{}", language.code()), text);
        });
    }
}

#[test]
fn a_job_shows_problems_first() {
    golden("job", |screen| job::render(screen, &job()));
}

#[test]
fn a_job_says_who_ended_it() {
    let by = Some(By::Remote { address: "10.0.0.7".into() });
    let stopped = Job { stopped_at: Some(1_795_514_420_000), stopped_by: by, ..job() };
    let head = |screen: &Screen| {
        job::render(screen, &stopped).lines().take(4).map(|line| format!("{line}\n")).collect()
    };
    golden("job-stopped", head);
}

fn events() -> Vec<Event> {
    serde_json::from_str(include_str!("fixtures/log.json")).unwrap()
}

#[test]
fn the_log_says_who_did_what_and_when() {
    golden("log", |screen| log::render(screen, &events()));
}

#[test]
fn a_line_of_the_log_fits_the_terminal() {
    let mut screen = screen(Language::Vietnamese);
    screen.width = Some(80);
    let text = log::render(&screen, &events());
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains('…'));
    assert_eq!(text.lines().count(), events().len() + 2, "a line for each, and one for each day");
    assert_eq!(log::render(&screen, &[]), screen.catalogue.get("log-empty") + "\n");
}

#[test]
fn health_answers_in_its_first_line() {
    golden("health", |screen| health::render(screen, &health(), false));
    golden("health-all", |screen| health::render(screen, &health(), true));
}

#[test]
fn the_first_line_fits_what_is_known() {
    let line = |change: &dyn Fn(&mut Health)| {
        let mut health = health();
        change(&mut health);
        let text = health::render(&screen(Language::English), &health, false);
        (text.lines().next().unwrap().to_owned(), health::needs_somebody(&health))
    };
    let counts = |counts: &[(HealthStatus, usize)]| counts.iter().copied().collect();
    let well = |health: &mut Health| {
        health.clusters.retain(|cluster| cluster.health != HealthStatus::Down);
        health.counts = counts(&[(HealthStatus::Up, 38), (HealthStatus::Unconfirmed, 19)]);
    };
    assert_eq!(line(&|_| ()), ("2 of 5 loudspeakers are down.".into(), true));
    assert_eq!(line(&well), ("No loudspeaker is down: 38 of 57 are up.".into(), false));
    let new = |health: &mut Health| {
        health.clusters.retain(|cluster| cluster.health == HealthStatus::Waiting);
        health.counts = counts(&[(HealthStatus::Waiting, 38)]);
    };
    assert_eq!(line(&new), ("No loudspeaker has been heard yet.".into(), false));
    let empty = |health: &mut Health| {
        health.clusters.clear();
        health.counts.clear();
    };
    assert_eq!(line(&empty), ("No loudspeakers yet. Add them with `loa cluster add`.".into(), false));
    let gateway = |health: &mut Health| {
        well(health);
        let gateway =
            health.clusters.iter_mut().find(|c| c.spec.kind == controller_api::ClusterKind::Gateway);
        gateway.unwrap().health = HealthStatus::Down;
    };
    assert_eq!(line(&gateway), ("No loudspeaker is down, but a gateway is.".into(), true));
    let deaf = |health: &mut Health| {
        well(health);
        health.broker_connected = false;
    };
    assert!(line(&deaf).1, "with the broker away nothing can be said to be well");
}

#[test]
fn the_status_says_that_the_broker_is_away() {
    golden("status", |screen| status::render(screen, &overview()));
}

#[test]
fn a_new_site_says_what_to_do() {
    let mut overview = overview();
    overview.jobs.clear();
    overview.programmes.clear();
    let status = &mut overview.controller;
    status.controller.clear();
    status.clusters = 0;
    status.rejected.clear();
    status.broker.connected = true;
    status.broker.kind = BrokerKind::Embedded;
    golden("status-new", |screen| status::render(screen, &overview));
}

#[test]
fn a_clock_in_doubt_is_told_before_the_loudspeakers() {
    let mut health = health();
    let (since, now_at) = (health.at - 90_000, health.at);
    for why in [
        text!(ClockBeforeBuild { shown_at: 5_000 }),
        text!(ClockBeforeJournal { shown_at: now_at - 86_400_000, now_at: now_at }),
        text!(ClockClusters { shown_at: now_at + 25_200_000, now_at: now_at }),
        text!(ClockJumped { shown_at: now_at + 3_600_000, now_at: now_at }),
    ] {
        health.controller.push(OwnFault { since, why });
    }
    health.clusters.clear();
    golden("health-clock", |screen| health::render(screen, &health, false));
    assert!(health::needs_somebody(&health));
}

#[test]
fn what_plays_and_wears_out_is_told_too() {
    let mut health = health();
    let since = health.at - 7_200_000;
    let cluster = health.clusters.iter_mut().find(|cluster| cluster.health == HealthStatus::Up).unwrap();
    let why = text!(FaultStorage { cases: 3 });
    cluster.faults = vec![Fault { kind: FaultKind::Storage, since: Some(since), why }];
    health.clusters.retain(|cluster| cluster.health == HealthStatus::Up);
    health.counts = [(HealthStatus::Up, health.clusters.len())].into();
    health.controller = vec![OwnFault { since, why: text!(ClipLost { clip: "Báo lũ", n: 2 }) }];
    golden("health-worn", |screen| health::render(screen, &health, false));
    health.controller.clear();
    assert!(health::needs_somebody(&health));
}

#[test]
fn clusters_are_listed_and_shown() {
    let health = health();
    golden("cluster-list", |screen| cluster::list(screen, &health.clusters));
    golden("cluster-show", |screen| cluster::show(screen, &health.clusters[1], health.at));
    let mut heard = health.clusters[0].clone();
    heard.device = Some(serde_json::from_value(json!({
        "uptime_ms": 90_000_000, "acks_waiting": 2, "rejected": 7, "link_bytes_per_s": 4_000,
        "missing_bytes": 2_100_000, "storage_free_bytes": 6_500_000,
        "limits": { "jobs": 8, "clips_per_job": 4, "storage_bytes": 16_000_000, "window_chunks": 16, "job_bytes": 1_024 },
    }))
    .unwrap());
    let why = text!(FaultProtocol { version: 2, ours: 1 });
    heard.faults = vec![Fault { kind: FaultKind::Protocol, since: Some(health.at - 60_000), why }];
    golden("cluster-show-device", |screen| cluster::show(screen, &heard, health.at));
}

#[test]
fn clips_are_listed_and_shown() {
    let clip: Clip = serde_json::from_str(include_str!("fixtures/clip.json")).unwrap();
    let now = clip.added_at + 3_600_000;
    golden("clip-show", |screen| clip::show(screen, &clip, now));
    golden("clip-list", |screen| clip::list(screen, std::slice::from_ref(&clip)));
}

#[test]
fn a_table_fits_the_terminal_and_colours_only_there() {
    let mut screen = screen(Language::Vietnamese);
    (screen.width, screen.colour) = (Some(80), true);
    let text = job::render(&screen, &job());
    assert!(text.contains("\x1b["));
    screen.colour = false;
    let text = job::render(&screen, &job());
    let table = text.lines().skip(6);
    assert!(table.clone().count() > 5);
    for line in table {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn only_a_loudspeaker_that_did_not_play_is_a_failure() {
    let job = |verdicts: &[(Verdict, usize)]| Job { verdicts: verdicts.iter().copied().collect(), ..job() };
    let heard = [(Verdict::Pending, 1), (Verdict::Unknown, 1), (Verdict::Played, 1), (Verdict::NotPlayed, 0)];
    assert_eq!(Exit::of_job(&job(&heard)), Exit::Done);
    assert_eq!(Exit::of_job(&job(&[(Verdict::NotPlayed, 1), (Verdict::Played, 56)])), Exit::SomeDidNotPlay);
}

#[test]
fn every_word_of_the_controller_has_a_message() {
    let keys = DeliveryState::ALL.iter().map(|state| format!("state-{}", state.word()));
    let sounds = controller_api::Sound::ALL.iter().map(|sound| format!("evidence-{}", sound.word()));
    let characters = controller_api::ClipCharacter::ALL.iter().map(|c| format!("character-{}", c.word()));
    let rejected = controller_api::Rejected::ALL.iter().map(|reason| status::rejected_key(*reason));
    let keys: Vec<String> = keys.chain(sounds).chain(characters).chain(rejected).collect();
    for language in Language::ALL {
        let words = screen(language).catalogue;
        keys.iter().for_each(|key| assert!(words.has(key), "{key}"));
    }
}

#[test]
fn the_site_is_shown_with_all_its_settings() {
    let text = include_str!("../../../../schedules/examples/bao-nhai.toml");
    let file = crate::site_file::parse(text).unwrap();
    let toml = "id = 'bao-nhai'\nname = 'Bảo Nhai'\ntimezone = 'Asia/Ho_Chi_Minh'\nheartbeat_s = 30\n\
        clip_loudness_lufs = -16\nclip_kbps = 24\nclip_minutes_max = 180\nvolume = 70\nvolume_emergency = 100\n\
        quiet_hours = '21:00-05:00'\nminutes_per_day_max = 0\nagenda_hours = 72\ninterrupted = 'resume'\n\
        languages = ['vi', 'hmn']\nkeep_years = 3\nvolume_ceilings = [{ hours = '05:00-06:00', volume = 50 }]\n";
    let site = toml::from_str(toml).unwrap();
    let file = controller_api::SiteFile { site, ..file };
    golden("site", |screen| site::show(screen, &file));
    let changed = controller_api::SiteChanged {
        dry_run: false,
        settings: vec!["quiet_hours".into(), "languages".into()],
        added: vec!["thon-3".into()],
        changed: vec!["thon-1".into(), "thon-2".into()],
        removed: vec!["thon-9".into()],
        silenced: vec![text!(RailQuietHours {
            programme: Some("ban-tin-sang"),
            reason: None::<&str>,
            hours: "20:00-06:00",
            start_at: 1_799_965_800_000_u64,
        })],
        homeless: vec!["hop-thon-9".into()],
    };
    golden("site-set", |screen| site::set(screen, &file, &changed));
    golden("site-import", |screen| site::plan(screen, &changed) + &site::imported(screen, &changed));
}

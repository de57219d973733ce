//! What people read of schedules, held in golden files in both languages.
#![allow(clippy::unwrap_used)]

use controller_api::{Language, OtherDays, Preview, Status, Text, text};
use icalendar::{CalendarComponent, Component, EventLike};
use serde_json::json;

use super::*;
use crate::session::catalogue;

/// Tuesday 24 November 2026, 00:00 in Việt Nam.
const MIDNIGHT: u64 = 1_795_453_200_000;
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn screen(language: Language, width: Option<u16>) -> Screen {
    Screen { width, ..Screen::bare(catalogue(language, schedules::Zone::HO_CHI_MINH)) }
}

fn golden(name: &str, width: Option<u16>, render: impl Fn(&Screen) -> String) {
    for language in Language::ALL {
        let text = render(&screen(language, width));
        for line in text.lines() {
            let fits = unicode_width::UnicodeWidthStr::width(line) <= usize::from(width.unwrap_or(u16::MAX));
            assert!(fits, "too wide: {line}");
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}-{}", language.code()), text);
        });
    }
}

fn at(day: u64, minute: u64) -> u64 {
    MIDNIGHT + day * DAY + minute * MINUTE
}

fn entry(id: &str, title: &str, start: u64, minutes: u64) -> controller_api::PreviewEntry {
    controller_api::PreviewEntry {
        id: id.into(),
        by_hand: false,
        title: title.into(),
        class: Class::Routine,
        start,
        end: start + minutes * MINUTE,
        volume: 80,
        exceptional: false,
        clusters: 57,
        notes: Vec::new(),
        broken: None,
        override_reason: None,
    }
}

fn party(id: &str, title: &str) -> controller_api::Party {
    controller_api::Party { id: id.into(), title: title.into() }
}

fn week() -> Preview {
    let mut entries = Vec::new();
    for day in 0..7 {
        let mut morning = entry("ban-tin-sang", "Bản tin sáng xã Bảo Nhai", at(day, 330), 15);
        morning.exceptional = day == 5;
        entries.push(morning);
        entries.push(entry("ban-tin-chieu", "Bản tin chiều", at(day, 17 * 60), 15));
        if day % 2 == 0 {
            entries.push(entry("thoi-tiet", "Thời tiết", at(day, 17 * 60 + 10), 5));
        }
    }
    let mut meeting =
        entry("hop-thon", "Họp thôn, bàn việc làm đường và nước sạch nông thôn", at(2, 17 * 60), 3);
    (meeting.class, meeting.clusters) = (Class::Priority, 2);
    meeting.notes.push(text!(GapMissing {
        item: 1,
        language: "hmn",
        count: 2,
        clusters: "coc-ly-1, nam-det",
        programme: None::<&str>,
    }));
    entries.push(meeting);
    let mut by_hand = entry("3f2a91c47d0e4b5a9c1d2e3f40516273", "Cắt nước thôn Bảo Tân", at(1, 18 * 60), 2);
    by_hand.by_hand = true;
    entries.push(by_hand);
    for day in [1, 3] {
        let mut late = entry("ca-nhac", "Ca nhạc", at(day, 21 * 60), 30);
        let broken = text!(RailQuietHours {
            hours: "21:00-05:00",
            start_at: late.start,
            programme: None::<&str>,
            reason: None::<&str>,
        });
        late.broken = Some(broken);
        late.override_reason = (day == 3).then(|| "Đêm hội".to_owned());
        entries.push(late);
    }
    entries.sort_by_key(|entry| entry.start);
    let clusters: Vec<String> = ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2"].map(String::from).into();
    let waits = |day: u64| Collision {
        first: party("ban-tin-chieu", "Bản tin chiều"),
        second: party("thoi-tiet", "Thời tiết"),
        from: at(day, 17 * 60 + 10),
        to: at(day, 17 * 60 + 15),
        clusters: clusters.clone(),
        outcome: text!(OutcomeWaits {
            first: "Bản tin chiều", second: "Thời tiết", wait_ms: 5 * MINUTE
        }),
    };
    let mut collisions: Vec<Collision> = [0, 2, 4, 6].map(waits).into();
    collisions.push(Collision {
        first: party("hop-thon", "Họp thôn, bàn việc làm đường và nước sạch nông thôn"),
        second: party("ban-tin-chieu", "Bản tin chiều"),
        from: at(2, 17 * 60),
        to: at(2, 17 * 60 + 3),
        clusters: clusters[..2].to_vec(),
        outcome: text!(OutcomeWaits {
            first: "Họp thôn", second: "Bản tin chiều", wait_ms: 3 * MINUTE
        }),
    });
    let timezone = "Asia/Ho_Chi_Minh".to_owned();
    Preview { timezone, from: MIDNIGHT, to: at(7, 0), cluster: None, entries, collisions }
}

fn programme() -> Programme {
    Programme {
        id: "ban-tin-chieu".into(),
        title: "Bản tin chiều".into(),
        class: Class::Routine,
        when: "mon-sat 17:00".into(),
        on: vec!["mon-sat".into()],
        at: vec!["17:00".into()],
        between: Some(("2026-09-05".into(), "2027-05-31".into())),
        except: vec![
            OtherDays {
                days: vec!["nghi-tet".into(), "lunar 15/7".into()],
                at: Vec::new(),
                items: Vec::new(),
            },
            OtherDays {
                days: vec!["20/11".into()],
                at: vec!["07:00".into()],
                items: vec!["loi-chuc".into()],
            },
        ],
        targets: vec!["all".into()],
        items: vec!["chime".into(), "hmn: tin-xa-hmong, vi: tin-xa".into()],
        volume: None,
        volumes: vec![HourVolume { hours: "05:00-06:00".into(), volume: 50 }],
        duration_ms: 15 * MINUTE,
        busy: "wait 10m".into(),
        interrupted: Some("resume".into()),
        missed: "late-until 18:30".into(),
        paused: false,
        order: Some(2),
        override_reason: None,
        coming: (0..5).map(|day| Coming { start: at(day, 17 * 60), exceptional: day == 2 }).collect(),
        skips: vec![skip()],
    }
}

fn skip() -> Skip {
    Skip {
        programme: "ban-tin-chieu".into(),
        first: at(0, 17 * 60) - 3 * DAY,
        last: at(0, 17 * 60) - DAY,
        count: 3,
        why: text!(SkipNotRunning),
        clusters: Vec::new(),
    }
}

#[test]
fn a_week_is_a_grid_that_fits_the_terminal() {
    golden("preview-80", Some(80), |screen| preview(screen, &week()));
    golden("preview-140", Some(140), |screen| preview(screen, &week()));
}

#[test]
fn a_fortnight_is_two_grids_and_an_empty_week_none() {
    let mut long = week();
    long.to = at(10, 0);
    let text = preview(&screen(Language::English, Some(80)), &long);
    assert_eq!(text.matches('┼').count(), 7 + 3);
    let empty = Preview { entries: Vec::new(), collisions: Vec::new(), ..week() };
    let text = preview(&screen(Language::English, None), &empty);
    assert_eq!(text, "All loudspeakers, Tue 11-24 to Mon 11-30\nNothing is planned in these days.\n");
}

#[test]
fn colours_mark_only_what_needs_somebody() {
    let mut screen = screen(Language::English, Some(80));
    let bare = preview(&screen, &week());
    screen.colour = true;
    let painted = preview(&screen, &week());
    assert!(painted.contains("\x1b[1;31mx Ca nhạc"));
    assert!(!bare.contains('\x1b'));
}

#[test]
fn programmes_are_listed_and_shown() {
    let mut paused = programme();
    (paused.id, paused.paused, paused.order) = ("thoi-tiet".into(), true, None);
    paused.coming.clear();
    golden("schedule-list", None, |screen| list(screen, &[programme(), paused.clone()]));
    golden("schedule-list-80", Some(80), |screen| list(screen, &[programme(), paused.clone()]));
    let week = week();
    let site = SiteTable { volume: Some(70), ..SiteTable::default() };
    golden("schedule-show", None, |screen| show(screen, &programme(), &site, &week.collisions));
}

#[test]
fn days_are_said_as_people_say_them() {
    let with =
        |on: &[&str]| Programme { on: on.iter().map(|text| (*text).to_owned()).collect(), ..programme() };
    let rules: [&[&str]; 17] = [
        &["daily"],
        &["mon-fri"],
        &["mon,fri-sun"],
        &["mon,tue", "lunar 1", "lunar 15"],
        &["1st mon", "2nd tue", "3rd sun", "4th thu"],
        &["last fri"],
        &["day 1,15"],
        &["last day"],
        &["every 3 days from 2026-12-01"],
        &["lunar 20"],
        &["lunar last day"],
        &["lunar 15/7"],
        &["lunar 15/6 leap"],
        &["lunar 28/12..5/1"],
        &["2/9", "20/11..22/11"],
        &["2026-09-02", "2026-09-02..2026-09-05"],
        &["nghi-tet", "a rule of a newer controller"],
    ];
    let cron = Programme { at: Vec::new(), when: "0 17 * * *".into(), ..programme() };
    let once = Programme { when: "2026-12-01 17:00".into(), ..cron.clone() };
    golden("days", None, |screen| {
        let of_days = rules.iter().map(|rules| when(screen, &with(rules)));
        let others = [&cron, &once].map(|programme| when(screen, programme));
        of_days.chain(others).map(|line| line + "\n").collect()
    });
}

#[test]
fn what_comes_next_and_what_was_left_out() {
    let next_up = Next {
        timezone: "Asia/Ho_Chi_Minh".into(),
        now: MIDNIGHT,
        entries: week().entries.into_iter().skip(3).take(6).collect(),
        skips: vec![skip()],
    };
    golden("schedule-next", None, |screen| next(screen, &next_up));
}

#[test]
fn readiness_answers_in_its_first_line() {
    let device = |cluster: &str, why: Text, ready_at| LateDevice { cluster: cluster.into(), why, ready_at };
    let mut job = JobReadiness {
        job: "3f2a91c40b5e0b5e".into(),
        programme: Some("ban-tin-chieu".into()),
        title: "Bản tin chiều".into(),
        play_at: at(0, 17 * 60),
        devices: 39,
        agenda: 38,
        clips: 36,
        late: vec![
            device("nam-det", text!(LateUnreachable), None),
            device("sin-chai", text!(LateUnreachable), None),
            device("coc-ly-1", text!(LateLink), Some(at(0, 17 * 60 + 25))),
        ],
        unknown: vec![device("na-an", text!(LateUnknown), None)],
    };
    let of = |job: &JobReadiness| Readiness {
        timezone: "Asia/Ho_Chi_Minh".into(),
        now: MIDNIGHT,
        jobs: vec![job.clone()],
    };
    let bad = of(&job);
    golden("schedule-readiness", None, |screen| readiness(screen, &bad));
    (job.late, job.unknown) = (Vec::new(), Vec::new());
    let text = readiness(&screen(Language::English, None), &of(&job));
    assert!(text.starts_with("The broadcast ahead will be ready in time, as far as is known.\n"), "{text}");
}

#[test]
fn a_change_says_what_it_would_do() {
    let changed = controller_api::ScheduleChanged {
        dry_run: true,
        added: vec!["ban-tin-sang".into()],
        changed: vec!["ban-tin-chieu".into(), "thoi-tiet".into()],
        removed: vec!["ca-nhac".into()],
        unchanged: vec!["quoc-ca".into()],
        next_at: Some(at(0, 330)),
        collisions: week().collisions,
        notes: vec![text!(RailMinutesPerDay {
            programme: Some("thoi-tiet"),
            reason: None::<&str>,
            cluster: "a-1",
            minutes: 95,
            max: 90,
            start_at: at(1, 1030)
        })],
    };
    golden("schedule-plan", None, |screen| {
        plan(screen, &changed) + &consequences(screen, &changed, Some("Mùa lũ")) + &imported(screen, &changed)
    });
}

#[test]
fn a_calendar_reads_back_as_it_was_meant() {
    let status: Status = serde_json::from_str(include_str!("../fixtures/status.json")).unwrap();
    let week = week();
    let text = crate::report::calendar::render(&screen(Language::Vietnamese, None), &status, &week);
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Loa//"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 75), "lines are folded");
    let calendar: icalendar::Calendar = text.parse().unwrap();
    assert_eq!(calendar.get_name(), Some("Bảo Nhai, Lào Cai"));
    let events: Vec<_> = calendar.components.iter().filter_map(CalendarComponent::as_event).collect();
    assert_eq!(events.len(), week.entries.len());
    let first = events[0];
    let uid = format!("ban-tin-sang-{}@bao-nhai.loa", at(0, 330));
    assert_eq!(
        (first.get_uid(), first.get_summary()),
        (Some(uid.as_str()), Some("Bản tin sáng xã Bảo Nhai"))
    );
    assert_eq!(first.property_value("DTSTART"), Some("20261123T223000Z"));
    assert_eq!(first.property_value("DTEND"), Some("20261123T224500Z"));
    assert_eq!(first.get_categories(), Some(vec!["thông thường".to_owned()]));
    assert_eq!(first.get_description(), Some("57 cụm loa\nÂm lượng 80 %"));
    let uids: std::collections::BTreeSet<_> = events.iter().map(|event| event.get_uid()).collect();
    assert_eq!(uids.len(), events.len());
    let states = |state| events.iter().filter(|event| event.get_status() == Some(state)).count();
    assert_eq!(states(icalendar::EventStatus::Cancelled), 1, "what is left out is not announced as played");
}

#[test]
fn what_a_newer_controller_says_is_shown_as_it_is() {
    let programme: Programme = serde_json::from_value({
        let mut value = json!(programme());
        value["busy"] = json!("sing along");
        value
    })
    .unwrap();
    let text = show(&screen(Language::English, None), &programme, &SiteTable::default(), &[]);
    assert!(text.contains("sing along"), "{text}");
}

//! Changes of the schedule, and what becomes of occurrences: nothing is half done, and nothing is left
//! out without a reason.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::change::SiteChange;
use controller_core::change::{ScheduleChange, ScheduleChanged, Scope};
use controller_core::cluster::Cluster;
use controller_core::collision::Outcome;
use controller_core::command::{Announcement, Command, Done};
use controller_core::delivery::DeliveryState;
use controller_core::guard_rail::Broken;
use controller_core::job::{Job, JobSpec, Origin};
use controller_core::limits::{COLLISIONS_MAX, PLANNED_AHEAD_MAX, START_GRACE_MS};
use controller_core::patch::SettingsPatch;
use controller_core::programme::{Clip, Plan};
use controller_core::record::Record;
use controller_core::refusal::Refusal;
use controller_core::skip::SkipReason;
use firmware_proto::UtcMillis;
use schedules::{Busy, Importance, Interrupted, Item, Recurrence};
use support::{Controller, add_clip, announcement, change, clip, cluster, plan, smart};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Midnight of Friday, 2027-01-15, in Vietnam (UTC+7 all year).
const MIDNIGHT: u64 = 1_799_946_000_000;

/// An instant of that day, or of another one.
fn at(day: u64, hour: u64, minute: u64) -> UtcMillis {
    UtcMillis(MIDNIGHT + day * DAY + hour * HOUR + minute * MINUTE)
}

fn scheduled(controller: &mut Controller, wanted: ScheduleChange) -> ScheduleChanged {
    match controller.ask(Command::ChangeSchedule(wanted)) {
        Ok(Done::Schedule(changed)) => *changed,
        other => panic!("not scheduled: {other:?}"),
    }
}

/// Programme, field and reason of each problem.
fn refused(controller: &mut Controller, wanted: ScheduleChange) -> Vec<(String, String, Refusal)> {
    match controller.ask(Command::ChangeSchedule(wanted)) {
        Err(Refusal::Schedule { problems }) => {
            problems.into_iter().map(|problem| (problem.programme, problem.field, problem.why)).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// Two clusters, at 06:00, with the guard rails that sites begin with.
fn controller() -> Controller {
    Controller::new(at(0, 6, 0), vec![smart("thon-1"), smart("thon-2")])
}

fn jobs_of<'a>(controller: &'a Controller, id: &str) -> Vec<&'a Job> {
    let of = |job: &&Job| matches!(&job.spec.origin, Origin::Programme { programme, .. } if programme == id);
    let mut jobs: Vec<&Job> = controller.core.state().each_job().filter(of).collect();
    jobs.sort_by_key(|job| (job.spec.play_at, job.version));
    jobs
}

/// Starts of the jobs that are to play.
fn to_play(controller: &Controller, id: &str) -> Vec<UtcMillis> {
    let jobs = jobs_of(controller, id);
    jobs.iter().filter(|job| job.stopped_at.is_none()).filter_map(|job| job.spec.play_at).collect()
}

/// Count, first, last and reason of what was left out.
fn skips(controller: &Controller) -> Vec<(u32, UtcMillis, UtcMillis, SkipReason)> {
    let skips = controller.core.state().skips.iter();
    skips.map(|skip| (skip.count, skip.first, skip.last, skip.why.clone())).collect()
}

#[test]
fn a_change_is_all_or_nothing_and_every_mistake_is_told() {
    let mut controller = controller();
    let stray = Plan { targets: vec!["thon-9".into()], ..plan("lac-duong", "0 7 * * *", 1) };
    let past = Recurrence::Once("2020-01-01T07:00:00".parse().unwrap());
    let never = Plan { recurrence: past, ..plan("da-qua", "0 7 * * *", 1) };
    controller.written();
    let before = controller.core.state().clone();
    let wanted = change(vec![plan("ban-tin", "0 7 * * *", 1), stray, never]);
    let problems = refused(&mut controller, wanted);
    let [(first, targets, why), (second, once, reason)] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((&first[..], &targets[..]), ("lac-duong", "targets"));
    assert!(matches!(why, Refusal::UnknownTargets { unknown } if unknown[0].target == "thon-9"), "{why:?}");
    assert_eq!((&second[..], &once[..], reason), ("da-qua", "once", &Refusal::NeverFires));
    assert_eq!(controller.written(), [] as [&str; 0]);
    assert!(controller.core.state() == &before);
}

#[test]
fn a_dry_run_says_what_the_change_then_does() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("ban-tin", "0 7 * * *", 1), plan("cu", "0 8 * * *", 1)]));
    controller.written();
    let plans = vec![plan("ban-tin", "30 7 * * *", 1), plan("moi", "30 7 * * *", 2)];
    let wanted = ScheduleChange { scope: Scope::Replace, ..change(plans) };
    let foreseen = scheduled(&mut controller, ScheduleChange { dry_run: true, ..wanted.clone() });
    assert_eq!(controller.written(), [] as [&str; 0]);
    assert_eq!(foreseen.added, ["moi"]);
    assert_eq!(foreseen.changed, ["ban-tin"]);
    assert_eq!(foreseen.removed, ["cu"]);
    assert_eq!(foreseen.next, Some(at(0, 7, 30)));
    assert_eq!(scheduled(&mut controller, wanted), foreseen);
    // A file that holds nothing is rather the wrong file.
    let nothing = ScheduleChange { scope: Scope::Replace, ..change(Vec::new()) };
    assert_eq!(controller.ask(Command::ChangeSchedule(nothing)), Err(Refusal::AllGone));
}

#[test]
fn an_edit_replaces_the_jobs_to_come_and_the_same_again_replaces_nothing() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("ban-tin", "0 7 * * *", 1)]));
    assert_eq!(to_play(&controller, "ban-tin"), [at(0, 7, 0)]);
    controller.written();
    let same = scheduled(&mut controller, change(vec![plan("ban-tin", "0 7 * * *", 1)]));
    assert_eq!(same.unchanged, ["ban-tin"]);
    assert_eq!(controller.written(), [] as [&str; 0]);
    scheduled(&mut controller, change(vec![plan("ban-tin", "0 7 * * *", 2)]));
    assert_eq!(to_play(&controller, "ban-tin"), [at(0, 7, 0)]);
    let jobs = jobs_of(&controller, "ban-tin");
    assert_eq!(jobs.len(), 2);
    assert_ne!(jobs[0].spec.id, jobs[1].spec.id);
    assert_eq!(jobs[0].spec.occurrence, jobs[1].spec.occurrence, "clusters play either, never both");
}

#[test]
fn a_paused_programme_gives_its_jobs_back_and_a_resumed_one_plays_again() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("ban-tin", "0 7 * * *", 1)]));
    let pause = |paused| Command::PauseProgramme { id: "ban-tin".into(), paused };
    controller.ask(pause(true)).unwrap();
    assert_eq!(to_play(&controller, "ban-tin"), []);
    controller.pass(30 * MINUTE);
    controller.ask(pause(false)).unwrap();
    assert_eq!(to_play(&controller, "ban-tin"), [at(0, 7, 0)]);
}

#[test]
fn guard_rails_are_named_and_a_reason_to_break_them_is_journaled() {
    let mut controller = controller();
    let late = change(vec![plan("khuya", "59 20 * * *", 2)]);
    let problems = refused(&mut controller, late.clone());
    let quiet = |why: &Refusal| matches!(why, Refusal::GuardRail { broken: Broken::QuietHours { .. } });
    assert!(matches!(&problems[..], [(_, field, why)] if field == "cron" && quiet(why)), "{problems:?}");
    let reason = Some("lễ hội".to_owned());
    let allowed =
        scheduled(&mut controller, ScheduleChange { override_reason: reason.clone(), ..late.clone() });
    assert!(matches!(&allowed.broken[..], [(id, Broken::QuietHours { .. })] if id == "khuya"));
    let journaled = controller.records.iter().any(|record| {
        matches!(record, Record::ScheduleChanged { programmes, .. }
            if programmes.iter().any(|programme| programme.override_reason == reason))
    });
    assert!(journaled);
    let jobs = jobs_of(&controller, "khuya");
    assert!(jobs.len() == 1 && jobs[0].spec.override_reason == reason);
}

#[test]
fn minutes_a_day_are_counted_on_each_cluster() {
    let mut controller = controller();
    let here = |id, cron, minutes| Plan { targets: vec!["thon-1".into()], ..plan(id, cron, minutes) };
    scheduled(&mut controller, change(vec![here("mot", "0 7 * * *", 50)]));
    let problems = refused(&mut controller, change(vec![plan("hai", "0 9 * * *", 41)]));
    let [(_, field, Refusal::GuardRail { broken })] = &problems[..] else { panic!("{problems:?}") };
    let Broken::MinutesPerDay { cluster: full, minutes: 91, max: 90, .. } = broken else {
        panic!("{broken}")
    };
    assert_eq!((&field[..], full), ("items", &cluster("thon-1")));
    scheduled(&mut controller, change(vec![plan("hai", "0 9 * * *", 40)]));
    // An announcement by hand takes the minutes of one cluster: there alone the programme is left out.
    let mut by_hand = announcement(1);
    by_hand.clips = vec![clip(60)];
    by_hand.targets = vec!["thon-2".into()];
    by_hand.play_at = Some(at(1, 8, 0));
    controller.ask(Command::Announce(by_hand)).unwrap();
    controller.pass(5 * HOUR);
    let second_day = *jobs_of(&controller, "hai").last().unwrap();
    assert_eq!(second_day.spec.play_at, Some(at(1, 9, 0)));
    assert_eq!(second_day.spec.targets, [cluster("thon-1")]);
    let left_out = controller.core.state().skips.back().unwrap();
    assert_eq!((&left_out.programme[..], &left_out.clusters[..]), ("hai", &[cluster("thon-2")][..]));
    assert!(matches!(left_out.why, SkipReason::GuardRail { broken: Broken::MinutesPerDay { .. } }));
}

#[test]
fn neither_lateness_nor_waiting_reaches_the_quiet_hours() {
    let mut controller = controller();
    let evening = Plan {
        missed: "late-until 06:00".parse().unwrap(),
        busy: Busy::Wait(240),
        ..plan("toi", "30 20 * * *", 20)
    };
    scheduled(&mut controller, change(vec![evening]));
    let job = jobs_of(&controller, "toi")[0];
    assert_eq!((job.spec.start_by, job.spec.latest_start()), (at(0, 20, 40), at(0, 20, 40)));
    let by_hand = Announcement { play_at: Some(at(0, 20, 55)), ..announcement(1) };
    controller.ask(Command::Announce(by_hand.clone())).unwrap();
    assert_eq!(controller.core.state().jobs[&by_hand.id].spec.start_by, at(0, 20, 59));
    let allowed = Announcement { override_reason: Some("bão".into()), id: announcement(2).id, ..by_hand };
    controller.ask(Command::Announce(allowed.clone())).unwrap();
    assert_eq!(controller.core.state().jobs[&allowed.id].spec.start_by, at(0, 21, 55));
}

#[test]
fn a_start_can_be_met_also_where_it_is_the_last_one_before_the_quiet_hours() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("sat-gio", "0 20 * * *", 60)]));
    assert_eq!(jobs_of(&controller, "sat-gio")[0].spec.latest_start(), at(0, 20, 0) + 15_000);
    // Ten minutes at once, when eleven are left; and when it could not be over in time.
    controller.pass(14 * HOUR + 49 * MINUTE);
    let now = Announcement { clips: vec![clip(10)], ..announcement(1) };
    controller.ask(Command::Announce(now.clone())).unwrap();
    assert_eq!(controller.core.state().jobs[&now.id].spec.start_by, at(0, 20, 50));
    controller.pass(MINUTE - 20_000);
    let too_late = Announcement { id: announcement(2).id, ..now };
    let refused = controller.ask(Command::Announce(too_late));
    assert!(matches!(refused, Err(Refusal::GuardRail { broken: Broken::QuietHours { .. } })), "{refused:?}");
}

#[test]
fn what_could_not_be_over_before_the_quiet_hours_any_more_is_left_out() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("toi", "38 20 * * *", 20)]));
    let mut controller = controller.restart_at(at(2, 20, 41));
    controller.pass(1_000);
    let left_out = (1, at(2, 20, 38), at(2, 20, 38), SkipReason::NotRunning);
    assert_eq!(skips(&controller).last(), Some(&left_out));
    assert_eq!(to_play(&controller, "toi").last(), Some(&at(3, 20, 38)));
}

#[test]
fn programmes_leave_room_for_announcements_and_say_where_they_found_none() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("day", "*/10 7-15 * * *", 1)]));
    assert_eq!(to_play(&controller, "day").len(), PLANNED_AHEAD_MAX);
    for number in 0..12 {
        let later = Announcement { play_at: Some(at(0, 12, 0)), ..announcement(number) };
        controller.ask(Command::Announce(later)).unwrap();
    }
    let one_more = controller.ask(Command::Announce(announcement(99)));
    assert!(matches!(one_more, Err(Refusal::TooManyJobs { .. })), "{one_more:?}");
}

#[test]
fn what_waits_on_an_unreachable_cluster_is_missed_at_its_own_deadline() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![Plan { busy: Busy::Wait(120), ..plan("tin", "0 7 * * *", 1) }]));
    // Nobody was ever heard: both clusters are unreachable long before.
    controller.pass(HOUR + 5 * MINUTE + START_GRACE_MS - 1_000);
    let states = |controller: &Controller| -> Vec<DeliveryState> {
        jobs_of(controller, "tin")[0].deliveries.values().map(|delivery| delivery.state).collect()
    };
    assert!(states(&controller).iter().all(|state| !state.is_final()), "{:?}", states(&controller));
    controller.pass(2_000);
    assert_eq!(states(&controller), [DeliveryState::Missed; 2]);
}

#[test]
fn missed_runs_are_left_out_with_their_reason() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("tin", "0 7,8,9,10 * * *", 1)]));
    // They are on the clusters already: those of the next day are what a controller misses that is off.
    let mut controller = controller.restart_at(at(2, 9, 3));
    controller.pass(1_000);
    let why = SkipReason::NotRunning;
    assert_eq!(skips(&controller), [(6, at(1, 7, 0), at(2, 8, 0), why)], "four of one day, two of the next");
    assert_eq!(to_play(&controller, "tin").last(), Some(&at(3, 9, 0)), "the next 24 hours");
    assert!(to_play(&controller, "tin").contains(&at(2, 9, 0)), "three minutes late still plays");
}

#[test]
fn of_those_that_may_be_late_only_the_last_one_plays() {
    let mut controller = controller();
    let late = Plan { missed: "late-until 20:00".parse().unwrap(), ..plan("tin", "0 7,8,9,10 * * *", 1) };
    scheduled(&mut controller, change(vec![late]));
    let mut controller = controller.restart_at(at(2, 15, 0));
    controller.pass(1_000);
    let superseded = (3, at(2, 7, 0), at(2, 9, 0), SkipReason::Superseded);
    assert_eq!(skips(&controller), [(4, at(1, 7, 0), at(1, 10, 0), SkipReason::NotRunning), superseded]);
    let today: Vec<UtcMillis> = to_play(&controller, "tin")
        .into_iter()
        .filter(|start| (at(2, 0, 0)..at(3, 0, 0)).contains(start))
        .collect();
    assert_eq!(today, [at(2, 10, 0)]);
}

#[test]
fn an_occurrence_that_staff_called_off_stays_called_off_whatever_the_edit() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("tin", "0 7 * * *", 1)]));
    let job = jobs_of(&controller, "tin")[0].spec.id;
    controller.ask(Command::CancelJob(job)).unwrap();
    scheduled(&mut controller, change(vec![plan("tin", "0 7 * * *", 2)]));
    assert_eq!(to_play(&controller, "tin"), []);
    assert_eq!(skips(&controller), [(1, at(0, 7, 0), at(0, 7, 0), SkipReason::CalledOff)]);
}

#[test]
fn what_happens_where_two_meet_follows_their_policies() {
    use Outcome::{Dropped, Interrupts, Waits};
    let priority = |plan: Plan| Plan { class: Importance::Priority, ..plan };
    let busy = |plan: Plan, busy| Plan { busy, ..plan };
    let second = || plan("sau", "10 7 * * *", 5);
    let cases = [
        ("waits", busy(second(), Busy::Wait(10)), Waits { ms: 10 * MINUTE }),
        ("is dropped", busy(second(), Busy::Wait(9)), Dropped { ms: 10 * MINUTE }),
        ("plays next", busy(second(), Busy::Next), Waits { ms: 10 * MINUTE }),
        ("at once", busy(second(), Busy::AtOnce), Interrupts { then: Interrupted::Restart }),
        ("a higher class", priority(second()), Interrupts { then: Interrupted::Restart }),
    ];
    for (what, second, outcome) in cases {
        let mut controller = controller();
        let first = Plan { interrupted: Some(Interrupted::Restart), ..plan("truoc", "0 7 * * *", 20) };
        scheduled(&mut controller, change(vec![first]));
        let second = Plan { targets: vec!["thon-2".into()], ..second };
        let met = scheduled(&mut controller, change(vec![second])).collisions;
        let first_day = &met[0];
        assert_eq!((&first_day.first.id[..], &first_day.second.id[..]), ("truoc", "sau"), "{what}");
        assert_eq!((first_day.from, first_day.to), (at(0, 7, 10), at(0, 7, 15)), "{what}");
        assert_eq!(first_day.clusters, [cluster("thon-2")], "{what}");
        assert_eq!(first_day.outcome, outcome, "{what}");
    }
}

#[test]
fn each_cluster_plays_the_languages_of_its_listeners() {
    let speaking = |id: &str, tags: &[&str]| Cluster {
        languages: tags.iter().map(|tag| tag.parse().unwrap()).collect(),
        ..smart(id)
    };
    let clusters = vec![
        speaking("thon-1", &["hmn", "vi"]),
        smart("thon-2"),
        speaking("thon-3", &["tyz"]),
        speaking("thon-4", &["hmn"]),
    ];
    let mut controller = Controller::new(at(0, 6, 0), clusters);
    let named = |minutes| Clip { name: format!("{minutes}"), clip: clip(minutes) };
    let variants = [("vi", 5), ("hmn", 7)].map(|(tag, minutes)| (tag.parse().unwrap(), named(minutes)));
    let session = Plan {
        items: vec![Item::Clip(named(1)), Item::Variants(variants.into())],
        ..plan("tin", "0 7 * * *", 1)
    };
    let changed = scheduled(&mut controller, change(vec![session]));
    let [(programme, gap)] = &changed.gaps[..] else { panic!("{:?}", changed.gaps) };
    assert_eq!((&programme[..], gap.item, gap.language.as_str()), ("tin", 1, "tyz"));
    assert_eq!(gap.fallback.as_ref().map(|language| language.as_str()), Some("vi"));
    assert_eq!(gap.clusters, [cluster("thon-3")]);
    let spec = &jobs_of(&controller, "tin")[0].spec;
    let minutes = |id: &str| -> Vec<u64> {
        spec.clips_on(&cluster(id)).iter().map(|clip| u64::from(clip.duration_ms) / MINUTE).collect()
    };
    assert_eq!(minutes("thon-1"), [1, 7, 5]);
    assert_eq!(minutes("thon-2"), [1, 5]);
    assert_eq!(minutes("thon-3"), [1, 5], "what it has not falls back to the site's language");
    assert_eq!(minutes("thon-4"), [1, 7]);
    assert_eq!(spec.length_ms(), 13 * MINUTE, "as long as where it is longest");
    let preview =
        controller.core.state().preview(at(0, 0, 0), at(1, 0, 0), Some(&cluster("thon-2"))).unwrap();
    assert_eq!(preview.entries[0].end, at(0, 7, 6));
    assert!(preview.entries[0].gaps.is_empty(), "no gap there");
}

#[test]
fn how_long_something_waits_has_nothing_to_do_with_how_late_it_may_be() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("truoc", "0 7 * * *", 20)]));
    let late = Plan {
        busy: Busy::Wait(1),
        missed: "late-until 08:00".parse().unwrap(),
        ..plan("sau", "10 7 * * *", 5)
    };
    let met = scheduled(&mut controller, change(vec![late])).collisions;
    assert_eq!(met[0].outcome, Outcome::Dropped { ms: 10 * MINUTE });
    let spec = &jobs_of(&controller, "sau")[0].spec;
    assert_eq!((spec.start_by, spec.wait_until), (at(0, 8, 0), Some(at(0, 7, 11))));
}

#[test]
fn announcements_for_later_stand_in_the_week_and_meet_programmes() {
    let mut controller = controller();
    let by_hand = Announcement {
        play_at: Some(at(0, 7, 10)),
        start_within_ms: Some(5 * MINUTE),
        clips: vec![clip(5)],
        targets: vec!["thon-1".into()],
        ..announcement(1)
    };
    controller.ask(Command::Announce(by_hand.clone())).unwrap();
    assert_eq!(controller.core.state().collisions_of(&by_hand.id), []);
    let met = scheduled(&mut controller, change(vec![plan("tin", "0 7 * * *", 20)])).collisions;
    assert_eq!(met.len(), 1);
    assert_eq!((&met[0].first.id[..], &met[0].second.title[..]), ("tin", "Thông báo"));
    assert_eq!(met[0].clusters, [cluster("thon-1")]);
    assert_eq!(met[0].outcome, Outcome::Dropped { ms: 10 * MINUTE });
    assert_eq!(controller.core.state().collisions_of(&by_hand.id), met);
    let preview = controller.core.state().preview(at(0, 0, 0), at(1, 0, 0), None).unwrap();
    let entries: Vec<(&str, bool, UtcMillis)> =
        preview.entries.iter().map(|entry| (&entry.title[..], entry.by_hand, entry.start)).collect();
    assert_eq!(entries, [("tin", false, at(0, 7, 0)), ("Thông báo", true, at(0, 7, 10))]);
    assert_eq!(preview.collisions, met);
    controller.ask(Command::Stop(by_hand.id)).unwrap();
    assert_eq!(controller.core.state().preview(at(0, 0, 0), at(1, 0, 0), None).unwrap().entries.len(), 1);
}

#[test]
fn staff_decide_which_priority_programme_goes_first() {
    let mut controller = controller();
    let priority = |id| Plan { class: Importance::Priority, ..plan(id, "0 7 * * *", 1) };
    scheduled(&mut controller, change(vec![priority("a"), priority("b"), priority("c")]));
    let order = |ids: &[&str]| Command::OrderProgrammes(ids.iter().map(|id| (*id).to_owned()).collect());
    controller.ask(order(&["c", "b"])).unwrap();
    let rank = |id| {
        let jobs = jobs_of(&controller, id);
        jobs.iter().find(|job| job.stopped_at.is_none()).unwrap().spec.rank
    };
    assert!(rank("c") < rank("b") && rank("b") < rank("a"));
    let twice = controller.ask(order(&["c", "c"]));
    assert_eq!(twice, Err(Refusal::OutOfBounds { what: "order".into() }));
    let unknown = controller.ask(order(&["d"]));
    assert!(matches!(unknown, Err(Refusal::UnknownProgramme { .. })), "{unknown:?}");
}

#[test]
fn new_guard_rails_hold_for_what_is_scheduled_already() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("tin", "0 7 * * *", 1)]));
    let quiet_hours = Some(Some("12:00-07:30".parse().unwrap()));
    let site = SiteChange {
        settings: SettingsPatch { quiet_hours, ..SettingsPatch::default() },
        ..SiteChange::default()
    };
    controller.ask(Command::ChangeSite(site)).unwrap();
    controller.pass(2 * HOUR);
    let left_out = controller.core.state().skips.back().map(|skip| (skip.first, skip.why.clone()));
    let Some((first, SkipReason::GuardRail { broken: Broken::QuietHours { .. } })) = left_out else {
        panic!("{left_out:?}")
    };
    assert_eq!(first, at(1, 7, 0));
}

#[test]
fn a_newer_clip_takes_the_place_of_older_ones_of_its_name() {
    let mut controller = controller();
    let named = |id: &str, name: &str, cron: &str| {
        let items = vec![Item::Clip(Clip { name: name.into(), clip: clip(1) })];
        Plan { items, ..plan(id, cron, 1) }
    };
    let reason = Some("lễ hội".to_owned());
    let plans = vec![named("sang", "Tin Xã", "0 7 * * *"), named("khuya", "tin-xa", "0 22 * * *")];
    scheduled(&mut controller, ScheduleChange { override_reason: reason.clone(), ..change(plans) });
    scheduled(&mut controller, change(vec![named("nhac", "ca-nhac", "0 8 * * *")]));
    controller.ask(add_clip("Tin xã", 2)).unwrap();
    let replace = Command::ReplaceClip { name: "tin-xa".into() };
    let done = |programmes: Vec<String>| {
        Ok(Done::ClipReplaced { clip: clip(2).id, title: "Tin xã".into(), programmes })
    };
    let replaced = controller.ask(replace.clone());
    assert_eq!(replaced, done(vec!["khuya".into(), "sang".into()]));
    for (id, minutes) in [("sang", 2), ("khuya", 2), ("nhac", 1)] {
        let jobs = jobs_of(&controller, id);
        let job = jobs.iter().find(|job| job.stopped_at.is_none()).unwrap();
        assert_eq!(job.spec.clips, [clip(minutes)], "{id}");
    }
    assert_eq!(controller.core.state().programmes["khuya"].programme.override_reason, reason);
    controller.written();
    assert_eq!(controller.ask(replace), done(Vec::new()));
    assert_eq!(controller.written(), [] as [&str; 0], "the same again changes nothing");
}

#[test]
fn a_file_says_who_goes_first_with_all_the_rest() {
    let mut controller = controller();
    let (a, b, c) = (plan("a", "0 7 * * *", 1), plan("b", "0 8 * * *", 1), plan("c", "0 9 * * *", 1));
    let ordered = |plans: Vec<Plan>, order: Option<&[&str]>, scope| ScheduleChange {
        order: order.map(|ids| ids.iter().map(ToString::to_string).collect()),
        scope,
        ..change(plans)
    };
    let places = |controller: &Controller| -> Vec<Option<u32>> {
        controller.core.state().programmes.values().map(|planned| planned.programme.order).collect()
    };
    let all = || vec![a.clone(), b.clone(), c.clone()];
    scheduled(&mut controller, ordered(all(), Some(&["c", "a"]), Scope::Merge));
    assert_eq!(places(&controller), [Some(1), None, Some(0)]);
    // What a file does not say stays, also of a programme that it changes.
    let louder = Plan { volume: Some(60), ..a.clone() };
    scheduled(&mut controller, ordered(vec![louder.clone()], None, Scope::Merge));
    assert_eq!(places(&controller), [Some(1), None, Some(0)]);
    let changed = scheduled(&mut controller, ordered(vec![b.clone()], Some(&["c", "b", "a"]), Scope::Merge));
    assert_eq!((changed.changed, changed.unchanged), (vec!["a".to_owned(), "b".to_owned()], Vec::new()));
    assert_eq!(places(&controller), [Some(2), Some(1), Some(0)]);
    let unknown = ordered(Vec::new(), Some(&["d"]), Scope::Merge);
    let Err(Refusal::Schedule { problems }) = controller.ask(Command::ChangeSchedule(unknown)) else {
        panic!("an order of strangers");
    };
    assert!(problems[0].field == "order" && matches!(&problems[0].why, Refusal::UnknownProgramme { .. }));
    assert_eq!(places(&controller), [Some(2), Some(1), Some(0)], "nothing is half done");
    // One that is over, or breaks a rule by now, is put in order like every other.
    let site = SiteChange {
        settings: SettingsPatch { quiet_hours: Some("21:00-07:30".parse().ok()), ..SettingsPatch::default() },
        ..SiteChange::default()
    };
    controller.ask(Command::ChangeSite(site)).unwrap();
    let moved = scheduled(&mut controller, ordered(Vec::new(), Some(&["a", "b"]), Scope::Merge));
    assert_eq!(moved.changed, ["a", "c"]);
    assert_eq!(places(&controller), [Some(0), Some(1), None]);
    scheduled(&mut controller, ordered(vec![louder, b, c], None, Scope::Replace));
    assert_eq!(places(&controller), [None; 3], "the file is all that there is");
}

#[test]
fn of_two_that_are_alike_the_one_that_is_told_to_wait_waits() {
    // Today's occurrence of the first is a job already; those of the days behind become jobs by their ids.
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("sau", "0 7 * * *", 2)]));
    let met = scheduled(&mut controller, change(vec![plan("dau", "0 7 * * *", 2)])).collisions;
    let first = |day: usize| met[day].first.id.as_str();
    assert_eq!((first(0), first(1), first(2)), ("sau", "dau", "dau"));
    controller.pass(3 * 24 * 60 * MINUTE);
    let version = |id: &str, day| {
        let job = jobs_of(&controller, id).into_iter().find(|job| job.spec.play_at == Some(at(day, 7, 0)));
        job.unwrap().version
    };
    assert!(version("sau", 0) < version("dau", 0));
    assert!(version("dau", 2) < version("sau", 2));
    let told = controller.core.state().preview(at(3, 0, 0), at(5, 0, 0), None).unwrap().collisions;
    assert!(told.iter().all(|collision| collision.first.id == "dau"), "{told:?}");
}

#[test]
fn what_is_interrupted_has_to_be_over_before_the_quiet_hours() {
    let mut controller = controller();
    scheduled(&mut controller, change(vec![plan("toi", "30 20 * * *", 20)]));
    let allowed = ScheduleChange {
        override_reason: Some("đêm hội".into()),
        ..change(vec![plan("hoi", "0 19 * * *", 20)])
    };
    scheduled(&mut controller, allowed);
    let by_hand = Announcement { clips: vec![clip(5)], ..announcement(1) };
    controller.ask(Command::Announce(by_hand.clone())).unwrap();
    let over_by = |spec: &JobSpec| spec.over_by;
    assert_eq!(over_by(&jobs_of(&controller, "toi")[0].spec), Some(at(0, 21, 0)));
    assert_eq!(over_by(&jobs_of(&controller, "hoi")[0].spec), None, "it may pass them for a reason");
    assert_eq!(over_by(&controller.core.state().jobs[&by_hand.id].spec), Some(at(0, 21, 0)));
    // An emergency of ten minutes would leave it no time: that is told beforehand.
    let urgent = Plan { class: Importance::Priority, ..plan("gap", "40 20 * * *", 15) };
    let resumes = Plan { interrupted: Some(Interrupted::Resume), ..plan("toi", "30 20 * * *", 20) };
    let met = scheduled(&mut controller, change(vec![urgent, resumes])).collisions;
    assert_eq!(met[0].outcome, Outcome::Interrupts { then: Interrupted::Drop });
}

#[test]
fn of_what_meets_without_end_the_first_is_told() {
    let mut controller = controller();
    let without_end = |id: &str| Plan { busy: Busy::Next, ..plan(id, "* * * * *", 3) };
    let plans = vec![without_end("a"), without_end("b")];
    let wanted = ScheduleChange { override_reason: Some("để thử".into()), ..change(plans) };
    let met = scheduled(&mut controller, wanted).collisions;
    assert_eq!(met.len(), COLLISIONS_MAX);
    assert!(met.is_sorted_by_key(|collision| collision.from));
    assert!(met[0].from < at(0, 6, 5), "{:?}", met[0]);
}

/// Clusters hold all of them, and may have no power until the last one: they play that one, and no other.
#[test]
fn an_edition_does_not_begin_any_more_once_the_next_one_is_due() {
    let mut controller = controller();
    let late = Plan { missed: "late-until 10:00".parse().unwrap(), ..plan("tin", "0,30 8,9 * * *", 1) };
    scheduled(&mut controller, change(vec![late]));
    let today = |job: &&Job| job.spec.play_at.is_some_and(|at_| at_ < at(1, 0, 0));
    let mut times: Vec<(UtcMillis, UtcMillis)> = jobs_of(&controller, "tin")
        .into_iter()
        .filter(today)
        .map(|job| (job.spec.play_at.unwrap(), job.spec.latest_start()))
        .collect();
    times.sort_unstable();
    let starts = [at(0, 8, 0), at(0, 8, 30), at(0, 9, 0), at(0, 9, 30), at(0, 10, 0)];
    let expected: Vec<_> = starts.windows(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(times, expected);
}

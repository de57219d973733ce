//! Schedules: what is due next, a year of occurrences, a week's preview.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::Command;
use controller_core::due::Due;
use controller_core::programme::{Clip, Plan, Programme};
use controller_core::record::Replanned;
use controller_core::{Actor, Core, Entry, Identity, Input, Now, Output, Record, Restored, State};
use firmware_proto::message::ClipRef;
use firmware_proto::trust::SiteKey;
use firmware_proto::{ClipId, ClusterId, Hash, Mono, SiteId, UtcMillis};
use schedules::{Calendar, DaySets, Zone, parse_file};

use crate::figure::{Figure, summary};

const RUNS: usize = 9;
/// 2026-11-24T17:00:00Z.
const FROM: u64 = 1_795_539_600_000;
const DAY_MS: u64 = 24 * 3_600_000;
const CLIP_MS: u32 = 15 * 60_000;

/// After one programme of 10,000 has changed: its next occurrence, and the first of all.
pub(crate) fn next_due(name: &str) -> Result<Figure> {
    let plans = plans(10_000, &|number| every_kind(number))?;
    let calendar = Calendar::new(Zone::HO_CHI_MINH);
    let mut due = Due::default();
    plans.iter().for_each(|plan| due.set(&plan.id, plan.next_after(&calendar, FROM)));
    let runs = plans.iter().step_by(10).map(|plan| {
        let begun = Instant::now();
        due.set(&plan.id, plan.next_after(&calendar, FROM + DAY_MS));
        black_box(due.first());
        begun.elapsed()
    });
    let (ours, least, most) = summary(&runs.collect::<Vec<Duration>>());
    let note =
        format!("{least:.4}-{most:.3} ms, 1,000 changes of every kind of programme; the longest counts");
    Ok(Figure::at_most(name, most.max(ours), "ms", 1.0, note))
}

/// The whole command in the core: decided, recorded, jobs made of what is due.
pub(crate) fn change(name: &str) -> Result<Figure> {
    // Once a year each, so that hardly any is due: the work of making jobs is another figure.
    let yearly = |number: usize| {
        let (day, month) = (number % 28 + 1, number / 28 % 12 + 1);
        format!("on = [\"{day}/{month}\"]\nat = [\"{:02}:{:02}\"]", 6 + number % 12, number % 60)
    };
    let plans = plans(10_000, &yearly)?;
    let now = Now { mono: Mono(0), utc: UtcMillis(FROM) };
    let mut state = State::default();
    let clusters = clusters(57)?;
    fold(&mut state, now.utc, Record::ClustersAdded { clusters, replanned: Replanned::default() });
    let site = SiteId::new("bench")?;
    let key = SiteKey::from_bytes(&[7; SiteKey::BYTES]);
    let programmes = plans.iter().map(|plan| Programme {
        plan: plan.clone(),
        revision: 1,
        changed_at: now.utc,
        order: None,
        override_reason: None,
    });
    fold(&mut state, now.utc, added(programmes.collect()));
    let restored = Restored { state, ..Restored::default() };
    let mut core = Core::new(Identity { site, key }, restored, now);
    // The jobs of the day ahead are made at the start, once.
    core.handle(now, Input::Wakeup);
    let mut runs = Vec::new();
    for (ticket, plan) in plans.iter().step_by(100).enumerate() {
        while core.poll_output().is_some() {}
        let command = Command::PauseProgramme { id: plan.id.clone(), paused: true };
        let begun = Instant::now();
        core.handle(now, Input::Command { ticket: ticket as u64, actor: Actor::Controller, command });
        black_box(core.next_wakeup());
        runs.push(begun.elapsed());
        let persists = std::iter::from_fn(|| core.poll_output());
        ensure!(persists.into_iter().any(|o| matches!(o, Output::Persist { .. })), "nothing was changed");
    }
    let (ours, least, most) = summary(&runs);
    let note = format!("{least:.3}-{most:.3} ms, pausing one; signing not included; the longest counts");
    Ok(Figure::at_most(name, most.max(ours), "ms", 1.0, note))
}

fn fold(state: &mut State, at: UtcMillis, record: Record) {
    state.apply(&Entry { at, actor: Actor::Controller, record });
}

fn added(programmes: Vec<Programme>) -> Record {
    let (removed, ended) = (Vec::new(), Vec::new());
    Record::ScheduleChanged { sets: DaySets::new(), programmes, removed, ended }
}

/// Every occurrence of a year, for programmes of every kind.
pub(crate) fn year(name: &str) -> Result<Figure> {
    let plans = plans(1_000, &|number| every_kind(number))?;
    let calendar = Calendar::new(Zone::HO_CHI_MINH);
    let mut count = 0;
    let (ours, least, most) = summary(&timed(|| count = walk(&plans, &calendar)));
    Ok(Figure::at_most(name, ours, "ms", 500.0, format!("{least:.0}-{most:.0} ms, {count} occurrences")))
}

/// Plain cron rules, beside the `cron` crate that goes through the same rules in the same zone.
pub(crate) fn year_of_cron(name: &str) -> Result<Figure> {
    let rule = |number: usize| format!("{} {} * * {}", number % 60, 5 + number % 15, number % 7);
    let plans = plans(1_000, &|number| format!("cron = \"{}\"", rule(number)))?;
    let calendar = Calendar::new(Zone::HO_CHI_MINH);
    let with_seconds = |number: usize| {
        format!("0 {} {} * * {}", number % 60, 5 + number % 15, number % 7 + 1).parse::<cron::Schedule>()
    };
    let peers: Vec<cron::Schedule> = (0..1_000).map(with_seconds).collect::<Result<_, _>>()?;
    let (mut ours_count, mut peer_count) = (0, 0);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // One after the other, so that both see the machine in the same mood.
    for _ in 0..RUNS {
        let begun = Instant::now();
        ours_count = walk(&plans, &calendar);
        ours.push(begun.elapsed());
        let begun = Instant::now();
        peer_count = walk_peer(&peers)?;
        theirs.push(begun.elapsed());
    }
    ensure!(ours_count == peer_count, "{ours_count} occurrences, the crate has {peer_count}");
    let ((ours, least, most), (peer, ..)) = (summary(&ours), summary(&theirs));
    let note = format!("{least:.0}-{most:.0} ms, {ours_count} occurrences");
    Ok(Figure::at_most_times(name, ours, "ms", ("the cron crate", peer), 1.5, note))
}

/// A rich week: 40 programmes, some of which meet.
pub(crate) fn preview(name: &str) -> Result<Figure> {
    let plans = plans(40, &|number| every_kind(number))?;
    let mut state = State::default();
    let at = UtcMillis(FROM);
    let clusters = clusters(57)?;
    fold(&mut state, at, Record::ClustersAdded { clusters, replanned: Replanned::default() });
    let programmes = plans.into_iter().map(|plan| Programme {
        plan,
        revision: 1,
        changed_at: at,
        order: None,
        override_reason: None,
    });
    fold(&mut state, at, added(programmes.collect()));
    let mut found = (0, 0);
    let (ours, least, most) = summary(&timed(|| {
        let preview = state.preview(at, at + 7 * DAY_MS, None).unwrap_or_default();
        found = (preview.entries.len(), preview.collisions.len());
    }));
    let note = format!("{least:.1}-{most:.1} ms, {} occurrences, {} collisions", found.0, found.1);
    Ok(Figure::at_most(name, ours, "ms", 50.0, note))
}

fn timed(mut work: impl FnMut()) -> Vec<Duration> {
    let run = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..RUNS).map(run).collect()
}

fn walk(plans: &[Plan], calendar: &Calendar) -> usize {
    plans.iter().map(|plan| plan.occurrences(calendar, (FROM, FROM + 365 * DAY_MS)).count()).sum()
}

fn walk_peer(rules: &[cron::Schedule]) -> Result<usize> {
    let moment = |ms: u64| {
        let at = i64::try_from(ms).ok().and_then(DateTime::<Utc>::from_timestamp_millis);
        at.map(|at| at.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh)).context("a moment")
    };
    let (from, to) = (moment(FROM - 1)?, moment(FROM + 365 * DAY_MS)?);
    Ok(rules.iter().map(|rule| rule.after(&from).take_while(|at| *at < to).count()).sum())
}

fn every_kind(number: usize) -> String {
    let at = format!("at = [\"{:02}:{:02}\"]", 5 + number % 16, number % 60);
    match number % 8 {
        0 => at,
        1 => format!("on = [\"mon-sat\"]\n{at}"),
        2 => format!("cron = \"{} {} * * 1-5\"", number % 60, 5 + number % 15),
        3 => format!("on = [\"lunar 1\", \"lunar 15\"]\n{at}"),
        4 => format!("on = [\"2nd tue\", \"last fri\"]\n{at}"),
        5 => format!("on = [\"every 3 days from 2026-01-01\"]\n{at}"),
        6 => format!("on = [\"lunar 15/{}\"]\n{at}", number % 12 + 1),
        _ => format!(
            "{at}\nexcept = [{{ days = [\"lunar 28/12..5/1\"] }}, {{ days = [\"sun\"], at = [\"07:00\"] }}]"
        ),
    }
}

/// So many programmes, each with its own time.
fn plans(count: usize, when: &dyn Fn(usize) -> String) -> Result<Vec<Plan>> {
    let mut text = String::new();
    for number in 0..count {
        let when = when(number);
        write!(text, "[[programme]]\nid = \"p-{number}\"\ntargets = [\"all\"]\nitems = [\"a\"]\n{when}\n")?;
    }
    let file =
        parse_file(&text, &DaySets::new()).map_err(|problems| anyhow::anyhow!("{:?}", problems.first()))?;
    let clip = |name: &String| Ok(Clip { name: name.clone(), clip: clip() });
    file.programmes.iter().map(|entry| entry.programme.try_map(clip)).collect()
}

fn clip() -> ClipRef {
    ClipRef {
        id: ClipId::from_bytes([1; 32]),
        size_bytes: 1_000_000,
        hash_list: Hash::from_bytes([2; 32]),
        duration_ms: CLIP_MS,
    }
}

fn clusters(count: usize) -> Result<Vec<Cluster>> {
    let cluster = |number: usize| {
        Ok(Cluster {
            id: ClusterId::new(&format!("c-{number}"))?,
            kind: ClusterKind::Smart,
            name: format!("Cụm loa {number}"),
            village: String::new(),
            uplink: String::new(),
            gateway: None,
            zone: None,
            languages: Vec::new(),
            key_generation: 0,
        })
    };
    (0..count).map(cluster).collect()
}

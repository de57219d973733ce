//! The schedule: changes, previews, what comes next and whether it will be heard.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use controller_api::{
    Changed, Error, ErrorKind, Next, Preview, Problem, Programme, Readiness, ScheduleChange, ScheduleChanged,
    ScheduleScope, Stopped,
};
use controller_core::Actor;
use controller_core::change::{self as core, Scope};
use controller_core::command::{Command, Done};
use controller_core::limits::PREVIEW_DAYS_MAX;
use controller_core::programme::{Clip, Plan};
use firmware_proto::{ClusterId, UtcMillis};
use schedules::{DaySets, Entry, Position, ScheduleFile};
use serde::Deserialize;

use super::api::{Answer, Api, Failed, Told};
use super::jobs::stopped;
use crate::actor::By;
use crate::handle::View;
use crate::{failure, views};

/// Days of a preview where none are asked for.
const PREVIEW_DAYS: u16 = 7;
/// Entries of what comes next, where no number is asked for, and at the most.
const NEXT_COUNT: usize = 10;
const NEXT_COUNT_MAX: usize = 1_000;

pub(crate) async fn change(
    State(api): State<Api>,
    By(actor): By,
    Json(wanted): Json<ScheduleChange>,
) -> Answer<ScheduleChanged> {
    let scope = match wanted.scope {
        ScheduleScope::Add => Scope::Add,
        ScheduleScope::Merge => Scope::Merge,
        ScheduleScope::Replace => Scope::Replace,
    };
    let known = match scope {
        Scope::Replace => DaySets::new(),
        Scope::Add | Scope::Merge => api.engine.glance(|view| DaySets::clone(&view.core.state().day_sets)),
    };
    let file =
        schedules::parse_file(&wanted.toml, &known).map_err(|problems| failure::schedule_file(&problems))?;
    let plans = with_clips(&api, &file).await?;
    let change = core::ScheduleChange {
        sets: file.sets.clone(),
        plans,
        scope,
        order: file.order.as_ref().map(|order| order.ids.clone()),
        override_reason: wanted.override_reason,
        dry_run: wanted.dry_run,
    };
    match api.engine.change(actor, Command::ChangeSchedule(change)).await {
        Ok(Done::Schedule(changed)) => Ok(Json(views::schedule_changed(&changed, wanted.dry_run))),
        Ok(other) => Err(failure::internal(format!("{other:?}")).into()),
        Err(error) => Err(placed(error, &file).into()),
    }
}

/// Clips by their names, all that are wrong at once.
async fn with_clips(api: &Api, file: &ScheduleFile) -> Result<Vec<Plan>, Error> {
    let programmes = file.programmes.iter().map(|entry| &entry.programme);
    let names: BTreeSet<String> = programmes.flat_map(|p| p.clips().cloned()).collect();
    let find = move |view: &View| {
        let found = |name: String| {
            let clip = view.core.state().find_clip(&name).map(|known| known.clip);
            (name, clip)
        };
        names.into_iter().map(found).collect::<BTreeMap<_, _>>()
    };
    let found = api.engine.look(find).await?;
    let (mut problems, mut told) = (Vec::new(), BTreeSet::new());
    let mut plans = Vec::new();
    for entry in &file.programmes {
        for (name, at) in entry.clips.iter().filter(|(name, _)| told.insert(*name)) {
            if let Some(Err(error)) = found.get(name) {
                problems.push(problem(entry, "items", *at, failure::refusal(error).text));
            }
        }
        let clip = |name: &String| match found.get(name) {
            Some(Ok(clip)) => Ok(Clip { name: name.clone(), clip: *clip }),
            _ => Err(()),
        };
        plans.extend(entry.programme.try_map(clip));
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(plans) } else { Err(failure::schedule(ErrorKind::NotFound, problems)) }
}

fn problem(entry: &Entry, field: &str, at: Position, text: controller_api::Text) -> Problem {
    Problem {
        line: at.line,
        column: at.column,
        programme: Some(entry.programme.id.clone()),
        field: Some(field.to_owned()),
        text,
    }
}

/// Says where in the text each problem is.
fn placed(mut error: Error, file: &ScheduleFile) -> Error {
    for problem in &mut error.problems {
        if let Some(order) = file.order.as_ref().filter(|_| problem.field.as_deref() == Some("order")) {
            (problem.line, problem.column) = (order.at.line, order.at.column);
        }
        let entry =
            file.programmes.iter().find(|entry| Some(&entry.programme.id) == problem.programme.as_ref());
        if let Some(entry) = entry {
            let at = entry.position(problem.field.as_deref().unwrap_or_default());
            (problem.line, problem.column) = (at.line, at.column);
        }
    }
    error
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    programme: Option<String>,
}

pub(crate) async fn export(State(api): State<Api>, Query(which): Query<Which>) -> Result<Response, Failed> {
    let text = move |view: &View| {
        let state = view.core.state();
        let wanted = |id: &str| which.programme.as_deref().is_none_or(|only| only == id);
        let plans = state.programmes.values().map(|planned| &planned.programme.plan);
        let plans: Vec<_> = plans.filter(|plan| wanted(&plan.id)).map(views::named_clips).collect();
        if let Some(id) = which.programme.as_deref().filter(|_| plans.is_empty()) {
            return Err(unknown(view, id));
        }
        let used: BTreeSet<&str> = plans.iter().flat_map(|plan| plan.sets()).collect();
        let mut sets = DaySets::clone(&state.day_sets);
        if which.programme.is_some() {
            sets.retain(|name, _| used.contains(name.as_str()));
        }
        let mut order: Vec<(u32, String)> =
            state.programmes.iter().filter_map(|(id, p)| Some((p.programme.order?, id.clone()))).collect();
        order.sort_unstable();
        let order: Vec<String> = order.into_iter().map(|(_, id)| id).collect();
        let order = if which.programme.is_some() { &[] } else { &order[..] };
        schedules::to_toml(&sets, order, plans.iter()).map_err(failure::internal)
    };
    let text = api.engine.look(text).await??;
    Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], text).into_response())
}

fn unknown(view: &View, id: &str) -> Error {
    failure::refusal(&view.core.state().unknown_programme(id))
}

pub(crate) async fn programmes(State(api): State<Api>) -> Told<Vec<Programme>> {
    let programmes = |view: &View| {
        let planned = view.core.state().programmes.values();
        planned.map(|planned| views::programme(&view.core, planned, view.now)).collect()
    };
    api.tell(programmes).await
}

pub(crate) async fn programme(State(api): State<Api>, Path(id): Path<String>) -> Told<Programme> {
    let show = move |view: &View| match view.core.state().programmes.get(&id) {
        Some(planned) => Ok(views::programme(&view.core, planned, view.now)),
        None => Err(unknown(view, &id)),
    };
    api.try_tell(show).await
}

pub(crate) async fn remove(State(api): State<Api>, By(actor): By, Path(id): Path<String>) -> Answer<Stopped> {
    stopped(api.engine.change(actor, Command::CancelProgramme(id)).await?)
}

pub(crate) async fn pause(State(api): State<Api>, By(actor): By, Path(id): Path<String>) -> Answer<Changed> {
    set_paused(&api, actor, id, true).await
}

pub(crate) async fn resume(State(api): State<Api>, By(actor): By, Path(id): Path<String>) -> Answer<Changed> {
    set_paused(&api, actor, id, false).await
}

async fn set_paused(api: &Api, actor: Actor, id: String, paused: bool) -> Answer<Changed> {
    api.engine.change(actor, Command::PauseProgramme { id, paused }).await?;
    Ok(Json(Changed { changed: 1 }))
}

pub(crate) async fn order(
    State(api): State<Api>,
    By(actor): By,
    Json(ids): Json<Vec<String>>,
) -> Answer<Changed> {
    let changed = ids.len();
    api.engine.change(actor, Command::OrderProgrammes(ids)).await?;
    Ok(Json(Changed { changed }))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Span {
    days: Option<u16>,
    cluster: Option<String>,
}

pub(crate) async fn preview(State(api): State<Api>, Query(span): Query<Span>) -> Told<Preview> {
    let days = span.days.unwrap_or(PREVIEW_DAYS);
    if !(1..=PREVIEW_DAYS_MAX).contains(&days) {
        return Err(failure::bad_request(format!("days: 1 to {PREVIEW_DAYS_MAX}")).into());
    }
    let look = move |view: &View| {
        let state = view.core.state();
        let cluster = span.cluster.as_deref().map(|id| find_cluster(view, id)).transpose()?;
        let calendar = state.calendar();
        let (from, mut to) = calendar.day_of(view.now.0);
        for _ in 1..days {
            to = calendar.day_of(to).1;
        }
        let preview = state.preview(UtcMillis(from), UtcMillis(to), cluster.as_ref());
        let preview = preview.map_err(|e| failure::too_much(&e))?;
        Ok::<_, Error>(Preview {
            timezone: state.settings.timezone.to_string(),
            from,
            to,
            cluster: cluster.map(|id| id.to_string()),
            entries: preview.entries.iter().map(views::preview_entry).collect(),
            collisions: preview.collisions.iter().map(views::collision).collect(),
        })
    };
    api.try_tell(look).await
}

fn find_cluster(view: &View, id: &str) -> Result<ClusterId, Error> {
    let known = id.trim().parse::<ClusterId>().ok().filter(|id| view.core.state().clusters.contains_key(id));
    known.ok_or_else(|| super::site::unknown(view, id))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Count {
    count: Option<usize>,
}

pub(crate) async fn next(State(api): State<Api>, Query(count): Query<Count>) -> Told<Next> {
    let count = count.count.unwrap_or(NEXT_COUNT).min(NEXT_COUNT_MAX);
    let look = move |view: &View| {
        let state = view.core.state();
        Next {
            timezone: state.settings.timezone.to_string(),
            now: view.now.0,
            entries: state.next_entries(view.now, count).iter().map(views::preview_entry).collect(),
            skips: state.skips.iter().rev().map(views::skip).collect(),
        }
    };
    api.tell(look).await
}

pub(crate) async fn readiness(State(api): State<Api>) -> Told<Readiness> {
    let look = |view: &View| {
        let state = view.core.state();
        let jobs = view.core.readiness(view.now);
        let jobs = jobs.iter().filter_map(|ready| Some((ready, state.jobs.get(&ready.job)?)));
        Readiness {
            timezone: state.settings.timezone.to_string(),
            now: view.now.0,
            jobs: jobs.map(|(ready, job)| views::readiness(ready, job)).collect(),
        }
    };
    api.tell(look).await
}

/// Adds one programme; returns its id and its next start.
pub(crate) async fn add_programme(
    api: &Api,
    actor: Actor,
    plan: Plan,
    override_reason: Option<String>,
) -> Result<(String, u64), Error> {
    let id = plan.id.clone();
    let change = core::ScheduleChange {
        sets: DaySets::new(),
        plans: vec![plan],
        scope: Scope::Add,
        order: None,
        override_reason,
        dry_run: false,
    };
    match api.engine.change(actor, Command::ChangeSchedule(change)).await {
        Ok(Done::Schedule(changed)) => Ok((id, changed.next.map_or(0, failure::millis))),
        Ok(other) => Err(failure::internal(format!("{other:?}"))),
        // One programme has one thing wrong with it that is worth a sentence of its own.
        Err(mut error) => match error.problems.len() {
            1 => Err(Error { text: error.problems.remove(0).text, problems: Vec::new(), ..error }),
            _ => Err(error),
        },
    }
}

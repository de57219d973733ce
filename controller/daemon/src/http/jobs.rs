//! Announcements, jobs, programmes.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use controller_api::{Announce, Announced, Error, Job, Stopped};
use controller_core::command::{Announcement, Command, Done};
use controller_core::lookup::Milestone;
use controller_core::programme::Clip;
use controller_core::recurring::Recurring;
use firmware_proto::message::ClipRef;
use firmware_proto::{ClipId, UtcMillis};
use schedules::CronRule;
use serde::Deserialize;

use super::clips::blocking;
use super::schedule::add_programme;
use super::{Answer, Api};
use crate::clips::ClipError;
use crate::engine::View;
use crate::library::Library;
use crate::{failure, views};

/// Nobody is kept waiting longer than this; whoever wants to asks again.
const PATIENCE_MAX: Duration = Duration::from_secs(60);

pub(crate) async fn announce(State(api): State<Api>, Json(wanted): Json<Announce>) -> Answer<Announced> {
    let _clips_stay = api.using_clips.read().await;
    let clips = find_clips(&api, &wanted.clips).await?;
    match &wanted.cron {
        Some(_) if wanted.at.is_some() => Err(failure::bad_request("give either at or cron, not both"))?,
        Some(cron) => {
            let named = wanted.clips.iter().cloned().zip(clips);
            let clips = named.map(|(name, clip)| Clip { name, clip }).collect();
            let rule = CronRule::parse(cron).map_err(|e| failure::rule(&e))?;
            let plan = recurring(&wanted, rule, clips).into_plan().map_err(|e| failure::refusal(&e))?;
            let (id, next_at) = add_programme(&api, plan, wanted.override_reason.clone()).await?;
            Ok(Json(Announced::Programme { id, next_at }))
        }
        None => {
            let announcement = announcement(&wanted, clips, play_at(&api, wanted.at.as_deref()).await?)?;
            let (id, play_at) = (announcement.id, announcement.play_at.map(|at| at.0));
            let Done::Job { clusters, .. } = api.engine.change(Command::Announce(announcement)).await? else {
                return Err(failure::internal("an announcement became no job").into());
            };
            let meets = move |view: &View<'_>| {
                view.core.state().collisions_of(&id).iter().map(views::collision).collect()
            };
            // Nobody waits for this where the sound is to come now.
            let collisions = if play_at.is_some() { api.engine.look(meets).await? } else { Vec::new() };
            Ok(Json(Announced::Job { id: id.to_string(), play_at, clusters, collisions }))
        }
    }
}

/// The moment that a text means at the site; none: now.
async fn play_at(api: &Api, text: Option<&str>) -> Result<Option<UtcMillis>, Error> {
    let Some(text) = text.map(str::to_owned) else { return Ok(None) };
    let at = api.engine.look(move |view| view.core.state().moment(&text, view.now)).await?;
    at.map(Some).map_err(|e| failure::when(&e))
}

async fn find_clips(api: &Api, names: &[String]) -> Result<Vec<ClipRef>, Error> {
    let known = |name: &String| api.library.known(name.parse::<ClipId>().ok()?);
    let known: Option<Vec<ClipRef>> = names.iter().map(known).collect();
    if let Some(known) = known {
        return Ok(known);
    }
    let names = names.to_vec();
    let find = move |library: &Library| {
        let facts = |name: &String| library.facts(library.find(name)?);
        names.iter().map(facts).collect::<Result<Vec<ClipRef>, ClipError>>()
    };
    blocking(&api.library, find).await
}

fn announcement(
    wanted: &Announce,
    clips: Vec<ClipRef>,
    play_at: Option<UtcMillis>,
) -> Result<Announcement, Error> {
    Ok(Announcement {
        id: wanted.id.parse().map_err(|_| failure::bad_request("id: 32 hexadecimal digits are needed"))?,
        title: wanted.title.clone(),
        class: views::wire_class(wanted.class),
        clips,
        targets: wanted.targets.clone(),
        play_at,
        start_within_ms: wanted.start_within_ms,
        repeat_for_ms: wanted.repeat_for_ms,
        repeat_gap_ms: None,
        volume: wanted.volume,
        override_reason: wanted.override_reason.clone(),
    })
}

fn recurring(wanted: &Announce, rule: CronRule, clips: Vec<Clip>) -> Recurring {
    Recurring {
        name: wanted.name.clone(),
        title: wanted.title.clone(),
        class: views::wire_class(wanted.class),
        clips,
        targets: wanted.targets.clone(),
        rule,
        volume: wanted.volume,
        start_within_ms: wanted.start_within_ms,
        repeat_for_ms: wanted.repeat_for_ms,
    }
}

pub(crate) async fn list(State(api): State<Api>) -> Answer<Vec<Job>> {
    let jobs = |view: &View<'_>| {
        let state = view.core.state();
        state.listed_jobs(view.now).into_iter().map(|job| views::job_summary(state, job)).collect()
    };
    Ok(Json(api.engine.look(jobs).await?))
}

/// What to wait for before a job is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Until {
    /// Every cluster has started, or will not.
    Started,
    /// Nothing more is expected of any cluster.
    Ended,
}

impl From<Until> for Milestone {
    fn from(until: Until) -> Self {
        match until {
            Until::Started => Self::Started,
            Until::Ended => Self::Ended,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wait {
    until: Option<Until>,
    /// At most so long; then the job is shown as it is.
    #[serde(default)]
    patience_ms: u64,
    /// Each delivery, or only how many are in which state.
    #[serde(default = "yes")]
    deliveries: bool,
}

fn yes() -> bool {
    true
}

pub(crate) async fn show(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(wait): Query<Wait>,
) -> Answer<Job> {
    let shown = if wait.deliveries { views::job } else { views::job_summary };
    if let Some(until) = wait.until {
        let named = id.clone();
        let find = move |view: &View<'_>| view.core.state().find_broadcast(&named, view.now);
        let job = api.engine.look(find).await?.map_err(|e| failure::refusal(&e))?;
        let there = move |view: &View<'_>| {
            let state = view.core.state();
            let come = state.has_come_to(job, until.into());
            come.then(|| state.jobs.get(&job).map(|job| shown(state, job)))
        };
        let patience = Duration::from_millis(wait.patience_ms).min(PATIENCE_MAX);
        if let Some(Some(job)) = api.engine.watch(patience, there).await? {
            return Ok(Json(job));
        }
    }
    let job = move |view: &View<'_>| {
        let state = view.core.state();
        let found = state.find_broadcast(&id, view.now);
        found.map(|id| state.jobs.get(&id).map(|job| shown(state, job)))
    };
    let job = api.engine.look(job).await?.map_err(|e| failure::refusal(&e))?;
    Ok(Json(job.ok_or_else(|| failure::internal("the job has just been forgotten"))?))
}

pub(crate) async fn stop(State(api): State<Api>, Path(id): Path<String>) -> Answer<Stopped> {
    let sounding = move |view: &View<'_>| view.core.state().find_sounding(&id, view.now);
    let job = api.engine.look(sounding).await?.map_err(|e| failure::refusal(&e))?;
    stopped(api.engine.change(Command::Stop(job)).await?)
}

pub(crate) async fn cancel(State(api): State<Api>, Path(id): Path<String>) -> Answer<Stopped> {
    let meant = move |view: &View<'_>| view.core.state().cancel_of(&id);
    let command = api.engine.look(meant).await?.map_err(|e| failure::refusal(&e))?;
    stopped(api.engine.change(command).await?)
}

pub(crate) fn stopped(done: Done) -> Answer<Stopped> {
    match done {
        Done::Stopped { jobs } => Ok(Json(Stopped { jobs: jobs.iter().map(ToString::to_string).collect() })),
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

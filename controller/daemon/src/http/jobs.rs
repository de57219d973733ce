//! Announcements, jobs, programmes.

use std::cmp::Reverse;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use controller_api::{Announce, Announced, Error, ErrorKind, Job, Stopped, Text};
use controller_core::State as CoreState;
use controller_core::command::{Announcement, Command, Done, Refusal};
use controller_core::programme::{Clip, Plan};
use firmware_proto::message::ClipRef;
use firmware_proto::{ClipId, JobId, UtcMillis};
use schedules::{CronRule, Importance, Item, Recurrence, Zone};
use serde::Deserialize;

use super::clips::blocking;
use super::schedule::add_programme;
use super::{Answer, Api};
use crate::clips::ClipError;
use crate::engine::View;
use crate::library::Library;
use crate::{failure, views};

/// An announcement for now may find a cluster that comes back within this time.
const NOW_WITHIN_MS: u64 = 10 * 60_000;
/// One for later may start this late.
const LATER_WITHIN_MS: u64 = 5 * 60_000;
/// Silence between two passes of an emergency.
const REPEAT_GAP_MS: u32 = 3_000;
/// Nobody is kept waiting longer than this; whoever wants to asks again.
const PATIENCE_MAX: Duration = Duration::from_secs(60);
/// Jobs in a list.
const LIST_MAX: usize = 100;
/// An id may be shortened to so many digits.
const ID_DIGITS_MIN: usize = 4;

pub(crate) async fn announce(State(api): State<Api>, Json(wanted): Json<Announce>) -> Answer<Announced> {
    let _clips_stay = api.using_clips.read().await;
    let clips = find_clips(&api, &wanted.clips).await?;
    match &wanted.cron {
        Some(_) if wanted.at.is_some() => Err(failure::bad_request("give either at or cron, not both"))?,
        Some(cron) => {
            let named = wanted.clips.iter().cloned().zip(clips);
            let clips = named.map(|(name, clip)| Clip { name, clip }).collect();
            let plan = cron_plan(&wanted, cron, clips)?;
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
    let Some(text) = text else { return Ok(None) };
    let zone_and_now = |view: &View<'_>| (view.core.state().settings.timezone.parse::<Zone>().ok(), view.now);
    let (zone, now) = api.engine.look(zone_and_now).await?;
    let at = schedules::parse_when(text, zone.unwrap_or(Zone::HO_CHI_MINH), now.0);
    at.map(UtcMillis).map(Some).map_err(|e| failure::when(&e))
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
    let within = if play_at.is_some() { LATER_WITHIN_MS } else { NOW_WITHIN_MS };
    Ok(Announcement {
        id: wanted.id.parse().map_err(|_| failure::bad_request("id: 32 hexadecimal digits are needed"))?,
        title: wanted.title.clone(),
        class: views::wire_class(wanted.class),
        clips,
        targets: wanted.targets.clone(),
        play_at,
        start_within_ms: wanted.start_within_ms.unwrap_or(within),
        repeat_for_ms: wanted.repeat_for_ms,
        repeat_gap_ms: REPEAT_GAP_MS,
        volume: wanted.volume,
        override_reason: wanted.override_reason.clone(),
    })
}

/// A programme with one cron rule.
fn cron_plan(wanted: &Announce, cron: &str, clips: Vec<Clip>) -> Result<Plan, Error> {
    let rule = CronRule::parse(cron).map_err(|e| failure::rule(&e))?;
    let class = match wanted.class {
        controller_api::Class::Routine => Importance::Routine,
        controller_api::Class::Priority => Importance::Priority,
        controller_api::Class::Emergency => {
            return Err(failure::bad_request("a programme is no emergency"));
        }
    };
    if wanted.repeat_for_ms.is_some() {
        return Err(failure::bad_request("a programme does not repeat in itself"));
    }
    if wanted.start_within_ms.is_some() {
        return Err(failure::bad_request("a programme says how late it may start by `missed`"));
    }
    let id = wanted.name.clone().unwrap_or_else(|| slug(&wanted.title));
    let items = clips.into_iter().map(Item::Clip).collect();
    Ok(Plan {
        title: wanted.title.clone(),
        class,
        targets: wanted.targets.clone(),
        volume: wanted.volume,
        ..Plan::plain(&id, items, Recurrence::Cron(rule))
    })
}

/// A name for a programme from its title.
fn slug(title: &str) -> String {
    let stem = title.rsplit_once('.').map_or(title, |(stem, _)| stem);
    let folded = controller_core::cluster::fold(stem);
    let plain = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let joined: String = folded.chars().map(plain).collect();
    let words: Vec<&str> = joined.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(firmware_proto::limits::NAME_BYTES_MAX).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "programme".to_owned() } else { slug.to_owned() }
}

pub(crate) async fn list(State(api): State<Api>) -> Answer<Vec<Job>> {
    let jobs = |view: &View<'_>| {
        let state = view.core.state();
        let mut jobs: Vec<Job> = state
            .jobs
            .values()
            .filter(|job| !job.is_replaced())
            .map(|job| views::job_summary(state, job))
            .collect();
        // What a programme will play stands with the programme: here it comes last.
        let of_programme = |job: &Job| matches!(job.origin, controller_api::Origin::Programme { .. });
        let is_ahead = |job: &Job| of_programme(job) && job.play_at > Some(view.now.0);
        jobs.sort_by_key(|job| (is_ahead(job), Reverse(job.play_at.unwrap_or(job.created_at))));
        jobs.truncate(LIST_MAX);
        jobs
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
        let job = find(&api, id.clone()).await?;
        let there = move |view: &View<'_>| {
            let state = view.core.state();
            has_come(state, job, until).then(|| state.jobs.get(&job).map(|job| shown(state, job)))
        };
        let patience = Duration::from_millis(wait.patience_ms).min(PATIENCE_MAX);
        if let Some(Some(job)) = api.engine.watch(patience, there).await? {
            return Ok(Json(job));
        }
    }
    let job = move |view: &View<'_>| {
        let state = view.core.state();
        find_broadcast(view, &id).map(|id| state.jobs.get(&id).map(|job| shown(state, job)))
    };
    let job = api.engine.look(job).await??;
    Ok(Json(job.ok_or_else(|| failure::internal("the job has just been forgotten"))?))
}

pub(crate) async fn stop(State(api): State<Api>, Path(id): Path<String>) -> Answer<Stopped> {
    // Who names a programme means what sounds, and not what is to come.
    let sounding = move |view: &View<'_>| {
        let (state, id) = (view.core.state(), id.trim());
        let of_programme =
            || state.last_due(id, view.now).ok_or_else(|| without_job("programme-not-playing", id));
        if state.programmes.contains_key(id) { of_programme() } else { find_job(state, id) }
    };
    let job = api.engine.look(sounding).await??;
    stopped(api.engine.change(Command::Stop(job)).await?)
}

pub(crate) async fn cancel(State(api): State<Api>, Path(id): Path<String>) -> Answer<Stopped> {
    let whole = move |view: &View<'_>| {
        let (state, id) = (view.core.state(), id.trim());
        if state.programmes.contains_key(id) {
            Ok(id.to_owned())
        } else {
            find_job(state, id).map(|job| job.to_string())
        }
    };
    let id = api.engine.look(whole).await??;
    stopped(api.engine.change(Command::Cancel(id)).await?)
}

pub(crate) fn stopped(done: Done) -> Answer<Stopped> {
    match done {
        Done::Stopped { jobs } => Ok(Json(Stopped { jobs: jobs.iter().map(ToString::to_string).collect() })),
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

/// A job that has been forgotten has come to its end.
fn has_come(state: &CoreState, job: JobId, until: Until) -> bool {
    let Some(job) = state.jobs.get(&job) else { return true };
    match until {
        Until::Ended => !job.is_open(),
        Until::Started => job.has_started_everywhere(),
    }
}

async fn find(api: &Api, id: String) -> Result<JobId, Error> {
    api.engine.look(move |view| find_broadcast(view, &id)).await?
}

fn without_job(code: &str, programme: &str) -> Error {
    failure::error(
        ErrorKind::Conflict,
        Text::new(code).with("id", programme),
        "the programme has no such job",
    )
}

/// A job as [`find_job`] finds it; by the id of a programme, the last that was due, or else the next.
fn find_broadcast(view: &View<'_>, id: &str) -> Result<JobId, Error> {
    let state = view.core.state();
    let programme = id.trim();
    if !state.programmes.contains_key(programme) {
        return find_job(state, id);
    }
    let last = state.last_due(programme, view.now);
    let job = last.or_else(|| state.next_planned(programme, view.now));
    job.ok_or_else(|| without_job("programme-without-jobs", programme))
}

/// A job by its id, or by an unambiguous beginning of it.
fn find_job(state: &CoreState, id: &str) -> Result<JobId, Error> {
    let id = id.trim().to_lowercase();
    let unknown = |nearest: Vec<String>| failure::refusal(&Refusal::UnknownJob { id: id.clone(), nearest });
    if let Ok(job) = id.parse::<JobId>() {
        return if state.jobs.contains_key(&job) { Ok(job) } else { Err(unknown(Vec::new())) };
    }
    if id.len() < ID_DIGITS_MIN {
        return Err(unknown(Vec::new()));
    }
    let mut fitting = state.jobs.keys().filter(|job| job.to_string().starts_with(&id));
    match (fitting.next(), fitting.next()) {
        (Some(job), None) => Ok(*job),
        (Some(one), Some(other)) => Err(unknown(vec![one.to_string(), other.to_string()])),
        _ => Err(unknown(Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_are_named_after_their_titles() {
        assert_eq!(slug("Bản tin sáng.mp3"), "ban-tin-sang");
        assert_eq!(slug("  ** .wav"), "programme");
        assert_eq!(slug(&"đ".repeat(99)), "d".repeat(32));
    }
}

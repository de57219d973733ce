//! Jobs: listed, shown, waited for, ended.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use controller_api::{Job, Stopped};
use controller_core::command::{Command, Done};
use controller_core::lookup::Milestone;
use serde::Deserialize;

use super::api::{Answer, Api, Told};
use crate::actor::By;
use crate::handle::View;
use crate::{failure, views};

/// Nobody is kept waiting longer than this; whoever wants to asks again.
const PATIENCE_MAX: Duration = Duration::from_secs(60);

pub(crate) async fn list(State(api): State<Api>) -> Told<Vec<Job>> {
    let jobs = |view: &View| {
        let state = view.core.state();
        state.listed_jobs(view.now).into_iter().map(|job| views::job_summary(state, job)).collect()
    };
    api.tell(jobs).await
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
        let find = move |view: &View| view.core.state().find_broadcast(&named, view.now);
        let job = api.engine.glance(find).map_err(|e| failure::refusal(&e))?;
        let there = move |view: &View| {
            let state = view.core.state();
            let come = state.has_come_to(job, until.into());
            come.then(|| state.jobs.get(&job).map(|job| shown(state, job)))
        };
        let patience = Duration::from_millis(wait.patience_ms).min(PATIENCE_MAX);
        if let Some(Some(job)) = api.engine.watch(patience, there).await? {
            return Ok(Json(job));
        }
    }
    let job = move |view: &View| {
        let state = view.core.state();
        let found = state.find_broadcast(&id, view.now);
        found.map(|id| state.jobs.get(&id).map(|job| shown(state, job)))
    };
    let job = api.engine.glance(job).map_err(|e| failure::refusal(&e))?;
    Ok(Json(job.ok_or_else(|| failure::internal("the job has just been forgotten"))?))
}

pub(crate) async fn stop(State(api): State<Api>, By(actor): By, Path(id): Path<String>) -> Answer<Stopped> {
    let sounding = move |view: &View| view.core.state().find_sounding(&id, view.now);
    let job = api.engine.glance(sounding).map_err(|e| failure::refusal(&e))?;
    stopped(api.engine.change(actor, Command::Stop(job)).await?)
}

pub(crate) async fn cancel(State(api): State<Api>, By(actor): By, Path(id): Path<String>) -> Answer<Stopped> {
    let meant = move |view: &View| view.core.state().cancel_of(&id);
    let command = api.engine.glance(meant).map_err(|e| failure::refusal(&e))?;
    stopped(api.engine.change(actor, command).await?)
}

pub(crate) fn stopped(done: Done) -> Answer<Stopped> {
    match done {
        Done::Stopped { jobs } => Ok(Json(Stopped { jobs: jobs.iter().map(ToString::to_string).collect() })),
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

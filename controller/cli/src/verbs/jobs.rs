//! `loa status JOB`, `loa stop`, `loa cancel`.

use controller_api::{Job, Stopped};

use crate::failure::{Exit, Outcome};
use crate::report::{self, short};
use crate::session::Session;

/// What became of one job.
pub async fn show(session: &mut Session, id: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let job: Job = client.get(&path(id, "")).await?;
    session.print(&job, &report::job::render(&session.screen, &job))?;
    Ok(Exit::Done)
}

/// Ends a job wherever it is.
pub async fn stop(session: &mut Session, id: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let stopped: Stopped = client.post(&path(id, "/stop"), &()).await?;
    let jobs: Vec<&str> = stopped.jobs.iter().map(|job| short(job)).collect();
    let (n, jobs) = (jobs.len().to_string(), jobs.join(", "));
    let text = session.screen.say("stopped", &[("n", &n), ("jobs", &jobs)]);
    session.print(&stopped, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// Calls a job or a programme off.
pub async fn cancel(session: &mut Session, id: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let stopped: Stopped = client.post(&path(id, "/cancel"), &()).await?;
    let n = stopped.jobs.len().to_string();
    let text = session.screen.say("cancelled", &[("n", &n), ("job", id)]);
    session.print(&stopped, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

fn path(id: &str, verb: &str) -> String {
    format!("/v1/jobs/{}{verb}", crate::client::segment(id))
}

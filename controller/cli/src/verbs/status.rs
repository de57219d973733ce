//! `loa status` and `loa health`.

use controller_api::{Changed, Health, Job, Programme};

use crate::failure::{Exit, Outcome};
use crate::report;
use crate::report::status::Overview;
use crate::session::Session;

/// The controller, its last jobs, its programmes.
pub async fn status(session: &mut Session, last: usize) -> Outcome {
    let (client, controller) = session.connect().await?;
    let mut jobs: Vec<Job> = client.get("/v1/jobs").await?;
    jobs.truncate(last);
    let programmes: Vec<Programme> = client.get("/v1/programmes").await?;
    let overview = Overview { controller, jobs, programmes };
    session.print(&overview, &report::status::render(&session.screen, &overview))?;
    Ok(Exit::Done)
}

/// Which loudspeakers are down.
pub async fn health(session: &mut Session, all: bool) -> Outcome {
    let (client, _) = session.connect().await?;
    let health: Health = client.get("/v1/health").await?;
    session.print(&health, &report::health::render(&session.screen, &health, all))?;
    Ok(if report::health::needs_somebody(&health) { Exit::SomeDidNotPlay } else { Exit::Done })
}

/// The controller's machine shows the right time.
pub async fn accept_clock(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let changed: Changed = client.post("/v1/clock/accept", &()).await?;
    session.print(&changed, &format!("{}\n", session.screen.catalogue.get("clock-accepted")))?;
    Ok(Exit::Done)
}

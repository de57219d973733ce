//! `loa schedule ..`.

mod change;
mod check;
mod draft;
mod editor;
mod transfer;

use controller_api::{Changed, Next, Preview, Programme, Readiness, Status, Stopped};
use schedules::{Calendar, DaySets, Zone};
use serde_json::json;

use crate::args::ScheduleVerb;
use crate::client::{Client, segment};
use crate::failure::{Exit, Failure, Outcome};
use crate::report;
use crate::report::schedule::Coming;
use crate::session::Session;

/// Occurrences that `show` lists.
const COMING: usize = 5;

/// Carries out one verb about programmes.
pub async fn run(session: &mut Session, verb: ScheduleVerb) -> Outcome {
    match verb {
        ScheduleVerb::Add(args) => change::add(session, &args).await,
        ScheduleVerb::Edit(args) => change::edit(session, &args).await,
        ScheduleVerb::List => list(session).await,
        ScheduleVerb::Show { id } => show(session, &id).await,
        ScheduleVerb::Remove { id } => remove(session, &id).await,
        ScheduleVerb::Pause { id } => rest(session, &id, true).await,
        ScheduleVerb::Resume { id } => rest(session, &id, false).await,
        ScheduleVerb::Order { ids } => order(session, &ids).await,
        ScheduleVerb::Preview { days, cluster } => preview(session, days, cluster.as_deref()).await,
        ScheduleVerb::Check(args) => check::check(session, &args),
        ScheduleVerb::Import(args) => transfer::import(session, &args).await,
        ScheduleVerb::Export(args) => transfer::export(session, &args).await,
        ScheduleVerb::Readiness => readiness(session).await,
        ScheduleVerb::Next { count } => next(session, count).await,
    }
}

async fn list(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let programmes: Vec<Programme> = client.get("/v1/programmes").await?;
    let text = report::schedule::list(&session.screen, &programmes);
    session.print(&json!({ "programmes": programmes }), &text)?;
    Ok(Exit::Done)
}

async fn show(session: &mut Session, id: &str) -> Outcome {
    let (client, status) = session.connect().await?;
    let programme: Programme = client.get(&path(id, "")).await?;
    let coming = if programme.paused { Vec::new() } else { coming(&client, &status, id).await? };
    let preview: Preview = client.get(&preview_path(7, None)).await?;
    let concerns = |id: &str| programme.id == id;
    let collisions = preview.collisions.iter().filter(|c| concerns(&c.first) || concerns(&c.second));
    let collisions: Vec<_> = collisions.filter(|c| c.to > status.now).cloned().collect();
    let text = report::schedule::show(&session.screen, &programme, &coming, &preview, &collisions);
    let value = json!({ "programme": programme, "coming": coming, "collisions": collisions });
    session.print(&value, &text)?;
    Ok(Exit::Done)
}

/// When it plays next, by its own rules: a preview may end before it does.
async fn coming(client: &Client, status: &Status, id: &str) -> Result<Vec<Coming>, Failure> {
    let text = client.text(&format!("/v1/schedule?programme={}", segment(id))).await?;
    let Ok(file) = schedules::parse_file(&text, &DaySets::new()) else { return Ok(Vec::new()) };
    let zone = Zone::parse(&status.timezone).map_err(Failure::internal)?;
    let calendar = Calendar { zone, sets: file.sets };
    let Some(entry) = file.programmes.first() else { return Ok(Vec::new()) };
    let occurrences = entry.programme.occurrences(&calendar, (status.now, u64::MAX)).take(COMING);
    Ok(occurrences.map(|o| Coming { start: o.utc_ms, exceptional: o.exception.is_some() }).collect())
}

async fn remove(session: &mut Session, id: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let stopped: Stopped = client.delete(&path(id, "")).await?;
    let n = stopped.jobs.len().to_string();
    let text = session.screen.say("schedule-removed", &[("programme", id), ("n", &n)]);
    session.print(&stopped, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

async fn rest(session: &mut Session, id: &str, paused: bool) -> Outcome {
    let (client, _) = session.connect().await?;
    let (verb, key) = if paused { ("/pause", "schedule-paused") } else { ("/resume", "schedule-resumed") };
    let changed: Changed = client.post(&path(id, verb), &()).await?;
    let mut text = session.screen.say(key, &[("programme", id)]) + "\n";
    if !paused {
        let programme: Programme = client.get(&path(id, "")).await?;
        text += &report::schedule::plays_next(&session.screen, programme.next_at);
    }
    session.print(&changed, &text)?;
    Ok(Exit::Done)
}

async fn order(session: &mut Session, ids: &[String]) -> Outcome {
    let (client, _) = session.connect().await?;
    let changed: Changed = client.put("/v1/programmes/order", &ids).await?;
    let text = session.screen.say("schedule-ordered", &[("programmes", &ids.join(", "))]);
    session.print(&changed, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

async fn preview(session: &mut Session, days: u16, cluster: Option<&str>) -> Outcome {
    let (client, _) = session.connect().await?;
    let preview: Preview = client.get(&preview_path(days, cluster)).await?;
    session.print(&preview, &report::schedule::preview(&session.screen, &preview))?;
    Ok(Exit::Done)
}

async fn next(session: &mut Session, count: u16) -> Outcome {
    let (client, _) = session.connect().await?;
    let next: Next = client.get(&format!("/v1/schedule/next?count={count}")).await?;
    session.print(&next, &report::schedule::next(&session.screen, &next))?;
    Ok(Exit::Done)
}

async fn readiness(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let readiness: Readiness = client.get("/v1/schedule/readiness").await?;
    session.print(&readiness, &report::schedule::readiness(&session.screen, &readiness))?;
    let late = readiness.jobs.iter().any(|job| !job.late.is_empty());
    Ok(if late { Exit::SomeDidNotPlay } else { Exit::Done })
}

fn path(id: &str, verb: &str) -> String {
    format!("/v1/programmes/{}{verb}", segment(id))
}

fn preview_path(days: u16, cluster: Option<&str>) -> String {
    let cluster = cluster.map(|id| format!("&cluster={}", segment(id))).unwrap_or_default();
    format!("/v1/schedule/preview?days={days}{cluster}")
}

//! `loa schedule ..`.

mod change;
mod check;
mod draft;
mod editor;
mod paths;
mod transfer;

use controller_api::{Changed, Next, Preview, Programme, Readiness, SiteFile, Stopped};
use serde_json::json;

use crate::args::ScheduleVerb;
use crate::failure::{Exit, Outcome};
use crate::report;
use crate::session::Session;
use crate::verbs::site;
use paths::{path, preview_path};

/// Carries out one verb about programmes.
pub async fn run(session: &mut Session, verb: ScheduleVerb) -> Outcome {
    match verb {
        ScheduleVerb::Add(args) => change::add(session, &args).await,
        ScheduleVerb::Edit(args) if args.names_nothing() => editor::edit(session, &args).await,
        ScheduleVerb::Edit(args) => change::edit(session, &args).await,
        ScheduleVerb::List => list(session).await,
        ScheduleVerb::Show { id } => show(session, &id).await,
        ScheduleVerb::Remove { id } => remove(session, &id).await,
        ScheduleVerb::Pause { id } => rest(session, &id, true).await,
        ScheduleVerb::Resume { id } => rest(session, &id, false).await,
        ScheduleVerb::Order { ids, none: _ } => order(session, &ids).await,
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
    let preview: Preview = client.get(&preview_path(7, None)).await?;
    let concerns = |id: &str| programme.id == id;
    let collisions = preview.collisions.iter().filter(|c| concerns(&c.first.id) || concerns(&c.second.id));
    let collisions: Vec<_> = collisions.filter(|c| c.to > status.now).cloned().collect();
    let SiteFile { site, .. } = client.get(site::PATH).await?;
    let text = report::schedule::show(&session.screen, &programme, &site, &collisions);
    let value = json!({ "programme": programme, "collisions": collisions });
    session.print(&value, &text)?;
    Ok(Exit::Done)
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
        text += &report::schedule::plays_next(&session.screen, programme.next_at());
    }
    session.print(&changed, &text)?;
    Ok(Exit::Done)
}

async fn order(session: &mut Session, ids: &[String]) -> Outcome {
    let (client, _) = session.connect().await?;
    let changed: Changed = client.put("/v1/programmes/order", &ids).await?;
    let key = if ids.is_empty() { "schedule-unordered" } else { "schedule-ordered" };
    let text = session.screen.say(key, &[("programmes", &ids.join(", "))]);
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

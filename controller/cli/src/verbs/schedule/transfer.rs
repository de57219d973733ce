//! `loa schedule import` and `loa schedule export`.

use controller_api::{Preview, ScheduleChange, ScheduleScope};
use serde_json::json;

use super::change::{post, wanted};
use super::paths::preview_path;
use crate::args::{ScheduleExportArgs, ScheduleImportArgs};
use crate::client::segment;
use crate::failure::{Exit, Outcome};
use crate::report;
use crate::session::Session;
use crate::text_file;
use crate::verbs::new_file::{write_new, write_or_print};

/// Shows what a file would change, asks where anything would be lost, and changes all of it or nothing.
pub(super) async fn import(session: &mut Session, args: &ScheduleImportArgs) -> Outcome {
    let toml = text_file::read(&args.file)?;
    let (client, _) = session.connect().await?;
    let scope = if args.replace { ScheduleScope::Replace } else { ScheduleScope::Merge };
    let change = wanted(toml, scope, &args.change);
    let name = args.file.display().to_string();
    let trial = ScheduleChange { dry_run: true, ..change.clone() };
    let trial = post(&client, &trial).await.map_err(|failure| failure.in_file(&name))?;
    let screen = &session.screen;
    let reason = args.change.override_reason.as_deref();
    let plan =
        report::schedule::plan(screen, &trial) + &report::schedule::consequences(screen, &trial, reason);
    if args.change.dry_run {
        session.print(&trial, &format!("{plan}{}\n", screen.catalogue.get("trial")))?;
        return Ok(Exit::Done);
    }
    session.note(plan.trim_end());
    let loses = !trial.changed.is_empty() || !trial.removed.is_empty();
    if loses && !args.yes {
        session.confirm()?;
    }
    let changed = post(&client, &change).await.map_err(|failure| failure.in_file(&name))?;
    session.print(&changed, &report::schedule::imported(&session.screen, &changed))?;
    Ok(Exit::Done)
}

/// Writes the schedule, as TOML or as iCalendar.
pub(super) async fn export(session: &mut Session, args: &ScheduleExportArgs) -> Outcome {
    if args.ics {
        return export_calendar(session, args).await;
    }
    let (client, _) = session.connect().await?;
    let which = args.programme.as_ref().map(|id| format!("?programme={}", segment(id))).unwrap_or_default();
    let text = client.text(&format!("/v1/schedule{which}")).await?;
    write_or_print(session, args.out.as_deref(), "toml", &text, "schedule-written")
}

async fn export_calendar(session: &mut Session, args: &ScheduleExportArgs) -> Outcome {
    let (client, status) = session.connect().await?;
    if let Some(id) = &args.programme {
        // An unknown one is refused, with what might have been meant.
        let _: controller_api::Programme = client.get(&format!("/v1/programmes/{}", segment(id))).await?;
    }
    let mut preview: Preview = client.get(&preview_path(args.days, args.cluster.as_deref())).await?;
    preview.entries.retain(|entry| args.programme.as_ref().is_none_or(|id| *id == entry.id));
    let text = report::calendar::render(&session.screen, &status, &preview);
    let Some(path) = &args.out else {
        session.print(&json!({ "ics": text }), &text)?;
        return Ok(Exit::Done);
    };
    write_new(path, text.as_bytes())?;
    let events = preview.entries.len();
    let params = [("n", events.to_string()), ("path", path.display().to_string())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let sentence = session.screen.say("calendar-written", &params);
    session.print(&json!({ "path": path, "events": events }), &format!("{sentence}\n"))?;
    Ok(Exit::Done)
}

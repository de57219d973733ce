//! Announcements: played once, or made a programme by a cron rule.

use axum::Json;
use axum::extract::State;
use controller_api::{Announce, Announced, Error};
use controller_core::command::{Announcement, Command, Done};
use controller_core::programme::Clip;
use controller_core::recurring::Recurring;
use firmware_proto::message::ClipRef;
use firmware_proto::{ClipId, UtcMillis};
use schedules::CronRule;

use super::api::{Answer, Api};
use super::schedule::add_programme;
use crate::actor::By;
use crate::handle::View;
use crate::{failure, views};

pub(crate) async fn announce(
    State(api): State<Api>,
    By(actor): By,
    Json(wanted): Json<Announce>,
) -> Answer<Announced> {
    let clips = find_clips(&api, &wanted.clips).await?;
    match &wanted.cron {
        Some(_) if wanted.at.is_some() => Err(failure::bad_request("give either at or cron, not both"))?,
        Some(cron) => {
            let named = wanted.clips.iter().cloned().zip(clips);
            let clips = named.map(|(name, clip)| Clip { name, clip }).collect();
            let rule = CronRule::parse(cron).map_err(|e| failure::rule(&e))?;
            let plan = recurring(&wanted, rule, clips).into_plan().map_err(|e| failure::refusal(&e))?;
            let (id, next_at) = add_programme(&api, actor, plan, wanted.override_reason.clone()).await?;
            Ok(Json(Announced::Programme { id, next_at }))
        }
        None => {
            let announcement = announcement(&wanted, clips, play_at(&api, wanted.at.as_deref())?)?;
            let (id, play_at) = (announcement.id, announcement.play_at.map(|at| at.0));
            let Done::Job { clusters, .. } =
                api.engine.change(actor, Command::Announce(announcement)).await?
            else {
                return Err(failure::internal("an announcement became no job").into());
            };
            let meets = move |view: &View| {
                view.core.state().collisions_of(&id).iter().map(views::collision).collect()
            };
            // Nobody waits for this where the sound is to come now.
            let collisions = if play_at.is_some() { api.engine.look(meets).await? } else { Vec::new() };
            Ok(Json(Announced::Job { id: id.to_string(), play_at, clusters, collisions }))
        }
    }
}

/// The moment that a text means at the site; none: now.
fn play_at(api: &Api, text: Option<&str>) -> Result<Option<UtcMillis>, Error> {
    let Some(text) = text else { return Ok(None) };
    let at = api.engine.glance(|view| view.core.state().moment(text, view.now));
    at.map(Some).map_err(|e| failure::when(&e))
}

async fn find_clips(api: &Api, names: &[String]) -> Result<Vec<ClipRef>, Error> {
    // An id, as nearly everybody writes it, is found at once.
    let by_ids = |view: &View| {
        let clips = &view.core.state().clips;
        let clip = |name: &String| clips.get(&name.parse::<ClipId>().ok()?).map(|known| known.clip);
        names.iter().map(clip).collect::<Option<_>>()
    };
    if let Some(clips) = api.engine.glance(by_ids) {
        return Ok(clips);
    }
    let names = names.to_vec();
    let find = move |view: &View| {
        let clip = |name: &String| view.core.state().find_clip(name).map(|known| known.clip);
        names.iter().map(clip).collect::<Result<_, _>>()
    };
    api.engine.look(find).await?.map_err(|e| failure::refusal(&e))
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

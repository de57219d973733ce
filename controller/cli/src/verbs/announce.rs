//! `loa announce` and `loa emergency`.

use std::time::Duration;

use controller_api::{Announce, Announced, Class, Clip, Job};
use serde_json::{Value, json};

use crate::args::{AnnounceArgs, EmergencyArgs};
use crate::client::Client;
use crate::failure::{Exit, Failure, Outcome};
use crate::report::{self, short};
use crate::session::Session;
use crate::verbs::content::Content;
use crate::watch;

/// Plays a file: now, at a time, or by a schedule.
pub async fn announce(session: &mut Session, args: &AnnounceArgs) -> Outcome {
    let content = Content::check(&args.content, args.title.as_deref(), args.yes)?;
    let wanted = Announce {
        id: new_id()?,
        title: String::new(),
        class: Class::from(args.class),
        clips: Vec::new(),
        targets: args.to.clone(),
        at: args.at.clone(),
        cron: args.cron.clone(),
        name: args.name.clone(),
        volume: args.volume,
        start_within_ms: args.within.map(millis),
        repeat_for_ms: None,
        override_reason: args.override_reason.clone(),
    };
    make(session, content, wanted, args.wait).await
}

/// Plays a file at once and over everything else.
pub async fn emergency(session: &mut Session, args: &EmergencyArgs) -> Outcome {
    let content = Content::check(&args.content, args.title.as_deref(), args.yes)?;
    let wanted = Announce {
        id: new_id()?,
        title: String::new(),
        class: Class::Emergency,
        clips: Vec::new(),
        targets: args.to.clone(),
        at: None,
        cron: None,
        name: None,
        volume: None,
        start_within_ms: None,
        repeat_for_ms: Some(millis(args.repeat_for)),
        override_reason: None,
    };
    make(session, content, wanted, args.wait).await
}

async fn make(session: &mut Session, content: Content, mut wanted: Announce, wait: bool) -> Outcome {
    let (client, _) = session.connect().await?;
    let (title, clips) = content.clips(session, &client).await?;
    wanted.title = title;
    wanted.clips = clips.iter().map(|clip| clip.id.clone()).collect();
    let announced = client.announce(&wanted).await?;
    let mut sentence = sentence(session, &wanted, &announced, &clips) + "\n";
    if let Announced::Job { collisions, .. } = &announced {
        sentence += &report::schedule::collisions(&session.screen, collisions);
    }
    match &announced {
        Announced::Job { id, .. } if wait => {
            session.note(sentence.trim_end());
            wait_for(session, &client, id, &announced, &clips).await
        }
        _ => {
            session.print(&described(&announced, &clips, None)?, &sentence)?;
            Ok(Exit::Done)
        }
    }
}

/// Watches until nothing more is expected of any cluster, then shows what came of it.
async fn wait_for(
    session: &Session,
    client: &Client,
    id: &str,
    announced: &Announced,
    clips: &[Clip],
) -> Outcome {
    let Some(job) = watch::until_ended(session, client, id).await? else {
        session.note(&session.screen.say("wait-interrupted", &[("job", short(id))]));
        return Ok(Exit::Interrupted);
    };
    let text = report::job::render(&session.screen, &job);
    session.print(&described(announced, clips, Some(&job))?, &text)?;
    Ok(Exit::of_job(&job))
}

/// What was made, as one JSON object: with the clips, and with the outcome where it was waited for.
fn described(announced: &Announced, clips: &[Clip], outcome: Option<&Job>) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(announced).map_err(Failure::internal)?;
    if let Value::Object(fields) = &mut value {
        fields.insert("clips".into(), json!(clips));
        if let Some(job) = outcome {
            fields.insert("outcome".into(), json!(job));
        }
    }
    Ok(value)
}

fn sentence(session: &Session, wanted: &Announce, announced: &Announced, clips: &[Clip]) -> String {
    let length = clips.iter().map(|clip| clip.duration_ms).sum::<u64>().to_string();
    let title = wanted.title.as_str();
    let common = [("title", title), ("length_ms", length.as_str())];
    let (key, own) = match announced {
        Announced::Programme { id, next_at } => {
            ("announced-programme", vec![("programme", id.clone()), ("next_at", next_at.to_string())])
        }
        Announced::Job { id, play_at, clusters, .. } => {
            let mut own = vec![("job", short(id).to_owned()), ("clusters", clusters.to_string())];
            own.extend(play_at.map(|at| ("play_at", at.to_string())));
            own.extend(wanted.repeat_for_ms.map(|ms| ("repeat_ms", ms.to_string())));
            let key = match (wanted.class, play_at) {
                (Class::Emergency, _) => "announced-emergency",
                (_, Some(_)) => "announced-at",
                (_, None) => "announced-now",
            };
            (key, own)
        }
    };
    let own = own.iter().map(|(name, value)| (*name, value.as_str()));
    session.screen.say(key, &common.into_iter().chain(own).collect::<Vec<_>>())
}

/// 128 random bits: the same announcement asked for twice is one announcement.
pub(crate) fn new_id() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(base16ct::lower::encode_string(&bytes))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

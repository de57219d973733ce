//! `loa clip ..`.

use std::path::Path;

use controller_api::{Clip, ClipRemoved, ClipReplaced, Condition, Speak, text};
use serde_json::json;

use super::content::warn;
use super::new_file::write_new;
use crate::args::{ClipAddArgs, ClipSayArgs, ClipVerb};
use crate::client::{Client, segment};
use crate::failure::{Exit, Failure, Outcome};
use crate::report::{self, short};
use crate::session::Session;
use crate::sound::Sound;

/// Carries out one verb about clips.
pub async fn run(session: &mut Session, verb: ClipVerb) -> Outcome {
    match verb {
        ClipVerb::Add(args) => add(session, &args).await,
        ClipVerb::Say(args) => say(session, args).await,
        ClipVerb::List => list(session).await,
        ClipVerb::Show { name, png } => show(session, &name, png.as_deref()).await,
        ClipVerb::Replace { name } => {
            let (client, _) = session.connect().await?;
            let replaced = replace(&client, &name).await?;
            session.print(&replaced, &(said(session, &replaced) + "\n"))?;
            Ok(Exit::Done)
        }
        ClipVerb::Play { name } => play(session, &name).await,
        ClipVerb::Export { name, file } => export(session, &name, &file).await,
        ClipVerb::Remove { name } => remove(session, &name).await,
    }
}

async fn add(session: &mut Session, args: &ClipAddArgs) -> Outcome {
    let sound = Sound::check(&args.file, args.title.as_deref())?;
    let (client, _) = session.connect().await?;
    let mut options = Vec::new();
    match (args.voice, args.music) {
        (true, _) => options.push(("character", "voice")),
        (_, true) => options.push(("character", "music")),
        _ => {}
    }
    if args.allow_partial {
        options.push(("partial", "true"));
    }
    let clip = sound.upload(session, &client, &options).await?;
    made(session, &client, &clip, args.replace).await
}

async fn say(session: &mut Session, args: ClipSayArgs) -> Outcome {
    let (client, _) = session.connect().await?;
    let wanted = Speak { text: args.text, lang: session.speech_language(), title: args.title };
    let clip = client.speak(&wanted).await?;
    made(session, &client, &clip, args.replace).await
}

async fn replace(client: &Client, name: &str) -> Result<ClipReplaced, Failure> {
    client.post(&format!("/v1/clips/{}/replace", segment(name)), &()).await
}

fn said(session: &Session, replaced: &ClipReplaced) -> String {
    let programmes = replaced.programmes.join(", ");
    let key = if replaced.programmes.is_empty() { "clip-replaces-nothing" } else { "clip-replaces" };
    session.screen.say(key, &[("title", &replaced.title), ("programmes", &programmes)])
}

async fn made(session: &Session, client: &Client, clip: &Clip, replaces: bool) -> Outcome {
    warn(session, clip);
    if !clip.other_titles.is_empty() {
        let params = [("title", clip.title.as_str()), ("titles", &clip.other_titles.join("”, “"))];
        session.note(&session.screen.say("clip-had-other-titles", &params));
    }
    let (id, length) = (short(&clip.id), clip.duration_ms.to_string());
    let params = [("title", clip.title.as_str()), ("clip", id), ("length_ms", &length)];
    let text = session.screen.say("clip-made", &params) + "\n";
    if replaces {
        let replaced = replace(client, &clip.id).await?;
        // As it is now: those programmes need it.
        let clip: Clip = client.get(&format!("/v1/clips/{}", segment(&clip.id))).await?;
        session.print(&clip, &format!("{text}{}\n", said(session, &replaced)))?;
        return Ok(Exit::Done);
    }
    if !clip.older_used_by.is_empty() {
        let programmes = clip.older_used_by.join(", ");
        let params = [("title", clip.title.as_str()), ("programmes", &programmes)];
        session.note(&session.screen.say("clip-older-plays", &params));
    }
    session.print(clip, &text)?;
    Ok(Exit::Done)
}

async fn list(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let clips: Vec<Clip> = client.get("/v1/clips").await?;
    session.print(&json!({ "clips": clips }), &report::clip::list(&session.screen, &clips))?;
    Ok(Exit::Done)
}

async fn show(session: &mut Session, name: &str, png: Option<&Path>) -> Outcome {
    let (client, status) = session.connect().await?;
    let clip: Clip = client.get(&format!("/v1/clips/{}", segment(name))).await?;
    if let Some(path) = png {
        let picture = report::waveform::png(&clip.waveform).map_err(Failure::internal)?;
        write_new(path, &picture)?;
        session.note(&session.screen.say("clip-drawn", &[("path", &path.display().to_string())]));
    }
    session.print(&clip, &report::clip::show(&session.screen, &clip, status.now))?;
    Ok(if clip.condition == Some(Condition::Damaged) { Exit::Failed } else { Exit::Done })
}

async fn export(session: &mut Session, name: &str, path: &Path) -> Outcome {
    let (client, _) = session.connect().await?;
    let sound = client.sound(name).await?;
    write_new(path, &sound)?;
    let text = session.screen.say("clip-exported", &[("path", &path.display().to_string())]);
    session.print(&json!({ "path": path, "size_bytes": sound.len() }), &format!("{text}\n"))?;
    Ok(Exit::Done)
}

async fn remove(session: &mut Session, name: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let removed: ClipRemoved = client.delete(&format!("/v1/clips/{}", segment(name))).await?;
    let said = if removed.gone { "clip-removed" } else { "clip-title-removed" };
    let text = session.screen.say(said, &[("title", &removed.title)]);
    session.print(&removed, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

#[cfg(feature = "alsa")]
async fn play(session: &mut Session, name: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let clip: Clip = client.get(&format!("/v1/clips/{}", segment(name))).await?;
    let sound = client.sound(&clip.id).await?;
    let length = clip.duration_ms.to_string();
    session.note(&session.screen.say("clip-plays", &[("title", &clip.title), ("length_ms", &length)]));
    let played = tokio::task::spawn_blocking(move || crate::output::play(&sound));
    let wrong = |problem: String| Failure::failed(text!(PlayFailed { problem: problem }));
    played.await.map_err(Failure::internal)?.map_err(|e| wrong(e.to_string()))?;
    session.print(&clip, "")?;
    Ok(Exit::Done)
}

#[cfg(not(feature = "alsa"))]
async fn play(session: &mut Session, name: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let clip: Clip = client.get(&format!("/v1/clips/{}", segment(name))).await?;
    Err(Failure::failed(text!(PlayNotBuilt { clip: short(&clip.id) })))
}

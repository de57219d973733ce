//! The clip library: sound files and texts become clips; clips are listed, shown, fetched and removed.

use std::sync::Arc;

use audio::Character;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use controller_api::{Clip, ClipRemoved, ClipReplaced, Condition, Error, ErrorKind, Speak, text};
use controller_core::Actor;
use controller_core::clip::{LibraryClip, Origin};
use controller_core::command::{Command, Done};
use controller_core::limits::TITLE_CHARS_MAX;
use controller_core::refusal::Refusal;
use controller_core::settings::Settings;
use firmware_proto::ClipId;
use futures_util::StreamExt;
use serde::Deserialize;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::api::{Answer, Api, Failed};
use crate::actor::By;
use crate::handle::View;
use crate::library::Library;
use crate::studio::{self, speech};
use crate::{failure, views};

/// A sound file may be this large: three hours of 24-bit stereo and some more.
const SOURCE_BYTES_MAX: u64 = 4 << 30;
const WRITE_BYTES: usize = 256 * 1024;
/// Of a text, so much is its title.
const SPEECH_TITLE_CHARS: usize = 40;

#[derive(Debug, Deserialize)]
pub(crate) struct Add {
    #[serde(default)]
    title: String,
    /// Measured, if absent.
    character: Option<Character>,
    /// Take what can be read of a damaged file.
    #[serde(default)]
    partial: bool,
}

pub(crate) async fn add(
    State(api): State<Api>,
    By(actor): By,
    Query(add): Query<Add>,
    body: Body,
) -> Answer<Clip> {
    let source = receive(new_source(&api).await?, body).await?;
    let options = studio::options(&settings(&api), add.character, add.partial);
    record(&api, actor, source, add.title, Origin::File, options).await
}

pub(crate) async fn speak(State(api): State<Api>, By(actor): By, Json(wanted): Json<Speak>) -> Answer<Clip> {
    let title = wanted.title.clone().unwrap_or_else(|| beginning(wanted.text.trim()));
    let out = new_source(&api).await?;
    let spoken = speech::speak(&api.speech, &wanted.text, &wanted.lang, &out).await;
    spoken.map_err(|e| failure::speech(&e))?;
    let options = studio::options(&settings(&api), Some(Character::Voice), false);
    record(&api, actor, out, title, Origin::Speech, options).await
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(SPEECH_TITLE_CHARS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn settings(api: &Api) -> Settings {
    api.engine.glance(|view| Settings::clone(&view.core.state().settings))
}

async fn new_source(api: &Api) -> Result<NamedTempFile, Error> {
    api.ask_library(Library::create_source).await
}

async fn record(
    api: &Api,
    actor: Actor,
    source: NamedTempFile,
    title: String,
    origin: Origin,
    options: audio::PrepareOptions,
) -> Answer<Clip> {
    let permit = api.preparing.clone().acquire_owned().await.map_err(failure::internal)?;
    let library = Arc::clone(&api.library);
    let title: String = title.trim().chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect();
    if title.is_empty() {
        return Err(failure::refusal(&Refusal::OutOfBounds { what: "title".into() }).into());
    }
    let made = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        studio::record(&library, source, title.clone(), origin, &options)
            .map_err(|e| failure::studio(&e, &title))
    });
    let (new, held) = made.await.map_err(failure::internal)??;
    let id = new.clip.id;
    api.engine.change(actor, Command::AddClip(Box::new(new))).await?;
    // Every view shows it as a fact from now on.
    drop(held);
    Ok(Json(shown(api, id, None).await?))
}

/// Streams the body into the file.
async fn receive(named: NamedTempFile, body: Body) -> Result<NamedTempFile, Error> {
    let broken = |e: std::io::Error| match failure::is_full(&e) {
        true => failure::error(ErrorKind::StorageFull, text!(DiskFull { problem: None::<&str> }), e),
        false => failure::internal(e),
    };
    let file = named.reopen().map_err(broken)?;
    let mut file = tokio::io::BufWriter::with_capacity(WRITE_BYTES, tokio::fs::File::from_std(file));
    let mut chunks = body.into_data_stream();
    let mut received = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| failure::bad_request(format!("the upload broke off: {e}")))?;
        received += chunk.len() as u64;
        if received > SOURCE_BYTES_MAX {
            let text = text!(UploadTooLarge { max_gib: SOURCE_BYTES_MAX >> 30 });
            return Err(failure::error(ErrorKind::BadSound, text, "the upload is too large"));
        }
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    Ok(named)
}

pub(crate) async fn list(State(api): State<Api>) -> Answer<Vec<Clip>> {
    let mut clips = api.engine.look(|view: &View| views::clips(view.core.state())).await?;
    let with_sources = move |library: &Library| {
        clips.iter_mut().for_each(|(id, clip)| clip.source_kept = library.has_source(*id));
        Ok(clips.into_iter().map(|(_, clip)| clip).collect())
    };
    Ok(Json(api.ask_library(with_sources).await?))
}

pub(crate) async fn show(State(api): State<Api>, Path(name): Path<String>) -> Answer<Clip> {
    let known = find(&api, name).await?;
    let id = known.clip.id;
    let condition = api.ask_library(move |library| library.check(&known)).await?;
    Ok(Json(shown(&api, id, condition).await?))
}

pub(crate) async fn sound(State(api): State<Api>, Path(name): Path<String>) -> Result<Response, Failed> {
    let known = find(&api, name).await?;
    let file = api.ask_library(move |library| library.open_clip(&known)).await?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(([(header::CONTENT_TYPE, "audio/ogg")], body).into_response())
}

pub(crate) async fn remove(
    State(api): State<Api>,
    By(actor): By,
    Path(name): Path<String>,
) -> Answer<ClipRemoved> {
    match api.engine.change(actor, Command::RemoveClip { name }).await? {
        Done::ClipRemoved { clip, title, gone } => {
            if gone {
                let engine = api.engine.clone();
                let is_known = move || engine.glance(|view| view.core.state().clips.contains_key(&clip));
                api.ask_library(move |library| library.discard(clip, is_known)).await?;
            }
            Ok(Json(ClipRemoved { id: clip.to_string(), title, gone }))
        }
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

/// Programmes play this clip in place of others of its title.
pub(crate) async fn replace(
    State(api): State<Api>,
    By(actor): By,
    Path(name): Path<String>,
) -> Answer<ClipReplaced> {
    match api.engine.change(actor, Command::ReplaceClip { name }).await? {
        Done::ClipReplaced { clip, title, programmes } => {
            Ok(Json(ClipReplaced { id: clip.to_string(), title, programmes }))
        }
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

async fn find(api: &Api, name: String) -> Result<LibraryClip, Error> {
    let find = move |view: &View| view.core.state().find_clip(&name).cloned();
    api.engine.look(find).await?.map_err(|e| failure::refusal(&e))
}

async fn shown(api: &Api, id: ClipId, condition: Option<Condition>) -> Result<Clip, Error> {
    let known = find(api, id.to_string()).await?;
    let clip = api.engine.look(move |view: &View| views::clip(view.core.state(), &known)).await?;
    let source_kept = api.ask_library(move |library| Ok(library.has_source(id))).await?;
    Ok(Clip { source_kept, condition, ..clip })
}

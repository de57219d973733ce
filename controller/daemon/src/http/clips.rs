//! The clip library: sound files and texts become clips; clips are listed, shown, fetched and removed.

use std::sync::Arc;

use audio::Character;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use controller_api::{Clip, ClipOrigin, ClipRemoved, ClipReplaced, Condition, Error, ErrorKind, Speak, text};
use controller_core::command::{Command, Done};
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
use crate::library::{Entry, Library};
use crate::studio::{self, speech};
use crate::{failure, views};

/// A sound file may be this large: three hours of 24-bit stereo and some more.
const SOURCE_BYTES_MAX: u64 = 4 << 30;
const WRITE_BYTES: usize = 256 * 1024;
const TITLE_CHARS_MAX: usize = 200;
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

pub(crate) async fn add(State(api): State<Api>, Query(add): Query<Add>, body: Body) -> Answer<Clip> {
    let source = receive(new_source(&api).await?, body).await?;
    let settings = settings(&api);
    let options = studio::options(&settings, add.character, add.partial);
    record(&api, source, add.title, ClipOrigin::File, options).await
}

pub(crate) async fn speak(State(api): State<Api>, Json(wanted): Json<Speak>) -> Answer<Clip> {
    let title = wanted.title.clone().unwrap_or_else(|| beginning(wanted.text.trim()));
    let out = new_source(&api).await?;
    let spoken = speech::speak(&api.speech, &wanted.text, &wanted.lang, &out).await;
    spoken.map_err(|e| failure::speech(&e))?;
    let options = studio::options(&settings(&api), Some(Character::Voice), false);
    record(&api, out, title, ClipOrigin::Speech, options).await
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
    source: NamedTempFile,
    title: String,
    origin: ClipOrigin,
    options: audio::PrepareOptions,
) -> Answer<Clip> {
    let permit = api.preparing.clone().acquire_owned().await.map_err(failure::internal)?;
    let library = Arc::clone(&api.library);
    let title: String = title.trim().chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect();
    if title.is_empty() {
        return Err(failure::refusal(&Refusal::OutOfBounds { what: "title".into() }).into());
    }
    let entry = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        studio::record(&library, source, title.clone(), origin, options)
            .map_err(|e| failure::studio(&e, &title))
    });
    let entry = entry.await.map_err(failure::internal)??;
    Ok(Json(clip(api, &entry, None).await?))
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
    let known = |library: &Library| {
        let with_source = |entry: Entry| (library.has_source(entry.clip.id), entry);
        Ok(library.entries()?.into_iter().map(with_source).collect::<Vec<_>>())
    };
    let known = api.ask_library(known).await?;
    let clips = move |view: &View| {
        let users = |entry: &Entry| view.core.state().users_of(entry.clip.id);
        let clip = |(source_kept, entry): &(bool, Entry)| Clip {
            used_by: users(entry),
            source_kept: *source_kept,
            ..views::clip(entry)
        };
        known.iter().map(clip).collect()
    };
    Ok(Json(api.engine.look(clips).await?))
}

pub(crate) async fn show(State(api): State<Api>, Path(name): Path<String>) -> Answer<Clip> {
    let found = move |library: &Library| {
        let clip = library.find(&name)?;
        let condition = library.check(clip)?;
        Ok((library.entry(clip)?, condition))
    };
    let (entry, condition) = api.ask_library(found).await?;
    Ok(Json(clip(&api, &entry, Some(condition)).await?))
}

pub(crate) async fn sound(State(api): State<Api>, Path(name): Path<String>) -> Result<Response, Failed> {
    let file = api.ask_library(move |library| library.open_clip(library.find(&name)?)).await?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(([(header::CONTENT_TYPE, "audio/ogg")], body).into_response())
}

pub(crate) async fn remove(State(api): State<Api>, Path(name): Path<String>) -> Answer<ClipRemoved> {
    // Nobody can begin to use the clip between the question and the removal.
    let _nobody_announces = api.using_clips.write().await;
    let found = move |library: &Library| library.entry(library.find(&name)?);
    let entry = api.ask_library(found).await?;
    let id = entry.clip.id;
    let users = users(&api, id).await?;
    if !users.is_empty() {
        let text = text!(ClipInUse { clip: entry.title, users: users.join(", ") });
        return Err(failure::error(ErrorKind::Conflict, text, "the clip is in use").into());
    }
    api.ask_library(move |library| library.remove(id)).await?;
    Ok(Json(ClipRemoved { id: id.to_string(), title: entry.title }))
}

async fn users(api: &Api, clip: ClipId) -> Result<Vec<String>, Error> {
    api.engine.look(move |view: &View| view.core.state().users_of(clip)).await
}

/// Programmes play this clip in place of others of its title.
pub(crate) async fn replace(
    State(api): State<Api>,
    By(actor): By,
    Path(name): Path<String>,
) -> Answer<ClipReplaced> {
    let _clips_stay = api.using_clips.read().await;
    let asked = name.clone();
    let entry = api.ask_library(move |library| library.entry(library.find(&name)?)).await?;
    // Of several titles the one that was meant; an id means the last.
    let title = entry.titled(&asked).map_or(entry.title.as_str(), |(title, _)| title).to_owned();
    let command = Command::ReplaceClip { name: title.clone(), clip: entry.clip };
    match api.engine.change(actor, command).await? {
        Done::Revised { programmes } => {
            Ok(Json(ClipReplaced { id: entry.clip.id.to_string(), title, programmes }))
        }
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

async fn clip(api: &Api, entry: &Entry, condition: Option<Condition>) -> Result<Clip, Error> {
    let used_by = users(api, entry.clip.id).await?;
    let (title, newer) = (entry.title.clone(), entry.clip.id);
    let older = move |view: &View| {
        let programmes = view.core.state().programmes_with_older(&title, newer);
        programmes.iter().map(|programme| programme.plan.id.clone()).collect()
    };
    let older_used_by = api.engine.look(older).await?;
    let id = entry.clip.id;
    let source_kept = api.ask_library(move |library| Ok(library.has_source(id))).await?;
    Ok(Clip { used_by, older_used_by, source_kept, condition, ..views::clip(entry) })
}

//! `POST /v1/clips`: a sound file becomes a clip.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use audio::PrepareOptions;
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use controller_api::{Clip, Error, Text};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use super::{Answer, Api};
use crate::failure;
use crate::library::Library;

/// A sound file may be this large: three hours of 24-bit stereo and some more.
const SOURCE_BYTES_MAX: u64 = 4 << 30;
const WRITE_BYTES: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
pub(crate) struct Add {
    #[serde(default)]
    title: String,
}

pub(crate) async fn add(
    State(api): State<Api>,
    Query(Add { title }): Query<Add>,
    body: Body,
) -> Answer<Clip> {
    let source = receive(body).await?;
    let permit = api.preparing.acquire_owned().await.map_err(failure::internal)?;
    let library = Arc::clone(&api.library);
    let prepared = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        prepare(&library, source.path().to_owned(), &title)
    });
    Ok(Json(prepared.await.map_err(failure::internal)??))
}

/// Streams the body into a temporary file.
async fn receive(body: Body) -> Result<tempfile::NamedTempFile, Error> {
    let broken = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::StorageFull => failure::error(Text::new("disk-full"), false, e),
        _ => failure::internal(e),
    };
    let named = tokio::task::spawn_blocking(tempfile::NamedTempFile::new);
    let named = named.await.map_err(failure::internal)?.map_err(broken)?;
    let file = named.reopen().map_err(broken)?;
    let mut file = tokio::io::BufWriter::with_capacity(WRITE_BYTES, tokio::fs::File::from_std(file));
    let mut chunks = body.into_data_stream();
    let mut received = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| failure::bad_request(format!("the upload broke off: {e}")))?;
        received += chunk.len() as u64;
        if received > SOURCE_BYTES_MAX {
            let text = Text::new("upload-too-large").with("max_gib", SOURCE_BYTES_MAX >> 30);
            return Err(failure::error(text, false, "the upload is too large"));
        }
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    Ok(named)
}

/// Blocks for as long as the preparation takes.
fn prepare(library: &Library, source: PathBuf, title: &str) -> Result<Clip, Error> {
    let clip = |e| failure::clip(&e);
    let mut writer = BufWriter::with_capacity(WRITE_BYTES, library.create_temp().map_err(clip)?);
    let prepared = audio::prepare(&source, &mut writer, &PrepareOptions::default());
    let prepared = prepared.map_err(|e| failure::prepare(&e, title))?;
    writer.flush().map_err(|e| failure::clip(&writer.get_ref().error(e)))?;
    let temp = writer.into_inner().map_err(failure::internal)?;
    let facts = library.add(temp, prepared.clip, prepared.duration_ms).map_err(clip)?;
    Ok(Clip {
        id: facts.id.to_string(),
        size_bytes: prepared.size_bytes,
        duration_ms: prepared.duration_ms,
        warnings: prepared.warnings.iter().map(warning).collect(),
    })
}

fn warning(warning: &audio::Warning) -> Text {
    let text = Text::new(warning.code());
    match warning {
        audio::Warning::Skipped { skipped_ms } => text.with("skipped_ms", skipped_ms),
        _ => text,
    }
}

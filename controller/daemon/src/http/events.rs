//! The feed of what happens, as server-sent events; the id of each is its number in the journal.
//!
//! Nothing is queued for a follower: it is told a bounded piece at a time and as fast as it reads, of what is new from
//! memory, and else from the journal. One that was cut off says which event it heard last (`Last-Event-ID`) and misses nothing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use controller_api::{Error, ErrorKind, Event, text};
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;

use super::api::{Api, Failed};
use crate::{failure, restore, views};

/// Entries read from the journal at one time.
const PIECE: u32 = 256;
/// Entries taken from memory at one time: soon put into sentences.
const NEW_PIECE: usize = 64;
/// So often, a feed on which nothing happens says that it is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize)]
pub(crate) struct From {
    /// Events behind this one; absent: those to come.
    after: Option<u64>,
}

type Told = Result<sse::Event, axum::Error>;

pub(crate) async fn events(
    State(api): State<Api>,
    headers: HeaderMap,
    Query(from): Query<From>,
) -> Result<Sse<impl Stream<Item = Told>>, Failed> {
    let Ok(place) = Arc::clone(&api.followers).try_acquire_owned() else {
        return Err(failure::error(ErrorKind::Unavailable, text!(Busy), "too many follow").into());
    };
    let heard = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let told = heard.or(from.after).unwrap_or_else(|| api.engine.sequence());
    let follower = Follower { api, told, piece: VecDeque::new(), _place: place };
    let events = stream::unfold(follower, Follower::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)))
}

struct Follower {
    api: Api,
    /// The last event that it was told.
    told: u64,
    /// Events that it is told next.
    piece: VecDeque<Event>,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    async fn next(mut self) -> Option<(Told, Self)> {
        while self.piece.is_empty() {
            match self.next_piece().await {
                Ok(piece) => self.piece = piece,
                // The feed ends; who follows it comes back, and goes on where it was.
                Err(error) => {
                    tracing::debug!("a feed ended: {}", error.detail);
                    return None;
                }
            }
        }
        let event = self.piece.pop_front()?;
        self.told = event.sequence;
        let told = sse::Event::default().id(event.sequence.to_string()).event(&event.kind).json_data(&event);
        Some((told, self))
    }

    /// Waits until there is something to tell. What it tells of shows in every view.
    async fn next_piece(&self) -> Result<VecDeque<Event>, Error> {
        let shown = self.api.engine.beyond(self.told).await?;
        let (journal, first) = (Arc::clone(&self.api.journal), self.told + 1);
        let view = self.api.engine.glance(|view| Arc::clone(&view.core));
        if let Some(new) = self.api.tail.read(first, shown, NEW_PIECE) {
            return Ok(new.iter().map(|(seq, entry)| views::event(view.state(), *seq, entry)).collect());
        }
        let limit = u32::try_from(shown - self.told).unwrap_or(PIECE).min(PIECE);
        let read = tokio::task::spawn_blocking(move || {
            let entries = journal.read(first, limit).map_err(|e| failure::journal(&e))?;
            let event = |entry: &crate::journal::Entry| {
                let read = restore::read(&entry.content).map_err(failure::internal)?;
                Ok(views::event(view.state(), entry.seq, &read))
            };
            entries.iter().map(event).collect()
        });
        read.await.map_err(failure::internal)?
    }
}

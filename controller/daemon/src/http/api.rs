//! What the handlers share: the ways to the engine and to the library, and how an answer or an error becomes a
//! response.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use controller_api::{BrokerKind, Error, ErrorKind};
use firmware_proto::SiteId;
use firmware_proto::trust::SiteKey;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::clips::ClipError;
use crate::failure;
use crate::handle::{Handle, View};
use crate::journal::Journal;
use crate::library::Library;
use crate::tail::Tail;

/// Those who may follow what happens at one time.
const FOLLOWERS_MAX: usize = 64;
/// Sound files prepared at one time; more than the processors would only slow everything.
const PREPARE_AT_ONCE: usize = 2;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) engine: Handle,
    pub(crate) library: Arc<Library>,
    pub(crate) site: SiteId,
    pub(crate) key: Arc<SiteKey>,
    pub(crate) broker: BrokerKind,
    pub(crate) broker_address: String,
    /// As devices reach it.
    pub(crate) advertise: String,
    pub(crate) preparing: Arc<Semaphore>,
    /// For the feed of what happens.
    pub(crate) journal: Arc<dyn Journal>,
    /// The newest part of it.
    pub(crate) tail: Tail,
    /// Places for those who follow it.
    pub(crate) followers: Arc<Semaphore>,
    /// The speech program and its arguments.
    pub(crate) speech: Arc<[String]>,
}

impl Api {
    pub(crate) fn followers() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(FOLLOWERS_MAX))
    }

    pub(crate) fn preparing() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(PREPARE_AT_ONCE))
    }

    /// Answers a question from what is known now.
    pub(super) async fn tell<T: Serialize + Send + 'static>(
        &self,
        look: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Told<T> {
        self.try_tell(move |view| Ok(look(view))).await
    }

    /// The same, where there may be no answer.
    pub(super) async fn try_tell<T: Serialize + Send + 'static>(
        &self,
        look: impl FnOnce(&View) -> Result<T, Error> + Send + 'static,
    ) -> Told<T> {
        let write = move |view: &View| serde_json::to_vec(&look(view)?).map_err(failure::internal);
        Ok(Written(self.engine.look(write).await??, PhantomData))
    }

    /// Asks the library on a thread that may wait for the disk.
    pub(super) async fn ask_library<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Library) -> Result<T, ClipError> + Send + 'static,
    ) -> Result<T, Error> {
        let library = Arc::clone(&self.library);
        let answer = tokio::task::spawn_blocking(move || ask(&library)).await.map_err(failure::internal)?;
        answer.map_err(|e| failure::clip(&e))
    }
}

/// An error as a response.
pub(crate) struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (status(self.0.kind), Json(self.0)).into_response()
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::BadRequest => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Refused | ErrorKind::BadSound => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a handler returns.
pub(crate) type Answer<T> = Result<Json<T>, Failed>;

/// A `T` as JSON, written where the question was answered: what is large would hold up the threads that everybody's
/// messages go through.
pub(crate) struct Written<T>(Vec<u8>, PhantomData<T>);

impl<T> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

/// What a handler of a question returns.
pub(crate) type Told<T> = Result<Written<T>, Failed>;

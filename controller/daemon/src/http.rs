//! The HTTP API: takes requests apart, asks the engine, puts answers together.

mod clips;
mod jobs;
mod schedule;
mod site;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use controller_api::{BrokerKind, Error, ErrorKind};
use firmware_proto::SiteId;
use firmware_proto::trust::SiteKey;
use tokio::sync::{RwLock, Semaphore};

use crate::engine::Handle;
use crate::library::Library;

/// Sound files prepared at one time; more than the processors would only slow everything.
const PREPARE_AT_ONCE: usize = 2;
/// A schedule file in JSON, in which a character may take two: the reader of files says better what is too long.
const SCHEDULE_BODY_MAX: usize = 3 * schedules::FILE_BYTES_MAX;

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
    /// Announcing reads, removing a clip writes: what is found stays until it is used.
    pub(crate) using_clips: Arc<RwLock<()>>,
    /// The speech program and its arguments.
    pub(crate) speech: Arc<[String]>,
}

impl Api {
    pub(crate) fn preparing() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(PREPARE_AT_ONCE))
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

/// What everybody who reaches the API may do.
pub(crate) fn routes(api: Api) -> Router {
    shared().with_state(api)
}

/// The same, and secrets: for the Unix socket, which only the controller's own user can open.
pub(crate) fn local_routes(api: Api) -> Router {
    shared().route("/v1/identities", get(site::identities)).with_state(api)
}

fn shared() -> Router<Api> {
    Router::new()
        .route("/v1/status", get(site::status))
        .route("/v1/health", get(site::health))
        .route("/v1/site", get(site::show).post(site::change))
        .route("/v1/clusters", get(site::clusters).post(site::add_clusters))
        .route("/v1/clusters/{id}", get(site::cluster).delete(site::remove_cluster))
        // The body of a clip is streamed to disk and has a bound of its own.
        .route("/v1/clips", post(clips::add).layer(DefaultBodyLimit::disable()).get(clips::list))
        .route("/v1/clips/speech", post(clips::speak))
        .route("/v1/clips/{id}", get(clips::show).delete(clips::remove))
        .route("/v1/clips/{id}/replace", post(clips::replace))
        .route("/v1/clips/{id}/sound", get(clips::sound))
        .route("/v1/announcements", post(jobs::announce))
        .route(
            "/v1/schedule",
            get(schedule::export).post(schedule::change.layer(DefaultBodyLimit::max(SCHEDULE_BODY_MAX))),
        )
        .route("/v1/schedule/preview", get(schedule::preview))
        .route("/v1/schedule/next", get(schedule::next))
        .route("/v1/schedule/readiness", get(schedule::readiness))
        .route("/v1/programmes", get(schedule::programmes))
        .route("/v1/programmes/order", put(schedule::order))
        .route("/v1/programmes/{id}", get(schedule::programme).delete(schedule::remove))
        .route("/v1/programmes/{id}/pause", post(schedule::pause))
        .route("/v1/programmes/{id}/resume", post(schedule::resume))
        .route("/v1/jobs", get(jobs::list))
        .route("/v1/jobs/{id}", get(jobs::show))
        .route("/v1/jobs/{id}/stop", post(jobs::stop))
        .route("/v1/jobs/{id}/cancel", post(jobs::cancel))
}

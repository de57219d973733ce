//! The HTTP API: takes requests apart, asks the engine, puts answers together. Here are its paths; each handler
//! stands with its subject.

mod announce;
mod api;
mod clips;
mod events;
mod jobs;
mod log;
mod schedule;
mod site;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use axum::routing::{get, post, put};

pub(crate) use api::Api;

/// A schedule file in JSON, in which a character may take two: the reader of files says better what is too long.
const SCHEDULE_BODY_MAX: usize = 3 * schedules::FILE_BYTES_MAX;

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
        .route("/v1/clock/accept", post(site::accept_clock))
        .route("/v1/site", get(site::show).post(site::change))
        .route("/v1/clusters", get(site::clusters).post(site::add_clusters))
        .route("/v1/clusters/{id}", get(site::cluster).delete(site::remove_cluster))
        // The body of a clip is streamed to disk and has a bound of its own.
        .route("/v1/clips", post(clips::add).layer(DefaultBodyLimit::disable()).get(clips::list))
        .route("/v1/clips/speech", post(clips::speak))
        .route("/v1/clips/{id}", get(clips::show).delete(clips::remove))
        .route("/v1/clips/{id}/replace", post(clips::replace))
        .route("/v1/clips/{id}/sound", get(clips::sound))
        .route("/v1/announcements", post(announce::announce))
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
        .route("/v1/events", get(events::events))
        .route("/v1/log", get(log::log))
        .route("/v1/jobs", get(jobs::list))
        .route("/v1/jobs/{id}", get(jobs::show))
        .route("/v1/jobs/{id}/stop", post(jobs::stop))
        .route("/v1/jobs/{id}/cancel", post(jobs::cancel))
}

//! Paths of the API.

use crate::client::segment;

/// Path of a programme, with what is done to it, as in `/pause`.
pub(super) fn path(id: &str, verb: &str) -> String {
    format!("/v1/programmes/{}{verb}", segment(id))
}

/// Path of a preview of so many days, of all clusters or one.
pub(super) fn preview_path(days: u16, cluster: Option<&str>) -> String {
    let cluster = cluster.map(|id| format!("&cluster={}", segment(id))).unwrap_or_default();
    format!("/v1/schedule/preview?days={days}{cluster}")
}

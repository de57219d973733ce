//! Why a request failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::schedule::Problem;
use crate::text::Text;

/// What sort of failure it is. The HTTP status and the exit code of the command line follow from it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The request cannot be understood, or a value in it is outside its bounds.
    BadRequest,
    /// It names something that is not there.
    NotFound,
    /// It is understood, but the site's rules or the time forbid it.
    Refused,
    /// It does not fit what is there now, e.g. the clip that it would remove is in use.
    Conflict,
    /// The sound that came with it cannot be made into a clip.
    BadSound,
    /// No space is left on the controller's disk; nothing was changed.
    StorageFull,
    /// Something that the controller needs for it is busy or missing; later it may succeed.
    Unavailable,
    /// Something inside the controller broke.
    Internal,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::NotFound,
        Self::Refused,
        Self::Conflict,
        Self::BadSound,
        Self::StorageFull,
        Self::Unavailable,
        Self::Internal,
    ];
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// For programs.
    pub kind: ErrorKind,
    /// For people, by the catalogue.
    #[serde(flatten)]
    pub text: Text,
    /// For logs, in English.
    pub detail: String,
    /// What is wrong in detail, place by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {}

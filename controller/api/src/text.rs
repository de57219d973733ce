//! What people read, as a code with parameters.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::schedule::Problem;

/// A sentence without its language: the catalogue has one of every code in every language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text {
    /// Stable, kebab-case.
    pub code: String,
    /// What the sentence names; lists are joined by `", "`, times are UTC milliseconds under names that
    /// end in `_at`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Text {
    /// A text without parameters.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), params: BTreeMap::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds several parameters.
    #[must_use]
    pub fn with_all<'n>(self, params: impl IntoIterator<Item = (&'n str, String)>) -> Self {
        params.into_iter().fold(self, |text, (name, value)| text.with(name, value))
    }
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// For people, by the catalogue.
    #[serde(flatten)]
    pub text: Text,
    /// The request itself was wrong: the same request will fail again.
    pub wrong_use: bool,
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

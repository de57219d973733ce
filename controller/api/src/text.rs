//! What people read, as a code with parameters.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

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

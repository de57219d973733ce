//! What people read, as a code with parameters.

mod schedules;
mod table;

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::{Deserialize, Serialize};

pub use table::{Code, Sentence};

/// A sentence without its language: the catalogue has one of every code in every language.
///
/// Programs make it with [`text!`](crate::text!), so that its code and its parameters are those of the table of
/// sentences. From a newer controller it may come with others.
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
    /// Is it this sentence?
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code == code.word()
    }

    /// The same with another value of a parameter, as it is to be shown.
    #[must_use]
    pub fn showing(mut self, name: &str, value: impl Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<Sentence> for Text {
    fn from(sentence: Sentence) -> Self {
        let (code, params) = sentence.into_parts();
        let there = params.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self { code: code.word().to_owned(), params: there.collect() }
    }
}

/// Makes a [`Text`] of a sentence of the table: `text!(JobOver { job: id })`. Values are shown by `Display`; those
/// of parameters that may be absent are an `Option`.
#[macro_export]
macro_rules! text {
    ($name:ident) => {
        $crate::Text::from($crate::Sentence::$name {})
    };
    ($name:ident { $($param:ident: $value:expr),+ $(,)? }) => {
        $crate::Text::from($crate::Sentence::$name { $($param: $crate::Param::param(&$value)),+ })
    };
}

/// A value of a parameter of [`text!`](crate::text!): `P` is a `String`, or an `Option` of it where the parameter
/// may be absent.
pub trait Param<P> {
    /// The value as text.
    fn param(&self) -> P;
}

impl<T: Display + ?Sized> Param<String> for T {
    fn param(&self) -> String {
        self.to_string()
    }
}

impl<T: Display> Param<Option<String>> for Option<T> {
    fn param(&self) -> Option<String> {
        self.as_ref().map(T::to_string)
    }
}

impl<T: Param<Option<String>>> Param<Option<String>> for &T {
    fn param(&self) -> Option<String> {
        (*self).param()
    }
}

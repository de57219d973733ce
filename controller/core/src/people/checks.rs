//! Bounds of what staff write: a number, a list or a text outside its bounds is refused by its name.

use super::refusal::Refusal;
use crate::facts::names;
use crate::limits::REASON_CHARS_MAX;

/// Is it a text of one line, and not too long?
pub(super) fn is_title(text: &str, what: &str) -> Result<(), Refusal> {
    within(names::is_title(text), what)
}

pub(super) fn within(holds: bool, what: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::OutOfBounds { what: what.to_owned() }) }
}

/// Somebody will want to know why: a reason says something.
pub(super) fn is_reason(reason: Option<&String>) -> Result<(), Refusal> {
    let says = |text: &String| !text.trim().is_empty() && !text.chars().any(char::is_control);
    within(reason.is_none_or(|text| says(text) && text.chars().count() <= REASON_CHARS_MAX), "reason")
}

//! What a file holds.

use std::collections::BTreeMap;

use super::problem::Position;
use crate::days::DaySets;
use crate::programme::Programme;

/// Everything that stands in one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScheduleFile {
    /// Sets of days.
    pub sets: DaySets,
    /// Programmes, in the file's order.
    pub programmes: Vec<Entry>,
    /// Which go first when several of a class wait, if the file says it.
    pub order: Option<Order>,
}

/// Programmes by their ids, first to last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Their ids, each once.
    pub ids: Vec<String>,
    /// Where the file says it.
    pub at: Position,
}

/// A programme and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The programme, its clips by name.
    pub programme: Programme<String>,
    /// Where its table begins.
    pub at: Position,
    /// Where its fields are.
    pub fields: BTreeMap<&'static str, Position>,
    /// Where each of its clips is named first.
    pub clips: BTreeMap<String, Position>,
}

impl Entry {
    /// Where a field is, or else the programme.
    #[must_use]
    pub fn position(&self, field: &str) -> Position {
        self.fields.get(field).copied().unwrap_or(self.at)
    }
}

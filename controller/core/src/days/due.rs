//! Which programme is due next: kept sorted, so that a change touches one programme and not all.

use std::collections::{BTreeMap, BTreeSet};

use schedules::Occurrence;

/// The next occurrence of every programme that has one.
#[derive(Debug, Clone, Default)]
pub struct Due {
    of: BTreeMap<String, Occurrence>,
    sorted: BTreeSet<(u64, String)>,
}

impl Due {
    /// The next occurrence of a programme is this one, or there is none.
    pub fn set(&mut self, programme: &str, next: Option<Occurrence>) {
        self.remove(programme);
        if let Some(next) = next {
            self.sorted.insert((next.utc_ms, programme.to_owned()));
            self.of.insert(programme.to_owned(), next);
        }
    }

    /// The programme is no more.
    pub fn remove(&mut self, programme: &str) {
        if let Some((id, old)) = self.of.remove_entry(programme) {
            self.sorted.remove(&(old.utc_ms, id));
        }
    }

    /// The first of all, UTC ms.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.sorted.first().map(|(at, _)| *at)
    }

    /// The first that is due up to a moment, UTC ms, with some programmes left out.
    pub(super) fn first_until(&self, until: u64, without: &BTreeSet<String>) -> Option<(String, Occurrence)> {
        let due = self.sorted.iter().take_while(|(at, _)| *at <= until);
        let (_, id) = due.into_iter().find(|(_, id)| !without.contains(id))?;
        self.of.get(id).map(|occurrence| (id.clone(), *occurrence))
    }
}

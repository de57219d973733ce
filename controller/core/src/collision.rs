//! What would want the same amplifiers at the same time, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::{ClusterId, UtcMillis};
use schedules::Interrupted;
use serde::{Deserialize, Serialize};

use crate::amplifier::{self, Turn};
use crate::limits::COLLISIONS_MAX;
use crate::occurrences::{latest_starts, over_by};
use crate::preview::Outlook;
use crate::showing::{Showing, Source};

/// Two programmes (or announcements) that want the same amplifiers at the same time: as planned, or because one
/// of them had to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    /// The one that has the amplifier.
    pub first: Party,
    /// The other.
    pub second: Party,
    /// From when they meet: the second's planned start.
    pub from: UtcMillis,
    /// Until when.
    pub to: UtcMillis,
    /// Where.
    pub clusters: Vec<ClusterId>,
    /// What will happen.
    pub outcome: Outcome,
}

/// One of two that meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The programme's id, or the job's.
    pub id: String,
    /// For people.
    pub title: String,
}

/// What happens when two programmes meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// The second waits for the end of the first, so long.
    Waits {
        /// Milliseconds.
        ms: u64,
    },
    /// The second would have to wait longer than it may, and is dropped.
    Dropped {
        /// Milliseconds.
        ms: u64,
    },
    /// The second takes the place of the first.
    Interrupts {
        /// What becomes of the first.
        then: Interrupted,
    },
}

impl Outlook<'_> {
    /// Where two things, of which `concerns` says that one matters, want the same amplifier.
    pub(crate) fn collisions(
        &self,
        showings: &[Showing<'_>],
        concerns: &dyn Fn(&Showing<'_>) -> bool,
    ) -> Vec<Collision> {
        let mut found: BTreeMap<(u64, String, String, Kind), Collision> = BTreeMap::new();
        let rails = &self.state.settings.rails;
        let sounds = |showing: &&Showing<'_>| {
            let quiet = || rails.quiet_hours_met(self.calendar, showing.from, showing.to).is_some();
            showing.override_reason().is_some() || showing.programme().is_none() || !quiet()
        };
        let showings: Vec<&Showing<'_>> = showings.iter().filter(sounds).collect();
        let mut rest = &showings[..];
        while !rest.is_empty() && found.len() < COLLISIONS_MAX {
            let (together, later) = rest.split_at(self.chained(rest));
            rest = later;
            for (lengths, clusters) in alike(together) {
                let here = together.iter().zip(&lengths);
                let here: Vec<_> =
                    here.filter_map(|(showing, length)| Some((*showing, (*length)?))).collect();
                let turns: Vec<Turn> =
                    here.iter().map(|(showing, length)| self.turn(showing, *length)).collect();
                for meeting in amplifier::meetings(&turns) {
                    let (first, second) = (here[meeting.first].0, here[meeting.second].0);
                    if concerns(first) || concerns(second) {
                        let to = meeting.until.min(second.from + here[meeting.second].1);
                        add(&mut found, (first, second), to, &clusters, meeting.outcome);
                    }
                }
            }
        }
        found.into_values().collect()
    }

    /// How many of the first ones can have to do with each other: behind them everything is over.
    fn chained(&self, showings: &[&Showing<'_>]) -> usize {
        let mut over = 0;
        let meets = |showing: &&&Showing<'_>| {
            let meets = over == 0 || showing.from < over;
            let restarts = showing.interrupted(self.state.settings.interrupted) == Interrupted::Restart;
            let length = (showing.to - showing.from) * if restarts { 2 } else { 1 };
            over = over.max(showing.from) + length;
            meets
        };
        showings.iter().take_while(meets).count().max(1)
    }

    fn turn(&self, showing: &Showing<'_>, length: u64) -> Turn {
        let (start_by, waits_until) = self.latest_starts(showing);
        Turn {
            from: showing.from,
            length,
            class: showing.class(),
            rank: showing.rank(),
            interrupts: showing.interrupts(),
            waits_until,
            goes_on_until: waits_until.max(start_by) + (showing.to - showing.from),
            over_by: match &showing.source {
                Source::Announcement(spec) => spec.over_by.map(|at| at.0),
                Source::Programme(programme, _) => {
                    over_by(&self.state.settings.rails, self.calendar, programme, showing.from)
                }
            },
            interrupted: showing.interrupted(self.state.settings.interrupted),
        }
    }

    /// The latest starts, late and after waiting for what plays, UTC ms.
    fn latest_starts(&self, showing: &Showing<'_>) -> (u64, u64) {
        let (start_by, waits_until) = match &showing.source {
            Source::Announcement(spec) => (spec.start_by, spec.wait_until.unwrap_or(spec.start_by)),
            Source::Programme(programme, occurrence) => {
                let (rails, length_ms) = (&self.state.settings.rails, showing.content.length_ms());
                latest_starts(rails, self.calendar, programme, occurrence, length_ms)
            }
        };
        (start_by.0, waits_until.0)
    }
}

/// Clusters that play the same of some showings, equally long; only where there are two at least.
fn alike(showings: &[&Showing<'_>]) -> BTreeMap<Vec<Option<u64>>, Vec<ClusterId>> {
    let mut alike: BTreeMap<Vec<Option<u64>>, Vec<ClusterId>> = BTreeMap::new();
    if showings.len() < 2 {
        return alike;
    }
    let clusters: BTreeSet<&ClusterId> = showings.iter().flat_map(|showing| showing.targets.iter()).collect();
    for cluster in clusters {
        let on = |s: &&Showing<'_>| s.targets.contains(cluster).then(|| s.length_on(cluster));
        let lengths: Vec<Option<u64>> = showings.iter().map(on).collect();
        if lengths.iter().flatten().nth(1).is_some() {
            alike.entry(lengths).or_default().push(cluster.clone());
        }
    }
    alike
}

/// What tells collisions of two apart that are not the same everywhere.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Waits,
    Dropped,
    Interrupts,
    InterruptsAndEnds,
}

/// Adds clusters on which two meet; where it takes longest, it is told.
fn add(
    found: &mut BTreeMap<(u64, String, String, Kind), Collision>,
    (first, second): (&Showing<'_>, &Showing<'_>),
    to: u64,
    clusters: &[ClusterId],
    outcome: Outcome,
) {
    let kind = match outcome {
        Outcome::Waits { .. } => Kind::Waits,
        Outcome::Dropped { .. } => Kind::Dropped,
        Outcome::Interrupts { then: Interrupted::Drop } => Kind::InterruptsAndEnds,
        Outcome::Interrupts { .. } => Kind::Interrupts,
    };
    let party =
        |showing: &Showing<'_>| Party { id: showing.id().into_owned(), title: showing.title().to_owned() };
    let key = (second.from, first.id().into_owned(), second.id().into_owned(), kind);
    let collision = found.entry(key).or_insert_with(|| Collision {
        first: party(first),
        second: party(second),
        from: UtcMillis(second.from),
        to: UtcMillis(to),
        clusters: Vec::new(),
        outcome,
    });
    collision.to = collision.to.max(UtcMillis(to));
    collision.outcome = collision.outcome.longer(outcome);
    collision.clusters.extend_from_slice(clusters);
    collision.clusters.sort_unstable();
    collision.clusters.dedup();
}

impl Outcome {
    fn longer(self, other: Self) -> Self {
        match (self, other) {
            (Self::Waits { ms: one }, Self::Waits { ms: other }) => Self::Waits { ms: one.max(other) },
            (Self::Dropped { ms: one }, Self::Dropped { ms: other }) => Self::Dropped { ms: one.max(other) },
            _ => self,
        }
    }
}

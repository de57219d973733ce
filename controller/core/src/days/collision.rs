//! What would want the same amplifiers at the same time, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use firmware_proto::message::Class;
use firmware_proto::{ClusterId, UtcMillis};
use schedules::Interrupted;
use serde::{Deserialize, Serialize};

use super::amplifier::{self, Turn};
use super::planning::{latest_starts, over_by};
use super::preview::Outlook;
use super::showing::{Showing, Source};
use crate::facts::cluster::Cluster;
use crate::facts::guard_rail::Broken;
use crate::limits::{COLLISIONS_FOUND_MAX, COLLISIONS_MAX};

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
    /// The clusters on which they meet.
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

/// Later than the version of every job that there is.
const NOT_MADE: u64 = u64::MAX / 2;

impl Outlook<'_> {
    /// Where two things, of which `concerns` says that one matters, want the same amplifier. `broken`: for each
    /// showing, the guard rail that it breaks.
    pub(crate) fn collisions(
        &self,
        showings: &[Showing<'_>],
        broken: &[Option<Broken>],
        concerns: &dyn Fn(&Showing<'_>) -> bool,
    ) -> Vec<Collision> {
        let sounds = |(showing, broken): &(&Showing<'_>, &Option<Broken>)| {
            let left_out = matches!(broken, Some(Broken::QuietHours { .. } | Broken::MinutesPerDay { .. }));
            showing.override_reason().is_some() || !left_out
        };
        let showings: Vec<&Showing<'_>> =
            showings.iter().zip(broken).filter(sounds).map(|(showing, _)| showing).collect();
        let mut found = Found::new();
        for (played, devices) in self.playlists(&showings) {
            let mut rest = &played[..];
            while !rest.is_empty() && found.len() < COLLISIONS_FOUND_MAX {
                let (chain, later) = rest.split_at(self.chained(rest));
                rest = later;
                if chain.len() > 1 && chain.iter().any(|showing| concerns(showing)) {
                    self.meet(chain, &devices, concerns, &mut found);
                }
            }
        }
        found.into_values().take(COLLISIONS_MAX).collect()
    }

    /// What each device plays: once for all devices that play the same, by start.
    fn playlists<'s, 'p>(&self, showings: &[&'s Showing<'p>]) -> Vec<(Vec<&'s Showing<'p>>, Vec<ClusterId>)> {
        // Showings of a programme share their targets. Sets are numbered as they appear, not as they lie in memory:
        // what is told must not depend on that.
        let mut numbers: BTreeMap<*const BTreeSet<ClusterId>, usize> = BTreeMap::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut sets_of: BTreeMap<ClusterId, Vec<usize>> = BTreeMap::new();
        for (at, showing) in showings.iter().enumerate() {
            let number = *numbers.entry(Rc::as_ptr(&showing.targets)).or_insert(members.len());
            if number == members.len() {
                members.push(Vec::new());
                let devices = self.state.devices_of(showing.targets.iter());
                devices.into_iter().for_each(|device| sets_of.entry(device).or_default().push(number));
            }
            members[number].push(at);
        }
        let mut alike: BTreeMap<Vec<usize>, Vec<ClusterId>> = BTreeMap::new();
        for (device, sets) in sets_of {
            alike.entry(sets).or_default().push(device);
        }
        let playlist = |(sets, devices): (Vec<usize>, Vec<ClusterId>)| {
            let mut played: Vec<usize> = sets.iter().flat_map(|set| members[*set].iter().copied()).collect();
            played.sort_unstable();
            (played.into_iter().map(|at| showings[at]).collect(), devices)
        };
        alike.into_iter().map(playlist).collect()
    }

    /// How many of the first ones can have to do with each other: behind them everything is over.
    fn chained(&self, showings: &[&Showing<'_>]) -> usize {
        let (mut over, mut again) = (0, 0);
        let meets = |showing: &&&Showing<'_>| {
            let meets = over == 0 || showing.from < over;
            let length = showing.to - showing.from;
            let interrupts = showing.interrupts() || showing.class() > Class::Routine;
            over = over.max(showing.from) + length + if interrupts { again } else { 0 };
            if showing.interrupted(self.state.settings.interrupted) == Interrupted::Restart {
                again = again.max(length);
            }
            meets
        };
        showings.iter().take_while(meets).count().max(1)
    }

    /// Lets devices play a chain: once for all on which everything is equally long.
    fn meet(
        &self,
        chain: &[&Showing<'_>],
        devices: &[ClusterId],
        concerns: &dyn Fn(&Showing<'_>) -> bool,
        found: &mut Found,
    ) {
        let mut alike: BTreeMap<Vec<u64>, BTreeSet<&ClusterId>> = BTreeMap::new();
        for device in devices {
            let lengths = chain.iter().map(|showing| showing.length_on(device)).collect();
            alike.entry(lengths).or_default().insert(device);
        }
        for (lengths, devices) in alike {
            let each = chain.iter().zip(&lengths).enumerate();
            let turns: Vec<Turn> = each
                .map(|(at, (showing, length))| Turn {
                    // What is no job yet becomes one later, in the order in which it is to sound.
                    version: showing.made.unwrap_or(NOT_MADE + at as u64),
                    ..self.turn(showing, *length)
                })
                .collect();
            for meeting in amplifier::meetings(&turns) {
                let (first, second) = (chain[meeting.first], chain[meeting.second]);
                if concerns(first) || concerns(second) {
                    let to = meeting.until.min(second.from + lengths[meeting.second]);
                    // Behind one gateway they need not be the same clusters: those who wait, or are interrupted.
                    let takes = matches!(meeting.outcome, Outcome::Interrupts { .. });
                    let concerned = if takes { first } else { second };
                    let here = concerned.targets.iter().filter(|target| {
                        let device = self.state.clusters.get(*target).and_then(Cluster::device);
                        device.is_some_and(|device| devices.contains(device))
                    });
                    add(found, (first, second), to, here, meeting.outcome);
                }
            }
        }
    }

    fn turn(&self, showing: &Showing<'_>, length: u64) -> Turn {
        let (start_by, waits_until) = self.latest_starts(showing);
        Turn {
            from: showing.from,
            length,
            class: showing.class(),
            version: NOT_MADE,
            rank: showing.rank(),
            interrupts: showing.interrupts(),
            waits_until,
            goes_on_until: waits_until.max(start_by) + length,
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

/// What tells collisions of two apart that are not the same everywhere.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Waits,
    Dropped,
    Interrupts,
    InterruptsAndEnds,
}

/// By time, first, second and kind.
type Found = BTreeMap<(u64, String, String, Kind), Collision>;

/// Adds clusters on which two meet; where it takes longest, it is told.
fn add<'c>(
    found: &mut Found,
    (first, second): (&Showing<'_>, &Showing<'_>),
    to: u64,
    clusters: impl Iterator<Item = &'c ClusterId>,
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
    collision.clusters.extend(clusters.cloned());
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

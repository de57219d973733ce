//! What a schedule means for the days to come: what plays where, what meets what, and what the site
//! does not want. Pure functions of the state and a span of time.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use firmware_proto::message::Class;
use firmware_proto::{ClusterId, JobId, UtcMillis};
use schedules::Calendar;
use serde::{Deserialize, Serialize};

use super::collision::Collision;
use super::rails::Sounding;
use super::showing::{Showing, Source};
use crate::facts::guard_rail::Broken;
use crate::facts::job::{Job, Origin};
use crate::facts::programme::{Content, Gap, Plan, Programme};
use crate::facts::state::State;
use crate::facts::targets::reachable;
use crate::limits::{DAYS_CHECKED, NEXT_DAYS_MAX, OCCURRENCES_CHECKED_MAX, SHOWINGS_MAX};

const DAY_MS: u64 = 24 * 3_600_000;

/// One occurrence of a programme to come, or an announcement that was made for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The programme's id, or the job's.
    pub id: String,
    /// It is an announcement.
    pub by_hand: bool,
    /// For people.
    pub title: String,
    /// Its class.
    pub class: Class,
    /// Planned start.
    pub start: UtcMillis,
    /// End, if nothing holds it up.
    pub end: UtcMillis,
    /// Per cent.
    pub volume: u8,
    /// An exception makes this day another one.
    pub exceptional: bool,
    /// How many clusters are to hear it.
    pub clusters: usize,
    /// Where a language is not there.
    pub gaps: Vec<Gap>,
    /// What the site does not want of it: it will be left out, unless a reason was given.
    pub broken: Option<Broken>,
    /// The reason that was given.
    pub override_reason: Option<String>,
}

/// The days to come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// By start.
    pub entries: Vec<Entry>,
    /// By time, the first [`COLLISIONS_MAX`](crate::limits::COLLISIONS_MAX).
    pub collisions: Vec<Collision>,
}

/// More was asked for than is looked through at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {most} broadcasts in that time")]
pub struct TooMuch {
    /// Broadcasts that can be looked through.
    pub most: usize,
}

/// A schedule, perhaps one that is only proposed.
pub(crate) struct Outlook<'a> {
    pub(crate) state: &'a State,
    pub(crate) calendar: &'a Calendar,
    pub(crate) programmes: Vec<&'a Programme>,
}

impl<'a> Outlook<'a> {
    /// What starts from one moment up to another, by start; at most `limit` of one programme.
    pub(crate) fn showings(&self, span: (u64, u64), limit: usize) -> Vec<Showing<'a>> {
        let active = self.programmes.iter().filter(|programme| !programme.plan.paused);
        self.in_order(active.flat_map(|programme| self.showings_of(programme, span, limit)).collect(), span)
    }

    /// Everything that starts from one moment up to another, by start.
    fn all_showings(&self, span: (u64, u64)) -> Result<Vec<Showing<'a>>, TooMuch> {
        let mut showings = Vec::new();
        for programme in self.programmes.iter().filter(|programme| !programme.plan.paused) {
            let room = SHOWINGS_MAX - showings.len();
            showings.extend(self.showings_of(programme, span, room + 1));
            if showings.len() > SHOWINGS_MAX {
                return Err(TooMuch { most: SHOWINGS_MAX });
            }
        }
        Ok(self.in_order(showings, span))
    }

    fn in_order(&self, mut showings: Vec<Showing<'a>>, span: (u64, u64)) -> Vec<Showing<'a>> {
        showings.extend(self.announcements(span));
        let made = self.jobs_made();
        for showing in &mut showings {
            let proposed =
                showing.programme().is_some_and(|programme| programme.revision > self.state.revision);
            showing.made = made.get(&(showing.id(), showing.from)).copied().filter(|_| !proposed);
        }
        // Of those that are alike the one that became a job first goes first; the others become jobs by their ids.
        let turn = |showing: &Showing<'a>| {
            (showing.from, showing.rank(), showing.made.unwrap_or(u64::MAX), showing.id())
        };
        showings.sort_by_cached_key(turn);
        showings
    }

    /// The versions of the jobs that stand, by programme (or job) and planned start.
    fn jobs_made(&self) -> BTreeMap<(Cow<'a, str>, u64), u64> {
        let jobs = self.state.each_job().filter(|job| job.stopped_at.is_none());
        let made = jobs.filter_map(|job| {
            let id = match &job.spec.origin {
                Origin::Programme { programme, .. } => Cow::Borrowed(programme.as_str()),
                Origin::Announcement => Cow::Owned(job.spec.id.to_string()),
            };
            Some(((id, job.spec.play_at?.0), job.version))
        });
        made.collect()
    }

    /// What is to come, as far as a change is held against the rest.
    pub(crate) fn days_ahead(&self, now: UtcMillis) -> Vec<Showing<'a>> {
        let each = OCCURRENCES_CHECKED_MAX / self.programmes.len().max(1);
        let days = (each / 2).clamp(*DAYS_CHECKED.start(), *DAYS_CHECKED.end());
        self.showings((now.0, now.0 + days as u64 * DAY_MS), each.max(1))
    }

    fn announcements(&self, (from, to): (u64, u64)) -> impl Iterator<Item = Showing<'a>> {
        let jobs = self.state.each_job().filter(|job| job.stopped_at.is_none());
        let by_hand = jobs.filter(|job| job.spec.origin == Origin::Announcement);
        let showings = by_hand.filter_map(|job| Showing::announcement(&job.spec));
        showings.filter(move |showing| (from..to).contains(&showing.from))
    }

    fn showings_of(&self, programme: &'a Programme, span: (u64, u64), limit: usize) -> Vec<Showing<'a>> {
        let targets = Rc::new(reachable(&self.state.clusters, &programme.plan.targets));
        let mut contents: BTreeMap<Option<usize>, Rc<Content>> = BTreeMap::new();
        let occurrences = programme.plan.occurrences(self.calendar, span).take(limit);
        let showing = occurrences.map(|occurrence| {
            let content = contents.entry(occurrence.exception).or_insert_with(|| {
                Rc::new(self.state.content(programme.plan.items_at(&occurrence), &targets))
            });
            let from = occurrence.utc_ms;
            Showing {
                source: Source::Programme(programme, occurrence),
                content: Rc::clone(content),
                targets: Rc::clone(&targets),
                made: None,
                from,
                to: from + content.length_ms(),
            }
        });
        showing.collect()
    }

    /// The guard rail that an occurrence breaks by itself, whatever else plays that day.
    pub(super) fn broken_alone(&self, showing: &Showing<'_>) -> Option<Broken> {
        let rails = &self.state.settings.rails;
        let at = UtcMillis(showing.from);
        if let Some(hours) = rails.quiet_hours_met(self.calendar, showing.from, showing.to) {
            return Some(Broken::QuietHours { hours, at });
        }
        let volume = showing.volume()?;
        let ceiling = rails.ceiling(self.calendar, showing.from, showing.to);
        (volume > ceiling).then_some(Broken::VolumeCeiling { volume, ceiling, at })
    }

    /// For each occurrence, in order: the guard rail that it breaks. Minutes are counted in the order of
    /// starts, those of occurrences that are left out not at all.
    pub(crate) fn broken<'s>(&self, showings: &'s [Showing<'_>]) -> Vec<Option<Broken>> {
        let rails = &self.state.settings.rails;
        let mut day = (0, 0);
        let mut sounding = Sounding::default();
        let judge = |showing: &'s Showing<'_>| {
            if !(day.0..day.1).contains(&showing.from) {
                day = self.calendar.day_of(showing.from);
                sounding = Sounding::default();
            }
            let at = UtcMillis(showing.from);
            let too_long =
                |cluster: &ClusterId| sounding.broken_by(rails, cluster, showing.length_on(cluster), at);
            let broken = || self.broken_alone(showing).or_else(|| showing.targets.iter().find_map(too_long));
            // An announcement was looked at when it was made: it breaks one for a reason, or none.
            let judged = showing.programme().is_some() || showing.override_reason().is_some();
            let broken = judged.then(broken).flatten();
            if broken.is_none() || showing.override_reason().is_some() {
                for cluster in showing.targets.iter() {
                    sounding.add(cluster, showing.length_on(cluster));
                }
            }
            broken
        };
        showings.iter().map(judge).collect()
    }
}

impl State {
    /// What plays from one moment up to another: on one cluster, or everywhere.
    ///
    /// # Errors
    /// [`TooMuch`]
    pub fn preview(
        &self,
        from: UtcMillis,
        to: UtcMillis,
        cluster: Option<&ClusterId>,
    ) -> Result<Preview, TooMuch> {
        let calendar = self.calendar();
        let outlook = Outlook { state: self, calendar: &calendar, programmes: self.plans().collect() };
        let mut showings = outlook.all_showings((from.0, to.0))?;
        // Of a day that has begun: what was there before the programme, or before its last change, if it played.
        showings.retain(|showing| {
            let changed_at = showing.programme().map(|programme| programme.changed_at.0);
            changed_at.is_none_or(|changed_at| showing.from > changed_at) || self.has_played(showing)
        });
        let broken = outlook.broken(&showings);
        let here = |showing: &Showing<'_>| cluster.is_none_or(|cluster| showing.targets.contains(cluster));
        let mut collisions = outlook.collisions(&showings, &broken, &|_| true);
        if let Some(cluster) = cluster {
            collisions.retain(|collision| collision.clusters.contains(cluster));
        }
        let entries = showings.iter().zip(broken).filter(|(showing, _)| here(showing));
        let entries = entries.map(|(showing, broken)| self.entry(showing, broken, cluster)).collect();
        Ok(Preview { entries, collisions })
    }

    /// Programmes that will break guard rails for which `counts` holds, without a reason: how often in the days
    /// ahead, and when first.
    pub(crate) fn breaking(
        &self,
        now: UtcMillis,
        counts: &dyn Fn(&Broken) -> bool,
    ) -> BTreeMap<String, (usize, Broken)> {
        let calendar = self.calendar();
        let outlook = Outlook { state: self, calendar: &calendar, programmes: self.plans().collect() };
        let showings = outlook.days_ahead(now);
        let mut breaking: BTreeMap<String, (usize, Broken)> = BTreeMap::new();
        for (showing, broken) in showings.iter().zip(outlook.broken(&showings)) {
            let programme = showing.programme().filter(|programme| programme.override_reason.is_none());
            if let Some((programme, broken)) = programme.zip(broken.filter(|broken| counts(broken))) {
                breaking.entry(programme.plan.id.clone()).or_insert((0, broken)).0 += 1;
            }
        }
        breaking
    }

    /// The state as far as it says what is to come: without devices and jobs, but for announcements.
    pub(crate) fn plans_only(&self) -> Self {
        let by_hand = self.jobs.iter().filter(|(_, job)| job.spec.origin == Origin::Announcement);
        Self {
            settings: self.settings.clone(),
            clusters: self.clusters.clone(),
            programmes: self.programmes.clone(),
            day_sets: self.day_sets.clone(),
            revision: self.revision,
            jobs: by_hand.map(|(id, job)| (*id, job.clone())).collect(),
            ..Self::default()
        }
    }

    /// Programmes that play nowhere.
    pub(crate) fn homeless(&self) -> BTreeSet<&str> {
        let nowhere = |plan: &&Plan| reachable(&self.clusters, &plan.targets).is_empty();
        self.plans().map(|programme| &programme.plan).filter(nowhere).map(|plan| plan.id.as_str()).collect()
    }

    /// What an announcement for later meets.
    #[must_use]
    pub fn collisions_of(&self, job: &JobId) -> Vec<Collision> {
        let Some(spec) = self.jobs.get(job).map(|job| &job.spec) else { return Vec::new() };
        let Some(from) = spec.play_at.map(|at| at.0) else { return Vec::new() };
        let calendar = self.calendar();
        let outlook = Outlook { state: self, calendar: &calendar, programmes: self.plans().collect() };
        // What began a day before may still sound; and it may begin late, and be interrupted.
        let to = spec.latest_start().0 + 2 * spec.length_ms();
        let each = OCCURRENCES_CHECKED_MAX / outlook.programmes.len().max(1);
        let showings = outlook.showings((from.saturating_sub(DAY_MS), to), each.max(1));
        let broken = outlook.broken(&showings);
        let is_it = |source: &Source<'_>| matches!(source, Source::Announcement(other) if other.id == *job);
        outlook.collisions(&showings, &broken, &|showing| is_it(&showing.source))
    }

    /// Did a job of this occurrence begin anywhere?
    fn has_played(&self, showing: &Showing<'_>) -> bool {
        let is_it = |job: &&Job| {
            let Origin::Programme { programme, occurrence } = &job.spec.origin else { return false };
            occurrence.0 == showing.from && *programme == showing.id()
        };
        let begun = |job: &Job| job.deliveries.values().any(|delivery| delivery.started_at.is_some());
        self.each_job().filter(is_it).any(begun)
    }

    fn plans(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.values().map(|planned| &planned.programme)
    }

    /// What plays next, by start; as far as can be looked ahead.
    #[must_use]
    pub fn next_entries(&self, now: UtcMillis, count: usize) -> Vec<Entry> {
        let calendar = self.calendar();
        let outlook = Outlook { state: self, calendar: &calendar, programmes: self.plans().collect() };
        let mut days = 1;
        let mut entries = Vec::new();
        // A day has what comes next for almost every site, and little to look through.
        while days <= NEXT_DAYS_MAX && entries.len() < count {
            // Of one programme, no more than all can be among the next.
            let showings = outlook.showings((now.0, now.0 + days * DAY_MS), count);
            let broken = outlook.broken(&showings);
            let judged = showings.iter().zip(broken);
            entries = judged.map(|(showing, broken)| self.entry(showing, broken, None)).collect();
            days *= 5;
        }
        entries.truncate(count);
        entries
    }

    fn entry(&self, showing: &Showing<'_>, broken: Option<Broken>, cluster: Option<&ClusterId>) -> Entry {
        let length = cluster.map_or(showing.to - showing.from, |c| showing.length_on(c));
        let mut gaps = showing.content.gaps.clone();
        if let Some(cluster) = cluster {
            gaps.retain(|gap| gap.clusters.contains(cluster));
        }
        Entry {
            id: showing.id().into_owned(),
            by_hand: showing.programme().is_none(),
            title: showing.title().to_owned(),
            class: showing.class(),
            start: UtcMillis(showing.from),
            end: UtcMillis(showing.from + length),
            volume: showing.volume().unwrap_or(self.settings.volume),
            exceptional: showing.exception().is_some(),
            clusters: showing.targets.len(),
            gaps,
            broken,
            override_reason: showing.override_reason().cloned(),
        }
    }
}

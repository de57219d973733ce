//! A programme: what plays when, for whom, and what gives way to what.
//!
//! `C` is what stands for a clip: its name in a file, its facts in the controller.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::days::DayRule;
use crate::error::RuleError;
use crate::hours::{Hours, TimeOfDay};
use crate::language::Item;
use crate::policy::{Busy, Interrupted, Missed};
use crate::recurrence::{Day, Occurrence, Recurrence};

/// How much a programme matters; it is never an emergency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// Thông thường.
    #[default]
    Routine,
    /// Ưu tiên.
    Priority,
}

/// What is scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme<C> {
    /// Its name in commands: `a-z`, `0-9` and inner `-`.
    pub id: String,
    /// Title that staff and listeners read.
    pub title: String,
    /// How much it matters.
    pub class: Importance,
    /// Where it plays, as staff wrote it.
    pub targets: Vec<String>,
    /// What plays, one after the other.
    pub items: Vec<Item<C>>,
    /// Per cent; none: the site's.
    pub volume: Option<u8>,
    /// Per cent at times of the day, before `volume`; the first that fits.
    pub volumes: Vec<HourVolume>,
    /// On which days and at which times it plays.
    pub recurrence: Recurrence,
    /// Only on these dates, both included.
    pub between: Option<Between>,
    /// Days that are different; the first that fits decides.
    pub except: Vec<Exception<C>>,
    /// When something else plays.
    pub busy: Busy,
    /// When something else takes its place; none: the site's setting.
    pub interrupted: Option<Interrupted>,
    /// When its time has passed unplayed.
    pub missed: Missed,
    /// It plays not until it is resumed.
    pub paused: bool,
}

/// A volume at a time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourVolume {
    /// The hours in which the volume holds.
    pub hours: Hours,
    /// Volume in per cent, 0 to 100.
    pub volume: u8,
}

/// A range of dates, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Between {
    /// First day, local.
    pub first: NaiveDate,
    /// Last day, local.
    pub last: NaiveDate,
}

/// Days on which a programme is silent, or another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception<C> {
    /// Days that any of these rules picks.
    pub days: Vec<DayRule>,
    /// What happens then, if the programme would play on that day; none: silence.
    pub instead: Option<Instead<C>>,
}

/// Another plan for some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead<C> {
    /// At these times, ascending; empty: at the same.
    pub at: Vec<TimeOfDay>,
    /// This; empty: the same.
    pub items: Vec<Item<C>>,
}

impl<C> Programme<C> {
    /// A programme with nothing special: routine, everywhere, titled by its id.
    #[must_use]
    pub fn plain(id: &str, items: Vec<Item<C>>, recurrence: Recurrence) -> Self {
        Self {
            id: id.to_owned(),
            title: id.to_owned(),
            class: Importance::default(),
            targets: vec!["all".to_owned()],
            items,
            volume: None,
            volumes: Vec::new(),
            recurrence,
            between: None,
            except: Vec::new(),
            busy: Busy::default(),
            interrupted: None,
            missed: Missed::default(),
            paused: false,
        }
    }

    /// The first occurrence strictly after an instant; none when it never plays again before 2101. Pausing
    /// is not looked at.
    #[must_use]
    pub fn next_after(&self, calendar: &Calendar, after_utc_ms: u64) -> Option<Occurrence> {
        let (first, last) = self.between.map_or((NaiveDate::MIN, last_date()), |b| (b.first, b.last));
        let day = |date: NaiveDate| self.day(calendar, date);
        self.recurrence.next_after(calendar, after_utc_ms, (first, last.min(last_date())), &day)
    }

    /// The first occurrence strictly after an instant, for accepting a programme.
    ///
    /// # Errors
    /// [`RuleError::NeverAgain`] when there is none, to be shown to whoever adds the programme.
    pub fn first_after(&self, calendar: &Calendar, after_utc_ms: u64) -> Result<Occurrence, RuleError> {
        self.next_after(calendar, after_utc_ms).ok_or_else(|| RuleError::NeverAgain {
            text: self.recurrence.to_string(),
            after: calendar.zone.local_text(after_utc_ms),
            zone: calendar.zone.name(),
        })
    }

    /// All occurrences from one instant up to but without another, in order.
    pub fn occurrences<'a>(
        &'a self,
        calendar: &'a Calendar,
        (from_utc_ms, to_utc_ms): (u64, u64),
    ) -> impl Iterator<Item = Occurrence> + 'a {
        let after = |utc_ms: u64| self.next_after(calendar, utc_ms);
        let first = match from_utc_ms.checked_sub(1) {
            Some(before) => after(before),
            None => after(0),
        };
        std::iter::successors(first, move |last| after(last.utc_ms))
            .take_while(move |occurrence| occurrence.utc_ms < to_utc_ms)
    }

    fn day(&self, calendar: &Calendar, date: NaiveDate) -> Day<'_> {
        let fitting = self.except.iter().position(|except| calendar.picks(&except.days, date));
        let Some(at) = fitting else { return Day::Plain };
        match self.except.get(at).and_then(|except| except.instead.as_ref()) {
            None => Day::Silent,
            Some(instead) if instead.at.is_empty() => Day::Other(at),
            Some(instead) => Day::At(&instead.at, at),
        }
    }

    /// What plays at an occurrence.
    #[must_use]
    pub fn items_at(&self, occurrence: &Occurrence) -> &[Item<C>] {
        let exception = occurrence.exception.and_then(|at| self.except.get(at));
        let instead = exception.and_then(|except| except.instead.as_ref());
        instead.map(|instead| &instead.items[..]).filter(|items| !items.is_empty()).unwrap_or(&self.items)
    }

    /// The volume that the programme asks for at an occurrence, per cent; none: the site's.
    #[must_use]
    pub fn volume_at(&self, occurrence: &Occurrence) -> Option<u8> {
        let time = occurrence.time();
        let at_hours = self.volumes.iter().find(|volume| volume.hours.contains(time));
        at_hours.map(|volume| volume.volume).or(self.volume)
    }

    /// How late an occurrence may still start, UTC ms.
    #[must_use]
    pub fn start_by(&self, calendar: &Calendar, occurrence: &Occurrence) -> u64 {
        self.missed.start_by(calendar, occurrence)
    }

    /// Every list of items: the usual one, and those of exceptions.
    pub fn contents(&self) -> impl Iterator<Item = &[Item<C>]> {
        let others = self.except.iter().filter_map(|except| except.instead.as_ref());
        let others = others.map(|instead| &instead.items[..]).filter(|items| !items.is_empty());
        std::iter::once(&self.items[..]).chain(others)
    }

    /// Every clip that it may play.
    pub fn clips(&self) -> impl Iterator<Item = &C> {
        self.contents().flatten().flat_map(Item::clips)
    }

    /// Names of the sets of days that it relies on.
    #[must_use]
    pub fn sets(&self) -> BTreeSet<&str> {
        let on: &[DayRule] = match &self.recurrence {
            Recurrence::Days { on, .. } => on,
            Recurrence::Once(_) | Recurrence::Cron(_) => &[],
        };
        let rules = on.iter().chain(self.except.iter().flat_map(|except| &except.days));
        rules.filter_map(DayRule::set).collect()
    }

    /// The same programme with other clips.
    ///
    /// # Errors
    /// The first that `change` returns.
    pub fn try_map<D, E>(&self, mut change: impl FnMut(&C) -> Result<D, E>) -> Result<Programme<D>, E> {
        let mut items = |items: &[Item<C>]| -> Result<Vec<Item<D>>, E> {
            items.iter().map(|item| item.try_map(&mut change)).collect()
        };
        let usual = items(&self.items)?;
        let mut except = Vec::with_capacity(self.except.len());
        for Exception { days, instead } in &self.except {
            let instead = match instead {
                Some(instead) => Some(Instead { at: instead.at.clone(), items: items(&instead.items)? }),
                None => None,
            };
            except.push(Exception { days: days.clone(), instead });
        }
        Ok(Programme {
            id: self.id.clone(),
            title: self.title.clone(),
            class: self.class,
            targets: self.targets.clone(),
            items: usual,
            volume: self.volume,
            volumes: self.volumes.clone(),
            recurrence: self.recurrence.clone(),
            between: self.between,
            except,
            busy: self.busy,
            interrupted: self.interrupted,
            missed: self.missed,
            paused: self.paused,
        })
    }
}

/// The last date that schedules know.
fn last_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2100, 12, 31).unwrap_or(NaiveDate::MAX)
}

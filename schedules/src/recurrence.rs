//! When a programme recurs, its exceptions left aside.

use std::fmt;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::days::DayRule;
use crate::hours::TimeOfDay;
use crate::rule::CronRule;
use crate::zone::{instant, utc_ms};

/// How a programme recurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recurrence {
    /// Once, at a local date and time.
    Once(NaiveDateTime),
    /// At every local time that fits a cron rule.
    Cron(CronRule),
    /// At times of day, on the days that any of the rules picks.
    Days {
        /// Days that any of these rules picks.
        on: Vec<DayRule>,
        /// At which times, ascending.
        at: Vec<TimeOfDay>,
    },
}

/// One time at which a programme happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The instant, in UTC milliseconds; whole seconds.
    pub utc_ms: u64,
    local: NaiveDateTime,
    /// The exception that makes this day another one, by its place in the programme.
    pub exception: Option<usize>,
}

impl Occurrence {
    /// Local date and time of the instant, as `2026-11-24T17:00:00`: the occurrence's identity. No two
    /// occurrences of a programme in one zone share it, and it does not change when a zone's offset does.
    #[must_use]
    pub fn local_text(&self) -> String {
        // Debug is ISO 8601 by chrono's contract, and several times faster than a format string.
        format!("{:?}", self.local)
    }

    /// The occurrence of a local time: in a gap at its end. None before 1970 and after 2100.
    pub(crate) fn at(calendar: &Calendar, local: NaiveDateTime, exception: Option<usize>) -> Option<Self> {
        let at = calendar.zone.resolve(local)?;
        let utc_ms = utc_ms(at)?;
        Some(Self { utc_ms, local: calendar.zone.local(at), exception })
    }

    pub(crate) fn time(&self) -> TimeOfDay {
        TimeOfDay::of(self.local)
    }

    pub(crate) fn local(&self) -> NaiveDateTime {
        self.local
    }
}

/// What exceptions and a range of dates make of a day.
pub(crate) enum Day<'a> {
    /// As the recurrence says.
    Plain,
    /// The same times, but another content.
    Other(usize),
    /// Other times.
    At(&'a [TimeOfDay], usize),
    /// Nothing plays on that day.
    Silent,
}

impl Recurrence {
    /// The first occurrence strictly after an instant, with each day as `day` has it. Two local times that
    /// a gap moves to the same instant are one occurrence.
    ///
    /// `first` and `last` bound the dates that are looked at.
    pub(crate) fn next_after<'a>(
        &self,
        calendar: &Calendar,
        after_utc_ms: u64,
        (first, last): (NaiveDate, NaiveDate),
        day: &dyn Fn(NaiveDate) -> Day<'a>,
    ) -> Option<Occurrence> {
        let after = instant(after_utc_ms)?;
        let local = calendar.zone.local(after);
        // A gap may have moved something from the day before.
        let from = local.date().checked_sub_days(Days::new(1))?.max(first);
        let next = Search { calendar, after_utc_ms, from, last, day };
        match self {
            Self::Once(at) => Occurrence::at(calendar, *at, None).filter(|once| once.utc_ms > after_utc_ms),
            Self::Days { on, at } => next.of_days(on, at),
            Self::Cron(rule) => next.of_rule(rule, local),
        }
    }
}

/// For errors: the rule, or its days and times.
impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(at) => f.write_str(&moment_text(*at)),
            Self::Cron(rule) => write!(f, "{rule}"),
            Self::Days { on, at } => {
                let on: Vec<String> = on.iter().map(ToString::to_string).collect();
                let at: Vec<String> = at.iter().map(ToString::to_string).collect();
                write!(f, "{} {}", on.join(", "), at.join(", "))
            }
        }
    }
}

/// A local date and time, as in `2026-12-01 17:00`.
pub(crate) fn moment_text(at: NaiveDateTime) -> String {
    format!("{} {}", at.date(), TimeOfDay::of(at))
}

struct Search<'a, 'b> {
    calendar: &'b Calendar,
    after_utc_ms: u64,
    from: NaiveDate,
    last: NaiveDate,
    day: &'b dyn Fn(NaiveDate) -> Day<'a>,
}

impl Search<'_, '_> {
    fn of_days(&self, on: &[DayRule], at: &[TimeOfDay]) -> Option<Occurrence> {
        let dates = self.from.iter_days().take_while(|date| *date <= self.last);
        dates.filter(|date| self.calendar.picks(on, *date)).find_map(|date| match (self.day)(date) {
            Day::Plain => self.first_of(date, at, None),
            Day::Other(exception) => self.first_of(date, at, Some(exception)),
            Day::At(times, exception) => self.first_of(date, times, Some(exception)),
            Day::Silent => None,
        })
    }

    /// The instants of ascending local times never descend, so the first later one is the next one.
    fn first_of(&self, date: NaiveDate, at: &[TimeOfDay], exception: Option<usize>) -> Option<Occurrence> {
        let each = at.iter().filter_map(|time| {
            let local = date.and_time(time.naive());
            Occurrence::at(self.calendar, local, exception)
        });
        each.into_iter().find(|occurrence| occurrence.utc_ms > self.after_utc_ms)
    }

    fn of_rule(&self, rule: &CronRule, local: NaiveDateTime) -> Option<Occurrence> {
        let moved = self.moved_to_later(rule, local.date());
        let mut at = local;
        if local.date() < self.from {
            at = day_before_end(self.from)?;
        }
        let plain = loop {
            let Some(next) = rule.next_local(at).filter(|next| next.date() <= self.last) else { break None };
            let found = match (self.day)(next.date()) {
                Day::Plain => Occurrence::at(self.calendar, next, None),
                Day::Other(exception) => Occurrence::at(self.calendar, next, Some(exception)),
                Day::At(times, exception) => self.first_of(next.date(), times, Some(exception)),
                Day::Silent => None,
            };
            // Local times of a fold that is being lived through for the second time are over.
            if let Some(found) = found.filter(|found| found.utc_ms > self.after_utc_ms) {
                break Some(found);
            }
            at = match (self.day)(next.date()) {
                Day::Plain | Day::Other(_) => next,
                Day::At(..) | Day::Silent => end_of_day(next.date())?,
            };
        };
        [moved, plain].into_iter().flatten().min()
    }

    /// Today's rule may have fired already, and an exception have moved it to a later time of today.
    fn moved_to_later(&self, rule: &CronRule, today: NaiveDate) -> Option<Occurrence> {
        let days = self.from.iter_days().take_while(|date| *date <= today && *date <= self.last);
        days.filter_map(|date| match (self.day)(date) {
            Day::At(times, exception) => {
                let fires = rule.next_local(day_before_end(date)?)?.date() == date;
                self.first_of(date, times, Some(exception)).filter(|_| fires)
            }
            _ => None,
        })
        .min()
    }
}

fn end_of_day(date: NaiveDate) -> Option<NaiveDateTime> {
    NaiveTime::from_hms_opt(23, 59, 59).map(|time| date.and_time(time))
}

fn day_before_end(date: NaiveDate) -> Option<NaiveDateTime> {
    end_of_day(date.pred_opt()?)
}

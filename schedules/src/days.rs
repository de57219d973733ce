//! Which days: weekdays, days of the month, Vietnamese lunar days, dates, ranges, and sets of these.
//!
//! A [`DayRule`] is one line as staff write it; its text is its form in TOML, JSON and the journal.

pub(crate) mod text;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::lunar::LunarDate;

/// One rule that picks days. As text:
///
/// | text | days |
/// | --- | --- |
/// | `daily` (`hằng ngày`) | every day |
/// | `mon-fri`, `sat,sun` (`t2-t6`, `t7,cn`, `thứ hai`) | weekdays |
/// | `2nd tue`, `last fri` | a weekday of each month |
/// | `day 15`, `day 1,15`, `last day` | days of each month |
/// | `every 3 days from 2026-12-01` | that day, and each third after it |
/// | `lunar 15` (`rằm`), `lunar 1` (`mùng 1`) | that day of every lunar month, leap months too |
/// | `lunar last day` | the last day, 29 or 30, of every lunar month |
/// | `lunar 15/7` (`rằm tháng 7`) | that day of that month of every lunar year; not of a leap month |
/// | `lunar 15/6 leap` | that day of the leap month, in years that have it |
/// | `lunar 28/12..5/1` | each year from the first to the last, leap months between them too |
/// | `2/9`, `20/11..22/11` | day and month of every year |
/// | `2026-09-02` (`2/9/2026`), `2026-09-02..2026-09-05` | these dates |
/// | `nghi-tet` | the days of the set of that name |
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DayRule {
    /// Every day.
    Daily,
    /// Days of the week.
    Weekdays(WeekdaySet),
    /// A weekday of each month, the first, second, ... fifth one.
    NthWeekday(u8, WeekdayOf),
    /// The last such weekday of each month.
    LastWeekday(WeekdayOf),
    /// Days of each month, ascending.
    MonthDays(Vec<u8>),
    /// The last day of each month.
    LastDay,
    /// Each `step`th day, counted from a date.
    Every {
        /// Days from one to the next.
        step: u16,
        /// The day from which is counted; the first that is picked.
        from: NaiveDate,
    },
    /// A day of every lunar month.
    LunarDay(u8),
    /// The last day of every lunar month.
    LunarLastDay,
    /// A day of one lunar month of every year.
    LunarDate(LunarDayMonth, Leap),
    /// From one lunar day to another, both included.
    LunarRange(LunarDayMonth, LunarDayMonth),
    /// A day of one month of every year.
    Yearly(DayMonth),
    /// From one day of the year to another, both included.
    YearlyRange(DayMonth, DayMonth),
    /// One date.
    Date(NaiveDate),
    /// From one date to another, both included.
    Dates(NaiveDate, NaiveDate),
    /// The days of a named set.
    Set(String),
}

/// Is the leap month meant, or the one before it that gave it its number?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leap {
    /// The common month.
    Common,
    /// The leap month.
    Leap,
}

/// A day of the Gregorian year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayMonth {
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A day of the lunar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LunarDayMonth {
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekdaySet(u8);

/// One day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekdayOf(u8);

impl WeekdaySet {
    pub(crate) fn of(days: impl Iterator<Item = WeekdayOf>) -> Self {
        Self(days.fold(0, |set, day| set | 1 << day.0))
    }

    /// The days of the set, from Monday on.
    pub fn days(self) -> impl Iterator<Item = WeekdayOf> {
        (0..7).map(WeekdayOf).filter(move |day| self.contains(*day))
    }

    fn contains(self, day: WeekdayOf) -> bool {
        self.0 & (1 << day.0) != 0
    }
}

impl WeekdayOf {
    fn of(date: NaiveDate) -> Self {
        Self(date.weekday().num_days_from_monday() as u8)
    }

    pub(crate) fn from_monday(days: u8) -> Self {
        Self(days % 7)
    }

    pub(crate) fn days_from_monday(self) -> u8 {
        self.0
    }

    /// As chrono has it.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
            [usize::from(self.0 % 7)]
    }
}

/// A named set of days, such as the holidays of Tết.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySet {
    /// Title that staff read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its days; no sets among them.
    pub days: Vec<DayRule>,
}

/// Sets of days by name.
pub type DaySets = BTreeMap<String, DaySet>;

impl DayRule {
    /// Does the rule pick this day? Of a set that there is not, no day is picked.
    #[must_use]
    pub fn picks(&self, date: NaiveDate, sets: &DaySets) -> bool {
        match self {
            Self::Daily => true,
            Self::Weekdays(set) => set.contains(WeekdayOf::of(date)),
            Self::NthWeekday(nth, day) => {
                WeekdayOf::of(date) == *day && date.day().div_ceil(7) == u32::from(*nth)
            }
            Self::LastWeekday(day) => WeekdayOf::of(date) == *day && is_in_next_month(date, 7),
            Self::MonthDays(days) => days.contains(&(date.day() as u8)),
            Self::LastDay => is_in_next_month(date, 1),
            Self::Every { step, from } => {
                let days = (date - *from).num_days();
                days >= 0 && days % i64::from(*step) == 0
            }
            Self::LunarDay(_) | Self::LunarLastDay | Self::LunarDate(..) | Self::LunarRange(..) => {
                LunarDate::of(date).is_some_and(|lunar| self.picks_lunar(lunar))
            }
            Self::Yearly(day) => DayMonth::of(date) == *day,
            Self::YearlyRange(from, to) => is_between(DayMonth::of(date), *from, *to),
            Self::Date(only) => date == *only,
            Self::Dates(from, to) => (*from..=*to).contains(&date),
            Self::Set(name) => sets.get(name).is_some_and(|set| {
                set.days.iter().any(|rule| !matches!(rule, Self::Set(_)) && rule.picks(date, sets))
            }),
        }
    }

    /// The set that the rule names.
    pub(crate) fn set(&self) -> Option<&str> {
        if let Self::Set(name) = self { Some(name) } else { None }
    }

    fn picks_lunar(&self, lunar: LunarDate) -> bool {
        match self {
            Self::LunarDay(day) => lunar.day == *day,
            Self::LunarLastDay => lunar.month_days() == Some(lunar.day),
            Self::LunarDate(LunarDayMonth { month, day }, leap) => {
                (lunar.month, lunar.day, lunar.leap) == (*month, *day, *leap == Leap::Leap)
            }
            Self::LunarRange(from, to) => {
                // A leap month lies behind the one whose number it has.
                let place = |at: &LunarDayMonth| (at.month, false, at.day);
                is_between((lunar.month, lunar.leap, lunar.day), place(from), place(to))
            }
            _ => false,
        }
    }
}

impl DayMonth {
    fn of(date: NaiveDate) -> Self {
        Self { month: date.month() as u8, day: date.day() as u8 }
    }
}

/// Within a span of a year that may cross its end.
fn is_between<T: PartialOrd>(at: T, from: T, to: T) -> bool {
    if from <= to { from <= at && at <= to } else { from <= at || at <= to }
}

fn is_in_next_month(date: NaiveDate, days: u64) -> bool {
    date.checked_add_days(Days::new(days)).is_none_or(|later| later.month() != date.month())
}

//! The Vietnamese lunar calendar (âm lịch), by which full-moon days and Tết are kept.
//!
//! A month begins on the day of a new moon. Month 11 is the one with the winter solstice; where 13
//! months begin from one month 11 until before the next, the first of them without a *major term*
//! (trung khí: the sun at a multiple of 30 degrees) is a leap month, and repeats the number before it.
//! All days are days of UTC+7, so that dates differ now and then from those of China, in UTC+8.
//!
//! **Before 1968** the calendars in use in Viet Nam were mostly made for UTC+8. Here UTC+7 holds
//! throughout, and some two dozen months of 1900-1967 begin a day earlier than they did there; the
//! leap months of 1917, 1922 and 1938 differ too.
//!
//! **How sure the dates are.** The tests compare every day with independent ephemerides. Of the new
//! moons that are past, the closest to midnight (UTC+7) come 3 s after it, on 8 July 1967, and 28 s
//! before it, on 20 June 1944. In September 1938 a major term that decides a leap month comes 33 s
//! before midnight; any other is minutes away. Dates to come depend on a forecast of *delta T*, how
//! far the earth lags behind:
//!
//! - until 2071 the closest comes 28 s after midnight, on 8 May 2054; tables made with a larger
//!   delta T begin that month on 7 May;
//! - the months of 15 November 2077, 18 October 2085 and 9 December 2072 begin a day later if delta T
//!   is then 8, 24 or 75 s less than the forecast, as may well be.

use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use crate::astronomy::{new_moon, sun_longitude_deg};
use crate::limits::LUNAR_YEARS;

/// A day of the Vietnamese lunar calendar. Its text is `15/7/2026`, or `15/6/2025 leap` in a leap month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LunarDate {
    /// The year, by the Gregorian year in which it begins.
    pub year: i32,
    /// 1-12; a leap month has the number of the month before it.
    pub month: u8,
    /// Whether the month is a leap month (tháng nhuận).
    pub leap: bool,
    /// 1-30.
    pub day: u8,
}

impl LunarDate {
    /// The lunar date of a day; `None` outside of [`LUNAR_YEARS`].
    #[must_use]
    pub fn of(date: NaiveDate) -> Option<Self> {
        let day = date.num_days_from_ce();
        let Month { first_day, year, month, leap, .. } = *CALENDAR.month_of(day)?;
        Some(Self { year, month, leap, day: u8::try_from(day - first_day + 1).ok()? })
    }

    /// The day of this lunar date; `None` if there is none, as with day 30 of a short month.
    #[must_use]
    pub fn to_solar(self) -> Option<NaiveDate> {
        let month = CALENDAR.month(self)?;
        if !(1..=month.days).contains(&self.day) {
            return None;
        }
        NaiveDate::from_num_days_from_ce_opt(month.first_day + i32::from(self.day) - 1)
    }

    /// How many days its month has, 29 or 30; `None` if there is no such month.
    #[must_use]
    pub fn month_days(self) -> Option<u8> {
        CALENDAR.month(self).map(|month| month.days)
    }
}

impl fmt::Display for LunarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}{}", self.day, self.month, self.year, if self.leap { " leap" } else { "" })
    }
}

/// The first day of a lunar year (mùng 1 Tết); `None` outside of [`LUNAR_YEARS`].
#[must_use]
pub fn lunar_new_year(year: i32) -> Option<NaiveDate> {
    LunarDate { year, month: 1, leap: false, day: 1 }.to_solar()
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::computed);

/// The lunation (see [`new_moon`]) that begins month 11 of 1898, the first month to be counted from.
const FIRST_LUNATION: i32 = -1250;
/// A lunation after month 11 of 2102, with which the leap months of 2101 are decided.
const LAST_LUNATION: i32 = 1275;
const FIRST_SOLSTICE_YEAR: i32 = 1898;

const UTC_OFFSET_DAYS: f64 = 7.0 / 24.0;
/// JD of the midnight that begins day 0 of chrono's count, the day before 0001-01-01.
const DAY_ZERO_JD: f64 = 1_721_424.5;
const MONTH_DAYS_MEAN: f64 = 29.530_589;
/// In which twelfth of its way the sun is from the winter solstice on.
const WINTER_SIGN: u8 = 9;

struct Month {
    /// Counted as chrono does, 1 for 0001-01-01.
    first_day: i32,
    days: u8,
    year: i32,
    month: u8,
    leap: bool,
}

struct Calendar {
    /// All months of [`LUNAR_YEARS`], without a gap.
    months: Vec<Month>,
    /// Where in `months` each year begins.
    years: Vec<usize>,
}

impl Calendar {
    fn computed() -> Self {
        let spans = spans();
        let solstices: Vec<usize> =
            (0..).zip(&spans).filter(|(_, s)| s.has_solstice()).map(|(i, _)| i).collect();
        let mut months = Vec::with_capacity(spans.len());
        for (year, pair) in (FIRST_SOLSTICE_YEAR..).zip(solstices.windows(2)) {
            if let &[from, to] = pair {
                number(year, spans.get(from..to).unwrap_or_default(), &mut months);
            }
        }
        months.retain(|month| LUNAR_YEARS.contains(&month.year));
        let years = (0..).zip(&months).filter(|(_, m)| m.month == 1 && !m.leap).map(|(i, _)| i).collect();
        Self { months, years }
    }

    fn month_of(&self, day: i32) -> Option<&Month> {
        let since = day - self.months.first()?.first_day;
        // A month is never further than one from where it would be if all were equally long.
        let near = (f64::from(since) / MONTH_DAYS_MEAN) as usize;
        self.months.get(near.saturating_sub(1)..)?.iter().take(3).find(|month| month.has(day))
    }

    fn month(&self, date: LunarDate) -> Option<&Month> {
        let nth = date.year.checked_sub(*LUNAR_YEARS.start())?;
        let begin = *self.years.get(usize::try_from(nth).ok()?)?;
        let same = |m: &&Month| (m.year, m.month, m.leap) == (date.year, date.month, date.leap);
        self.months.get(begin..)?.iter().take(13).find(same)
    }
}

impl Month {
    fn has(&self, day: i32) -> bool {
        (self.first_day..self.first_day + i32::from(self.days)).contains(&day)
    }
}

/// The days from one new moon until before the next.
struct Span {
    first_day: i32,
    days: u8,
    /// In which twelfth of its way the sun is when the span begins, 0-11, and when it ends.
    sign: u8,
    next_sign: u8,
}

impl Span {
    fn has_major_term(&self) -> bool {
        self.sign != self.next_sign
    }

    /// A span may well have two major terms.
    fn has_solstice(&self) -> bool {
        self.sign < WINTER_SIGN && self.next_sign >= WINTER_SIGN
    }
}

fn spans() -> Vec<Span> {
    let begins: Vec<(i32, u8)> = (FIRST_LUNATION..=LAST_LUNATION)
        .map(|lunation| {
            let day = (new_moon(lunation) + UTC_OFFSET_DAYS - DAY_ZERO_JD).floor();
            (day as i32, sign(day))
        })
        .collect();
    begins
        .iter()
        .zip(begins.iter().skip(1))
        .map(|(&(first_day, sign), &(next_day, next_sign))| Span {
            first_day,
            days: (next_day - first_day) as u8,
            sign,
            next_sign,
        })
        .collect()
}

fn sign(day: f64) -> u8 {
    (sun_longitude_deg(day + DAY_ZERO_JD - UTC_OFFSET_DAYS) / 30.0) as u8
}

/// Numbers the months from month 11 of a year until before the next month 11.
fn number(solstice_year: i32, spans: &[Span], months: &mut Vec<Month>) {
    let mut leap_due = spans.len() == 13;
    let (mut year, mut month) = (solstice_year, 10);
    for span in spans {
        let leap = leap_due && !span.has_major_term();
        if leap {
            leap_due = false;
        } else {
            year += i32::from(month == 12);
            month = month % 12 + 1;
        }
        months.push(Month { first_day: span.first_day, days: span.days, year, month, leap });
    }
}

//! Day rules as text, both ways.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::DaysError;
use crate::limits::{DAY_STEP_MAX, DAYS_TEXT_BYTES_MAX, NAME_BYTES_MAX, YEARS};

use super::{DayMonth, DayRule, Leap, LunarDayMonth, WeekdayOf, WeekdaySet};

const WEEKDAYS: [&[&str]; 7] = [
    &["mon", "monday", "t2"],
    &["tue", "tuesday", "t3"],
    &["wed", "wednesday", "t4"],
    &["thu", "thursday", "t5"],
    &["fri", "friday", "t6"],
    &["sat", "saturday", "t7"],
    &["sun", "sunday", "cn"],
];
/// Behind "thứ", from Monday on.
const THU: [&[&str]; 6] = [
    &["hai", "2"],
    &["ba", "3"],
    &["tư", "tu", "4"],
    &["năm", "nam", "5"],
    &["sáu", "sau", "6"],
    &["bảy", "bẩy", "bay", "7"],
];
const ORDINALS: [&[&str]; 5] =
    [&["1st", "first"], &["2nd", "second"], &["3rd", "third"], &["4th", "fourth"], &["5th", "fifth"]];

/// `Ok(None)`: the text has another form.
type Attempt = Result<Option<DayRule>, DaysError>;

impl FromStr for DayRule {
    type Err = DaysError;

    fn from_str(text: &str) -> Result<Self, DaysError> {
        // Some keyboards and files write letters and their marks apart.
        let folded = text.trim().nfc().collect::<String>().to_lowercase();
        let words: Vec<&str> = folded.split_whitespace().collect();
        let shown: String = text.trim().chars().take(DAYS_TEXT_BYTES_MAX).collect();
        if text.len() > DAYS_TEXT_BYTES_MAX || words.is_empty() {
            return Err(DaysError::Unreadable { text: shown });
        }
        for attempt in [plain, of_month, every, lunar, dates] {
            if let Some(rule) = attempt(&words, &shown)? {
                return Ok(rule);
            }
        }
        match words[..] {
            [name] if is_name(name) => Ok(Self::Set(name.to_owned())),
            _ => Err(DaysError::Unreadable { text: shown }),
        }
    }
}

/// May a set of days have this name?
pub(crate) fn is_name(name: &str) -> bool {
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    letters
        && name.len() <= NAME_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
}

fn plain(words: &[&str], _shown: &str) -> Attempt {
    Ok(match words {
        ["daily"] | ["every", "day"] | ["hằng" | "hàng" | "hang", "ngày" | "ngay"] => {
            Some(DayRule::Daily)
        }
        ["thứ" | "thu", day] => position(&THU, day).map(one_weekday),
        ["chủ" | "chu", "nhật" | "nhat"] => Some(one_weekday(6)),
        [one] => weekdays(one).map(DayRule::Weekdays),
        _ => None,
    })
}

fn one_weekday(from_monday: u8) -> DayRule {
    DayRule::Weekdays(WeekdaySet::of(std::iter::once(WeekdayOf::from_monday(from_monday))))
}

/// `mon-fri`, `sat,sun`: none if it is not that.
fn weekdays(text: &str) -> Option<WeekdaySet> {
    let mut days = Vec::new();
    for item in text.split(',') {
        match item.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (weekday(from)?.days_from_monday(), weekday(to)?.days_from_monday());
                let last = if to < from { to + 7 } else { to };
                days.extend((from..=last).map(WeekdayOf::from_monday));
            }
            None => days.push(weekday(item)?),
        }
    }
    Some(WeekdaySet::of(days.into_iter()))
}

fn weekday(text: &str) -> Option<WeekdayOf> {
    position(&WEEKDAYS, text).map(WeekdayOf::from_monday)
}

fn position(names: &[&[&str]], text: &str) -> Option<u8> {
    names.iter().position(|names| names.contains(&text)).and_then(|at| u8::try_from(at).ok())
}

fn of_month(words: &[&str], shown: &str) -> Attempt {
    let no_such = || DaysError::NoSuchDate { text: shown.to_owned() };
    match words {
        ["last", "day"] => Ok(Some(DayRule::LastDay)),
        ["last", day] => Ok(weekday(day).map(DayRule::LastWeekday)),
        ["day", list] => {
            let days: Option<Vec<u8>> =
                list.split(',').map(|day| number(day).filter(|day| (1..=31).contains(day))).collect();
            let mut days = days.ok_or_else(no_such)?;
            days.sort_unstable();
            days.dedup();
            Ok(Some(DayRule::MonthDays(days)))
        }
        [nth, day] => {
            Ok(position(&ORDINALS, nth).zip(weekday(day)).map(|(nth, day)| DayRule::NthWeekday(nth + 1, day)))
        }
        _ => Ok(None),
    }
}

fn every(words: &[&str], shown: &str) -> Attempt {
    let ["every", step, "day" | "days", "from", from] = words else { return Ok(None) };
    let step = step.parse().ok().filter(|step| (1..=DAY_STEP_MAX).contains(step));
    let step = step.ok_or_else(|| DaysError::Step { text: shown.to_owned() })?;
    let from = date(from).ok_or_else(|| DaysError::NoSuchDate { text: shown.to_owned() })?;
    Ok(Some(DayRule::Every { step, from }))
}

fn lunar(words: &[&str], shown: &str) -> Attempt {
    let no_such = || DaysError::NoSuchLunarDate { text: shown.to_owned() };
    let of_lunar_month = |day: Option<u8>, month: &str| {
        let day = day.filter(|day| (1..=30).contains(day)).zip(lunar_month(month));
        let day = day.map(|(day, month)| LunarDayMonth { month, day });
        day.map(|day| Some(DayRule::LunarDate(day, Leap::Common))).ok_or_else(no_such)
    };
    let (day, leap) = match words {
        ["rằm" | "ram", "tháng" | "thang", month] => return of_lunar_month(Some(15), month),
        ["mùng" | "mung" | "mồng", day, "tháng" | "thang", month] => {
            return of_lunar_month(number(day), month);
        }
        ["rằm" | "ram"] => return Ok(Some(DayRule::LunarDay(15))),
        ["lunar", "last", "day"] => return Ok(Some(DayRule::LunarLastDay)),
        ["lunar" | "mùng" | "mung" | "mồng", day] => (*day, Leap::Common),
        ["lunar", day, "leap"] => (*day, Leap::Leap),
        _ => return Ok(None),
    };
    if let Some((from, to)) = day.split_once("..") {
        let (from, to) =
            lunar_day(from).zip(lunar_day(to)).filter(|_| leap == Leap::Common).ok_or_else(no_such)?;
        return Ok(Some(DayRule::LunarRange(from, to)));
    }
    if let Some(day) = lunar_day(day) {
        return Ok(Some(DayRule::LunarDate(day, leap)));
    }
    let day = number(day).filter(|day| (1..=30).contains(day) && leap == Leap::Common);
    day.map(|day| Some(DayRule::LunarDay(day))).ok_or_else(no_such)
}

/// The first and the last month have names of their own.
fn lunar_month(text: &str) -> Option<u8> {
    match text {
        "giêng" | "gieng" => Some(1),
        "chạp" | "chap" => Some(12),
        _ => number(text).filter(|month| (1..=12).contains(month)),
    }
}

fn lunar_day(text: &str) -> Option<LunarDayMonth> {
    let (day, month) = text.split_once('/')?;
    let (day, month) = (number(day)?, number(month)?);
    ((1..=30).contains(&day) && (1..=12).contains(&month)).then_some(LunarDayMonth { month, day })
}

fn dates(words: &[&str], shown: &str) -> Attempt {
    let [one] = words else { return Ok(None) };
    if !one.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let no_such = || DaysError::NoSuchDate { text: shown.to_owned() };
    let is_yearly = |text: &str| text.matches('/').count() == 1;
    let Some((from, to)) = one.split_once("..") else {
        if is_yearly(one) {
            return yearly(one).map(|day| Some(DayRule::Yearly(day))).ok_or_else(no_such);
        }
        return date(one).map(|date| Some(DayRule::Date(date))).ok_or_else(no_such);
    };
    if is_yearly(from) {
        let (from, to) = yearly(from).zip(yearly(to)).ok_or_else(no_such)?;
        return Ok(Some(DayRule::YearlyRange(from, to)));
    }
    let (from, to) = date(from).zip(date(to)).ok_or_else(no_such)?;
    if to < from {
        return Err(DaysError::Backwards { text: shown.to_owned() });
    }
    Ok(Some(DayRule::Dates(from, to)))
}

/// A day that at least one year has.
fn yearly(text: &str) -> Option<DayMonth> {
    let (day, month) = text.split_once('/')?;
    let (day, month) = (number(day)?, number(month)?);
    let leap_year = NaiveDate::from_ymd_opt(2000, u32::from(month), u32::from(day));
    leap_year.map(|_| DayMonth { month, day })
}

/// `2026-09-02` or `2/9/2026`, from 1970 to 2100.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let dashed: Vec<&str> = text.split('-').collect();
    let slashed: Vec<&str> = text.split('/').collect();
    let (year, month, day) = match (&dashed[..], &slashed[..]) {
        (&[year, month, day], [_]) | ([_], &[day, month, year]) => (year, month, day),
        _ => return None,
    };
    let year = Some(year).filter(|year| year.len() == 4)?.parse().ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, number(month)?.into(), number(day)?.into())
}

fn number(text: &str) -> Option<u8> {
    let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Daily => f.write_str("daily"),
            Self::Weekdays(set) => write!(f, "{set}"),
            Self::NthWeekday(nth, day) => write!(f, "{} {day}", ORDINALS[usize::from(nth - 1) % 5][0]),
            Self::LastWeekday(day) => write!(f, "last {day}"),
            Self::MonthDays(days) => {
                let days: Vec<String> = days.iter().map(u8::to_string).collect();
                write!(f, "day {}", days.join(","))
            }
            Self::LastDay => f.write_str("last day"),
            Self::Every { step, from } => write!(f, "every {step} days from {from}"),
            Self::LunarDay(day) => write!(f, "lunar {day}"),
            Self::LunarLastDay => f.write_str("lunar last day"),
            Self::LunarDate(day, Leap::Common) => write!(f, "lunar {day}"),
            Self::LunarDate(day, Leap::Leap) => write!(f, "lunar {day} leap"),
            Self::LunarRange(from, to) => write!(f, "lunar {from}..{to}"),
            Self::Yearly(day) => write!(f, "{day}"),
            Self::YearlyRange(from, to) => write!(f, "{from}..{to}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Dates(from, to) => write!(f, "{from}..{to}"),
            Self::Set(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for WeekdayOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WEEKDAYS[usize::from(self.days_from_monday())][0])
    }
}

/// Runs of three and more as a range, the rest one by one.
impl fmt::Display for WeekdaySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut runs: Vec<(WeekdayOf, WeekdayOf)> = Vec::new();
        for day in self.days() {
            match runs.last_mut() {
                Some((_, last)) if last.days_from_monday() + 1 == day.days_from_monday() => *last = day,
                _ => runs.push((day, day)),
            }
        }
        let shown =
            runs.into_iter().map(|(from, to)| match to.days_from_monday() - from.days_from_monday() {
                0 => from.to_string(),
                1 => format!("{from},{to}"),
                _ => format!("{from}-{to}"),
            });
        f.write_str(&shown.collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for DayMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.day, self.month)
    }
}

impl fmt::Display for LunarDayMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.day, self.month)
    }
}

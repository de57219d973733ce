//! Day rules by what the table of `DayRule` says of them, beside the library's own reading.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;

/// Weekdays from Monday, as they are written.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ORDINALS: [&str; 5] = ["1st", "2nd", "3rd", "4th", "5th"];

/// A rule without the moon; `Display` is a form that the library reads.
#[derive(Debug, Clone)]
pub enum DaySpec {
    Daily,
    /// From one weekday to another, perhaps over Sunday.
    WeekdayRange(usize, usize),
    WeekdayList(Vec<usize>),
    Nth(usize, usize),
    Last(usize),
    MonthDays(Vec<u32>),
    LastDay,
    Every(u16, NaiveDate),
    Yearly(u32, u32),
    YearlyRange((u32, u32), (u32, u32)),
    Date(NaiveDate),
    Dates(NaiveDate, NaiveDate),
    Set(&'static str),
}

pub type Sets = BTreeMap<&'static str, Vec<DaySpec>>;

/// A set that nobody defines: it picks no day.
pub const NO_SET: &str = "khong-co";
const SETS: [&str; 2] = ["nghi-tet", "cho-phien"];

impl DaySpec {
    pub fn fits(&self, date: NaiveDate, sets: &Sets) -> bool {
        let weekday = date.weekday().num_days_from_monday() as usize;
        match self {
            Self::Daily => true,
            Self::WeekdayRange(from, to) => weeks(*from, *to).contains(&weekday),
            Self::WeekdayList(days) => days.contains(&weekday),
            Self::Nth(nth, day) => same_weekdays(date, *day).get(*nth) == Some(&date),
            Self::Last(day) => same_weekdays(date, *day).last() == Some(&date),
            Self::MonthDays(days) => days.contains(&date.day()),
            Self::LastDay => month(date).last() == Some(&date),
            Self::Every(step, from) => {
                from.iter_days().step_by((*step).into()).take_while(|day| *day <= date).last() == Some(date)
            }
            Self::Yearly(day, month) => (date.day(), date.month()) == (*day, *month),
            Self::YearlyRange(from, to) => span_of_year(*from, *to).contains(&(date.month(), date.day())),
            Self::Date(only) => *only == date,
            Self::Dates(from, to) => from.iter_days().take_while(|day| day <= to).any(|day| day == date),
            Self::Set(name) => sets.get(name).is_some_and(|days| fit(days, date, sets)),
        }
    }
}

/// Does any of the rules pick the date?
pub fn fit(rules: &[DaySpec], date: NaiveDate, sets: &Sets) -> bool {
    rules.iter().any(|rule| rule.fits(date, sets))
}

fn weeks(from: usize, to: usize) -> Vec<usize> {
    let mut days = vec![from];
    while days.last() != Some(&to) {
        days.push((days[days.len() - 1] + 1) % 7);
    }
    days
}

fn month(of: NaiveDate) -> Vec<NaiveDate> {
    (1..=31).filter_map(|day| of.with_day(day)).collect()
}

fn same_weekdays(of: NaiveDate, day: usize) -> Vec<NaiveDate> {
    let same = |date: &NaiveDate| date.weekday().num_days_from_monday() as usize == day;
    month(of).into_iter().filter(same).collect()
}

/// Month and day of each day of a leap year from one day on to another.
fn span_of_year(from: (u32, u32), to: (u32, u32)) -> Vec<(u32, u32)> {
    let mut date = NaiveDate::from_ymd_opt(2000, from.1, from.0).unwrap();
    let mut found = vec![(date.month(), date.day())];
    while (date.day(), date.month()) != to {
        date = date.succ_opt().unwrap();
        // Back to the same leap year when it is over.
        date = date.with_year(2000).unwrap();
        found.push((date.month(), date.day()));
    }
    found
}

impl fmt::Display for DaySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |days: Vec<String>| days.join(",");
        match self {
            Self::Daily => f.write_str("daily"),
            Self::WeekdayRange(from, to) => write!(f, "{}-{}", WEEKDAYS[*from], WEEKDAYS[*to]),
            Self::WeekdayList(days) => {
                f.write_str(&list(days.iter().map(|day| WEEKDAYS[*day].to_owned()).collect()))
            }
            Self::Nth(nth, day) => write!(f, "{} {}", ORDINALS[*nth], WEEKDAYS[*day]),
            Self::Last(day) => write!(f, "last {}", WEEKDAYS[*day]),
            Self::MonthDays(days) => write!(f, "day {}", list(days.iter().map(u32::to_string).collect())),
            Self::LastDay => f.write_str("last day"),
            Self::Every(step, from) => write!(f, "every {step} days from {from}"),
            Self::Yearly(day, month) => write!(f, "{day}/{month}"),
            Self::YearlyRange(from, to) => write!(f, "{}/{}..{}/{}", from.0, from.1, to.0, to.1),
            Self::Date(date) => write!(f, "{date}"),
            Self::Dates(from, to) => write!(f, "{from}..{to}"),
            Self::Set(name) => f.write_str(name),
        }
    }
}

/// Rules, of which the dated ones lie around a date.
pub fn day_spec(around: NaiveDate) -> impl Strategy<Value = DaySpec> {
    prop_oneof![
        5 => plain_spec(around),
        1 => select(vec![SETS[0], SETS[1], SETS[0], SETS[1], NO_SET]).prop_map(DaySpec::Set),
    ]
}

/// Rules that name no set.
fn plain_spec(around: NaiveDate) -> impl Strategy<Value = DaySpec> {
    use proptest::collection::vec;
    let near = move || (0_u64..25).prop_map(move |days| around - Days::new(5) + Days::new(days));
    let in_year = move || near().prop_map(|date| (date.day(), date.month()));
    prop_oneof![
        2 => Just(DaySpec::Daily),
        1 => (0_usize..7, 0_usize..7).prop_map(|(from, to)| DaySpec::WeekdayRange(from, to)),
        1 => vec(0_usize..7, 1..4).prop_map(DaySpec::WeekdayList),
        1 => (0_usize..5, 0_usize..7).prop_map(|(nth, day)| DaySpec::Nth(nth, day)),
        1 => (0_usize..7).prop_map(DaySpec::Last),
        1 => vec(1_u32..=31, 1..6).prop_map(DaySpec::MonthDays),
        1 => Just(DaySpec::LastDay),
        1 => (1_u16..20, near()).prop_map(|(step, from)| DaySpec::Every(step, from)),
        1 => in_year().prop_map(|(day, month)| DaySpec::Yearly(day, month)),
        1 => (in_year(), in_year()).prop_map(|(from, to)| DaySpec::YearlyRange(from, to)),
        1 => near().prop_map(DaySpec::Date),
        1 => (near(), 0_u64..6).prop_map(|(from, days)| DaySpec::Dates(from, from + Days::new(days))),
    ]
}

pub fn day_specs(around: NaiveDate) -> impl Strategy<Value = Vec<DaySpec>> {
    proptest::collection::vec(day_spec(around), 1..3)
}

/// The two sets that rules name.
pub fn day_sets(around: NaiveDate) -> impl Strategy<Value = Sets> {
    let days = || proptest::collection::vec(plain_spec(around), 1..3);
    (days(), days()).prop_map(|(first, second)| Sets::from([(SETS[0], first), (SETS[1], second)]))
}

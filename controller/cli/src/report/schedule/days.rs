//! Days and times of a programme, as people say them.

use chrono::NaiveDateTime;
use controller_api::{OtherDays, Programme};
use schedules::{DayRule, Leap};

use super::local;
use crate::report::Screen;

/// When a programme plays.
pub(in crate::report) fn when(screen: &Screen, programme: &Programme) -> String {
    if programme.at.is_empty() {
        let once = NaiveDateTime::parse_from_str(&programme.when, "%Y-%m-%d %H:%M");
        let shown = |at: NaiveDateTime| {
            let (date, time) = (local::date(screen, at.date()), at.format("%H:%M").to_string());
            screen.say("moment", &[("date", &date), ("time", &time)])
        };
        return once.map_or_else(|_| programme.when.clone(), shown);
    }
    format!("{}, {}", rules(screen, &programme.on), programme.at.join(", "))
}

/// Rules of days, one after the other.
pub(super) fn rules(screen: &Screen, texts: &[String]) -> String {
    texts.iter().map(|text| rule(screen, text)).collect::<Vec<_>>().join(", ")
}

/// The dates between which a programme plays.
pub(super) fn between(screen: &Screen, first: &str, last: &str) -> String {
    let shown = |text: &str| text.parse().map_or_else(|_| text.to_owned(), |at| local::date(screen, at));
    format!("{} – {}", shown(first), shown(last))
}

/// Days on which a programme is another one, or silent.
pub(super) fn except(screen: &Screen, other: &OtherDays) -> String {
    let what = match (&other.at[..], &other.items[..]) {
        ([], []) => screen.catalogue.get("except-silent"),
        (at, []) => at.join(", "),
        ([], items) => items.join("; "),
        (at, items) => format!("{}, {}", at.join(", "), items.join("; ")),
    };
    format!("{}: {what}", rules(screen, &other.days))
}

/// A rule that this program does not know is shown as it is.
fn rule(screen: &Screen, text: &str) -> String {
    let say = |key: &str, params: &[(&str, String)]| {
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        screen.say(key, &params)
    };
    let weekday = |day: u32| screen.catalogue.get(&format!("weekday-{day}"));
    let number = |day: schedules::WeekdayOf| day.weekday().number_from_monday();
    match text.parse() {
        Ok(DayRule::Daily) => say("day-daily", &[]),
        Ok(DayRule::Weekdays(set)) => {
            let days: Vec<u32> = set.days().map(number).collect();
            let runs = days.chunk_by(|one, other| one + 1 == *other).map(|run| match run {
                [first, _, .., last] => format!("{}–{}", weekday(*first), weekday(*last)),
                few => few.iter().map(|day| weekday(*day)).collect::<Vec<_>>().join(", "),
            });
            runs.collect::<Vec<_>>().join(", ")
        }
        Ok(DayRule::NthWeekday(n, day)) => {
            say("day-nth", &[("n", n.to_string()), ("weekday", weekday(number(day)))])
        }
        Ok(DayRule::LastWeekday(day)) => say("day-last-weekday", &[("weekday", weekday(number(day)))]),
        Ok(DayRule::MonthDays(days)) => {
            let days = days.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
            say("day-of-month", &[("days", days)])
        }
        Ok(DayRule::LastDay) => say("day-last", &[]),
        Ok(DayRule::Every { step, from }) => {
            say("day-every", &[("n", step.to_string()), ("date", local::date(screen, from))])
        }
        Ok(DayRule::LunarDay(day)) => say("day-lunar", &[("n", day.to_string())]),
        Ok(DayRule::LunarLastDay) => say("day-lunar-last", &[]),
        Ok(DayRule::LunarDate(day, Leap::Common)) => say("day-lunar-date", &[("date", day.to_string())]),
        Ok(DayRule::LunarDate(day, Leap::Leap)) => say("day-lunar-leap", &[("date", day.to_string())]),
        Ok(DayRule::LunarRange(from, to)) => {
            say("day-lunar-range", &[("from", from.to_string()), ("to", to.to_string())])
        }
        Ok(DayRule::Date(only)) => local::date(screen, only),
        Ok(DayRule::Dates(first, last)) => {
            format!("{} – {}", local::date(screen, first), local::date(screen, last))
        }
        Ok(DayRule::YearlyRange(first, last)) => format!("{first} – {last}"),
        Ok(DayRule::Yearly(_) | DayRule::Set(_)) | Err(_) => text.to_owned(),
    }
}

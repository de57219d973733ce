//! Days and times at the site.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use schedules::LunarDate;

use crate::report::Screen;

/// The local date and time of an instant.
pub(super) fn at(screen: &Screen, utc_ms: u64) -> NaiveDateTime {
    screen.catalogue.local_text(utc_ms).parse().unwrap_or_default()
}

/// The local time of day, to the minute where there are no seconds.
pub(super) fn time(screen: &Screen, utc_ms: u64) -> String {
    let clock = screen.catalogue.clock(utc_ms);
    clock.strip_suffix(":00").map(str::to_owned).unwrap_or(clock)
}

/// The local time of day, to the minute.
pub(super) fn minute(screen: &Screen, utc_ms: u64) -> String {
    at(screen, utc_ms).format("%H:%M").to_string()
}

/// As in `Tue 11-24` or `T3 24/11`.
pub(super) fn day(screen: &Screen, utc_ms: u64) -> String {
    day_of(screen, at(screen, utc_ms).date())
}

/// As in [`day`].
pub(super) fn day_of(screen: &Screen, date: NaiveDate) -> String {
    let (month, day) = (format!("{:02}", date.month()), format!("{:02}", date.day()));
    screen.say("grid-day", &[("weekday", &weekday_of(screen, date)), ("month", &month), ("day", &day)])
}

/// As in `2026-11-24` or `24/11/2026`.
pub(super) fn date(screen: &Screen, date: NaiveDate) -> String {
    let parts = [("year", date.format("%Y")), ("month", date.format("%m")), ("day", date.format("%d"))];
    let parts = parts.map(|(name, part)| (name, part.to_string()));
    screen.say("date", &parts.each_ref().map(|(name, part)| (*name, part.as_str())))
}

/// The local day of an instant, and its name as in `Tue 2026-11-24` or `T3 24/11/2026`.
pub(in crate::report) fn day_heading(screen: &Screen, utc_ms: u64) -> (NaiveDate, String) {
    let day = at(screen, utc_ms).date();
    (day, format!("{} {}", weekday_of(screen, day), date(screen, day)))
}

/// As in `Tue` or `T3`.
pub(super) fn weekday(screen: &Screen, utc_ms: u64) -> String {
    weekday_of(screen, at(screen, utc_ms).date())
}

fn weekday_of(screen: &Screen, date: NaiveDate) -> String {
    screen.catalogue.get(&format!("weekday-{}", date.weekday().number_from_monday()))
}

/// The lunar day and month, where the calendar knows them.
pub(super) fn lunar(screen: &Screen, date: NaiveDate) -> Option<String> {
    let lunar = LunarDate::of(date)?;
    let shown = format!("{}/{}", lunar.day, lunar.month);
    Some(if lunar.leap { screen.say("grid-lunar-leap", &[("date", &shown)]) } else { shown })
}

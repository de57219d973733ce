//! The days to come as iCalendar (RFC 5545), for phones and calendar programs.

use chrono::{DateTime, Utc};
use controller_api::{Code, Preview, PreviewEntry, Status};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};

use super::Screen;
use super::job::class_key;

/// One event for each broadcast. An event has the same UID in every export, so that importing again changes
/// it rather than adding it twice.
#[must_use]
pub fn render(screen: &Screen, status: &Status, preview: &Preview) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", concat!("-//Loa//loa ", env!("CARGO_PKG_VERSION"), "//EN")));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    // Every calendar program knows this one, and few the NAME of RFC 7986.
    let name = if status.name.is_empty() { &status.site } else { &status.name };
    calendar.append_property(("X-WR-CALNAME", name.as_str()));
    calendar.timezone(preview.timezone.as_str());
    calendar.extend(preview.entries.iter().filter_map(|entry| event(screen, status, entry)));
    calendar.to_string()
}

/// None for a moment that no calendar has.
fn event(screen: &Screen, status: &Status, entry: &PreviewEntry) -> Option<Event> {
    let mut event = Event::new();
    event.uid(&format!("{}-{}@{}.loa", entry.id, entry.start, status.site));
    event.timestamp(instant(status.now)?);
    // An event that ends when it begins is left out by some calendars.
    event.starts(instant(entry.start)?).ends(instant(entry.end.max(entry.start + 1_000))?);
    event.summary(&entry.title);
    event.description(&description(screen, entry));
    event.categories([screen.catalogue.get(class_key(entry.class))]);
    event.status(match &entry.broken {
        Some(_) if entry.override_reason.is_some() => EventStatus::Confirmed,
        // It is left out on some loudspeakers, and plays on others.
        Some(rail) if rail.is(Code::RailMinutesPerDay) => EventStatus::Tentative,
        Some(_) => EventStatus::Cancelled,
        None => EventStatus::Confirmed,
    });
    Some(event.done())
}

fn description(screen: &Screen, entry: &PreviewEntry) -> String {
    let number = |key: &str, n: String| screen.say(key, &[("n", &n)]);
    let mut lines = vec![
        number("calendar-clusters", entry.clusters.to_string()),
        number("calendar-volume", entry.volume.to_string()),
    ];
    lines.extend(entry.broken.as_ref().map(|rail| super::schedule::rail(screen, rail, entry)));
    lines.extend(entry.notes.iter().map(|note| screen.catalogue.text(note)));
    lines.join("\n")
}

fn instant(utc_ms: u64) -> Option<DateTime<Utc>> {
    i64::try_from(utc_ms).ok().and_then(DateTime::from_timestamp_millis)
}

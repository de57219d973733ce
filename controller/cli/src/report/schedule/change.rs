//! What a change of the schedule would do or has done, and what a check has found.

use controller_api::ScheduleChanged;
use serde::Serialize;

use super::meet;
use crate::report::{Screen, Tone, plain};

/// What a change would do: which programmes come, change, go and stay.
#[must_use]
pub fn plan(screen: &Screen, changed: &ScheduleChanged) -> String {
    let parts = [
        ("to-add", Tone::Good, &changed.added),
        ("to-change", Tone::Doubtful, &changed.changed),
        ("to-remove", Tone::Bad, &changed.removed),
        ("to-stay", Tone::Plain, &changed.unchanged),
    ];
    screen.names(parts)
}

/// What follows from a change: when it plays next, what it meets, what is to be known. `reason` is why it
/// may break rules of the site.
#[must_use]
pub fn consequences(screen: &Screen, changed: &ScheduleChanged, reason: Option<&str>) -> String {
    let mut text = plays_next(screen, changed.next_at);
    text += &meet::collisions(screen, &changed.collisions);
    let note = |note| screen.say("warning", &[("text", &meet::passed(screen, note, reason))]) + "\n";
    let notes: String = changed.notes.iter().map(note).collect();
    if !notes.is_empty() {
        text += &format!("\n{notes}");
    }
    text
}

/// When something plays next, if it does.
#[must_use]
pub fn plays_next(screen: &Screen, next_at: Option<u64>) -> String {
    let say = |at: u64| screen.say("schedule-next", &[("next_at", &at.to_string())]) + "\n";
    next_at.map(say).unwrap_or_default()
}

/// What an import has done.
#[must_use]
pub fn imported(screen: &Screen, changed: &ScheduleChanged) -> String {
    let counts = [
        ("added", changed.added.len()),
        ("changed", changed.changed.len()),
        ("removed", changed.removed.len()),
        ("unchanged", changed.unchanged.len()),
    ];
    screen.say_counts("schedule-imported", &counts) + "\n"
}

/// A file in which nothing was found wrong.
#[derive(Debug, Clone, Serialize)]
pub struct CheckedFile {
    /// Path of the file, as it was given.
    pub file: String,
    /// In the file's order.
    pub programmes: Vec<CheckedProgramme>,
    /// Names of sets of days.
    pub sets: Vec<String>,
}

/// A programme in which nothing was found wrong.
#[derive(Debug, Clone, Serialize)]
pub struct CheckedProgramme {
    /// Id of the programme.
    pub id: String,
    /// Title that staff read.
    pub title: String,
    /// Whether it is paused, and plays not at all.
    pub paused: bool,
    /// When it plays next, UTC milliseconds.
    pub next_at: Option<u64>,
}

/// What is in files in which nothing was found wrong.
#[must_use]
pub fn checked(screen: &Screen, files: &[CheckedFile]) -> String {
    let mut text = String::new();
    for file in files {
        let (programmes, sets) = (file.programmes.len().to_string(), file.sets.len().to_string());
        let params = [("file", file.file.as_str()), ("programmes", &programmes), ("sets", &sets)];
        text += &screen.line(Tone::Good, &screen.say("check-file", &params));
        let row = |programme: &CheckedProgramme| {
            let paused = || screen.catalogue.get("programme-paused");
            let next = programme.next_at.map_or_else(paused, |at| screen.catalogue.moment(at));
            vec![plain(programme.id.as_str()), plain(programme.title.as_str()), plain(next)]
        };
        if !file.programmes.is_empty() {
            let rows = file.programmes.iter().map(row).collect();
            text += &screen.table(&["programme", "title", "next"], rows);
        }
    }
    text
}

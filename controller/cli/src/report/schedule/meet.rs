//! Programmes that meet, and notes about occurrences, as sentences.

use std::collections::BTreeMap;

use controller_api::{Collision, PreviewEntry, Text};
use unicode_width::UnicodeWidthStr;

use super::local;
use crate::report::{Screen, Tone};

/// Ids, and days, that are named before the rest is only counted.
const NAMED: usize = 4;
const DAYS_NAMED: usize = 7;

/// `a, b, c, d and 12 more`.
pub(super) fn some(screen: &Screen, ids: &[String]) -> String {
    first_of(screen, ids, NAMED, "and-more")
}

fn first_of(screen: &Screen, texts: &[String], limit: usize, key: &str) -> String {
    let named = texts.iter().take(limit).map(String::as_str).collect::<Vec<_>>().join(", ");
    match texts.len().saturating_sub(limit) {
        0 => named,
        more => screen.say(key, &[("some", &named), ("n", &more.to_string())]),
    }
}

/// Every collision with its days; the same one of several days is said once.
pub(crate) fn collisions(screen: &Screen, collisions: &[Collision]) -> String {
    let mut lines: Vec<(&Collision, String, Vec<String>)> = Vec::new();
    for collision in collisions {
        let time =
            format!("{}-{}", local::minute(screen, collision.from), local::minute(screen, collision.to));
        let day = local::day(screen, collision.from);
        let same = |(other, when, _): &&mut (&Collision, String, Vec<String>)| {
            let pair = (&other.first, &other.second) == (&collision.first, &collision.second);
            pair && *when == time
                && other.clusters == collision.clusters
                && other.outcome == collision.outcome
        };
        match lines.iter_mut().find(same) {
            Some((.., days)) => days.push(day),
            None => lines.push((collision, time, vec![day])),
        }
    }
    let line = |(collision, time, days): &(&Collision, String, Vec<String>)| {
        let days = first_of(screen, days, DAYS_NAMED, "more-days");
        sentence(screen, collision, &days, time)
    };
    under(screen, "collisions-head", lines.iter().map(line))
}

fn sentence(screen: &Screen, collision: &Collision, days: &str, time: &str) -> String {
    let (first, second) = (collision.first.title.as_str(), collision.second.title.as_str());
    let quoted = |title: &str| format!("“{title}”");
    let outcome = collision.outcome.clone().showing("first", quoted(first)).showing("second", quoted(second));
    let length = collision.to.saturating_sub(collision.from).to_string();
    let params = [
        ("days", days),
        ("time", time),
        ("first", first),
        ("second", second),
        ("length_ms", &length),
        ("count", &collision.clusters.len().to_string()),
        ("clusters", &some(screen, &collision.clusters)),
        ("outcome", &screen.catalogue.text(&outcome)),
    ];
    screen.say("collision-line", &params)
}

/// What is to be known of some occurrences: rules of the site that they break, missing languages.
pub(super) fn notes(screen: &Screen, entries: &[PreviewEntry]) -> String {
    let mut notes: Vec<(&str, &Text, String)> = Vec::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in entries {
        let id = entry.id.as_str();
        if let Some(broken) = &entry.broken {
            *counts.entry((id, &broken.code)).or_default() += 1;
            if counts.get(&(id, broken.code.as_str())) == Some(&1) {
                notes.push((id, broken, titled(entry, &rail(screen, broken, entry))));
            }
        }
        for note in &entry.notes {
            let said = titled(entry, &screen.catalogue.text(note));
            if !notes.iter().any(|(.., text)| *text == said) {
                notes.push((id, note, said));
            }
        }
    }
    let line = |(id, note, text): (&str, &Text, String)| match counts.get(&(id, note.code.as_str())) {
        Some(n) if *n > 1 => screen.say("note-times", &[("text", &text), ("n", &n.to_string())]),
        _ => text,
    };
    under(screen, "notes-head", notes.into_iter().map(line))
}

/// A rule of the site that an occurrence breaks, and why it may, if it may.
pub(crate) fn rail(screen: &Screen, broken: &Text, entry: &PreviewEntry) -> String {
    passed(screen, broken, entry.override_reason.as_deref())
}

/// A rule of the site that is broken, for a reason if there is one.
pub(super) fn passed(screen: &Screen, broken: &Text, reason: Option<&str>) -> String {
    screen.catalogue.text(&broken.clone().showing("reason", reason.unwrap_or_default()))
}

fn titled(entry: &PreviewEntry, text: &str) -> String {
    format!("“{}”: {text}", entry.title)
}

/// Sentences under a heading, if there are any.
pub(in crate::report) fn under(
    screen: &Screen,
    head: &str,
    sentences: impl Iterator<Item = String>,
) -> String {
    let points: String = sentences.map(|sentence| point(screen, &sentence)).collect();
    match points.is_empty() {
        true => points,
        false => format!("\n{}{points}", screen.line(Tone::Doubtful, &screen.catalogue.get(head))),
    }
}

/// A sentence behind a dash, broken between words where the terminal ends.
fn point(screen: &Screen, sentence: &str) -> String {
    let room = screen.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(2));
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= room => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    format!("- {}\n", lines.join("\n  "))
}

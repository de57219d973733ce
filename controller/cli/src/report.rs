//! Answers of the controller as text for people: pure functions of the answer, the words and the screen.

pub mod calendar;
pub mod clip;
pub mod cluster;
pub mod health;
pub mod job;
pub mod log;
pub mod schedule;
pub mod site;
pub mod status;
pub mod waveform;

use std::collections::BTreeMap;
use std::io;

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table};
use controller_api::{By, Catalogue, DeliveryState, HealthStatus};
use unicode_width::UnicodeWidthStr;

use crate::colour::colours;

/// Columns that are never broken into lines: what is in them is copied into commands, or read at a glance.
const UNBROKEN: [&str; 2] = ["programme", "next"];

/// Where text is shown, and in which words.
#[derive(Debug)]
pub struct Screen {
    /// The messages, in the language of the output.
    pub catalogue: Catalogue,
    /// May colours be used on standard output?
    pub colour: bool,
    /// May colours be used on standard error?
    pub colour_stderr: bool,
    /// Columns of the terminal; `None`: not a terminal, lines may be as long as they are.
    pub width: Option<u16>,
}

/// How good the news are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Nobody can tell.
    Doubtful,
    /// Something is to be done.
    Bad,
    /// Neither good nor bad.
    Plain,
}

/// One cell of a table.
pub type Shown = (String, Tone);

/// A cell without colour.
pub fn plain(text: impl Into<String>) -> Shown {
    (text.into(), Tone::Plain)
}

impl Screen {
    /// The screen that standard output is.
    #[must_use]
    pub fn of_terminal(catalogue: Catalogue) -> Self {
        let (colour, colour_stderr) = (colours(&io::stdout()), colours(&io::stderr()));
        Self { catalogue, colour, colour_stderr, width: Table::new().width() }
    }

    /// No terminal at all.
    #[must_use]
    pub fn bare(catalogue: Catalogue) -> Self {
        Self { catalogue, colour: false, colour_stderr: false, width: None }
    }

    /// A message of the catalogue.
    #[must_use]
    pub fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        self.catalogue.format(key, params)
    }

    /// A message of the catalogue that names counts.
    #[must_use]
    pub fn say_counts(&self, key: &str, counts: &[(&str, usize)]) -> String {
        let counts: Vec<(&str, String)> = counts.iter().map(|(name, n)| (*name, n.to_string())).collect();
        self.say(key, &counts.iter().map(|(name, n)| (*name, n.as_str())).collect::<Vec<_>>())
    }

    /// Lists of names, a line each; empty ones are left out.
    #[must_use]
    pub fn names<const N: usize>(&self, lists: [(&str, Tone, &Vec<String>); N]) -> String {
        let line = |(key, tone, names): (&str, Tone, &Vec<String>)| {
            let (n, names) = (names.len().to_string(), names.join(", "));
            self.line(tone, &self.say(key, &[("n", &n), ("names", &names)]))
        };
        lists.into_iter().filter(|(.., names)| !names.is_empty()).map(line).collect()
    }

    /// A line that stands out.
    #[must_use]
    pub fn line(&self, tone: Tone, text: &str) -> String {
        if self.colour { format!("{}{text}\x1b[0m\n", ansi(tone)) } else { format!("{text}\n") }
    }

    /// The mark before an error.
    #[must_use]
    pub fn paint_stderr(&self, text: &str) -> String {
        if self.colour_stderr { format!("{}{text}\x1b[0m", ansi(Tone::Bad)) } else { text.to_owned() }
    }

    /// A table with the columns of these `column-..` keys.
    #[must_use]
    pub fn table(&self, columns: &[&str], rows: Vec<Vec<Shown>>) -> String {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        match self.width {
            Some(width) => table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let heading = |key: &&str| self.cell((self.catalogue.get(&format!("column-{key}")), Tone::Plain));
        table.set_header(columns.iter().map(heading).collect::<Vec<_>>());
        for row in rows {
            table.add_row(row.into_iter().map(|shown| self.cell(shown)).collect::<Vec<_>>());
        }
        for (column, key) in table.column_iter_mut().zip(columns) {
            column.set_padding((0, 2));
            if UNBROKEN.contains(key) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table.trim_fmt() + "\n"
    }

    /// What is known of one thing, line by line: labels of these `column-..` keys, values where there are any.
    #[must_use]
    pub fn facts(&self, facts: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
        let labelled = |(key, value): (&str, Option<String>)| {
            value.map(|value| (self.catalogue.get(&format!("column-{key}")), value))
        };
        let known: Vec<(String, String)> = facts.into_iter().filter_map(labelled).collect();
        let width = known.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        known.iter().map(|(label, value)| format!("{label:width$}  {value}\n")).collect()
    }

    fn cell(&self, (text, tone): Shown) -> Cell {
        let cell = Cell::new(text);
        match (self.colour, tone) {
            (true, Tone::Good) => cell.fg(Color::Green),
            (true, Tone::Doubtful) => cell.fg(Color::Yellow),
            (true, Tone::Bad) => cell.fg(Color::Red),
            _ => cell,
        }
    }

    /// Who caused something.
    #[must_use]
    pub fn who(&self, by: &By) -> String {
        match by {
            By::User { name } => name.clone(),
            By::Remote { address } => self.say("by-remote", &[("address", address)]),
            By::Schedule => self.catalogue.get("by-schedule"),
            By::Device { cluster } => cluster.clone(),
            By::Controller => self.catalogue.get("by-controller"),
        }
    }

    /// A moment, and how long before `now` it was.
    #[must_use]
    pub fn ago(&self, at: u64, now: u64) -> String {
        let moment = self.catalogue.moment(at);
        let duration = self.catalogue.duration(now.saturating_sub(at));
        self.say("time-ago", &[("moment", &moment), ("duration", &duration)])
    }

    /// `36 up, 2 DOWN`: how many clusters are in which health, the bad ones first.
    #[must_use]
    pub fn health_counts(&self, counts: &BTreeMap<HealthStatus, usize>) -> String {
        let word = |(status, n): (&HealthStatus, &usize)| {
            format!("{n} {}", self.catalogue.get(&format!("health-{}", health_name(*status))))
        };
        counts.iter().filter(|(_, n)| **n > 0).map(word).collect::<Vec<_>>().join(", ")
    }

    /// `36 played, 1 silent`: how many clusters are in which state, in the order of a delivery's life.
    #[must_use]
    pub fn state_counts(&self, counts: &BTreeMap<DeliveryState, usize>) -> String {
        let shown = counts.iter().filter(|(_, n)| **n > 0);
        let word = |(state, n): (&DeliveryState, &usize)| {
            format!("{n} {}", self.catalogue.get(&format!("state-{}", state.word())))
        };
        shown.map(word).collect::<Vec<_>>().join(", ")
    }
}

/// As in `health-..` keys.
#[must_use]
pub fn health_name(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Down => "down",
        HealthStatus::Waiting => "waiting",
        HealthStatus::Unconfirmed => "unconfirmed",
        HealthStatus::Up => "up",
    }
}

/// How good the news are that a health is.
#[must_use]
pub fn health_tone(status: HealthStatus) -> Tone {
    match status {
        HealthStatus::Down => Tone::Bad,
        HealthStatus::Waiting | HealthStatus::Unconfirmed => Tone::Doubtful,
        HealthStatus::Up => Tone::Good,
    }
}

/// The beginning of a text and `…`, at most `width` columns.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    let mut short = String::new();
    for c in text.chars() {
        if format!("{short}{c}").width() > width.saturating_sub(1) {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

/// The first digits of an id: enough to name a job.
#[must_use]
pub fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

fn ansi(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "\x1b[32m",
        Tone::Doubtful => "\x1b[33m",
        Tone::Bad => "\x1b[1;31m",
        Tone::Plain => "",
    }
}

#[cfg(test)]
mod tests;

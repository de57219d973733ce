//! The days to come as a grid: days are columns, starts are rows, programmes are cells.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use controller_api::{Class, Preview, PreviewEntry};
use unicode_width::UnicodeWidthStr;

use super::{local, meet};
use crate::report::{Screen, Tone, ansi, shorten};

/// Columns where nobody says how many there are.
const WIDTH: usize = 80;
/// Days of one grid.
const WEEK: usize = 7;
/// Narrowest column of a day: `Tue 11-24`.
const DAY_WIDTH: usize = 9;
/// Lines of one programme in a cell.
const LINES_MAX: usize = 2;

/// What there is to say of an occurrence, in the order of the marks before a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Priority,
    Exceptional,
    ByHand,
    LeftOut,
    Passes,
    Collision,
}

impl Mark {
    const ALL: [Self; 6] =
        [Self::Priority, Self::Exceptional, Self::ByHand, Self::LeftOut, Self::Passes, Self::Collision];

    fn sign(self) -> char {
        match self {
            Self::Priority => '!',
            Self::Exceptional => '~',
            Self::ByHand => '*',
            Self::LeftOut => 'x',
            Self::Passes => '+',
            Self::Collision => '#',
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Priority => "mark-priority",
            Self::Exceptional => "mark-exceptional",
            Self::ByHand => "mark-by-hand",
            Self::LeftOut => "mark-left-out",
            Self::Passes => "mark-passes",
            Self::Collision => "mark-collision",
        }
    }
}

/// An occurrence in its place.
struct Placed {
    date: NaiveDate,
    time: String,
    text: String,
    tone: Tone,
    marks: Vec<Mark>,
}

/// The whole report: a grid for each week, what its marks mean, what meets, and notes.
#[must_use]
pub fn preview(screen: &Screen, preview: &Preview) -> String {
    let dates = dates(screen, preview);
    let mut text = head(screen, preview, &dates);
    if preview.entries.is_empty() {
        return text + &screen.catalogue.get("preview-none") + "\n";
    }
    let placed: Vec<Placed> = preview.entries.iter().map(|entry| place(screen, preview, entry)).collect();
    for week in dates.chunks(WEEK) {
        let of_week: Vec<&Placed> = placed.iter().filter(|placed| week.contains(&placed.date)).collect();
        text += "\n";
        text += &grid(screen, week, &of_week);
    }
    text += &legend(screen, &placed);
    text += &meet::collisions(screen, &preview.collisions);
    text += &meet::notes(screen, &preview.entries);
    text
}

/// The days of a preview: its end is the midnight after the last one.
fn dates(screen: &Screen, preview: &Preview) -> Vec<NaiveDate> {
    let (first, end) = (local::at(screen, preview.from).date(), local::at(screen, preview.to).date());
    let days = std::iter::successors(Some(first), |date| date.checked_add_days(Days::new(1)));
    days.take_while(|date| *date < end).collect()
}

fn head(screen: &Screen, preview: &Preview, dates: &[NaiveDate]) -> String {
    let day = |date: Option<&NaiveDate>| date.map(|date| local::day_of(screen, *date)).unwrap_or_default();
    let (from, to) = (day(dates.first()), day(dates.last()));
    let span = [("from", from.as_str()), ("to", &to)];
    let text = match &preview.cluster {
        Some(cluster) => screen.say("preview-cluster", &[&span[..], &[("cluster", cluster)]].concat()),
        None => screen.say("preview-all", &span),
    };
    screen.line(Tone::Plain, &text)
}

fn place(screen: &Screen, preview: &Preview, entry: &PreviewEntry) -> Placed {
    let meets = preview.collisions.iter().any(|collision| {
        let named = collision.first.id == entry.id || collision.second.id == entry.id;
        named && collision.from < entry.end && collision.to > entry.start
    });
    let passes = entry.override_reason.is_some();
    let holds = |mark: &Mark| match mark {
        Mark::Priority => entry.class != Class::Routine,
        Mark::Exceptional => entry.exceptional,
        Mark::ByHand => entry.by_hand,
        Mark::LeftOut => entry.broken.is_some() && !passes,
        Mark::Passes => entry.broken.is_some() && passes,
        Mark::Collision => meets,
    };
    let marks: Vec<Mark> = Mark::ALL.into_iter().filter(holds).collect();
    let signs: String = marks.iter().map(|mark| mark.sign()).collect();
    let tone = match () {
        () if marks.contains(&Mark::LeftOut) => Tone::Bad,
        () if marks.contains(&Mark::Collision) => Tone::Doubtful,
        () => Tone::Plain,
    };
    let text = if signs.is_empty() { entry.title.clone() } else { format!("{signs} {}", entry.title) };
    let (date, time) = (local::at(screen, entry.start).date(), local::time(screen, entry.start));
    Placed { date, time, text, tone, marks }
}

fn grid(screen: &Screen, week: &[NaiveDate], placed: &[&Placed]) -> String {
    let label = screen.catalogue.get("preview-lunar");
    let times: BTreeMap<&str, ()> = placed.iter().map(|placed| (placed.time.as_str(), ())).collect();
    let first = times.keys().map(|time| time.width()).chain([label.width(), 5]).max().unwrap_or(5);
    let width = day_width(screen, first, week.len(), placed);
    let row = |label: &str, cells: Vec<String>| {
        format!("{}│{}", pad(label, first), cells.join("│")).trim_end().to_owned() + "\n"
    };
    let plain = |texts: Vec<String>| texts.iter().map(|text| pad(text, width)).collect::<Vec<_>>();
    let mut text = row("", plain(week.iter().map(|date| local::day_of(screen, *date)).collect()));
    let lunar: Vec<String> = week.iter().filter_map(|date| local::lunar(screen, *date)).collect();
    if lunar.len() == week.len() {
        text += &row(&label, plain(lunar));
    }
    text += &format!("{}┼{}\n", "─".repeat(first), vec!["─".repeat(width); week.len()].join("┼"));
    for time in times.keys() {
        let cells: Vec<Vec<String>> =
            week.iter().map(|date| cell(screen, placed, (*date, time), width)).collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let blank = || " ".repeat(width);
            let cells = cells.iter().map(|cell| cell.get(line).cloned().unwrap_or_else(blank)).collect();
            text += &row(if line == 0 { time } else { "" }, cells);
        }
    }
    text
}

/// As wide as the terminal lets the columns be, and no wider than what is in them.
fn day_width(screen: &Screen, first: usize, days: usize, placed: &[&Placed]) -> usize {
    let terminal = screen.width.map_or(WIDTH, usize::from);
    let room = terminal.saturating_sub(first + days) / days.max(1);
    let longest = placed.iter().map(|placed| placed.text.width()).max().unwrap_or(0);
    room.min(longest).max(DAY_WIDTH)
}

/// The lines of all programmes that start at one time of one day.
fn cell(screen: &Screen, placed: &[&Placed], at: (NaiveDate, &str), width: usize) -> Vec<String> {
    let here = placed.iter().filter(|placed| (placed.date, placed.time.as_str()) == at);
    let lines = here.flat_map(|placed| {
        let paint = |line: String| match (screen.colour, placed.tone) {
            (false, _) | (_, Tone::Plain) => pad(&line, width),
            (true, tone) => format!("{}{}\x1b[0m", ansi(tone), pad(&line, width)),
        };
        wrap(&placed.text, width).into_iter().map(paint)
    });
    lines.collect()
}

/// The text in a few lines; what does not fit ends in an ellipsis.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.peek() {
        let few = lines.len() < LINES_MAX;
        let line = lines.last_mut().filter(|line| line.width() + 1 + word.width() <= width);
        match line {
            Some(line) => *line = format!("{line} {word}"),
            None if few && word.width() <= width => lines.push((*word).to_owned()),
            None => break,
        }
        words.next();
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    if !rest.is_empty() {
        let line = lines.pop().map_or_else(|| rest.clone(), |line| format!("{line} {rest}"));
        lines.push(shorten(&line, width));
    }
    lines
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// What the marks mean that occur.
fn legend(screen: &Screen, placed: &[Placed]) -> String {
    let occurs = |mark: &Mark| placed.iter().any(|placed| placed.marks.contains(mark));
    let lines = Mark::ALL.into_iter().filter(occurs);
    let lines: String =
        lines.map(|mark| format!("{} {}\n", mark.sign(), screen.catalogue.get(mark.key()))).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

//! The log: a line for each entry, under the day on which it was.

use chrono::NaiveDate;
use controller_api::Event;
use unicode_width::UnicodeWidthStr;

use super::{Screen, schedule, shorten};

/// Columns of the name of who caused it; a longer one is never cut.
const WHO: usize = 13;

/// All of it; events stand in the order in which they came about.
#[must_use]
pub fn render(screen: &Screen, events: &[Event]) -> String {
    if events.is_empty() {
        return screen.catalogue.get("log-empty") + "\n";
    }
    let mut lines = Lines::new();
    events.iter().map(|event| lines.next(screen, event)).collect()
}

/// Makes lines, and remembers the day.
#[derive(Debug, Default)]
pub struct Lines {
    day: Option<NaiveDate>,
}

impl Lines {
    /// No day yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The line of the next event, behind one for its day where that is another one.
    pub fn next(&mut self, screen: &Screen, event: &Event) -> String {
        let (day, heading) = schedule::day_heading(screen, event.at);
        let heading = if self.day.replace(day) == Some(day) { String::new() } else { heading + "\n" };
        let (time, who) = (screen.catalogue.clock(event.at), screen.who(&event.by));
        let what = screen.catalogue.text(&event.text);
        let why = event.why.as_ref().map(|why| format!(" ({})", screen.catalogue.text(why)));
        let line = format!("{time}  {who:WHO$}  {what}{}", why.unwrap_or_default());
        let line = match screen.width.map(usize::from) {
            Some(width) if line.width() > width => shorten(&line, width),
            _ => line,
        };
        format!("{heading}{line}\n")
    }
}

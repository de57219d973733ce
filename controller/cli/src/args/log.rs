//! `loa log`.

use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;

use crate::limits::LOG_LINES_MAX;
use crate::usage::WrongValue;

const EXAMPLES: &str = "\
Examples:
  loa log                                         the newest entries, newest last
  loa log --kind job-stopped                      who stopped what
  loa log --since yesterday --cluster coc-ly-1    what that loudspeaker said
  loa log --since 2026-11-01 --until 2026-11-30 --by van-hoa
  loa log --follow

What is older than the site keeps in its database (`loa site set --keep-years`) is shown here too.";

/// Options of `loa log`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LogArgs {
    /// Only the newest entries, so many [default: 30; with --since, all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=LOG_LINES_MAX as i64))]
    pub last: Option<u16>,
    /// From when on: 2026-11-24, 24/11/2026, today, yesterday, or so long ago, e.g. 12h
    #[arg(long, value_name = "WHEN", value_parser = past)]
    pub since: Option<Past>,
    /// To the end of that day, or so long ago
    #[arg(long, value_name = "WHEN", value_parser = past, conflicts_with = "follow")]
    pub until: Option<Past>,
    /// Entries before the one with this number, to go on
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    pub before: Option<u64>,
    /// Only what is about this loudspeaker, with all that it reports
    #[arg(long, value_name = "ID")]
    pub cluster: Option<String>,
    /// Only what is about this announcement: its id, or the id's beginning
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
    /// Only what is about this programme
    #[arg(long, value_name = "ID")]
    pub programme: Option<String>,
    /// Only what this user did; or the schedule, or the controller
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Only this kind, e.g. job-made, job-stopped, faults-changed, site-changed
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// What happens all the time, too: reports of loudspeakers, what was sent, restarts
    #[arg(long)]
    pub all: bool,
    /// Go on with what happens, until Ctrl-C; with --json, one event a line
    #[arg(long)]
    pub follow: bool,
}

/// A time that is past, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// A day at the site.
    Day(NaiveDate),
    /// The day so many days before today.
    DaysBack(u64),
    /// So long ago.
    Ago(Duration),
}

fn past(text: &str) -> Result<Past, WrongValue> {
    let text = text.trim();
    match text.to_lowercase().as_str() {
        "today" | "hôm nay" => return Ok(Past::DaysBack(0)),
        "yesterday" | "hôm qua" => return Ok(Past::DaysBack(1)),
        _ => {}
    }
    let day = ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let ago = || humantime::parse_duration(text).ok();
    day.map(Past::Day).or_else(|| ago().map(Past::Ago)).ok_or(WrongValue::Past)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_ago_are_read_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 4).map(Past::Day);
        for text in ["2026-11-04", "04/11/2026", "4/11/2026", " 2026-11-4 "] {
            assert_eq!(past(text).ok(), day, "{text}");
        }
        assert_eq!(past("Hôm qua"), Ok(Past::DaysBack(1)));
        assert_eq!(past("today"), Ok(Past::DaysBack(0)));
        assert_eq!(past("12h"), Ok(Past::Ago(Duration::from_secs(12 * 3_600))));
        for text in ["", "31/02/2026", "tomorrow", "12", "11/24/2026"] {
            assert_eq!(past(text), Err(WrongValue::Past), "{text}");
        }
    }
}

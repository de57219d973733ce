//! `loa schedule ..`.

mod examples;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use schedules::{Busy, Hours, Interrupted, Missed, Zone};

use super::AnnounceClass;
use super::announce::target;

/// Verbs about programmes: what plays when, and where.
#[derive(Debug, Subcommand)]
pub enum ScheduleVerb {
    /// Add a programme
    Add(Box<ScheduleAddArgs>),
    /// Change a programme: by options, or in a text editor
    Edit(Box<ScheduleEditArgs>),
    /// List all programmes
    List,
    /// Show all that is known of one programme: when it plays next, what it meets, what was left out
    Show {
        /// The programme's id
        id: String,
    },
    /// Remove a programme, and what was planned of it
    Remove {
        /// The programme's id
        id: String,
    },
    /// Let a programme rest
    Pause {
        /// The programme's id
        id: String,
    },
    /// Let a programme that rests play again
    Resume {
        /// The programme's id
        id: String,
    },
    /// Say which programmes go first when several of a class wait
    #[command(after_help = examples::ORDER)]
    Order {
        /// Programmes by their ids, first to last
        #[arg(required_unless_present = "none", conflicts_with = "none", value_name = "ID")]
        ids: Vec<String>,
        /// None goes first any more
        #[arg(long)]
        none: bool,
    },
    /// Draw the week to come: what plays when, what meets what, what will be left out
    #[command(after_help = examples::PREVIEW)]
    Preview {
        /// How many days, from today
        #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
        /// Only what this loudspeaker plays
        #[arg(long, value_name = "ID")]
        cluster: Option<String>,
    },
    /// Check schedule files without a controller; exit code 2 if anything is wrong
    Check(ScheduleCheckArgs),
    /// Take programmes from a file: shows what would change, asks, then changes all of it or nothing
    Import(ScheduleImportArgs),
    /// Write programmes as a file, or as a calendar for phones
    Export(ScheduleExportArgs),
    /// Will the broadcasts ahead be heard? Exit code 4 if a loudspeaker will not be ready in time
    Readiness,
    /// What plays next, and what was left out lately
    Next {
        /// How many broadcasts
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
        count: u16,
    },
}

/// Options of `loa schedule add`.
#[derive(Debug, Args)]
#[command(
    after_help = examples::ADD,
    group(ArgGroup::new("content").args(["item"]).required(true)),
    group(ArgGroup::new("place").args(["to"]).required(true)),
    group(ArgGroup::new("time").args(["at", "cron", "once"]).required(true)),
)]
pub struct ScheduleAddArgs {
    /// Its id: 1 to 32 of a-z, 0-9 and inner "-", e.g. ban-tin-sang
    pub id: String,
    /// The fields of the programme.
    #[command(flatten)]
    pub programme: ProgrammeArgs,
    /// How it is changed.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Options of `loa schedule edit`.
#[derive(Debug, Args)]
#[command(after_help = examples::EDIT)]
pub struct ScheduleEditArgs {
    /// The programme's id
    pub id: String,
    /// What changes.
    #[command(flatten)]
    pub programme: ProgrammeArgs,
    /// How it is changed.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// How a schedule is changed.
#[derive(Debug, Clone, Default, Args)]
pub struct ChangeArgs {
    /// Change it in spite of the site's quiet hours and limits; the reason is kept in the journal
    #[arg(long = "override", value_name = "REASON")]
    pub override_reason: Option<String>,
    /// Only show what it would change
    #[arg(long)]
    pub dry_run: bool,
}

/// What a programme is.
#[derive(Debug, Clone, Default, Args)]
pub struct ProgrammeArgs {
    /// A clip by its id or title, or one for each language: vi=tin-xa,hmn=tin-xa-hmong; several play one after
    /// the other
    #[arg(long, value_name = "CLIP")]
    pub item: Vec<String>,
    /// Where: all, smart, wireless, ids, village:NAME, uplink:NAME; separated by commas
    #[arg(long, value_name = "TARGETS", value_delimiter = ',', value_parser = target)]
    pub to: Vec<String>,
    /// Times of the day, separated by commas, e.g. 05:00,17:00
    #[arg(long, value_name = "TIMES", value_delimiter = ',')]
    pub at: Vec<String>,
    /// Which days: mon-fri, "last fri", "day 15", "lunar 15", 2/9; more: `loa schedule add --help` [default: every day]
    #[arg(long, value_name = "DAYS", conflicts_with_all = ["cron", "once"])]
    pub on: Vec<String>,
    /// By a cron rule, instead of --at: minute hour day month weekday
    #[arg(long, value_name = "EXPR", conflicts_with_all = ["at", "once"])]
    pub cron: Option<String>,
    /// Once, instead of --at: a date and a time, e.g. "2026-12-01 17:00"
    #[arg(long, value_name = "MOMENT", conflicts_with_all = ["at", "between", "except"])]
    pub once: Option<String>,
    /// Only from one date to another, e.g. 2026-09-05..2027-05-31
    #[arg(long, value_name = "A..B")]
    pub between: Option<String>,
    /// Days on which it is silent, written as for --on
    #[arg(long, value_name = "DAYS")]
    pub except: Vec<String>,
    /// Title, for people [default: the id]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// How much it matters [default: routine]
    #[arg(long, value_enum)]
    pub class: Option<AnnounceClass>,
    /// Volume in per cent, 1 to 100 [default: the site's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub volume: Option<u8>,
    /// When something of its class plays: "at once", next, "wait 10m" [default: wait 5m]
    #[arg(long, value_name = "POLICY")]
    pub busy: Option<Busy>,
    /// When something interrupts it: resume, restart, drop [default: the site's]
    #[arg(long, value_name = "POLICY")]
    pub interrupted: Option<Interrupted>,
    /// When its time was missed: skip, "late-until 07:30" [default: skip]
    #[arg(long, value_name = "POLICY")]
    pub missed: Option<Missed>,
}

impl ScheduleEditArgs {
    /// Nothing is named that would change; a reason alone is something to change, too.
    #[must_use]
    pub fn names_nothing(&self) -> bool {
        self.programme.is_empty() && self.change.override_reason.is_none()
    }
}

impl ProgrammeArgs {
    /// No option was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let lists = [&self.item, &self.to, &self.at, &self.on, &self.except];
        let texts = [&self.cron, &self.once, &self.between, &self.title];
        let policies = self.busy.is_none() && self.interrupted.is_none() && self.missed.is_none();
        let plain = self.class.is_none() && self.volume.is_none();
        policies
            && plain
            && lists.iter().all(|list| list.is_empty())
            && texts.iter().all(|text| text.is_none())
    }
}

/// Options of `loa schedule check`.
#[derive(Debug, Args)]
#[command(after_help = examples::CHECK)]
pub struct ScheduleCheckArgs {
    /// Schedule files; sets of days may be in another one of them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Hours in which nothing may begin, or off
    #[arg(long, value_name = "HOURS", default_value = "21:00-05:00", value_parser = quiet_hours)]
    pub quiet_hours: QuietHours,
    /// The site's time zone
    #[arg(long, value_name = "ZONE", default_value = "Asia/Ho_Chi_Minh")]
    pub timezone: Zone,
}

/// Hours in which nothing may begin, if there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours(pub Option<Hours>);

pub(super) fn quiet_hours(text: &str) -> Result<QuietHours, schedules::HoursError> {
    if text == "off" { Ok(QuietHours(None)) } else { text.parse().map(Some).map(QuietHours) }
}

/// Options of `loa schedule import`.
#[derive(Debug, Args)]
#[command(after_help = examples::IMPORT)]
pub struct ScheduleImportArgs {
    /// The schedule file; - is standard input
    pub file: PathBuf,
    /// Remove programmes and sets of days that are not in the file
    #[arg(long)]
    pub replace: bool,
    /// Do not ask before programmes are changed or removed
    #[arg(long)]
    pub yes: bool,
    /// How it is changed.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Options of `loa schedule export`.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPORT)]
pub struct ScheduleExportArgs {
    /// Only this programme
    #[arg(value_name = "ID")]
    pub programme: Option<String>,
    /// Write a new file, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// As iCalendar, for phones and calendar programs: every broadcast of the days to come
    #[arg(long)]
    pub ics: bool,
    /// With --ics: how many days, from today
    #[arg(
        long,
        value_name = "N",
        default_value_t = 365,
        requires = "ics",
        value_parser = clap::value_parser!(u16).range(1..=366)
    )]
    pub days: u16,
    /// With --ics: only what this loudspeaker plays
    #[arg(long, value_name = "ID", requires = "ics")]
    pub cluster: Option<String>,
}

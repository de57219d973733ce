//! Programmes: changing them, looking ahead, and what was left out.

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::site_file::HourVolume;
use crate::text::Text;

/// What a change means for programmes that it does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleScope {
    /// They stay; those that it names must be new ones.
    Add,
    /// They stay; those that it names are new or changed.
    #[default]
    Merge,
    /// They go: the text is all that there is to be.
    Replace,
}

/// Asks for another schedule: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScheduleChange {
    /// Programmes and sets of days, in the schedule's TOML format.
    pub toml: String,
    /// What becomes of the others.
    #[serde(default)]
    pub scope: ScheduleScope,
    /// Why it may break the site's guard rails; it is journaled.
    #[serde(default)]
    pub override_reason: Option<String>,
    /// Only look what it would change.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a change has changed, or (`dry_run`) would change. Programmes are named by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChanged {
    /// Nothing was changed.
    pub dry_run: bool,
    /// New programmes.
    pub added: Vec<String>,
    /// Programmes that are other ones now.
    pub changed: Vec<String>,
    /// Programmes that are no more.
    pub removed: Vec<String>,
    /// Programmes that were as they should be.
    pub unchanged: Vec<String>,
    /// When the first of the added and changed ones plays next.
    pub next_at: Option<u64>,
    /// Where one of the added and changed ones meets another programme.
    pub collisions: Vec<Collision>,
    /// Worth knowing: missing languages, guard rails that are broken for a reason.
    pub notes: Vec<Text>,
}

/// Two programmes (or announcements) that sound at the same time on some clusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    /// The one that goes first.
    pub first: Party,
    /// The one that waits, is left out or is interrupted.
    pub second: Party,
    /// When they meet, UTC milliseconds.
    pub from: u64,
    /// When the first of them would end there, UTC milliseconds.
    pub to: u64,
    /// Ids of the clusters on which they meet.
    pub clusters: Vec<String>,
    /// What will happen.
    pub outcome: Text,
}

/// One of two that meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The programme's id, or the job's.
    pub id: String,
    /// Its title, for people.
    pub title: String,
}

/// One thing that is wrong with a change, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line in the text, from 1; 0 if it is about the whole.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The programme's id, where it is known.
    #[serde(default)]
    pub programme: Option<String>,
    /// The field, where it is known.
    #[serde(default)]
    pub field: Option<String>,
    /// What is wrong and what to do.
    pub text: Text,
}

impl Problem {
    /// A problem at a place in the text, of which nothing else is known.
    #[must_use]
    pub fn at(line: usize, column: usize, text: Text) -> Self {
        Self { line, column, programme: None, field: None, text }
    }
}

/// The days to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// The beginning of the first day, UTC milliseconds.
    pub from: u64,
    /// The end of the last day, UTC milliseconds.
    pub to: u64,
    /// On this cluster; absent: everywhere.
    pub cluster: Option<String>,
    /// What is to sound, in the order of its start.
    pub entries: Vec<PreviewEntry>,
    /// Where two of them meet, in the order of time.
    pub collisions: Vec<Collision>,
}

/// One occurrence of a programme to come, or an announcement that was made for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewEntry {
    /// The programme's id, or the job's.
    pub id: String,
    /// It is an announcement.
    pub by_hand: bool,
    /// Its title, for people.
    pub title: String,
    /// How much it matters.
    pub class: Class,
    /// Planned start, UTC milliseconds.
    pub start: u64,
    /// End, if nothing holds it up, UTC milliseconds.
    pub end: u64,
    /// Volume in per cent.
    pub volume: u8,
    /// An exception makes this day another one.
    pub exceptional: bool,
    /// How many clusters are to hear it.
    pub clusters: usize,
    /// Missing languages.
    pub notes: Vec<Text>,
    /// The guard rail that it breaks: it will be left out there, unless a reason was given.
    pub broken: Option<Text>,
    /// Why it may break the guard rail, where somebody has said so.
    pub override_reason: Option<String>,
}

/// One programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// By which it is named in commands and files.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// How much it matters.
    pub class: Class,
    /// When, as it was written: a cron rule, days and times, or one moment.
    pub when: String,
    /// Rules of days, where it plays at times of the day.
    #[serde(default)]
    pub on: Vec<String>,
    /// The times of the day at which it plays on these days.
    #[serde(default)]
    pub at: Vec<String>,
    /// The first and the last date on which it may play.
    #[serde(default)]
    pub between: Option<(String, String)>,
    /// Days on which it is another one, or silent; the first that fits decides.
    #[serde(default)]
    pub except: Vec<OtherDays>,
    /// As they were written.
    pub targets: Vec<String>,
    /// Clips by name, in playing order; variants of an item as `vi: name`.
    pub items: Vec<String>,
    /// Volume in per cent; absent: the site's.
    pub volume: Option<u8>,
    /// Volumes at hours of the day, before `volume`.
    #[serde(default)]
    pub volumes: Vec<HourVolume>,
    /// Length of one run, where it is longest.
    pub duration_ms: u64,
    /// When something of its class plays: `at once`, `next`, `wait 10m`.
    pub busy: String,
    /// When something interrupts it: `resume`, `restart`, `drop`; absent: the site's.
    pub interrupted: Option<String>,
    /// When it was missed: `skip`, `late-until 07:30`.
    pub missed: String,
    /// It does not play until somebody lets it go on.
    pub paused: bool,
    /// Its place in staff's order, from 1.
    pub order: Option<u32>,
    /// Why it may break the site's guard rails.
    pub override_reason: Option<String>,
    /// When it plays next, the first few times; none while it rests.
    pub coming: Vec<Coming>,
    /// Occurrences that were left out, newest first.
    pub skips: Vec<Skip>,
}

impl Programme {
    /// When it plays next.
    #[must_use]
    pub fn next_at(&self) -> Option<u64> {
        self.coming.first().map(|coming| coming.start)
    }
}

/// Days on which a programme is another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherDays {
    /// Rules of days.
    pub days: Vec<String>,
    /// At these times; empty: at the usual ones, or never if there are no items either.
    pub at: Vec<String>,
    /// This plays; empty: the usual.
    pub items: Vec<String>,
}

/// One occurrence to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    /// Planned start, UTC milliseconds.
    pub start: u64,
    /// An exception makes that day another one.
    pub exceptional: bool,
}

/// Occurrences of one programme that were left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The programme's id.
    pub programme: String,
    /// The planned start of the first of them, UTC milliseconds.
    pub first: u64,
    /// The planned start of the last of them, UTC milliseconds.
    pub last: u64,
    /// How many occurrences.
    pub count: u32,
    /// Why they were left out.
    pub why: Text,
    /// On these clusters alone; empty: everywhere.
    pub clusters: Vec<String>,
}

/// What comes next, and what was left out lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// The controller's time.
    pub now: u64,
    /// What is to sound, in the order of its start.
    pub entries: Vec<PreviewEntry>,
    /// What was left out lately, newest first.
    pub skips: Vec<Skip>,
}

/// Will the jobs to come be heard?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// The controller's time.
    pub now: u64,
    /// Jobs that are ahead, in the order of their start.
    pub jobs: Vec<JobReadiness>,
}

/// Is one job to come where it has to be?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobReadiness {
    /// The job's id.
    pub job: String,
    /// The programme's id; absent for an announcement by hand.
    pub programme: Option<String>,
    /// Its title, for people.
    pub title: String,
    /// When it starts.
    pub play_at: u64,
    /// Devices that have to play it: smart clusters and gateways.
    pub devices: usize,
    /// Of these, how many hold the newest agenda.
    pub agenda: usize,
    /// Of these, how many hold the clips.
    pub clips: usize,
    /// Those that will probably not make it in time, and why; worst first.
    pub late: Vec<LateDevice>,
    /// Those of which nobody can say it yet.
    pub unknown: Vec<LateDevice>,
}

/// A device that will probably not be ready in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateDevice {
    /// The cluster's id.
    pub cluster: String,
    /// Why it will be late, or why nobody can say.
    pub why: Text,
    /// When it will be ready, where that can be said.
    pub ready_at: Option<u64>,
}

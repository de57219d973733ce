//! `loa site ..`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use schedules::{HourVolume, Interrupted, Language, Zone};

use super::schedule::{QuietHours, quiet_hours};
use crate::usage::WrongValue;

const SET_EXAMPLES: &str = "\
Examples:
  loa site set --quiet-hours 21:30-05:00
  loa site set --quiet-hours off                        nothing is quiet
  loa site set --minutes-per-day 60 --agenda-hours 72
  loa site set --volume-ceiling 05:00-06:00=50 --volume-ceiling 20:00-21:00=60
  loa site set --languages vi,hmn
  loa site set --quiet-hours 20:00-06:00 --dry-run      what would change, and which programmes fall silent

What is not named stays as it is. Programmes follow at once.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  loa site import bao-nhai.toml --dry-run              what would change
  loa site import bao-nhai.toml                        what the file does not name stays
  loa site import bao-nhai.toml --replace              the site is what the file says, and nothing else";

/// Verbs about the site as a whole.
#[derive(Debug, Subcommand)]
pub enum SiteVerb {
    /// Show the site's settings
    Show,
    /// Change settings: quiet hours, volumes, languages and more
    Set(Box<SiteSetArgs>),
    /// Change settings and loudspeakers to those of a file: all of it, or nothing
    Import(SiteImportArgs),
    /// Write settings and loudspeakers as a TOML file
    Export {
        /// A new file, instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Options of `loa site set`.
#[derive(Debug, Args)]
#[command(after_help = SET_EXAMPLES)]
#[command(group(ArgGroup::new("settings").required(true).multiple(true)))]
pub struct SiteSetArgs {
    /// The site's name, for people
    #[arg(group = "settings", long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Its time zone, e.g. Asia/Ho_Chi_Minh
    #[arg(group = "settings", long, value_name = "ZONE")]
    pub timezone: Option<Zone>,
    /// Loudspeakers report every so many seconds
    #[arg(group = "settings", long, value_name = "SECONDS")]
    pub heartbeat: Option<u32>,
    /// Volume where none is asked for, per cent
    #[arg(group = "settings", long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub volume: Option<u8>,
    /// Volume of emergencies, per cent
    #[arg(group = "settings", long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub volume_emergency: Option<u8>,
    /// Nothing but emergencies sounds in these hours; or off
    #[arg(group = "settings", long, value_name = "HOURS", value_parser = quiet_hours)]
    pub quiet_hours: Option<QuietHours>,
    /// Minutes that a loudspeaker sounds on one day at the most; 0 for no limit
    #[arg(group = "settings", long, value_name = "N")]
    pub minutes_per_day: Option<u16>,
    /// At these hours nothing but emergencies is louder, e.g. 05:00-06:00=50; may be repeated, or off
    #[arg(group = "settings", long = "volume-ceiling", value_name = "HOURS=N", value_parser = ceiling)]
    pub volume_ceilings: Vec<Ceiling>,
    /// Loudspeakers hold the programmes of so many hours ahead, 24 to 168
    #[arg(group = "settings", long, value_name = "N")]
    pub agenda_hours: Option<u16>,
    /// What becomes of an interrupted programme that does not say: resume, restart or drop
    #[arg(group = "settings", long, value_name = "WHAT")]
    pub interrupted: Option<Interrupted>,
    /// What listeners speak, first heard first, e.g. vi,hmn
    #[arg(group = "settings", long, value_name = "TAGS", value_delimiter = ',')]
    pub languages: Option<Vec<Language>>,
    /// Loudness of new clips, LUFS
    #[arg(group = "settings", long, value_name = "N", allow_negative_numbers = true)]
    pub clip_loudness: Option<i8>,
    /// Bit rate of new clips, kbit/s
    #[arg(group = "settings", long, value_name = "N")]
    pub clip_kbps: Option<u8>,
    /// Longest new clip, minutes
    #[arg(group = "settings", long, value_name = "N")]
    pub clip_minutes: Option<u16>,
    /// The journal's database holds so many years, 1 to 100; what is older goes to its archive, which `loa log` reads too
    #[arg(group = "settings", long, value_name = "N")]
    pub keep_years: Option<u8>,
    /// Do not ask before programmes fall silent
    #[arg(long)]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// A ceiling of the volume, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling(pub Option<HourVolume>);

fn ceiling(text: &str) -> Result<Ceiling, WrongValue> {
    if text == "off" {
        return Ok(Ceiling(None));
    }
    let ceiling = text.split_once('=').and_then(|(hours, volume)| {
        let volume = volume.trim().trim_end_matches('%').parse().ok()?;
        Some(HourVolume { hours: hours.parse().ok()?, volume })
    });
    ceiling
        .filter(|ceiling| (1..=100).contains(&ceiling.volume))
        .map(Some)
        .map(Ceiling)
        .ok_or(WrongValue::Ceiling)
}

/// Options of `loa site import`.
#[derive(Debug, Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct SiteImportArgs {
    /// The site file
    pub file: PathBuf,
    /// Remove loudspeakers that are not in the file; settings that it leaves out go back to their defaults
    #[arg(long)]
    pub replace: bool,
    /// Do not ask before loudspeakers are changed or removed
    #[arg(long)]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

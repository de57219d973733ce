//! `loa announce` and `loa emergency`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use controller_api::Class;

use super::ContentArgs;
use super::clip::title;
use crate::usage::WrongValue;

const ANNOUNCE_EXAMPLES: &str = "\
Examples:
  loa announce notice.mp3 --to all
  loa announce notice.mp3 --to \"village:Bảo Tân 1,coc-ly-1\" --at 17:00 --title \"Họp thôn\"
  loa announce bulletin.mp3 --to all --cron \"0 17 * * *\" --name evening-news
  loa announce notice.mp3 --to smart --wait --json
  loa announce --clip chime --clip \"Họp thôn\" --to all
  loa announce --text \"Mời bà con họp lúc bảy giờ tối.\" --lang vi --to \"village:Bảo Tân 1\"

Any usual sound file will do: MP3, M4A, WAV, OGG, FLAC.";

const EMERGENCY_EXAMPLES: &str = "\
Examples:
  loa emergency flood.mp3 --to all
  loa emergency --clip siren-wail --clip flood --to all
  loa emergency flood.mp3 --to uplink:bts-coc-ly --for 30m
  loa stop 3f2a91c4       ends it everywhere";

/// Options of `loa announce`.
#[derive(Debug, Args)]
#[command(after_help = ANNOUNCE_EXAMPLES)]
pub struct AnnounceArgs {
    /// What plays.
    #[command(flatten)]
    pub content: ContentArgs,
    /// With --text: do not ask whether it sounds right
    #[arg(long, requires = "text")]
    pub yes: bool,
    /// Where: all, smart, wireless, ids, village:NAME, uplink:NAME; separated by commas
    #[arg(long, value_name = "TARGETS", required = true, value_delimiter = ',', value_parser = target)]
    pub to: Vec<String>,
    /// When, in the site's time: 17:00, "tomorrow 05:00", "2026-11-24 17:00", +10m [default: now]
    #[arg(long, value_name = "TIME", conflicts_with = "cron")]
    pub at: Option<String>,
    /// Again and again: minute hour day month weekday, e.g. "0 17 * * *" for every day at 17:00
    #[arg(long, value_name = "EXPR", conflicts_with = "wait")]
    pub cron: Option<String>,
    /// The programme's id, for `loa cancel` [default: made from the title]
    #[arg(long, value_name = "ID", requires = "cron")]
    pub name: Option<String>,
    /// How much it matters
    #[arg(long, value_enum, default_value_t = AnnounceClass::Routine)]
    pub class: AnnounceClass,
    /// Volume in per cent, 1 to 100 [default: the site's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub volume: Option<u8>,
    /// How late a loudspeaker may still start, e.g. 5m [default: 10m now, 5m at a time]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub within: Option<Duration>,
    /// Title, for people [default: the file's name, the clip's title or the text's beginning]
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub title: Option<String>,
    /// Play in spite of the site's quiet hours and limits; the reason is kept in the journal
    #[arg(long = "override", value_name = "REASON")]
    pub override_reason: Option<String>,
    /// Show progress until every loudspeaker has played or failed; exit code 4 if some did not play
    #[arg(long)]
    pub wait: bool,
}

/// Options of `loa emergency`.
#[derive(Debug, Args)]
#[command(after_help = EMERGENCY_EXAMPLES)]
pub struct EmergencyArgs {
    /// What plays.
    #[command(flatten)]
    pub content: ContentArgs,
    /// With --text: do not ask whether it sounds right
    #[arg(long, requires = "text")]
    pub yes: bool,
    /// Where: all, smart, wireless, ids, village:NAME, uplink:NAME; separated by commas
    #[arg(long, value_name = "TARGETS", required = true, value_delimiter = ',', value_parser = target)]
    pub to: Vec<String>,
    /// Repeat it for this long
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", value_parser = humantime::parse_duration)]
    pub repeat_for: Duration,
    /// Title, for people [default: the file's name, the clip's title or the text's beginning]
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub title: Option<String>,
    /// Show progress until every loudspeaker has played or failed; exit code 4 if some did not play
    #[arg(long)]
    pub wait: bool,
}

/// Classes that `announce` offers: an emergency has a verb of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnnounceClass {
    /// Waits for what plays
    Routine,
    /// Goes before routine announcements
    Priority,
}

impl From<AnnounceClass> for Class {
    fn from(class: AnnounceClass) -> Self {
        match class {
            AnnounceClass::Routine => Self::Routine,
            AnnounceClass::Priority => Self::Priority,
        }
    }
}

pub(super) fn target(text: &str) -> Result<String, WrongValue> {
    let text = text.trim();
    if text.is_empty() { Err(WrongValue::Target) } else { Ok(text.to_owned()) }
}

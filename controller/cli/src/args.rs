//! The command line: verbs, options, and the help from which people learn them.

mod announce;
mod clip;
mod cluster;
mod here;
mod log;
mod schedule;
mod site;

pub use announce::{AnnounceArgs, AnnounceClass, EmergencyArgs};
pub use clip::{ClipAddArgs, ClipSayArgs, ClipVerb, ContentArgs};
pub use cluster::{ClusterAddArgs, ClusterIdentityArgs, ClusterKindArg, ClusterVerb};
pub use here::{DemoArgs, InitArgs};
pub use log::{LogArgs, Past};
pub use schedule::{
    ChangeArgs, ProgrammeArgs, QuietHours, ScheduleAddArgs, ScheduleCheckArgs, ScheduleEditArgs,
    ScheduleExportArgs, ScheduleImportArgs, ScheduleVerb,
};
pub use site::{SiteImportArgs, SiteSetArgs, SiteVerb};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use controller_api::{Language, text};

use crate::failure::Failure;

const EXAMPLES: &str = "\
First steps:
  loa demo                                     57 simulated loudspeakers on this machine
  loa init --name \"Bảo Nhai\"                   make a site
  loa serve                                    start the controller
  loa announce notice.mp3 --to all             play a file everywhere, now
  loa schedule preview                         what plays in the week to come
  loa health                                   which loudspeakers are down, since when, why
  loa log                                      who did what, and when

Targets (--to), separated by commas:
  all, smart, wireless                         every loudspeaker, or every one of a kind
  bao-tan-1                                    a loudspeaker by its id
  village:\"Bảo Tân 1\"                          every loudspeaker of a village
  uplink:bts-coc-ly                            every loudspeaker behind an uplink

Where the controller is: --url, else --socket, else loa.sock in the data folder. The data folder: --data, else \
$XDG_DATA_HOME/loa, else ~/.local/share/loa, else (without a home folder) /var/lib/loa.

Exit codes:
  0    done
  1    failed
  2    wrong use: the same command will fail again
  3    the controller is not running
  4    done, but some loudspeakers did not play; for `health`: something is down; for
       `schedule readiness`: something will not be ready in time
  130  interrupted by Ctrl-C

With --json, standard output holds one JSON object (times are UTC milliseconds) and everything for people goes \
to standard error; a failure is {\"error\": {\"code\", \"params\", \"message\", \"exit\"}}.";

/// Play announcements on a commune's public loudspeakers, and know which ones did not play.
#[derive(Debug, Parser)]
#[command(
    name = "loa",
    version,
    max_term_width = 110,
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for every verb")]
pub struct Global {
    /// The data folder of the controller
    #[arg(long, global = true, value_name = "DIR", env = "LOA_DATA", hide_env_values = true)]
    pub data: Option<PathBuf>,
    /// The controller's Unix socket [default: loa.sock in the data folder]
    #[arg(long, global = true, value_name = "PATH", env = "LOA_SOCKET", hide_env_values = true)]
    pub socket: Option<PathBuf>,
    /// The controller over TCP, e.g. http://127.0.0.1:8080; goes before --socket
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the output: en or vi [default: LOA_LANG, else the system's]; of a text that is read aloud, any
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
}

impl Global {
    /// The language of the output.
    #[must_use]
    pub fn language(&self) -> Language {
        self.lang.as_deref().and_then(Language::parse).unwrap_or_else(Language::from_env)
    }

    /// What a command line that cannot be read says of the language and of JSON. The parser does not look
    /// behind the first mistake, even where it is told to go on.
    #[must_use]
    pub fn guessed(args: impl Iterator<Item = OsString>) -> Self {
        let mut global = Self::default();
        let mut args = args.filter_map(|arg| arg.into_string().ok());
        while let Some(arg) = args.next() {
            match arg.split_once('=') {
                Some(("--lang", lang)) => global.lang = Some(lang.to_owned()),
                None if arg == "--lang" => global.lang = args.next(),
                _ => global.json |= arg == "--json",
            }
        }
        global
    }
}

/// What `loa` can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a site: data folder, site key and settings
    Init(InitArgs),
    /// Start the controller; it runs until Ctrl-C
    Serve {
        /// Begin a journal for a site that has lost its own and has no backup; its key stays
        #[arg(long)]
        new: bool,
        /// Speak for the site in the place of another controller, which gives way
        #[arg(long)]
        take_over: bool,
    },
    /// Play a sound file: now, at a time, or again and again by a schedule
    Announce(AnnounceArgs),
    /// Play a sound file at once and over everything else, until its end or `loa stop`
    Emergency(EmergencyArgs),
    /// End an announcement wherever it is, even while it plays
    #[command(
        after_help = "Examples:\n  loa stop 3f2a91c4      the first digits of the id will do; `loa status` shows it"
    )]
    Stop {
        /// The announcement's id, or its beginning
        job: String,
    },
    /// Call off an announcement that has not begun, or a programme for good
    #[command(after_help = "Examples:\n  loa cancel 3f2a91c4\n  loa cancel evening-news")]
    Cancel {
        /// The announcement's id or its beginning, or the programme's id
        job: String,
    },
    /// Show the controller and the last announcements, or what became of one announcement
    #[command(
        after_help = "Examples:\n  loa status\n  loa status 3f2a91c4         cluster by cluster, problems first\n  \
                      loa status ban-tin-sang     the last broadcast of a programme"
    )]
    Status {
        /// The announcement's id or its beginning, or a programme's id: its last broadcast, or else its next
        job: Option<String>,
        /// How many announcements to list
        #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "job")]
        last: usize,
    },
    /// Show what happened: who announced, changed or stopped what, and when
    Log(LogArgs),
    /// Keep sounds ready: add, read aloud, list, show, play, export, remove
    #[command(subcommand)]
    Clip(ClipVerb),
    /// Plan programmes: add, edit, list, preview, check, import, export
    #[command(subcommand)]
    Schedule(ScheduleVerb),
    /// Show and change the site as a whole: quiet hours, volumes, languages, a whole site file
    #[command(subcommand)]
    Site(SiteVerb),
    /// List, show, add and remove loudspeakers
    #[command(subcommand)]
    Cluster(ClusterVerb),
    /// Which loudspeakers are down, since when and why; exit code 4 if any is
    Health {
        /// List those that are well, too
        #[arg(long)]
        all: bool,
    },
    /// The controller's clock: `loa clock accept` says that it is right, whatever speaks against it
    #[command(subcommand)]
    Clock(ClockVerb),
    /// Try everything on this machine: a controller, and 57 simulated loudspeakers of which two are broken
    Demo(DemoArgs),
}

/// What is said of the controller's clock.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ClockVerb {
    /// Go by this machine's clock from now on: it has been looked at, and it is right
    Accept,
}

impl Cli {
    /// What clap cannot know: only a text may be in a language that the output does not have.
    ///
    /// # Errors
    /// The language is none of the catalogue's, where it has to be.
    pub fn check(&self) -> Result<(), Failure> {
        let speaks = match &self.verb {
            Verb::Clip(ClipVerb::Say(_)) => true,
            Verb::Announce(args) => args.content.text.is_some(),
            Verb::Emergency(args) => args.content.text.is_some(),
            _ => false,
        };
        match &self.global.lang {
            Some(lang) if !speaks && Language::parse(lang).is_none() => {
                Err(Failure::wrong_use(text!(UsageLang { lang: lang })))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_wrong_command_line_is_answered_in_its_language() {
        let guessed = |line: &str| Global::guessed(line.split(' ').map(OsString::from));
        let global = guessed("loa --lang=vi nothing --json");
        assert_eq!((global.lang.as_deref(), global.json), (Some("vi"), true));
        let global = guessed("loa nothing --lang en");
        assert_eq!((global.lang.as_deref(), global.json), (Some("en"), false));
        assert_eq!(guessed("loa --lang").lang, None);
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}

//! Verbs that work on this machine: `loa init`, `loa demo`.

use std::path::PathBuf;

use clap::Args;

const INIT_EXAMPLES: &str = "\
Examples:
  loa init --name \"Bảo Nhai, Lào Cai\"           an empty site; add loudspeakers with `loa cluster add`
  loa init --site bao-nhai.toml                 a site with the loudspeakers of a file
  loa init --data /srv/loa --site bao-nhai.toml

Then `loa serve`. The data folder holds everything, the site's secret key too: keep a copy of it in a safe place.";

const DEMO_EXAMPLES: &str = "\
Examples:
  loa demo                         stays up until Ctrl-C, to be tried out
  loa demo notice.mp3              with your own recording
  loa demo --once --json           ends by itself; exits 0 only if all went as it should

The loudspeakers report every 5 seconds here instead of every 30, so that the demo is short. Nothing is left \
behind, unless --data names a folder.";

/// Options of `loa init`.
#[derive(Debug, Args)]
#[command(after_help = INIT_EXAMPLES)]
pub struct InitArgs {
    /// Take the site and its loudspeakers from a TOML file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "name"])]
    pub site: Option<PathBuf>,
    /// The site's id, part of every message: 1 to 32 of a-z, 0-9 and inner "-"
    #[arg(long, value_name = "ID", default_value = "commune")]
    pub id: String,
    /// The site's name, for people
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub name: String,
}

/// Options of `loa demo`.
#[derive(Debug, Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub struct DemoArgs {
    /// The sound file to play [default: a short notice in Vietnamese]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// End by itself; exit code 0 only if exactly the two broken loudspeakers did not play
    #[arg(long)]
    pub once: bool,
}

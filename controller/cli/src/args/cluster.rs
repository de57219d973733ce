//! `loa cluster ..`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use controller_api::ClusterKind;

const ADD_EXAMPLES: &str = "\
Examples:
  loa cluster add bao-tan-1 --name \"Cụm loa Bảo Tân 1\" --village \"Bảo Tân 1\" --uplink bts-bao-nhai
  loa cluster add fm-1 --kind gateway
  loa cluster add tong-gia --kind wireless --gateway fm-1 --zone 7

Adding an id that exists changes that loudspeaker.";

const IDENTITY_EXAMPLES: &str = "\
Examples:
  loa cluster identity bao-tan-1 --out bao-tan-1.toml
  loa cluster identity --out all.toml

The file holds secret keys: it is for the device and nobody else. Works on the controller's machine only.";

/// Verbs about loudspeakers.
#[derive(Debug, Subcommand)]
pub enum ClusterVerb {
    /// List all loudspeakers and gateways
    List,
    /// Show all that is known of one loudspeaker
    Show {
        /// The loudspeaker's id
        id: String,
    },
    /// Add a loudspeaker or a gateway, or change it
    Add(ClusterAddArgs),
    /// Remove a loudspeaker
    Remove {
        /// The loudspeaker's id
        id: String,
    },
    /// Write the identity file with which a device joins
    Identity(ClusterIdentityArgs),
}

/// Options of `loa cluster add`.
#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub struct ClusterAddArgs {
    /// Its id: 1 to 32 of a-z, 0-9 and inner "-"
    pub id: String,
    /// What it is
    #[arg(long, value_enum, default_value_t = ClusterKindArg::Smart)]
    pub kind: ClusterKindArg,
    /// Its name, for people
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub name: String,
    /// The village where it stands
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub village: String,
    /// What it shares with others to reach the controller, e.g. a base station
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub uplink: String,
    /// Wireless: the gateway in front of it
    #[arg(long, value_name = "ID")]
    pub gateway: Option<String>,
    /// Wireless: the code that switches it on and off
    #[arg(long, value_name = "N")]
    pub zone: Option<u16>,
    /// What its listeners speak, first heard first, e.g. hmn,vi [default: the site's]
    #[arg(long = "languages", value_name = "TAGS", value_delimiter = ',')]
    pub languages: Vec<String>,
}

/// Options of `loa cluster identity`.
#[derive(Debug, Args)]
#[command(after_help = IDENTITY_EXAMPLES)]
pub struct ClusterIdentityArgs {
    /// Ids of smart loudspeakers and gateways [default: all]
    pub ids: Vec<String>,
    /// Write a new file that only you can read, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClusterKindArg {
    /// Has a network of its own and answers
    Smart,
    /// Feeds the FM transmitter; not counted as a loudspeaker
    Gateway,
    /// An FM receiver behind a gateway; cannot answer
    Wireless,
}

impl From<ClusterKindArg> for ClusterKind {
    fn from(kind: ClusterKindArg) -> Self {
        match kind {
            ClusterKindArg::Smart => Self::Smart,
            ClusterKindArg::Gateway => Self::Gateway,
            ClusterKindArg::Wireless => Self::Wireless,
        }
    }
}

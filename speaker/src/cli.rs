//! The command line of `loa-speaker`. Exit codes: 0 done, 1 failed, 2 wrong use.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use firmware_proto::ClusterId;
use tracing_subscriber::EnvFilter;

use crate::fleet::faults::{DropArg, Faults, SlowArg, UnknownDevice};
use crate::identity::BrokerAddress;
use crate::player::SinkChoice;
use crate::{fleet, run};

const MIB: u64 = 1024 * 1024;
const EXIT_FAILED: u8 = 1;
const EXIT_USAGE: u8 = 2;

/// The reference loudspeaker of Loa, and a whole simulated fleet of them
#[derive(Debug, Parser)]
#[command(name = "loa-speaker", version, about)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong use. RUST_LOG sets what is logged, e.g. RUST_LOG=debug."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run one cluster or gateway
    Run(RunArgs),
    /// Run every cluster and gateway of a site in this process, with faults to inject
    Fleet(FleetArgs),
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Identity file, as `loa cluster identity ID` writes it
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    /// Where the broker is, instead of what the identity file says
    #[arg(long, value_name = "HOST:PORT")]
    broker: Option<BrokerAddress>,
    /// Folder for clips and state; the cluster makes one of its own name in it
    #[arg(long, value_name = "DIR", default_value = "loa-speaker-data", env = "LOA_SPEAKER_DATA")]
    data: PathBuf,
    /// Where the sound goes: `alsa`, `null` (decoded and dropped), or `wav:PATH`, a .wav file or a folder with one file per job
    #[arg(long, value_name = "SINK", default_value = "null")]
    sink: SinkChoice,
    /// Space for clips, MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    storage: u32,
    /// End when standard input is closed
    #[arg(long)]
    until_stdin_closes: bool,
}

#[derive(Debug, Args)]
struct FleetArgs {
    /// Site file: run its smart clusters and gateways; without it, every device of the identities file
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// File with the keys of all devices
    #[arg(long, value_name = "FILE")]
    identities: PathBuf,
    /// Folder for clips and state; each device makes one of its own name in it
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where the broker is, instead of what the identities file says
    #[arg(long, value_name = "HOST:PORT")]
    broker: Option<BrokerAddress>,
    /// Run only the first N devices
    #[arg(long, value_name = "N")]
    clusters: Option<usize>,
    /// This device never connects (repeatable)
    #[arg(long, value_name = "ID")]
    off: Vec<ClusterId>,
    /// This device plays, and no sound comes out (repeatable)
    #[arg(long, value_name = "ID")]
    mute: Vec<ClusterId>,
    /// This device is behind a narrow link (repeatable)
    #[arg(long, value_name = "ID=BITS_PER_SECOND")]
    slow: Vec<SlowArg>,
    /// This device loses its network so many seconds after the start, for ever or until a second moment (repeatable)
    #[arg(long, value_name = "ID=SECONDS[..SECONDS]")]
    drop: Vec<DropArg>,
    /// Flush to the disk as a real device does
    #[arg(long)]
    sync: bool,
    /// Space for clips, MiB for each device
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    storage: u32,
    /// End when standard input is closed
    #[arg(long)]
    until_stdin_closes: bool,
}

/// Does what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let result = match Cli::parse().verb {
        Verb::Run(args) => {
            log_from("info");
            run::run(args.into())
        }
        Verb::Fleet(args) => {
            // What one device would tell is too much from a thousand.
            log_from("warn,speaker=warn,speaker::counters=info,speaker::fleet=info");
            fleet::run(&args.into())
        }
    };
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("loa-speaker: {error:#}");
    ExitCode::from(if error.is::<UnknownDevice>() { EXIT_USAGE } else { EXIT_FAILED })
}

fn log_from(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(std::io::stderr).init();
}

impl From<RunArgs> for run::Options {
    fn from(args: RunArgs) -> Self {
        Self {
            identity: args.identity,
            broker: args.broker,
            data: args.data,
            sink: args.sink,
            storage_bytes: u64::from(args.storage) * MIB,
            until_stdin_closes: args.until_stdin_closes,
        }
    }
}

impl From<FleetArgs> for fleet::Options {
    fn from(args: FleetArgs) -> Self {
        Self {
            site: args.site,
            identities: args.identities,
            broker: args.broker,
            data: args.data,
            clusters: args.clusters,
            faults: Faults {
                off: args.off.into_iter().collect(),
                mute: args.mute.into_iter().collect(),
                slow: args.slow.into_iter().map(|SlowArg(id, bits)| (id, bits)).collect(),
                drop: args.drop.into_iter().map(|DropArg(id, span)| (id, span)).collect(),
            },
            sync: args.sync,
            storage_bytes: u64::from(args.storage) * MIB,
            until_stdin_closes: args.until_stdin_closes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}

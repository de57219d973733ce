//! `loa-speaker fleet`: every device of a site in one process, with faults to inject.
//!
//! Each device is what `run` is, with a real connection, a real speaker and a folder of its own; simulated
//! are only the amplifier (see [`Sensors`]) and the faults. Wireless clusters have no connection: their
//! gateway stands for them.
//!
//! A device is one task, its shell with its link, and stays on one thread; there is a thread for each
//! processor. So a message is read, checked, stored and answered in one go, while what it needs is in the
//! processor's caches. Storage is written without a flush, so what is stored survives kill -9, though not a
//! power cut, which a simulated fleet does not have; with `sync` every write of a state waits for the disk,
//! and others wait behind it.

pub mod faults;
mod shards;
mod site;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::runtime::Builder;
use tracing::info;

use crate::clock::MonoClock;
use crate::counters::Counters;
use crate::identity::{BrokerAddress, Identities, Identity};
use crate::limits::{CONNECT_SPREAD_MAX, CONNECT_SPREAD_PER_DEVICE, FILES_BESIDE, FILES_PER_DEVICE};
use crate::link::{self, LinkConfig, Outage};
use crate::player::Sensors;
use crate::player::paced::PacedPlayer;
use crate::shell::{OnHello, Parts, Shell, event_queue};
use crate::shutdown;
use faults::Faults;
use shards::Shards;

pub use site::{SiteFileError, devices_of_site};

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site file: which clusters and gateways there are; without one, every device of `identities`.
    pub site: Option<PathBuf>,
    /// The file with the devices' keys.
    pub identities: PathBuf,
    /// Instead of the identities file's broker.
    pub broker: Option<BrokerAddress>,
    /// Each device's folder is made in here.
    pub data: PathBuf,
    /// Only so many devices, the first ones.
    pub clusters: Option<usize>,
    /// What goes wrong.
    pub faults: Faults,
    /// Flush to the disk as a real device does.
    pub sync: bool,
    /// Bytes that clips may take, for each device.
    pub storage_bytes: u64,
    /// End when standard input is closed.
    pub until_stdin_closes: bool,
}

/// Runs until a signal ends it. Prints `ready N` when all N devices that are not off have connected and
/// said hello.
///
/// # Errors
/// When a file or a folder cannot be used, or a fault names a device that is not there. A broker that is
/// away is waited for.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let identities = Identities::read_many(&options.identities)?;
    let broker = options.broker.clone().or(identities.broker);
    let broker =
        broker.context("the identities file names no broker; say where it is with --broker HOST:PORT")?;
    let mut devices = match &options.site {
        Some(path) => devices_of_site(path, identities.devices)?,
        None => identities.devices,
    };
    devices.truncate(options.clusters.unwrap_or(usize::MAX));
    options.faults.check(devices.iter().map(|device| &device.cluster))?;
    devices.retain(|device| !options.faults.is_off(&device.cluster));
    allow_open_files(devices.len() as u64);

    let shards = Shards::start()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let counters = Arc::new(Counters::default());
        start(options, &devices, &broker, &counters, &shards)?;
        tokio::spawn(async move { counters.report().await });
        shutdown::wait(options.until_stdin_closes).await
    });
    shards.stop();
    result
}

fn start(
    options: &Options,
    devices: &[Identity],
    broker: &BrokerAddress,
    counters: &Arc<Counters>,
    shards: &Shards,
) -> anyhow::Result<()> {
    let (clock, started) = (MonoClock::start(), Instant::now());
    let spread = CONNECT_SPREAD_MAX.min(CONNECT_SPREAD_PER_DEVICE * devices.len() as u32);
    let ready = Ready::new(devices.len());
    info!(devices = devices.len(), %broker, "starting");
    for (index, device) in devices.iter().enumerate() {
        let (events_in, events) = event_queue();
        let sensors = match options.faults.is_mute(&device.cluster) {
            true => Sensors::SimulatedMute,
            false => Sensors::SimulatedAmplifier,
        };
        let shell = Shell::boot(Parts {
            config: device.config(options.storage_bytes),
            folder: options.data.join(device.cluster.as_str()),
            sync: options.sync,
            player: Box::new(PacedPlayer::new(sensors)),
            clock,
            events,
            answers: events_in.downgrade(),
            on_hello: Some(ready.one()),
            counters: counters.clone(),
        })?;
        let outage = options.faults.outage(&device.cluster).map(|outage| Outage {
            from: started + outage.from,
            until: outage.until.map(|until| started + until),
        });
        let link = LinkConfig {
            site: device.site.clone(),
            cluster: device.cluster.clone(),
            broker: broker.clone(),
            first_delay: spread.mul_f64(fastrand::f64()),
            slow_bits_per_s: options.faults.slow_bits_per_s(&device.cluster),
            outage,
        };
        shards.of(index).spawn(async move {
            shell.run(link::events(link)).await;
            // The shell ends when nobody could tell it anything.
            drop(events_in);
        });
    }
    Ok(())
}

/// Counts hellos, and says when all have come.
struct Ready {
    missing: Arc<AtomicUsize>,
    all: usize,
}

impl Ready {
    fn new(all: usize) -> Self {
        Self { missing: Arc::new(AtomicUsize::new(all)), all }
    }

    fn one(&self) -> OnHello {
        let (missing, all) = (self.missing.clone(), self.all);
        Box::new(move || {
            if missing.fetch_sub(1, Ordering::AcqRel) == 1 {
                // A parent that reads no further must not end the fleet.
                let _ = writeln!(std::io::stdout(), "ready {all}");
            }
        })
    }
}

/// A process may open 1,024 files by default; a large fleet needs more. What cannot be raised shows when
/// a file is opened.
fn allow_open_files(devices: u64) {
    let wanted = devices * FILES_PER_DEVICE + FILES_BESIDE;
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < wanted
    {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, wanted.min(hard), hard);
    }
}

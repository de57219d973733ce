//! `loa-speaker run`: one device, for real.
//!
//! Two threads beside the sink's: one drives the connection, and one is the shell's alone, because a real
//! device waits for its disk (see [`crate::storage`]), and the connection must not wait with it.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::stream::{self, StreamExt};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{Sender, WeakSender};
use tokio::sync::oneshot;

use crate::clock::MonoClock;
use crate::counters::Counters;
use crate::identity::{BrokerAddress, Identities};
use crate::link::{self, LinkConfig};
use crate::player::device::{DevicePlayer, Tell};
use crate::player::paced::PacedPlayer;
use crate::player::{Player, Sensors, Sink, SinkChoice, WavSink};
use crate::shell::{Event, Parts, Shell, event_queue};
use crate::shutdown;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The identity file.
    pub identity: PathBuf,
    /// Instead of the identity file's broker.
    pub broker: Option<BrokerAddress>,
    /// The device's folder is made in here.
    pub data: PathBuf,
    /// Where the sound goes.
    pub sink: SinkChoice,
    /// Bytes that clips may take.
    pub storage_bytes: u64,
    /// End when standard input is closed.
    pub until_stdin_closes: bool,
}

/// Runs until a signal ends it. Prints `ready 1` when the device has connected and said hello.
///
/// # Errors
/// When the identity, the folder or the sink cannot be used. A broker that is away is waited for.
pub fn run(options: Options) -> anyhow::Result<()> {
    let identities = Identities::read_one(&options.identity)?;
    let [identity] = &identities.devices[..] else { bail!("an identity file has one device") };
    let broker = options.broker.clone().or(identities.broker);
    let broker =
        broker.context("the identity file names no broker; say where it is with --broker HOST:PORT")?;

    let (events_in, events) = event_queue();
    let counters = Arc::new(Counters::default());
    let shell = Shell::boot(Parts {
        config: identity.config(options.storage_bytes),
        folder: options.data.join(identity.cluster.as_str()),
        sync: true,
        player: player(&options.sink, events_in.downgrade())?,
        clock: MonoClock::start(),
        events,
        answers: events_in.downgrade(),
        on_hello: Some(Box::new(|| println!("ready 1"))),
        counters: counters.clone(),
    })?;
    let (ended_in, ended) = oneshot::channel();
    let thread = thread::Builder::new().name("shell".to_owned()).spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = &runtime {
            runtime.block_on(shell.run(stream::pending()));
        }
        // The main thread may be gone already.
        let _ = ended_in.send(runtime.map(drop));
    })?;

    let link = LinkConfig {
        site: identity.site.clone(),
        cluster: identity.cluster.clone(),
        broker,
        first_delay: Duration::ZERO,
        slow_bits_per_s: None,
        outage: None,
    };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        tokio::spawn(async move { counters.report().await });
        tokio::select! {
            () = forward(link, events_in) => Ok(true),
            ended = ended => ended.context("the shell broke")?.context("no runtime for the shell").map(|()| true),
            end = shutdown::wait(options.until_stdin_closes) => end.map(|()| false),
        }
    })?;
    // The link is gone, so the shell comes to its end, after the write that it may be in.
    drop(runtime);
    let _ = thread.join();
    if ended {
        bail!("the shell ended by itself");
    }
    Ok(())
}

/// Tells the shell what happens on the link, until it has ended.
async fn forward(link: LinkConfig, shell: Sender<Event>) {
    let mut link = pin!(link::events(link));
    while let Some(event) = link.next().await {
        if shell.send(event).await.is_err() {
            return;
        }
    }
}

fn player(choice: &SinkChoice, events: WeakSender<Event>) -> anyhow::Result<Box<dyn Player>> {
    let sink: Box<dyn Sink> = match choice {
        SinkChoice::Null => return Ok(Box::new(PacedPlayer::new(Sensors::None))),
        SinkChoice::Wav(path) => {
            Box::new(WavSink::new(path).with_context(|| format!("{} cannot be written to", path.display()))?)
        }
        SinkChoice::Alsa => alsa_sink()?,
    };
    let tell: Tell = Box::new(move |token, event| {
        if let Some(events) = events.upgrade() {
            // The shell is gone only when the process ends.
            let _ = events.blocking_send(Event::Playback(token, event));
        }
    });
    Ok(Box::new(DevicePlayer::start(sink, Sensors::None, tell)?))
}

#[cfg(feature = "alsa")]
fn alsa_sink() -> anyhow::Result<Box<dyn Sink>> {
    Ok(Box::new(crate::player::AlsaSink::new()))
}

#[cfg(not(feature = "alsa"))]
fn alsa_sink() -> anyhow::Result<Box<dyn Sink>> {
    bail!(
        "this loa-speaker was built without ALSA: install the ALSA headers (Debian: apt-get install libasound2-dev) \
         and build it with `cargo build -p speaker --release --features alsa`, or use --sink wav:PATH or --sink null"
    )
}

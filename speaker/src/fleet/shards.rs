//! The threads that a fleet is spread over: one for each processor, each with a runtime of its own.

use std::io;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

use crate::limits::{HASH_STOP_WITHIN, HASH_THREADS};

/// The threads, running.
pub(super) struct Shards {
    shards: Vec<(Handle, JoinHandle<()>)>,
    /// All end when it is dropped.
    running: watch::Sender<()>,
}

impl Shards {
    pub(super) fn start() -> io::Result<Self> {
        let running = watch::Sender::new(());
        let one = |index| {
            let runtime =
                Builder::new_current_thread().enable_all().max_blocking_threads(HASH_THREADS).build()?;
            let (handle, mut stop) = (runtime.handle().clone(), running.subscribe());
            let run = move || {
                // Only the end is ever told.
                let _ = runtime.block_on(stop.changed());
                runtime.shutdown_timeout(HASH_STOP_WITHIN);
            };
            Ok((handle, thread::Builder::new().name(format!("shard-{index}")).spawn(run)?))
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let shards = (0..processors).map(one).collect::<io::Result<_>>()?;
        Ok(Self { shards, running })
    }

    /// The shard of the device with this number.
    pub(super) fn of(&self, index: usize) -> &Handle {
        &self.shards[index % self.shards.len()].0
    }

    /// Drops what runs there, and waits until all have ended.
    pub(super) fn stop(self) {
        drop(self.running);
        for (_, thread) in self.shards {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}

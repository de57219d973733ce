//! What a process counts over all its devices, told in one line a minute at most.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use firmware_proto::trust::Rejected;
use tracing::{info, warn};

const REPORT_PERIOD: Duration = Duration::from_secs(60);

/// Counters of one process, shared by all its devices.
#[derive(Debug, Default)]
pub struct Counters {
    /// Devices with a connection now.
    pub connected: AtomicU32,
    /// Devices that play now.
    pub playing: AtomicU32,
    /// Messages that came.
    pub received: AtomicU64,
    /// Messages handed to MQTT.
    pub sent: AtomicU64,
    /// Messages thrown away because the link stood still; the speaker says them again.
    pub unsent: AtomicU64,
    /// Chunks of clips stored.
    pub chunks: AtomicU64,
    /// Times the saved state was written.
    pub states: AtomicU64,
    /// Passes that started.
    pub passes: AtomicU64,
    rejected: [AtomicU64; Rejected::ALL.len()],
}

impl Counters {
    /// Adds what a speaker has rejected beyond `known`, and brings `known` up to date.
    pub fn note_rejections(&self, now: &BTreeMap<Rejected, u32>, known: &mut BTreeMap<Rejected, u32>) {
        for (slot, reason) in self.rejected.iter().zip(Rejected::ALL) {
            let count = now.get(&reason).copied().unwrap_or(0);
            let before = known.get(&reason).copied().unwrap_or(0);
            slot.fetch_add(u64::from(count.saturating_sub(before)), Relaxed);
        }
        known.clone_from(now);
    }

    fn rejected_text(&self) -> String {
        let some = self.rejected.iter().zip(Rejected::ALL).map(|(n, reason)| (n.load(Relaxed), reason));
        let texts: Vec<String> =
            some.filter(|(n, _)| *n > 0).map(|(n, reason)| format!("{n} {reason}")).collect();
        texts.join(", ")
    }

    /// Logs the counters once a minute, if something happened, for ever.
    pub async fn report(&self) {
        let (mut seen, mut rejected) = (0, String::new());
        loop {
            tokio::time::sleep(REPORT_PERIOD).await;
            let now = self.received.load(Relaxed) + self.sent.load(Relaxed);
            if now != seen {
                seen = now;
                self.log();
            }
            let text = self.rejected_text();
            if text != rejected {
                warn!("messages ignored since the start: {text}");
                rejected = text;
            }
        }
    }

    fn log(&self) {
        info!(
            connected = self.connected.load(Relaxed),
            playing = self.playing.load(Relaxed),
            received = self.received.load(Relaxed),
            sent = self.sent.load(Relaxed),
            unsent = self.unsent.load(Relaxed),
            chunks = self.chunks.load(Relaxed),
            states = self.states.load(Relaxed),
            passes = self.passes.load(Relaxed),
            "counters"
        );
    }
}

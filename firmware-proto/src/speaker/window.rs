//! How many chunks to ask for: as much as the link carries in about a second.
//!
//! The rate is measured as deliveries between a request and its answer. The window is that rate
//! times (shortest round trip + 0.8 s): it grows on a link that has room, and on a full link it
//! leaves at most 0.8 s of chunks queued, so that a command is never far behind them.

use crate::limits::{CHUNK_BYTES, WINDOW_CHUNKS_MAX};
use crate::time::Mono;

const QUEUE_MS: u64 = 800;
const FIRST_WINDOW: u32 = 2;
const RETRY_MS_MIN: u64 = 2_000;
const RETRY_MS_MAX: u64 = 60_000;

/// What the link has shown so far.
#[derive(Debug, Clone)]
pub(super) struct Window {
    chunks: u32,
    delivered: u64,
    rtt_ms_min: u64,
    rtt_ms: u64,
    /// Chunks per 1,000 seconds, smoothed.
    rate: u64,
    backoff: u32,
}

/// The state when a chunk was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) at: Mono,
    delivered: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self { chunks: FIRST_WINDOW, delivered: 0, rtt_ms_min: u64::MAX, rtt_ms: 0, rate: 0, backoff: 0 }
    }
}

impl Window {
    /// Chunks that may be on their way.
    pub(super) fn chunks(&self) -> u32 {
        self.chunks
    }

    pub(super) fn asked(&self, now: Mono) -> Asked {
        Asked { at: now, delivered: self.delivered }
    }

    pub(super) fn arrived(&mut self, now: Mono, asked: Asked) {
        let took = now.since(asked.at).max(1);
        self.delivered += 1;
        self.backoff = 0;
        self.rtt_ms_min = self.rtt_ms_min.min(took);
        self.rtt_ms = if self.rtt_ms == 0 { took } else { (self.rtt_ms * 7 + took) / 8 };
        let sample = (self.delivered - asked.delivered) * 1_000_000 / took;
        self.rate = if self.rate == 0 { sample } else { (self.rate * 3 + sample) / 4 };
        let target = (self.rate * (self.rtt_ms_min + QUEUE_MS)).div_ceil(1_000_000);
        // At most doubling in one step: one lucky sample must not flood the link.
        let most = u64::from((self.chunks * 2).min(WINDOW_CHUNKS_MAX));
        self.chunks = target.clamp(1, most) as u32;
    }

    /// Nothing came in time: the link is worse than thought.
    pub(super) fn timed_out(&mut self) {
        self.chunks = (self.chunks / 2).max(1);
        self.rate /= 2;
        self.backoff = (self.backoff + 1).min(5);
    }

    /// How long to wait for a chunk before asking again, ms.
    pub(super) fn retry_ms(&self) -> u64 {
        let base = (self.rtt_ms * 2 + 1_000).max(RETRY_MS_MIN);
        (base << self.backoff).min(RETRY_MS_MAX)
    }

    /// Bytes per second that the link carried, 0 if not yet known.
    pub(super) fn bytes_per_s(&self) -> u32 {
        (self.rate * CHUNK_BYTES as u64 / 1_000).min(u64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use alloc::collections::VecDeque;

    /// A link with a fixed rate and delay in front of an endless clip; returns the longest time that
    /// a chunk stood in the queue after the start, and the bytes delivered per second.
    fn run(bytes_per_s: u64, delay_ms: u64, seconds: u64) -> (u64, u64) {
        let mut window = Window::default();
        let mut flying: VecDeque<(Mono, Asked)> = VecDeque::new();
        let chunk_ms = CHUNK_BYTES as u64 * 1_000 / bytes_per_s;
        let mut free_at = Mono(0);
        let (mut worst, mut delivered) = (0, 0);
        for ms in 0..seconds * 1_000 {
            let now = Mono(ms);
            while flying.front().is_some_and(|(at, _)| *at <= now) {
                if let Some((_, asked)) = flying.pop_front() {
                    window.arrived(now, asked);
                    delivered += 1;
                }
            }
            while flying.len() < window.chunks() as usize {
                let reached = now + delay_ms / 2;
                let starts = free_at.max(reached);
                free_at = starts + chunk_ms;
                if ms > 10_000 {
                    worst = worst.max(free_at.since(reached));
                }
                flying.push_back((free_at + delay_ms / 2, window.asked(now)));
            }
        }
        (worst, delivered * CHUNK_BYTES as u64 / seconds)
    }

    /// `tests/vectors/v1/rules/window.json`.
    #[test]
    fn traces_open_the_window_as_the_vectors_say() {
        use serde_json::Value;
        let file: Value =
            serde_json::from_str(include_str!("../../tests/vectors/v1/rules/window.json")).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let mut window = Window::default();
            let mut flying: VecDeque<Asked> = VecDeque::new();
            for step in case["steps"].as_array().unwrap() {
                let now = Mono(step["at"].as_u64().unwrap());
                let times = |key: &str| 0..step[key].as_u64().unwrap_or(0);
                times("ask").for_each(|_| flying.push_back(window.asked(now)));
                times("come").for_each(|_| window.arrived(now, flying.pop_front().unwrap()));
                if step["lost"] == true {
                    flying.clear();
                    window.timed_out();
                }
                let is = (u64::from(window.chunks()), window.retry_ms());
                let says = (step["window"].as_u64().unwrap(), step["wait_ms"].as_u64().unwrap());
                assert_eq!(is, says, "{} at {now:?}", case["about"]);
            }
        }
    }

    #[test]
    fn a_narrow_link_is_full_and_its_queue_is_about_a_second() {
        for (rate, delay) in [(4_000, 200), (4_000, 1_500), (12_000, 300), (40_000, 80), (60_000, 600)] {
            let (queue_ms, per_s) = run(rate, delay, 120);
            assert!(queue_ms <= 1_100 + 2_000 * CHUNK_BYTES as u64 / rate, "{rate} B/s: {queue_ms} ms");
            assert!(per_s * 10 >= rate * 8, "{per_s} of {rate} B/s with {delay} ms");
        }
    }
}

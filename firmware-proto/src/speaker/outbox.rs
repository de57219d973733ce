//! Acks that wait for their receipt, across power cuts.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::ids::BootId;
use crate::limits::{ACKS_PER_MESSAGE_MAX, OUTBOX_ACKS_MAX};
use crate::message::{Ack, AckId, Stage};
use crate::time::Mono;

const RETRY_MS_MIN: u64 = 8_000;
const RETRY_MS_MAX: u64 = 60_000;

#[derive(Debug)]
pub(super) struct Outbox {
    acks: VecDeque<Ack>,
    next_id: u64,
    /// Acks from this position on have not been sent since the last (re)start of sending.
    unsent_from: usize,
    retry_at: Option<Mono>,
    retry_ms: u64,
}

impl Outbox {
    /// Ids are `boot << 32 | count`: an id that a crash forgot is never given to another ack.
    pub(super) fn new(boot: BootId, acks: Vec<Ack>) -> Self {
        let [a, b, c, d, ..] = *boot.as_bytes();
        let next_id = u64::from(u32::from_be_bytes([a, b, c, d])) << 32 | 1;
        let acks: VecDeque<Ack> = acks.into();
        Self { acks, next_id, unsent_from: 0, retry_at: None, retry_ms: RETRY_MS_MIN }
    }

    pub(super) fn len(&self) -> usize {
        self.acks.len()
    }

    pub(super) fn acks(&self) -> impl Iterator<Item = &Ack> {
        self.acks.iter()
    }

    /// Adds an ack and gives it its id. It takes the place of its job's earlier stages on the way to a start:
    /// who knows the later stage need not hear of them.
    pub(super) fn push(&mut self, mut ack: Ack) {
        ack.id = AckId(self.next_id);
        self.next_id += 1;
        let passed = ack.stage.min(Stage::Started);
        self.forget(|old| old.job == ack.job && old.stage < passed);
        if self.acks.len() == OUTBOX_ACKS_MAX {
            // How a job ended matters most; of what matters as little the oldest goes.
            let least = self.acks.iter().min_by_key(|ack| ack.stage.min(Stage::Finished));
            if let Some(least) = least.map(|ack| ack.id) {
                self.forget(|ack| ack.id == least);
            }
        }
        self.acks.push_back(ack);
    }

    fn forget(&mut self, which: impl Fn(&Ack) -> bool) {
        self.unsent_from -= self.acks.iter().take(self.unsent_from).filter(|ack| which(ack)).count();
        self.acks.retain(|ack| !which(ack));
    }

    /// Forgets acks that the controller has journaled; `true` if there was one.
    pub(super) fn receipt(&mut self, ids: &[AckId]) -> bool {
        let before = self.acks.len();
        self.forget(|ack| ids.contains(&ack.id));
        if self.acks.len() < before {
            self.retry_ms = RETRY_MS_MIN;
        }
        if self.acks.is_empty() {
            self.retry_at = None;
        }
        self.acks.len() < before
    }

    /// A new connection: everything goes out again.
    pub(super) fn connected(&mut self) {
        self.unsent_from = 0;
        self.retry_at = None;
        self.retry_ms = RETRY_MS_MIN;
    }

    /// The next acks to send, or none.
    pub(super) fn next_batch(&mut self, now: Mono) -> Option<Vec<Ack>> {
        if self.retry_at.is_some_and(|at| at <= now) {
            self.unsent_from = 0;
            self.retry_ms = (self.retry_ms * 2).min(RETRY_MS_MAX);
            self.retry_at = None;
        }
        if self.unsent_from >= self.acks.len() {
            return None;
        }
        let batch: Vec<Ack> =
            self.acks.iter().skip(self.unsent_from).take(ACKS_PER_MESSAGE_MAX).cloned().collect();
        self.unsent_from += batch.len();
        self.retry_at = Some(now + self.retry_ms);
        Some(batch)
    }

    pub(super) fn retry_at(&self) -> Option<Mono> {
        self.retry_at
    }
}

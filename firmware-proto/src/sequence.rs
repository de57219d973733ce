//! Replay protection: a sliding window over growing sequence numbers (as RFC 4303, section 3.4.3).
//!
//! The controller numbers each stream (the site's shared topic, and each cluster's own) with
//! `epoch << 32 | count`; the epoch grows with every start of the controller and is journaled, so
//! a restart never repeats a number. A cluster numbers its reports from 1 at every boot.

/// The number of a stream's `count`-th command in a controller's `epoch`.
#[must_use]
pub fn number(epoch: u32, count: u32) -> u64 {
    u64::from(epoch) << 32 | u64::from(count)
}

/// The epoch inside a number.
#[must_use]
pub fn epoch(sequence: u64) -> u32 {
    (sequence >> 32) as u32
}

/// Numbers that lag this far behind the highest are too old to tell a replay from a latecomer.
const WINDOW: u64 = 64;

/// Remembers which of the newest 64 numbers came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SequenceWindow {
    highest: u64,
    /// Bit `i`: `highest - i` has come.
    seen: u64,
}

impl SequenceWindow {
    /// Continues after a restart: everything up to `highest` counts as seen.
    #[must_use]
    pub fn resume(highest: u64) -> Self {
        Self { highest, seen: u64::MAX }
    }

    /// The highest number that came, 0 at first.
    #[must_use]
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// Would [`Self::accept`] take this number?
    #[must_use]
    pub fn is_fresh(&self, sequence: u64) -> bool {
        if sequence > self.highest {
            return true;
        }
        let behind = self.highest - sequence;
        behind < WINDOW && self.seen & (1 << behind) == 0
    }

    /// Takes a number; `false` if it came before or is too old to know.
    pub fn accept(&mut self, sequence: u64) -> bool {
        if !self.is_fresh(sequence) {
            return false;
        }
        if sequence > self.highest {
            let step = sequence - self.highest;
            self.seen = if step < WINDOW { self.seen << step } else { 0 };
            self.highest = sequence;
        }
        self.seen |= 1 << (self.highest - sequence);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the set of all numbers that came.
        #[test]
        fn window_agrees_with_a_full_memory(numbers in proptest::collection::vec(1u64..300, 1..400)) {
            let mut window = SequenceWindow::default();
            let mut all = BTreeSet::new();
            for n in numbers {
                let highest = all.last().copied().unwrap_or(0);
                let fresh = !all.contains(&n) && n + 64 > highest;
                prop_assert_eq!(window.accept(n), fresh);
                if fresh { all.insert(n); }
            }
        }
    }

    #[test]
    fn resumed_window_knows_its_past() {
        let mut window = SequenceWindow::resume(100);
        assert!(!window.accept(100) && !window.accept(60) && window.accept(101) && !window.accept(99));
    }
}

//! The last entries of the journal, in memory: whoever follows closely is told from here, without a look at the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use controller_core::Entry;

/// Entries that are kept, at the most.
const ENTRIES_MAX: usize = 2_048;
/// Bytes that they take in the journal, at the most; in memory it is about twice as much.
const BYTES_MAX: usize = 2 << 20;

/// The last entries, without gaps. Some may not be on disk yet: whoever reads knows how far it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tail(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// The number of the first.
    first: u64,
    /// Each with its bytes.
    entries: VecDeque<(Arc<Entry>, usize)>,
    bytes: usize,
}

impl Tail {
    /// Keeps one more. What does not follow on the last begins anew.
    pub(crate) fn push(&self, sequence: u64, entry: Entry, bytes: usize) {
        let mut kept = self.lock();
        if sequence != kept.first + kept.entries.len() as u64 {
            *kept = Kept { first: sequence, ..Kept::default() };
        }
        kept.entries.push_back((Arc::new(entry), bytes));
        kept.bytes += bytes;
        while kept.entries.len() > ENTRIES_MAX || kept.bytes > BYTES_MAX {
            let Some((_, bytes)) = kept.entries.pop_front() else { return };
            kept.bytes -= bytes;
            kept.first += 1;
        }
    }

    /// Forgets all: what was not on disk yet never will be.
    pub(crate) fn clear(&self) {
        *self.lock() = Kept::default();
    }

    /// At most `limit` entries from this one up to that one; `None` where the first is not here any more.
    pub(crate) fn read(&self, from: u64, up_to: u64, limit: usize) -> Option<Vec<(u64, Arc<Entry>)>> {
        let kept = self.lock();
        let skip = usize::try_from(from.checked_sub(kept.first)?).ok()?;
        let numbered = (from..=up_to).zip(kept.entries.iter().skip(skip));
        let read: Vec<_> = numbered.take(limit).map(|(seq, (entry, _))| (seq, Arc::clone(entry))).collect();
        (!read.is_empty()).then_some(read)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // It is whole at every moment, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use controller_core::{Actor, Record};
    use firmware_proto::UtcMillis;

    use super::*;

    fn push(tail: &Tail, sequence: u64, bytes: usize) {
        let record = Record::Started { epoch: sequence as u32 };
        tail.push(sequence, Entry { at: UtcMillis(sequence), actor: Actor::Controller, record }, bytes);
    }

    fn numbers(tail: &Tail, from: u64, up_to: u64) -> Option<Vec<u64>> {
        let read = tail.read(from, up_to, 3)?;
        assert!(read.iter().all(|(sequence, entry)| entry.at == UtcMillis(*sequence)));
        Some(read.into_iter().map(|(sequence, _)| sequence).collect())
    }

    #[test]
    fn what_is_near_is_read_in_order_and_what_is_far_is_not_there() {
        let tail = Tail::default();
        assert_eq!(numbers(&tail, 1, 9), None);
        (5..=9).for_each(|sequence| push(&tail, sequence, 10));
        assert_eq!(numbers(&tail, 4, 9), None, "that is on disk alone");
        assert_eq!(numbers(&tail, 5, 6), Some(vec![5, 6]), "and not what is not shown yet");
        assert_eq!(numbers(&tail, 6, 9), Some(vec![6, 7, 8]));
        assert_eq!(numbers(&tail, 10, 12), None);
        // The disk did not take the last ones: they are decided anew.
        push(&tail, 8, 10);
        assert_eq!((numbers(&tail, 7, 9), numbers(&tail, 8, 9)), (None, Some(vec![8])));
        tail.clear();
        assert_eq!(numbers(&tail, 8, 8), None);
    }

    #[test]
    fn it_is_bounded_in_entries_and_in_bytes() {
        let tail = Tail::default();
        (1..=ENTRIES_MAX as u64 + 1).for_each(|sequence| push(&tail, sequence, 1));
        assert_eq!((numbers(&tail, 1, 1), numbers(&tail, 2, 2)), (None, Some(vec![2])));
        let last = ENTRIES_MAX as u64 + 2;
        push(&tail, last, BYTES_MAX);
        assert_eq!((numbers(&tail, last - 1, last), numbers(&tail, last, last)), (None, Some(vec![last])));
        // One that is too large for all of it is read from the disk.
        push(&tail, last + 1, BYTES_MAX + 1);
        assert_eq!(numbers(&tail, last + 1, last + 1), None);
        push(&tail, last + 2, 1);
        assert_eq!(numbers(&tail, last + 2, last + 2), Some(vec![last + 2]));
    }
}

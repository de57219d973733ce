//! How the writer tells what became of queued entries: the newest state, never a queue that can overflow.

use tokio::sync::watch;

use super::error::JournalError;

/// What became of queued entries.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Everything up to this entry would survive a power cut.
    Committed {
        /// The last committed entry.
        up_to_seq: u64,
    },
    /// These entries were not written, nor will any be until the journal is resumed.
    Failed {
        /// The first entry that was not written.
        from_seq: u64,
        /// Why.
        error: JournalError,
    },
}

/// What the writer knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub committed_seq: u64,
    /// The first entry that was not written, and why, until the journal is resumed.
    pub failure: Option<(u64, JournalError)>,
    /// How often the journal was resumed, and the last committed entry at that moment.
    pub resumed: (u32, u64),
}

/// Receives [`Notice`]s. Commits that happen between two calls come as one notice.
#[derive(Debug)]
pub struct Notices {
    progress: watch::Receiver<Progress>,
    committed_seq: u64,
    failure_told: bool,
    resumed_count: u32,
}

impl Notices {
    /// Starts from what is known now: entries committed so far are not reported again.
    pub(super) fn new(progress: watch::Receiver<Progress>) -> Self {
        let (committed_seq, resumed_count) = {
            let now = progress.borrow();
            (now.committed_seq, now.resumed.0)
        };
        Self { progress, committed_seq, failure_told: false, resumed_count }
    }

    /// Waits for the next notice; `None` once the journal is closed and everything was told. Nothing is
    /// lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Notice> {
        loop {
            if let Some(notice) = self.take() {
                return Some(notice);
            }
            if self.progress.changed().await.is_err() {
                return self.take();
            }
        }
    }

    fn take(&mut self) -> Option<Notice> {
        let now = self.progress.borrow_and_update();
        let (resumed_count, resumed_seq) = now.resumed;
        if resumed_count != self.resumed_count {
            self.resumed_count = resumed_count;
            self.committed_seq = resumed_seq;
            self.failure_told = false;
        }
        if now.committed_seq > self.committed_seq {
            self.committed_seq = now.committed_seq;
            return Some(Notice::Committed { up_to_seq: now.committed_seq });
        }
        if self.failure_told {
            return None;
        }
        let (from_seq, error) = now.failure.clone()?;
        self.failure_told = true;
        Some(Notice::Failed { from_seq, error })
    }
}

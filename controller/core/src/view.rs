//! What may be looked at: all that is known at one moment, cheap to make and to keep.
//!
//! Questions are answered from a view, beside the core and never by it: however long an answer takes, messages and
//! commands go on.

use std::collections::BTreeMap;

use firmware_proto::message::{Beat, Hello};
use firmware_proto::trust::Rejected;
use firmware_proto::{ClipId, ClusterId, Mono, UtcMillis};
use schedules::Occurrence;

use crate::brain::Core;
use crate::devices::health::{self, Report};
use crate::facts::state::{Planned, State};
use crate::now::Now;
use crate::rivals::Rival;
use crate::trust::Doubt;

/// What a device has shown of itself while this controller runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When it was last heard, by the controller's clock.
    pub last_heard: Option<UtcMillis>,
    /// What it said in its last heartbeat.
    pub beat: Option<Beat>,
    /// What the boot that was last heard alive said first, if that came.
    pub hello: Option<Hello>,
}

/// All that is known at one moment.
#[derive(Debug, Clone)]
pub struct View {
    sequence: u64,
    state: State,
    seen: BTreeMap<ClusterId, Seen>,
    broker_connected: bool,
    rival: Option<Rival>,
    yields: bool,
    /// How far the time that the core goes by is ahead of the monotonic clock, ms.
    clock: i64,
    doubt: Option<Doubt>,
    lost_clips: BTreeMap<ClipId, UtcMillis>,
    rejections: BTreeMap<Rejected, u64>,
}

impl Core {
    /// All that is known now. It may contain entries that are not on disk yet: see [`View::sequence`].
    #[must_use]
    pub fn view(&self) -> View {
        let seen = self.presences.iter().map(|(id, presence)| {
            let seen = Seen {
                last_heard: presence.last_heard(),
                beat: presence.beat().cloned(),
                hello: presence.hello().cloned(),
            };
            (id.clone(), seen)
        });
        View {
            sequence: self.sequence(),
            state: self.state.clone(),
            seen: seen.collect(),
            broker_connected: self.linked,
            rival: self.rivals.shown().cloned(),
            yields: self.yields(),
            clock: self.trust.offset(),
            doubt: self.trust.doubt(),
            lost_clips: self.lost_clips.clone(),
            rejections: self.rejected.clone(),
        }
    }
}

impl View {
    /// The last entry that it contains: once that is on disk, the view may be shown.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// All that is known for good.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What a device has shown of itself.
    #[must_use]
    pub fn seen(&self, device: &ClusterId) -> Option<&Seen> {
        self.seen.get(device)
    }

    /// Is the broker there?
    #[must_use]
    pub fn is_broker_connected(&self) -> bool {
        self.broker_connected
    }

    /// The time that the core goes by.
    #[must_use]
    pub fn time(&self, mono: Mono) -> Now {
        Now::at_offset(mono, self.clock)
    }

    /// Another controller of this site.
    #[must_use]
    pub fn rival(&self) -> Option<&Rival> {
        self.rival.as_ref()
    }

    /// Has this controller given way to it?
    #[must_use]
    pub fn yields(&self) -> bool {
        self.yields
    }

    /// Why the system's clock is not believed, if it is not.
    #[must_use]
    pub fn clock_doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// Clips whose bytes are damaged or gone on the controller, since when.
    #[must_use]
    pub fn lost_clips(&self) -> &BTreeMap<ClipId, UtcMillis> {
        &self.lost_clips
    }

    /// Messages ignored since the start, by reason.
    #[must_use]
    pub fn rejections(&self) -> &BTreeMap<Rejected, u64> {
        &self.rejections
    }

    /// Judges every cluster.
    #[must_use]
    pub fn health(&self, at: UtcMillis) -> Report {
        health::assess(&self.state, &|id| self.seen.get(id)?.last_heard, at)
    }

    /// When a programme plays next, the first so many times; never while it is paused.
    #[must_use]
    pub fn coming(&self, planned: &Planned, now: UtcMillis, count: usize) -> Vec<Occurrence> {
        let plan = &planned.programme.plan;
        let count = if plan.paused { 0 } else { count };
        plan.occurrences(&self.state.calendar(), (now.0 + 1, u64::MAX)).take(count).collect()
    }
}

//! A job as the controller sees it, and how it looks on the wire.

use std::collections::BTreeMap;

use firmware_proto::message::{Class, ClipRef, Job as WireJob, Repeat};
use firmware_proto::{ClusterId, JobId, UtcMillis, trust};
use schedules::Occurrence;
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, DeliveryState};
use crate::limits::{AGENDA_GRACE_MS, FINISH_GRACE_MS, START_GRACE_MS};
use crate::programme::Programme;

/// Where a job comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Origin {
    /// Made by hand.
    Announcement,
    /// One occurrence of a programme.
    Programme {
        /// Its id.
        programme: String,
        /// The planned start.
        occurrence: UtcMillis,
    },
}

/// What is to be played, where and when; fixed when the job is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Its id.
    pub id: JobId,
    /// For people, e.g. the file's name.
    pub title: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its class.
    pub class: Class,
    /// What plays.
    pub clips: Vec<ClipRef>,
    /// Clusters that have to play it; gateways are not among them unless named.
    pub targets: Vec<ClusterId>,
    /// When it was made.
    pub created_at: UtcMillis,
    /// When to start; `None`: at once.
    pub play_at: Option<UtcMillis>,
    /// The latest start.
    pub start_by: UtcMillis,
    /// Again and again.
    pub repeat: Option<Repeat>,
    /// Per cent.
    pub volume: u8,
}

/// A job and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What was asked for.
    pub spec: JobSpec,
    /// The agenda version that brought it.
    pub version: u64,
    /// One delivery per target, and one per gateway that carries it. They change by `Job::alter` alone.
    pub deliveries: BTreeMap<ClusterId, Delivery>,
    /// How many of them are not final.
    pub unfinished: usize,
    /// When staff ended it.
    pub stopped_at: Option<UtcMillis>,
}

impl JobSpec {
    /// Milliseconds of sound of one pass.
    #[must_use]
    pub fn pass_ms(&self) -> u64 {
        self.clips.iter().map(|clip| u64::from(clip.duration_ms)).sum()
    }

    /// From the first sample to the last at the most, ms.
    #[must_use]
    pub fn length_ms(&self) -> u64 {
        self.pass_ms() + self.repeat.map_or(0, |repeat| repeat.for_ms)
    }

    /// A `started` that comes later than this is late.
    #[must_use]
    pub fn start_deadline(&self) -> UtcMillis {
        self.start_by + START_GRACE_MS
    }

    /// A `finished` of a cluster that started at `started` is late after this.
    #[must_use]
    pub fn finish_deadline(&self, started: UtcMillis) -> UtcMillis {
        started + self.length_ms() + FINISH_GRACE_MS
    }

    /// From here on no cluster can still be playing it.
    #[must_use]
    pub fn over_at(&self) -> UtcMillis {
        self.start_by + self.length_ms() + AGENDA_GRACE_MS
    }
}

impl Job {
    pub(crate) fn new(spec: JobSpec, version: u64, deliveries: BTreeMap<ClusterId, Delivery>) -> Self {
        let unfinished = deliveries.len();
        Self { spec, version, deliveries, unfinished, stopped_at: None }
    }

    /// Changes one delivery, if there is such a one, and keeps count.
    pub(crate) fn alter(&mut self, cluster: &ClusterId, change: impl FnOnce(&mut Delivery)) {
        if let Some(delivery) = self.deliveries.get_mut(cluster) {
            let before = delivery.state.is_final();
            change(delivery);
            self.unfinished += usize::from(before);
            self.unfinished -= usize::from(delivery.state.is_final());
        }
    }

    /// Changes every delivery, and keeps count.
    pub(crate) fn alter_all(&mut self, change: impl FnMut((&ClusterId, &mut Delivery))) {
        self.deliveries.iter_mut().for_each(change);
        self.unfinished = self.deliveries.values().filter(|delivery| !delivery.state.is_final()).count();
    }

    /// As it stands in a device's agenda; `zones` for a gateway.
    #[must_use]
    pub fn on_wire(&self, zones: Vec<u16>) -> WireJob {
        WireJob {
            id: self.spec.id,
            version: self.version,
            class: self.spec.class,
            play_at: self.spec.play_at,
            start_by: self.spec.start_by,
            repeat: self.spec.repeat,
            volume: self.spec.volume,
            clips: self.spec.clips.clone(),
            zones,
        }
    }

    /// Is a delivery still under way?
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.unfinished > 0
    }

    /// Has every cluster started to play it, or come to an end without?
    #[must_use]
    pub fn has_started_everywhere(&self) -> bool {
        self.deliveries.values().all(|delivery| delivery.state >= DeliveryState::Playing)
    }

    /// Does it still stand in agendas?
    #[must_use]
    pub fn is_ahead(&self, now: UtcMillis) -> bool {
        self.stopped_at.is_none() && now < self.spec.over_at()
    }
}

/// The id of one occurrence of a programme, by its local time: whoever makes it into a job, and
/// however often, it is the same job, even if the zone's rules change in between. A programme that was
/// cancelled and added again is another one: the jobs of the first are ended for good.
#[must_use]
pub fn occurrence_id(site: &str, programme: &Programme, occurrence: &Occurrence) -> JobId {
    let Programme { id, added_at, .. } = programme;
    let text = format!("loa/1/occurrence\0{site}\0{id}\0{}\0{}", added_at.0, occurrence.local);
    let hash = trust::sha256(text.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    JobId::from_bytes(id)
}

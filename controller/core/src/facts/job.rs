//! A job as the controller sees it, and how it looks on the wire.

use std::collections::BTreeMap;

use firmware_proto::limits::CLIPS_PER_JOB_MAX;
use firmware_proto::message::{self as wire, Class, ClipRef, Job as WireJob, Repeat, Stage};
use firmware_proto::{ClusterId, JobId, OccurrenceKey, UtcMillis, trust};
use schedules::{Interrupted, Occurrence};
use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::delivery::{Delivery, DeliveryState};
use super::names;
use super::programme::{Programme, length_ms};
use crate::limits::{AGENDA_GRACE_MS, FINISH_GRACE_MS, JUDGED_FROM_MS, START_GRACE_MS};

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
    /// What plays on clusters and gateways with other languages, in place of `clips`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: BTreeMap<ClusterId, Vec<ClipRef>>,
    /// Of a programme: which of its editions this is, in whatever form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<OccurrenceKey>,
    /// Its place among jobs of its class that wait.
    pub rank: u32,
    /// It takes the place of what began before it, also within its class.
    pub interrupts: bool,
    /// The latest start where it has to wait for what plays; none: `start_by`.
    pub wait_until: Option<UtcMillis>,
    /// When something else takes its place.
    pub interrupted: Interrupted,
    /// It goes on after an interruption only if it is over by then: before the next quiet hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_by: Option<UtcMillis>,
    /// Why it may break the site's guard rails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
    /// How its clusters are judged.
    pub patience: Patience,
}

/// How long clusters are waited for, and from when on their sound is judged. It stands in each job: a later build
/// that thinks otherwise must not judge old jobs anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// How long after the expected end `finished` may come, ms.
    pub finish_ms: u64,
    /// What was stopped sooner than this is not judged by its sound, ms: a clip may begin softly.
    pub judged_from_ms: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { finish_ms: FINISH_GRACE_MS, judged_from_ms: JUDGED_FROM_MS }
    }
}

/// A job and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What was asked for.
    pub spec: JobSpec,
    /// Who made it.
    pub made_by: Actor,
    /// The agenda version that brought it.
    pub version: u64,
    /// One delivery per target, and one per gateway that carries it. They change by `Job::alter` alone.
    pub deliveries: BTreeMap<ClusterId, Delivery>,
    /// How many of them are not final: counted as they change.
    unfinished: usize,
    /// When it was ended: by staff, or because its programme became another one.
    pub stopped_at: Option<UtcMillis>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<Actor>,
    /// Staff ended this job, and not its programme.
    #[serde(default)]
    pub called_off: bool,
}

impl JobSpec {
    /// The name of what is outside its bounds, if anything is.
    pub(crate) fn out_of_bounds(&self) -> Option<&'static str> {
        let mut lists = std::iter::once(&self.clips).chain(self.variants.values());
        match () {
            () if self.volume > 100 => Some("volume"),
            () if !lists.all(|clips| (1..=CLIPS_PER_JOB_MAX).contains(&clips.len())) => Some("clips"),
            () if !names::is_title(&self.title) => Some("title"),
            () => None,
        }
    }

    /// Milliseconds of sound of one pass, where it is longest.
    #[must_use]
    pub fn pass_ms(&self) -> u64 {
        let lists = std::iter::once(&self.clips).chain(self.variants.values());
        lists.map(|clips| length_ms(clips)).max().unwrap_or(0)
    }

    /// What plays on a cluster.
    #[must_use]
    pub fn clips_on(&self, cluster: &ClusterId) -> &[ClipRef] {
        self.variants.get(cluster).unwrap_or(&self.clips)
    }

    /// Milliseconds of sound of one pass on a cluster.
    #[must_use]
    pub fn length_on(&self, cluster: &ClusterId) -> u64 {
        length_ms(self.clips_on(cluster))
    }

    /// Every clip that some cluster plays.
    pub fn all_clips(&self) -> impl Iterator<Item = &ClipRef> {
        self.clips.iter().chain(self.variants.values().flatten())
    }

    /// The latest start in any case: late, or after waiting for what played at its time.
    #[must_use]
    pub fn latest_start(&self) -> UtcMillis {
        self.wait_until.map_or(self.start_by, |until| until.max(self.start_by))
    }

    /// From the first sample to the last at the most, ms.
    #[must_use]
    pub fn length_ms(&self) -> u64 {
        self.pass_ms() + self.repeat.map_or(0, |repeat| repeat.for_ms)
    }

    /// A `started` that comes later than this is late.
    #[must_use]
    pub fn start_deadline(&self) -> UtcMillis {
        self.latest_start() + START_GRACE_MS
    }

    /// A `finished` of a cluster that started at `started` is late after this.
    #[must_use]
    pub fn finish_deadline(&self, started: UtcMillis) -> UtcMillis {
        started + self.length_ms() + self.patience.finish_ms
    }

    /// Does it go on after an interruption?
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.interrupted != Interrupted::Drop && self.repeat.is_none()
    }

    /// The `finished` of a cluster that was interrupted at `at` is late after this. It may go on until one
    /// pass after the latest start, and then plays its whole length at the most.
    #[must_use]
    pub fn resume_deadline(&self, at: UtcMillis) -> UtcMillis {
        at.max(self.latest_start() + self.pass_ms()) + self.pass_ms() + self.patience.finish_ms
    }

    /// From here on no cluster can still be playing it.
    #[must_use]
    pub fn over_at(&self) -> UtcMillis {
        let again = if self.goes_on() { self.pass_ms() } else { 0 };
        self.latest_start() + self.length_ms() + again + AGENDA_GRACE_MS
    }
}

impl Job {
    pub(crate) fn new(
        spec: JobSpec,
        made_by: Actor,
        version: u64,
        deliveries: BTreeMap<ClusterId, Delivery>,
    ) -> Self {
        let unfinished = deliveries.len();
        Self {
            spec,
            made_by,
            version,
            deliveries,
            unfinished,
            stopped_at: None,
            stopped_by: None,
            called_off: false,
        }
    }

    /// Changes one delivery, if there is such a one, and keeps count. Returns what it is now.
    pub(super) fn alter(
        &mut self,
        cluster: &ClusterId,
        change: impl FnOnce(&JobSpec, &mut Delivery),
    ) -> Option<&Delivery> {
        let delivery = self.deliveries.get_mut(cluster)?;
        let before = delivery.state.is_final();
        change(&self.spec, delivery);
        self.unfinished += usize::from(before);
        self.unfinished -= usize::from(delivery.state.is_final());
        debug_assert_eq!(self.unfinished, unfinished(&self.deliveries), "the count follows every change");
        self.deliveries.get(cluster)
    }

    /// Changes every delivery, and keeps count.
    pub(super) fn alter_all(&mut self, change: impl FnMut((&ClusterId, &mut Delivery))) {
        self.deliveries.iter_mut().for_each(change);
        self.unfinished = unfinished(&self.deliveries);
    }

    /// As it stands in the agenda of a device, or (`None`) of every device that plays the usual clips;
    /// `zones` for a gateway.
    #[must_use]
    pub fn on_wire(&self, device: Option<&ClusterId>, zones: Vec<u16>) -> WireJob {
        WireJob {
            id: self.spec.id,
            version: self.version,
            class: self.spec.class,
            play_at: self.spec.play_at,
            start_by: self.spec.start_by,
            repeat: self.spec.repeat,
            volume: self.spec.volume,
            content: wire::Content::Clips(
                device.map_or(&self.spec.clips[..], |device| self.spec.clips_on(device)).to_vec(),
            ),
            zones,
            occurrence: self.spec.occurrence,
            rank: self.spec.rank,
            busy: if self.spec.interrupts { wire::Busy::Interrupt } else { wire::Busy::Wait },
            wait_until: self.spec.wait_until,
            over_by: self.spec.over_by,
            interrupted: match self.spec.interrupted {
                Interrupted::Drop => wire::Interrupted::Drop,
                Interrupted::Resume => wire::Interrupted::Resume,
                Interrupted::Restart => wire::Interrupted::Restart,
            },
        }
    }

    /// Did a changed programme take its place before anything of it was heard?
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        let unheard = || self.deliveries.values().all(|delivery| delivery.started_at.is_none());
        self.stopped_at.is_some() && !self.called_off && self.spec.occurrence.is_some() && unheard()
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

    /// May a cluster still have to play it?
    #[must_use]
    pub fn is_ahead(&self, now: UtcMillis) -> bool {
        self.stopped_at.is_none() && now < self.spec.over_at()
    }

    /// Does it stand in the agenda of a device? Not once that has played it. One that could not may do so yet, with
    /// another card or board in its place. One that `holds_up` an older form of its edition stays for as long as that
    /// may sound.
    pub(crate) fn is_listed_for(&self, device: &ClusterId, now: UtcMillis, holds_up: bool) -> bool {
        let delivery = self.deliveries.get(device);
        let stands = self.is_ahead(now) || (holds_up && self.stopped_at.is_none());
        stands && delivery.is_some_and(|delivery| !delivery.has_said(Stage::Finished))
    }

    /// Has this device ever spoken of it?
    pub(crate) fn is_known_to(&self, device: &ClusterId) -> bool {
        self.deliveries.get(device).is_some_and(Delivery::was_spoken_of)
    }

    /// Another form of its edition has replaced it, and a cluster that could not hear of that may still play it.
    pub(crate) fn lingers(&self, now: UtcMillis) -> bool {
        self.was_replaced_before_its_end(now)
            && self.deliveries.values().any(|delivery| !delivery.has_ended_for_good())
    }

    /// The same of one device.
    pub(crate) fn lingers_on(&self, device: &ClusterId, now: UtcMillis) -> bool {
        let delivery = || self.deliveries.get(device);
        self.was_replaced_before_its_end(now)
            && delivery().is_some_and(|delivery| !delivery.has_ended_for_good())
    }

    fn was_replaced_before_its_end(&self, now: UtcMillis) -> bool {
        self.stopped_at.is_some() && !self.called_off && now < self.spec.over_at()
    }

    /// Has this device to play it?
    pub(crate) fn is_for(&self, device: &ClusterId) -> bool {
        self.deliveries.contains_key(device)
    }

    /// Might a device that has not heard of its end still play it? Also one that it is not for: what was for everybody
    /// was heard by a cluster that had been removed, too.
    pub(crate) fn may_sound_on(&self, device: &ClusterId, now: UtcMillis) -> bool {
        now < self.spec.over_at() && self.deliveries.get(device).is_none_or(|d| !d.has_ended_for_good())
    }

    /// Does it take one of a device's places? Not once that has said how it ended.
    pub(crate) fn takes_room_on(&self, device: &ClusterId, now: UtcMillis) -> bool {
        self.stopped_at.is_none() && self.is_for(device) && self.may_sound_on(device, now)
    }
}

fn unfinished(deliveries: &BTreeMap<ClusterId, Delivery>) -> usize {
    deliveries.values().filter(|delivery| !delivery.state.is_final()).count()
}

/// The id of one occurrence of a programme in its present form, by its local time: whoever makes it into
/// a job, and however often, it is the same job, even if the zone's rules change in between. A programme
/// that was changed, or cancelled and added again, makes other jobs: those of the first are ended for good.
#[must_use]
pub fn job_id(site: &str, programme: &Programme, occurrence: &Occurrence) -> JobId {
    let Programme { plan, revision, changed_at, .. } = programme;
    let (id, local) = (&plan.id, occurrence.local_text());
    JobId::from_bytes(digest(&format!("loa/1/job\0{site}\0{id}\0{}.{revision}\0{local}", changed_at.0)))
}

/// What every form of one occurrence has in common: a cluster that has begun one of them plays no other.
#[must_use]
pub fn occurrence_key(site: &str, programme: &str, occurrence: &Occurrence) -> OccurrenceKey {
    let local = occurrence.local_text();
    OccurrenceKey::from_bytes(digest(&format!("loa/1/occurrence\0{site}\0{programme}\0{local}")))
}

fn digest(text: &str) -> [u8; 16] {
    let hash = trust::sha256(text.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    id
}

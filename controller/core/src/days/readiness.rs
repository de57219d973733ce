//! Will the jobs to come be heard? What clusters have said they hold, and how long the rest takes at the
//! speed that they have measured.

use std::collections::BTreeMap;

use firmware_proto::message::Beat;
use firmware_proto::{ClipId, ClusterId, JobId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::facts::cluster::ClusterKind;
use crate::facts::delivery::DeliveryState;
use crate::facts::fault::FaultKind;
use crate::facts::job::Job;
use crate::view::View;

/// One job to come, and where it is already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobReadiness {
    /// The job's id.
    pub job: JobId,
    /// When it starts.
    pub play_at: UtcMillis,
    /// Devices that have to play it.
    pub devices: usize,
    /// Of these, how many hold the job, or the newest agenda.
    pub agenda: usize,
    /// Of these, how many hold its clips.
    pub clips: usize,
    /// What is to be expected of the others.
    pub waiting: Vec<Waiting>,
}

/// A device that is not ready yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The device that is not ready.
    pub device: ClusterId,
    /// What is to be expected.
    pub forecast: Forecast,
}

/// What is to be expected of a device that is not ready for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "forecast")]
pub enum Forecast {
    /// It will be ready then, in time.
    InTime {
        /// The moment at which it will hold everything.
        ready_at: UtcMillis,
    },
    /// It will be ready then, and that is too late.
    TooLate {
        /// The moment at which it will hold everything.
        ready_at: UtcMillis,
    },
    /// It is not heard: it will not be ready unless it comes back.
    Unreachable,
    /// It has not measured its link yet.
    Unknown,
    /// The controller has lost a clip of it, and cannot send it.
    ClipLost,
    /// It has said that it cannot.
    Failed,
}

impl View {
    /// Every job to come, by start.
    #[must_use]
    pub fn readiness(&self, now: UtcMillis) -> Vec<JobReadiness> {
        let mut jobs: Vec<(UtcMillis, &Job)> = self
            .state()
            .each_job()
            .filter(|job| job.stopped_at.is_none())
            .filter_map(|job| Some((job.spec.play_at.filter(|at| *at > now)?, job)))
            .collect();
        jobs.sort_by_key(|(at, job)| (*at, std::cmp::Reverse(job.spec.class), job.version));
        let mut backlogs: BTreeMap<ClusterId, Backlog> = BTreeMap::new();
        jobs.into_iter().map(|(at, job)| self.readiness_of(job, at, now, &mut backlogs)).collect()
    }

    fn readiness_of(
        &self,
        job: &Job,
        play_at: UtcMillis,
        now: UtcMillis,
        backlogs: &mut BTreeMap<ClusterId, Backlog>,
    ) -> JobReadiness {
        let mut ready =
            JobReadiness { job: job.spec.id, play_at, devices: 0, agenda: 0, clips: 0, waiting: Vec::new() };
        let is_device = |id: &ClusterId| {
            self.state().clusters.get(id).is_some_and(|cluster| cluster.kind != ClusterKind::Wireless)
        };
        for (device, delivery) in job.deliveries.iter().filter(|(id, _)| is_device(id)) {
            ready.devices += 1;
            let beat = self.seen(device).and_then(|seen| seen.beat.as_ref());
            let wanted = self.state().devices.get(device).map(|device| device.agenda_version);
            // Who speaks of the job holds it, though the agenda that lists it may come later.
            let holds = |state: DeliveryState| delivery.state >= state && !delivery.state.is_final();
            let newest = beat.map(|beat| beat.agenda_version) == wanted;
            ready.agenda += usize::from(newest || holds(DeliveryState::Received));
            if holds(DeliveryState::Ready) {
                ready.clips += 1;
                continue;
            }
            let backlog = backlogs.entry(device.clone()).or_default();
            let forecast = match delivery.state.is_final() {
                true => Forecast::Failed,
                false => self.forecast(job, device, beat, backlog, now),
            };
            ready.waiting.push(Waiting { device: device.clone(), forecast });
        }
        ready
    }

    fn forecast(
        &self,
        job: &Job,
        device: &ClusterId,
        beat: Option<&Beat>,
        backlog: &mut Backlog,
        now: UtcMillis,
    ) -> Forecast {
        for clip in job.spec.clips_on(device) {
            backlog.clips.insert(clip.id, clip.size_bytes);
        }
        let unreachable = self.state().fault(device, FaultKind::Unreachable).is_some();
        let Some(beat) = beat.filter(|_| !unreachable) else { return Forecast::Unreachable };
        // Which clips it misses only it knows: one that is lost here may be among them.
        if beat.missing_bytes > 0
            && job.spec.clips_on(device).iter().any(|c| self.lost_clips().contains_key(&c.id))
        {
            return Forecast::ClipLost;
        }
        let listed: u64 = backlog.clips.values().map(|bytes| u64::from(*bytes)).sum();
        // What it holds of them already, only it knows.
        let bytes = listed.min(u64::from(beat.missing_bytes));
        if beat.link_bytes_per_s == 0 && bytes > 0 {
            return Forecast::Unknown;
        }
        let ready_at = now + bytes * 1_000 / u64::from(beat.link_bytes_per_s.max(1));
        if ready_at > job.spec.start_by {
            Forecast::TooLate { ready_at }
        } else {
            Forecast::InTime { ready_at }
        }
    }
}

/// Clips that a device needs for this job and those before it.
#[derive(Debug, Default)]
struct Backlog {
    clips: BTreeMap<ClipId, u32>,
}

//! All that the controller knows for good: the fold of the journal's records.

mod apply;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firmware_proto::message::DeviceLimits;
use firmware_proto::{BootId, ClipId, ClusterId, JobId, UtcMillis};
use schedules::{Calendar, DaySets, Item};
use serde::{Deserialize, Serialize};

use super::clip::LibraryClip;
use super::cluster::Cluster;
use super::delivery::Why;
use super::fault::{Fault, FaultKind, Faults};
use super::job::{Job, Origin};
use super::names::nearest_names;
use super::programme::{Clip, Content, Plan, Programme};
use super::settings::Settings;
use super::shared::Shared;
use super::skip::Skip;
use super::targets::reachable;

/// What is known of a device beyond its description.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// The version of its agenda.
    pub agenda_version: u64,
    /// Its last known boot.
    pub boot: Option<BootId>,
    /// Its firmware.
    #[serde(default)]
    pub firmware: String,
    /// What it can hold, as it says; `None`: it has not said yet.
    pub limits: Option<DeviceLimits>,
    /// The version of the protocol that it speaks and this build does not, and since when.
    pub other_protocol: Option<(u16, UtcMillis)>,
}

impl Device {
    /// What it can hold; as much as the wire allows, until it has said.
    #[must_use]
    pub fn limits(&self) -> DeviceLimits {
        self.limits.unwrap_or(DeviceLimits::full(u64::MAX))
    }
}

/// What a cluster has shown of its sound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SoundHistory {
    /// When it last finished a job with sound.
    pub last_played: Option<UtcMillis>,
    /// What it has not played with sound since.
    pub silence: Option<Silence>,
}

/// A broadcast of which no sound is proved, although the cluster was reachable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Since when.
    pub since: UtcMillis,
    /// The first such job.
    pub job: JobId,
    /// Why we say so.
    pub why: Why,
}

/// A programme and how far it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The programme in its present form.
    pub programme: Programme,
    /// Occurrences up to here are dealt with.
    pub until: UtcMillis,
}

/// All that the controller knows for good. Its parts are shared: a clone costs a few counters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// When the last entry was made, by the time that was believed.
    pub at: UtcMillis,
    /// The last controller's epoch.
    pub epoch: u32,
    /// Grows with every change that concerns an agenda.
    pub version: u64,
    /// Settings of the site.
    pub settings: Shared<Settings>,
    /// What clusters share to reach us: ids, and names for people.
    pub uplinks: Shared<BTreeMap<String, String>>,
    /// Clusters and gateways.
    pub clusters: Shared<BTreeMap<ClusterId, Cluster>>,
    /// What is known of those with a device of their own.
    pub devices: Shared<BTreeMap<ClusterId, Device>>,
    /// What each cluster has shown of its sound.
    pub sound: Shared<BTreeMap<ClusterId, SoundHistory>>,
    /// What is wrong with clusters.
    pub faults: Shared<BTreeMap<ClusterId, Faults>>,
    /// Jobs, ended ones too until they are forgotten.
    pub jobs: Shared<BTreeMap<JobId, Shared<Job>>>,
    /// Clips of the library.
    pub clips: Shared<BTreeMap<ClipId, Shared<LibraryClip>>>,
    /// Programmes by id.
    pub programmes: Shared<BTreeMap<String, Planned>>,
    /// Named sets of days.
    pub day_sets: Shared<DaySets>,
    /// Counts the changes of programmes.
    pub revision: u64,
    /// Occurrences that were left out, the last ones.
    pub skips: Shared<VecDeque<Skip>>,
}

/// The form of the texts that [`State::text`] makes; it changes with every change of what a state holds.
pub const VERSION: u16 = 3;

impl State {
    /// The whole state as JSON, for a snapshot.
    ///
    /// # Panics
    /// Never: the state is plain data with text keys, which always has a JSON form.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a state as JSON")
    }

    /// Reads such a text; `None` if another build has made it, or it is none.
    #[must_use]
    pub fn read(version: u16, text: &str) -> Option<Self> {
        (version == VERSION).then(|| serde_json::from_str(text).ok())?
    }

    /// The devices behind these clusters, each once.
    #[must_use]
    pub fn devices_of<'a>(&self, clusters: impl Iterator<Item = &'a ClusterId>) -> BTreeSet<ClusterId> {
        clusters.filter_map(|id| self.clusters.get(id)?.device().cloned()).collect()
    }

    /// The clusters whose ids are most like `text`, for errors.
    #[must_use]
    pub fn nearest_clusters(&self, text: &str) -> Vec<String> {
        nearest_names(text, self.clusters.keys().map(ToString::to_string))
    }

    /// Every job, ended ones too until they are forgotten.
    pub fn each_job(&self) -> impl Iterator<Item = &Job> + Clone {
        self.jobs.values().map(|job| &**job)
    }

    /// A condition that a cluster has.
    #[must_use]
    pub fn fault(&self, cluster: &ClusterId, kind: FaultKind) -> Option<&Fault> {
        self.faults.get(cluster)?.get(&kind)
    }

    /// FM zones behind a gateway.
    #[must_use]
    pub fn zones_of(&self, gateway: &ClusterId) -> Vec<u16> {
        let behind = self.clusters.values().filter(|c| c.gateway.as_ref() == Some(gateway));
        behind.filter_map(|c| c.zone).collect()
    }

    /// Which of a cluster's device keys counts.
    #[must_use]
    pub fn key_generation(&self, cluster: &ClusterId) -> u32 {
        self.clusters.get(cluster).map_or(0, |cluster| cluster.key_generation)
    }

    /// What a device can hold; as much as the wire allows, until it has said.
    #[must_use]
    pub fn limits_of(&self, device: &ClusterId) -> DeviceLimits {
        self.devices.get(device).map_or(Device::default().limits(), Device::limits)
    }

    /// Who needs a clip: ids of programmes, and of jobs of which something is still expected.
    #[must_use]
    pub fn users_of(&self, clip: ClipId) -> Vec<String> {
        self.clips_in_use().filter(|(used, _)| *used == clip).map(|(_, user)| user).collect()
    }

    /// The same of every clip that somebody needs.
    #[must_use]
    pub fn clip_users(&self) -> BTreeMap<ClipId, Vec<String>> {
        let mut users: BTreeMap<ClipId, Vec<String>> = BTreeMap::new();
        self.clips_in_use().for_each(|(clip, user)| users.entry(clip).or_default().push(user));
        users
    }

    /// Each clip that is needed, with who needs it.
    fn clips_in_use(&self) -> impl Iterator<Item = (ClipId, String)> {
        let of_plan = |plan: &Plan| {
            let clips: BTreeSet<ClipId> = plan.clips().map(|needed| needed.clip.id).collect();
            clips.into_iter().map(|clip| (clip, plan.id.clone())).collect::<Vec<_>>()
        };
        let of_job = |job: &Job| {
            let clips: BTreeSet<ClipId> = job.spec.all_clips().map(|needed| needed.id).collect();
            clips.into_iter().map(|clip| (clip, job.spec.id.to_string())).collect::<Vec<_>>()
        };
        let plans = self.programmes.values().flat_map(move |planned| of_plan(&planned.programme.plan));
        plans.chain(self.each_job().filter(|job| job.is_open()).flat_map(of_job))
    }

    /// Programmes that play this clip by this name.
    pub(crate) fn programmes_calling(&self, clip: ClipId, name: &str) -> Vec<String> {
        let calls = |plan: &&Plan| plan.clips().any(|known| known.clip.id == clip && known.is_called(name));
        let plans = self.programmes.values().map(|planned| &planned.programme.plan);
        plans.filter(calls).map(|plan| plan.id.clone()).collect()
    }

    /// A job, and the others that are the same edition of a programme in another form.
    pub(crate) fn forms_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        let key = job.spec.occurrence;
        let same = move |other: &&Job| {
            other.spec.id == job.spec.id || (key.is_some() && other.spec.occurrence == key)
        };
        self.each_job().filter(same)
    }

    /// The last broadcast of a programme that was due.
    #[must_use]
    pub fn last_due(&self, programme: &str, now: UtcMillis) -> Option<JobId> {
        let due = self.broadcasts_of(programme).filter(|job| job.spec.play_at <= Some(now));
        // Of an occurrence that was changed there are two: one was called off.
        due.max_by_key(|job| (job.spec.play_at, job.stopped_at.is_none())).map(|job| job.spec.id)
    }

    /// Its next one, as far as it is planned.
    #[must_use]
    pub fn next_planned(&self, programme: &str, now: UtcMillis) -> Option<JobId> {
        let stand = self.broadcasts_of(programme).filter(|job| job.stopped_at.is_none());
        let ahead = stand.filter(|job| job.spec.play_at > Some(now));
        ahead.min_by_key(|job| job.spec.play_at).map(|job| job.spec.id)
    }

    fn broadcasts_of(&self, id: &str) -> impl Iterator<Item = &Job> {
        let is_of =
            move |origin: &Origin| matches!(origin, Origin::Programme { programme, .. } if programme == id);
        self.each_job().filter(move |job| is_of(&job.spec.origin))
    }

    /// Programmes that play a clip by this name, and not this one.
    pub fn programmes_with_older(&self, name: &str, clip: ClipId) -> Vec<&Programme> {
        let older = |plan: &Plan| plan.clips().any(|known| known.clip.id != clip && known.is_called(name));
        let programmes = self.programmes.values().map(|planned| &planned.programme);
        programmes.filter(|programme| older(&programme.plan)).collect()
    }

    /// Programmes that play elsewhere once these clusters are there, and on others than they do now.
    pub(crate) fn concerned_by(&self, clusters: &[Cluster]) -> Vec<String> {
        let mut after = self.clusters.clone();
        after.extend(clusters.iter().map(|cluster| (cluster.id.clone(), cluster.clone())));
        let is_other = |cluster: &&Cluster| self.clusters.get(&cluster.id) != Some(cluster);
        let mut changed: BTreeSet<&ClusterId> = clusters.iter().filter(is_other).map(|c| &c.id).collect();
        // What is wireless plays what its gateway plays.
        let behind = after.values().filter(|c| c.gateway.as_ref().is_some_and(|g| changed.contains(g)));
        let behind: Vec<&ClusterId> = behind.map(|cluster| &cluster.id).collect();
        changed.extend(behind);
        let plans = self.programmes.values().map(|planned| &planned.programme.plan);
        let concerned = plans.filter(|plan| {
            let (was, is) = (reachable(&self.clusters, &plan.targets), reachable(&after, &plan.targets));
            changed.iter().any(|id| was.contains(*id) || is.contains(*id))
        });
        concerned.map(|plan| plan.id.clone()).collect()
    }

    /// Jobs of a programme that have not begun yet.
    #[must_use]
    pub fn jobs_to_come(&self, programme: &str, now: UtcMillis) -> Vec<JobId> {
        let of_it = |job: &&Job| {
            matches!(&job.spec.origin, Origin::Programme { programme: of, .. } if of == programme)
                && job.stopped_at.is_none()
                && job.spec.play_at.is_none_or(|at| at > now)
        };
        self.each_job().filter(of_it).map(|job| job.spec.id).collect()
    }

    /// What dates mean at the site.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        Calendar { zone: self.settings.timezone, sets: DaySets::clone(&self.day_sets) }
    }

    /// What plays where of some items of a plan.
    #[must_use]
    pub fn content_of(&self, plan: &Plan, items: &[Item<Clip>]) -> Content {
        self.content(items, &reachable(&self.clusters, &plan.targets))
    }

    /// What plays where of some items, on these clusters and the gateways in front of them.
    #[must_use]
    pub fn content(&self, items: &[Item<Clip>], targets: &BTreeSet<ClusterId>) -> Content {
        let gateways = self.devices_of(targets.iter());
        let site = &self.settings.languages;
        let languages = |id: &ClusterId| {
            let device = self.clusters.get(id)?.device()?;
            let own = self.clusters.get(device).map(|device| &device.languages[..]);
            own.filter(|own| !own.is_empty())
        };
        let everyone: BTreeSet<&ClusterId> = targets.iter().chain(&gateways).collect();
        let each = everyone.into_iter().map(|id| (id, languages(id).unwrap_or(site)));
        Content::resolve(items, each, site)
    }
}

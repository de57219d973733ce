//! Changes of the site: its settings and its clusters, all or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use firmware_proto::{ClusterId, JobId};
use schedules::Language;

use super::change::{SiteChange, SiteChanged};
use super::checks::{is_title, within};
use super::command::Done;
use super::refusal::{ClusterProblem, Refusal};
use crate::brain::Core;
use crate::devices::dispatch::Ends;
use crate::devices::presence::Presence;
use crate::facts::actor::Actor;
use crate::facts::cluster::{Cluster, ClusterKind};
use crate::facts::entry::Entry;
use crate::facts::guard_rail::Broken;
use crate::facts::names;
use crate::facts::record::{Record, Replanned};
use crate::facts::settings::Settings;
use crate::limits::{
    AGENDA_HOURS, CLIP_KBPS, CLIP_LOUDNESS_LUFS, CLIP_MINUTES, CLUSTERS_MAX, HEARTBEAT_S, KEEP_YEARS,
    LANGUAGES_MAX, PER_CENT,
};
use crate::now::Now;

impl Core {
    pub(super) fn change_site(
        &mut self,
        now: Now,
        by: &Actor,
        mut change: SiteChange,
    ) -> Result<Done, Refusal> {
        self.keep_key_generations(&mut change.clusters);
        let before = match change.replace {
            true => Settings::default(),
            false => Settings::clone(&self.state.settings),
        };
        let settings = change.settings.over(before);
        check_settings(&settings)?;
        check_ids(&change.clusters)?;
        let named: BTreeSet<&ClusterId> = change.clusters.iter().map(|cluster| &cluster.id).collect();
        let (old, removes) = (&self.state.clusters, |id: &ClusterId| change.replace && !named.contains(id));
        let stay = old.values().filter(|cluster| !removes(&cluster.id));
        check_clusters(stay.chain(&change.clusters))?;
        let mut uplinks = if change.replace { BTreeMap::new() } else { BTreeMap::clone(&self.state.uplinks) };
        uplinks.extend(change.uplinks);
        let new = |cluster: &&Cluster| !old.contains_key(&cluster.id);
        let other = |cluster: &&Cluster| old.get(&cluster.id).is_some_and(|known| known != *cluster);
        let ids = |keep: &dyn Fn(&&Cluster) -> bool| -> Vec<ClusterId> {
            change.clusters.iter().filter(keep).map(|cluster| cluster.id.clone()).collect()
        };
        let mut changed = SiteChanged {
            settings: self.state.settings.differences(&settings).map(str::to_owned).collect(),
            added: ids(&new),
            changed: ids(&other),
            removed: old.keys().filter(|id| removes(id)).cloned().collect(),
            ..SiteChanged::default()
        };
        if changed == SiteChanged::default() && uplinks == *self.state.uplinks {
            return Ok(Done::Site(Box::new(changed)));
        }
        let clusters: Vec<Cluster> = change.clusters.iter().filter(|c| new(c) || other(c)).cloned().collect();
        let concerned = match self.state.settings.plays_like(&settings) {
            true => self.state.concerned_by(&clusters),
            false => self.state.programmes.keys().cloned().collect(),
        };
        let replanned = self.replanned(now, concerned);
        let ended = replanned.ended.clone();
        let record = Record::SiteChanged {
            settings: Box::new(settings),
            uplinks,
            clusters,
            removed: changed.removed.clone(),
            replanned,
        };
        // A new name of an uplink alone concerns no programme.
        if changed != SiteChanged::default() {
            self.say_losses(now, &record, &mut changed);
        }
        if !change.dry_run {
            self.rebuild(now, by, record, &ended);
        }
        Ok(Done::Site(Box::new(changed)))
    }

    /// What programmes lose by a change, held against how they are without it.
    fn say_losses(&self, now: Now, record: &Record, changed: &mut SiteChanged) {
        // Louder than it may be, a programme plays at the ceiling: it is not lost.
        let lost = |broken: &Broken| !matches!(broken, Broken::VolumeCeiling { .. });
        let before = self.state.breaking(now.utc, &lost);
        let mut after = self.state.plans_only();
        after.apply(&Entry { at: now.utc, actor: Actor::Controller, record: record.clone() });
        for (id, (count, first)) in after.breaking(now.utc, &lost) {
            if before.get(&id).is_none_or(|(known, _)| *known < count) {
                changed.silenced.push((id, first));
            }
        }
        let before = self.state.homeless();
        let homeless = after.homeless().into_iter().filter(|id| !before.contains(id));
        changed.homeless = homeless.map(str::to_owned).collect();
    }

    /// A cluster that is described anew keeps its key.
    fn keep_key_generations(&self, clusters: &mut [Cluster]) {
        for cluster in clusters {
            cluster.key_generation = self.state.key_generation(&cluster.id);
        }
    }

    pub(crate) fn add_clusters(
        &mut self,
        now: Now,
        by: &Actor,
        mut clusters: Vec<Cluster>,
    ) -> Result<Done, Refusal> {
        self.keep_key_generations(&mut clusters);
        check_ids(&clusters)?;
        check_clusters(self.state.clusters.values().chain(&clusters))?;
        let replanned = self.replanned(now, self.state.concerned_by(&clusters));
        let ended = replanned.ended.clone();
        self.rebuild(now, by, Record::ClustersAdded { clusters, replanned }, &ended);
        Ok(Done::Changed)
    }

    pub(crate) fn remove_cluster(&mut self, now: Now, by: &Actor, id: &ClusterId) -> Result<Done, Refusal> {
        if !self.state.clusters.contains_key(id) {
            let names = self.state.clusters.keys().map(ToString::to_string);
            let nearest = names::nearest_names(id.as_str(), names);
            return Err(Refusal::UnknownCluster { cluster: id.to_string(), nearest });
        }
        if self.state.clusters.values().any(|c| c.gateway.as_ref() == Some(id)) {
            return Err(Refusal::GatewayInUse { cluster: id.clone() });
        }
        self.write(now, by.clone(), Record::ClusterRemoved { cluster: id.clone() });
        Ok(Done::Changed)
    }

    /// These programmes are planned anew: what ends with that.
    fn replanned(&self, now: Now, programmes: Vec<String>) -> Replanned {
        let ended = programmes.iter().flat_map(|id| self.state.jobs_to_come(id, now.utc)).collect();
        Replanned { programmes, ended }
    }

    /// Writes a change of the site. It has ended jobs of programmes that it concerns: clusters hear of it,
    /// and new ones are made. New clusters are expected to be heard.
    fn rebuild(&mut self, now: Now, by: &Actor, record: Record, ended: &[JobId]) {
        let known: BTreeSet<ClusterId> = self.state.devices.keys().cloned().collect();
        self.write(now, by.clone(), record);
        ended.iter().for_each(|job| self.send_stop(now, *job, Ends::Waiting));
        self.find_next_of_all(now.utc);
        self.plan_programmes(now);
        for id in self.state.devices.keys().filter(|id| !known.contains(id)) {
            let presence =
                self.presences.entry(id.clone()).or_insert_with(|| Presence::new(now.mono, now.utc));
            presence.expect(now.mono, now.utc);
        }
        self.wake_by(now.mono);
    }
}

fn in_range<T: Into<i64> + Copy>(value: T, range: &RangeInclusive<T>, what: &str) -> Result<(), Refusal> {
    let (least, most): (i64, i64) = ((*range.start()).into(), (*range.end()).into());
    if (least..=most).contains(&value.into()) {
        Ok(())
    } else {
        Err(Refusal::OutOfRange { what: what.to_owned(), least, most })
    }
}

fn check_settings(settings: &Settings) -> Result<(), Refusal> {
    in_range(settings.volume, &PER_CENT, "volume")?;
    in_range(settings.volume_emergency, &PER_CENT, "volume_emergency")?;
    in_range(settings.heartbeat_ms / 1_000, &HEARTBEAT_S, "heartbeat_s")?;
    in_range(settings.clip_loudness_lufs, &CLIP_LOUDNESS_LUFS, "clip_loudness_lufs")?;
    in_range(settings.clip_kbps, &CLIP_KBPS, "clip_kbps")?;
    in_range(settings.clip_minutes_max, &CLIP_MINUTES, "clip_minutes_max")?;
    in_range(settings.agenda_hours, &AGENDA_HOURS, "agenda_hours")?;
    in_range(settings.keep_years, &KEEP_YEARS, "keep_years")?;
    settings
        .rails
        .volume_ceilings
        .iter()
        .try_for_each(|c| in_range(c.volume, &PER_CENT, "volume_ceilings"))?;
    are_languages(&settings.languages)?;
    is_title(&settings.name, "name")
}

/// A few, each once.
fn are_languages(languages: &[Language]) -> Result<(), Refusal> {
    let distinct: BTreeSet<&Language> = languages.iter().collect();
    within(distinct.len() == languages.len() && languages.len() <= LANGUAGES_MAX, "languages")
}

fn check_ids(clusters: &[Cluster]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    match clusters.iter().find(|cluster| !seen.insert(&cluster.id)) {
        None => Ok(()),
        Some(cluster) => {
            Err(Refusal::BadCluster { cluster: cluster.id.clone(), problem: ClusterProblem::NamedTwice })
        }
    }
}

/// Checks the clusters of a site; of two with the same id, the last counts.
fn check_clusters<'a>(clusters: impl Iterator<Item = &'a Cluster>) -> Result<(), Refusal> {
    let all: BTreeMap<&ClusterId, &Cluster> = clusters.map(|cluster| (&cluster.id, cluster)).collect();
    within(all.len() <= CLUSTERS_MAX, "clusters")?;
    let mut zones = BTreeSet::new();
    for cluster in all.values() {
        let bad = |problem| Err(Refusal::BadCluster { cluster: cluster.id.clone(), problem });
        if are_languages(&cluster.languages).is_err() {
            return bad(ClusterProblem::Languages);
        }
        let texts = [&cluster.name, &cluster.village, &cluster.uplink];
        if texts.iter().any(|text| is_title(text, "name").is_err()) {
            return bad(ClusterProblem::Name);
        }
        if cluster.kind != ClusterKind::Wireless {
            if cluster.gateway.is_some() || cluster.zone.is_some() {
                return bad(ClusterProblem::NotWireless);
            }
            continue;
        }
        let Some(gateway) = &cluster.gateway else { return bad(ClusterProblem::NoGateway) };
        let Some(zone) = cluster.zone else { return bad(ClusterProblem::NoZone) };
        if all.get(gateway).is_none_or(|g| g.kind != ClusterKind::Gateway) {
            return bad(ClusterProblem::UnknownGateway);
        }
        if !zones.insert((gateway, zone)) {
            return bad(ClusterProblem::ZoneTaken);
        }
    }
    Ok(())
}

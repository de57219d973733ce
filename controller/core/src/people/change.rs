//! Changes of the schedule and of the site: what is asked for, and what came of it.

use std::collections::BTreeMap;

use firmware_proto::{ClusterId, UtcMillis};
use schedules::DaySets;
use serde::{Deserialize, Serialize};

use super::patch::SettingsPatch;
use crate::days::collision::Collision;
use crate::facts::cluster::Cluster;
use crate::facts::guard_rail::Broken;
use crate::facts::programme::{Gap, Plan};

/// What a change means for programmes that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// They stay; those that it names must be new ones.
    Add,
    /// They stay; those that it names are new or changed.
    Merge,
    /// They go: the change names all that there are from now on.
    Replace,
}

/// A change of the schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleChange {
    /// New and changed sets of days.
    pub sets: DaySets,
    /// New and changed programmes.
    pub plans: Vec<Plan>,
    /// What becomes of the others.
    pub scope: Scope,
    /// Who goes first when several of a class wait; none: as before, or nobody if the others go.
    pub order: Option<Vec<String>>,
    /// Why it may break the site's guard rails.
    pub override_reason: Option<String>,
    /// Only look what it would change.
    pub dry_run: bool,
}

/// What a change has changed, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScheduleChanged {
    /// New programmes.
    pub added: Vec<String>,
    /// Programmes that are other ones now.
    pub changed: Vec<String>,
    /// Programmes that are no more.
    pub removed: Vec<String>,
    /// Programmes that were as they should be.
    pub unchanged: Vec<String>,
    /// When the first of the added and changed ones plays next.
    pub next: Option<UtcMillis>,
    /// Where one of the added and changed ones meets another.
    pub collisions: Vec<Collision>,
    /// Where one of them has no variant in a cluster's language.
    pub gaps: Vec<(String, Gap)>,
    /// Guard rails that are broken for a reason.
    pub broken: Vec<(String, Broken)>,
}

/// A change of the site; by default, of nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteChange {
    /// New settings.
    pub settings: SettingsPatch,
    /// New and renamed uplinks: ids, and names for people.
    pub uplinks: BTreeMap<String, String>,
    /// New and changed clusters.
    pub clusters: Vec<Cluster>,
    /// Clusters and uplinks that it does not name go, and settings that it does not name are what they are at
    /// first.
    pub replace: bool,
    /// Only look what it would change.
    pub dry_run: bool,
}

/// What a change of the site has changed, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SiteChanged {
    /// Settings that are other ones now, as site files call them.
    pub settings: Vec<String>,
    /// New clusters.
    pub added: Vec<ClusterId>,
    /// Clusters that are described otherwise now.
    pub changed: Vec<ClusterId>,
    /// Clusters that are no more.
    pub removed: Vec<ClusterId>,
    /// Programmes of which something to come is left out from now on, each with the first time.
    pub silenced: Vec<(String, Broken)>,
    /// Programmes that play nowhere any more.
    pub homeless: Vec<String>,
}

//! Programmes as the controller keeps them, and what each device plays of them.

use std::collections::BTreeMap;

use firmware_proto::message::{Class, ClipRef};
use firmware_proto::{ClusterId, UtcMillis};
use schedules::{Busy, Importance, Item, Language};
use serde::{Deserialize, Serialize};

use super::names;

/// A clip of a programme: as staff call it, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// Its title or id, as it was written.
    pub name: String,
    /// What that name meant when the programme was written, or its clip was replaced last.
    pub clip: ClipRef,
}

impl Clip {
    /// Is that its name, however it is written?
    pub(crate) fn is_called(&self, name: &str) -> bool {
        names::fold(&self.name) == names::fold(name)
    }
}

/// What is scheduled, with clips that exist.
pub type Plan = schedules::Programme<Clip>;

/// A programme. Its targets are named, not resolved: a cluster that is added later plays too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// What, where and when.
    pub plan: Plan,
    /// Grows with every change of the schedule: jobs of an earlier form of the programme are other jobs.
    pub revision: u64,
    /// Occurrences after this moment are of this form.
    pub changed_at: UtcMillis,
    /// Its place where staff have decided who goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// Why it may break the site's guard rails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

/// Jobs that nobody has ordered, and announcements by hand.
pub(crate) const RANK_USUAL: u32 = 1_000;
const RANK_ORDERED: u32 = 500;
const RANK_NEXT: u32 = 100;
const ORDERED_MAX: u32 = RANK_USUAL - RANK_ORDERED - 1;

impl Programme {
    /// Its class on the wire.
    #[must_use]
    pub fn class(&self) -> Class {
        match self.plan.class {
            Importance::Routine => Class::Routine,
            Importance::Priority => Class::Priority,
        }
    }

    /// Its place among jobs of its class that wait: lower goes first.
    pub(crate) fn rank(&self) -> u32 {
        match (self.plan.busy, self.order) {
            (Busy::Next, _) => RANK_NEXT,
            (_, Some(order)) => RANK_ORDERED + order.min(ORDERED_MAX),
            (_, None) => RANK_USUAL,
        }
    }
}

/// What plays where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// Where the languages are the site's.
    pub clips: Vec<ClipRef>,
    /// On clusters and gateways that play something else.
    pub variants: BTreeMap<ClusterId, Vec<ClipRef>>,
    /// Where a language is not there.
    pub gaps: Vec<Gap>,
}

/// A cluster that does not hear an item in a language of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// The item, from 0.
    pub item: usize,
    /// The language that is missing.
    pub language: Language,
    /// What plays in its place; none: only the cluster's other languages.
    pub fallback: Option<Language>,
    /// Clusters whose listeners do not hear it in this language.
    pub clusters: Vec<ClusterId>,
}

impl Content {
    /// Resolves items for clusters, each with its own languages.
    #[must_use]
    pub fn resolve<'a>(
        items: &[Item<Clip>],
        clusters: impl Iterator<Item = (&'a ClusterId, &'a [Language])>,
        site: &'a [Language],
    ) -> Self {
        let clips = Self::clips_for(items, site, site);
        let mut content = Self { clips, ..Self::default() };
        if items.iter().all(|item| matches!(item, Item::Clip(_))) {
            return content;
        }
        let mut gaps: BTreeMap<(usize, Language, Option<Language>), Vec<ClusterId>> = BTreeMap::new();
        for (cluster, languages) in clusters {
            let clips = Self::clips_for(items, languages, site);
            if clips != content.clips {
                content.variants.insert(cluster.clone(), clips);
            }
            for (at, item) in items.iter().enumerate() {
                let choice = item.choose(languages, site);
                for language in choice.missing {
                    let gap = (at, language.clone(), choice.fallback.cloned());
                    gaps.entry(gap).or_default().push(cluster.clone());
                }
            }
        }
        let gaps = gaps.into_iter();
        content.gaps = gaps
            .map(|((item, language, fallback), clusters)| Gap { item, language, fallback, clusters })
            .collect();
        content
    }

    fn clips_for(items: &[Item<Clip>], languages: &[Language], site: &[Language]) -> Vec<ClipRef> {
        items.iter().flat_map(|item| item.choose(languages, site).clips).map(|clip| clip.clip).collect()
    }

    /// Every list of clips that some device plays.
    pub fn lists(&self) -> impl Iterator<Item = &[ClipRef]> {
        std::iter::once(&self.clips[..]).chain(self.variants.values().map(|clips| &clips[..]))
    }

    /// Milliseconds of sound on a cluster.
    #[must_use]
    pub fn length_on(&self, cluster: &ClusterId) -> u64 {
        length_ms(self.variants.get(cluster).unwrap_or(&self.clips))
    }

    /// Milliseconds of sound, where it is longest.
    #[must_use]
    pub fn length_ms(&self) -> u64 {
        self.lists().map(length_ms).max().unwrap_or(0)
    }
}

/// Milliseconds of sound of a list of clips.
#[must_use]
pub fn length_ms(clips: &[ClipRef]) -> u64 {
    clips.iter().map(|clip| u64::from(clip.duration_ms)).sum()
}

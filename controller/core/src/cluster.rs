//! What stands in the villages: clusters and gateways, and how staff name several at once.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::ClusterId;
use firmware_proto::message::Kind;
use schedules::Language;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::limits::SUGGESTIONS_MAX;

/// What a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterKind {
    /// Has a network of its own and answers.
    Smart,
    /// Feeds the FM transmitter; it is a device, not one of the clusters that are counted.
    Gateway,
    /// An FM receiver behind a gateway; cannot answer.
    Wireless,
}

/// One cluster, or a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its name on the wire.
    pub id: ClusterId,
    /// What it is.
    pub kind: ClusterKind,
    /// Its name for people.
    pub name: String,
    /// The village where it stands; may be empty.
    #[serde(default)]
    pub village: String,
    /// What it shares with others to reach us; may be empty.
    #[serde(default)]
    pub uplink: String,
    /// Wireless: the gateway in front of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<ClusterId>,
    /// Wireless: the code that switches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<u16>,
    /// What its listeners speak, in the order in which they hear it; empty: the site's. What is wireless
    /// hears what its gateway is set to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Which of its device keys counts. Descriptions by staff never say it: the core keeps the known one.
    #[serde(default, skip_serializing_if = "is_first")]
    pub key_generation: u32,
}

fn is_first(generation: &u32) -> bool {
    *generation == 0
}

impl Cluster {
    /// What speaks MQTT for this cluster: itself, or its gateway.
    #[must_use]
    pub fn device(&self) -> Option<&ClusterId> {
        match self.kind {
            ClusterKind::Wireless => self.gateway.as_ref(),
            ClusterKind::Smart | ClusterKind::Gateway => Some(&self.id),
        }
    }

    /// The kind that its device says in `hello`; `None` if it has no device of its own.
    #[must_use]
    pub fn wire_kind(&self) -> Option<Kind> {
        match self.kind {
            ClusterKind::Smart => Some(Kind::Smart),
            ClusterKind::Gateway => Some(Kind::Gateway),
            ClusterKind::Wireless => None,
        }
    }
}

/// A target that fits nothing, with what might have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownTarget {
    /// As it was written.
    pub target: String,
    /// The nearest names, best first.
    pub nearest: Vec<String>,
}

/// The clusters that a list of targets names: `all`, `smart`, `wireless`, ids, `village:NAME`,
/// `uplink:NAME`. Gateways are named only by their id.
///
/// # Errors
/// Every target that fits nothing.
pub fn resolve(
    clusters: &BTreeMap<ClusterId, Cluster>,
    targets: &[String],
) -> Result<BTreeSet<ClusterId>, Vec<UnknownTarget>> {
    let mut chosen = BTreeSet::new();
    let mut unknown = Vec::new();
    for target in targets {
        let wanted = Wanted::parse(target);
        let fitting = clusters.values().filter(|cluster| wanted.fits(cluster));
        let mut fitting: BTreeSet<ClusterId> = fitting.map(|cluster| cluster.id.clone()).collect();
        let whole_site = matches!(wanted, Wanted::All | Wanted::Kind(_));
        if fitting.is_empty() && !whole_site {
            unknown.push(UnknownTarget { target: target.clone(), nearest: nearest(clusters, &wanted) });
        }
        chosen.append(&mut fitting);
    }
    if unknown.is_empty() { Ok(chosen) } else { Err(unknown) }
}

enum Wanted {
    All,
    Kind(ClusterKind),
    Village(String),
    Uplink(String),
    Id(String),
}

impl Wanted {
    fn parse(target: &str) -> Self {
        let target = target.trim();
        match (target, target.split_once(':')) {
            ("all", _) => Self::All,
            ("smart", _) => Self::Kind(ClusterKind::Smart),
            ("wireless", _) => Self::Kind(ClusterKind::Wireless),
            (_, Some(("village", name))) => Self::Village(fold(name)),
            (_, Some(("uplink", name))) => Self::Uplink(fold(name)),
            _ => Self::Id(target.to_lowercase()),
        }
    }

    fn fits(&self, cluster: &Cluster) -> bool {
        match self {
            Self::All => cluster.kind != ClusterKind::Gateway,
            Self::Kind(kind) => cluster.kind == *kind,
            Self::Village(name) => !name.is_empty() && fold(&cluster.village) == *name,
            Self::Uplink(name) => {
                !name.is_empty() && fold(&cluster.uplink) == *name && cluster.kind != ClusterKind::Gateway
            }
            Self::Id(id) => cluster.id.as_str() == id,
        }
    }
}

fn nearest(clusters: &BTreeMap<ClusterId, Cluster>, wanted: &Wanted) -> Vec<String> {
    let clusters = clusters.values();
    match wanted {
        Wanted::Village(name) => similar(name, clusters.map(|c| format!("village:{}", c.village)), 8),
        Wanted::Uplink(name) => similar(name, clusters.map(|c| format!("uplink:{}", c.uplink)), 7),
        Wanted::Id(id) => {
            let plain = ["all", "smart", "wireless"].map(String::from).into_iter();
            let villages = clusters.clone().map(|c| format!("village:{}", c.village));
            similar(id, clusters.map(|c| c.id.to_string()).chain(plain).chain(villages), 0)
        }
        Wanted::All | Wanted::Kind(_) => Vec::new(),
    }
}

/// The candidates most like `text`, judged from byte `skip` on (behind `village:` and the like).
fn similar(text: &str, candidates: impl Iterator<Item = String>, skip: usize) -> Vec<String> {
    let text = fold(text);
    let mut seen = BTreeSet::new();
    let mut ranked: Vec<(f64, String)> = candidates
        .filter(|candidate| candidate.len() > skip && seen.insert(candidate.clone()))
        .map(|candidate| {
            let part = candidate.get(skip..).unwrap_or_default();
            let part = part.rsplit(':').next().unwrap_or(part);
            (strsim::jaro_winkler(&text, &fold(part)), candidate)
        })
        .filter(|(score, _)| *score > 0.7)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    ranked.into_iter().take(SUGGESTIONS_MAX).map(|(_, candidate)| candidate).collect()
}

/// The nearest of some names, for errors about ids of other kinds.
#[must_use]
pub fn nearest_names(text: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    similar(text, names, 0)
}

/// Lower case without marks and with one kind of gap, so that "Nậm Đét" is found as `nam-det`.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = text.trim().nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain
        .map(|c| match c {
            'đ' => 'd',
            ' ' | '_' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_marks() {
        assert_eq!(fold("Nậm Đét"), "nam-det");
        assert_eq!(fold("nam-det"), "nam-det");
    }
}

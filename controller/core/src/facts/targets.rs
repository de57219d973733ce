//! How staff name several clusters at once, and which ones that means.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::ClusterId;
use serde::{Deserialize, Serialize};

use super::cluster::{Cluster, ClusterKind};
use super::names::{fold, similar};

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

/// The clusters of those targets that there still are: one that was removed since does not keep the others
/// silent.
pub(crate) fn reachable(clusters: &BTreeMap<ClusterId, Cluster>, targets: &[String]) -> BTreeSet<ClusterId> {
    let each = targets.iter().filter_map(|target| resolve(clusters, std::slice::from_ref(target)).ok());
    each.flatten().collect()
}

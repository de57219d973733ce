//! What is wrong with a cluster: one pure function from what is known, and the record of what has changed.

use firmware_proto::{ClusterId, UtcMillis};

use super::presence::{Presence, Reach};
use crate::brain::Core;
use crate::facts::actor::Actor;
use crate::facts::cluster::{Cluster, ClusterKind};
use crate::facts::fault::{Fault, FaultKind, Faults};
use crate::facts::record::Record;
use crate::facts::state::{Silence, State};
use crate::now::Now;

/// The conditions of a cluster. `reach` and `damage` are of its own device, where it has one; `damage`: cases within a
/// day in which it found stored clips damaged, once it has said.
#[must_use]
pub(super) fn diagnose(
    now: UtcMillis,
    state: &State,
    cluster: &Cluster,
    reach: Option<Reach>,
    damage: Option<u8>,
) -> Faults {
    let gateway = cluster.gateway.as_ref().and_then(|gateway| gateway_down(state, gateway));
    let faults = [
        reach.and_then(|reach| unreachable(state, cluster, reach)),
        silent(state, cluster),
        other_protocol(state, cluster),
        gateway,
        worn(now, state, cluster, damage),
    ];
    faults.into_iter().flatten().map(|fault| (fault.kind(), fault)).collect()
}

fn unreachable(state: &State, cluster: &Cluster, reach: Reach) -> Option<Fault> {
    let known = state.fault(&cluster.id, FaultKind::Unreachable);
    match reach {
        Reach::Heard => None,
        // Nothing new is known: what was true stays true.
        Reach::Awaited | Reach::Unknown => known.cloned(),
        Reach::Lost { since } => Some(known.cloned().unwrap_or_else(|| {
            let never_heard = state.devices.get(&cluster.id).is_none_or(|device| device.boot.is_none());
            Fault::Unreachable { since, never_heard }
        })),
    }
}

fn silent(state: &State, cluster: &Cluster) -> Option<Fault> {
    let Silence { since, job, why } = state.sound.get(&cluster.id)?.silence.clone()?;
    Some(Fault::Silent { since, job, why })
}

fn other_protocol(state: &State, cluster: &Cluster) -> Option<Fault> {
    let (version, since) = state.devices.get(&cluster.id)?.other_protocol?;
    Some(Fault::Protocol { since, version })
}

/// Its storage loses data, as it says.
fn worn(now: UtcMillis, state: &State, cluster: &Cluster, damage: Option<u8>) -> Option<Fault> {
    let known = state.fault(&cluster.id, FaultKind::Storage);
    match damage {
        Some(0) => None,
        Some(cases) => {
            // As many as there ever were: one that is a day old changes nothing.
            let cases = known.map_or(cases, |known| known.cases().max(cases));
            Some(Fault::Storage { since: known.map_or(now, Fault::since), cases })
        }
        // Nothing new is known: what was true stays true.
        None => known.filter(|_| cluster.device().is_some()).cloned(),
    }
}

/// A gateway that is not heard, or does not sound, feeds nobody.
fn gateway_down(state: &State, gateway: &ClusterId) -> Option<Fault> {
    let faults = [FaultKind::Unreachable, FaultKind::Silent].map(|kind| state.fault(gateway, kind));
    let since = faults.into_iter().flatten().map(Fault::since).min()?;
    Some(Fault::GatewayDown { since, gateway: gateway.clone() })
}

impl Core {
    /// Looks at clusters again of which something has changed, and then at those behind a gateway that fell or rose.
    pub(crate) fn diagnose_suspects(&mut self, now: Now) {
        while !self.suspects.is_empty() {
            let suspects = std::mem::take(&mut self.suspects);
            let (mut raised, mut cleared) = (Vec::new(), Vec::new());
            for id in &suspects {
                let Some(cluster) = self.state.clusters.get(id) else { continue };
                let beat = self.presences.get(id).and_then(Presence::beat);
                let damage = beat.map(|beat| beat.clips_damaged);
                let is = diagnose(now.utc, &self.state, cluster, self.reach(now, id), damage);
                let none = Faults::new();
                let was = self.state.faults.get(id).unwrap_or(&none);
                let other = is.values().filter(|fault| was.get(&fault.kind()) != Some(fault));
                raised.extend(other.map(|fault| (id.clone(), fault.clone())));
                let gone = was.keys().filter(|kind| !is.contains_key(kind));
                cleared.extend(gone.map(|kind| (id.clone(), *kind)));
            }
            if raised.is_empty() && cleared.is_empty() {
                return;
            }
            let concerned = raised.iter().map(|(id, _)| id).chain(cleared.iter().map(|(id, _)| id));
            let behind: Vec<ClusterId> = concerned.flat_map(|id| self.behind(id)).cloned().collect();
            self.write(now, Actor::Controller, Record::FaultsChanged { raised, cleared });
            // Whoever was just looked at has nothing new to show but through its gateway.
            self.suspects = behind.into_iter().collect();
        }
    }

    fn behind(&self, gateway: &ClusterId) -> impl Iterator<Item = &ClusterId> {
        let is_gateway = self.state.clusters.get(gateway).is_some_and(|c| c.kind == ClusterKind::Gateway);
        let clusters = self.state.clusters.values().filter(move |_| is_gateway);
        clusters.filter(|cluster| cluster.gateway.as_ref() == Some(gateway)).map(|cluster| &cluster.id)
    }

    /// Every cluster is looked at again.
    pub(super) fn suspect_all(&mut self) {
        self.suspects = self.state.clusters.keys().cloned().collect();
    }
}

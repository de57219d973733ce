//! Which loudspeakers are down, since when and why: the first line is the answer.

use controller_api::{Cluster, ClusterKind, Health, HealthStatus};

use super::{Screen, Shown, Tone, health_name, health_tone, plain};

/// Is anything wrong, with a loudspeaker, a gateway, the broker or the controller itself?
#[must_use]
pub fn needs_somebody(health: &Health) -> bool {
    !health.broker_connected
        || !health.controller.is_empty()
        || health.clusters.iter().any(|c| c.health == HealthStatus::Down || !c.faults.is_empty())
}

/// The whole report; with `all`, those that are well are listed too.
#[must_use]
pub fn render(screen: &Screen, health: &Health, all: bool) -> String {
    let mut text = answer(screen, health);
    if !health.broker_connected {
        text += &screen.line(Tone::Bad, &screen.catalogue.get("health-broker-away"));
    }
    text += &super::status::own_faults(screen, &health.controller, health.at);
    text += &doubts(screen, health);
    for status in [HealthStatus::Down, HealthStatus::Waiting, HealthStatus::Unconfirmed, HealthStatus::Up] {
        let clusters: Vec<&Cluster> = health.clusters.iter().filter(|c| c.health == status).collect();
        let (faulty, well): (Vec<&Cluster>, Vec<&Cluster>) =
            clusters.into_iter().partition(|cluster| !cluster.faults.is_empty());
        if !faulty.is_empty() {
            text += "\n";
            text += &faults_of(screen, health, &faulty);
        }
        if all && !well.is_empty() {
            text += "\n";
            text += &table(screen, health, &well);
        }
    }
    text
}

fn answer(screen: &Screen, health: &Health) -> String {
    let count = |status| health.counts.get(&status).copied().unwrap_or(0);
    let total: usize = health.counts.values().sum();
    let (down, up) = (count(HealthStatus::Down), count(HealthStatus::Up));
    let gateways_down = health.clusters.iter().filter(|c| is_gateway(c) && c.health == HealthStatus::Down);
    let params = [("down", down.to_string()), ("total", total.to_string()), ("up", up.to_string())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (tone, key) = match () {
        () if down > 0 => (Tone::Bad, "health-some-down"),
        () if gateways_down.count() > 0 => (Tone::Bad, "health-gateway-down"),
        () if total == 0 => (Tone::Doubtful, "health-no-clusters"),
        () if up == 0 => (Tone::Doubtful, "health-nobody-heard"),
        () => (Tone::Good, "health-none-down"),
    };
    screen.line(tone, &screen.say(key, &params))
}

/// Those of whom nobody can say that they are well.
fn doubts(screen: &Screen, health: &Health) -> String {
    let mut text = String::new();
    let worn = health.clusters.iter().filter(|c| c.health != HealthStatus::Down && !c.faults.is_empty());
    let n = worn.count();
    if n > 0 {
        text += &screen.line(Tone::Doubtful, &screen.say("health-worn", &[("n", &n.to_string())]));
    }
    for (status, key) in [
        (HealthStatus::Waiting, "health-waiting-count"),
        (HealthStatus::Unconfirmed, "health-unconfirmed-count"),
    ] {
        if let Some(n) = health.counts.get(&status).filter(|n| **n > 0) {
            text += &screen.line(Tone::Doubtful, &screen.say(key, &[("n", &n.to_string())]));
        }
    }
    text
}

fn faults_of(screen: &Screen, health: &Health, clusters: &[&Cluster]) -> String {
    let rows = clusters.iter().flat_map(|cluster| faults(screen, cluster, health.at)).collect();
    screen.table(&["cluster", "name", "village", "fault", "since", "why"], rows)
}

fn table(screen: &Screen, health: &Health, clusters: &[&Cluster]) -> String {
    let rows = clusters.iter().map(|cluster| well(screen, cluster, health.at)).collect();
    screen.table(&["cluster", "name", "village", "health", "heard", "played"], rows)
}

/// One row per fault.
fn faults(screen: &Screen, cluster: &Cluster, now: u64) -> Vec<Vec<Shown>> {
    let words = &screen.catalogue;
    let row = |(index, fault): (usize, &controller_api::Fault)| {
        let [id, name, village] =
            names(screen, cluster).map(|cell| if index == 0 { cell } else { plain("") });
        let kind = (words.get(fault_key(fault.kind)), Tone::Bad);
        let since = plain(fault.since.map(|at| screen.ago(at, now)).unwrap_or_default());
        vec![id, name, village, kind, since, plain(words.text(&fault.why))]
    };
    cluster.faults.iter().enumerate().map(row).collect()
}

fn well(screen: &Screen, cluster: &Cluster, now: u64) -> Vec<Shown> {
    let [id, name, village] = names(screen, cluster);
    let word = screen.catalogue.get(&format!("health-{}", health_name(cluster.health)));
    let ago = |at: Option<u64>| plain(at.map(|at| screen.ago(at, now)).unwrap_or_default());
    let heard = ago(cluster.last_heard);
    vec![id, name, village, (word, health_tone(cluster.health)), heard, ago(cluster.last_played)]
}

fn names(screen: &Screen, cluster: &Cluster) -> [Shown; 3] {
    let spec = &cluster.spec;
    let name = match is_gateway(cluster) {
        true => format!("{} ({})", spec.name, screen.catalogue.get("kind-gateway")),
        false => spec.name.clone(),
    };
    [plain(spec.id.as_str()), plain(name), plain(spec.village.as_str())]
}

fn is_gateway(cluster: &Cluster) -> bool {
    cluster.spec.kind == ClusterKind::Gateway
}

/// As in `fault-name-..` keys.
#[must_use]
pub fn fault_key(kind: controller_api::FaultKind) -> &'static str {
    match kind {
        controller_api::FaultKind::Unreachable => "fault-name-unreachable",
        controller_api::FaultKind::Silent => "fault-name-silent",
        controller_api::FaultKind::Protocol => "fault-name-protocol",
        controller_api::FaultKind::GatewayDown => "fault-name-gateway-down",
        controller_api::FaultKind::Storage => "fault-name-storage",
    }
}

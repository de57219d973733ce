//! Lists of clusters, and one cluster with all that is known of it.

use controller_api::{Cluster, ClusterKind, DeviceState};

use super::clip::size;
use super::{Screen, Shown, health_name, health_tone, plain};

/// All clusters and gateways.
#[must_use]
pub fn list(screen: &Screen, clusters: &[Cluster]) -> String {
    if clusters.is_empty() {
        return screen.catalogue.get("clusters-none") + "\n";
    }
    let rows = clusters.iter().map(|cluster| row(screen, cluster)).collect();
    screen.table(&["cluster", "kind", "name", "village", "uplink", "health"], rows)
}

fn row(screen: &Screen, cluster: &Cluster) -> Vec<Shown> {
    let spec = &cluster.spec;
    let behind = spec.gateway.as_deref().unwrap_or(&spec.uplink);
    vec![
        plain(spec.id.as_str()),
        plain(screen.catalogue.get(kind_key(spec.kind))),
        plain(spec.name.as_str()),
        plain(spec.village.as_str()),
        plain(behind),
        health(screen, cluster),
    ]
}

fn health(screen: &Screen, cluster: &Cluster) -> Shown {
    let word = screen.catalogue.get(&format!("health-{}", health_name(cluster.health)));
    (word, health_tone(cluster.health))
}

/// One cluster, at the time `now`.
#[must_use]
pub fn show(screen: &Screen, cluster: &Cluster, now: u64) -> String {
    let words = &screen.catalogue;
    let spec = &cluster.spec;
    let ago = |at: Option<u64>| at.map(|at| screen.ago(at, now));
    let yes_no = |yes: bool| words.get(if yes { "yes" } else { "no" });
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let error = cluster.clock_error_ms.map(|ms| words.duration(u64::from(ms)));
    let facts = [
        ("cluster", filled(&spec.id)),
        ("name", filled(&spec.name)),
        ("kind", Some(words.get(kind_key(spec.kind)))),
        ("village", filled(&spec.village)),
        ("uplink", filled(&spec.uplink)),
        ("gateway", spec.gateway.clone()),
        ("zone", spec.zone.map(|zone| zone.to_string())),
        ("health", Some(health(screen, cluster).0)),
        ("heard", ago(cluster.last_heard)),
        ("played", ago(cluster.last_played)),
        ("playing", cluster.playing.as_deref().map(|job| super::short(job).to_owned())),
        ("firmware", cluster.firmware.as_deref().and_then(filled)),
        ("clock", error.map(|error| format!("±{error}"))),
        ("up-to-date", cluster.up_to_date.map(yes_no)),
    ];
    let device = cluster.device.iter().flat_map(|device| device_facts(screen, device));
    let mut text = screen.facts(facts.into_iter().chain(device));
    for fault in &cluster.faults {
        let word = words.get(super::health::fault_key(fault.kind));
        let since = fault.since.map(|at| screen.ago(at, now)).unwrap_or_default();
        text += &screen.line(super::Tone::Bad, &format!("{word}: {}  {since}", words.text(&fault.why)));
    }
    text
}

fn device_facts(screen: &Screen, device: &DeviceState) -> [(&'static str, Option<String>); 7] {
    let storage = device.storage_free_bytes.zip(device.limits).map(|(free, limits)| {
        let [free, all] = [free, limits.storage_bytes].map(size);
        screen.say("device-storage", &[("free", &free), ("all", &all)])
    });
    let holds = device.limits.map(|limits| {
        let [jobs, clips] = [limits.jobs, limits.clips_per_job].map(|most| most.to_string());
        screen.say("device-holds", &[("jobs", &jobs), ("clips", &clips)])
    });
    [
        ("running", Some(screen.catalogue.duration(device.uptime_ms))),
        ("link", device.link_bytes_per_s.map(|rate| format!("{} kbit/s", u64::from(rate) * 8 / 1_000))),
        ("missing", Some(device.missing_bytes).filter(|bytes| *bytes > 0).map(|bytes| size(bytes.into()))),
        ("storage", storage),
        ("holds", holds),
        ("acks-waiting", Some(device.acks_waiting).filter(|n| *n > 0).map(|n| n.to_string())),
        ("ignored", Some(device.rejected).filter(|n| *n > 0).map(|n| n.to_string())),
    ]
}

/// As in `kind-..` keys.
#[must_use]
pub fn kind_key(kind: ClusterKind) -> &'static str {
    match kind {
        ClusterKind::Smart => "kind-smart",
        ClusterKind::Gateway => "kind-gateway",
        ClusterKind::Wireless => "kind-wireless",
    }
}

//! From the core's types to the API's. Renders; decides nothing.

use std::collections::BTreeMap;

use audio::Warning;
use controller_api as api;
use controller_api::Text;
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::delivery::{Delivery, DeliveryState, Why};
use controller_core::health::{self, Status};
use controller_core::job::{Job, Origin};
use controller_core::{Core, State};
use firmware_proto::message::{Beat, Class, DeviceLimits, Evidence, Hello, PROTOCOL_VERSION, Reason, Sound};
use firmware_proto::{ClusterId, UtcMillis};

use crate::library::Entry;

mod schedule;

pub(crate) use schedule::{
    broken, collision, hour_volume, named_clips, preview_entry, programme, readiness, schedule_changed, skip,
};

/// The kebab-case name that a plain enum has in JSON.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(crate) fn class(class: Class) -> api::Class {
    match class {
        Class::Routine => api::Class::Routine,
        Class::Priority => api::Class::Priority,
        Class::Emergency => api::Class::Emergency,
    }
}

pub(crate) fn wire_class(class: api::Class) -> Class {
    match class {
        api::Class::Routine => Class::Routine,
        api::Class::Priority => Class::Priority,
        api::Class::Emergency => Class::Emergency,
    }
}

fn kind(kind: ClusterKind) -> api::ClusterKind {
    match kind {
        ClusterKind::Smart => api::ClusterKind::Smart,
        ClusterKind::Gateway => api::ClusterKind::Gateway,
        ClusterKind::Wireless => api::ClusterKind::Wireless,
    }
}

/// A clip, without what is only known elsewhere: who uses it, and the state of its files.
pub(crate) fn clip(entry: &Entry) -> api::Clip {
    let level = |level: audio::Level| api::Level {
        loudness_lufs: level.loudness_lufs,
        true_peak_dbtp: level.true_peak_dbtp,
    };
    let (size_bytes, duration_ms) = (u64::from(entry.clip.size_bytes), u64::from(entry.clip.duration_ms));
    api::Clip {
        id: entry.clip.id.to_string(),
        title: entry.title.clone(),
        other_titles: entry.other_titles.iter().map(|titled| titled.title.clone()).collect(),
        origin: entry.origin,
        added_at: entry.added_at_ms,
        size_bytes,
        duration_ms,
        bitrate_bps: size_bytes * 8_000 / duration_ms.max(1),
        character: word(entry.character),
        gain_db: entry.gain_db,
        before: level(entry.before),
        after: level(entry.after),
        waveform: entry.waveform.clone(),
        warnings: entry.warnings.iter().map(clip_warning).collect(),
        source_kept: false,
        used_by: Vec::new(),
        older_used_by: Vec::new(),
        condition: None,
    }
}

pub(crate) fn site_changed(changed: controller_core::site::SiteChanged, dry_run: bool) -> api::SiteChanged {
    let names = |ids: &[ClusterId]| ids.iter().map(ToString::to_string).collect();
    api::SiteChanged {
        dry_run,
        added: names(&changed.added),
        changed: names(&changed.changed),
        removed: names(&changed.removed),
        settings: changed.settings,
        silenced: changed
            .silenced
            .iter()
            .map(|(programme, rail)| schedule::broken(rail).with("programme", programme))
            .collect(),
        homeless: changed.homeless,
    }
}

fn clip_warning(warning: &Warning) -> Text {
    let text = Text::new(warning.code());
    match warning {
        Warning::Skipped { skipped_ms } => text.with("skipped_ms", skipped_ms),
        Warning::Partial { readable_ms } => text.with("readable_ms", readable_ms),
        Warning::Trimmed { start_ms, end_ms } => [("start_ms", start_ms), ("end_ms", end_ms)]
            .into_iter()
            .filter(|(_, ms)| **ms > 0)
            .fold(text, |text, (name, ms)| text.with(name, ms)),
        Warning::Quiet { loudness_lufs } => text.with("loudness", format!("{loudness_lufs:.0}")),
        Warning::Clipped { share_percent } => text.with("share", format!("{share_percent:.1}")),
        _ => text,
    }
}

/// A cluster as a request describes it.
pub(crate) fn core_cluster(spec: &api::ClusterSpec) -> Result<Cluster, api::Error> {
    let id = |text: &str| {
        text.parse::<ClusterId>().map_err(|e| crate::failure::bad_request(format!("cluster {text:?}: {e}")))
    };
    Ok(Cluster {
        id: id(&spec.id)?,
        kind: match spec.kind {
            api::ClusterKind::Smart => ClusterKind::Smart,
            api::ClusterKind::Gateway => ClusterKind::Gateway,
            api::ClusterKind::Wireless => ClusterKind::Wireless,
        },
        name: if spec.name.is_empty() { spec.id.clone() } else { spec.name.clone() },
        village: spec.village.clone(),
        uplink: spec.uplink.clone(),
        gateway: spec.gateway.as_deref().map(id).transpose()?,
        zone: spec.zone,
        languages: spec.languages.iter().map(|tag| crate::failure::parsed(tag)).collect::<Result<_, _>>()?,
        key_generation: 0,
    })
}

pub(crate) fn spec(cluster: &Cluster) -> api::ClusterSpec {
    api::ClusterSpec {
        id: cluster.id.to_string(),
        kind: kind(cluster.kind),
        name: cluster.name.clone(),
        village: cluster.village.clone(),
        uplink: cluster.uplink.clone(),
        gateway: cluster.gateway.as_ref().map(ToString::to_string),
        zone: cluster.zone,
        languages: cluster.languages.iter().map(ToString::to_string).collect(),
    }
}

/// Why, as a code that the catalogue knows.
pub(crate) fn why(why: &Why) -> Text {
    match why {
        Why::Unreachable => Text::new("why-unreachable"),
        Why::NoStart => Text::new("why-no-start"),
        Why::NoFinish => Text::new("why-no-finish"),
        Why::NoSound => Text::new("why-no-sound"),
        Why::Cluster { reason } => Text::new(reason_code(*reason)),
        Why::Stopped => Text::new("why-stopped"),
        Why::Cancelled => Text::new("why-cancelled"),
        Why::HigherClass => Text::new("why-higher-class"),
        Why::NoWayBack => Text::new("why-no-way-back"),
        Why::Gateway { state } => Text::new("why-gateway").with("state", word(state)),
    }
}

fn reason_code(reason: Reason) -> &'static str {
    match reason {
        Reason::Stopped => "why-stopped",
        Reason::ClipMissing => "why-clip-missing",
        Reason::ClipDamaged => "why-clip-damaged",
        Reason::StorageFull => "why-storage-full",
        Reason::Undecodable => "why-undecodable",
        Reason::SinkBroken => "why-sink-broken",
        Reason::ClockUnknown => "why-clock-unknown",
        Reason::Busy => "why-busy",
        Reason::Restarted => "why-restarted",
        Reason::TooMany => "why-too-many",
        Reason::AlreadyPlayed => "why-already-played",
        Reason::Unsupported => "why-unsupported",
    }
}

fn evidence(evidence: &Evidence) -> api::Evidence {
    api::Evidence {
        sound: match evidence.sound {
            Sound::Heard => "heard",
            Sound::Absent => "absent",
            Sound::Unmeasured => "unmeasured",
        }
        .to_owned(),
        played_ms: evidence.played_ms,
        passes: evidence.passes,
        level_dbfs: evidence.level_dbfs,
        amplifier_ma: evidence.amplifier_ma,
        microphone_dba: evidence.microphone_dba,
    }
}

fn delivery(state: &State, id: &ClusterId, delivery: &Delivery) -> api::Delivery {
    let cluster = state.clusters.get(id);
    api::Delivery {
        cluster: id.to_string(),
        name: cluster.map(|c| c.name.clone()).unwrap_or_default(),
        gateway: is_gateway(state, id),
        state: word(delivery.state),
        ended: delivery.state.is_final(),
        since: delivery.since.0,
        why: delivery.why.as_ref().map(why),
        started_at: delivery.started_at.map(|at| at.0),
        evidence: delivery.evidence.as_ref().map(evidence),
    }
}

fn is_gateway(state: &State, id: &ClusterId) -> bool {
    state.clusters.get(id).is_some_and(|cluster| cluster.kind == ClusterKind::Gateway)
}

/// A job without its deliveries.
pub(crate) fn job_summary(state: &State, job: &Job) -> api::Job {
    let mut counts: BTreeMap<DeliveryState, usize> = BTreeMap::new();
    for (_, delivery) in job.deliveries.iter().filter(|(id, _)| !is_gateway(state, id)) {
        *counts.entry(delivery.state).or_default() += 1;
    }
    let spec = &job.spec;
    api::Job {
        id: spec.id.to_string(),
        title: spec.title.clone(),
        class: class(spec.class),
        origin: match &spec.origin {
            Origin::Announcement => api::Origin::Announcement,
            Origin::Programme { programme, .. } => api::Origin::Programme { programme: programme.clone() },
        },
        created_at: spec.created_at.0,
        play_at: spec.play_at.map(|at| at.0),
        start_by: spec.start_by.0,
        duration_ms: spec.pass_ms(),
        repeat: spec.repeat.map(|r| api::Repeat { until: r.until.0, gap_ms: r.gap_ms }),
        volume: spec.volume,
        stopped_at: job.stopped_at.map(|at| at.0),
        open: job.is_open(),
        counts: counts.into_iter().map(|(state, count)| (word(state), count)).collect(),
        deliveries: Vec::new(),
    }
}

/// A job with its deliveries.
pub(crate) fn job(state: &State, job: &Job) -> api::Job {
    let deliveries = job.deliveries.iter().map(|(id, d)| delivery(state, id, d)).collect();
    api::Job { deliveries, ..job_summary(state, job) }
}

fn status(status: Status) -> api::HealthStatus {
    match status {
        Status::Up => api::HealthStatus::Up,
        Status::Down => api::HealthStatus::Down,
        Status::Waiting => api::HealthStatus::Waiting,
        Status::Unconfirmed => api::HealthStatus::Unconfirmed,
    }
}

fn fault(fault: &health::Fault) -> api::Fault {
    match fault {
        health::Fault::Unreachable { since, never_heard } => {
            let code = if *never_heard { "fault-never-heard" } else { "fault-unreachable" };
            let why = Text::new(code).with("since_at", since.0);
            api::Fault { kind: api::FaultKind::Unreachable, since: Some(since.0), why }
        }
        health::Fault::Silent { since, why: reason, .. } => {
            api::Fault { kind: api::FaultKind::Silent, since: Some(since.0), why: why(reason) }
        }
        health::Fault::Protocol { since, version } => {
            let why = Text::new("fault-protocol").with("version", version).with("ours", PROTOCOL_VERSION);
            api::Fault { kind: api::FaultKind::Protocol, since: Some(since.0), why }
        }
        health::Fault::GatewayDown { gateway } => {
            let why = Text::new("fault-gateway-down").with("gateway", gateway);
            api::Fault { kind: api::FaultKind::GatewayDown, since: None, why }
        }
    }
}

/// One cluster with its health.
pub(crate) fn cluster(core: &Core, health: &health::ClusterHealth) -> Option<api::Cluster> {
    let described = core.state().clusters.get(&health.cluster)?;
    let device = core.state().devices.get(&health.cluster);
    let presence = core.presence(&health.cluster);
    let (beat, hello) = (presence.and_then(|p| p.beat()), presence.and_then(|p| p.hello()));
    Some(api::Cluster {
        spec: spec(described),
        health: status(health.status),
        faults: health.faults.iter().map(fault).collect(),
        last_heard: health.last_heard.map(|at| at.0),
        last_played: health.last_played.map(|at| at.0),
        firmware: device.map(|d| d.firmware.clone()).filter(|firmware| !firmware.is_empty()),
        clock_error_ms: beat.and_then(|beat| beat.clock_error_ms),
        up_to_date: beat.zip(device).map(|(beat, device)| beat.agenda_version == device.agenda_version),
        playing: beat.and_then(|beat| beat.playing).map(|job| job.to_string()),
        device: beat.map(|beat| device_state(beat, hello, device.and_then(|d| d.limits))),
    })
}

/// What a device says of itself, in beats and in its hello.
fn device_state(beat: &Beat, hello: Option<&Hello>, limits: Option<DeviceLimits>) -> api::DeviceState {
    api::DeviceState {
        uptime_ms: beat.uptime_ms,
        acks_waiting: beat.acks_waiting,
        rejected: beat.rejected,
        link_bytes_per_s: Some(beat.link_bytes_per_s).filter(|rate| *rate > 0),
        missing_bytes: beat.missing_bytes,
        storage_free_bytes: hello.map(|hello| hello.storage_free_bytes),
        limits: limits.map(|limits| api::DeviceLimits {
            jobs: limits.jobs,
            clips_per_job: limits.clips_per_job,
            storage_bytes: limits.storage_bytes,
            window_chunks: limits.window_chunks,
            job_bytes: limits.job_bytes,
        }),
    }
}

/// All clusters with their health, those that are down first.
pub(crate) fn clusters(core: &Core, now: UtcMillis) -> Vec<api::Cluster> {
    let report = core.health(now);
    let mut clusters: Vec<api::Cluster> = report.clusters.iter().filter_map(|h| cluster(core, h)).collect();
    clusters.sort_by_key(|cluster| cluster.health != api::HealthStatus::Down);
    clusters
}

/// How many clusters are in which state, gateways not counted.
pub(crate) fn counts(clusters: &[api::Cluster]) -> BTreeMap<api::HealthStatus, usize> {
    let mut counts = BTreeMap::new();
    for cluster in clusters.iter().filter(|cluster| cluster.spec.kind != api::ClusterKind::Gateway) {
        *counts.entry(cluster.health).or_default() += 1;
    }
    counts
}

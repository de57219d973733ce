//! From the core's types to the API's. Renders; decides nothing.

use std::collections::BTreeMap;

use controller_api as api;
use controller_api::{Text, text};
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::delivery::{Delivery, DeliveryState, Why};
use controller_core::fault::Fault;
use controller_core::health::{self, Status};
use controller_core::job::{Job, Origin};
use controller_core::limits::RIVAL_KNOWN_MS;
use controller_core::verdict::Verdict;
use controller_core::{Actor, Doubt, DoubtWhy, Entry as JournalEntry, State, View};
use firmware_proto::message::{Beat, Class, DeviceLimits, Evidence, Hello, PROTOCOL_VERSION, Reason, Sound};
use firmware_proto::trust::Rejected;
use firmware_proto::{ClusterId, UtcMillis};

use crate::handle;

mod clips;
mod log;
mod schedule;

pub(crate) use clips::{clip, clips};
use log::Said;
pub(crate) use schedule::{
    broken, collision, hour_volume, named_clips, preview_entry, programme, readiness, schedule_changed, skip,
};

/// What the feed and the log tell of an entry; titles are those that `state` knows.
pub(crate) fn event(state: &State, sequence: u64, entry: &JournalEntry) -> api::Event {
    let about = entry.record.about();
    let Said { text, why } = log::said(state, &entry.record);
    api::Event {
        sequence,
        at: entry.at.0,
        kind: entry.record.kind().to_owned(),
        by: by(&entry.actor),
        jobs: about.jobs.iter().map(ToString::to_string).collect(),
        clusters: about.clusters.iter().map(ToString::to_string).collect(),
        programmes: about.programmes.iter().map(ToString::to_string).collect(),
        text,
        why,
        routine: entry.record.is_routine(),
    }
}

fn by(actor: &Actor) -> api::By {
    match actor {
        Actor::User { name, .. } => api::By::User { name: name.clone() },
        Actor::Remote { address } => api::By::Remote { address: address.clone() },
        Actor::Schedule => api::By::Schedule,
        Actor::Device { cluster } => api::By::Device { cluster: cluster.to_string() },
        Actor::Controller => api::By::Controller,
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

pub(crate) fn site_changed(changed: controller_core::change::SiteChanged, dry_run: bool) -> api::SiteChanged {
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
            .map(|(programme, rail)| schedule::broken(rail, Some(programme)))
            .collect(),
        homeless: changed.homeless,
    }
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
        Why::Unreachable => text!(WhyUnreachable),
        Why::NoStart => text!(WhyNoStart),
        Why::NoFinish => text!(WhyNoFinish),
        Why::NoSound => text!(WhyNoSound),
        Why::Cluster { reason: said } => reason(*said),
        Why::Stopped => text!(WhyStopped),
        Why::Cancelled => text!(WhyCancelled),
        Why::HigherClass => text!(WhyHigherClass),
        Why::NoWayBack => text!(WhyNoWayBack),
        Why::Gateway { state } => text!(WhyGateway { state: delivery_state(*state).word() }),
    }
}

/// A cluster's own reason.
fn reason(reason: Reason) -> Text {
    match reason {
        Reason::Stopped => text!(WhyStopped),
        Reason::ClipMissing => text!(WhyClipMissing),
        Reason::ClipDamaged => text!(WhyClipDamaged),
        Reason::StorageFull => text!(WhyStorageFull),
        Reason::Undecodable => text!(WhyUndecodable),
        Reason::SinkBroken => text!(WhySinkBroken),
        Reason::ClockUnknown => text!(WhyClockUnknown),
        Reason::Busy => text!(WhyBusy),
        Reason::Restarted => text!(WhyRestarted),
        Reason::TooMany => text!(WhyTooMany),
        Reason::AlreadyPlayed => text!(WhyAlreadyPlayed),
        Reason::Unsupported => text!(WhyUnsupported),
    }
}

fn evidence(evidence: &Evidence) -> api::Evidence {
    api::Evidence {
        sound: match evidence.sound {
            Sound::Heard => api::Sound::Heard,
            Sound::Absent => api::Sound::Absent,
            Sound::Unmeasured => api::Sound::Unmeasured,
        },
        played_ms: evidence.played_ms,
        passes: evidence.passes,
        level_dbfs: evidence.level_dbfs,
        amplifier_ma: evidence.amplifier_ma,
        microphone_dba: evidence.microphone_dba,
    }
}

fn delivery_state(state: DeliveryState) -> api::DeliveryState {
    match state {
        DeliveryState::Queued => api::DeliveryState::Queued,
        DeliveryState::Sent => api::DeliveryState::Sent,
        DeliveryState::Received => api::DeliveryState::Received,
        DeliveryState::Ready => api::DeliveryState::Ready,
        DeliveryState::Playing => api::DeliveryState::Playing,
        DeliveryState::Suspended => api::DeliveryState::Suspended,
        DeliveryState::Played => api::DeliveryState::Played,
        DeliveryState::Silent => api::DeliveryState::Silent,
        DeliveryState::Missed => api::DeliveryState::Missed,
        DeliveryState::Failed => api::DeliveryState::Failed,
        DeliveryState::Preempted => api::DeliveryState::Preempted,
        DeliveryState::Skipped => api::DeliveryState::Skipped,
        DeliveryState::Cancelled => api::DeliveryState::Cancelled,
        DeliveryState::Unconfirmed => api::DeliveryState::Unconfirmed,
    }
}

fn verdict(verdict: Verdict) -> api::Verdict {
    match verdict {
        Verdict::Played => api::Verdict::Played,
        Verdict::NotPlayed => api::Verdict::NotPlayed,
        Verdict::Pending => api::Verdict::Pending,
        Verdict::Unknown => api::Verdict::Unknown,
    }
}

/// Why a message was ignored.
pub(crate) fn rejected(why: Rejected) -> api::Rejected {
    match why {
        Rejected::TooLong => api::Rejected::TooLong,
        Rejected::Malformed => api::Rejected::Malformed,
        Rejected::WrongTopic => api::Rejected::WrongTopic,
        Rejected::UnknownKey => api::Rejected::UnknownKey,
        Rejected::BadSignature => api::Rejected::BadSignature,
        Rejected::WrongSite => api::Rejected::WrongSite,
        Rejected::WrongCluster => api::Rejected::WrongCluster,
        Rejected::OutOfDate => api::Rejected::OutOfDate,
        Rejected::Replayed => api::Rejected::Replayed,
        Rejected::Unwanted => api::Rejected::Unwanted,
    }
}

fn delivery(state: &State, id: &ClusterId, delivery: &Delivery) -> api::Delivery {
    let cluster = state.clusters.get(id);
    api::Delivery {
        cluster: id.to_string(),
        name: cluster.map(|c| c.name.clone()).unwrap_or_default(),
        gateway: is_gateway(state, id),
        state: delivery_state(delivery.state),
        verdict: verdict(Verdict::of(delivery.state)),
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
    let (mut counts, mut verdicts) = (BTreeMap::new(), BTreeMap::new());
    for (_, delivery) in job.deliveries.iter().filter(|(id, _)| !is_gateway(state, id)) {
        *counts.entry(delivery_state(delivery.state)).or_default() += 1;
        *verdicts.entry(verdict(Verdict::of(delivery.state))).or_default() += 1;
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
        made_by: by(&job.made_by),
        play_at: spec.play_at.map(|at| at.0),
        start_by: spec.start_by.0,
        duration_ms: spec.pass_ms(),
        repeat: spec.repeat.map(|r| api::Repeat { until: r.until.0, gap_ms: r.gap_ms }),
        volume: spec.volume,
        stopped_at: job.stopped_at.map(|at| at.0),
        stopped_by: job.stopped_by.as_ref().map(by),
        open: job.is_open(),
        counts,
        verdicts,
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

fn fault(fault: &Fault) -> api::Fault {
    match fault {
        Fault::Unreachable { since, never_heard } => {
            let why = match never_heard {
                true => text!(FaultNeverHeard { since_at: since.0 }),
                false => text!(FaultUnreachable { since_at: since.0 }),
            };
            api::Fault { kind: api::FaultKind::Unreachable, since: Some(since.0), why }
        }
        Fault::Silent { since, why: reason, .. } => {
            api::Fault { kind: api::FaultKind::Silent, since: Some(since.0), why: why(reason) }
        }
        Fault::Protocol { since, version } => {
            let why = text!(FaultProtocol { version: version, ours: PROTOCOL_VERSION });
            api::Fault { kind: api::FaultKind::Protocol, since: Some(since.0), why }
        }
        Fault::GatewayDown { since, gateway } => {
            let why = text!(FaultGatewayDown { gateway: gateway });
            api::Fault { kind: api::FaultKind::GatewayDown, since: Some(since.0), why }
        }
        Fault::Storage { since, cases } => {
            let why = text!(FaultStorage { cases: cases });
            api::Fault { kind: api::FaultKind::Storage, since: Some(since.0), why }
        }
    }
}

/// What is wrong with the controller itself.
pub(crate) fn own_faults(view: &handle::View) -> Vec<api::OwnFault> {
    let journal = view.facts.journal_trouble.clone();
    let journal = journal.map(|(since, why)| api::OwnFault { since: view.core.time(since).utc.0, why });
    let clock = view.core.clock_doubt().map(|Doubt { since, why, ahead_ms }| {
        let (shown_at, now_at) = (view.now.0.saturating_add_signed(ahead_ms), view.now.0);
        let why = match why {
            DoubtWhy::BeforeBuild => text!(ClockBeforeBuild { shown_at: shown_at }),
            DoubtWhy::BeforeJournal => text!(ClockBeforeJournal { shown_at: shown_at, now_at: now_at }),
            DoubtWhy::Clusters => text!(ClockClusters { shown_at: shown_at, now_at: now_at }),
            DoubtWhy::Jumped => text!(ClockJumped { shown_at: shown_at, now_at: now_at }),
        };
        api::OwnFault { since: since.0, why }
    });
    let (state, lost) = (view.core.state(), view.core.lost_clips());
    let users = if lost.is_empty() { BTreeMap::new() } else { state.clip_users() };
    let lost = lost.iter().filter_map(|(id, since)| {
        let (clip, n) = (state.clips.get(id)?.title(), users.get(id).map_or(0, Vec::len));
        Some(api::OwnFault { since: since.0, why: text!(ClipLost { clip: clip, n: n }) })
    });
    journal.into_iter().chain(rival(view)).chain(clock).chain(lost).collect()
}

/// Another controller of this site: one of the two is too many.
fn rival(view: &handle::View) -> Option<api::OwnFault> {
    let rival = view.core.rival()?;
    let (host, heard_at) = (rival.host.as_str(), rival.heard.0);
    let why = match () {
        () if !view.core.yields() => text!(SecondController { host: host }),
        () if view.now.0.saturating_sub(heard_at) > RIVAL_KNOWN_MS => {
            text!(OtherControllerGone { host: host, heard_at: heard_at })
        }
        () => text!(OtherControllerSpeaks { host: host }),
    };
    Some(api::OwnFault { since: rival.since.0, why })
}

/// One cluster with its health.
pub(crate) fn cluster(view: &View, health: &health::ClusterHealth) -> Option<api::Cluster> {
    let described = view.state().clusters.get(&health.cluster)?;
    let device = view.state().devices.get(&health.cluster);
    let seen = view.seen(&health.cluster);
    let (beat, hello) = (seen.and_then(|s| s.beat.as_ref()), seen.and_then(|s| s.hello.as_ref()));
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
pub(crate) fn clusters(view: &View, now: UtcMillis) -> Vec<api::Cluster> {
    let report = view.health(now);
    let mut clusters: Vec<api::Cluster> = report.clusters.iter().filter_map(|h| cluster(view, h)).collect();
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

//! The controller itself, its last jobs and its programmes.

use std::collections::BTreeMap;

use controller_api::{Broker, BrokerKind, HealthStatus, Job, OwnFault, Programme, Rejected, Status, Verdict};
use serde::Serialize;

use super::job::class_key;
use super::{Screen, Shown, Tone, plain, schedule, short};

/// All that `loa status` shows.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// How the controller itself does.
    pub controller: Status,
    /// The last jobs, newest first.
    pub jobs: Vec<Job>,
    /// All programmes.
    pub programmes: Vec<Programme>,
}

/// The whole report.
#[must_use]
pub fn render(screen: &Screen, overview: &Overview) -> String {
    let status = &overview.controller;
    let mut text = head(screen, status);
    text += &broker(screen, &status.broker);
    text += &clusters(screen, status);
    text += &troubles(screen, status);
    text += "\n";
    if overview.jobs.is_empty() {
        text += &screen.line(Tone::Plain, &screen.catalogue.get("status-no-jobs"));
    } else {
        let rows = overview.jobs.iter().map(|job| job_row(screen, job)).collect();
        text += &screen.table(&["job", "when", "class", "title", "outcome"], rows);
    }
    if !overview.programmes.is_empty() {
        text += "\n";
        let rows = overview.programmes.iter().map(|programme| programme_row(screen, programme)).collect();
        text += &screen.table(&["programme", "next", "cron", "class", "title", "targets"], rows);
    }
    text
}

fn head(screen: &Screen, status: &Status) -> String {
    let (since, uptime) =
        (status.started_at.to_string(), (status.now - status.started_at.min(status.now)).to_string());
    let name = if status.name.is_empty() { &status.site } else { &status.name };
    let params = [
        ("name", name.as_str()),
        ("site", &status.site),
        ("version", &status.version),
        ("since_at", &since),
        ("uptime_ms", &uptime),
    ];
    screen.line(Tone::Plain, &screen.say("status-site", &params))
}

fn broker(screen: &Screen, broker: &Broker) -> String {
    let since = broker.since.to_string();
    let params = [
        ("address", broker.address.as_str()),
        ("since_at", &since),
        ("why", broker.trouble.as_deref().unwrap_or_default()),
    ];
    match (broker.connected, broker.kind) {
        (true, BrokerKind::Embedded) => screen.line(Tone::Good, &screen.say("status-broker-own", &params)),
        (true, BrokerKind::External) => {
            screen.line(Tone::Good, &screen.say("status-broker-external", &params))
        }
        (false, _) => screen.line(Tone::Bad, &screen.say("status-broker-away", &params)),
    }
}

fn clusters(screen: &Screen, status: &Status) -> String {
    if status.clusters == 0 {
        return screen.line(Tone::Doubtful, &screen.catalogue.get("clusters-none"));
    }
    let down = status.counts.get(&HealthStatus::Down).copied().unwrap_or(0);
    let counts = screen.health_counts(&status.counts);
    let params = [("n", status.clusters.to_string()), ("counts", counts)];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (tone, key) =
        if down > 0 { (Tone::Bad, "status-clusters-down") } else { (Tone::Good, "status-clusters") };
    screen.line(tone, &screen.say(key, &params))
}

fn troubles(screen: &Screen, status: &Status) -> String {
    let mut text = String::new();
    text += &own_faults(screen, &status.controller, status.now);
    let ignored: u64 = status.rejected.values().sum();
    if ignored > 0 {
        let reasons = reasons(screen, &status.rejected);
        let params = [("n", ignored.to_string()), ("reasons", reasons)];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        text += &screen.line(Tone::Doubtful, &screen.say("status-ignored", &params));
    }
    text
}

/// A line for each.
pub(super) fn own_faults(screen: &Screen, faults: &[OwnFault], now: u64) -> String {
    let line = |fault: &OwnFault| {
        let (why, since) = (screen.catalogue.text(&fault.why), screen.ago(fault.since, now));
        screen.line(Tone::Bad, &screen.say("own-fault", &[("why", &why), ("since", &since)]))
    };
    faults.iter().map(line).collect()
}

fn reasons(screen: &Screen, rejected: &BTreeMap<Rejected, u64>) -> String {
    let shown = rejected.iter().filter(|(_, n)| **n > 0);
    let word = |reason: &Rejected| screen.catalogue.get(&rejected_key(*reason));
    shown.map(|(reason, n)| format!("{}: {n}", word(reason))).collect::<Vec<_>>().join(", ")
}

/// As in `rejected-..` keys.
pub(super) fn rejected_key(reason: Rejected) -> String {
    format!("rejected-{}", reason.word().replace(' ', "-"))
}

fn job_row(screen: &Screen, job: &Job) -> Vec<Shown> {
    let tone = match (job.count(Verdict::NotPlayed), job.open) {
        (0, true) => Tone::Plain,
        (0, false) => Tone::Good,
        _ => Tone::Bad,
    };
    vec![
        plain(short(&job.id)),
        plain(screen.catalogue.moment(job.play_at.unwrap_or(job.created_at))),
        plain(screen.catalogue.get(class_key(job.class))),
        plain(job.title.as_str()),
        (screen.state_counts(&job.counts), tone),
    ]
}

fn programme_row(screen: &Screen, programme: &Programme) -> Vec<Shown> {
    vec![
        plain(programme.id.as_str()),
        plain(programme.next_at().map(|at| screen.catalogue.moment(at)).unwrap_or_default()),
        plain(schedule::when(screen, programme)),
        plain(screen.catalogue.get(class_key(programme.class))),
        plain(programme.title.as_str()),
        plain(programme.targets.join(", ")),
    ]
}

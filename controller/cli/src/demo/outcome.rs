//! What the demo came to, and what it must come to.

use std::time::Duration;

use controller_api::{ClusterKind, DeliveryState, FaultKind, Health, Job, Verdict};
use serde::Serialize;

use super::cast::{MUTE, OFF};
use crate::report::{Screen, Tone, short};

/// Clusters of the demo's site; all but two of the smart ones must play.
const CLUSTERS: usize = 57;
const WIRELESS: usize = 19;

/// The outcome, as `--json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    clusters: usize,
    played: usize,
    unconfirmed: usize,
    /// Flagged as unreachable.
    unreachable: Vec<String>,
    /// Flagged as silent.
    silent: Vec<String>,
    /// Did not play the announcement because they were not reached.
    missed: Vec<String>,
    seconds: f64,
    job: String,
}

impl Outcome {
    /// Reads it from what the controller says.
    #[must_use]
    pub fn of(job: &Job, health: &Health, took: Duration) -> Self {
        let missed = job.deliveries.iter().filter(|d| !d.gateway && d.state == DeliveryState::Missed);
        Self {
            clusters: job.counts.values().sum(),
            played: job.count(Verdict::Played),
            unconfirmed: job.count(Verdict::Unknown),
            unreachable: with_fault(health, FaultKind::Unreachable),
            silent: with_fault(health, FaultKind::Silent),
            missed: missed.map(|delivery| delivery.cluster.clone()).collect(),
            seconds: (took.as_secs_f64() * 10.0).round() / 10.0,
            job: job.id.clone(),
        }
    }

    /// Exactly the two broken clusters are found, and all else is well.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        self.clusters == CLUSTERS
            && self.played == CLUSTERS - WIRELESS - 2
            && self.unconfirmed == WIRELESS
            && self.unreachable == [OFF]
            && self.silent == [MUTE]
            && self.missed == [OFF]
    }

    /// The outcome in two sentences: what became of the announcement, and whether it had to be so.
    #[must_use]
    pub fn sentences(&self, screen: &Screen) -> String {
        let down = (self.unreachable.len() + self.silent.len()).to_string();
        let counts = [self.played.to_string(), self.unconfirmed.to_string(), format!("{:.0}", self.seconds)];
        let [played, unconfirmed, seconds] = counts.each_ref().map(String::as_str);
        let params =
            [("played", played), ("unconfirmed", unconfirmed), ("down", &down), ("seconds", seconds)];
        let line = screen.line(Tone::Plain, &screen.say("demo-outcome", &params));
        if self.is_expected() {
            return line + &screen.line(Tone::Good, &screen.catalogue.get("demo-expected"));
        }
        let played = (CLUSTERS - WIRELESS - 2).to_string();
        let (wireless, job) = (WIRELESS.to_string(), short(&self.job));
        let params = [
            ("played", played.as_str()),
            ("unconfirmed", &wireless),
            ("off", OFF),
            ("mute", MUTE),
            ("job", job),
        ];
        line + &screen.line(Tone::Bad, &screen.say("demo-unexpected", &params))
    }
}

/// The clusters, gateways not counted, that have a fault of this kind.
pub(crate) fn with_fault(health: &Health, kind: FaultKind) -> Vec<String> {
    let clusters = health.clusters.iter().filter(|cluster| cluster.spec.kind != ClusterKind::Gateway);
    let faulty = clusters.filter(|cluster| cluster.faults.iter().any(|fault| fault.kind == kind));
    let mut ids: Vec<String> = faulty.map(|cluster| cluster.spec.id.clone()).collect();
    ids.sort();
    ids
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn expected() -> Outcome {
        Outcome {
            clusters: 57,
            played: 36,
            unconfirmed: 19,
            unreachable: vec![OFF.into()],
            silent: vec![MUTE.into()],
            missed: vec![OFF.into()],
            seconds: 45.3,
            job: "ab".repeat(16),
        }
    }

    #[test]
    fn only_exactly_the_two_broken_ones_are_as_expected() {
        assert!(expected().is_expected());
        assert!(!Outcome { played: 37, ..expected() }.is_expected());
        assert!(!Outcome { silent: vec![], ..expected() }.is_expected());
        assert!(!Outcome { unreachable: vec![OFF.into(), "x".into()], ..expected() }.is_expected());
    }

    #[test]
    fn the_json_is_what_scripts_rely_on() {
        let json = serde_json::to_value(expected()).unwrap();
        assert_eq!(json["clusters"], 57);
        assert_eq!(json["played"], 36);
        assert_eq!(json["unconfirmed"], 19);
        assert_eq!(json["unreachable"], serde_json::json!([OFF]));
        assert_eq!(json["silent"], serde_json::json!([MUTE]));
        assert!(json["seconds"].is_number() && json["job"].is_string());
    }
}

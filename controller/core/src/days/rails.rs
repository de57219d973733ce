//! The site's guard rails, held against jobs. An emergency alone passes.

use std::collections::BTreeMap;

use firmware_proto::message::Class;
use firmware_proto::{ClusterId, UtcMillis};
use schedules::{Calendar, Rails};

use crate::facts::guard_rail::Broken;
use crate::facts::job::JobSpec;
use crate::facts::state::State;
use crate::limits::AT_ONCE_MS;

const MINUTE_MS: u64 = 60_000;

/// How long each cluster sounds on one local day, ms.
#[derive(Debug, Clone, Default)]
pub(super) struct Sounding<'a>(BTreeMap<&'a ClusterId, u64>);

impl<'a> Sounding<'a> {
    pub(crate) fn add(&mut self, cluster: &'a ClusterId, ms: u64) {
        *self.0.entry(cluster).or_default() += ms;
    }

    /// Would `ms` more be too much for a cluster?
    pub(super) fn broken_by(
        &self,
        rails: &Rails,
        cluster: &ClusterId,
        ms: u64,
        at: UtcMillis,
    ) -> Option<Broken> {
        let max = rails.minutes_per_day_max?;
        let sum = self.0.get(cluster).copied().unwrap_or(0).saturating_add(ms);
        (sum > u64::from(max) * MINUTE_MS).then(|| Broken::MinutesPerDay {
            cluster: cluster.clone(),
            minutes: sum.div_ceil(MINUTE_MS),
            max,
            at,
        })
    }
}

/// What each cluster sounds on the local day of `at`, by the jobs there are; not counted where no rail asks.
pub(super) fn sounding_on<'a>(state: &'a State, calendar: &Calendar, at: UtcMillis) -> Sounding<'a> {
    let mut sounding = Sounding::default();
    if state.settings.rails.minutes_per_day_max.is_none() {
        return sounding;
    }
    let (from, to) = calendar.day_of(at.0);
    for job in state.each_job() {
        let start = job.spec.play_at.unwrap_or(job.spec.created_at).0;
        if !(from..to).contains(&start) || job.spec.class == Class::Emergency {
            continue;
        }
        for (cluster, delivery) in &job.deliveries {
            if !delivery.state.is_final() || delivery.started_at.is_some() {
                sounding.add(cluster, job.spec.length_on(cluster));
            }
        }
    }
    sounding
}

/// The guard rail that a job by hand would break.
pub(crate) fn broken_by_job(
    state: &State,
    calendar: &Calendar,
    spec: &JobSpec,
    asked_volume: Option<u8>,
) -> Option<Broken> {
    if spec.class == Class::Emergency || spec.override_reason.is_some() {
        return None;
    }
    let rails = &state.settings.rails;
    let at = spec.play_at.unwrap_or(spec.created_at);
    let to = (at + spec.length_ms()).0;
    // What is wanted at once still has to come everywhere; who comes late to a repetition hears the rest.
    let on_its_way_ms = if spec.play_at.is_none() && spec.repeat.is_none() { AT_ONCE_MS } else { 0 };
    if let Some(hours) = rails.quiet_hours_met(calendar, at.0, to + on_its_way_ms) {
        return Some(Broken::QuietHours { hours, at });
    }
    let ceiling = rails.ceiling(calendar, at.0, to);
    if let Some(volume) = asked_volume.filter(|volume| *volume > ceiling) {
        return Some(Broken::VolumeCeiling { volume, ceiling, at });
    }
    let sounding = sounding_on(state, calendar, at);
    spec.targets.iter().find_map(|cluster| sounding.broken_by(rails, cluster, spec.length_on(cluster), at))
}

//! Deadlines: deliveries nobody speaks of any more, clusters nobody hears any more, old jobs.

use std::collections::BTreeMap;

use firmware_proto::{ClusterId, JobId, UtcMillis};

use super::presence::Reach;
use crate::brain::Core;
use crate::facts::actor::Actor;
use crate::facts::cluster::ClusterKind;
use crate::facts::delivery::{Delivery, DeliveryState, Why};
use crate::facts::fault::FaultKind;
use crate::facts::job::Job;
use crate::facts::record::{Lapse, Record};
use crate::limits::{
    DELIVERIES_KEPT_MAX, IDLE_MS, JOBS_KEPT_MAX, ROOM_AGAIN_MS, START_GRACE_MS, unreachable_after_ms,
};
use crate::now::Now;

impl Core {
    pub(crate) fn unreachable_after_ms(&self) -> u64 {
        unreachable_after_ms(self.state.settings.heartbeat_ms)
    }

    /// Everything that follows from the passing of time.
    pub(crate) fn let_time_pass(&mut self, now: Now) {
        self.suspect_all();
        self.diagnose_suspects(now);
        self.lapse_deliveries(now);
        // What has lapsed may be a fault, and nobody may come by for a while.
        self.diagnose_suspects(now);
        self.plan_programmes(now);
        self.forget_old_jobs(now);
        self.wakeup = self.next_event(now);
    }

    /// Not before it is known how late it is.
    fn lapse_deliveries(&mut self, now: Now) {
        if self.trust.asks() {
            return;
        }
        let mut lapses: BTreeMap<JobId, Vec<Lapse>> = BTreeMap::new();
        for job in self.state.each_job().filter(|job| job.is_open()) {
            for (cluster, delivery) in &job.deliveries {
                let overdue = self.deadline(job, cluster, delivery).is_some_and(|by| by <= now.utc);
                if overdue {
                    let lapse = self.conclude(cluster, delivery, now);
                    lapses.entry(job.spec.id).or_default().push(lapse);
                }
            }
        }
        for (job, deliveries) in lapses {
            self.write(now, Actor::Controller, Record::Lapsed { job, deliveries });
        }
    }

    /// When a delivery that hears nothing more is given up; `None` if it needs nothing more, or
    /// follows a gateway's.
    fn deadline(&self, job: &Job, cluster: &ClusterId, delivery: &Delivery) -> Option<UtcMillis> {
        if delivery.state.is_final() {
            return None;
        }
        let followed = self.state.clusters.get(cluster).and_then(|c| match c.kind {
            ClusterKind::Wireless => c.gateway.as_ref(),
            ClusterKind::Smart | ClusterKind::Gateway => None,
        });
        let carrier = followed.and_then(|gateway| job.deliveries.get(gateway));
        if carrier.is_some_and(|carrier| !carrier.state.is_final()) {
            return None;
        }
        match delivery.state {
            DeliveryState::Playing | DeliveryState::Suspended => delivery.finish_by,
            // Nobody knows whether it waits for something else to end: what it says later corrects this.
            _ if self.state.fault(cluster, FaultKind::Unreachable).is_some() => {
                Some(job.spec.start_by + START_GRACE_MS)
            }
            _ => Some(job.spec.start_deadline()),
        }
    }

    fn conclude(&self, cluster: &ClusterId, delivery: &Delivery, now: Now) -> Lapse {
        let reachable = self.reach(now, cluster) == Some(Reach::Heard);
        let (state, why) = match (reachable, delivery.state) {
            // It ends without a word where it could not go on in time.
            (_, DeliveryState::Suspended) => (DeliveryState::Preempted, Why::HigherClass),
            (false, _) => (DeliveryState::Missed, Why::Unreachable),
            (true, DeliveryState::Playing) => (DeliveryState::Silent, Why::NoFinish),
            (true, _) => (DeliveryState::Silent, Why::NoStart),
        };
        Lapse { cluster: cluster.clone(), state, why }
    }

    /// Old jobs are forgotten while there are too many of them, or of their deliveries.
    fn forget_old_jobs(&mut self, now: Now) {
        let mut jobs_over = self.state.jobs.len().saturating_sub(JOBS_KEPT_MAX);
        let deliveries: usize = self.state.each_job().map(|job| job.deliveries.len()).sum();
        let mut deliveries_over = deliveries.saturating_sub(DELIVERIES_KEPT_MAX);
        if jobs_over == 0 && deliveries_over == 0 {
            return;
        }
        let over = |job: &&Job| !job.is_open() && job.spec.over_at() <= now.utc;
        let mut old: Vec<&Job> = self.state.each_job().filter(over).collect();
        old.sort_unstable_by_key(|job| (job.spec.created_at, job.spec.id));
        let give_way = |job: &&&Job| {
            let needed = jobs_over > 0 || deliveries_over > 0;
            jobs_over = jobs_over.saturating_sub(1);
            deliveries_over = deliveries_over.saturating_sub(job.deliveries.len());
            needed
        };
        let jobs: Vec<JobId> = old.iter().take_while(give_way).map(|job| job.spec.id).collect();
        if !jobs.is_empty() {
            self.write(now, Actor::Controller, Record::Forgotten { jobs });
        }
    }

    fn next_event(&self, now: Now) -> firmware_proto::Mono {
        let timeout = self.unreachable_after_ms();
        let heard = |id: &ClusterId| self.presences.get(id).map(|p| p.silent_since() + timeout);
        let flagged = |id: &ClusterId| self.state.fault(id, FaultKind::Unreachable).is_some();
        let unflagged = self.state.devices.keys().filter(|id| !flagged(id));
        let silences = unflagged.filter_map(heard).filter(|_| self.speaks);
        let of_job = |job: &Job| {
            let each = job.deliveries.iter().filter_map(|(id, delivery)| self.deadline(job, id, delivery));
            each.min()
        };
        let planning = self.next_planning().map(|at| at.max(now.utc + ROOM_AGAIN_MS));
        let open = self.state.each_job().filter(|job| job.is_open());
        let deadlines = open.filter_map(of_job).chain(planning);
        let deadlines = deadlines.map(|utc| now.mono + utc.since(now.utc));
        let next = silences.chain(deadlines).min().unwrap_or(now.mono + IDLE_MS);
        next.clamp(now.mono + 1, now.mono + IDLE_MS)
    }
}

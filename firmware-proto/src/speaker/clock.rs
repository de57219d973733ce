//! The cluster's idea of UTC: four timestamps over MQTT (RFC 5905, section 8), best sample wins.

use crate::message::TimeReply;
use crate::time::{Mono, UtcMillis};

/// A clock that may be off by more than this is not trusted to start jobs: what a cheap crystal
/// drifts in a week without network.
pub const TRUSTED_ERROR_MS: u64 = 60_000;
/// How much a cheap crystal drifts, in parts per million.
const DRIFT_PPM: u64 = 100;
/// With an error below this there is no hurry to measure again.
const GOOD_ERROR_MS: u64 = 150;
/// Between two quick requests, and never less between any two.
const QUICK_PERIOD_MS: u64 = 2_000;
const SLOW_PERIOD_MS: u64 = 10 * 60_000;
/// Requests without an answer that follow each other quickly; then each wait is twice as long as the one before.
const QUICK_REQUESTS: u8 = 3;
/// The longest wait for an answer, and between two samples that were not good enough to know the time.
const RETRY_PERIOD_MS: u64 = 30_000;
/// Samples after a connection or a doubt; then the slow period holds even over a bad link.
const SAMPLES: u8 = 5;
/// Samples after which a good one is enough.
const GOOD_SAMPLES: u8 = 2;

/// UTC as an offset to the monotonic clock, with a bound of its error.
#[derive(Debug, Default)]
pub(super) struct Clock {
    sample: Option<Sample>,
    /// When the newest request left.
    asked: Option<Mono>,
    /// Requests since the last answer; 0 if the newest one was answered.
    unanswered: u8,
    samples_left: u8,
    next_request: Option<Mono>,
    /// The first moment that this clock has shown without a break.
    known_from: Option<UtcMillis>,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    utc: UtcMillis,
    at: Mono,
    error_ms: u64,
}

impl Sample {
    fn utc(&self, now: Mono) -> UtcMillis {
        self.utc + now.since(self.at)
    }

    fn error_ms(&self, now: Mono) -> u64 {
        self.error_ms + now.since(self.at) * DRIFT_PPM / 1_000_000
    }
}

impl Clock {
    /// UTC and the bound of its error, ms, however large: enough to judge how old something is.
    pub(super) fn reading(&self, now: Mono) -> Option<(UtcMillis, u64)> {
        self.sample.map(|sample| (sample.utc(now), sample.error_ms(now)))
    }

    fn trusted(&self, now: Mono) -> Option<(UtcMillis, u64)> {
        self.reading(now).filter(|(_, error)| *error <= TRUSTED_ERROR_MS)
    }

    /// UTC, if it is known well enough to act on.
    pub(super) fn utc(&self, now: Mono) -> Option<UtcMillis> {
        self.trusted(now).map(|(utc, _)| utc)
    }

    /// Bound of the error of [`Self::utc`], ms.
    pub(super) fn error_ms(&self, now: Mono) -> Option<u32> {
        self.trusted(now).map(|(_, error)| error as u32)
    }

    /// Was the time known at that moment?
    pub(super) fn was_known(&self, at: UtcMillis) -> bool {
        self.known_from.is_some_and(|from| from <= at)
    }

    /// The moment at which this clock will show `utc`.
    pub(super) fn mono_of(&self, now: Mono, utc: UtcMillis) -> Option<Mono> {
        Some(now + utc.since(self.utc(now)?))
    }

    pub(super) fn connected(&mut self, now: Mono) {
        self.hurry(now);
    }

    /// Something does not fit our time, or cannot be judged without it: ask anew, until there is an answer.
    pub(super) fn doubt(&mut self, now: Mono) {
        let soonest = self.asked.map_or(now, |at| now.max(at + QUICK_PERIOD_MS));
        if self.next_request.is_none_or(|at| at > soonest) {
            self.hurry(soonest);
        }
    }

    fn hurry(&mut self, at: Mono) {
        self.samples_left = SAMPLES;
        // The answer to a request that is on its way still counts.
        self.unanswered = self.unanswered.min(1);
        self.next_request = Some(at);
    }

    pub(super) fn next_request(&self) -> Option<Mono> {
        self.next_request
    }

    /// Notes that a request leaves now.
    pub(super) fn requested(&mut self, now: Mono) {
        self.asked = Some(now);
        self.unanswered = self.unanswered.saturating_add(1);
        let doublings = self.unanswered.saturating_sub(QUICK_REQUESTS).min(8);
        self.next_request = Some(now + (QUICK_PERIOD_MS << doublings).min(RETRY_PERIOD_MS));
    }

    /// Takes a reply; `false` if nobody asked for it.
    pub(super) fn replied(&mut self, now: Mono, reply: &TimeReply) -> bool {
        if self.unanswered == 0 || self.asked != Some(Mono(reply.sent)) {
            return false;
        }
        self.unanswered = 0;
        if reply.unsure && self.utc(now).is_some() {
            self.samples_left = self.samples_left.saturating_sub(1);
            let hurry = self.samples_left > 0;
            self.next_request = Some(now + if hurry { QUICK_PERIOD_MS } else { RETRY_PERIOD_MS });
            return true;
        }
        let held = reply.replied.since(reply.received);
        let travel = now.since(Mono(reply.sent)).saturating_sub(held);
        let error_ms = travel.div_ceil(2) + 1;
        let new = Sample { utc: reply.replied + travel / 2, at: now, error_ms };
        let better = self.sample.is_none_or(|old| {
            let apart = old.utc(now).0.abs_diff(new.utc.0);
            // Samples that exclude each other: the controller's clock was set, and it leads.
            apart > old.error_ms(now) + new.error_ms || new.error_ms <= old.error_ms(now)
        });
        if better {
            if self.utc(now).is_none() {
                self.known_from = Some(new.utc);
            }
            self.sample = Some(new);
        }
        self.samples_left = self.samples_left.saturating_sub(1);
        self.next_request = Some(now + self.next_sample_in(now));
        true
    }

    /// How long to wait after an answer, ms. One more sample after a good one costs little and may be better still.
    fn next_sample_in(&self, now: Mono) -> u64 {
        let good = self.reading(now).is_some_and(|(_, error)| error <= GOOD_ERROR_MS);
        let enough = self.samples_left == 0 || (good && self.samples_left <= SAMPLES - GOOD_SAMPLES);
        match (enough, self.utc(now)) {
            (false, _) => QUICK_PERIOD_MS,
            (true, Some(_)) => SLOW_PERIOD_MS,
            (true, None) => RETRY_PERIOD_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ids::BootId;
    use proptest::prelude::*;

    fn exchange(clock: &mut Clock, sent: u64, there: u64, back: u64, epoch: u64) -> Mono {
        clock.requested(Mono(sent));
        let received = UtcMillis(epoch + sent + there);
        let now = Mono(sent + there + back);
        let boot = BootId::from_bytes([0; 8]);
        let reply = TimeReply { boot, sent, received, replied: received, unsure: false };
        assert!(clock.replied(now, &reply));
        now
    }

    proptest! {
        /// The true time lies within the reported bound, whatever the delays each way were.
        #[test]
        fn truth_lies_within_the_error(
            delays in proptest::collection::vec((0u64..3_000, 0u64..3_000), 1..20),
            epoch in 1_000_000u64..2_000_000_000_000,
        ) {
            let mut clock = Clock::default();
            let mut now = Mono(5);
            for (there, back) in delays {
                now = exchange(&mut clock, now.0 + 1_000, there, back, epoch);
                if let Some(utc) = clock.utc(now) {
                    let error = u64::from(clock.error_ms(now).unwrap());
                    prop_assert!(utc.0.abs_diff(epoch + now.0) <= error);
                }
            }
        }
    }

    /// `tests/vectors/v1/rules/clock.json`.
    #[test]
    fn exchanges_give_the_time_that_the_vectors_say() {
        use serde_json::Value;
        let file: Value =
            serde_json::from_str(include_str!("../../tests/vectors/v1/rules/clock.json")).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let mut clock = Clock::default();
            let number = |step: &Value, key: &str| step[key].as_u64().unwrap();
            let check = |clock: &Clock, step: &Value| {
                let now = Mono(number(step, "now"));
                assert_eq!(clock.utc(now).map(|utc| utc.0), step["utc"].as_u64(), "{case}");
                assert_eq!(clock.error_ms(now).map(u64::from), step["error_ms"].as_u64(), "{case}");
            };
            for step in case["exchanges"].as_array().unwrap() {
                let sent = number(step, "sent");
                clock.requested(Mono(sent));
                let (received, replied) =
                    (UtcMillis(number(step, "received")), UtcMillis(number(step, "replied")));
                let boot = BootId::from_bytes([0; 8]);
                let reply = TimeReply { boot, sent, received, replied, unsure: false };
                assert!(clock.replied(Mono(number(step, "now")), &reply));
                check(&clock, step);
            }
            case["later"].as_array().unwrap().iter().for_each(|step| check(&clock, step));
        }
    }

    #[test]
    fn a_set_controller_clock_wins_over_a_better_old_sample() {
        let mut clock = Clock::default();
        exchange(&mut clock, 0, 1, 1, 1_000_000);
        let now = exchange(&mut clock, 10, 300, 300, 9_000_000);
        assert_eq!(clock.utc(now).unwrap().0.abs_diff(9_000_000 + now.0), 0);
    }

    #[test]
    fn an_unsure_reply_counts_only_where_nothing_is_known() {
        let boot = BootId::from_bytes([0; 8]);
        let reply = |sent: u64, utc: u64| TimeReply {
            boot,
            sent,
            received: UtcMillis(utc),
            replied: UtcMillis(utc),
            unsure: true,
        };
        let mut clock = Clock::default();
        clock.connected(Mono(0));
        clock.requested(Mono(5));
        assert!(clock.replied(Mono(5), &reply(5, 1_000_000)));
        assert_eq!(clock.utc(Mono(5)), Some(UtcMillis(1_000_000)));
        clock.requested(Mono(3_005));
        assert!(clock.replied(Mono(3_005), &reply(3_005, 9_000_000)));
        assert_eq!(clock.utc(Mono(3_005)), Some(UtcMillis(1_003_000)));
        assert_eq!(clock.next_request(), Some(Mono(3_005 + QUICK_PERIOD_MS)));
    }

    #[test]
    fn unasked_replies_are_refused() {
        let mut clock = Clock::default();
        let reply = TimeReply {
            boot: BootId::from_bytes([0; 8]),
            sent: 3,
            received: UtcMillis(1),
            replied: UtcMillis(1),
            unsure: false,
        };
        assert!(!clock.replied(Mono(4), &reply));
    }
}

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
const QUICK_PERIOD_MS: u64 = 2_000;
const SLOW_PERIOD_MS: u64 = 10 * 60_000;
/// While the time is not known: the controller may be away for just a moment.
const UNKNOWN_PERIOD_MS: u64 = 30_000;
/// Quick requests after a connection; then the slow period holds even over a bad link.
const QUICK_REQUESTS: u8 = 5;

/// UTC as an offset to the monotonic clock, with a bound of its error.
#[derive(Debug, Default)]
pub(super) struct Clock {
    sample: Option<Sample>,
    outstanding: Option<Mono>,
    next_request: Option<Mono>,
    quick_left: u8,
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
    /// UTC, if it is known well enough to act on.
    pub(super) fn utc(&self, now: Mono) -> Option<UtcMillis> {
        let sample = self.sample.as_ref()?;
        (sample.error_ms(now) <= TRUSTED_ERROR_MS).then(|| sample.utc(now))
    }

    /// Bound of the error of [`Self::utc`], ms.
    pub(super) fn error_ms(&self, now: Mono) -> Option<u32> {
        let sample = self.sample.as_ref()?;
        let error = sample.error_ms(now);
        (error <= TRUSTED_ERROR_MS).then_some(error as u32)
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

    /// Something does not fit our time: ask anew.
    pub(super) fn doubt(&mut self, now: Mono) {
        if self.quick_left == 0 {
            self.hurry(now);
        }
    }

    fn hurry(&mut self, now: Mono) {
        self.quick_left = QUICK_REQUESTS;
        self.next_request = Some(now);
    }

    pub(super) fn next_request(&self) -> Option<Mono> {
        self.next_request
    }

    /// Notes that a request leaves now.
    pub(super) fn requested(&mut self, now: Mono) {
        self.outstanding = Some(now);
        self.quick_left = self.quick_left.saturating_sub(1);
        let good = self.sample.is_some_and(|s| s.error_ms(now) <= GOOD_ERROR_MS);
        // One more quick sample after a good one costs little and may be better still.
        let quick = self.quick_left > 0 && !(good && self.quick_left < QUICK_REQUESTS - 2);
        if !quick {
            self.quick_left = 0;
        }
        let period = match (quick, self.utc(now)) {
            (true, _) => QUICK_PERIOD_MS,
            (false, Some(_)) => SLOW_PERIOD_MS,
            (false, None) => UNKNOWN_PERIOD_MS,
        };
        self.next_request = Some(now + period);
    }

    /// Takes a reply; `false` if nobody asked for it.
    pub(super) fn replied(&mut self, now: Mono, reply: &TimeReply) -> bool {
        if self.outstanding != Some(Mono(reply.sent)) {
            return false;
        }
        self.outstanding = None;
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
        true
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
        let reply = TimeReply { boot: BootId::from_bytes([0; 8]), sent, received, replied: received };
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
                let reply = TimeReply { boot: BootId::from_bytes([0; 8]), sent, received, replied };
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
    fn unasked_replies_are_refused() {
        let mut clock = Clock::default();
        let reply = TimeReply {
            boot: BootId::from_bytes([0; 8]),
            sent: 3,
            received: UtcMillis(1),
            replied: UtcMillis(1),
        };
        assert!(!clock.replied(Mono(4), &reply));
    }
}

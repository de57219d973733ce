//! What a delivery means to those who want to know whether the village heard it.

use serde::{Deserialize, Serialize};

use super::delivery::DeliveryState;

/// The meaning of a delivery's state. Counts, colours and exit codes follow from it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It ended, and no sound is proved: somebody should go and look, or announce again.
    NotPlayed,
    /// Something is still expected of the cluster.
    Pending,
    /// It ended, and the cluster has no way to say how.
    Unknown,
    /// The cluster says that it played, and nothing says that no sound came out.
    Played,
}

impl Verdict {
    /// The verdict on a state. Why it came to that state changes nothing: what was never heard counts as not
    /// played, whoever is to blame.
    #[must_use]
    pub fn of(state: DeliveryState) -> Self {
        use DeliveryState as S;
        match state {
            S::Queued | S::Sent | S::Received | S::Ready | S::Playing | S::Suspended => Self::Pending,
            S::Played => Self::Played,
            S::Unconfirmed => Self::Unknown,
            S::Silent | S::Missed | S::Failed | S::Preempted | S::Skipped | S::Cancelled => Self::NotPlayed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeliveryState as S;
    use Verdict as V;

    const TABLE: [(DeliveryState, Verdict); 14] = [
        (S::Queued, V::Pending),
        (S::Sent, V::Pending),
        (S::Received, V::Pending),
        (S::Ready, V::Pending),
        (S::Playing, V::Pending),
        (S::Suspended, V::Pending),
        (S::Played, V::Played),
        (S::Silent, V::NotPlayed),
        (S::Missed, V::NotPlayed),
        (S::Failed, V::NotPlayed),
        (S::Preempted, V::NotPlayed),
        (S::Skipped, V::NotPlayed),
        (S::Cancelled, V::NotPlayed),
        (S::Unconfirmed, V::Unknown),
    ];

    #[test]
    fn every_state_has_its_verdict() {
        for (state, verdict) in TABLE {
            assert_eq!(Verdict::of(state), verdict, "{state:?}");
        }
        // The table names each state once: they follow each other in the order of a delivery's life.
        assert!(TABLE.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn a_delivery_is_pending_until_its_state_is_final() {
        for (state, verdict) in TABLE {
            assert_eq!(verdict == V::Pending, !state.is_final(), "{state:?}");
        }
    }
}

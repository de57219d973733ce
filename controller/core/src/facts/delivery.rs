//! The state of one job on one cluster.
//!
//! A delivery moves by what its cluster says, and by deadlines where the cluster says nothing. What
//! a cluster says always wins over what was concluded from its silence, however late it comes.

use firmware_proto::UtcMillis;
use firmware_proto::message::{Ack, Evidence, Reason, Sound, Stage};
use serde::{Deserialize, Serialize};

use super::job::JobSpec;

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Made; not yet handed to the broker.
    Queued,
    /// Handed to the broker.
    Sent,
    /// The cluster holds the job.
    Received,
    /// The cluster holds the clips too.
    Ready,
    /// It plays.
    Playing,
    /// Another job has the amplifier; then this one goes on.
    Suspended,
    /// Played, and nothing says that no sound came out.
    Played,
    /// Reachable, and yet no sound is proved.
    Silent,
    /// Not played: the cluster could not be reached, or not in time.
    Missed,
    /// The cluster could not play it.
    Failed,
    /// A job of a higher class took its place.
    Preempted,
    /// Left out on purpose.
    Skipped,
    /// Ended by staff.
    Cancelled,
    /// The gateway transmitted; nobody can say more.
    Unconfirmed,
}

impl DeliveryState {
    /// Nothing more is waited for.
    #[must_use]
    pub fn is_final(self) -> bool {
        self >= Self::Played
    }

    fn is_before_playing(self) -> bool {
        self <= Self::Ready
    }

    /// Reached by the clock, not by the cluster's word.
    fn is_concluded(self) -> bool {
        matches!(self, Self::Silent | Self::Missed | Self::Cancelled)
    }
}

/// Why a delivery, or a fault, is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Why {
    /// No message from the cluster.
    Unreachable,
    /// Reachable, but it never said that it started.
    NoStart,
    /// Reachable, but it never said that it finished.
    NoFinish,
    /// It played, and its own measurement says that no sound came out.
    NoSound,
    /// The cluster's own reason.
    Cluster {
        /// That reason.
        reason: Reason,
    },
    /// Ended by staff while it played.
    Stopped,
    /// Ended by staff before it started.
    Cancelled,
    /// A higher class took its place.
    HigherClass,
    /// It came in by FM: no way back.
    NoWayBack,
    /// What became of it at the gateway.
    Gateway {
        /// The gateway's own delivery.
        state: DeliveryState,
    },
}

/// The state of one job on one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it is.
    pub state: DeliveryState,
    /// Since when.
    pub since: UtcMillis,
    /// Why, where the state does not say it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// When it started to play, as the cluster says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<UtcMillis>,
    /// When its end is overdue, while it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_by: Option<UtcMillis>,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// One bit per [`Stage`] that the cluster has said.
    #[serde(default)]
    pub said: u8,
}

impl Delivery {
    pub(crate) fn new(at: UtcMillis) -> Self {
        Self {
            state: DeliveryState::Queued,
            since: at,
            why: None,
            started_at: None,
            finish_by: None,
            evidence: None,
            said: 0,
        }
    }

    /// Has the cluster said this stage before?
    pub(crate) fn has_said(&self, stage: Stage) -> bool {
        self.said & bit(stage) != 0
    }

    /// Has the cluster said anything about it?
    pub(super) fn was_spoken_of(&self) -> bool {
        self.said != 0
    }

    pub(super) fn move_to(&mut self, state: DeliveryState, why: Option<Why>, at: UtcMillis) {
        if self.state != state || self.why != why {
            self.since = at;
        }
        self.state = state;
        self.why = why;
    }

    /// Takes the cluster's word about a job, which arrived at `at`. `stopped`: staff have ended it.
    pub(super) fn take_ack(&mut self, ack: &Ack, at: UtcMillis, spec: &JobSpec, stopped: bool) {
        use DeliveryState as S;
        self.said |= bit(ack.stage);
        if let Some(evidence) = ack.evidence {
            self.evidence = Some(evidence);
        }
        // Sound that was proved stays proved, whatever a cluster says after a restart.
        if self.state == S::Played {
            return;
        }
        match ack.stage {
            Stage::Received if self.state < S::Received => self.move_to(S::Received, None, at),
            Stage::Ready if self.state < S::Ready => self.move_to(S::Ready, None, at),
            Stage::Received | Stage::Ready => {}
            Stage::Started => {
                self.started_at = ack.at.or(Some(at));
                if self.state.is_before_playing() || (self.state.is_concluded() && !self.has_ended()) {
                    self.finish_by = Some(spec.finish_deadline(at));
                    self.move_to(S::Playing, None, at);
                }
            }
            Stage::Finished => {
                let (state, why) = finished(ack, spec.patience.judged_from_ms);
                self.move_to(state, why, at);
            }
            Stage::Preempted if self.has_ended_for_good() => {}
            Stage::Preempted if spec.goes_on() && !stopped => {
                self.finish_by = Some(spec.resume_deadline(at));
                self.move_to(S::Suspended, Some(Why::HigherClass), at);
            }
            Stage::Preempted => self.move_to(S::Preempted, Some(Why::HigherClass), at),
            Stage::Skipped if ack.reason == Some(Reason::AlreadyPlayed) => {
                self.move_to(S::Skipped, ack.reason.map(|reason| Why::Cluster { reason }), at);
            }
            // Left out, but by nobody's wish: it stood in no agenda any more.
            Stage::Skipped if !stopped => self.move_to(S::Missed, Some(Why::NoStart), at),
            Stage::Skipped => self.move_to(S::Cancelled, Some(Why::Cancelled), at),
            Stage::Failed => self.move_to(S::Failed, ack.reason.map(|reason| Why::Cluster { reason }), at),
            Stage::Expired => self.move_to(S::Missed, ack.reason.map(|reason| Why::Cluster { reason }), at),
        }
    }

    /// Has the cluster itself said how it ended?
    fn has_ended(&self) -> bool {
        self.has_ended_for_good() || self.has_said(Stage::Preempted)
    }

    /// Has it said the very last of it?
    pub(super) fn has_ended_for_good(&self) -> bool {
        let last = [Stage::Finished, Stage::Failed, Stage::Skipped, Stage::Expired];
        last.into_iter().any(|stage| self.has_said(stage))
    }
}

fn bit(stage: Stage) -> u8 {
    1 << stage as u8
}

fn finished(ack: &Ack, judged_from_ms: u64) -> (DeliveryState, Option<Why>) {
    let evidence = ack.evidence;
    let heard_out = |e: &Evidence| e.passes > 0 || e.played_ms >= judged_from_ms;
    if evidence.as_ref().is_some_and(|e| e.sound == Sound::Absent && heard_out(e)) {
        return (DeliveryState::Silent, Some(Why::NoSound));
    }
    let stopped = ack.reason == Some(Reason::Stopped);
    match (stopped, evidence.is_some_and(|e| e.passes > 0)) {
        (true, false) => (DeliveryState::Cancelled, Some(Why::Stopped)),
        (true, true) => (DeliveryState::Played, Some(Why::Stopped)),
        (false, _) => (DeliveryState::Played, None),
    }
}

#[cfg(test)]
mod tests;

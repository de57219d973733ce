//! Announcements and jobs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::delivery::{Delivery, DeliveryState, Verdict};
use crate::event::By;
use crate::schedule::Collision;

/// Asks for a job, or (with `cron`) for a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announce {
    /// 32 hexadecimal digits, drawn at random by the client: asking again with the same id makes nothing new.
    pub id: String,
    /// What the list of jobs calls it; of a programme, its title.
    pub title: String,
    /// How much it matters; a programme is no emergency.
    pub class: Class,
    /// Clips, in playing order: ids, unambiguous beginnings of ids, or titles.
    pub clips: Vec<String>,
    /// `all`, `smart`, `wireless`, cluster ids, `village:NAME`, `uplink:NAME`.
    pub targets: Vec<String>,
    /// When, as staff write it, in the site's time zone: `17:00`, `2026-11-24 17:00`, `+10m`; absent: at once.
    #[serde(default)]
    pub at: Option<String>,
    /// A cron expression; makes a programme of it. Not with `at`.
    #[serde(default)]
    pub cron: Option<String>,
    /// The programme's id; absent: made from the title.
    #[serde(default)]
    pub name: Option<String>,
    /// Volume in per cent; absent: the site's for the class.
    #[serde(default)]
    pub volume: Option<u8>,
    /// How late a cluster may still start; absent: 10 minutes when at once, 5 minutes when at a time.
    #[serde(default)]
    pub start_within_ms: Option<u64>,
    /// Repeat for this long; absent: play once.
    #[serde(default)]
    pub repeat_for_ms: Option<u64>,
    /// Why it may break the site's guard rails; it is journaled.
    #[serde(default)]
    pub override_reason: Option<String>,
}

/// What came of an [`Announce`]: it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "made")]
pub enum Announced {
    /// One job.
    Job {
        /// The job's id, 32 hexadecimal digits.
        id: String,
        /// When it starts; absent: now.
        play_at: Option<u64>,
        /// How many clusters it is for.
        clusters: usize,
        /// What it meets there, if it is for later.
        collisions: Vec<Collision>,
    },
    /// A programme.
    Programme {
        /// The programme's id.
        id: String,
        /// When it plays first.
        next_at: u64,
    },
}

/// What came of a stop or a cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Jobs that were ended.
    pub jobs: Vec<String>,
}

/// Where a job comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Origin {
    /// Made by hand.
    Announcement,
    /// An occurrence of a programme.
    Programme {
        /// The programme's id.
        programme: String,
    },
}

/// Repetition of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// No pass starts after this moment.
    pub until: u64,
    /// Silence between two passes.
    pub gap_ms: u32,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// How much it matters.
    pub class: Class,
    /// Made by hand, or by a programme.
    pub origin: Origin,
    /// When it was made.
    pub created_at: u64,
    /// Who made it.
    pub made_by: By,
    /// When it starts; absent: at once.
    pub play_at: Option<u64>,
    /// The latest start.
    pub start_by: u64,
    /// Length of one pass.
    pub duration_ms: u64,
    /// Whether it is played again and again; absent: one pass.
    pub repeat: Option<Repeat>,
    /// Volume in per cent.
    pub volume: u8,
    /// When it was ended.
    pub stopped_at: Option<u64>,
    /// Who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<By>,
    /// Is something still expected of a cluster?
    pub open: bool,
    /// How many clusters are in which state, gateways not counted.
    pub counts: BTreeMap<DeliveryState, usize>,
    /// The same, by what the states mean.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// One per cluster and gateway; empty in a list of jobs.
    #[serde(default)]
    pub deliveries: Vec<Delivery>,
}

impl Job {
    /// On how many clusters it came to this, gateways not counted.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }
}

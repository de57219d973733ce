//! What is going to happen in a world: who stands there, what staff ask, what goes wrong.

use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command};
use firmware_proto::message::{Class, ClipRef, Sound};
use firmware_proto::{ClusterId, JobId, Mono, UtcMillis};

use crate::clock::T0;
use crate::network::{LinePlan, Node, Noise};
use crate::rng::Rng;
use crate::site::Clip;

/// One cluster, and the device in it.
#[derive(Debug, Clone)]
pub struct ClusterPlan {
    /// As staff describe it.
    pub cluster: Cluster,
    /// What its sink measures.
    pub sound: Sound,
    /// How wrong its quartz is.
    pub drift_ppm: i64,
    /// Room for clips.
    pub storage_bytes: u64,
    /// Its line to the broker.
    pub line: LinePlan,
    /// When it first gets power.
    pub power_at: Mono,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Act {
    /// Staff ask for something, and ask again until there is an answer.
    Staff(Command),
    /// Staff stop what the controller shows of a programme around now.
    StopEdition {
        /// The programme's id.
        programme: String,
        /// Where it was changed meanwhile: the form that is shown first, which was replaced, or the present one.
        replaced: bool,
    },
    /// A device loses power instead of its so-manieth output from now (or 5 s from now) for a while.
    PowerCut {
        /// Index of the cluster.
        cluster: usize,
        /// Outputs that are still carried out.
        after: u64,
        /// How long it stays off, ms.
        off_ms: u64,
    },
    /// The same, counted from the device's next pass, if one begins within two minutes.
    PowerCutAtPlay {
        /// Index of the cluster.
        cluster: usize,
        /// Outputs that are still carried out.
        after: u64,
        /// How long it stays off, ms.
        off_ms: u64,
    },
    /// Somebody at the broker sends again what went by.
    Replays {
        /// How long it lasts, ms.
        for_ms: u64,
    },
    /// Lines are cut.
    LineCut {
        /// The nodes whose lines are cut.
        nodes: Vec<Node>,
        /// Nobody notices before a keepalive.
        silent: bool,
        /// How long it lasts, ms.
        for_ms: u64,
    },
    /// Every hop loses, doubles and delays messages.
    Noise {
        /// What the network does to messages.
        noise: Noise,
        /// How long it lasts, ms.
        for_ms: u64,
    },
    /// The broker dies and comes back empty.
    BrokerWipe {
        /// For how long it is away.
        down_ms: u64,
    },
    /// The controller is killed instead of its so-manieth output from now.
    ControllerKill {
        /// Outputs that are still carried out.
        after: u64,
        /// For how long it is away.
        down_ms: u64,
    },
    /// The controller is stopped in order, as at the end of an office day.
    ControllerStop {
        /// For how long it is away.
        down_ms: u64,
    },
    /// The controller's disk is full.
    DiskFull {
        /// How long it lasts, ms.
        for_ms: u64,
    },
    /// The controller's disk is slow.
    DiskSlow {
        /// How long it lasts, ms.
        for_ms: u64,
    },
    /// Somebody sets the controller's clock.
    ClockStep {
        /// By how much the clock jumps, ms; back where it is negative.
        by_ms: i64,
    },
    /// The clips on a card lose bits.
    ClipsRot {
        /// Index of the cluster.
        cluster: usize,
    },
    /// A sink fails whatever it is to play.
    SinkBreak {
        /// Index of the cluster.
        cluster: usize,
        /// How long it lasts, ms.
        for_ms: u64,
    },
}

/// All of a world before it begins.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// All chance that is left follows from it.
    pub seed: u64,
    /// How to run it again.
    pub replay: String,
    /// Who stands there.
    pub clusters: Vec<ClusterPlan>,
    /// What can be played.
    pub clips: Vec<Clip>,
    /// What happens.
    pub acts: Vec<(Mono, Act)>,
    /// When everything must be right.
    pub end: Mono,
}

impl Scenario {
    /// A commune with so many smart clusters where nothing goes wrong, for half an hour.
    #[must_use]
    pub fn quiet(name: &str, smart: usize) -> Self {
        let mut rng = Rng::new(1, 99);
        let clips = (0..2u32).map(|i| Clip::new(&mut rng, 20_000 + 1_000 * i, 20_000)).collect();
        Self {
            seed: 1,
            replay: format!("cargo nextest run -p simulation {name}"),
            clusters: (0..smart).map(|i| ClusterPlan::new(smart_cluster(i))).collect(),
            clips,
            acts: Vec::new(),
            end: Mono(30 * 60_000),
        }
    }

    /// Adds a gateway and wireless clusters behind it.
    pub fn add_gateway(&mut self, wireless: usize) {
        let gateway = ClusterId::new("gateway").expect("a name");
        let mut described = describe(gateway.as_str(), ClusterKind::Gateway);
        self.clusters.push(ClusterPlan::new(described.clone()));
        for i in 0..wireless {
            described = describe(&format!("fm-{i}"), ClusterKind::Wireless);
            described.gateway = Some(gateway.clone());
            described.zone = Some(100 + i as u16);
            self.clusters.push(ClusterPlan::new(described));
        }
    }

    /// Something that happens at this second.
    pub fn at(&mut self, second: u64, act: Act) {
        self.acts.push((Mono(second * 1_000), act));
    }

    /// An announcement of the first clip to all, to start within ten minutes of being made.
    #[must_use]
    pub fn announcement(&self, number: u8) -> Announcement {
        Announcement {
            id: JobId::from_bytes([number; 16]),
            title: format!("announcement {number}"),
            class: Class::Routine,
            clips: self.clips.first().map(|clip| clip.clip).into_iter().collect(),
            targets: vec!["all".into()],
            play_at: None,
            start_within_ms: Some(600_000),
            repeat_for_ms: None,
            repeat_gap_ms: Some(0),
            volume: None,
            override_reason: Some("a test".into()),
        }
    }

    /// One of the clips.
    #[must_use]
    pub fn clip(&self, index: usize) -> ClipRef {
        self.clips[index].clip
    }
}

impl ClusterPlan {
    /// A cluster with nothing wrong.
    #[must_use]
    pub fn new(cluster: Cluster) -> Self {
        Self {
            cluster,
            sound: Sound::Heard,
            drift_ppm: 0,
            storage_bytes: 1 << 20,
            line: LinePlan { delay_ms: 40, jitter_ms: 30, bytes_per_s: 60_000 },
            power_at: Mono(0),
        }
    }

    /// Is it a device of its own?
    #[must_use]
    pub fn is_device(&self) -> bool {
        self.cluster.kind != ClusterKind::Wireless
    }
}

/// What the controller's clock shows at this second, if nobody sets it.
#[must_use]
pub fn utc_at(second: u64) -> UtcMillis {
    T0 + second * 1_000
}

pub(crate) fn smart_cluster(index: usize) -> Cluster {
    describe(&format!("thon-{index}"), ClusterKind::Smart)
}

fn describe(id: &str, kind: ClusterKind) -> Cluster {
    Cluster {
        id: ClusterId::new(id).expect("a name"),
        kind,
        name: id.to_uppercase(),
        village: String::new(),
        uplink: String::new(),
        gateway: None,
        zone: None,
        languages: Vec::new(),
        key_generation: 0,
    }
}

//! The world: time, and whatever happens next.

use std::collections::BTreeMap;

use controller_core::cluster::Cluster as Described;
use controller_core::command::Command;
use controller_core::delivery::{Delivery, DeliveryState};
use controller_core::{Core, State};
use firmware_proto::{ClipId, ClusterId, JobId, Mono};

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::invariants;
use crate::marks::Marks;
use crate::model::Model;
use crate::network::{Network, Node};
use crate::queue::{Event, Queue};
use crate::rng::Rng;
use crate::scenario::{Act, ClusterPlan, Scenario};
use crate::site::Clip;

/// How often the invariants that concern mere time are looked at.
const LOOK_MS: u64 = 5_000;

/// A controller, a broker, devices, and what happens to them.
pub struct World {
    pub(crate) now: Mono,
    step: u64,
    replay: String,
    tracing: bool,
    end: Mono,
    acts: Vec<(Mono, Act)>,
    pub(crate) rng: Rng,
    pub(crate) queue: Queue,
    pub(crate) network: Network,
    pub(crate) controller: Controller,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) plans: Vec<ClusterPlan>,
    pub(crate) clips: BTreeMap<ClipId, Clip>,
    pub(crate) model: Model,
    pub(crate) watch: invariants::Watch,
    pub(crate) judged: Vec<invariants::liveness::Judgement>,
    /// What this run has reached.
    pub marks: Marks,
    indices: BTreeMap<ClusterId, usize>,
}

impl World {
    /// A world at its first moment: the site is known to staff, and nothing has power yet.
    #[must_use]
    pub fn new(scenario: Scenario, tracing: bool) -> Self {
        let Scenario { seed, replay, clusters: plans, clips, acts, end } = scenario;
        let ids = plans.iter().map(|plan| plan.cluster.id.clone());
        let mut world = Self {
            now: Mono(0),
            step: 0,
            replay,
            tracing,
            end,
            rng: Rng::new(seed, 0),
            queue: Queue::default(),
            network: Network::new(plans.iter().map(|plan| plan.line)),
            controller: Controller::new(plans.len(), clips.iter()),
            clusters: ids.clone().map(Cluster::new).collect(),
            clips: clips.into_iter().map(|clip| (clip.clip.id, clip)).collect(),
            model: Model::new(),
            watch: invariants::Watch::default(),
            judged: Vec::new(),
            marks: Marks::default(),
            indices: ids.zip(0..).collect(),
            acts,
            plans,
        };
        world.schedule_all();
        world
    }

    fn schedule_all(&mut self) {
        let all: Vec<Described> = self.plans.iter().map(|plan| plan.cluster.clone()).collect();
        self.queue.push(Mono(0), Event::ControllerUp { life: 0 });
        self.new_ask(Command::AddClusters(all));
        for (index, plan) in self.plans.iter().enumerate().filter(|(_, plan)| plan.is_device()) {
            self.queue.push(plan.power_at, Event::PowerUp { cluster: index });
        }
        for (index, (at, _)) in self.acts.iter().enumerate() {
            self.queue.push(*at, Event::Act(index));
        }
        self.queue.push(Mono(LOOK_MS), Event::LookAround);
    }

    /// Runs to the quiet end, and checks that the world is right then.
    pub fn run(&mut self) {
        self.run_until(self.end);
        invariants::editions::what_has_begun_is_heard_whole(self);
        invariants::truth::what_is_shown_is_what_sounded(self);
        invariants::health::all_is_well_at_the_quiet_end(self);
    }

    /// Runs up to a second of the world.
    pub fn run_until_second(&mut self, second: u64) {
        self.run_until(Mono(second * 1_000));
    }

    fn run_until(&mut self, end: Mono) {
        while let Some((at, event)) = self.queue.pop(end) {
            self.now = self.now.max(at);
            self.step += 1;
            self.happens(event);
        }
        self.now = end;
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Act(index) => self.act(self.acts[index].1.clone()),
            Event::Ask(ask) => self.ask(ask),
            Event::AtBroker { from, connection, life, message } => {
                self.at_broker(from, connection, life, message);
            }
            Event::Arrives { to, connection, message } => self.arrives(to, connection, &message),
            Event::Connect(node) => self.try_connect(node),
            Event::Mend(node) => self.mend_line(node),
            Event::Notice { node, connection } => self.notice(node, connection),
            Event::BrokerUp => self.broker_up(),
            Event::NoiseEnds => self.set_noise(crate::network::Noise::default()),
            Event::CoreTimer { life } => self.core_timer(life),
            Event::ControllerUp { life } => self.controller_up(life),
            Event::Kill { life } => self.kill_controller_at_last(life),
            Event::Committed { life } => self.committed(life),
            Event::DiskFree => self.controller.disk.full = false,
            Event::DiskQuick => self.disk_quick(),
            Event::Timeout { cluster, life } => self.speaker_timeout(cluster, life),
            Event::PowerCut { cluster, life } => self.cut_power_at_last(cluster, life),
            Event::PowerUp { cluster } => self.power_up(cluster),
            Event::Sink { cluster, life, token, event } => self.sink(cluster, life, token, event),
            Event::ClipHash { cluster, life, clip, hash } => self.clip_hash(cluster, life, clip, hash),
            Event::SinkMended { cluster } => self.mend_sink(cluster),
            Event::Judge(index) => invariants::liveness::judge(self, index),
            Event::LookAround => self.look_around(),
        }
    }

    fn act(&mut self, act: Act) {
        self.trace(|| format!("act: {act:?}"));
        match act {
            Act::Staff(command) => self.new_ask(command),
            Act::StopEdition { programme, replaced } => self.stop_edition(&programme, replaced),
            Act::PowerCut { cluster, after, off_ms } => self.cut_power_after(cluster, after, off_ms),
            Act::PowerCutAtPlay { cluster, after, off_ms } => self.cut_power_at_play(cluster, after, off_ms),
            Act::Replays { for_ms } => self.replay_until(self.now + for_ms),
            Act::LineCut { nodes, silent, for_ms } => {
                for node in nodes {
                    self.cut_line(node, silent);
                    self.queue.push(self.now + for_ms, Event::Mend(node));
                }
            }
            Act::Noise { noise, for_ms } => {
                self.set_noise(noise);
                self.queue.push(self.now + for_ms, Event::NoiseEnds);
            }
            Act::BrokerWipe { down_ms } => self.wipe_broker(down_ms),
            Act::ControllerKill { after, down_ms } => self.kill_controller_after(after, down_ms),
            Act::ControllerStop { down_ms } => self.stop_controller(down_ms),
            Act::DiskFull { for_ms } => {
                self.controller.disk.full = true;
                self.queue.push(self.now + for_ms, Event::DiskFree);
            }
            Act::DiskSlow { for_ms } => {
                self.controller.disk.slow = true;
                self.queue.push(self.now + for_ms, Event::DiskQuick);
            }
            Act::ClockStep { by_ms } => self.step_utc(by_ms),
            Act::SinkBreak { cluster, for_ms } => self.break_sink(cluster, for_ms),
            Act::ClipsRot { cluster } => self.rot_clips(cluster),
        }
    }

    fn disk_quick(&mut self) {
        self.controller.disk.slow = false;
        self.controller.up_since = self.now;
    }

    fn look_around(&mut self) {
        invariants::deadlines::every_delivery_ends_by_its_deadline(self);
        invariants::editions::what_sounds_is_heard_in_its_present_zones(self);
        invariants::health::the_dead_are_flagged_and_the_healthy_are_not(self);
        self.queue.push(self.now + LOOK_MS, Event::LookAround);
    }

    /// Ends the run: `invariant` does not hold.
    pub(crate) fn violated(&self, invariant: &str, what: &str) -> ! {
        let Self { step, now, replay, .. } = self;
        panic!("violated: {invariant}\n  {what}\n  at step {step}, {} ms\n  replay: {replay}", now.0)
    }

    pub(crate) fn trace(&self, line: impl FnOnce() -> String) {
        if self.tracing {
            eprintln!("{:>9} {}", self.now.0, line());
        }
    }

    pub(crate) fn index_of(&self, cluster: &ClusterId) -> usize {
        self.indices[cluster]
    }

    pub(crate) fn life(&self, node: Node) -> u32 {
        match node {
            Node::Controller => self.controller.life,
            Node::Cluster(cluster) => self.clusters[cluster].life,
        }
    }

    pub(crate) fn is_alive(&self, node: Node) -> bool {
        match node {
            Node::Controller => self.controller.core.is_some(),
            Node::Cluster(cluster) => self.clusters[cluster].speaker.is_some(),
        }
    }

    /// Since when nothing stands between the controller and this device; `None` if something does.
    pub(crate) fn clean_since(&self, cluster: usize) -> Option<Mono> {
        let line = self.network.line(Node::Cluster(cluster));
        let ours = self.network.line(Node::Controller);
        let alive = self.is_alive(Node::Controller) && self.is_alive(Node::Cluster(cluster));
        let disk = &self.controller.disk;
        if !alive || !line.is_clean() || !ours.is_clean() || disk.full || disk.slow {
            return None;
        }
        let since = [line.clean_since, ours.clean_since, self.clusters[cluster].up_since];
        since.into_iter().chain([self.controller.up_since]).chain(self.controller.stepped_at).max()
    }

    /// What the controller knows, if it runs.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.controller.core.as_ref().map(Core::state)
    }

    /// What the controller shows for a job on a cluster.
    #[must_use]
    pub fn delivery(&self, job: JobId, cluster: usize) -> Option<&Delivery> {
        self.state()?.jobs.get(&job)?.deliveries.get(&self.clusters[cluster].id)
    }

    /// The state of that delivery.
    #[must_use]
    pub fn shown(&self, job: JobId, cluster: usize) -> Option<DeliveryState> {
        self.delivery(job, cluster).map(|delivery| delivery.state)
    }

    /// The seconds at which sound of a job came out of a cluster.
    #[must_use]
    pub fn sounded(&self, job: JobId, cluster: usize) -> Vec<f64> {
        let started = self.model.passes_of(cluster, job).filter_map(|pass| pass.started);
        started.map(|at| at.0 as f64 / 1_000.0).collect()
    }

    /// The zones that a gateway switched on last for a job.
    #[must_use]
    pub fn zones(&self, job: JobId, cluster: usize) -> Vec<u16> {
        self.model.passes_of(cluster, job).last().map(|pass| pass.zones.clone()).unwrap_or_default()
    }
}

//! The network: a line from every node to the broker, and a broker that forgets everything.
//!
//! A message travels over two lines. Each line has a delay, a bandwidth and an order, as TCP has; what
//! is on it when its connection breaks is lost, and a client may send again what it has no receipt
//! for. *Noise* is what else a broker and its hosts do: it drops, doubles and overtakes.

use std::collections::VecDeque;

use firmware_proto::Mono;
use firmware_proto::topics::{Qos, Topic};

use crate::message::Message;
use crate::queue::Event;
use crate::world::World;

/// Messages that can be sent again.
const TAPE_MAX: usize = 300;

/// A party that is connected to the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// The controller.
    Controller,
    /// The device with this number.
    Cluster(usize),
}

/// How good a line is.
#[derive(Debug, Clone, Copy)]
pub struct LinePlan {
    /// One way, at least.
    pub delay_ms: u64,
    /// At most so much more.
    pub jitter_ms: u64,
    /// Bytes per second, in each direction.
    pub bytes_per_s: u64,
}

impl LinePlan {
    /// A line in the same building.
    pub const GOOD: Self = Self { delay_ms: 5, jitter_ms: 5, bytes_per_s: 1_000_000 };
}

/// What goes wrong on every hop, per cent of messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Noise {
    /// Messages that are lost, per cent.
    pub drop: u64,
    /// Messages that come twice, per cent.
    pub duplicate: u64,
    /// Messages that come up to two seconds late, and are overtaken by others, per cent.
    pub overtake: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    busy_until: Mono,
    last_arrival: Mono,
}

/// One node's line.
#[derive(Debug)]
pub(crate) struct Line {
    plan: LinePlan,
    /// The cable is not cut.
    whole: bool,
    /// Nothing gets through, and nobody has noticed.
    silent: bool,
    pub(crate) connected: bool,
    connection: u32,
    connecting: bool,
    up: Lane,
    down: Lane,
    unacked: Vec<Message>,
    /// Nothing went wrong on it since.
    pub(crate) clean_since: Mono,
}

/// All lines, and the broker.
#[derive(Debug)]
pub(crate) struct Network {
    controller: Line,
    clusters: Vec<Line>,
    broker_up: bool,
    noise: Noise,
    /// What was received of late, and by whom.
    tape: VecDeque<(Node, Message)>,
    replays_until: Mono,
}

impl Line {
    fn new(plan: LinePlan) -> Self {
        Self {
            plan,
            whole: true,
            silent: false,
            connected: false,
            connection: 0,
            connecting: false,
            up: Lane::default(),
            down: Lane::default(),
            unacked: Vec::new(),
            clean_since: Mono(0),
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.connected && self.whole && !self.silent
    }
}

impl Network {
    pub(crate) fn new(clusters: impl Iterator<Item = LinePlan>) -> Self {
        Self {
            controller: Line::new(LinePlan::GOOD),
            clusters: clusters.map(Line::new).collect(),
            broker_up: true,
            noise: Noise::default(),
            tape: VecDeque::new(),
            replays_until: Mono(0),
        }
    }

    pub(crate) fn line(&self, node: Node) -> &Line {
        match node {
            Node::Controller => &self.controller,
            Node::Cluster(cluster) => &self.clusters[cluster],
        }
    }

    fn line_mut(&mut self, node: Node) -> &mut Line {
        match node {
            Node::Controller => &mut self.controller,
            Node::Cluster(cluster) => &mut self.clusters[cluster],
        }
    }
}

impl World {
    /// A node publishes. Without a connection the message is lost.
    pub(crate) fn publish(&mut self, from: Node, message: Message) {
        if self.network.line(from).connected {
            self.hop(from, true, message);
        } else {
            self.disturb(&message);
        }
    }

    /// Over one line: `up` to the broker, or down from it.
    fn hop(&mut self, node: Node, up: bool, message: Message) {
        let noise = self.network.noise;
        if self.rng.percent(noise.drop) {
            return self.disturb(&message);
        }
        let copies = if self.rng.percent(noise.duplicate) { 2 } else { 1 };
        for _ in 0..copies {
            let late = self.rng.percent(noise.overtake).then(|| self.rng.between(50, 2_000));
            if late.is_some() {
                self.disturb(&message);
            }
            let at = self.arrival(node, up, message.size_bytes(), late);
            let connection = self.network.line(node).connection;
            let message = message.clone();
            let event = if up {
                Event::AtBroker { from: node, connection, life: self.life(node), message }
            } else {
                Event::Arrives { to: node, connection, message }
            };
            self.queue.push(at, event);
        }
    }

    fn arrival(&mut self, node: Node, up: bool, size_bytes: u64, late: Option<u64>) -> Mono {
        let now = self.now;
        let LinePlan { delay_ms, jitter_ms, bytes_per_s } = self.network.line(node).plan;
        let jitter = self.rng.between(0, jitter_ms);
        let line = self.network.line_mut(node);
        let lane = if up { &mut line.up } else { &mut line.down };
        lane.busy_until = lane.busy_until.max(now) + size_bytes * 1_000 / bytes_per_s;
        let at = lane.busy_until + delay_ms + jitter;
        match late {
            Some(late_ms) => at + late_ms,
            None => {
                lane.last_arrival = lane.last_arrival.max(at);
                lane.last_arrival
            }
        }
    }

    pub(crate) fn at_broker(&mut self, from: Node, connection: u32, life: u32, message: Message) {
        let line = self.network.line(from);
        if line.connection != connection || !line.connected {
            self.disturb(&message);
            let sent_again =
                message.qos == Qos::AtLeastOnce && life == self.life(from) && self.rng.percent(40);
            if sent_again && self.network.line(from).connected {
                self.hop(from, true, message);
            } else if sent_again {
                self.network.line_mut(from).unacked.push(message);
            }
            return;
        }
        if line.silent || !self.network.broker_up {
            return self.disturb(&message);
        }
        match &message.topic {
            Topic::All => (0..self.clusters.len()).for_each(|c| self.forward(Node::Cluster(c), &message)),
            Topic::Down(cluster, _) => {
                let cluster = self.index_of(cluster);
                self.forward(Node::Cluster(cluster), &message);
            }
            Topic::Up(..) => self.forward(Node::Controller, &message),
        }
    }

    fn forward(&mut self, to: Node, message: &Message) {
        if self.network.line(to).connected {
            self.hop(to, false, message.clone());
        } else if to == Node::Controller {
            self.disturb(message);
        }
    }

    pub(crate) fn arrives(&mut self, to: Node, connection: u32, message: &Message) {
        let line = self.network.line(to);
        if !line.connected || line.connection != connection || line.silent {
            return self.disturb(message);
        }
        if self.is_taken_in(to, message) && !message.replayed {
            self.tape(to, message);
        }
        match to {
            Node::Controller => self.controller_hears(message),
            Node::Cluster(cluster) => self.cluster_hears(cluster, message),
        }
        if self.now < self.network.replays_until && !message.replayed {
            self.replay_something();
        }
    }

    pub(crate) fn replay_until(&mut self, until: Mono) {
        self.network.replays_until = until;
    }

    /// A controller takes nothing from a cluster that was removed.
    fn is_taken_in(&self, to: Node, message: &Message) -> bool {
        match (&message.topic, to) {
            (Topic::Up(cluster, _), Node::Controller) => {
                self.state().is_some_and(|state| state.devices.contains_key(cluster))
            }
            _ => self.is_alive(to),
        }
    }

    fn tape(&mut self, to: Node, message: &Message) {
        let tape = &mut self.network.tape;
        if tape.len() == TAPE_MAX {
            tape.pop_front();
        }
        tape.push_back((to, Message { replayed: true, ..message.clone() }));
    }

    /// A hacked broker can send again what it has seen, to whom it likes.
    fn replay_something(&mut self) {
        let index = self.rng.below(self.network.tape.len() as u64) as usize;
        // Nothing is on it before somebody has taken something in.
        let Some((to, message)) = self.network.tape.get(index).cloned() else { return };
        if self.network.line(to).connected {
            self.disturb(&message);
            self.hop(to, false, message);
        }
    }

    /// Something happened to a message: those it concerns have no clean line.
    fn disturb(&mut self, message: &Message) {
        let now = self.now;
        match &message.topic {
            Topic::All => self.network.clusters.iter_mut().for_each(|line| line.clean_since = now),
            Topic::Down(cluster, _) | Topic::Up(cluster, _) => {
                let cluster = self.index_of(cluster);
                self.network.clusters[cluster].clean_since = now;
            }
        }
    }

    pub(crate) fn disturb_line(&mut self, cluster: usize) {
        self.network.clusters[cluster].clean_since = self.now;
    }

    /// From now on everything goes wrong a little.
    pub(crate) fn set_noise(&mut self, noise: Noise) {
        self.network.noise = noise;
    }

    /// Cuts a line; a `silent` cut is found out only by a keepalive.
    pub(crate) fn cut_line(&mut self, node: Node, silent: bool) {
        let line = self.network.line_mut(node);
        if silent {
            line.silent = true;
            let connection = line.connection;
            let at = self.now + self.rng.between(20_000, 60_000);
            self.queue.push(at, Event::Notice { node, connection });
        } else {
            line.whole = false;
            self.disconnect(node);
        }
    }

    pub(crate) fn mend_line(&mut self, node: Node) {
        let now = self.now;
        let line = self.network.line_mut(node);
        (line.whole, line.silent, line.clean_since) = (true, false, now);
        self.want_connection(node);
    }

    pub(crate) fn notice(&mut self, node: Node, connection: u32) {
        let line = self.network.line(node);
        if line.connected && line.connection == connection && line.silent {
            self.disconnect(node);
        }
    }

    /// The node sees that its connection is gone.
    fn disconnect(&mut self, node: Node) {
        if !self.drop_connection(node) {
            return;
        }
        match node {
            Node::Controller => self.controller_disconnected(),
            Node::Cluster(cluster) => self.cluster_disconnected(cluster),
        }
        self.want_connection(node);
    }

    /// Without telling the node; `false` if there was none.
    pub(crate) fn drop_connection(&mut self, node: Node) -> bool {
        let line = self.network.line_mut(node);
        line.connection += 1;
        std::mem::replace(&mut line.connected, false)
    }

    /// The node's process is gone.
    pub(crate) fn forget_client(&mut self, node: Node) {
        self.drop_connection(node);
        self.network.line_mut(node).unacked.clear();
    }

    pub(crate) fn want_connection(&mut self, node: Node) {
        let line = self.network.line_mut(node);
        if !line.connected && !line.connecting {
            line.connecting = true;
            let at = self.now + self.rng.between(300, 5_000);
            self.queue.push(at, Event::Connect(node));
        }
    }

    pub(crate) fn try_connect(&mut self, node: Node) {
        let alive = self.is_alive(node);
        let now = self.now;
        let possible = self.network.broker_up;
        let line = self.network.line_mut(node);
        line.connecting = false;
        if line.connected || !alive {
            return;
        }
        if !possible || !line.whole || line.silent {
            return self.want_connection(node);
        }
        line.connected = true;
        line.connection += 1;
        line.clean_since = now;
        line.up = Lane { busy_until: now, last_arrival: now };
        line.down = line.up;
        let unacked = std::mem::take(&mut line.unacked);
        unacked.into_iter().for_each(|message| self.hop(node, true, message));
        match node {
            Node::Controller => self.controller_connected(),
            Node::Cluster(cluster) => self.cluster_connected(cluster),
        }
    }

    /// All connections drop, all that is on its way is lost, and the broker remembers nothing.
    pub(crate) fn wipe_broker(&mut self, down_ms: u64) {
        self.network.broker_up = false;
        self.nodes().into_iter().for_each(|node| self.disconnect(node));
        let at = self.now + down_ms;
        self.queue.push(at, Event::BrokerUp);
    }

    pub(crate) fn broker_up(&mut self) {
        self.network.broker_up = true;
    }

    pub(crate) fn nodes(&self) -> Vec<Node> {
        let clusters = (0..self.clusters.len()).map(Node::Cluster);
        std::iter::once(Node::Controller).chain(clusters).collect()
    }
}

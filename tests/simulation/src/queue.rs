//! What is going to happen, in order of time, and of decision within one millisecond.

use std::collections::BTreeMap;

use firmware_proto::message::Evidence;
use firmware_proto::speaker::PlaybackEvent;
use firmware_proto::{ClipId, Hash, Mono};

use crate::message::Message;
use crate::network::Node;

/// Something that happens at its time.
#[derive(Debug)]
pub(crate) enum Event {
    /// The scenario's act with this number.
    Act(usize),
    /// Staff ask (again) what they have no answer to.
    Ask(usize),
    /// A message reaches the broker.
    AtBroker { from: Node, connection: u32, life: u32, message: Message },
    /// A message reaches its receiver.
    Arrives { to: Node, connection: u32, message: Message },
    /// A node tries to connect.
    Connect(Node),
    /// A cable is whole again.
    Mend(Node),
    /// A silent line is found out.
    Notice { node: Node, connection: u32 },
    /// The broker runs again.
    BrokerUp,
    /// The network is good again.
    NoiseEnds,
    /// The core's next wakeup.
    CoreTimer { life: u32 },
    /// The controller's process starts.
    ControllerUp { life: u32 },
    /// A kill that was to come between two outputs comes now at the latest.
    Kill { life: u32 },
    /// A group of records is on disk, or the disk is full.
    Committed { life: u32 },
    /// There is room on the disk again.
    DiskFree,
    /// The disk is quick again.
    DiskQuick,
    /// A speaker's next timeout.
    Timeout { cluster: usize, life: u32 },
    /// A power cut that was to come between two outputs comes now at the latest.
    PowerCut { cluster: usize, life: u32 },
    /// A cluster has power again.
    PowerUp { cluster: usize },
    /// The sink tells.
    Sink { cluster: usize, life: u32, token: u32, event: SinkEvent },
    /// A clip has been read back.
    ClipHash { cluster: usize, life: u32, clip: ClipId, hash: Option<Hash> },
    /// A sink works again.
    SinkMended { cluster: usize },
    /// Is everybody heard who could be?
    Judge(usize),
    /// Things that must hold while nothing happens.
    LookAround,
}

/// What a sink is going to tell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SinkEvent {
    /// The first samples were taken.
    Started,
    /// Played to the end, with what was measured; void if it was stopped meanwhile.
    Completed(Evidence),
    /// Any other event of the pass.
    Other(PlaybackEvent),
}

/// All that is going to happen.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    events: BTreeMap<(Mono, u64), Event>,
    count: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: Mono, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    pub(crate) fn pop(&mut self, until: Mono) -> Option<(Mono, Event)> {
        let entry = self.events.first_entry()?;
        let (at, _) = *entry.key();
        (at <= until).then(|| (at, entry.remove()))
    }
}

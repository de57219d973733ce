//! Who is there now: what is known of a device only as long as this controller runs.

use std::collections::VecDeque;

use firmware_proto::message::{AckId, Beat, Hello};
use firmware_proto::sequence::SequenceWindow;
use firmware_proto::trust::DeviceKey;
use firmware_proto::{BootId, ClusterId, Mono, UtcMillis};

use crate::brain::Core;
use crate::identity::Identity;
use crate::limits::BOOTS_REMEMBERED;
use crate::now::Now;

/// Does a device hear us, as far as can be known? This is the only rule of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It was heard within the timeout.
    Heard,
    /// It has not been heard yet, and not long enough to worry.
    Awaited,
    /// It has not been heard for the whole timeout.
    Lost {
        /// When it was last heard, or when waiting for it began.
        since: UtcMillis,
    },
    /// The broker is away: its silence says nothing.
    Unknown,
}

impl Core {
    /// Does a device hear us? `None`: there is no such device.
    pub(crate) fn reach(&self, now: Now, device: &ClusterId) -> Option<Reach> {
        self.state.devices.get(device)?;
        let presence = self.presences.get(device)?;
        let lost = now.mono.since(presence.silent_since()) >= self.unreachable_after_ms();
        Some(match presence.last_heard() {
            _ if !self.speaks => Reach::Unknown,
            heard if lost => Reach::Lost { since: heard.unwrap_or(presence.waiting_since_utc) },
            Some(_) => Reach::Heard,
            None => Reach::Awaited,
        })
    }
}

/// The present of one device.
#[derive(Debug, Clone)]
pub struct Presence {
    /// Since when we could have heard it: the controller's start, its addition, or the broker's return.
    pub(crate) waiting_since: Mono,
    pub(crate) waiting_since_utc: UtcMillis,
    /// Its last proof of life.
    pub(crate) heard: Option<(Mono, UtcMillis)>,
    /// The boots heard in this epoch, newest first, each with the numbers that came. A message of an
    /// old boot may come after the first one of a new boot, so each has a window of its own.
    boots: VecDeque<(BootId, SequenceWindow)>,
    /// Its last hello, and the boot that said it.
    pub(crate) hello: Option<(BootId, Hello)>,
    /// What it said in its last beat.
    pub(crate) beat: Option<Beat>,
    /// When the agenda that was sent has surely come, or was lost.
    pub(crate) agenda_arrives: Option<Mono>,
    /// Commands sent to it in this epoch.
    pub(crate) commands: u32,
    pub(crate) receipts: Vec<AckId>,
    /// The key that it shares with us and its generation, once it was needed.
    key: Option<(u32, DeviceKey)>,
}

impl Presence {
    pub(crate) fn new(now: Mono, utc: UtcMillis) -> Self {
        Self {
            waiting_since: now,
            waiting_since_utc: utc,
            heard: None,
            boots: VecDeque::new(),
            hello: None,
            beat: None,
            agenda_arrives: None,
            commands: 0,
            receipts: Vec::new(),
            key: None,
        }
    }

    /// It was removed, and is waited for again. Numbers go on, or old messages would count as new.
    pub(crate) fn expect(&mut self, now: Mono, utc: UtcMillis) {
        let (boots, key) = (std::mem::take(&mut self.boots), self.key.take());
        *self = Self { boots, key, commands: self.commands, ..Self::new(now, utc) };
    }

    /// Commands and reports are numbered anew.
    pub(super) fn begin_epoch(&mut self) {
        self.boots.clear();
        self.commands = 0;
        self.agenda_arrives = None;
    }

    /// The key of this generation of this device, which is `cluster`; derived once.
    pub(crate) fn key(&mut self, identity: &Identity, cluster: &ClusterId, generation: u32) -> &DeviceKey {
        self.key = self.key.take().filter(|(known, _)| *known == generation);
        let derive = || (generation, identity.key.device_key(&identity.site, cluster, generation));
        &self.key.get_or_insert_with(derive).1
    }

    /// Keeps a hello. One that may be a recording never replaces that of the boot which is known to be alive.
    pub(super) fn keep_hello(&mut self, boot: BootId, hello: Hello, live: bool) {
        let kept = self.hello.as_ref().map(|(boot, _)| *boot);
        if live || kept.is_none() || kept != self.boot() {
            self.hello = Some((boot, hello));
        }
    }

    /// Takes a report's number; `false` for a replay.
    pub(super) fn accept(&mut self, boot: BootId, sequence: u64) -> bool {
        if let Some((_, window)) = self.boots.iter_mut().find(|(known, _)| *known == boot) {
            return window.accept(sequence);
        }
        let mut window = SequenceWindow::default();
        let fresh = window.accept(sequence);
        self.boots.push_front((boot, window));
        self.boots.truncate(BOOTS_REMEMBERED);
        fresh
    }

    /// The newest boot heard in this epoch.
    pub(crate) fn boot(&self) -> Option<BootId> {
        self.boots.front().map(|(boot, _)| *boot)
    }

    /// From when on silence counts.
    pub(super) fn silent_since(&self) -> Mono {
        self.heard.map_or(self.waiting_since, |(heard, _)| heard.max(self.waiting_since))
    }

    /// When it was last heard, by the controller's clock.
    #[must_use]
    pub fn last_heard(&self) -> Option<UtcMillis> {
        self.heard.map(|(_, utc)| utc)
    }

    /// What the boot that was last heard alive said first, if that came.
    #[must_use]
    pub fn hello(&self) -> Option<&Hello> {
        let alive = self.boot()?;
        self.hello.as_ref().filter(|(boot, _)| *boot == alive).map(|(_, hello)| hello)
    }

    /// What it said in its last heartbeat.
    #[must_use]
    pub fn beat(&self) -> Option<&Beat> {
        self.beat.as_ref()
    }
}

//! A controller's core with a disk that never waits.
#![allow(dead_code, clippy::unwrap_used)]

use controller_core::change::{ScheduleChange, Scope};
use controller_core::clip::{CentiDb, Character, Level, Origin, Recipe, Sheet};
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command, Done, NewClip};
use controller_core::programme::{Clip, Plan};
use controller_core::refusal::Refusal;
use controller_core::{Actor, Core, Entry, Identity, Input, Now, Output, Record, Restored, State};
use firmware_proto::message::{Beat, Class, ClipRef, Report, ReportBody};
use firmware_proto::topics::{Topic, Up};
use firmware_proto::trust::SiteKey;
use firmware_proto::{BootId, ClipId, ClusterId, Hash, JobId, Mono, SiteId, UtcMillis};
use schedules::{CronRule, DaySets, Item, Recurrence};

pub fn site() -> SiteId {
    SiteId::new("bao-nhai").unwrap()
}

pub fn cluster(id: &str) -> ClusterId {
    ClusterId::new(id).unwrap()
}

pub fn key() -> SiteKey {
    SiteKey::from_bytes(&[7; SiteKey::BYTES])
}

pub fn smart(id: &str) -> Cluster {
    Cluster {
        id: cluster(id),
        kind: ClusterKind::Smart,
        name: id.to_owned(),
        village: String::new(),
        uplink: String::new(),
        gateway: None,
        zone: None,
        languages: Vec::new(),
        key_generation: 0,
    }
}

/// Somebody at the office.
pub fn clerk() -> Actor {
    Actor::User { uid: 1_000, name: "van-hoa".into() }
}

/// One controller at its site; what it writes and sends is kept.
pub struct Controller {
    pub core: Core,
    pub now: Now,
    pub records: Vec<Record>,
    /// All that it has written.
    pub journal: Vec<Entry>,
    /// Topics and payloads.
    pub sent: Vec<(String, Vec<u8>)>,
    last: u64,
}

impl Controller {
    /// A new site, its broker connected; with clips of all the lengths that anybody asks for.
    pub fn new(utc: UtcMillis, clusters: Vec<Cluster>) -> Self {
        let mut controller = Self::without_clips(utc, clusters);
        for minutes in 1..=120 {
            controller.ask(add_clip(&format!("{minutes} phút"), minutes)).unwrap();
        }
        controller
    }

    /// A new site, its broker connected, whose library is empty.
    pub fn without_clips(utc: UtcMillis, clusters: Vec<Cluster>) -> Self {
        let mut controller = Self::start(utc, State::default(), 0, Vec::new());
        controller.ask(Command::AddClusters(clusters)).unwrap();
        controller
    }

    pub fn start(utc: UtcMillis, state: State, last: u64, journal: Vec<Entry>) -> Self {
        let now = Now { mono: Mono(1_000), utc };
        let restored = Restored { state, sequence: last, snapshot: 0 };
        let core = Core::new(Identity { site: site(), key: key() }, restored, now);
        let mut controller = Self { core, now, records: Vec::new(), journal, sent: Vec::new(), last };
        controller.handle(Input::BrokerConnected);
        controller
    }

    /// Ends, and starts again at another time.
    pub fn restart_at(self, utc: UtcMillis) -> Self {
        Self::start(utc, self.core.state().clone(), self.last, self.journal)
    }

    /// Lets time go by.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now.mono + ms;
        while self.core.next_wakeup() < end {
            let next = self.core.next_wakeup().max(self.now.mono + 1);
            self.now = Now { utc: self.now.utc + next.since(self.now.mono), mono: next };
            self.handle(Input::Wakeup);
        }
        self.now = Now { utc: self.now.utc + end.since(self.now.mono), mono: end };
        self.handle(Input::Wakeup);
    }

    pub fn handle(&mut self, input: Input<'_>) {
        self.core.handle(self.now, input);
        assert!(self.settle().is_none(), "an answer that nobody asked for");
    }

    pub fn ask(&mut self, command: Command) -> Result<Done, Refusal> {
        self.core.handle(self.now, Input::Command { ticket: 1, actor: clerk(), command });
        self.settle().expect("an answer")
    }

    /// Lets everything be on disk at once.
    fn settle(&mut self) -> Option<Result<Done, Refusal>> {
        let mut answer = None;
        while let Some(output) = self.core.poll_output() {
            match output {
                Output::Persist { sequence, entry } => {
                    self.records.push(entry.record.clone());
                    self.journal.push(entry);
                    self.last = sequence;
                    self.core.handle(self.now, Input::Persisted { sequence });
                }
                Output::Publish { topic, payload, .. } => self.sent.push((topic, payload)),
                Output::SendChunks { .. } | Output::Snapshot { .. } => {}
                Output::Answer { result, .. } => answer = Some(result),
            }
        }
        answer
    }

    /// A cluster's report with this number comes.
    pub fn hear(&mut self, id: &str, sequence: u64, leaf: Up, body: ReportBody) {
        let report = Report { sequence, ..report(&self.core, id, body) };
        let payload = key().device_key(&site(), &cluster(id), 0).seal(&report);
        let topic = Topic::Up(cluster(id), leaf).render(&site());
        self.handle(Input::Message { topic: &topic, payload: &payload });
    }

    /// Names of the records since the last look.
    pub fn written(&mut self) -> Vec<&'static str> {
        self.records.drain(..).map(|record| record.kind()).collect()
    }
}

/// A beat of a cluster that holds everything.
pub fn beat(core: &Core) -> Beat {
    Beat {
        agenda_version: core.state().version,
        uptime_ms: 1,
        clock_error_ms: None,
        playing: None,
        acks_waiting: 0,
        rejected: 0,
        link_bytes_per_s: 0,
        missing_bytes: 0,
        clips_damaged: 0,
    }
}

/// The first report of a cluster's first boot.
pub fn report(core: &Core, id: &str, body: ReportBody) -> Report {
    Report {
        site: site(),
        cluster: cluster(id),
        boot: BootId::from_bytes([1; 8]),
        sequence: 1,
        epoch: core.state().epoch,
        body,
    }
}

/// A clip of so many minutes.
pub fn clip(minutes: u64) -> ClipRef {
    ClipRef {
        id: ClipId::from_bytes([u8::try_from(minutes).unwrap(); 32]),
        size_bytes: 1_000,
        hash_list: Hash::from_bytes([9; 32]),
        duration_ms: u32::try_from(minutes * 60_000).unwrap(),
    }
}

/// Such a clip is taken into the library.
pub fn add_clip(title: &str, minutes: u64) -> Command {
    Command::AddClip(Box::new(NewClip { clip: clip(minutes), title: title.to_owned(), sheet: sheet() }))
}

/// A recording of somebody who speaks.
pub fn sheet() -> Sheet {
    let level = |lufs: f64| Level {
        loudness: Some(CentiDb::nearest(lufs)),
        true_peak: Some(CentiDb::nearest(lufs + 14.5)),
    };
    Sheet {
        origin: Origin::File,
        recipe: Recipe {
            bitrate_bps: 24_000,
            duration_ms_max: 10_800_000,
            loudness: CentiDb::nearest(-16.0),
            character: None,
            partial: false,
        },
        character: Character::Voice,
        gain: CentiDb::nearest(7.25),
        before: level(-23.25),
        after: level(-16.0),
        waveform: vec![0, 128, 255],
        warnings: Vec::new(),
    }
}

/// An announcement of a minute, at once or within an hour, to all.
pub fn announcement(number: u8) -> Announcement {
    Announcement {
        id: JobId::from_bytes([number; 16]),
        title: "Thông báo".into(),
        class: Class::Routine,
        clips: vec![clip(1)],
        targets: vec!["all".into()],
        play_at: None,
        start_within_ms: Some(3_600_000),
        repeat_for_ms: None,
        repeat_gap_ms: Some(0),
        volume: None,
        override_reason: None,
    }
}

/// A programme of so many minutes.
pub fn plan(id: &str, cron: &str, minutes: u64) -> Plan {
    let items = vec![Item::Clip(Clip { name: "tin".into(), clip: clip(minutes) })];
    Plan::plain(id, items, Recurrence::Cron(CronRule::parse(cron).unwrap()))
}

pub fn change(plans: Vec<Plan>) -> ScheduleChange {
    ScheduleChange {
        sets: DaySets::new(),
        plans,
        scope: Scope::Merge,
        order: None,
        override_reason: None,
        dry_run: false,
    }
}

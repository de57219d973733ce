//! Two controllers of one site: one speaks, and both say so.
#![allow(clippy::unwrap_used)]

mod support;

use controller_core::command::{Command, Done};
use controller_core::refusal::Refusal;
use controller_core::{Core, Identity, Input, Myself, Now, Output, Restored, State};
use firmware_proto::topics::Topic;
use firmware_proto::{BootId, Mono, UtcMillis};
use proptest::prelude::*;
use support::{announcement, clerk, key, site, smart};

const START: UtcMillis = UtcMillis(1_900_033_000_000);

/// One computer with the controller's folder.
struct Office {
    core: Core,
    last: u64,
    /// The broker that it reaches; `None`: none.
    broker: Option<u8>,
    /// Messages to clusters, with when they went out.
    said: Vec<Mono>,
    records: usize,
}

/// Offices that share brokers.
struct Commune {
    now: Mono,
    offices: Vec<Option<Office>>,
    /// What controllers have said to each other: who, at which broker.
    on_air: Vec<(u8, Vec<u8>)>,
    recorded: Vec<Vec<u8>>,
    starts: u8,
    announced: u8,
}

fn folder() -> (State, u64) {
    let controller = support::Controller::new(START, vec![smart("c-1")]);
    (controller.core.state().clone(), controller.core.sequence())
}

impl Commune {
    fn new() -> Self {
        Self {
            now: Mono(1_000),
            offices: Vec::new(),
            on_air: Vec::new(),
            recorded: Vec::new(),
            starts: 0,
            announced: 0,
        }
    }

    fn utc(&self) -> Now {
        Now { mono: self.now, utc: START + 1_000_000 + self.now.0 }
    }

    /// Starts a controller from a copy of the folder; returns its place.
    fn start(&mut self, takes_over: bool, broker: Option<u8>) -> usize {
        self.offices.push(None);
        self.start_again(self.offices.len() - 1, takes_over, broker);
        self.offices.len() - 1
    }

    fn start_again(&mut self, place: usize, takes_over: bool, broker: Option<u8>) {
        let (state, sequence) = match &self.offices[place] {
            Some(office) => (office.core.state().clone(), office.last),
            None => folder(),
        };
        self.starts += 1;
        let instance = BootId::from_bytes([self.starts; 8]);
        let host = format!("pc-{place}");
        let myself = Myself { instance, since: self.utc().utc, host, takes_over };
        let restored = Restored { state, sequence, snapshot: sequence };
        let core =
            Core::new(Identity { site: site(), key: key() }, restored, self.utc()).among_others(myself);
        let office = Office { core, last: sequence, broker: None, said: Vec::new(), records: 0 };
        self.offices[place] = Some(office);
        self.link(place, broker);
    }

    fn link(&mut self, place: usize, broker: Option<u8>) {
        let now = self.utc();
        let office = self.offices[place].as_mut().unwrap();
        if office.broker.is_some() {
            office.broker = None;
            office.core.handle(now, Input::BrokerDisconnected);
        }
        office.broker = broker;
        if broker.is_some() {
            office.core.handle(now, Input::BrokerConnected);
        }
        self.settle(place);
    }

    fn settle(&mut self, place: usize) -> Option<Result<Done, Refusal>> {
        let now = self.utc();
        let office = self.offices[place].as_mut().unwrap();
        let mut answer = None;
        while let Some(output) = office.core.poll_output() {
            match output {
                Output::Persist { sequence, .. } => {
                    (office.last, office.records) = (sequence, office.records + 1);
                    office.core.handle(now, Input::Persisted { sequence });
                }
                Output::Publish { topic, payload, .. } => match office.broker {
                    Some(broker) if topic == Topic::controllers(&site()) => {
                        self.recorded.push(payload.clone());
                        self.on_air.push((broker, payload));
                    }
                    Some(_) => office.said.push(self.now),
                    None => {}
                },
                Output::Answer { result, .. } => answer = Some(result),
                Output::SendChunks { .. } | Output::Snapshot { .. } => {}
            }
        }
        answer
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end {
            self.now = self.now + 50;
            for (broker, payload) in std::mem::take(&mut self.on_air) {
                self.deliver(broker, &payload);
            }
            for place in 0..self.offices.len() {
                let now = self.utc();
                let Some(office) = &mut self.offices[place] else { continue };
                if office.core.next_wakeup() <= now.mono {
                    office.core.handle(now, Input::Wakeup);
                    assert!(office.core.next_wakeup() > now.mono, "it looks again without end");
                    self.settle(place);
                }
            }
        }
    }

    /// Everybody at that broker hears it, whoever said it.
    fn deliver(&mut self, broker: u8, payload: &[u8]) {
        let (now, topic) = (self.utc(), Topic::controllers(&site()));
        for place in 0..self.offices.len() {
            let Some(office) = self.offices[place].as_mut().filter(|o| o.broker == Some(broker)) else {
                continue;
            };
            office.core.handle(now, Input::Message { topic: &topic, payload });
            self.settle(place);
        }
    }

    fn announce(&mut self, place: usize) -> Result<Done, Refusal> {
        let now = self.utc();
        self.announced += 1;
        let command = Command::Announce(announcement(self.announced));
        let office = self.offices[place].as_mut().unwrap();
        office.core.handle(now, Input::Command { ticket: 1, actor: clerk(), command });
        self.settle(place).unwrap()
    }

    fn office(&self, place: usize) -> &Office {
        self.offices[place].as_ref().unwrap()
    }

    fn yields(&self, place: usize) -> bool {
        self.office(place).core.yields()
    }

    fn says_something(&mut self, place: usize) -> bool {
        let before = self.office(place).said.len();
        let _ = self.announce(place);
        self.pass(100);
        self.office(place).said.len() > before
    }

    /// The name of the other one, as staff are told of it, and whether it speaks.
    fn shown(&self, place: usize) -> Option<(String, bool)> {
        self.office(place).core.view().rival().map(|rival| (rival.host.clone(), rival.speaks))
    }
}

#[test]
fn one_alone_speaks_after_a_second() {
    let mut commune = Commune::new();
    let only = commune.start(false, Some(1));
    let _ = commune.announce(only);
    commune.pass(900);
    assert_eq!(commune.office(only).said, []);
    commune.pass(200);
    assert!(!commune.office(only).said.is_empty(), "what waited goes out");
    assert_eq!(commune.shown(only), None);
    assert!(!commune.yields(only));
}

#[test]
fn a_copy_that_is_started_beside_it_gives_way_and_says_nothing() {
    let mut commune = Commune::new();
    let old = commune.start(false, Some(1));
    commune.pass(5_000);
    let copy = commune.start(false, Some(1));
    commune.pass(2_000);
    assert!(commune.yields(copy) && !commune.yields(old));
    assert_eq!(commune.shown(copy), Some(("pc-0".into(), true)));
    assert_eq!(commune.shown(old), Some(("pc-1".into(), false)));
    let refused = Err(Refusal::AnotherController { host: "pc-0".into() });
    assert_eq!(commune.announce(copy), refused);
    assert!(commune.announce(old).is_ok());
    let records = commune.office(copy).records;
    commune.pass(24 * 3_600_000);
    assert_eq!(commune.office(copy).said, [], "not one word to a cluster");
    assert_eq!(commune.office(copy).records, records, "it writes nothing");
    assert!(commune.yields(copy) && !commune.yields(old));

    // It is ended: nobody has to hear of it for long.
    commune.offices[copy] = None;
    commune.pass(120_000);
    assert_eq!(commune.shown(old), None);
}

#[test]
fn one_that_takes_over_speaks_above_what_the_other_has_given_out() {
    let mut commune = Commune::new();
    let old = commune.start(false, Some(1));
    commune.pass(5_000);
    for _ in 0..3 {
        commune.start_again(old, false, Some(1));
        commune.pass(5_000);
        commune.announce(old).unwrap();
    }
    let new = commune.start(true, Some(1));
    commune.pass(3_000);
    assert!(commune.yields(old) && !commune.yields(new));
    assert!(commune.says_something(new) && !commune.says_something(old));
    let of = |place| commune.office(place).core.state();
    assert!(of(new).epoch > of(old).epoch && of(new).version >= of(old).version);
    assert_eq!(commune.shown(old), Some(("pc-1".into(), true)));
    assert_eq!(commune.shown(new), Some(("pc-0".into(), false)));
    // The younger of two that take over.
    let third = commune.start(true, Some(1));
    commune.pass(3_000);
    assert_eq!([old, new, third].map(|place| commune.yields(place)), [true, true, false]);
}

#[test]
fn a_controller_that_is_started_again_speaks_again_beside_one_that_gave_way() {
    let mut commune = Commune::new();
    let old = commune.start(false, Some(1));
    commune.pass(5_000);
    let copy = commune.start(false, Some(1));
    commune.pass(5_000);
    commune.start_again(old, false, Some(1));
    commune.pass(5_000);
    assert!(commune.yields(copy) && commune.says_something(old));
}

#[test]
fn two_that_meet_late_find_each_other_within_two_heartbeats() {
    let mut commune = Commune::new();
    let old = commune.start(false, Some(1));
    commune.pass(5_000);
    let copy = commune.start(false, Some(2));
    commune.pass(20_000);
    assert!(commune.says_something(old) && commune.says_something(copy));
    // The broker of the first has lost its line; now both are at one.
    commune.link(copy, Some(1));
    commune.pass(60_000);
    assert!(!commune.yields(old) && commune.yields(copy));
}

#[test]
fn a_recording_silences_nobody() {
    let mut commune = Commune::new();
    let old = commune.start(false, Some(1));
    commune.pass(5_000);
    let copy = commune.start(true, Some(1));
    commune.pass(60_000);
    let recorded = std::mem::take(&mut commune.recorded);
    for place in [old, copy] {
        commune.offices[place] = None;
    }
    let only = commune.start(false, Some(1));
    for _ in 0..40 {
        recorded.iter().for_each(|payload| commune.deliver(1, payload));
        commune.pass(100);
    }
    assert!(!commune.yields(only) && commune.says_something(only));
    assert_eq!(commune.shown(only), None);
    assert!(commune.recorded.len() < 200, "nor makes it many words: {}", commune.recorded.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever was started again, moved and cut off: a minute later, no two speak at one broker.
    #[test]
    fn never_do_two_speak_for_long(
        steps in proptest::collection::vec((0..3usize, 0..4u8, any::<bool>(), 0..3u8, 0..4_000u64), 1..24),
    ) {
        let mut commune = Commune::new();
        for _ in 0..3 {
            commune.start(false, None);
        }
        for (place, step, takes_over, broker, ms) in steps {
            let broker = (broker > 0).then_some(broker);
            match step {
                0 => commune.start_again(place, takes_over, broker),
                _ => commune.link(place, broker),
            }
            commune.pass(ms);
        }
        commune.pass(65_000);
        for broker in [1, 2] {
            let here = (0..3).filter(|place| commune.office(*place).broker == Some(broker));
            let speak = here.filter(|place| !commune.yields(*place)).count();
            prop_assert!(speak <= 1, "{speak} speak");
        }
    }
}

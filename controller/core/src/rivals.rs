//! Is another controller at work at this site? A folder that was copied, or the old computer left on, makes one; two that
//! speak would end each other's broadcasts.
//!
//! Before a controller says its first word to a cluster it asks on the controllers' own topic. Whoever is there answers;
//! of two, one speaks: the one that staff started to take over, else the one that speaks already, else the older one.
//! The other gives way until it is started again: it takes no commands, hears no cluster and writes nothing. Only an
//! answer to a question of one's own counts, for anything else may be a recording.

use std::collections::{BTreeMap, VecDeque};

use firmware_proto::message::{Command as WireCommand, CommandBody, Peer, PeerRole, Question};
use firmware_proto::topics::{Qos, Topic};
use firmware_proto::trust::Rejected;
use firmware_proto::{BootId, Mono, UtcMillis};

use crate::brain::{Core, Input, Output};
use crate::facts::actor::Actor;
use crate::limits::{
    RIVAL_ANSWERS_WITHIN_MS, RIVAL_ASK_AGAIN_MS, RIVAL_ASK_EVERY_MS, RIVAL_ASKED_MS, RIVAL_KNOWN_MS,
    RIVAL_YIELDS_MS, RIVALS_MAX, VALID_BEFORE_MS, VALIDITY_MS,
};
use crate::now::Now;
use crate::people::refusal::Refusal;

/// One start of a controller, as it tells others of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Myself {
    /// Drawn at random at the start.
    pub instance: BootId,
    /// When it was, by the system's clock.
    pub since: UtcMillis,
    /// The name of the machine, at most 64 bytes.
    pub host: String,
    /// Staff want it in the place of whoever is there.
    pub takes_over: bool,
}

/// Another controller of this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// The name of its machine.
    pub host: String,
    /// Since when it is known.
    pub since: UtcMillis,
    /// When it was last heard.
    pub heard: UtcMillis,
    /// We have given way to it.
    pub speaks: bool,
}

/// What it takes to decide between two: who outranks the other speaks.
#[derive(Debug, Clone, Copy)]
struct Claim {
    instance: BootId,
    takes_over: bool,
    speaks: bool,
    since: UtcMillis,
}

impl Claim {
    fn of(peer: &Peer) -> Self {
        let Peer { instance, takes_over, role, since, .. } = *peer;
        Self { instance, takes_over, speaks: role == PeerRole::Speaks, since }
    }

    fn outranks(&self, other: &Self) -> bool {
        match (self.takes_over, other.takes_over) {
            // Staff said it last to the younger one.
            (true, true) => (self.since, self.instance) > (other.since, other.instance),
            (false, false) => {
                (!self.speaks, self.since, self.instance) < (!other.speaks, other.since, other.instance)
            }
            (takes_over, _) => takes_over,
        }
    }
}

/// What is known of other controllers.
#[derive(Debug)]
pub(crate) struct Rivals {
    /// Without it nobody asks and nobody answers.
    myself: Option<Myself>,
    role: PeerRole,
    /// The one to which we have given way.
    master: Option<BootId>,
    others: BTreeMap<BootId, (Rival, Mono)>,
    /// The questions to which an answer still counts.
    asked: VecDeque<(u32, Mono)>,
    question: u32,
    /// While the broker is there: ask again then.
    next_question: Option<Mono>,
    /// Speak then, if nobody who outranks us has answered.
    speaks_at: Option<Mono>,
    /// Not beyond this, whoever answers.
    speaks_by: Mono,
    /// When it last answered: recordings of questions must not make it talk without end.
    answered: VecDeque<Mono>,
}

impl Default for Rivals {
    fn default() -> Self {
        Self {
            myself: None,
            role: PeerRole::Speaks,
            master: None,
            others: BTreeMap::new(),
            asked: VecDeque::new(),
            question: 0,
            next_question: None,
            speaks_at: None,
            speaks_by: Mono(0),
            answered: VecDeque::new(),
        }
    }
}

impl Rivals {
    fn next_look(&self) -> Option<Mono> {
        self.next_question.into_iter().chain(self.speaks_at).min()
    }

    /// Asks soon, but not without end.
    fn ask_soon(&mut self, now: Mono) {
        let soonest = self.asked.back().map_or(now, |(_, at)| (*at + RIVAL_ASK_AGAIN_MS).max(now));
        self.next_question = self.next_question.map(|at| at.min(soonest));
    }

    fn may_answer(&mut self, now: Mono) -> bool {
        self.answered.retain(|at| now.since(*at) < RIVAL_ANSWERS_WITHIN_MS);
        let may = self.answered.len() < RIVALS_MAX;
        if may {
            self.answered.push_back(now);
        }
        may
    }

    /// The other one that staff have to know of.
    pub(crate) fn shown(&self) -> Option<&Rival> {
        let of = |(rival, _): &'_ (Rival, Mono)| rival.speaks;
        self.others.values().find(|other| of(other)).or_else(|| self.others.values().next()).map(|(r, _)| r)
    }
}

impl Core {
    /// Looks for other controllers, and lets them know of this one.
    #[must_use]
    pub fn among_others(mut self, myself: Myself) -> Self {
        self.rivals = Rivals { myself: Some(myself), role: PeerRole::Asks, ..Rivals::default() };
        self
    }

    /// Has this controller given way to another one?
    #[must_use]
    pub fn yields(&self) -> bool {
        self.rivals.role == PeerRole::Yields
    }

    /// The broker is there: so are other controllers, perhaps.
    pub(crate) fn link_is_back(&mut self, now: Now) {
        self.linked = true;
        if self.rivals.myself.is_some() {
            self.rivals.next_question = Some(now.mono);
        }
        match self.rivals.role {
            PeerRole::Speaks => self.broker_is_back(now),
            PeerRole::Asks => {
                self.rivals.speaks_at = Some(now.mono + RIVAL_ASKED_MS);
                self.rivals.speaks_by = now.mono + RIVAL_YIELDS_MS;
            }
            PeerRole::Yields => {}
        }
        self.watch_rivals(now);
    }

    pub(crate) fn link_is_gone(&mut self) {
        (self.linked, self.speaks) = (false, false);
        (self.rivals.next_question, self.rivals.speaks_at) = (None, None);
    }

    /// All that a controller does that has given way.
    pub(crate) fn handle_aside(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::BrokerConnected => self.link_is_back(now),
            Input::BrokerDisconnected => self.link_is_gone(),
            Input::Message { topic, payload } if topic == Topic::controllers(&self.identity.site) => {
                self.take_message(now, topic, payload);
            }
            Input::Command { ticket, .. } => {
                let host = self.rivals.shown().map(|rival| rival.host.clone()).unwrap_or_default();
                let result = Err(Refusal::AnotherController { host });
                self.show(Output::Answer { ticket, result });
            }
            Input::Persisted { sequence } => self.release(sequence),
            Input::Message { .. } | Input::ClipChecked { .. } => {}
            Input::Wakeup | Input::Ending => {}
        }
        self.watch_rivals(now);
        self.wakeup = now.mono + RIVAL_ASK_EVERY_MS;
    }

    /// What the passing of time asks for.
    pub(crate) fn watch_rivals(&mut self, now: Now) {
        if self.rivals.next_question.is_some_and(|at| at <= now.mono) {
            self.ask_who_is_there(now);
        }
        if self.rivals.speaks_at.is_some_and(|at| at <= now.mono) {
            self.rivals.speaks_at = None;
            self.rivals.role = PeerRole::Speaks;
            self.broker_is_back(now);
        }
    }

    pub(crate) fn next_look_at_rivals(&self) -> Option<Mono> {
        self.rivals.next_look()
    }

    fn ask_who_is_there(&mut self, now: Now) {
        let rivals = &mut self.rivals;
        // The one to whom we gave way stays known: nobody else is.
        let is_near = |at: &Mono| now.mono.since(*at) <= RIVAL_KNOWN_MS;
        rivals.others.retain(|_, (rival, heard)| rival.speaks || is_near(heard));
        rivals.question += 1;
        rivals.asked.retain(|(_, at)| now.mono.since(*at) <= RIVAL_YIELDS_MS);
        rivals.asked.push_back((rivals.question, now.mono));
        let again = if rivals.speaks_at.is_some() { RIVAL_ASK_AGAIN_MS } else { RIVAL_ASK_EVERY_MS };
        rivals.next_question = Some(now.mono + again);
        self.tell_others(now, None);
    }

    /// A message of a controller: of another one, or the echo of our own.
    pub(crate) fn hear_controller(&mut self, now: Now, payload: &[u8]) -> Result<(), Rejected> {
        let command = self.identity.key.public().open(&self.identity.site, payload)?;
        let CommandBody::Peer(peer) = command.body else { return Err(Rejected::WrongTopic) };
        let Some(us) = self.rivals.myself.as_ref().map(|myself| myself.instance) else { return Ok(()) };
        if peer.instance == us {
            return Ok(());
        }
        match peer.answers {
            None => {
                let question = Question { instance: peer.instance, number: peer.question };
                if self.rivals.may_answer(now.mono) {
                    self.tell_others(now, Some(question));
                }
                if !self.rivals.others.contains_key(&peer.instance) || peer.role != PeerRole::Yields {
                    self.rivals.ask_soon(now.mono);
                }
            }
            Some(question) if question.instance == us => {
                let asked = &self.rivals.asked;
                if !asked.iter().any(|(number, _)| *number == question.number) {
                    return Err(Rejected::Replayed);
                }
                self.meet(now, &peer);
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Another controller is there: this is its answer.
    fn meet(&mut self, now: Now, peer: &Peer) {
        let Some(ours) = self.claim() else { return };
        let known = self.rivals.others.get(&peer.instance);
        if known.is_none() && self.rivals.others.len() == RIVALS_MAX {
            return;
        }
        let since = known.map_or(now.utc, |(rival, _)| rival.since);
        let wins = peer.role != PeerRole::Yields && !self.yields() && Claim::of(peer).outranks(&ours);
        let speaks = wins || self.rivals.master == Some(peer.instance);
        let rival = Rival { host: peer.host.clone(), since, heard: now.utc, speaks };
        self.rivals.others.insert(peer.instance, (rival, now.mono));
        if wins {
            return self.give_way(now, peer);
        }
        if self.yields() {
            return;
        }
        if let Some(at) = self.rivals.speaks_at.filter(|_| peer.role == PeerRole::Speaks) {
            // It gives way once it has heard that we are no recording.
            self.rivals.speaks_at = Some(at.max(now.mono + RIVAL_ASKED_MS).min(self.rivals.speaks_by));
        }
        if peer.role != PeerRole::Asks
            && (peer.epoch >= self.state.epoch || peer.version > self.state.version)
        {
            self.surpass(now, Actor::Controller, peer.epoch, peer.version);
        }
    }

    fn give_way(&mut self, now: Now, to: &Peer) {
        self.rivals.role = PeerRole::Yields;
        self.rivals.master = Some(to.instance);
        self.rivals.speaks_at = None;
        self.speaks = false;
        self.receipts_due = None;
        self.tell_others(now, Some(Question { instance: to.instance, number: to.question }));
    }

    fn claim(&self) -> Option<Claim> {
        let Myself { instance, since, takes_over, .. } = *self.rivals.myself.as_ref()?;
        Some(Claim { instance, takes_over, speaks: self.rivals.role == PeerRole::Speaks, since })
    }

    fn tell_others(&mut self, now: Now, answers: Option<Question>) {
        let Some(Myself { instance, since, host, takes_over }) = self.rivals.myself.clone() else { return };
        let (role, question) = (self.rivals.role, self.rivals.question);
        let (epoch, version) = (self.state.epoch, self.state.version);
        let peer = Peer { instance, question, answers, role, takes_over, since, epoch, version, host };
        let command = WireCommand {
            site: self.identity.site.clone(),
            target: None,
            // No window of numbers is kept: the instance and its question say what is new.
            sequence: u64::from(question),
            not_before: now.utc - VALID_BEFORE_MS,
            not_after: now.utc + VALIDITY_MS,
            body: CommandBody::Peer(peer),
        };
        let payload = self.identity.key.seal(&command);
        let topic = Topic::controllers(&self.identity.site);
        self.show_at_once(Output::Publish { topic, payload, qos: Qos::AtLeastOnce });
    }
}

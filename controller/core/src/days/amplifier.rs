//! One amplifier, foreseen: who plays, who waits for whom, who gives way, who waits in vain.
//!
//! Who has the amplifier is decided by the very rule of the speakers ([`firmware_proto::turns`]); their clocks, links
//! and faults are left out.

use firmware_proto::UtcMillis;
use firmware_proto::message::Class;
use firmware_proto::turns::{self, Contender};
use schedules::Interrupted;

use super::collision::Outcome;
use crate::limits::MEETINGS_MAX;

/// What wants the amplifier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Planned start, UTC ms.
    pub(crate) from: u64,
    /// Of sound, ms.
    pub(crate) length: u64,
    pub(crate) class: Class,
    /// Of its job: the higher of two was, or will be, made later.
    pub(crate) version: u64,
    /// Among those of its class, lower goes first.
    pub(crate) rank: u32,
    /// It takes the amplifier from what was to start before it, also within its class.
    pub(crate) interrupts: bool,
    /// How long it may wait for its start, UTC ms.
    pub(crate) waits_until: u64,
    /// How long it may wait to go on, UTC ms.
    pub(crate) goes_on_until: u64,
    /// It goes on only if it is over by then, UTC ms.
    pub(crate) over_by: Option<u64>,
    /// What becomes of it when something takes its place.
    pub(crate) interrupted: Interrupted,
}

/// Two of the turns of an amplifier that meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meeting {
    /// The one that has the amplifier.
    pub(crate) first: usize,
    /// The one that comes to it.
    pub(crate) second: usize,
    /// When the first would have been over, UTC ms.
    pub(crate) until: u64,
    pub(crate) outcome: Outcome,
}

/// Everything that meets on an amplifier. `turns` are ascending by their starts.
pub(super) fn meetings(turns: &[Turn]) -> Vec<Meeting> {
    let mut amplifier = Amplifier {
        turns,
        playing: None,
        waiting: Vec::new(),
        started: vec![None; turns.len()],
        waits: Vec::new(),
        takes: Vec::new(),
    };
    amplifier.play_all();
    amplifier.told()
}

/// One that waits for the amplifier.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    what: usize,
    /// What is left of it, if it was interrupted, ms; and which of the takes that was.
    rest: Option<(u64, usize)>,
}

/// The second takes the place of the first.
struct Take {
    first: usize,
    second: usize,
    /// The first's end, had nothing taken its place.
    until: u64,
    /// The first goes on after it.
    goes_on: bool,
}

struct Amplifier<'t> {
    turns: &'t [Turn],
    /// What plays, and until when.
    playing: Option<(usize, u64)>,
    waiting: Vec<Waiting>,
    started: Vec<Option<u64>>,
    /// First, second, and the first's end: the second waited for it.
    waits: Vec<(usize, usize, u64)>,
    takes: Vec<Take>,
}

impl<'t> Amplifier<'t> {
    fn turn(&self, what: usize) -> Turn {
        self.turns[what]
    }

    fn play_all(&mut self) {
        let mut coming = self.turns.iter().enumerate().peekable();
        loop {
            let next_start = coming.peek().map(|(_, turn)| turn.from);
            let next_end = self.playing.map(|(_, until)| until);
            let Some(now) = next_start.into_iter().chain(next_end).min() else { break };
            self.playing = self.playing.filter(|(_, until)| *until > now);
            while let Some((what, _)) = coming.next_if(|(_, turn)| turn.from <= now) {
                self.waiting.push(Waiting { what, rest: None });
            }
            let turns = self.turns;
            self.waiting.retain(|waiting| waiting.latest(turns) >= now);
            let next = self.next();
            if let Some(next) = next {
                self.start(next, now);
            }
            self.note_waiting(now, next.is_some());
        }
    }

    /// Who of those that wait has the amplifier next: while something plays, only who takes it.
    fn next(&self) -> Option<usize> {
        let playing = self.playing.map(|(what, _)| self.contender(&Waiting { what, rest: None }));
        turns::next(&self.waiting, |waiting| self.contender(waiting), playing.as_ref(), None)
    }

    fn contender(&self, waiting: &Waiting) -> Contender {
        let Turn { class, version, rank, from, interrupts, .. } = self.turn(waiting.what);
        let play_at = Some(UtcMillis(from));
        Contender { class, version, rank, play_at, interrupts, suspended: waiting.rest.is_some() }
    }

    fn start(&mut self, next: usize, now: u64) {
        let Waiting { what, rest } = self.waiting.swap_remove(next);
        if let Some((first, until)) = self.playing {
            let take = self.takes.len();
            self.takes.push(Take { first, second: what, until, goes_on: false });
            let left = match self.turn(first).interrupted {
                Interrupted::Resume => Some(until - now),
                Interrupted::Restart => Some(self.turn(first).length),
                Interrupted::Drop => None,
            };
            self.waiting.extend(left.map(|ms| Waiting { what: first, rest: Some((ms, take)) }));
        }
        let length = match rest {
            Some((ms, take)) => {
                self.takes[take].goes_on = true;
                ms
            }
            None => {
                self.started[what] = Some(now);
                self.turn(what).length
            }
        };
        self.playing = Some((what, now + length));
    }

    /// Who comes while something plays, or sees something else begin.
    fn note_waiting(&mut self, now: u64, begun: bool) {
        let Some((first, until)) = self.playing else { return };
        let turns = self.turns;
        let noted = |waiting: &&Waiting| waiting.rest.is_none() && (begun || turns[waiting.what].from == now);
        let room = MEETINGS_MAX.saturating_sub(self.waits.len());
        let waiting = self.waiting.iter().filter(noted).take(room);
        self.waits.extend(waiting.map(|waiting| (first, waiting.what, until)));
    }

    fn told(mut self) -> Vec<Meeting> {
        self.waits.sort_unstable();
        self.waits.dedup_by_key(|(first, second, _)| (*first, *second));
        let mut ends = vec![0; self.turns.len()];
        for (_, second, until) in &self.waits {
            ends[*second] = (*until).max(ends[*second]);
        }
        let waited = self.waits.iter().map(|&(first, second, until)| {
            let from = self.turn(second).from;
            let outcome = match self.started[second] {
                Some(started) => Outcome::Waits { ms: started - from },
                None => Outcome::Dropped { ms: ends[second] - from },
            };
            Meeting { first, second, until, outcome }
        });
        let taken = self.takes.iter().map(|&Take { first, second, until, goes_on }| {
            let then = if goes_on { self.turn(first).interrupted } else { Interrupted::Drop };
            Meeting { first, second, until, outcome: Outcome::Interrupts { then } }
        });
        waited.chain(taken).collect()
    }
}

impl Waiting {
    fn latest(self, turns: &[Turn]) -> u64 {
        let turn = turns[self.what];
        match (self.rest, turn.over_by) {
            (None, _) => turn.waits_until,
            (Some(_), None) => turn.goes_on_until,
            (Some((rest, _)), Some(over_by)) => turn.goes_on_until.min(over_by.saturating_sub(rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Dropped, Interrupts, Waits};

    /// A routine programme that waits 5 units.
    fn turn(from: u64, length: u64) -> Turn {
        Turn {
            from,
            length,
            class: Class::Routine,
            version: from,
            rank: 1_000,
            interrupts: false,
            waits_until: from + 5,
            goes_on_until: from + 5 + length,
            over_by: None,
            interrupted: Interrupted::Resume,
        }
    }

    fn met(turns: &[Turn]) -> Vec<(usize, usize, Outcome)> {
        meetings(turns).into_iter().map(|m| (m.first, m.second, m.outcome)).collect()
    }

    fn priority(turn: Turn) -> Turn {
        Turn { class: Class::Priority, ..turn }
    }

    #[test]
    fn one_after_the_other_does_not_meet() {
        assert_eq!(met(&[turn(0, 10), turn(10, 10), turn(20, 1)]), []);
        assert_eq!(met(&[]), []);
    }

    #[test]
    fn who_waits_behind_two_is_told_one_truth() {
        // The second waits 5 and plays to 15, so that the third, which could have waited for the first, is dropped.
        let turns = [turn(0, 10), turn(5, 5), turn(8, 5)];
        let expected = [(0, 1, Waits { ms: 5 }), (0, 2, Dropped { ms: 7 }), (1, 2, Dropped { ms: 7 })];
        assert_eq!(met(&turns), expected);
        // A delay hands itself on to what was planned behind it.
        assert_eq!(
            met(&[turn(0, 10), turn(8, 5), turn(13, 5)]),
            [(0, 1, Waits { ms: 2 }), (1, 2, Waits { ms: 2 })]
        );
        // What is dropped meets nobody else.
        assert_eq!(met(&[turn(0, 10), turn(3, 5), turn(10, 5)]), [(0, 1, Dropped { ms: 7 })]);
    }

    #[test]
    fn order_decides_among_those_that_wait() {
        let first = Turn { rank: 500, ..turn(1, 2) };
        let expected = [(0, 1, Waits { ms: 4 }), (0, 2, Waits { ms: 2 }), (2, 1, Waits { ms: 4 })];
        assert_eq!(met(&[turn(0, 3), turn(1, 2), first]), expected);
        let together = [turn(0, 3), turn(0, 3)];
        assert_eq!(met(&together), [(0, 1, Waits { ms: 3 })]);
        assert_eq!(met(&[turn(0, 3), priority(turn(0, 3))]), [(1, 0, Waits { ms: 3 })]);
    }

    #[test]
    fn of_two_emergencies_the_newer_one_plays() {
        let emergency = |from, version| Turn { class: Class::Emergency, version, ..turn(from, 10) };
        let (older, newer) = (emergency(0, 1), emergency(4, 2));
        assert_eq!(met(&[older, newer]), [(0, 1, Interrupts { then: Interrupted::Resume })]);
        // The other way round the older one has to wait, and 6 are more than it may.
        assert_eq!(met(&[emergency(0, 2), emergency(4, 1)]), [(0, 1, Dropped { ms: 6 })]);
    }

    #[test]
    fn who_gives_way_goes_on_if_there_is_time() {
        let taker = priority(turn(4, 10));
        let goes_on = [(0, 1, Interrupts { then: Interrupted::Resume })];
        assert_eq!(met(&[turn(0, 10), taker]), goes_on);
        // 14 is later than it may go on.
        assert_eq!(met(&[turn(0, 8), taker]), [(0, 1, Interrupts { then: Interrupted::Drop })]);
        // 6 are left at 14.
        for (over_by, then) in [(20, Interrupted::Resume), (19, Interrupted::Drop)] {
            let first = Turn { over_by: Some(over_by), ..turn(0, 10) };
            assert_eq!(met(&[first, taker]), [(0, 1, Interrupts { then })]);
        }
        let again = Turn { interrupted: Interrupted::Restart, ..turn(0, 10) };
        let behind = turn(20, 2);
        assert_eq!(
            met(&[again, taker, behind]),
            [(0, 2, Waits { ms: 4 }), (0, 1, Interrupts { then: Interrupted::Restart })]
        );
        let at_once = Turn { interrupts: true, ..turn(4, 1) };
        assert_eq!(met(&[turn(0, 10), at_once]), goes_on);
    }
}

//! Who has the amplifier: one rule for the speaker that plays and for the forecast of the days ahead.
//!
//! A higher class takes the amplifier from a lower one, a newer emergency from an older one, and a job that says so
//! from one of its class that was to start earlier. Each of these goes one way only, so two jobs never take it from
//! each other in turn.

use core::cmp::Reverse;

use crate::message::{Busy, Class, Job};
use crate::time::UtcMillis;

/// A job that wants the amplifier, as far as the rule looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contender {
    /// Its class.
    pub class: Class,
    /// The agenda version that brought it: the higher of two was made later.
    pub version: u64,
    /// Among those of its class, lower goes first.
    pub rank: u32,
    /// Its planned start; `None`: at once.
    pub play_at: Option<UtcMillis>,
    /// It takes the amplifier from one of its class that was to start before it.
    pub interrupts: bool,
    /// It was interrupted, and waits to go on.
    pub suspended: bool,
}

impl Contender {
    /// A job that has not been interrupted.
    #[must_use]
    pub fn new(job: &Job) -> Self {
        let Job { class, version, rank, play_at, .. } = *job;
        Self { class, version, rank, play_at, interrupts: job.busy == Busy::Interrupt, suspended: false }
    }

    /// Does it take the amplifier from the one that plays?
    #[must_use]
    pub fn takes_from(&self, playing: &Self) -> bool {
        if self.class != playing.class {
            return self.class > playing.class;
        }
        let was_to_start_earlier = playing.play_at.zip(self.play_at).is_some_and(|(p, own)| p < own);
        let interrupts = self.interrupts && was_to_start_earlier;
        match self.class {
            Class::Emergency => (self.version, interrupts) > (playing.version, false),
            Class::Routine | Class::Priority => interrupts,
        }
    }

    /// The greatest goes first: the highest class, in emergencies the newest, then what was interrupted.
    fn order(&self) -> impl Ord + use<> {
        let Self { class, version, rank, play_at, suspended, .. } = *self;
        let newest = if class == Class::Emergency { version } else { 0 };
        (class, newest, suspended, Reverse((rank, play_at, version)))
    }
}

/// The one of those that are due (its index) that has the amplifier next: while another one plays, only one that
/// takes it. `taker` is the one for which the last one stopped; it goes first, else that would not have stopped.
pub fn next<D>(
    due: &[D],
    contender: impl Fn(&D) -> Contender,
    playing: Option<&Contender>,
    taker: Option<usize>,
) -> Option<usize> {
    let best = |takes: &dyn Fn(&Contender) -> bool| {
        let each = due.iter().map(&contender).enumerate().filter(|(_, one)| takes(one));
        // Of equals, the first.
        each.rev().max_by_key(|(_, one)| one.order())
    };
    let (mut at, mut next) = match (playing, taker) {
        (Some(playing), _) => best(&|one| one.takes_from(playing))?,
        (None, Some(taker)) => (taker, contender(due.get(taker)?)),
        (None, None) => best(&|_| true)?,
    };
    // It is of no use to begin what would be interrupted at once.
    while let Some(taker) = best(&|one| one.takes_from(&next)) {
        (at, next) = taker;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn any_contender() -> impl Strategy<Value = Contender> {
        let class = prop_oneof![Just(Class::Routine), Just(Class::Priority), Just(Class::Emergency)];
        let start = proptest::option::of((0u64..4).prop_map(UtcMillis));
        (class, 0u64..4, 0u32..3, start, any::<bool>(), any::<bool>()).prop_map(
            |(class, version, rank, play_at, interrupts, suspended)| Contender {
                class,
                version,
                rank,
                play_at,
                interrupts,
                suspended,
            },
        )
    }

    fn any_contenders() -> impl Strategy<Value = Vec<Contender>> {
        proptest::collection::vec(any_contender(), 1..6)
    }

    proptest! {
        #[test]
        fn whoever_begins_is_not_interrupted_at_once(due in any_contenders()) {
            let next = due[next(&due, |one| *one, None, None).unwrap_or(0)];
            prop_assert!(!due.iter().any(|other| other.takes_from(&next)));
        }

        /// However often the amplifier is handed on among the same jobs, it comes to rest.
        #[test]
        fn nobody_takes_in_turn(due in any_contenders(), first in any_contender()) {
            let mut playing = first;
            for _ in 0..=due.len() {
                let Some(at) = next(&due, |one| *one, Some(&playing), None) else { return Ok(()) };
                playing = due[at];
            }
            prop_assert!(false, "still handed on");
        }
    }

    #[test]
    fn of_two_emergencies_the_newer_one_plays() {
        let old = Contender {
            class: Class::Emergency,
            version: 1,
            rank: 0,
            play_at: None,
            interrupts: false,
            suspended: false,
        };
        let new = Contender { version: 2, rank: 9, ..old };
        assert!(new.takes_from(&old) && !old.takes_from(&new));
        assert_eq!(next(&[old, new], |one| *one, None, None), Some(1));
        assert_eq!(next(&[old], |one| *one, Some(&new), None), None);
        // The one for which another stopped begins, unless something takes from it.
        let routine = Contender { class: Class::Routine, ..old };
        assert_eq!(next(&[old, routine], |one| *one, None, Some(1)), Some(0));
        let same = Contender { rank: 5, class: Class::Routine, ..old };
        assert_eq!(next(&[routine, same], |one| *one, None, Some(1)), Some(1));
    }
}

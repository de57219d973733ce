//! Which broadcasts would sound at the same time.

use std::ops::ControlFlow;

/// A stretch of time in which something plays, UTC ms, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Playing {
    /// From.
    pub from: u64,
    /// Up to.
    pub to: u64,
    /// What, by the caller's numbering.
    pub what: usize,
}

/// Shows every two stretches that meet, the one that begins first in front, until `show` has seen enough.
///
/// One pass over the sorted stretches: what has ended is left behind, so the work grows with the number
/// of overlaps and not with that of pairs. Nothing is collected: where everything meets everything, that
/// would be as many pairs.
pub fn overlaps(playing: &mut [Playing], mut show: impl FnMut(&Playing, &Playing) -> ControlFlow<()>) {
    playing.sort_unstable();
    let mut open: Vec<Playing> = Vec::new();
    for one in playing.iter().filter(|one| one.to > one.from) {
        open.retain(|earlier| earlier.to > one.from);
        for earlier in &open {
            if show(earlier, one).is_break() {
                return;
            }
        }
        open.push(*one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_pair_that_meets_is_found_once(spans in proptest::collection::vec((0_u64..60, 0_u64..20), 0..20)) {
            let spans = spans.iter().enumerate();
            let mut playing: Vec<Playing> =
                spans.map(|(what, (from, ms))| Playing { from: *from, to: from + ms, what }).collect();
            let mut found = Vec::new();
            overlaps(&mut playing, |a, b| {
                found.push((*a, *b));
                ControlFlow::Continue(())
            });
            let mut expected = Vec::new();
            for (i, a) in playing.iter().enumerate() {
                for b in playing.iter().skip(i + 1) {
                    if a.from.max(b.from) < a.to.min(b.to) {
                        expected.push((*a, *b));
                    }
                }
            }
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

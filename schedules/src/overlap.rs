//! Which broadcasts would sound at the same time.

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

/// Every two stretches that meet, by their places in `playing` after it is sorted by time, at most
/// `limit` of them.
///
/// One pass over the sorted stretches: what has ended is left behind, so the work grows with the number
/// of overlaps and not with that of pairs.
pub fn overlaps(playing: &mut [Playing], limit: usize) -> Vec<(usize, usize)> {
    playing.sort_unstable();
    let mut found = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, one) in playing.iter().enumerate() {
        open.retain(|earlier| playing.get(*earlier).is_some_and(|earlier| earlier.to > one.from));
        for earlier in open.iter().filter(|_| one.to > one.from) {
            if found.len() == limit {
                return found;
            }
            found.push((*earlier, at));
        }
        open.push(at);
    }
    found
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
            let found = overlaps(&mut playing, usize::MAX);
            let mut expected = Vec::new();
            for (i, a) in playing.iter().enumerate() {
                for (j, b) in playing.iter().enumerate().skip(i + 1) {
                    if a.from.max(b.from) < a.to.min(b.to) {
                        expected.push((i, j));
                    }
                }
            }
            let mut found_sorted = found;
            found_sorted.sort_unstable();
            prop_assert_eq!(found_sorted, expected);
        }
    }
}

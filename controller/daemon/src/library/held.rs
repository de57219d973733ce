//! Bytes of clips that are about to become facts: nobody removes them meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use firmware_proto::ClipId;

use super::lock;

/// How many hold the bytes of each clip.
#[derive(Debug, Clone, Default)]
pub(super) struct Holds(Arc<Mutex<HashMap<ClipId, usize>>>);

/// Holds the bytes of a clip until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    clip: ClipId,
    holds: Holds,
}

impl Holds {
    pub(super) fn hold(&self, clip: ClipId) -> Held {
        *lock(&self.0).entry(clip).or_default() += 1;
        Held { clip, holds: self.clone() }
    }

    /// Does something while nobody can begin to hold the clip; nothing, if somebody holds it.
    pub(super) fn unless_held<T>(&self, clip: ClipId, act: impl FnOnce() -> T) -> Option<T> {
        let held = lock(&self.0);
        (!held.contains_key(&clip)).then(act)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = lock(&self.holds.0);
        if let Some(count) = held.get_mut(&self.clip) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.clip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_holds_stays_until_the_last_lets_go() {
        let (holds, clip) = (Holds::default(), ClipId::from_bytes([7; 32]));
        let (one, other) = (holds.hold(clip), holds.hold(clip));
        drop(one);
        assert_eq!(holds.unless_held(clip, || ()), None);
        assert_eq!(holds.unless_held(ClipId::from_bytes([8; 32]), || ()), Some(()), "another clip");
        drop(other);
        assert_eq!(holds.unless_held(clip, || ()), Some(()));
    }
}

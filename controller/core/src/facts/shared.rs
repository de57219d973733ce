//! A value that several may hold, and that is copied when one of them changes it.
//!
//! The state is made of such parts: a view of it costs a few counters, however large the site is, and whoever holds
//! one is never in the way of the next change.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of the state. Reading it is free; the first change after it was shared copies it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Holds a value that nobody else holds yet.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

impl<A, T: FromIterator<A>> FromIterator<A> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = A>>(values: I) -> Self {
        Self::new(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_does_not_reach_who_held_it_before() {
        let mut mine = Shared::new(vec![1]);
        let before = mine.clone();
        mine.push(2);
        assert_eq!((&before[..], &mine[..]), (&[1][..], &[1, 2][..]));
        // Held by nobody else now: changed in place.
        let place = mine.as_ptr();
        drop(before);
        mine[0] = 3;
        assert_eq!(mine.as_ptr(), place);
    }
}

//! What must always hold. Each function is named for the sentence that it checks; a violation ends
//! the run with the command that shows it again.

pub(crate) mod bounds;
pub(crate) mod deadlines;
pub(crate) mod durable;
pub(crate) mod editions;
pub(crate) mod health;
pub(crate) mod library;
pub(crate) mod liveness;
pub(crate) mod playing;
pub(crate) mod replay;
pub(crate) mod truth;

use std::collections::BTreeMap;

use firmware_proto::trust::sha256;
use firmware_proto::{ClusterId, Hash};

/// What the invariants remember from one step to the next.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The command behind every number of every stream.
    numbers: BTreeMap<(Option<ClusterId>, u64), Hash>,
}

impl Watch {
    /// `false` if another command has had that number.
    fn number_is_new(&mut self, target: Option<ClusterId>, number: u64, text: &str) -> bool {
        let hash = sha256(text.as_bytes());
        *self.numbers.entry((target, number)).or_insert(hash) == hash
    }
}

//! Older formats of entries, brought into the present one, a version at a time.
//!
//! When a record has to change in a way that `serde`'s defaults do not cover: raise
//! `VERSION`, and add the step from the version before to `STEPS`. The frozen entries
//! under `tests/journal/` show whether it is right.

use serde_json::Value;

/// Brings an actor and a record from one version to the next.
type Step = fn(&mut Value, &mut Value);

/// The step from version 1 to 2 stands first. There is only one version yet.
const STEPS: &[Step] = &[];

/// Brings the texts of an entry of this version into the present format.
pub(super) fn to_present(version: u16, mut actor: Value, mut record: Value) -> (Value, Value) {
    let first = usize::from(version.saturating_sub(1));
    for step in STEPS.get(first..).unwrap_or_default() {
        step(&mut actor, &mut record);
    }
    (actor, record)
}

const _: () =
    assert!(STEPS.len() + 1 == super::entry::VERSION as usize, "one step for each version but the last");

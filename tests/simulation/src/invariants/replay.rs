//! `replay(journal) == state`.

use controller_core::{Record, State};

use crate::disk::Entry;
use crate::world::World;

/// The records that the core handed over, folded as they come, are its state.
pub(crate) fn the_records_fold_to_the_state(world: &World) {
    let Some(state) = world.state() else { return };
    if *state != world.controller.folded {
        let what = format!("the core says {state:?}\n  the records say {:?}", world.controller.folded);
        world.violated("the records fold to the state", &what);
    }
}

/// A record is the same after it has been written as JSON and read again.
pub(crate) fn a_record_survives_json(world: &World, record: &Record) {
    let text = serde_json::to_string(record).unwrap_or_default();
    let back: Result<Record, _> = serde_json::from_str(&text);
    if back.as_ref().ok() != Some(record) {
        world.violated("a record survives JSON", &format!("{record:?}\n  {text}\n  {back:?}"));
    }
}

/// Replay of all that is on the disk, and of its tail behind a snapshot, gives what was known.
pub(crate) fn the_journal_folds_to_what_is_durable(world: &World) {
    let disk = &world.controller.disk;
    let from_the_start = fold(State::default(), &disk.entries);
    let (head, tail) = disk.entries.split_at(disk.entries.len() / 2);
    let state = Box::new(fold(State::default(), head));
    let text = serde_json::to_string(&Record::Snapshot { state }).unwrap_or_default();
    let Ok(snapshot @ Record::Snapshot { .. }) = serde_json::from_str(&text) else {
        world.violated("a snapshot survives JSON", &text);
    };
    let mut from_the_snapshot = State::default();
    from_the_snapshot.apply(controller_time(head), &snapshot);
    let from_the_snapshot = fold(from_the_snapshot, tail);
    if from_the_start != disk.durable || from_the_snapshot != disk.durable {
        world.violated("the journal folds to what is durable", &format!("{:?}", disk.durable));
    }
}

fn fold(mut state: State, entries: &[Entry]) -> State {
    entries.iter().for_each(|entry| state.apply(entry.at, &entry.record));
    state
}

fn controller_time(head: &[Entry]) -> firmware_proto::UtcMillis {
    head.last().map(|entry| entry.at).unwrap_or_default()
}

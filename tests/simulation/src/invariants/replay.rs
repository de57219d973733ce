//! `replay(journal) == state`.

use controller_core::{Entry, State};

use crate::world::World;

/// The records that the core handed over, folded as they come, are its state.
pub(crate) fn the_records_fold_to_the_state(world: &World) {
    let Some(state) = world.state() else { return };
    if *state != world.controller.folded {
        let what = format!("the core says {state:?}\n  the records say {:?}", world.controller.folded);
        world.violated("the records fold to the state", &what);
    }
}

/// An entry is the same after its texts have been written and read again.
pub(crate) fn an_entry_survives_its_texts(world: &World, entry: &Entry) {
    let text = entry.text();
    let back = Entry::read(entry.at, text.version, &text.actor, &text.record);
    if back.as_ref().ok() != Some(entry) {
        world.violated("an entry survives its texts", &format!("{entry:?}\n  {text:?}\n  {back:?}"));
    }
}

/// Replay of all that is on the disk, and of what stands behind its snapshot, gives what was known.
pub(crate) fn the_journal_folds_to_what_is_durable(world: &World) {
    let disk = &world.controller.disk;
    let mut from_the_start = State::default();
    disk.entries.iter().for_each(|entry| from_the_start.apply(&entry.entry));
    if from_the_start != disk.durable || disk.restore().state != disk.durable {
        world.violated("the journal folds to what is durable", &format!("{:?}", disk.durable));
    }
}

/// The next start after a clean stop reads no entries.
pub(crate) fn a_clean_stop_leaves_a_snapshot_of_all(world: &World) {
    let disk = &world.controller.disk;
    // A full disk keeps what it can.
    if !disk.full && disk.snapshot_sequence() != disk.durable_sequence {
        let what = format!("{} of {}", disk.snapshot_sequence(), disk.durable_sequence);
        world.violated("a clean stop leaves a snapshot of all", &what);
    }
}

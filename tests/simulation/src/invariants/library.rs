//! A clip is in the library for as long as somebody needs it.

use controller_core::Record;

use crate::world::World;

/// Whatever is to be played is there, and what goes is needed by nobody.
pub(crate) fn what_is_needed_is_there(world: &World, record: &Record) {
    let known = &world.controller.folded;
    match record {
        Record::JobMade { spec } => {
            let gone =
                spec.all_clips().find(|clip| known.clips.get(&clip.id).is_none_or(|k| k.clip != **clip));
            if let Some(gone) = gone {
                world.violated("what is to be played is in the library", &format!("{gone:?}: {spec:?}"));
            }
        }
        Record::ClipRemoved { clip, gone: true, .. } => {
            let users = known.users_of(*clip);
            if !users.is_empty() {
                world.violated("what is needed stays in the library", &format!("{clip}: {users:?}"));
            }
        }
        _ => {}
    }
}

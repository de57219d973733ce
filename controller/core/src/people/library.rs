//! The clip library: taking clips, finding them by name, giving them up.

use std::convert::Infallible;

use firmware_proto::ClipId;
use firmware_proto::message::ClipRef;

use super::checks::{is_title, within};
use super::command::{Done, NewClip};
use super::refusal::Refusal;
use crate::brain::Core;
use crate::facts::actor::Actor;
use crate::facts::clip::{LibraryClip, Title};
use crate::facts::names;
use crate::facts::programme::{Clip, Programme};
use crate::facts::record::Record;
use crate::facts::state::State;
use crate::limits::{CLIP_ID_DIGITS_MIN, CLIPS_KEPT_MAX};
use crate::now::Now;

impl State {
    /// The clip of this title, this id, or this beginning of an id: of several clips of one title that which got
    /// it last.
    ///
    /// # Errors
    /// There is none, or an id is not told from others by its beginning.
    pub fn find_clip(&self, name: &str) -> Result<&LibraryClip, Refusal> {
        let name = name.trim();
        let id = name.to_lowercase();
        if let Some(known) = id.parse().ok().and_then(|id: ClipId| self.clips.get(&id)) {
            return Ok(known);
        }
        let titled = self.clips.values().filter_map(|clip| Some((clip.titled(name)?.given_at, clip)));
        if let Some((_, clip)) = titled.max_by_key(|(given_at, _)| *given_at) {
            return Ok(clip);
        }
        let mut fitting = self.clips.values().filter(|clip| clip.clip.id.to_string().starts_with(&id));
        match (fitting.next(), fitting.next()) {
            (Some(clip), None) if id.len() >= CLIP_ID_DIGITS_MIN => Ok(clip),
            _ => {
                let titles = self.clips.values().flat_map(|clip| &clip.titles);
                let nearest = names::nearest_names(name, titles.map(|title| title.text.clone()));
                Err(Refusal::UnknownClip { name: name.to_owned(), nearest })
            }
        }
    }

    /// Is this clip in the library, as it is named?
    pub(crate) fn has_clip(&self, clip: &ClipRef) -> bool {
        self.clips.get(&clip.id).is_some_and(|known| known.clip == *clip)
    }
}

impl Core {
    /// Takes a clip whose bytes are stored. The same sound again is the same clip, by another title.
    pub(super) fn add_clip(&mut self, now: Now, by: &Actor, new: NewClip) -> Result<Done, Refusal> {
        let NewClip { clip, title, sheet } = new;
        within(!title.trim().is_empty(), "title")?;
        is_title(&title, "title")?;
        within(sheet.is_bounded(), "sheet")?;
        // Its bytes were brought with it.
        self.lost_clips.remove(&clip.id);
        let known = self.state.clips.get(&clip.id);
        if known.is_none() && self.state.clips.len() >= CLIPS_KEPT_MAX {
            return Err(Refusal::LibraryFull { most: CLIPS_KEPT_MAX });
        }
        let same = |known: &LibraryClip| known.clip == clip && known.title() == title && known.sheet == sheet;
        // Its title still means it, and not a clip that got the same title since.
        let is_last = || self.state.find_clip(&title).is_ok_and(|named| named.clip.id == clip.id);
        let done = Done::Clip { clip: clip.id };
        if known.is_some_and(|known| same(known)) && is_last() {
            return Ok(done);
        }
        let titles = known.map(|known| known.titles.clone()).unwrap_or_default();
        let title = Title { text: title, given_at: now.utc };
        let clip = LibraryClip { clip, titles, sheet }.with_title(title);
        self.write(now, by.clone(), Record::ClipAdded { clip: Box::new(clip) });
        Ok(done)
    }

    /// Somebody has looked at the bytes of a clip.
    pub(crate) fn take_clip_check(&mut self, now: Now, clip: ClipId, whole: bool) {
        if whole || !self.state.clips.contains_key(&clip) {
            self.lost_clips.remove(&clip);
        } else {
            self.lost_clips.entry(clip).or_insert(now.utc);
        }
    }

    /// Gives up one title of a clip; with the last one, or by its id, the clip.
    pub(super) fn remove_clip(&mut self, now: Now, by: &Actor, name: &str) -> Result<Done, Refusal> {
        let known = self.state.find_clip(name)?;
        let clip = known.clip.id;
        let one = known.titled(name).filter(|_| known.titles.len() > 1).map(|title| title.text.clone());
        let users = match &one {
            Some(title) => self.state.programmes_calling(clip, title),
            None => self.state.users_of(clip),
        };
        let title = one.clone().unwrap_or_else(|| known.title().to_owned());
        if !users.is_empty() {
            return Err(Refusal::ClipInUse { title, users });
        }
        let gone = one.is_none();
        self.write(now, by.clone(), Record::ClipRemoved { clip, title: title.clone(), gone });
        if gone {
            self.lost_clips.remove(&clip);
        }
        Ok(Done::ClipRemoved { clip, title, gone })
    }

    /// Programmes that play another clip by this name play this one from now on. Guard rails that a longer clip
    /// would break are looked at when its occurrences become jobs.
    pub(super) fn replace_clip(&mut self, now: Now, by: &Actor, name: &str) -> Result<Done, Refusal> {
        let known = self.state.find_clip(name)?;
        let clip = known.clip;
        // Of several titles the one that was meant; an id means the last.
        let title = known.titled(name).map_or(known.title(), |title| &title.text).to_owned();
        let other = |programme: &Programme| {
            let change = |known: &Clip| {
                let new = if known.is_called(&title) { clip } else { known.clip };
                Ok::<_, Infallible>(Clip { name: known.name.clone(), clip: new })
            };
            let Ok(plan) = programme.plan.try_map(change);
            let revision = self.state.revision + 1;
            Programme { plan, revision, changed_at: now.utc, ..programme.clone() }
        };
        let programmes = self.state.programmes_with_older(&title, clip.id).into_iter();
        let changed: Vec<Programme> = programmes.map(other).collect();
        let programmes: Vec<String> = changed.iter().map(|programme| programme.plan.id.clone()).collect();
        if !changed.is_empty() {
            let ended = self.jobs_to_come_of(now, &programmes);
            let record = Record::ClipReplaced {
                title: title.clone(),
                clip: clip.id,
                programmes: changed,
                ended: ended.clone(),
            };
            self.write(now, by.clone(), record);
            self.follow_schedule(now, &programmes, &ended);
        }
        Ok(Done::ClipReplaced { clip: clip.id, title, programmes })
    }
}

//! Which clips are pulled and kept, when there is not room for all.
//!
//! Jobs stand in an order of need. The clips that are *wanted* are the first ones in that order that
//! fit together. Only they are pulled, and only others give way to them: so nothing is dropped and
//! pulled again in turn, and a less needed clip never displaces a more needed one.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::ids::{ClipId, JobId};
use crate::limits::{CHUNK_BYTES, CLIP_BYTES_MAX};
use crate::manifest::chunk_count;
use crate::message::{Class, ClipRef, Job, Reason};
use crate::time::{Mono, UtcMillis};

use super::fetch::Download;
use super::play::Active;
use super::{ChunkSet, Held, Output, Speaker};

/// A clip of which nothing comes stands behind others for so long, ms.
const ASIDE_MS: u64 = 60_000;
/// A disk that took no more is tried again after this time, ms.
const FULL_FOR_MS: u64 = 3_600_000;

/// How much a job needs its clips: the smaller, the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    /// What has begun keeps its clips, whatever comes.
    idle: bool,
    class: Reverse<Class>,
    play_at: Option<UtcMillis>,
    version: u64,
}

impl Held {
    fn need(&self) -> Need {
        let Job { class, play_at, version, .. } = self.job;
        Need { idle: self.begun.is_none(), class: Reverse(class), play_at, version }
    }

    pub(super) fn needs(&self, clip: ClipId) -> bool {
        self.job.clips().iter().any(|c| c.id == clip)
    }
}

impl Speaker {
    /// Pulls the most needed clip of those that are wanted and missing.
    pub(super) fn choose_download(&mut self, now: Mono) {
        let wanted = loop {
            let wanted = self.wanted_clips(now);
            let Some(job) = self.most_needed_without_room(now, &wanted) else { break wanted };
            self.held.remove(&job);
            self.refuse(now, job, Reason::StorageFull);
        };
        if self.download.as_ref().is_some_and(Download::is_verifying) {
            return;
        }
        self.put_aside_stalled(now);
        let mut missing = wanted.iter().filter(|clip| !self.complete.contains_key(&clip.id));
        let first = missing.clone().next();
        let missing = missing.find(|clip| !self.stalled.contains_key(&clip.id)).or(first);
        let present = self.download.as_ref().map(|download| download.clip().id);
        match missing {
            Some(clip) if present == Some(clip.id) => {}
            Some(clip) if self.make_storage(now, clip, &wanted) => self.begin_download(*clip),
            _ => self.download = None,
        }
    }

    /// Nothing comes of a clip, which the controller may have lost: others are pulled meanwhile.
    fn put_aside_stalled(&mut self, now: Mono) {
        self.stalled.retain(|_, until| *until > now);
        if let Some(download) = self.download.as_mut().filter(|download| download.is_stalled()) {
            download.ask_anew();
            self.stalled.insert(download.clip().id, now + ASIDE_MS);
        }
    }

    /// Bytes that clips may take.
    pub(super) fn room(&self, now: Mono) -> u64 {
        let full = self.full.filter(|(_, until)| *until > now).map_or(u64::MAX, |(bytes, _)| bytes);
        full.min(self.config.storage_bytes)
    }

    /// The disk took no more: it is smaller than it should be, or something else fills it.
    pub(super) fn take_storage_full(&mut self, now: Mono, clip: ClipId, index: u32) {
        if let Some(held) = self.partial.get_mut(&clip) {
            held.remove(index);
        }
        // The list of its hashes is pulled again; what is stored of it stays.
        self.download.take_if(|download| download.clip().id == clip);
        let pieces: u64 = self.partial.values().map(ChunkSet::held_bytes).sum();
        let whole: u64 = self.complete.values().map(|size| u64::from(*size)).sum();
        self.full = Some((whole + pieces, now + FULL_FOR_MS));
    }

    fn begin_download(&mut self, clip: ClipRef) {
        self.download = Download::new(clip);
        let chunks = chunk_count(clip.size_bytes);
        let held = self.partial.entry(clip.id).or_insert_with(|| ChunkSet::new(chunks));
        if held.len() != chunks {
            *held = ChunkSet::new(chunks);
        }
    }

    /// The clips of held jobs in the order of need, each once, as far as they fit together. One that
    /// does not fit is left out, and a smaller one after it may have the room.
    fn wanted_clips(&self, now: Mono) -> Vec<ClipRef> {
        let mut wanted = Vec::new();
        if self.held.values().all(|held| self.has_clips(&held.job)) {
            return wanted;
        }
        let mut held: Vec<&Held> = self.held.values().collect();
        held.sort_by_key(|held| held.need());
        let mut free = self.room(now);
        let mut taken = BTreeSet::new();
        for clip in held.into_iter().flat_map(|held| held.job.clips()) {
            let size = u64::from(self.complete.get(&clip.id).copied().unwrap_or(clip.size_bytes));
            if size <= free && taken.insert(clip.id) {
                free -= size;
                wanted.push(*clip);
            }
        }
        wanted
    }

    /// A job whose clips can never be here, or whose moment has come while one of them is not wanted.
    fn most_needed_without_room(&self, now: Mono, wanted: &[ClipRef]) -> Option<JobId> {
        let utc = self.clock.utc(now);
        let wanted: BTreeSet<ClipId> = wanted.iter().map(|clip| clip.id).collect();
        let without = self.held.values().filter(|held| {
            let mut missing = held.job.clips().iter().filter(|clip| !self.complete.contains_key(&clip.id));
            let come = held.job.play_at.is_none_or(|at| utc.is_some_and(|utc| utc >= at));
            let fits = self.could_ever_hold(&held.job);
            missing.any(|clip| !fits || (come && !wanted.contains(&clip.id)))
        });
        without.min_by_key(|held| held.need()).map(|held| held.job.id)
    }

    fn could_ever_hold(&self, job: &Job) -> bool {
        let mut ids = BTreeSet::new();
        let distinct = job.clips().iter().filter(|clip| ids.insert(clip.id));
        let bytes: u64 = distinct.map(|clip| u64::from(clip.size_bytes)).sum();
        let possible = job.clips().iter().all(|clip| (1..=CLIP_BYTES_MAX).contains(&clip.size_bytes));
        possible && bytes <= self.config.storage_bytes
    }

    /// Drops clips that no job needs, then the least needed of those that are not wanted, until this
    /// one fits.
    fn make_storage(&mut self, now: Mono, clip: &ClipRef, wanted: &[ClipRef]) -> bool {
        let stored = self.complete.keys().chain(self.partial.keys());
        let others: Vec<ClipId> = stored.copied().filter(|id| *id != clip.id).collect();
        let used: u64 = others.iter().map(|id| self.stored_bytes(id)).sum();
        let mut excess = (used + u64::from(clip.size_bytes)).saturating_sub(self.room(now));
        if excess == 0 {
            return true;
        }
        let own = self.need_of(clip.id);
        let mut less: Vec<_> = others.into_iter().map(|id| (self.need_of(id), id)).collect();
        less.retain(|(need, id)| {
            let less = need.is_none_or(|need| need.idle && own.is_some_and(|own| need > own));
            less && !wanted.iter().any(|clip| clip.id == *id)
        });
        less.sort_unstable_by_key(|(need, id)| (need.map(Reverse), *id));
        let mut drop = Vec::new();
        for (_, id) in less {
            if excess == 0 {
                break;
            }
            excess = excess.saturating_sub(self.stored_bytes(&id));
            drop.push(id);
        }
        if excess == 0 {
            drop.into_iter().for_each(|id| self.drop_clip(id));
        }
        excess == 0
    }

    pub(super) fn drop_clip(&mut self, clip: ClipId) {
        self.checks.forget(clip);
        self.complete.remove(&clip);
        self.partial.remove(&clip);
        self.effects.push_back(Output::DropClip(clip));
    }

    /// The need of the job that needs it most; `None` if no job does.
    fn need_of(&self, clip: ClipId) -> Option<Need> {
        self.held.values().filter(|held| held.needs(clip)).map(Held::need).min()
    }

    pub(super) fn storage_used(&self) -> u64 {
        self.complete.keys().chain(self.partial.keys()).map(|id| self.stored_bytes(id)).sum()
    }

    /// What a clip takes up: one that is not complete has its place already.
    fn stored_bytes(&self, clip: &ClipId) -> u64 {
        let Some(chunks) = self.partial.get(clip) else {
            return self.complete.get(clip).map_or(0, |&size| u64::from(size));
        };
        let mut named = self.held.values().flat_map(|held| held.job.clips());
        let named = named.find(|c| c.id == *clip && chunk_count(c.size_bytes) == chunks.len());
        named.map_or(u64::from(chunks.len()) * CHUNK_BYTES as u64, |clip| u64::from(clip.size_bytes))
    }

    /// Bytes of clips that held jobs need and that are not stored.
    pub(super) fn missing_bytes(&self) -> u32 {
        let mut seen = BTreeSet::new();
        let clips = self.held.values().flat_map(|held| held.job.clips());
        let missing = clips.filter(|clip| !self.complete.contains_key(&clip.id) && seen.insert(clip.id));
        let bytes = missing.map(|clip| match self.partial.get(&clip.id) {
            Some(chunks) if chunks.len() == chunk_count(clip.size_bytes) => {
                chunks.missing_bytes(clip.size_bytes)
            }
            _ => u64::from(clip.size_bytes),
        });
        u32::try_from(bytes.sum::<u64>()).unwrap_or(u32::MAX)
    }

    /// This clip cannot be had: no job that lacks it can be played here.
    pub(super) fn give_up_clip(&mut self, now: Mono, clip: ClipId, reason: Reason) {
        if self.download.as_ref().is_some_and(|d| d.clip().id == clip) {
            self.download = None;
        }
        if self.partial.remove(&clip).is_some() {
            self.effects.push_back(Output::DropClip(clip));
        }
        if self.complete.contains_key(&clip) {
            return;
        }
        let active = self.active.as_ref().map(Active::job);
        let lacks = |held: &&Held| active != Some(held.job.id) && held.needs(clip);
        let hopeless: Vec<JobId> = self.held.values().filter(lacks).map(|h| h.job.id).collect();
        for id in hopeless {
            self.held.remove(&id);
            self.refuse(now, id, reason);
        }
    }
}

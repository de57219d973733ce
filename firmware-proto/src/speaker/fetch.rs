//! Pulling one clip: first its hash list, then its chunks, a bounded window at a time.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::limits::{CHUNK_BYTES, CLIP_BYTES_MAX, WANT_RANGES_MAX};
use crate::manifest::{HASH_BYTES, chunk_count};
use crate::message::{Chunk, ChunkRange, ClipRef, Part, Want};
use crate::speaker::chunk_set::ChunkSet;
use crate::speaker::window::{Asked, Window};
use crate::time::Mono;
use crate::trust::{Rejected, sha256};

/// A clip that was asked for so often without any answer stands behind others for a while.
const UNANSWERED_MAX: u32 = 3;

/// The clip that is being pulled.
#[derive(Debug)]
pub(super) struct Download {
    clip: ClipRef,
    phase: Phase,
    in_flight: BTreeMap<u32, Asked>,
    /// Times that nothing came, since the last chunk.
    unanswered: u32,
}

#[derive(Debug)]
enum Phase {
    /// The hash list grows page by page; `have` are pages.
    Hashes { list: Vec<u8>, have: ChunkSet },
    /// The list is verified; chunks are judged one by one.
    Data { list: Vec<u8> },
    /// All chunks are stored; the shell reads the clip back.
    Verifying,
}

/// What a chunk brought about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// A page of the hash list; nothing to store.
    Page,
    /// A good chunk to store.
    Store { index: u32, data: Vec<u8> },
}

impl Download {
    /// `None` for a clip of impossible size.
    pub(super) fn new(clip: ClipRef) -> Option<Self> {
        if clip.size_bytes == 0 || clip.size_bytes > CLIP_BYTES_MAX {
            return None;
        }
        Some(Self { clip, phase: hashes_phase(clip), in_flight: BTreeMap::new(), unanswered: 0 })
    }

    pub(super) fn clip(&self) -> &ClipRef {
        &self.clip
    }

    pub(super) fn is_verifying(&self) -> bool {
        matches!(self.phase, Phase::Verifying)
    }

    /// The connection is gone, and with it all that was asked for.
    pub(super) fn disconnected(&mut self) {
        self.in_flight.clear();
        self.unanswered = 0;
    }

    /// Has it been asked for in vain?
    pub(super) fn is_stalled(&self) -> bool {
        self.unanswered >= UNANSWERED_MAX
    }

    /// It gets another chance.
    pub(super) fn ask_anew(&mut self) {
        self.unanswered = 0;
    }

    /// All data is there and stored.
    pub(super) fn verify(&mut self) {
        self.in_flight.clear();
        self.phase = Phase::Verifying;
    }

    /// May data chunks flow, and are all of them held?
    pub(super) fn has_all(&self, held: &ChunkSet) -> bool {
        matches!(self.phase, Phase::Data { .. }) && held.is_complete()
    }

    /// Judges one chunk. `held` are the data chunks that are stored.
    pub(super) fn handle_chunk(
        &mut self,
        now: Mono,
        chunk: Chunk,
        held: &ChunkSet,
        window: &mut Window,
    ) -> Result<Arrival, Rejected> {
        if chunk.clip != self.clip.id {
            return Err(Rejected::Unwanted);
        }
        let arrival = match (&mut self.phase, chunk.part) {
            (Phase::Hashes { list, have }, Part::Hashes) => {
                take_page(list, have, &chunk)?;
                Arrival::Page
            }
            (Phase::Data { list }, Part::Data) => {
                if held.contains(chunk.index) {
                    return Err(Rejected::Unwanted);
                }
                check_chunk(list, &chunk)?;
                Arrival::Store { index: chunk.index, data: chunk.data.into() }
            }
            _ => return Err(Rejected::Unwanted),
        };
        if let Some(asked) = self.in_flight.remove(&chunk.index) {
            self.unanswered = 0;
            window.arrived(now, asked);
        }
        self.close_hashes();
        Ok(arrival)
    }

    /// With all pages there, either the list is the signed one or it is pulled again.
    fn close_hashes(&mut self) {
        let Phase::Hashes { list, have } = &mut self.phase else { return };
        if !have.is_complete() {
            return;
        }
        self.in_flight.clear();
        self.phase = if sha256(list) == self.clip.hash_list {
            Phase::Data { list: core::mem::take(list) }
        } else {
            hashes_phase(self.clip)
        };
    }

    /// What to ask for now, if anything. Asks in halves of the window, to spend few messages.
    pub(super) fn next_want(&mut self, now: Mono, held: &ChunkSet, window: &mut Window) -> Option<Want> {
        self.expire(now, window);
        let (part, missing) = match &self.phase {
            Phase::Hashes { have, .. } => (Part::Hashes, have),
            Phase::Data { .. } => (Part::Data, held),
            Phase::Verifying => return None,
        };
        let flying = self.in_flight.len() as u32;
        if flying > window.chunks() / 2 {
            return None;
        }
        let free = (window.chunks() - flying) as usize;
        let wanted = missing.missing().filter(|index| !self.in_flight.contains_key(index)).take(free);
        let ranges = ranges(wanted);
        if ranges.is_empty() {
            return None;
        }
        for index in ranges.iter().flat_map(|r| r.start..r.start + r.count) {
            self.in_flight.insert(index, window.asked(now));
        }
        Some(Want { clip: self.clip.id, part, ranges })
    }

    fn expire(&mut self, now: Mono, window: &mut Window) {
        let retry_ms = window.retry_ms();
        let before = self.in_flight.len();
        self.in_flight.retain(|_, asked| now.since(asked.at) < retry_ms);
        if self.in_flight.len() < before {
            self.unanswered += 1;
            window.timed_out();
        }
    }

    pub(super) fn next_timeout(&self, window: &Window) -> Option<Mono> {
        self.in_flight.values().map(|asked| asked.at + window.retry_ms()).min()
    }
}

fn hashes_phase(clip: ClipRef) -> Phase {
    let bytes = chunk_count(clip.size_bytes) as usize * HASH_BYTES;
    Phase::Hashes { list: vec![0; bytes], have: ChunkSet::new(bytes.div_ceil(CHUNK_BYTES) as u32) }
}

fn take_page(list: &mut [u8], have: &mut ChunkSet, chunk: &Chunk) -> Result<(), Rejected> {
    if have.contains(chunk.index) {
        return Err(Rejected::Unwanted);
    }
    let page = list.chunks_mut(CHUNK_BYTES).nth(chunk.index as usize).ok_or(Rejected::Unwanted)?;
    if page.len() != chunk.data.len() {
        return Err(Rejected::Malformed);
    }
    page.copy_from_slice(&chunk.data);
    have.insert(chunk.index);
    Ok(())
}

fn check_chunk(list: &[u8], chunk: &Chunk) -> Result<(), Rejected> {
    let hash = list.chunks_exact(HASH_BYTES).nth(chunk.index as usize).ok_or(Rejected::Unwanted)?;
    match sha256(&chunk.data).as_bytes() == hash {
        true => Ok(()),
        false => Err(Rejected::BadSignature),
    }
}

fn ranges(indices: impl Iterator<Item = u32>) -> Vec<ChunkRange> {
    let mut out: Vec<ChunkRange> = Vec::new();
    for index in indices {
        if let Some(last) = out.last_mut()
            && last.start + last.count == index
        {
            last.count += 1;
        } else if out.len() < WANT_RANGES_MAX {
            out.push(ChunkRange { start: index, count: 1 });
        } else {
            break;
        }
    }
    out
}

//! Clips on the disk, whole and in pieces.
//!
//! The map beside a `.part` file is `"loa-map1"`, the size of the whole clip (u32), and one record for every
//! chunk held, in the order of arrival: its index (u32) and the first 8 bytes of its SHA-256; integers are
//! big-endian. When a map is read back, each chunk is checked against its record, so chunks need no flush of
//! their own: what a power cut took is simply not held, and is pulled again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use firmware_proto::ClipId;
use firmware_proto::limits::{CHUNK_BYTES, CLIP_BYTES_MAX};
use firmware_proto::manifest::chunk_count;
use firmware_proto::speaker::ChunkSet;
use firmware_proto::trust::sha256;
use tracing::warn;

use super::folder::{missing_is_fine, sync_folder};

const MAGIC: &[u8; 8] = b"loa-map1";
const RECORD_BYTES: usize = 12;

type Complete = Vec<(ClipId, u32)>;
type Partial = Vec<(ClipId, ChunkSet)>;

/// The folder of clips.
#[derive(Debug)]
pub(super) struct Clips {
    folder: PathBuf,
    sync: bool,
    open: Option<OpenPart>,
}

/// The clip that is being pulled.
#[derive(Debug)]
struct OpenPart {
    clip: ClipId,
    data: File,
    map: File,
}

impl Clips {
    pub(super) fn open(folder: PathBuf, sync: bool) -> io::Result<(Self, Complete, Partial)> {
        fs::create_dir_all(&folder)?;
        let (mut complete, mut partial) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let Some((clip, kind)) = parse_name(&path) else { continue };
            match kind {
                "opus" => complete.push((clip, entry.metadata()?.len() as u32)),
                "part" => match read_part(&path) {
                    Some(chunks) => partial.push((clip, chunks)),
                    None => {
                        forget(&path)?;
                        forget(&path.with_extension("map"))?;
                    }
                },
                "map" if !path.with_extension("part").exists() => forget(&path)?,
                _ => {}
            }
        }
        Ok((Self { folder, sync, open: None }, complete, partial))
    }

    pub(super) fn complete_path(&self, clip: ClipId) -> PathBuf {
        self.folder.join(format!("{clip}.opus"))
    }

    pub(super) fn part_path(&self, clip: ClipId) -> PathBuf {
        self.folder.join(format!("{clip}.part"))
    }

    fn map_path(&self, clip: ClipId) -> PathBuf {
        self.folder.join(format!("{clip}.map"))
    }

    pub(super) fn store_chunk(
        &mut self,
        clip: ClipId,
        size_bytes: u32,
        index: u32,
        data: &[u8],
    ) -> io::Result<()> {
        let mut part = match self.open.take().filter(|part| part.clip == clip) {
            Some(part) => part,
            None => self.open_part(clip, size_bytes)?,
        };
        part.data.write_all_at(data, u64::from(index) * CHUNK_BYTES as u64)?;
        part.map.write_all(&record(index, data))?;
        // On a full disk a record may be torn: the part is opened anew then, which removes what is torn.
        self.open = Some(part);
        Ok(())
    }

    fn open_part(&self, clip: ClipId, size_bytes: u32) -> io::Result<OpenPart> {
        let mut options = OpenOptions::new();
        options.create(true).read(true);
        let data = options.clone().write(true).truncate(false).open(self.part_path(clip))?;
        let mut map = options.append(true).open(self.map_path(clip))?;
        // A kill may have left a torn record at the end, and what was there may be for another size.
        let whole = map.metadata()?.len() / RECORD_BYTES as u64 * RECORD_BYTES as u64;
        let mut header = [0; RECORD_BYTES];
        if whole > 0 {
            map.read_exact_at(&mut header, 0)?;
        }
        let ours = header == map_header(size_bytes);
        map.set_len(if ours { whole } else { 0 })?;
        if !ours {
            map.write_all(&map_header(size_bytes))?;
        }
        Ok(OpenPart { clip, data, map })
    }

    pub(super) fn finish(&mut self, clip: ClipId) -> io::Result<()> {
        self.open.take_if(|part| part.clip == clip);
        if self.sync {
            File::open(self.part_path(clip))?.sync_all()?;
        }
        fs::rename(self.part_path(clip), self.complete_path(clip))?;
        if self.sync {
            sync_folder(&self.folder)?;
        }
        missing_is_fine(fs::remove_file(self.map_path(clip)))
    }

    pub(super) fn remove(&mut self, clip: ClipId) -> io::Result<()> {
        self.open.take_if(|part| part.clip == clip);
        for path in [self.complete_path(clip), self.map_path(clip), self.part_path(clip)] {
            missing_is_fine(fs::remove_file(path))?;
        }
        Ok(())
    }
}

fn parse_name(path: &Path) -> Option<(ClipId, &str)> {
    let clip = path.file_stem()?.to_str()?.parse().ok()?;
    Some((clip, path.extension()?.to_str()?))
}

fn forget(path: &Path) -> io::Result<()> {
    warn!("{} has no use any more: removing it", path.display());
    missing_is_fine(fs::remove_file(path))
}

/// As long as a record, so that records stay aligned.
fn map_header(size_bytes: u32) -> [u8; RECORD_BYTES] {
    let mut header = [0; RECORD_BYTES];
    header[..8].copy_from_slice(MAGIC);
    header[8..].copy_from_slice(&size_bytes.to_be_bytes());
    header
}

fn record(index: u32, data: &[u8]) -> [u8; RECORD_BYTES] {
    let mut record = [0; RECORD_BYTES];
    record[..4].copy_from_slice(&index.to_be_bytes());
    record[4..].copy_from_slice(&sha256(data).as_bytes()[..8]);
    record
}

/// The chunks of a `.part` file that are as its map says; `None` without a usable map.
fn read_part(path: &Path) -> Option<ChunkSet> {
    let mut map = Vec::new();
    // A clip of the largest size, every chunk of it twice.
    let bytes_max = chunk_count(CLIP_BYTES_MAX) as u64 * 2 * RECORD_BYTES as u64;
    File::open(path.with_extension("map")).ok()?.take(bytes_max).read_to_end(&mut map).ok()?;
    let (magic, rest) = map.split_first_chunk::<8>()?;
    let (size_bytes, records) = rest.split_first_chunk::<4>()?;
    let size_bytes = u32::from_be_bytes(*size_bytes);
    if magic != MAGIC || size_bytes == 0 || size_bytes > CLIP_BYTES_MAX {
        return None;
    }
    let data = File::open(path).ok()?;
    let mut chunks = ChunkSet::new(chunk_count(size_bytes));
    let mut chunk = [0; CHUNK_BYTES];
    for wanted in records.chunks_exact(RECORD_BYTES) {
        let Some(index) = wanted.first_chunk::<4>().map(|index| u32::from_be_bytes(*index)) else { continue };
        let start = u64::from(index) * CHUNK_BYTES as u64;
        let length = u64::from(size_bytes).saturating_sub(start).min(CHUNK_BYTES as u64) as usize;
        let read = chunk.get_mut(..length).filter(|chunk| !chunk.is_empty());
        if let Some(chunk) = read
            && data.read_exact_at(chunk, start).is_ok()
            && record(index, chunk) == wanted
        {
            chunks.insert(index);
        }
    }
    Some(chunks)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SIZE: u32 = CHUNK_BYTES as u32 * 3 + 100;

    fn clip() -> ClipId {
        ClipId::from_bytes([7; 32])
    }

    fn chunk(index: u32) -> Vec<u8> {
        let length = if index == 3 { 100 } else { CHUNK_BYTES };
        vec![index as u8 + 1; length]
    }

    #[test]
    fn chunks_survive_a_kill_at_every_step() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Clips::open(folder.path().join("clips"), false).unwrap();
        for (step, index) in [2, 0, 3, 1].into_iter().enumerate() {
            // A fresh one each time: nothing but the files carries over, as after kill -9.
            let (mut clips, complete, partial) = open();
            assert!(complete.is_empty());
            assert_eq!(
                partial.first().map_or(0, |(_, set)| set.len() as usize - set.missing().count()),
                step
            );
            clips.store_chunk(clip(), SIZE, index, &chunk(index)).unwrap();
        }
        let (mut clips, _, partial) = open();
        assert!(partial[0].0 == clip() && partial[0].1.is_complete());
        let whole = [chunk(0), chunk(1), chunk(2), chunk(3)].concat();
        assert_eq!(fs::read(clips.part_path(clip())).unwrap(), whole);
        clips.finish(clip()).unwrap();
        let (mut clips, complete, partial) = open();
        assert!(complete == [(clip(), SIZE)] && partial.is_empty());
        clips.remove(clip()).unwrap();
        assert_eq!(fs::read_dir(folder.path().join("clips")).unwrap().count(), 0);
    }

    #[test]
    fn what_a_power_cut_took_is_not_held() {
        let folder = tempfile::tempdir().unwrap();
        let (mut clips, ..) = Clips::open(folder.path().to_owned(), false).unwrap();
        for index in [0, 1, 2] {
            clips.store_chunk(clip(), SIZE, index, &chunk(index)).unwrap();
        }
        // The data of chunk 1 never reached the disk, and the last record of the map only in part.
        OpenOptions::new()
            .write(true)
            .open(clips.part_path(clip()))
            .unwrap()
            .write_all_at(&[0; CHUNK_BYTES], CHUNK_BYTES as u64)
            .unwrap();
        let map = OpenOptions::new().write(true).open(clips.map_path(clip())).unwrap();
        map.set_len(map.metadata().unwrap().len() - 5).unwrap();
        let (_, _, partial) = Clips::open(folder.path().to_owned(), false).unwrap();
        assert_eq!(partial[0].1.missing().collect::<Vec<_>>(), [1, 2, 3]);
        // What comes after the torn record is held again.
        let (mut clips, ..) = Clips::open(folder.path().to_owned(), false).unwrap();
        clips.store_chunk(clip(), SIZE, 3, &chunk(3)).unwrap();
        let (_, _, partial) = Clips::open(folder.path().to_owned(), false).unwrap();
        assert_eq!(partial[0].1.missing().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn leftovers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(format!("{}.map", clip())), b"x").unwrap();
        fs::write(folder.path().join(format!("{}.part", ClipId::from_bytes([8; 32]))), b"x").unwrap();
        let (_, complete, partial) = Clips::open(folder.path().to_owned(), false).unwrap();
        assert!(complete.is_empty() && partial.is_empty());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

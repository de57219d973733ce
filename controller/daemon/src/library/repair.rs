//! Checking clips, and making damaged ones again.

use std::io::{BufWriter, Write};

use audio::PrepareError;
use controller_api::Condition;
use controller_core::clip::LibraryClip;

use super::sheet::{built_in, options};
use super::{Library, lock};
use crate::clips::ClipError;

const WRITE_BYTES: usize = 256 * 1024;

impl Library {
    /// Reads the whole clip, and makes it again where it is damaged or gone and its recording is kept.
    /// `None`: somebody else is making it again.
    ///
    /// # Errors
    /// [`ClipError::Read`], and what stands in the way of storing it anew.
    pub fn check(&self, known: &LibraryClip) -> Result<Option<Condition>, ClipError> {
        match self.store.verify(known.clip.id) {
            Ok(()) => Ok(Some(Condition::Intact)),
            Err(ClipError::Damaged { .. } | ClipError::NotFound { .. }) => self.repair(known),
            Err(error) => Err(error),
        }
    }

    fn repair(&self, known: &LibraryClip) -> Result<Option<Condition>, ClipError> {
        let clip = known.clip.id;
        if !lock(&self.repairing).insert(clip) {
            return Ok(None);
        }
        let repaired = self.make_again(known);
        lock(&self.repairing).remove(&clip);
        match &repaired {
            Ok(Condition::Repaired) => tracing::warn!(%clip, "a damaged clip was made again"),
            Ok(_) => tracing::error!(%clip, "a clip is damaged and cannot be made again"),
            Err(error) => tracing::error!(%clip, %error, "a damaged clip could not be made again"),
        }
        repaired.map(Some)
    }

    fn make_again(&self, known: &LibraryClip) -> Result<Condition, ClipError> {
        let (clip, options) = (known.clip.id, options(&known.sheet.recipe));
        let mut writer = BufWriter::with_capacity(WRITE_BYTES, self.create_temp()?);
        let made = match built_in(known) {
            Some(sound) => audio::synthesise(sound, &mut writer, &options),
            None if self.has_source(clip) => audio::prepare(&self.source_path(clip), &mut writer, &options),
            None => return Ok(Condition::Damaged),
        };
        match made {
            // Another build of Loa may make other bytes of the same recording.
            Ok(made) if made.clip == clip => {}
            Err(PrepareError::Write(error)) => return Err(writer.get_ref().error(error)),
            Ok(_) | Err(_) => return Ok(Condition::Damaged),
        }
        writer.flush().map_err(|e| writer.get_ref().error(e))?;
        let temp = writer.into_inner().map_err(|e| e.into_error()).map_err(|e| ClipError::clip(clip, e))?;
        self.store.commit(temp, Some(clip))?;
        Ok(Condition::Repaired)
    }
}

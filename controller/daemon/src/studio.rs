//! The studio: makes clips of sound files, of texts read aloud, and of Loa's own sounds.
//!
//! Everything here blocks; only the speech program is waited for asynchronously.

pub(crate) mod speech;

use std::io::{BufWriter, Write};
use std::time::Duration;

use audio::{Character, PrepareError, PrepareOptions, Prepared, Sound};
use controller_core::clip::Origin;
use controller_core::command::NewClip;
use controller_core::settings::Settings;
use tempfile::NamedTempFile;

use crate::clips::{ClipError, TempClip};
use crate::library::{Held, Library, sheet};

const WRITE_BYTES: usize = 256 * 1024;

/// Why no clip was made.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// The recording is not good.
    #[error(transparent)]
    Sound(#[from] PrepareError),
    /// The store does not take it.
    #[error(transparent)]
    Clips(#[from] ClipError),
}

/// What the site wants of its clips.
pub(crate) fn options(settings: &Settings, character: Option<Character>, partial: bool) -> PrepareOptions {
    PrepareOptions {
        bitrate_bps: u32::from(settings.clip_kbps) * 1_000,
        max_duration: Duration::from_secs(u64::from(settings.clip_minutes_max) * 60),
        loudness_lufs: f64::from(settings.clip_loudness_lufs),
        character,
        allow_partial: partial,
        threads: 0,
    }
}

/// Makes a clip of a recording.
///
/// # Errors
/// [`StudioError`].
pub(crate) fn record(
    library: &Library,
    source: NamedTempFile,
    title: String,
    origin: Origin,
    options: &PrepareOptions,
) -> Result<(NewClip, Held), StudioError> {
    let path = source.path().to_owned();
    let make = |writer: &mut BufWriter<TempClip>| audio::prepare(&path, writer, options);
    add(library, title, origin, options, make, Some(source))
}

/// Makes a clip of a sound of Loa's own.
///
/// # Errors
/// [`StudioError`].
pub(crate) fn synthesise(
    library: &Library,
    settings: &Settings,
    sound: Sound,
) -> Result<(NewClip, Held), StudioError> {
    let options = options(settings, None, false);
    let make = |writer: &mut BufWriter<TempClip>| audio::synthesise(sound, writer, &options);
    add(library, sound.name().to_owned(), Origin::BuiltIn, &options, make, None)
}

fn add(
    library: &Library,
    title: String,
    origin: Origin,
    options: &PrepareOptions,
    make: impl FnOnce(&mut BufWriter<TempClip>) -> Result<Prepared, PrepareError>,
    source: Option<NamedTempFile>,
) -> Result<(NewClip, Held), StudioError> {
    let mut writer = BufWriter::with_capacity(WRITE_BYTES, library.create_temp()?);
    let prepared = make(&mut writer)?;
    writer.flush().map_err(|e| writer.get_ref().error(e))?;
    let temp = writer.into_inner().map_err(|e| PrepareError::Write(e.into_error()))?;
    let (clip, held) = library.add(temp, &prepared, source)?;
    Ok((NewClip { clip, title, sheet: sheet::sheet(origin, options, prepared) }, held))
}

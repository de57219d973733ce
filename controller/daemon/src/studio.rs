//! The studio: makes clips of sound files, of texts read aloud, and of Loa's own sounds.
//!
//! Everything here blocks; only the speech program is waited for asynchronously.

pub(crate) mod speech;

use std::io::{BufWriter, Write};
use std::time::{Duration, SystemTime};

use audio::{Character, PrepareError, PrepareOptions, Prepared, Sound};
use controller_api::ClipOrigin;
use controller_core::settings::Settings;
use tempfile::NamedTempFile;

use crate::clips::{ClipError, TempClip};
use crate::library::{About, Entry, Library};

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
    origin: ClipOrigin,
    options: PrepareOptions,
) -> Result<Entry, StudioError> {
    let path = source.path().to_owned();
    let make = |writer: &mut BufWriter<TempClip>| audio::prepare(&path, writer, &options);
    add(library, title, origin, options.clone(), make, Some(source))
}

/// Puts every sound of Loa's own into the library.
///
/// # Errors
/// [`StudioError`].
pub(crate) fn add_sounds(library: &Library, settings: &Settings) -> Result<(), StudioError> {
    for sound in Sound::ALL {
        let options = options(settings, None, false);
        let make = |writer: &mut BufWriter<TempClip>| audio::synthesise(sound, writer, &options);
        add(library, sound.name().to_owned(), ClipOrigin::BuiltIn, options.clone(), make, None)?;
    }
    Ok(())
}

fn add(
    library: &Library,
    title: String,
    origin: ClipOrigin,
    options: PrepareOptions,
    make: impl FnOnce(&mut BufWriter<TempClip>) -> Result<Prepared, PrepareError>,
    source: Option<NamedTempFile>,
) -> Result<Entry, StudioError> {
    let mut writer = BufWriter::with_capacity(WRITE_BYTES, library.create_temp()?);
    let prepared = make(&mut writer)?;
    writer.flush().map_err(|e| writer.get_ref().error(e))?;
    let temp = writer.into_inner().map_err(|e| PrepareError::Write(e.into_error()))?;
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let added_at_ms = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
    Ok(library.add(temp, About { title, origin, added_at_ms, options, prepared }, source)?)
}

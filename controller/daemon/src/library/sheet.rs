//! Between what the preparation of sound says and what the core keeps of it.

use std::time::Duration;

use audio::{PrepareOptions, Prepared, Sound};
use controller_core::clip::{CentiDb, Character, Level, LibraryClip, Origin, Recipe, Sheet, Warning};

/// What is kept of a preparation.
pub(crate) fn sheet(origin: Origin, options: &PrepareOptions, prepared: Prepared) -> Sheet {
    Sheet {
        origin,
        recipe: Recipe {
            bitrate_bps: options.bitrate_bps,
            duration_ms_max: u64::try_from(options.max_duration.as_millis()).unwrap_or(u64::MAX),
            loudness: CentiDb::nearest(options.loudness_lufs),
            character: options.character.map(character),
            partial: options.allow_partial,
        },
        character: character(prepared.character),
        gain: CentiDb::nearest(prepared.gain_db),
        before: level(prepared.source),
        after: level(prepared.result),
        waveform: prepared.waveform,
        warnings: prepared.warnings.into_iter().map(warning).collect(),
    }
}

/// The preparation that a recipe asks for.
pub(super) fn options(recipe: &Recipe) -> PrepareOptions {
    PrepareOptions {
        bitrate_bps: recipe.bitrate_bps,
        max_duration: Duration::from_millis(recipe.duration_ms_max),
        loudness_lufs: recipe.loudness.db(),
        character: recipe.character.map(|character| match character {
            Character::Voice => audio::Character::Voice,
            Character::Music => audio::Character::Music,
        }),
        allow_partial: recipe.partial,
        threads: 0,
    }
}

/// The sound of Loa's own that a clip is.
pub(super) fn built_in(known: &LibraryClip) -> Option<Sound> {
    let is_it = |sound: &Sound| known.titles.iter().any(|title| title.text == sound.name());
    Sound::ALL.into_iter().find(|sound| known.sheet.origin == Origin::BuiltIn && is_it(sound))
}

fn character(character: audio::Character) -> Character {
    match character {
        audio::Character::Voice => Character::Voice,
        audio::Character::Music => Character::Music,
    }
}

fn level(level: audio::Level) -> Level {
    Level {
        loudness: level.loudness_lufs.map(CentiDb::nearest),
        true_peak: level.true_peak_dbtp.map(CentiDb::nearest),
    }
}

fn warning(warning: audio::Warning) -> Warning {
    match warning {
        audio::Warning::Skipped { skipped_ms } => Warning::Skipped { skipped_ms },
        audio::Warning::Partial { readable_ms } => Warning::Partial { readable_ms },
        audio::Warning::Trimmed { start_ms, end_ms } => Warning::Trimmed { start_ms, end_ms },
        audio::Warning::Quiet { loudness_lufs } => {
            Warning::Quiet { loudness: CentiDb::nearest(loudness_lufs) }
        }
        audio::Warning::Clipped { share_percent } => {
            // `as` stops at the ends of the range.
            Warning::Clipped { share: (share_percent * 100.0).round() as u32 }
        }
        audio::Warning::OutOfPhase => Warning::OutOfPhase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the site asks for, a repair asks for the very same.
    #[test]
    fn a_recipe_makes_what_it_was_made_of() {
        for (loudness_lufs, character) in
            [(-16.0, None), (-31.0, Some(audio::Character::Voice)), (-10.0, None)]
        {
            let made = PrepareOptions { loudness_lufs, character, allow_partial: true, ..Default::default() };
            let recipe = Recipe {
                bitrate_bps: made.bitrate_bps,
                duration_ms_max: 10_800_000,
                loudness: CentiDb::nearest(made.loudness_lufs),
                character: made.character.map(super::character),
                partial: made.allow_partial,
            };
            assert_eq!(options(&recipe), made);
        }
    }
}

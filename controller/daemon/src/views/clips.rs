//! The clip library.

use controller_api as api;
use controller_api::{Text, text};
use controller_core::State;
use controller_core::clip::{CentiDb, Character, Level, LibraryClip, Origin, Warning};
use firmware_proto::ClipId;

/// Every clip, that which got its title last first, and those of one moment by their titles.
pub(crate) fn clips(state: &State) -> Vec<(ClipId, api::Clip)> {
    let mut users = state.clip_users();
    let with_users = state.clips.iter().map(|(id, known)| {
        let used_by = users.remove(id).unwrap_or_default();
        (*id, api::Clip { used_by, ..facts(known) })
    });
    let mut clips: Vec<_> = with_users.collect();
    clips.sort_by(|(_, a), (_, b)| b.added_at.cmp(&a.added_at).then_with(|| a.title.cmp(&b.title)));
    clips
}

/// A clip, without what only its files tell.
pub(crate) fn clip(state: &State, known: &LibraryClip) -> api::Clip {
    let older = state.programmes_with_older(known.title(), known.clip.id);
    api::Clip {
        used_by: state.users_of(known.clip.id),
        older_used_by: older.iter().map(|programme| programme.plan.id.clone()).collect(),
        ..facts(known)
    }
}

/// What is known of a clip by itself.
fn facts(known: &LibraryClip) -> api::Clip {
    let LibraryClip { clip, titles, sheet } = known;
    let (size_bytes, duration_ms) = (u64::from(clip.size_bytes), u64::from(clip.duration_ms));
    api::Clip {
        id: clip.id.to_string(),
        title: known.title().to_owned(),
        other_titles: titles.iter().skip(1).map(|title| title.text.clone()).collect(),
        origin: match sheet.origin {
            Origin::File => api::ClipOrigin::File,
            Origin::Speech => api::ClipOrigin::Speech,
            Origin::BuiltIn => api::ClipOrigin::BuiltIn,
        },
        added_at: titles.first().map_or(0, |title| title.given_at.0),
        size_bytes,
        duration_ms,
        bitrate_bps: size_bytes * 8_000 / duration_ms.max(1),
        character: match sheet.character {
            Character::Voice => api::ClipCharacter::Voice,
            Character::Music => api::ClipCharacter::Music,
        },
        gain_db: sheet.gain.db(),
        before: level(sheet.before),
        after: level(sheet.after),
        waveform: sheet.waveform.clone(),
        warnings: sheet.warnings.iter().map(warning).collect(),
        source_kept: false,
        used_by: Vec::new(),
        older_used_by: Vec::new(),
        condition: None,
    }
}

fn level(level: Level) -> api::Level {
    api::Level {
        loudness_lufs: level.loudness.map(CentiDb::db),
        true_peak_dbtp: level.true_peak.map(CentiDb::db),
    }
}

fn warning(warning: &Warning) -> Text {
    let some = |ms: &u64| Some(*ms).filter(|ms| *ms > 0);
    match warning {
        Warning::Skipped { skipped_ms } => text!(AudioSkipped { skipped_ms: skipped_ms }),
        Warning::Partial { readable_ms } => text!(AudioPartial { readable_ms: readable_ms }),
        Warning::Trimmed { start_ms, end_ms } => {
            text!(AudioTrimmed { start_ms: some(start_ms), end_ms: some(end_ms) })
        }
        Warning::Quiet { loudness } => text!(AudioQuiet { loudness: format!("{:.0}", loudness.db()) }),
        Warning::Clipped { share } => {
            text!(AudioClipped { share: format!("{:.1}", f64::from(*share) / 100.0) })
        }
        Warning::OutOfPhase => text!(AudioOutOfPhase),
    }
}

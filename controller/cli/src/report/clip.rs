//! Lists of clips, and one clip with all that is known of it.

use controller_api::{Clip, ClipOrigin, Condition, Level};

use super::{Screen, Tone, plain, short, waveform};

/// Columns of a drawn waveform where the terminal does not say how wide it is.
const WIDTH_USUAL: u16 = 80;
const WIDTH_MAX: u16 = 120;

/// All clips.
#[must_use]
pub fn list(screen: &Screen, clips: &[Clip]) -> String {
    if clips.is_empty() {
        return screen.catalogue.get("clips-none") + "\n";
    }
    let words = &screen.catalogue;
    let row = |clip: &Clip| {
        vec![
            plain(short(&clip.id)),
            plain(clip.title.as_str()),
            plain(words.duration(clip.duration_ms)),
            plain(size(clip.size_bytes)),
            plain(words.get(origin_key(clip.origin))),
            plain(words.moment(clip.added_at)),
            (if clip.used_by.is_empty() { String::new() } else { words.get("yes") }, Tone::Plain),
        ]
    };
    screen.table(
        &["job", "title", "length", "size", "origin", "added", "in-use"],
        clips.iter().map(row).collect(),
    )
}

/// One clip, at the time `now`.
#[must_use]
pub fn show(screen: &Screen, clip: &Clip, now: u64) -> String {
    let words = &screen.catalogue;
    let yes_no = |yes: bool| words.get(if yes { "yes" } else { "no" });
    let used = (!clip.used_by.is_empty())
        .then(|| clip.used_by.iter().map(|id| named(id)).collect::<Vec<_>>().join(", "));
    let other_titles = (!clip.other_titles.is_empty()).then(|| clip.other_titles.join("; "));
    let facts = [
        ("job", Some(clip.id.clone())),
        ("title", Some(clip.title.clone())),
        ("other-titles", other_titles),
        ("origin", Some(words.get(origin_key(clip.origin)))),
        ("added", Some(screen.ago(clip.added_at, now))),
        ("length", Some(words.duration(clip.duration_ms))),
        ("size", Some(size(clip.size_bytes))),
        ("bitrate", Some(format!("{:.1} kbit/s", clip.bitrate_bps as f64 / 1_000.0))),
        ("character", Some(words.get(&format!("character-{}", clip.character.word())))),
        ("before", Some(level(&clip.before))),
        ("after", Some(format!("{}  ({:+.1} dB)", level(&clip.after), clip.gain_db))),
        ("recording", (clip.origin != ClipOrigin::BuiltIn).then(|| yes_no(clip.source_kept))),
        ("used-by", used),
        ("condition", clip.condition.map(|condition| words.get(condition_key(condition)))),
    ];
    let mut text = screen.facts(facts);
    for warning in &clip.warnings {
        text += &screen.line(Tone::Doubtful, &screen.say("warning", &[("text", &words.text(warning))]));
    }
    if clip.condition == Some(Condition::Damaged) {
        text += &screen.line(Tone::Bad, &words.get("clip-damaged-for-good"));
    }
    let width = screen.width.unwrap_or(WIDTH_USUAL).min(WIDTH_MAX);
    text + "\n" + &waveform::text(&clip.waveform, usize::from(width))
}

/// Jobs have long ids, programmes names.
fn named(id: &str) -> &str {
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) { short(id) } else { id }
}

fn level(level: &Level) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "-∞".to_owned(), |value| format!("{value:.1}"));
    format!("{} LUFS, {} dBTP", number(level.loudness_lufs), number(level.true_peak_dbtp))
}

/// In decimal units, as disks are sold.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn origin_key(origin: ClipOrigin) -> &'static str {
    match origin {
        ClipOrigin::File => "origin-file",
        ClipOrigin::Speech => "origin-speech",
        ClipOrigin::BuiltIn => "origin-built-in",
    }
}

fn condition_key(condition: Condition) -> &'static str {
    match condition {
        Condition::Intact => "condition-intact",
        Condition::Repaired => "condition-repaired",
        Condition::Damaged => "condition-damaged",
    }
}

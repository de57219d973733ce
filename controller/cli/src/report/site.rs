//! The site's settings, and what a change of the site means.

use controller_api::{ClusterKind, SiteChanged, SiteFile};

use super::{Screen, Tone, schedule};

/// All settings.
#[must_use]
pub fn show(screen: &Screen, file: &SiteFile) -> String {
    screen.facts(facts(screen, file))
}

fn facts(screen: &Screen, file: &SiteFile) -> Vec<(&'static str, Option<String>)> {
    let (site, words) = (&file.site, &screen.catalogue);
    let percent = |volume: u8| format!("{volume} %");
    let off = || words.get("site-off");
    let span = |n: u64, unit_ms: u64| words.duration(n * unit_ms);
    let seconds = |n: u32| span(u64::from(n), 1_000);
    let minutes = |n: u16| span(u64::from(n), 60_000);
    let hours = |n: u16| span(u64::from(n), 3_600_000);
    let ceilings = site.volume_ceilings.as_ref().map(|ceilings| {
        let each: Vec<String> = ceilings.iter().map(|c| format!("{} {} %", c.hours, c.volume)).collect();
        if each.is_empty() { off() } else { each.join(", ") }
    });
    let interrupted = site.interrupted.as_deref().map(|text| schedule::interrupted(screen, text));
    let languages = site.languages.as_ref().map(|languages| languages.join(", "));
    let clusters = file.clusters.iter().filter(|cluster| cluster.kind != ClusterKind::Gateway).count();
    vec![
        ("site", Some(site.id.clone())),
        ("name", site.name.clone().filter(|name| !name.is_empty())),
        ("clusters", Some(clusters.to_string())),
        ("timezone", site.timezone.clone()),
        ("heartbeat_s", site.heartbeat_s.map(seconds)),
        ("volume", site.volume.map(percent)),
        ("volume_emergency", site.volume_emergency.map(percent)),
        ("quiet_hours", site.quiet_hours.clone().map(|hours| if hours == "off" { off() } else { hours })),
        ("minutes_per_day_max", site.minutes_per_day_max.map(|n| if n == 0 { off() } else { minutes(n) })),
        ("volume_ceilings", ceilings),
        ("agenda_hours", site.agenda_hours.map(hours)),
        ("interrupted", interrupted),
        ("languages", languages),
        ("clip_loudness_lufs", site.clip_loudness_lufs.map(|lufs| format!("{lufs} LUFS"))),
        ("clip_kbps", site.clip_kbps.map(|kbps| format!("{kbps} kbit/s"))),
        ("clip_minutes_max", site.clip_minutes_max.map(minutes)),
        ("keep_years", site.keep_years.map(|n| screen.say("site-years", &[("n", &n.to_string())]))),
    ]
}

/// The settings that were changed, as they are now.
#[must_use]
pub fn set(screen: &Screen, file: &SiteFile, changed: &SiteChanged) -> String {
    if changed.settings.is_empty() {
        return screen.catalogue.get("site-as-before") + "\n";
    }
    let facts = facts(screen, file).into_iter();
    let text = screen.facts(facts.filter(|(name, _)| changed.settings.iter().any(|changed| changed == name)));
    format!("{}\n{text}", screen.catalogue.get("site-set"))
}

/// What a file would change.
#[must_use]
pub fn plan(screen: &Screen, changed: &SiteChanged) -> String {
    let parts = [
        ("site-settings-to-change", Tone::Doubtful, &changed.settings),
        ("to-add", Tone::Good, &changed.added),
        ("to-change", Tone::Doubtful, &changed.changed),
        ("to-remove", Tone::Bad, &changed.removed),
    ];
    let text = screen.names(parts) + &losses(screen, changed);
    if text.is_empty() { screen.catalogue.get("site-as-before") + "\n" } else { text }
}

/// What programmes lose by a change.
#[must_use]
pub fn losses(screen: &Screen, changed: &SiteChanged) -> String {
    let silenced = changed.silenced.iter().map(|why| screen.catalogue.text(why));
    let homeless = changed.homeless.iter().map(|id| screen.say("site-homeless", &[("programme", id)]));
    schedule::under(screen, "site-losses", silenced.chain(homeless))
}

/// What was changed.
#[must_use]
pub fn imported(screen: &Screen, changed: &SiteChanged) -> String {
    let counts = [
        ("settings", changed.settings.len()),
        ("added", changed.added.len()),
        ("changed", changed.changed.len()),
        ("removed", changed.removed.len()),
    ];
    screen.say_counts("site-imported", &counts) + "\n"
}

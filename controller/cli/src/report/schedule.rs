//! Programmes: lists, one with all that is known of it, what comes next, and whether it will be heard.

mod change;
mod days;
mod grid;
mod local;
mod meet;

pub use change::{CheckedFile, CheckedProgramme, checked, consequences, imported, plan, plays_next};
pub(super) use days::when;
pub use grid::preview;
pub(super) use local::day_heading;
pub(crate) use meet::collisions;
pub(super) use meet::{rail, under};

use controller_api::{
    Class, Collision, Coming, HourVolume, JobReadiness, LateDevice, Next, Programme, Readiness, SiteTable,
    Skip,
};
use schedules::{Busy, Interrupted, Missed};

use super::job::class_key;
use super::{Screen, Shown, Tone, plain, short};

/// All programmes.
#[must_use]
pub fn list(screen: &Screen, programmes: &[Programme]) -> String {
    if programmes.is_empty() {
        return screen.catalogue.get("schedule-none") + "\n";
    }
    let row = |programme: &Programme| {
        vec![
            plain(programme.id.as_str()),
            plain(programme.title.as_str()),
            plain(when(screen, programme)),
            plain(programme.next_at().map(|at| screen.catalogue.moment(at)).unwrap_or_default()),
            plain(programme.targets.join(", ")),
            plain(screen.catalogue.duration(programme.duration_ms)),
            state(screen, programme),
        ]
    };
    let columns = ["programme", "title", "cron", "next", "targets", "length", "state"];
    screen.table(&columns, programmes.iter().map(row).collect())
}

fn state(screen: &Screen, programme: &Programme) -> Shown {
    let (key, tone) = match (programme.paused, programme.next_at()) {
        (true, _) => ("programme-paused", Tone::Doubtful),
        (false, None) => ("programme-over", Tone::Doubtful),
        (false, Some(_)) => ("programme-on", Tone::Good),
    };
    let word = screen.catalogue.get(key);
    match programme.order {
        Some(place) => (screen.say("programme-order", &[("state", &word), ("n", &place.to_string())]), tone),
        None => (word, tone),
    }
}

/// One programme, with what it meets and what was left out of it. What it does not say, the site does.
#[must_use]
pub fn show(screen: &Screen, programme: &Programme, site: &SiteTable, collisions: &[Collision]) -> String {
    let words = &screen.catalogue;
    let or_site = |value: Option<String>, sites: Option<String>| {
        value.or_else(|| Some(screen.say("site-default", &[("value", &sites?)])))
    };
    let percent = |volume: u8| format!("{volume} %");
    let policy = |policy: &str| interrupted(screen, policy);
    let except: Vec<String> = programme.except.iter().map(|other| days::except(screen, other)).collect();
    let volume_at = |at: &HourVolume| format!("{} {}", at.hours, percent(at.volume));
    let volume = or_site(programme.volume.map(percent), site.volume.map(percent));
    let volumes = programme.volumes.iter().map(volume_at).chain(volume).collect::<Vec<_>>();
    let facts = [
        ("programme", Some(programme.id.clone())),
        ("title", Some(programme.title.clone())),
        ("class", Some(words.get(class_key(programme.class)))),
        ("state", Some(state(screen, programme).0)),
        ("cron", Some(when(screen, programme))),
        ("between", programme.between.as_ref().map(|(first, last)| days::between(screen, first, last))),
        ("except", Some(except.join("; ")).filter(|text| !text.is_empty())),
        ("targets", Some(programme.targets.join(", "))),
        ("items", Some(programme.items.join("; "))),
        ("length", Some(words.duration(programme.duration_ms))),
        ("volume", Some(volumes.join(", "))),
        ("busy", Some(busy(screen, &programme.busy))),
        (
            "interrupted",
            or_site(programme.interrupted.as_deref().map(policy), site.interrupted.as_deref().map(policy)),
        ),
        ("missed", Some(missed(screen, &programme.missed))),
        ("override", programme.override_reason.clone()),
    ];
    let mut text = screen.facts(facts);
    text += &upcoming(screen, &programme.coming);
    text += &meet::collisions(screen, collisions);
    text += &skips(screen, "skips-of-programme", &programme.skips);
    text
}

fn upcoming(screen: &Screen, coming: &[Coming]) -> String {
    let one = |coming: &Coming| {
        let (weekday, moment) = (local::weekday(screen, coming.start), screen.catalogue.moment(coming.start));
        match coming.exceptional {
            true => format!("{weekday} {moment} ({})", screen.catalogue.get("day-exceptional")),
            false => format!("{weekday} {moment}"),
        }
    };
    meet::under(screen, "coming-head", coming.iter().map(one))
}

/// A policy of a newer controller is shown as it is.
fn busy(screen: &Screen, policy: &str) -> String {
    match policy.parse() {
        Ok(Busy::AtOnce) => screen.catalogue.get("busy-at-once"),
        Ok(Busy::Next) => screen.catalogue.get("busy-next"),
        Ok(Busy::Wait(minutes)) => screen.say("busy-wait", &[("minutes", &minutes.to_string())]),
        Err(_) => policy.to_owned(),
    }
}

pub(super) fn interrupted(screen: &Screen, policy: &str) -> String {
    match policy.parse() {
        Ok(Interrupted::Resume) => screen.catalogue.get("interrupted-resume"),
        Ok(Interrupted::Restart) => screen.catalogue.get("interrupted-restart"),
        Ok(Interrupted::Drop) => screen.catalogue.get("interrupted-drop"),
        Err(_) => policy.to_owned(),
    }
}

fn missed(screen: &Screen, policy: &str) -> String {
    match policy.parse() {
        Ok(Missed::Skip) => screen.catalogue.get("missed-skip"),
        Ok(Missed::LateUntil(time)) => screen.say("missed-late-until", &[("time", &time.to_string())]),
        Err(_) => policy.to_owned(),
    }
}

/// What comes next, and what was left out lately.
#[must_use]
pub fn next(screen: &Screen, next: &Next) -> String {
    let mut text = if next.entries.is_empty() {
        screen.catalogue.get("next-none") + "\n"
    } else {
        let row = |entry: &controller_api::PreviewEntry| {
            let tone = if entry.class == Class::Routine { Tone::Plain } else { Tone::Doubtful };
            let kept = entry.broken.is_none() || entry.override_reason.is_some();
            vec![
                plain(format!(
                    "{} {}",
                    local::weekday(screen, entry.start),
                    screen.catalogue.moment(entry.start)
                )),
                plain(if entry.by_hand { short(&entry.id) } else { &entry.id }),
                plain(entry.title.as_str()),
                (screen.catalogue.get(class_key(entry.class)), tone),
                plain(screen.catalogue.duration(entry.end.saturating_sub(entry.start))),
                plain(entry.clusters.to_string()),
                (if kept { String::new() } else { screen.catalogue.get("mark-left-out") }, Tone::Bad),
            ]
        };
        let columns = ["when", "programme", "title", "class", "length", "clusters", "why"];
        screen.table(&columns, next.entries.iter().map(row).collect())
    };
    text += &skips(screen, "skips-head", &next.skips);
    text
}

fn skips(screen: &Screen, head: &str, skips: &[Skip]) -> String {
    if skips.is_empty() {
        return String::new();
    }
    let row = |skip: &Skip| {
        let when = match skip.count {
            0 | 1 => screen.catalogue.moment(skip.first),
            _ => format!("{} – {}", screen.catalogue.moment(skip.first), screen.catalogue.moment(skip.last)),
        };
        vec![
            plain(when),
            plain(skip.programme.as_str()),
            plain(skip.count.to_string()),
            plain(screen.catalogue.text(&skip.why)),
            plain(meet::some(screen, &skip.clusters)),
        ]
    };
    let columns = ["when", "programme", "count", "why", "cluster"];
    let table = screen.table(&columns, skips.iter().map(row).collect());
    format!("\n{}{table}", screen.line(Tone::Doubtful, &screen.catalogue.get(head)))
}

/// Will the broadcasts ahead be heard? The first line is the answer.
#[must_use]
pub fn readiness(screen: &Screen, readiness: &Readiness) -> String {
    let jobs = &readiness.jobs;
    if jobs.is_empty() {
        return screen.catalogue.get("readiness-none") + "\n";
    }
    let bad = jobs.iter().filter(|job| !job.late.is_empty()).count();
    let params = [("n", bad.to_string()), ("total", jobs.len().to_string())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (tone, key) = if bad > 0 { (Tone::Bad, "readiness-bad") } else { (Tone::Good, "readiness-good") };
    let mut text = screen.line(tone, &screen.say(key, &params)) + "\n";
    let rows = jobs.iter().map(|job| ready_row(screen, job)).collect();
    text += &screen.table(&["when", "job", "title", "agenda", "clips"], rows);
    for job in jobs {
        text += &late(screen, job);
    }
    text
}

fn ready_row(screen: &Screen, job: &JobReadiness) -> Vec<Shown> {
    let tone = |n: usize| match (n >= job.devices, job.late.is_empty()) {
        (true, _) => Tone::Good,
        (false, true) => Tone::Plain,
        (false, false) => Tone::Bad,
    };
    vec![
        plain(screen.catalogue.moment(job.play_at)),
        plain(super::short(&job.job)),
        plain(job.title.as_str()),
        (format!("{}/{}", job.agenda, job.devices), tone(job.agenda)),
        (format!("{}/{}", job.clips, job.devices), tone(job.clips)),
    ]
}

fn late(screen: &Screen, job: &JobReadiness) -> String {
    let mut text = String::new();
    if !job.late.is_empty() {
        let rows = alike(&job.late).into_iter().map(|(device, clusters)| {
            let ready = device.ready_at.map(|at| screen.catalogue.moment(at)).unwrap_or_default();
            vec![plain(screen.catalogue.text(&device.why)), plain(ready), plain(clusters.join(", "))]
        });
        let head = screen.say("readiness-late", &[("title", &job.title)]);
        let table = screen.table(&["why", "ready", "cluster"], rows.collect());
        text += &format!("\n{}{table}", screen.line(Tone::Bad, &head));
    }
    if !job.unknown.is_empty() {
        let ids: Vec<String> = job.unknown.iter().map(|device| device.cluster.clone()).collect();
        let (n, clusters) = (ids.len().to_string(), meet::some(screen, &ids));
        let params = [("title", job.title.as_str()), ("n", &n), ("clusters", &clusters)];
        text += &format!("\n{}", screen.line(Tone::Doubtful, &screen.say("readiness-unknown", &params)));
    }
    text
}

/// Devices that are late for the same reason, together.
fn alike(late: &[LateDevice]) -> Vec<(&LateDevice, Vec<&str>)> {
    let mut groups: Vec<(&LateDevice, Vec<&str>)> = Vec::new();
    for device in late {
        let same = |(first, _): &&mut (&LateDevice, Vec<&str>)| {
            (&first.why, first.ready_at) == (&device.why, device.ready_at)
        };
        match groups.iter_mut().find(same) {
            Some((_, clusters)) => clusters.push(&device.cluster),
            None => groups.push((device, vec![&device.cluster])),
        }
    }
    groups
}

#[cfg(test)]
mod tests;

//! One job, cluster by cluster, problems first.

use controller_api::{By, Class, Delivery, Evidence, Job, Origin, Verdict};

use super::{Screen, Shown, Tone, plain, short};

/// All that there is to say of a delivery, as in `column-..` keys.
const COLUMNS: [&str; 6] = ["cluster", "name", "state", "since", "why", "evidence"];

/// As in `group-..` keys.
fn key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotPlayed => "group-problems",
        Verdict::Pending => "group-under-way",
        Verdict::Unknown => "group-unconfirmed",
        Verdict::Played => "group-played",
    }
}

fn columns(verdict: Verdict) -> &'static [&'static str] {
    match verdict {
        Verdict::NotPlayed => &COLUMNS,
        Verdict::Pending => &["cluster", "name", "state", "since", "why"],
        Verdict::Unknown => &["cluster", "name", "since", "why"],
        Verdict::Played => &["cluster", "name", "started", "evidence"],
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::NotPlayed => Tone::Bad,
        Verdict::Pending => Tone::Plain,
        Verdict::Unknown => Tone::Doubtful,
        Verdict::Played => Tone::Good,
    }
}

/// The whole report.
#[must_use]
pub fn render(screen: &Screen, job: &Job) -> String {
    let mut text = head(screen, job);
    text += &verdict(screen, job);
    let (gateways, clusters): (Vec<&Delivery>, Vec<&Delivery>) =
        job.deliveries.iter().partition(|delivery| delivery.gateway);
    for verdict in Verdict::ALL.iter().copied() {
        let judged = clusters.iter().copied().filter(|delivery| delivery.verdict == verdict);
        text += &section(screen, key(verdict), tone(verdict), columns(verdict), &judged.collect::<Vec<_>>());
    }
    text += &section(screen, "group-gateways", Tone::Plain, &COLUMNS, &gateways);
    text
}

fn section(screen: &Screen, key: &str, tone: Tone, columns: &[&str], deliveries: &[&Delivery]) -> String {
    if deliveries.is_empty() {
        return String::new();
    }
    let title = screen.say(key, &[("n", &deliveries.len().to_string())]);
    let row = |delivery: &&Delivery| columns.iter().map(|column| cell(screen, column, delivery)).collect();
    let table = screen.table(columns, deliveries.iter().map(row).collect());
    format!("\n{}{table}", screen.line(tone, &title))
}

/// What the job is.
fn head(screen: &Screen, job: &Job) -> String {
    let (volume, length) = (job.volume.to_string(), job.duration_ms.to_string());
    let class = screen.catalogue.get(class_key(job.class));
    let params = [
        ("title", job.title.as_str()),
        ("job", short(&job.id)),
        ("class", &class),
        ("volume", &volume),
        ("length_ms", &length),
    ];
    let mut lines = vec![screen.say("job-head", &params)];
    let created = job.created_at.to_string();
    lines.push(match job.play_at {
        Some(at) => screen.say("job-at", &[("play_at", &at.to_string()), ("created_at", &created)]),
        None => screen.say("job-now", &[("created_at", &created)]),
    });
    if let Origin::Programme { programme } = &job.origin {
        lines.push(screen.say("job-programme", &[("programme", programme)]));
    }
    if job.made_by != By::Schedule {
        lines.push(screen.say("job-made-by", &[("by", &screen.who(&job.made_by))]));
    }
    if let Some(repeat) = job.repeat {
        lines.push(screen.say("job-repeats", &[("until_at", &repeat.until.to_string())]));
    }
    if let Some(at) = job.stopped_at {
        let at = at.to_string();
        lines.push(match &job.stopped_by {
            Some(by) => screen.say("job-stopped-by", &[("by", &screen.who(by)), ("stopped_at", &at)]),
            None => screen.say("job-stopped", &[("stopped_at", &at)]),
        });
    }
    lines.join("\n") + "\n"
}

/// The answer to "did everybody hear it?".
#[must_use]
pub fn verdict(screen: &Screen, job: &Job) -> String {
    let total = job.verdicts.values().sum::<usize>().to_string();
    let mut text = String::new();
    for (verdict, key) in [
        (Verdict::NotPlayed, "job-problems"),
        (Verdict::Pending, "job-under-way"),
        (Verdict::Played, "job-played"),
        (Verdict::Unknown, "job-unconfirmed"),
    ] {
        let n = job.count(verdict);
        if n > 0 {
            let line = screen.say(key, &[("n", &n.to_string()), ("total", &total)]);
            text += &screen.line(tone(verdict), &line);
        }
    }
    text
}

fn cell(screen: &Screen, column: &str, delivery: &Delivery) -> Shown {
    let words = &screen.catalogue;
    match column {
        "cluster" => plain(delivery.cluster.as_str()),
        "name" => plain(delivery.name.as_str()),
        "state" => (words.get(&format!("state-{}", delivery.state.word())), tone(delivery.verdict)),
        "since" => plain(words.moment(delivery.since)),
        "started" => plain(delivery.started_at.map(|at| words.clock(at)).unwrap_or_default()),
        "why" => plain(delivery.why.as_ref().map(|why| words.text(why)).unwrap_or_default()),
        _ => plain(delivery.evidence.as_ref().map(|e| evidence(screen, e)).unwrap_or_default()),
    }
}

fn evidence(screen: &Screen, evidence: &Evidence) -> String {
    let words = &screen.catalogue;
    let number = |key: &str, n: String| screen.say(key, &[("n", &n)]);
    let mut parts = vec![words.get(&format!("evidence-{}", evidence.sound.word()))];
    parts.extend(evidence.level_dbfs.map(|n| number("evidence-level", n.to_string())));
    parts.extend(evidence.amplifier_ma.map(|n| number("evidence-amplifier", n.to_string())));
    parts.extend(evidence.microphone_dba.map(|n| number("evidence-microphone", n.to_string())));
    if evidence.passes > 1 {
        parts.push(number("evidence-passes", evidence.passes.to_string()));
    }
    parts.join(", ")
}

/// As in `class-..` keys.
#[must_use]
pub fn class_key(class: Class) -> &'static str {
    match class {
        Class::Routine => "class-routine",
        Class::Priority => "class-priority",
        Class::Emergency => "class-emergency",
    }
}

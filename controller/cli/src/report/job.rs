//! One job, cluster by cluster, problems first.

use controller_api::{Class, Delivery, Evidence, Job, Origin};

use super::{Screen, Shown, Tone, plain, short};

/// The states of a delivery, in the order of its life.
pub const STATES: [&str; 14] = [
    "queued",
    "sent",
    "received",
    "ready",
    "playing",
    "suspended",
    "played",
    "silent",
    "missed",
    "failed",
    "preempted",
    "skipped",
    "cancelled",
    "unconfirmed",
];

/// All that there is to say of a delivery, as in `column-..` keys.
const COLUMNS: [&str; 6] = ["cluster", "name", "state", "since", "why", "evidence"];

/// What a state means for those who want to know whether the village heard it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It ended without being heard.
    Problem,
    /// Something is still expected.
    UnderWay,
    /// Nobody can tell.
    Unconfirmed,
    /// It was played.
    Played,
}

impl Group {
    const ALL: [Self; 4] = [Self::Problem, Self::UnderWay, Self::Unconfirmed, Self::Played];

    /// The group of a state; one that this program does not know counts as a problem.
    #[must_use]
    pub fn of(state: &str) -> Self {
        match state {
            "queued" | "sent" | "received" | "ready" | "playing" | "suspended" => Self::UnderWay,
            "unconfirmed" => Self::Unconfirmed,
            "played" => Self::Played,
            _ => Self::Problem,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Problem => "group-problems",
            Self::UnderWay => "group-under-way",
            Self::Unconfirmed => "group-unconfirmed",
            Self::Played => "group-played",
        }
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Problem => &COLUMNS,
            Self::UnderWay => &["cluster", "name", "state", "since", "why"],
            Self::Unconfirmed => &["cluster", "name", "since", "why"],
            Self::Played => &["cluster", "name", "started", "evidence"],
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Problem => Tone::Bad,
            Self::UnderWay => Tone::Plain,
            Self::Unconfirmed => Tone::Doubtful,
            Self::Played => Tone::Good,
        }
    }
}

/// How many clusters are in a group of states, gateways not counted.
#[must_use]
pub fn count(job: &Job, group: Group) -> usize {
    job.counts.iter().filter(|(state, _)| Group::of(state) == group).map(|(_, n)| n).sum()
}

/// The whole report.
#[must_use]
pub fn render(screen: &Screen, job: &Job) -> String {
    let mut text = head(screen, job);
    text += &verdict(screen, job);
    let (gateways, clusters): (Vec<&Delivery>, Vec<&Delivery>) =
        job.deliveries.iter().partition(|delivery| delivery.gateway);
    for group in Group::ALL {
        let of_group = clusters.iter().copied().filter(|delivery| Group::of(&delivery.state) == group);
        text += &section(screen, group.key(), group.tone(), group.columns(), &of_group.collect::<Vec<_>>());
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
    if let Some(repeat) = job.repeat {
        lines.push(screen.say("job-repeats", &[("until_at", &repeat.until.to_string())]));
    }
    if let Some(at) = job.stopped_at {
        lines.push(screen.say("job-stopped", &[("stopped_at", &at.to_string())]));
    }
    lines.join("\n") + "\n"
}

/// The answer to "did everybody hear it?".
#[must_use]
pub fn verdict(screen: &Screen, job: &Job) -> String {
    let [problems, under_way, unconfirmed, played] = Group::ALL.map(|group| count(job, group));
    let total = (problems + under_way + unconfirmed + played).to_string();
    let say = |key: &str, n: usize| screen.say(key, &[("n", &n.to_string()), ("total", &total)]);
    let mut text = String::new();
    if problems > 0 {
        text += &screen.line(Tone::Bad, &say("job-problems", problems));
    }
    if under_way > 0 {
        text += &screen.line(Tone::Plain, &say("job-under-way", under_way));
    }
    if played > 0 {
        text += &screen.line(Tone::Good, &say("job-played", played));
    }
    if unconfirmed > 0 {
        text += &screen.line(Tone::Doubtful, &say("job-unconfirmed", unconfirmed));
    }
    text
}

fn cell(screen: &Screen, column: &str, delivery: &Delivery) -> Shown {
    let words = &screen.catalogue;
    match column {
        "cluster" => plain(delivery.cluster.as_str()),
        "name" => plain(delivery.name.as_str()),
        "state" => (words.get(&format!("state-{}", delivery.state)), Group::of(&delivery.state).tone()),
        "since" => plain(words.moment(delivery.since)),
        "started" => plain(delivery.started_at.map(|at| words.clock(at)).unwrap_or_default()),
        "why" => plain(delivery.why.as_ref().map(|why| words.text(why)).unwrap_or_default()),
        _ => plain(delivery.evidence.as_ref().map(|e| evidence(screen, e)).unwrap_or_default()),
    }
}

fn evidence(screen: &Screen, evidence: &Evidence) -> String {
    let words = &screen.catalogue;
    let number = |key: &str, n: String| screen.say(key, &[("n", &n)]);
    let mut parts = vec![words.get(&format!("evidence-{}", evidence.sound))];
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

//! What the core refuses, and what requests say that cannot be meant.

use std::str::FromStr;

use controller_api::{Error, ErrorKind, Problem, Text, text};
use controller_core::refusal::{ProgrammeProblem, Refusal};
use schedules::{RuleError, WhenError, Wrong};

use super::error;

/// What the core refused.
#[must_use]
pub fn refusal(refused: &Refusal) -> Error {
    let problem = |problem: &ProgrammeProblem| Problem {
        line: 0,
        column: 0,
        programme: Some(problem.programme.clone()),
        field: Some(problem.field.clone()),
        text: told(&problem.why).1,
    };
    let (kind, text) = told(refused);
    match refused {
        Refusal::Schedule { problems } => schedule(kind, problems.iter().map(problem).collect()),
        _ => error(kind, text, refused),
    }
}

fn told(refused: &Refusal) -> (ErrorKind, Text) {
    use ErrorKind::{BadRequest, Conflict, NotFound, Refused};
    match refused {
        Refusal::UnknownTargets { unknown } => {
            let join = |parts: Vec<&str>| parts.join(", ");
            let targets = join(unknown.iter().map(|u| u.target.as_str()).collect());
            let nearest = join(unknown.iter().flat_map(|u| &u.nearest).map(String::as_str).collect());
            (NotFound, text!(UnknownTargets { targets: targets, nearest: nearest }))
        }
        Refusal::UnknownJob { id, nearest } => {
            (NotFound, text!(UnknownJob { id: id, nearest: nearest.join(", ") }))
        }
        Refusal::UnknownCluster { cluster, nearest } => {
            (NotFound, text!(UnknownCluster { cluster: cluster, nearest: nearest.join(", ") }))
        }
        Refusal::UnknownProgramme { id, nearest } => {
            (NotFound, text!(UnknownProgramme { id: id, nearest: nearest.join(", ") }))
        }
        Refusal::UnknownDaySet { set, nearest } => {
            (NotFound, text!(UnknownDaySet { set: set, nearest: nearest.join(", ") }))
        }
        Refusal::UnknownClip { name, nearest } => {
            (NotFound, text!(UnknownClip { name: name, nearest: nearest.join(", ") }))
        }
        Refusal::ClipInUse { title, users } => {
            (Conflict, text!(ClipInUse { clip: title, users: users.join(", ") }))
        }
        Refusal::LibraryFull { most } => (Conflict, text!(LibraryFull { most: most })),
        Refusal::BadCluster { cluster, problem } => {
            (BadRequest, text!(BadCluster { cluster: cluster, problem: problem.code() }))
        }
        Refusal::OutOfRange { what, least, most } => {
            (BadRequest, text!(OutOfRange { what: what, least: least, most: most }))
        }
        Refusal::OutOfBounds { what } => (BadRequest, text!(OutOfBounds { what: what })),
        Refusal::NotRecurring { why } => (BadRequest, text!(BadRequest { problem: why })),
        Refusal::JobOver { job } => (Conflict, text!(JobOver { job: short(job) })),
        Refusal::JobPlays { job } => (Conflict, text!(JobPlays { job: short(job) })),
        Refusal::ProgrammeExists { id } => (Conflict, text!(ProgrammeExists { id: id })),
        Refusal::ProgrammeWithoutJobs { id } => (Conflict, text!(ProgrammeWithoutJobs { id: id })),
        Refusal::ProgrammeNotPlaying { id } => (Conflict, text!(ProgrammeNotPlaying { id: id })),
        Refusal::GatewayInUse { cluster } => (Conflict, text!(GatewayInUse { cluster: cluster })),
        Refusal::TooManyClips { cluster, most } => {
            (Conflict, text!(TooManyClipsForCluster { cluster: cluster, most: most }))
        }
        Refusal::TooManyJobs { cluster } => (Conflict, text!(TooManyJobs { cluster: cluster })),
        Refusal::NoClusters => (Refused, text!(NoClusters)),
        Refusal::PastTime { play_at, now } => {
            (Refused, text!(PastTime { play_at: play_at.0, now_at: now.0 }))
        }
        Refusal::ClockBeforeBuild { shown } => (Refused, text!(ClockBeforeBuild { shown_at: shown.0 })),
        Refusal::AnotherController { host } => (Refused, text!(AnotherController { host: host })),
        Refusal::NeverFires => (Refused, text!(NeverFires)),
        Refusal::AllGone => (Refused, text!(ScheduleAllGone)),
        Refusal::GuardRail { broken } => (Refused, crate::views::broken(broken, None)),
        Refusal::Schedule { problems } => (Refused, text!(ScheduleRefused { count: problems.len() })),
    }
}

/// The first digits of a job's id, as people are shown it.
pub(crate) fn short(job: &firmware_proto::JobId) -> String {
    job.to_string().chars().take(8).collect()
}

/// A schedule with something wrong in it.
pub(crate) fn schedule(kind: ErrorKind, problems: Vec<Problem>) -> Error {
    let text = text!(ScheduleRefused { count: problems.len() });
    let first = problems.first().map_or("", |problem| problem.text.code.as_str());
    let detail = format!("{} problems in the schedule, first {first}", problems.len());
    Error { problems, ..error(kind, text, detail) }
}

/// A schedule that cannot be read.
pub(crate) fn schedule_file(problems: &[schedules::Problem]) -> Error {
    let problem = |schedules::Problem { at, wrong }: &schedules::Problem| {
        Problem::at(at.line, at.column, Text::from(wrong))
    };
    schedule(ErrorKind::BadRequest, problems.iter().map(problem).collect())
}

/// Reads a text of a request as something of a schedule.
pub(crate) fn parsed<T>(text: &str) -> Result<T, Error>
where
    T: FromStr,
    T::Err: Into<Wrong>,
{
    text.parse().map_err(|wrong: T::Err| {
        let wrong = wrong.into();
        error(ErrorKind::BadRequest, Text::from(&wrong), &wrong)
    })
}

/// A time that cannot be meant.
#[must_use]
pub fn when(failed: &WhenError) -> Error {
    error(ErrorKind::BadRequest, Text::from(failed), failed)
}

/// A cron rule that is none.
#[must_use]
pub fn rule(failed: &RuleError) -> Error {
    error(ErrorKind::BadRequest, Text::from(failed), failed)
}

//! Every way in which the daemon says no, as codes that the catalogue knows.
//!
//! One function per kind of error, so that no sentence for people is made anywhere else.

use std::fmt::Display;
use std::io;
use std::str::FromStr;

use audio::PrepareError;
use controller_api::{Error, ErrorKind, Problem, Text};
use controller_core::command::Refusal;
use controller_core::schedule::ProgrammeProblem;
use firmware_proto::UtcMillis;
use schedules::{RuleError, WhenError, Wrong};

use crate::clips::ClipError;
use crate::config::ConfigError;
use crate::journal::JournalError;
use crate::keys::KeyError;
use crate::lock::LockError;
use crate::studio::StudioError;
use crate::studio::speech::{SpeechError, TEXT_CHARS_MAX};

/// Makes an [`Error`] of its kind, a code and what a log should say.
pub(crate) fn error(kind: ErrorKind, text: Text, detail: impl Display) -> Error {
    Error { kind, text, detail: detail.to_string(), problems: Vec::new() }
}

/// The detail of an error with all its causes.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// What the core refused.
#[must_use]
pub fn refusal(refused: &Refusal) -> Error {
    let problem = |problem: &ProgrammeProblem| Problem {
        line: 0,
        column: 0,
        programme: Some(problem.programme.clone()),
        field: Some(problem.field.clone()),
        text: refusal_text(&problem.why),
    };
    match refused {
        Refusal::Schedule { problems } => {
            schedule(ErrorKind::Refused, problems.iter().map(problem).collect())
        }
        _ => error(refusal_kind(refused), refusal_text(refused), refused),
    }
}

fn refusal_kind(refused: &Refusal) -> ErrorKind {
    match refused {
        Refusal::UnknownTargets { .. }
        | Refusal::UnknownJob { .. }
        | Refusal::UnknownProgramme { .. }
        | Refusal::UnknownDaySet { .. }
        | Refusal::UnknownCluster { .. } => ErrorKind::NotFound,
        Refusal::BadCluster { .. }
        | Refusal::OutOfRange { .. }
        | Refusal::OutOfBounds { .. }
        | Refusal::NotRecurring { .. } => ErrorKind::BadRequest,
        Refusal::JobOver { .. }
        | Refusal::JobPlays { .. }
        | Refusal::ProgrammeExists { .. }
        | Refusal::ProgrammeWithoutJobs { .. }
        | Refusal::ProgrammeNotPlaying { .. }
        | Refusal::GatewayInUse { .. }
        | Refusal::TooManyJobs { .. } => ErrorKind::Conflict,
        Refusal::NoClusters
        | Refusal::PastTime { .. }
        | Refusal::NeverFires
        | Refusal::GuardRail { .. }
        | Refusal::Schedule { .. }
        | Refusal::AllGone => ErrorKind::Refused,
    }
}

fn refusal_text(refused: &Refusal) -> Text {
    match refused {
        Refusal::UnknownTargets { unknown } => {
            let join = |parts: Vec<&str>| parts.join(", ");
            let targets = join(unknown.iter().map(|u| u.target.as_str()).collect());
            let nearest = join(unknown.iter().flat_map(|u| &u.nearest).map(String::as_str).collect());
            Text::new("unknown-targets").with("targets", &targets).with("nearest", &nearest)
        }
        Refusal::NoClusters => Text::new("no-clusters"),
        Refusal::PastTime { play_at, now } => {
            Text::new("past-time").with("play_at", &play_at.0).with("now_at", &now.0)
        }
        Refusal::NeverFires => Text::new("never-fires"),
        Refusal::UnknownJob { id, nearest } => {
            Text::new("unknown-job").with("id", &id).with("nearest", &nearest.join(", "))
        }
        Refusal::JobOver { job } => Text::new("job-over").with("job", &short(job)),
        Refusal::JobPlays { job } => Text::new("job-plays").with("job", &short(job)),
        Refusal::AllGone => Text::new("schedule-all-gone"),
        Refusal::ProgrammeExists { id } => Text::new("programme-exists").with("id", &id),
        Refusal::ProgrammeWithoutJobs { id } => Text::new("programme-without-jobs").with("id", &id),
        Refusal::ProgrammeNotPlaying { id } => Text::new("programme-not-playing").with("id", &id),
        Refusal::NotRecurring { why } => Text::new("bad-request").with("problem", &why),
        Refusal::UnknownCluster { cluster, nearest } => {
            Text::new("unknown-cluster").with("cluster", &cluster).with("nearest", &nearest.join(", "))
        }
        Refusal::GatewayInUse { cluster } => Text::new("gateway-in-use").with("cluster", &cluster),
        Refusal::BadCluster { cluster, problem } => {
            Text::new("bad-cluster").with("cluster", &cluster).with("problem", &problem.code())
        }
        Refusal::TooManyJobs { cluster } => Text::new("too-many-jobs").with("cluster", &cluster),
        Refusal::OutOfRange { what, least, most } => {
            Text::new("out-of-range").with("what", &what).with("least", &least).with("most", &most)
        }
        Refusal::OutOfBounds { what } => Text::new("out-of-bounds").with("what", &what),
        Refusal::UnknownProgramme { id, nearest } => {
            Text::new("unknown-programme").with("id", &id).with("nearest", &nearest.join(", "))
        }
        Refusal::UnknownDaySet { set, nearest } => {
            Text::new("unknown-day-set").with("set", &set).with("nearest", &nearest.join(", "))
        }
        Refusal::GuardRail { broken } => crate::views::broken(broken),
        Refusal::Schedule { problems } => Text::new("schedule-refused").with("count", &problems.len()),
    }
}

/// A schedule with something wrong in it.
pub(crate) fn schedule(kind: ErrorKind, problems: Vec<Problem>) -> Error {
    let text = Text::new("schedule-refused").with("count", &problems.len());
    let first = problems.first().map_or("", |problem| problem.text.code.as_str());
    let detail = format!("{} problems in the schedule, first {first}", problems.len());
    Error { problems, ..error(kind, text, detail) }
}

/// A schedule that cannot be read.
pub(crate) fn schedule_file(problems: &[schedules::Problem]) -> Error {
    let problem = |schedules::Problem { at, wrong }: &schedules::Problem| {
        Problem::at(at.line, at.column, Text::new(wrong.code()).with_all(wrong.params()))
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
        error(ErrorKind::BadRequest, Text::new(wrong.code()).with_all(wrong.params()), &wrong)
    })
}

fn short(job: &firmware_proto::JobId) -> String {
    job.to_string().chars().take(8).collect()
}

/// A sound file that did not become a clip.
#[must_use]
pub fn prepare(failed: &PrepareError, title: &str) -> Error {
    if matches!(failed, PrepareError::Write(e) if is_full(e)) {
        return error(ErrorKind::StorageFull, Text::new("disk-full"), chain(failed));
    }
    let text = Text::new(failed.code()).with("file", title);
    let text = match failed {
        PrepareError::UnsupportedCodec { codec } => text.with("codec", codec),
        PrepareError::Damaged { readable_ms } => {
            text.with("readable_s", format!("{:.1}", *readable_ms as f64 / 1_000.0))
        }
        PrepareError::TooShort { duration_ms } => text.with("duration_ms", duration_ms),
        PrepareError::TooLong { max_ms } => text.with("max_minutes", max_ms / 60_000),
        _ => text,
    };
    error(prepare_kind(failed), text, chain(failed))
}

fn prepare_kind(failed: &PrepareError) -> ErrorKind {
    match failed {
        PrepareError::Write(_) | PrepareError::Process { .. } => ErrorKind::Internal,
        PrepareError::Missing
        | PrepareError::NotAFile
        | PrepareError::Unreadable(_)
        | PrepareError::Empty
        | PrepareError::NotAudio
        | PrepareError::NoAudioTrack
        | PrepareError::UnsupportedCodec { .. }
        | PrepareError::Damaged { .. }
        | PrepareError::Silent
        | PrepareError::TooShort { .. }
        | PrepareError::TooLong { .. } => ErrorKind::BadSound,
    }
}

/// Did it fail for want of space?
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A time that cannot be meant.
#[must_use]
pub fn when(failed: &WhenError) -> Error {
    let text = Text::new(failed.code());
    let text = match failed {
        WhenError::Past { text: written, now, tomorrow, .. } => {
            text.with("text", written).with("now", now).with("tomorrow", tomorrow)
        }
        WhenError::Unreadable { text: written }
        | WhenError::NoSuchDate { text: written }
        | WhenError::NoSuchTime { text: written } => text.with("text", written),
        WhenError::TooFar { text: written, example } => text.with("text", written).with("example", example),
    };
    error(ErrorKind::BadRequest, text, failed)
}

/// A cron rule that is none.
#[must_use]
pub fn rule(failed: &RuleError) -> Error {
    error(ErrorKind::BadRequest, Text::new(failed.code()).with("problem", failed), failed)
}

/// The clip store.
#[must_use]
pub fn clip(failed: &ClipError) -> Error {
    let text = Text::new(failed.code()).with("problem", failed);
    let text = match failed {
        ClipError::Unknown { name, nearest } => text.with("name", name).with("nearest", nearest.join(", ")),
        _ => text,
    };
    error(clip_kind(failed), text, chain(failed))
}

fn clip_kind(failed: &ClipError) -> ErrorKind {
    match failed {
        ClipError::NotFound { .. } | ClipError::Unknown { .. } => ErrorKind::NotFound,
        ClipError::DiskFull { .. } => ErrorKind::StorageFull,
        ClipError::Damaged { .. }
        | ClipError::Mismatch { .. }
        | ClipError::OutOfRange { .. }
        | ClipError::Write { .. }
        | ClipError::Read { .. } => ErrorKind::Internal,
    }
}

/// No clip was made.
#[must_use]
pub fn studio(failed: &StudioError, title: &str) -> Error {
    match failed {
        StudioError::Sound(failed) => prepare(failed, title),
        StudioError::Clips(failed) => clip(failed),
    }
}

/// Nothing was read aloud.
pub(crate) fn speech(failed: &SpeechError) -> Error {
    let text = Text::new(failed.code());
    let (kind, text) = match failed {
        SpeechError::Text => (ErrorKind::BadRequest, text.with("max", TEXT_CHARS_MAX)),
        SpeechError::Language { lang } => (ErrorKind::BadRequest, text.with("lang", lang)),
        SpeechError::NotInstalled { program } => (ErrorKind::Unavailable, text.with("program", program)),
        SpeechError::Failed { program, problem } => {
            (ErrorKind::Internal, text.with("program", program).with("problem", problem))
        }
        SpeechError::Io(problem) => {
            let kind = if is_full(problem) { ErrorKind::StorageFull } else { ErrorKind::Internal };
            (kind, text.with("path", std::env::temp_dir().display()).with("problem", problem))
        }
    };
    error(kind, text, chain(failed))
}

/// The journal.
#[must_use]
pub fn journal(failed: &JournalError) -> Error {
    error(journal_kind(failed), Text::new(failed.code()).with("problem", failed), chain(failed))
}

fn journal_kind(failed: &JournalError) -> ErrorKind {
    match failed {
        JournalError::DiskFull { .. } => ErrorKind::StorageFull,
        JournalError::QueueFull { .. } | JournalError::Suspended => ErrorKind::Unavailable,
        JournalError::SqliteTooOld { .. }
        | JournalError::Open { .. }
        | JournalError::InUse { .. }
        | JournalError::Lock { .. }
        | JournalError::NotAJournal { .. }
        | JournalError::Newer { .. }
        | JournalError::Corrupt { .. }
        | JournalError::Tampered { .. }
        | JournalError::Write { .. }
        | JournalError::Read { .. }
        | JournalError::Thread { .. }
        | JournalError::Closed => ErrorKind::Internal,
    }
}

/// Something inside broke: worth a report.
#[must_use]
pub fn internal(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(ErrorKind::Internal, Text::new("internal").with("problem", &detail), detail)
}

/// A value of a request that is not what it should be.
#[must_use]
pub fn bad_request(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(ErrorKind::BadRequest, Text::new("bad-request").with("problem", &detail), detail)
}

/// Why the daemon did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The data folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Its journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An entry that this program cannot read.
    #[error("journal entry {sequence} cannot be read: {problem}")]
    Entry {
        /// Its number.
        sequence: u64,
        /// Why.
        problem: String,
    },
    /// The clip store.
    #[error(transparent)]
    Clips(#[from] ClipError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The site key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The site file.
    #[error(transparent)]
    SiteFile(Error),
    /// The sounds of a new site.
    #[error(transparent)]
    Studio(#[from] StudioError),
    /// What the core refused while a site was set up.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The embedded broker.
    #[cfg(feature = "embedded-broker")]
    #[error(transparent)]
    Broker(#[from] crate::broker::BrokerError),
    /// This program was built without its own broker.
    #[error("this program was built without a broker of its own")]
    NoEmbeddedBroker,
    /// The API cannot listen.
    #[error("the API cannot listen on {address}")]
    Api {
        /// The socket's path, or host and port.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A task of the daemon ended that never should.
    #[error("{0} ended unexpectedly")]
    Ended(&'static str),
}

impl DaemonError {
    /// For people, by the catalogue.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Lock(failed) => lock_text(failed),
            Self::Journal(failed) => journal(failed).text,
            Self::Entry { sequence, problem } => {
                Text::new("journal-entry-unreadable").with("entry", &sequence).with("problem", &problem)
            }
            Self::Clips(failed) => clip(failed).text,
            Self::Config(failed) => failed.text(),
            Self::Key(failed) => failed.text(),
            Self::SiteFile(failed) => failed.text.clone(),
            Self::Studio(failed) => studio(failed, "").text,
            Self::Refused(refused) => refusal(refused).text,
            #[cfg(feature = "embedded-broker")]
            Self::Broker(failed) => broker_text(failed),
            Self::NoEmbeddedBroker => Text::new("broker-not-built"),
            Self::Api { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                Text::new("api-port-taken").with("address", &address)
            }
            Self::Api { address, source } => {
                Text::new("api-not-listening").with("address", &address).with("problem", &source)
            }
            Self::Ended(what) => Text::new("internal").with("problem", &what),
        }
    }
}

fn lock_text(failed: &LockError) -> Text {
    let text = Text::new(failed.code());
    match failed {
        LockError::InUse { path, pid } => text
            .with("path", path.display())
            .with("pid", pid.map_or(String::from("?"), |pid| pid.to_string())),
        LockError::NotAFolder { path } => text.with("path", path.display()),
        LockError::Create { path, source }
        | LockError::NotWritable { path, source }
        | LockError::Lock { path, source } => text.with("path", path.display()).with("problem", source),
    }
}

#[cfg(feature = "embedded-broker")]
fn broker_text(failed: &crate::broker::BrokerError) -> Text {
    use crate::broker::BrokerError;
    let text = Text::new(failed.code());
    match failed {
        BrokerError::PortTaken { addr } | BrokerError::PortForbidden { addr } => text.with("address", addr),
        BrokerError::Listen { addr, source } => text.with("address", addr).with("problem", source),
        BrokerError::Threads { source } => text.with("problem", source),
    }
}

/// Milliseconds, for parameters.
pub(crate) fn millis(at: UtcMillis) -> u64 {
    at.0
}

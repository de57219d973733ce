//! Every way in which the daemon says no, as codes that the catalogue knows.
//!
//! One function per kind of error, so that no sentence for people is made anywhere else.

use std::fmt::Display;
use std::io::ErrorKind;
use std::str::FromStr;

use audio::PrepareError;
use controller_api::{Error, Problem, Text};
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

/// Makes an [`Error`] of a code and what a log should say.
pub(crate) fn error(text: Text, wrong_use: bool, detail: impl Display) -> Error {
    Error { text, wrong_use, detail: detail.to_string(), problems: Vec::new() }
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
    let text = match refused {
        Refusal::UnknownTargets { unknown } => {
            let join = |parts: Vec<&str>| parts.join(", ");
            let targets = join(unknown.iter().map(|u| u.target.as_str()).collect());
            let nearest = join(unknown.iter().flat_map(|u| &u.nearest).map(String::as_str).collect());
            Text::new("unknown-targets").with("targets", targets).with("nearest", nearest)
        }
        Refusal::NoClusters => Text::new("no-clusters"),
        Refusal::PastTime { play_at, now } => {
            Text::new("past-time").with("play_at", play_at.0).with("now_at", now.0)
        }
        Refusal::NeverFires => Text::new("never-fires"),
        Refusal::UnknownJob { id, nearest } => {
            Text::new("unknown-job").with("id", id).with("nearest", nearest.join(", "))
        }
        Refusal::JobOver { job } => Text::new("job-over").with("job", short(job)),
        Refusal::JobPlays { job } => Text::new("job-plays").with("job", short(job)),
        Refusal::AllGone => Text::new("schedule-all-gone"),
        Refusal::ProgrammeExists { id } => Text::new("programme-exists").with("id", id),
        Refusal::UnknownCluster { cluster, nearest } => {
            Text::new("unknown-cluster").with("cluster", cluster).with("nearest", nearest.join(", "))
        }
        Refusal::GatewayInUse { cluster } => Text::new("gateway-in-use").with("cluster", cluster),
        Refusal::BadCluster { cluster, problem } => {
            Text::new("bad-cluster").with("cluster", cluster).with("problem", problem.code())
        }
        Refusal::TooManyClips { cluster, most } => {
            Text::new("too-many-clips-for-cluster").with("cluster", cluster).with("most", most)
        }
        Refusal::TooManyJobs { cluster } => Text::new("too-many-jobs").with("cluster", cluster),
        Refusal::OutOfRange { what, least, most } => {
            Text::new("out-of-range").with("what", what).with("least", least).with("most", most)
        }
        Refusal::OutOfBounds { what } => Text::new("out-of-bounds").with("what", what),
        Refusal::UnknownProgramme { id, nearest } => {
            Text::new("unknown-programme").with("id", id).with("nearest", nearest.join(", "))
        }
        Refusal::UnknownDaySet { set, nearest } => {
            Text::new("unknown-day-set").with("set", set).with("nearest", nearest.join(", "))
        }
        Refusal::GuardRail { broken } => crate::views::broken(broken),
        Refusal::Schedule { problems } => {
            let problem = |problem: &ProgrammeProblem| Problem {
                line: 0,
                column: 0,
                programme: Some(problem.programme.clone()),
                field: Some(problem.field.clone()),
                text: refusal(&problem.why).text,
            };
            return schedule(problems.iter().map(problem).collect());
        }
    };
    error(text, true, refused)
}

/// A schedule with something wrong in it.
pub(crate) fn schedule(problems: Vec<Problem>) -> Error {
    let text = Text::new("schedule-refused").with("count", problems.len());
    let first = problems.first().map_or("", |problem| problem.text.code.as_str());
    let detail = format!("{} problems in the schedule, first {first}", problems.len());
    Error { problems, ..error(text, true, detail) }
}

/// A schedule that cannot be read.
pub(crate) fn schedule_file(problems: &[schedules::Problem]) -> Error {
    let problem = |schedules::Problem { at, wrong }: &schedules::Problem| {
        Problem::at(at.line, at.column, Text::new(wrong.code()).with_all(wrong.params()))
    };
    schedule(problems.iter().map(problem).collect())
}

/// Reads a text of a request as something of a schedule.
pub(crate) fn parsed<T>(text: &str) -> Result<T, Error>
where
    T: FromStr,
    T::Err: Into<Wrong>,
{
    text.parse().map_err(|wrong: T::Err| {
        let wrong = wrong.into();
        error(Text::new(wrong.code()).with_all(wrong.params()), true, &wrong)
    })
}

fn short(job: &firmware_proto::JobId) -> String {
    job.to_string().chars().take(8).collect()
}

/// A sound file that did not become a clip.
#[must_use]
pub fn prepare(failed: &PrepareError, title: &str) -> Error {
    let full = |e: &std::io::Error| matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    if matches!(failed, PrepareError::Write(e) if full(e)) {
        return error(Text::new("disk-full"), false, chain(failed));
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
    error(text, false, chain(failed))
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
    error(text, true, failed)
}

/// A cron rule that is none.
#[must_use]
pub fn rule(failed: &RuleError) -> Error {
    error(Text::new(failed.code()).with("problem", failed), true, failed)
}

/// The clip store.
#[must_use]
pub fn clip(failed: &ClipError) -> Error {
    let wrong_use = matches!(failed, ClipError::NotFound { .. } | ClipError::Unknown { .. });
    let text = Text::new(failed.code()).with("problem", failed);
    let text = match failed {
        ClipError::Unknown { name, nearest } => text.with("name", name).with("nearest", nearest.join(", ")),
        _ => text,
    };
    error(text, wrong_use, chain(failed))
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
    let (text, wrong_use) = match failed {
        SpeechError::Text => (text.with("max", TEXT_CHARS_MAX), true),
        SpeechError::Language { lang } => (text.with("lang", lang), true),
        SpeechError::NotInstalled { program } => (text.with("program", program), false),
        SpeechError::Failed { program, problem } => {
            (text.with("program", program).with("problem", problem), false)
        }
        SpeechError::Io(problem) => {
            (text.with("path", std::env::temp_dir().display()).with("problem", problem), false)
        }
    };
    error(text, wrong_use, chain(failed))
}

/// The journal.
#[must_use]
pub fn journal(failed: &JournalError) -> Error {
    error(Text::new(failed.code()).with("problem", failed), false, chain(failed))
}

/// Something inside broke: worth a report.
#[must_use]
pub fn internal(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(Text::new("internal").with("problem", &detail), false, detail)
}

/// A value of a request that is not what it should be.
#[must_use]
pub fn bad_request(detail: impl Display) -> Error {
    let detail = detail.to_string();
    error(Text::new("bad-request").with("problem", &detail), true, detail)
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
                Text::new("journal-entry-unreadable").with("entry", sequence).with("problem", problem)
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
            Self::Api { address, source } if source.kind() == std::io::ErrorKind::AddrInUse => {
                Text::new("api-port-taken").with("address", address)
            }
            Self::Api { address, source } => {
                Text::new("api-not-listening").with("address", address).with("problem", source)
            }
            Self::Ended(what) => Text::new("internal").with("problem", what),
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

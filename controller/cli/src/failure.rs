//! How a verb ends: exit codes, and failures that say what to do.

use std::process::ExitCode;

use controller_api::{Catalogue, ErrorKind, Job, Problem, Text, Verdict, text};
use serde_json::{Value, json};

/// How the command ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The same command will fail again.
    WrongUse = 2,
    /// The controller is not running.
    NotRunning = 3,
    /// Done, but some clusters did not play; or something is down.
    SomeDidNotPlay = 4,
    /// Ended by Ctrl-C, as shells number it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// What a job has come to.
    #[must_use]
    pub fn of_job(job: &Job) -> Self {
        let bad = |verdict: Verdict| match verdict {
            Verdict::NotPlayed => true,
            Verdict::Pending | Verdict::Unknown | Verdict::Played => false,
        };
        if job.verdicts.iter().any(|(verdict, n)| bad(*verdict) && *n > 0) {
            Self::SomeDidNotPlay
        } else {
            Self::Done
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::Conflict => {
                Self::WrongUse
            }
            ErrorKind::BadSound | ErrorKind::StorageFull | ErrorKind::Unavailable | ErrorKind::Internal => {
                Self::Failed
            }
        }
    }
}

/// How the controller could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// Nobody listens there.
    NotRunning,
    /// The connection broke before the answer came: it may have done what was asked.
    Cut,
    /// It took too long.
    NoAnswer,
}

/// Why a verb was not carried out.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its exit code.
    pub exit: Exit,
    /// It was not carried out because the controller could not be asked.
    pub away: Option<Away>,
    /// The sentence that people read, by the catalogue.
    pub text: Text,
    /// What is wrong in detail, place by place.
    pub troubles: Vec<Trouble>,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// As in `FILE:LINE:COLUMN`, or the name of a field; empty where it is not known.
    pub place: String,
    /// The file, where there is one.
    pub file: Option<String>,
    /// What is wrong there.
    pub problem: Problem,
}

impl Trouble {
    /// In a file.
    #[must_use]
    pub fn in_file(file: &str, problem: Problem) -> Self {
        let place = match problem.line {
            0 => file.to_owned(),
            line => format!("{file}:{line}:{}", problem.column),
        };
        Self { place, file: Some(file.to_owned()), problem }
    }

    /// In something that was not a file: by the field's name.
    #[must_use]
    pub fn in_field(problem: Problem) -> Self {
        Self { place: problem.field.clone().unwrap_or_default(), file: None, problem }
    }

    /// The line for people.
    #[must_use]
    pub fn line(&self, catalogue: &Catalogue) -> String {
        let sentence = catalogue.text(&self.problem.text);
        if self.place.is_empty() { sentence } else { format!("{}: {sentence}", self.place) }
    }

    fn json(&self, catalogue: &Catalogue) -> Value {
        let Problem { line, column, programme, field, text } = &self.problem;
        json!({
            "file": self.file,
            "line": line,
            "column": column,
            "programme": programme,
            "field": field,
            "code": text.code,
            "params": text.params,
            "message": catalogue.text(text),
        })
    }
}

impl Failure {
    /// A failure that is said in one sentence.
    #[must_use]
    pub fn new(exit: Exit, text: Text) -> Self {
        Self { exit, away: None, text, troubles: Vec::new() }
    }

    /// The controller could not be asked.
    #[must_use]
    pub fn away(away: Away, text: Text) -> Self {
        let exit = match away {
            Away::NotRunning => Exit::NotRunning,
            Away::Cut | Away::NoAnswer => Exit::Failed,
        };
        Self { away: Some(away), ..Self::new(exit, text) }
    }

    /// The same, with places in this file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        let place = |trouble: Trouble| Trouble::in_file(file, trouble.problem);
        self.troubles = self.troubles.into_iter().map(place).collect();
        self
    }

    /// The same, after its details were shown.
    #[must_use]
    pub fn said(mut self) -> Self {
        self.troubles.clear();
        self
    }

    /// A failure that another try may get over.
    #[must_use]
    pub fn failed(text: Text) -> Self {
        Self::new(Exit::Failed, text)
    }

    /// A command that cannot be carried out as it was written.
    #[must_use]
    pub fn wrong_use(text: Text) -> Self {
        Self::new(Exit::WrongUse, text)
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn file(path: &std::path::Path, problem: &std::io::Error) -> Self {
        Self::failed(text!(FileTrouble { path: path.display(), problem: problem }))
    }

    /// Something that never should happen.
    #[must_use]
    pub fn internal(problem: impl std::fmt::Display) -> Self {
        Self::failed(text!(Internal { problem: problem }))
    }

    /// For scripts.
    #[must_use]
    pub fn json(&self, catalogue: &Catalogue) -> Value {
        let mut error = json!({
            "code": self.text.code,
            "params": self.text.params,
            "message": catalogue.text(&self.text),
            "exit": self.exit as u8,
        });
        if !self.troubles.is_empty() {
            error["problems"] = self.troubles.iter().map(|trouble| trouble.json(catalogue)).collect();
        }
        json!({ "error": error })
    }
}

/// What a verb comes to.
pub type Outcome = Result<Exit, Failure>;

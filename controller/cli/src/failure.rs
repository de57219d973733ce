//! How a verb ends: exit codes, and failures that say what to do.

use std::process::ExitCode;

use controller_api::{Catalogue, Text};
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

/// Why a verb was not carried out.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its exit code.
    pub exit: Exit,
    /// For people.
    pub text: Text,
}

impl Failure {
    /// A failure that another try may get over.
    #[must_use]
    pub fn failed(text: Text) -> Self {
        Self { exit: Exit::Failed, text }
    }

    /// A command that cannot be carried out as it was written.
    #[must_use]
    pub fn wrong_use(text: Text) -> Self {
        Self { exit: Exit::WrongUse, text }
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn file(path: &std::path::Path, problem: &std::io::Error) -> Self {
        Self::failed(Text::new("file-trouble").with("path", path.display()).with("problem", problem))
    }

    /// Something that never should happen.
    #[must_use]
    pub fn internal(problem: impl std::fmt::Display) -> Self {
        Self::failed(Text::new("internal").with("problem", problem))
    }

    /// For scripts.
    #[must_use]
    pub fn json(&self, catalogue: &Catalogue) -> Value {
        json!({ "error": {
            "code": self.text.code,
            "params": self.text.params,
            "message": catalogue.text(&self.text),
            "exit": self.exit as u8,
        }})
    }
}

/// What a verb comes to.
pub type Outcome = Result<Exit, Failure>;

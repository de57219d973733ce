//! What every verb needs: the words, the screen, and where the controller is.

use std::io::{self, IsTerminal, Write};

use controller_api::{Catalogue, Language, Status, Text, text};
use schedules::{Zone, ZoneError};
use serde::Serialize;

use crate::args::Global;
use crate::client::Client;
use crate::colour::colours;
use crate::failure::Failure;
use crate::place::Place;
use crate::report::Screen;

/// One run of the command.
#[derive(Debug)]
pub struct Session {
    /// Options of every verb.
    pub global: Global,
    /// Renders for people.
    pub screen: Screen,
}

impl Session {
    /// The site's time zone is not known before the controller has said it: until then, UTC.
    #[must_use]
    pub fn new(global: Global) -> Self {
        let screen = Screen::of_terminal(catalogue(global.language(), Zone::UTC));
        Self { global, screen }
    }

    /// The messages, in the language of the output.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.screen.catalogue
    }

    /// The language of a text that is to be read aloud: what `--lang` says, else that of the output.
    #[must_use]
    pub fn speech_language(&self) -> String {
        self.global.lang.clone().unwrap_or_else(|| self.catalogue().language().code().to_owned())
    }

    /// Asks on the terminal; `None` where there is none.
    #[must_use]
    pub fn ask(&self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        eprint!("{question} ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        let answer = answer.trim().to_lowercase();
        // Yes in both languages of the catalogue.
        Some(["y", "yes", "c", "có", "co"].contains(&answer.as_str()))
    }

    /// Asks whether a change that was shown is to be made.
    ///
    /// # Errors
    /// Staff do not want it, or there is no terminal on which to ask them.
    pub fn confirm(&self) -> Result<(), Failure> {
        match self.ask(&self.catalogue().get("import-confirm")) {
            Some(true) => Ok(()),
            Some(false) => Err(Failure::failed(text!(ImportDeclined))),
            None => Err(Failure::wrong_use(text!(ImportUnconfirmed))),
        }
    }

    /// Finds the controller, and takes over the site's time zone.
    ///
    /// # Errors
    /// It is not running, or does not answer.
    pub async fn connect(&mut self) -> Result<(Client, Status), Failure> {
        let client = Client::new(Place::of(&self.global))?;
        let status: Status = client.get("/v1/status").await?;
        let zone = Zone::parse(&status.timezone);
        let unknown = |e: ZoneError| Failure::failed(Text::from(&e));
        self.use_zone(zone.map_err(unknown)?);
        Ok((client, status))
    }

    /// Shows times in this time zone from now on.
    pub fn use_zone(&mut self, zone: Zone) {
        self.screen.catalogue = catalogue(self.catalogue().language(), zone);
    }

    /// Prints a result: `text` for people, or with `--json` the value, on one line.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn print(&self, value: &impl Serialize, text: &str) -> Result<(), Failure> {
        if self.global.json {
            let json = serde_json::to_string(value).map_err(Failure::internal)?;
            return write_out(&format!("{json}\n"));
        }
        write_out(text)
    }

    /// Says something beside the result.
    pub fn note(&self, text: &str) {
        // With nobody left to read it, there is nothing to be done.
        drop(writeln!(io::stderr(), "{text}"));
    }

    /// Says that it failed, and how to get over it.
    pub fn complain(&self, failure: &Failure) {
        self.complain_to_people(failure);
        if self.global.json {
            let json = failure.json(self.catalogue());
            drop(write_out(&format!("{json}\n")));
        }
    }

    /// The same, where it is not over yet.
    pub fn complain_to_people(&self, failure: &Failure) {
        let sentence = self.catalogue().text(&failure.text);
        let mark = self.screen.paint_stderr(&self.catalogue().get("error"));
        for trouble in &failure.troubles {
            self.note(&trouble.line(self.catalogue()));
        }
        self.note(&format!("{mark} {sentence}"));
    }
}

/// The words in a language, with times in a time zone.
#[must_use]
pub fn catalogue(language: Language, zone: Zone) -> Catalogue {
    Catalogue::new(language, move |at| zone.local_text(at))
}

/// Logs to standard error what `RUST_LOG` asks for, else this.
pub fn log_to_stderr(default: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only the first one counts, and this process starts only one.
    drop(builder.with_ansi(colours(&io::stderr())).try_init());
}

/// Writes to standard output; a reader that has gone away, as `head` does, is no failure.
fn write_out(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::file(std::path::Path::new("-"), &error))
        }
        _ => Ok(()),
    }
}

//! The `loa` command: `loa serve` runs the controller, every other verb is a client of its API.
//!
//! [`args`] is the command line, [`verbs`] carries it out, [`report`] turns answers into text, [`client`] speaks
//! HTTP. A verb ends with an [`failure::Exit`] or a [`failure::Failure`]; both become the exit code that
//! `loa --help` documents.
//!
//! What must never be: a sentence for staff outside the message catalogue; a decision about a delivery; a
//! word on standard output that is not the result.

pub mod args;
pub mod client;
mod colour;
pub mod demo;
pub mod failure;
pub mod feed;
pub mod help;
mod limits;
#[cfg(feature = "alsa")]
mod output;
pub mod place;
pub mod report;
pub mod session;
pub mod signals;
pub mod site_file;
pub mod sound;
pub mod text_file;
pub mod usage;
pub mod verbs;
pub mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use controller_api::Language;

use args::{Cli, Global, Verb};
use failure::{Failure, Outcome};
use session::Session;

/// Carries out the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let guessed = Global::guessed(std::env::args_os());
    let cli = match parse(guessed.language()) {
        Ok(cli) => cli,
        Err(error) => {
            let session = Session::new(guessed);
            let failure = usage::failure(&error, session.catalogue());
            return end(&session, Err(failure.unwrap_or_else(|| error.exit())));
        }
    };
    let wrong = cli.check();
    let mut session = Session::new(cli.global);
    let outcome = wrong.and_then(|()| run(&mut session, cli.verb));
    end(&session, outcome)
}

/// Reads the command line of this process; it explains itself in this language.
fn parse(language: Language) -> Result<Cli, clap::Error> {
    let mut command = help::translated(Cli::command(), language);
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn end(session: &Session, outcome: Outcome) -> ExitCode {
    let exit = outcome.unwrap_or_else(|failure| {
        session.complain(&failure);
        failure.exit
    });
    exit.into()
}

fn run(session: &mut Session, verb: Verb) -> Outcome {
    let mut builder = match verb {
        Verb::Serve { .. } | Verb::Demo(_) => tokio::runtime::Builder::new_multi_thread(),
        // A client starts faster on one thread.
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = builder.enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(carry_out(session, verb))
}

async fn carry_out(session: &mut Session, verb: Verb) -> Outcome {
    match verb {
        Verb::Init(args) => verbs::serve::init(session, &args),
        Verb::Serve { new, take_over } => verbs::serve::serve(session, new, take_over).await,
        Verb::Announce(args) => verbs::announce::announce(session, &args).await,
        Verb::Emergency(args) => verbs::announce::emergency(session, &args).await,
        Verb::Stop { job } => verbs::jobs::stop(session, &job).await,
        Verb::Cancel { job } => verbs::jobs::cancel(session, &job).await,
        Verb::Status { job: Some(job), .. } => verbs::jobs::show(session, &job).await,
        Verb::Status { job: None, last } => verbs::status::status(session, last).await,
        Verb::Log(args) => verbs::log::log(session, &args).await,
        Verb::Clip(verb) => verbs::clip::run(session, verb).await,
        Verb::Schedule(verb) => verbs::schedule::run(session, verb).await,
        Verb::Site(verb) => verbs::site::run(session, verb).await,
        Verb::Cluster(verb) => verbs::cluster::run(session, verb).await,
        Verb::Clock(args::ClockVerb::Accept) => verbs::status::accept_clock(session).await,
        Verb::Health { all } => verbs::status::health(session, all).await,
        Verb::Demo(args) => demo::run(session, &args).await,
    }
}

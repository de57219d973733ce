//! The verbs, one module for each kind.

mod announce;
mod clip;
mod cluster;
mod content;
mod jobs;
mod new_file;
mod schedule;
mod serve;
mod site;
mod status;

pub(crate) use announce::new_id;
pub(crate) use new_file::write_private;
pub(crate) use serve::from_daemon;

use crate::args::Verb;
use crate::failure::Outcome;
use crate::session::Session;

/// Carries out one verb.
///
/// # Errors
/// See [`crate::failure::Failure`].
pub async fn run(session: &mut Session, verb: Verb) -> Outcome {
    match verb {
        Verb::Init(args) => serve::init(session, &args),
        Verb::Serve => serve::serve(session).await,
        Verb::Announce(args) => announce::announce(session, &args).await,
        Verb::Emergency(args) => announce::emergency(session, &args).await,
        Verb::Stop { job } => jobs::stop(session, &job).await,
        Verb::Cancel { job } => jobs::cancel(session, &job).await,
        Verb::Status { job: Some(job), .. } => jobs::show(session, &job).await,
        Verb::Status { job: None, last } => status::status(session, last).await,
        Verb::Clip(verb) => clip::run(session, verb).await,
        Verb::Schedule(verb) => schedule::run(session, verb).await,
        Verb::Site(verb) => site::run(session, verb).await,
        Verb::Cluster(verb) => cluster::run(session, verb).await,
        Verb::Health { all } => status::health(session, all).await,
        Verb::Demo(args) => crate::demo::run(session, &args).await,
    }
}

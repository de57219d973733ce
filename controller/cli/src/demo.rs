//! `loa demo`: a controller in this process, a simulated fleet in another, one announcement to all, and
//! whether exactly the two broken loudspeakers are found.

mod cast;
mod fleet;
mod outcome;
mod stage;

use std::time::Instant;

use controller_api::{Announce, Announced, Class, FaultKind, Health, Job};

use crate::args::DemoArgs;
use crate::client::Client;
use crate::failure::{Exit, Failure, Outcome as Ended};
use crate::limits::{DEMO_HEALTH_EVERY, DEMO_HEALTH_PATIENCE, DEMO_START_WITHIN};
use crate::session::{Session, log_to_stderr};
use crate::sound::Sound;
use crate::{report, signals, verbs, watch};
use outcome::Outcome;
use stage::Stage;

/// Runs the demo.
///
/// # Errors
/// Something is missing, or does not start.
pub async fn run(session: &mut Session, args: &DemoArgs) -> Ended {
    log_to_stderr("error");
    let stop = signals::stop_or_hangup()?;
    tokio::pin!(stop);
    let begun = Instant::now();
    let mut stage = Stage::prepare(session)?;
    session.use_zone(stage.zone()?);
    let ended = tokio::select! {
        ended = act(session, args, &mut stage, begun) => ended,
        () = &mut stop => Ok(Exit::Interrupted),
    };
    let ended = match ended {
        Ok(exit) if !args.once && exit != Exit::Interrupted => {
            invite(session, &stage);
            tokio::select! {
                () = &mut stop => Ok(exit),
                failure = stage.failed() => Err(failure),
            }
        }
        ended => ended,
    };
    session.note(&session.catalogue().get("demo-stopping"));
    stage.strike().await;
    ended
}

/// From the start of the controller to the outcome.
async fn act(session: &Session, args: &DemoArgs, stage: &mut Stage, begun: Instant) -> Ended {
    let sound = stage.sound(args.file.as_deref())?;
    stage.introduce(session);
    let client = stage.start(session).await?;
    let (job, health) = tokio::select! {
        seen = broadcast(session, &client, &sound) => seen?,
        failure = stage.failed() => return Err(failure),
    };
    let outcome = Outcome::of(&job, &health, begun.elapsed());
    let text = report::job::verdict(&session.screen, &job)
        + "\n"
        + &report::health::render(&session.screen, &health, false)
        + "\n"
        + &outcome.sentences(&session.screen);
    session.print(&outcome, &text)?;
    if session.global.json && !outcome.is_expected() {
        session.note(&outcome.sentences(&session.screen));
    }
    Ok(if outcome.is_expected() { Exit::Done } else { Exit::Failed })
}

/// Announces to all, and watches what comes of it.
async fn broadcast(session: &Session, client: &Client, sound: &Sound) -> Result<(Job, Health), Failure> {
    session.note(&session.screen.say("demo-announce", &[("file", &sound.title)]));
    let clip = sound.upload(session, client, &[]).await?;
    let wanted = Announce {
        id: verbs::new_id()?,
        title: sound.title.clone(),
        class: Class::Routine,
        clips: vec![clip.id],
        targets: vec!["all".to_owned()],
        at: None,
        cron: None,
        name: None,
        volume: None,
        start_within_ms: Some(DEMO_START_WITHIN.as_millis() as u64),
        repeat_for_ms: None,
        // A demonstration sounds nowhere, and may be wanted at night.
        override_reason: Some("demonstration".to_owned()),
    };
    let Announced::Job { id, .. } = client.announce(&wanted).await? else {
        return Err(Failure::internal("an announcement became a programme"));
    };
    let job = watch::follow(session, client, &id).await?;
    Ok((job, health(session, client).await?))
}

/// The health, once the cluster that is off has been silent for long enough to be flagged.
async fn health(session: &Session, client: &Client) -> Result<Health, Failure> {
    let begun = Instant::now();
    let mut told = false;
    loop {
        let health: Health = client.get("/v1/health").await?;
        let flagged = |kind| outcome::with_fault(&health, kind).len();
        let complete = flagged(FaultKind::Unreachable) > 0 && flagged(FaultKind::Silent) > 0;
        if complete || begun.elapsed() > DEMO_HEALTH_PATIENCE {
            return Ok(health);
        }
        if !told {
            session.note(&session.catalogue().get("demo-waiting-health"));
            told = true;
        }
        tokio::time::sleep(DEMO_HEALTH_EVERY).await;
    }
}

/// How to talk to it while it stays up.
fn invite(session: &Session, stage: &Stage) {
    let socket = stage.socket().display().to_string();
    let quoted = if socket.contains(' ') { format!("'{socket}'") } else { socket };
    session.note(&session.catalogue().get("demo-try"));
    for verb in
        ["status", "health", "announce FILE --to village:\"Bảo Tân 1\"", "emergency FILE --to all --for 1m"]
    {
        session.note(&format!("  loa --socket {quoted} {verb}"));
    }
}

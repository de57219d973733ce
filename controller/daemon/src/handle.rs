//! The API's way to the engine: changes go to it, questions are answered beside it.
//!
//! After each commit the engine shows a new view of all that is known. A question takes the newest one and is
//! answered by threads of their own (see [`crate::questions`]): however much is asked, messages and commands go on.

use std::sync::Arc;
use std::time::Duration;

use controller_api::{Error, Text};
use controller_core::command::{Command, Done};
use controller_core::{Actor, View as CoreView};
use firmware_proto::{Mono, UtcMillis};
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::failure;
use crate::questions::Questions;

/// A change that somebody wants.
pub(crate) struct Change {
    pub(crate) actor: Actor,
    pub(crate) command: Command,
    pub(crate) answer: oneshot::Sender<Answered>,
}

/// What came of a change, and the entry that a view has to contain to show it.
pub(crate) struct Answered {
    pub(crate) result: Result<Done, Error>,
    pub(crate) sequence: u64,
}

/// What is shown: all of it is on disk.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) core: Arc<CoreView>,
    pub(crate) facts: Facts,
}

/// What the engine knows beyond the core.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) started: Mono,
    pub(crate) broker_since: Mono,
    pub(crate) broker_trouble: Option<String>,
    pub(crate) journal_entries: u64,
    /// Since when, and what.
    pub(crate) journal_trouble: Option<(Mono, Text)>,
}

/// What can be looked at.
pub(crate) struct View {
    pub(crate) core: Arc<CoreView>,
    pub(crate) facts: Facts,
    pub(crate) now: UtcMillis,
}

/// The API's way to the engine.
#[derive(Clone)]
pub(crate) struct Handle {
    changes: mpsc::Sender<Change>,
    shown: watch::Receiver<Shown>,
    clock: Clock,
    questions: Questions,
}

impl Handle {
    pub(crate) fn new(
        changes: mpsc::Sender<Change>,
        shown: watch::Receiver<Shown>,
        clock: Clock,
        questions: Questions,
    ) -> Self {
        Self { changes, shown, clock, questions }
    }

    /// Asks for a change, and waits until it is on disk and shows in every view from then on.
    pub(crate) async fn change(&self, actor: Actor, command: Command) -> Result<Done, Error> {
        let (answer, answered) = oneshot::channel();
        self.changes.send(Change { actor, command, answer }).await.map_err(|_| gone())?;
        let Answered { result, sequence } = answered.await.map_err(|_| gone())?;
        let done = result?;
        let mut shown = self.shown.clone();
        shown.wait_for(|shown| shown.core.sequence() >= sequence).await.map_err(|_| gone())?;
        Ok(done)
    }

    /// The last entry that is shown.
    pub(crate) fn sequence(&self) -> u64 {
        self.shown.borrow().core.sequence()
    }

    /// Waits until more than this entry is shown, and returns the last that is.
    pub(crate) async fn beyond(&self, sequence: u64) -> Result<u64, Error> {
        let mut shown = self.shown.clone();
        let beyond = shown.wait_for(|shown| shown.core.sequence() > sequence).await.map_err(|_| gone())?;
        Ok(beyond.core.sequence())
    }

    /// Looks at what is known now, at once: for what takes no time worth mentioning.
    pub(crate) fn glance<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        let view = self.view(&self.shown.borrow());
        look(&view)
    }

    /// Looks at what is known now, on a thread that may take its time.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<T, Error> {
        // Taken here: a thread of low priority must not hold what the engine has to write.
        let view = self.view(&self.shown.borrow());
        self.questions.ask(move || look(&view)).await
    }

    /// Waits until `look`, which must be quick, finds something; `None` after `patience`.
    pub(crate) async fn watch<T>(
        &self,
        patience: Duration,
        mut look: impl FnMut(&View) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let mut shown = self.shown.clone();
        let find = async {
            loop {
                let view = self.view(&shown.borrow_and_update());
                if let Some(found) = look(&view) {
                    return Ok(found);
                }
                shown.changed().await.map_err(|_| gone())?;
            }
        };
        tokio::time::timeout(patience, find).await.ok().transpose()
    }

    fn view(&self, shown: &Shown) -> View {
        let Shown { core, facts } = shown.clone();
        let now = core.time(self.clock.now().mono).utc;
        View { core, facts, now }
    }
}

fn gone() -> Error {
    failure::internal("the engine has ended")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::mpsc as std_mpsc;
    use std::thread;

    use controller_core::{Core, Identity, Restored};
    use firmware_proto::SiteId;
    use firmware_proto::trust::SiteKey;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn shown(clock: Clock) -> Shown {
        let (site, key) = (SiteId::new("bao-nhai").unwrap(), SiteKey::from_bytes(&[7; SiteKey::BYTES]));
        let now = clock.now();
        let core = Core::new(Identity { site, key }, Restored::default(), now);
        let facts = Facts {
            started: now.mono,
            broker_since: now.mono,
            broker_trouble: None,
            journal_entries: 0,
            journal_trouble: None,
        };
        Shown { core: Arc::new(core.view()), facts }
    }

    /// However long an answer takes, and whatever priority its thread has.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_question_holds_nothing_that_the_engine_needs() {
        let clock = Clock::start();
        let (show, watched) = watch::channel(shown(clock));
        let (changes, _engine) = mpsc::channel(1);
        let handle = Handle::new(changes, watched, clock, Questions::start().unwrap());
        let (begun, has_begun) = std_mpsc::channel();
        let (end, may_end) = std_mpsc::channel::<()>();
        let question = tokio::spawn(async move {
            let look = move |view: &View| {
                begun.send(()).unwrap();
                may_end.recv_timeout(2 * PATIENCE).unwrap();
                view.core.sequence()
            };
            handle.look(look).await
        });
        has_begun.recv_timeout(PATIENCE).unwrap();
        let (done, is_done) = std_mpsc::channel();
        thread::spawn(move || {
            show.send_replace(shown(clock));
            done.send(()).unwrap();
        });
        let in_time = is_done.recv_timeout(PATIENCE);
        end.send(()).unwrap();
        question.await.unwrap().unwrap();
        in_time.expect("the engine waited for the answer of a question");
    }
}

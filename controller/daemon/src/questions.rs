//! Threads for questions: few, and of a lower priority than all others, so that whatever is asked, and however much,
//! messages and commands go first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use controller_api::Error;
use tokio::sync::{mpsc, oneshot};

use crate::failure::{self, DaemonError};

/// Questions that may wait in line; who comes later waits to get into it.
const WAITING_MAX: usize = 64;
/// Answered at one time, at the most, and with one processor left to the engine.
const THREADS_MAX: usize = 2;
/// The lowest priority, a sixtieth of what the others get where all want a processor: a milder one made the slowest of
/// a hundred emergencies wait twice as long while questions came without end.
const NICENESS: i32 = 19;

type Question = Box<dyn FnOnce() + Send>;

/// The way to the threads; they end when it is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Questions(mpsc::Sender<Question>);

impl Questions {
    pub(crate) fn start() -> Result<Self, DaemonError> {
        let (sender, line) = mpsc::channel(WAITING_MAX);
        let line = Arc::new(Mutex::new(line));
        let processors = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..(processors - 1).clamp(1, THREADS_MAX) {
            let line = Arc::clone(&line);
            let thread = thread::Builder::new().name("questions".to_owned());
            thread.spawn(move || answer_all(&line)).map_err(DaemonError::Threads)?;
        }
        Ok(Self(sender))
    }

    /// Has a question answered by one of the threads.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        // Whoever asked may have gone.
        let question = Box::new(move || drop(answer.send(question())));
        self.0.send(question).await.map_err(failure::internal)?;
        answered.await.map_err(|_| failure::internal("a question could not be answered"))
    }
}

fn answer_all(line: &Mutex<mpsc::Receiver<Question>>) {
    // On Linux this is the thread's own; where it is refused, questions are as important as all else.
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "questions are answered at the usual priority");
    }
    loop {
        let next = line.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(question) = next else { return };
        // Who asked is told that there is no answer; the others have theirs.
        if catch_unwind(AssertUnwindSafe(question)).is_err() {
            tracing::error!("a question made its thread panic");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_question_that_panics_takes_no_other_with_it() {
        let questions = Questions::start().unwrap();
        for _ in 0..2 * THREADS_MAX {
            let answer: Result<u8, Error> = questions.ask(|| panic!("on purpose")).await;
            assert!(answer.is_err());
        }
        assert_eq!(questions.ask(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn questions_give_way_to_everything_else() {
        let questions = Questions::start().unwrap();
        let nice = || rustix::process::nice(0).unwrap();
        let ours = nice();
        assert_eq!(questions.ask(nice).await.unwrap(), (ours + NICENESS).min(NICENESS));
        assert_eq!(nice(), ours, "and nobody else does");
    }
}

//! The thread that owns the database: takes whatever is queued, commits it, tells how it went.
//!
//! What somebody waits for is committed at once. A burst of entries that nobody waits for, such as the acks
//! of many clusters, is gathered for some milliseconds: a commit costs far more than an entry does, and
//! a disk that is kept busy with one makes the next one wait.
//!
//! The queue, the next number and the phase stand behind one mutex that is never held across a disk
//! access, so async callers may use it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::watch;

use super::contract::Haste;
use super::entry::NewEntry;
use super::error::JournalError;
use super::notices::{Notices, Progress};
use super::options::Options;
use super::store::{self, Head};
use crate::lock::FileLock;

/// The pages SQLite allows where we set no limit.
const PAGES_UNLIMITED: u32 = u32::MAX - 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    Suspended,
    Closing,
}

type ResumeAnswer = mpsc::SyncSender<Result<u64, JournalError>>;

/// Entries that the archive has and the database need not have any more.
#[derive(Debug)]
struct Archived {
    up_to_seq: u64,
    answer: mpsc::SyncSender<Result<(), JournalError>>,
}

#[derive(Debug)]
struct Desk {
    phase: Phase,
    /// What each append brought: it is committed whole.
    queue: VecDeque<Vec<NewEntry>>,
    queued: usize,
    /// Somebody waits for something in the queue.
    in_haste: bool,
    /// The number that the next queued entry gets.
    next_seq: u64,
    pages_max: u32,
    resume: Option<ResumeAnswer>,
    archived: Option<Archived>,
}

impl Desk {
    /// Whole appends, as many as stay within `entries_max`, but at least one.
    fn take_batch(&mut self, entries_max: usize) -> Vec<NewEntry> {
        let mut batch = self.queue.pop_front().unwrap_or_default();
        while let Some(next) = self.queue.pop_front_if(|next| batch.len() + next.len() <= entries_max) {
            batch.extend(next);
        }
        self.queued -= batch.len();
        self.in_haste &= self.queued > 0;
        batch
    }

    fn drop_queue(&mut self) {
        self.queue.clear();
        self.queued = 0;
        self.in_haste = false;
    }
}

#[derive(Debug)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

impl Shared {
    /// A panic elsewhere leaves the desk whole: no line that holds it can stop half way.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The caller's side.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    progress: watch::Receiver<Progress>,
    thread: Mutex<Option<JoinHandle<()>>>,
    queue_entries_max: usize,
}

impl Writer {
    pub(super) fn start(
        path: PathBuf,
        db: Connection,
        head: Head,
        lock: Arc<FileLock>,
        options: Options,
    ) -> Result<Self, JournalError> {
        let desk = Desk {
            phase: Phase::Running,
            queue: VecDeque::new(),
            queued: 0,
            in_haste: false,
            next_seq: head.seq + 1,
            pages_max: options.pages_max,
            resume: None,
            archived: None,
        };
        let shared = Arc::new(Shared { desk: Mutex::new(desk), changed: Condvar::new() });
        let (tell, progress) = watch::channel(Progress { committed_seq: head.seq, ..Progress::default() });
        let mut thread = Thread {
            path,
            db: Some(db),
            head,
            pages_max: 0,
            options: Options { commit_entries_max: options.commit_entries_max.max(1), ..options.clone() },
            shared: Arc::clone(&shared),
            tell,
            _lock: lock,
        };
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || thread.run())
            .map_err(|source| JournalError::Thread { source: Arc::new(source) })?;
        let thread = Mutex::new(Some(thread));
        Ok(Self { shared, progress, thread, queue_entries_max: options.queue_entries_max })
    }

    pub(super) fn append(
        &self,
        first_seq: u64,
        entries: Vec<NewEntry>,
        haste: Haste,
    ) -> Result<(), JournalError> {
        let mut desk = self.shared.desk();
        match desk.phase {
            Phase::Running => {}
            Phase::Suspended => return Err(JournalError::Suspended),
            Phase::Closing => return Err(JournalError::Closed),
        }
        if first_seq != desk.next_seq {
            return Err(JournalError::OutOfStep { expected: desk.next_seq, given: first_seq });
        }
        if desk.queued + entries.len() > self.queue_entries_max {
            return Err(JournalError::QueueFull { waiting: desk.queued });
        }
        desk.next_seq += entries.len() as u64;
        desk.queued += entries.len();
        // A thread that gathers looks by itself.
        if desk.queue.is_empty() || haste == Haste::AtOnce {
            self.shared.changed.notify_all();
        }
        desk.in_haste |= haste == Haste::AtOnce;
        desk.queue.push_back(entries);
        Ok(())
    }

    pub(super) fn notices(&self) -> Notices {
        Notices::new(self.progress.clone())
    }

    pub(super) fn limit_pages(&self, pages_max: u32) {
        self.shared.desk().pages_max = pages_max;
    }

    pub(super) fn resume(&self) -> Result<u64, JournalError> {
        let (answer, answered) = mpsc::sync_channel(1);
        {
            let mut desk = self.shared.desk();
            if desk.phase == Phase::Closing {
                return Err(JournalError::Closed);
            }
            desk.resume = Some(answer);
            self.shared.changed.notify_all();
        }
        answered.recv().unwrap_or(Err(JournalError::Closed))
    }

    /// Removes the entries up to this one from the database. What is queued goes first.
    pub(super) fn let_go(&self, up_to_seq: u64) -> Result<(), JournalError> {
        let (answer, answered) = mpsc::sync_channel(1);
        {
            let mut desk = self.shared.desk();
            if desk.phase == Phase::Closing {
                return Err(JournalError::Closed);
            }
            desk.archived = Some(Archived { up_to_seq, answer });
            self.shared.changed.notify_all();
        }
        answered.recv().unwrap_or(Err(JournalError::Closed))
    }

    pub(super) fn close(&self) {
        self.ask_to_close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the journal's thread panicked");
        }
    }

    fn ask_to_close(&self) {
        self.shared.desk().phase = Phase::Closing;
        self.shared.changed.notify_all();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.ask_to_close();
    }
}

enum Work {
    Commit(Vec<NewEntry>, u32),
    Resume(ResumeAnswer),
    LetGo(Archived),
    Stop,
}

/// The thread's side.
struct Thread {
    path: PathBuf,
    db: Option<Connection>,
    head: Head,
    /// The limit that the database knows.
    pages_max: u32,
    options: Options,
    shared: Arc<Shared>,
    tell: watch::Sender<Progress>,
    /// Held as long as anything can still be written.
    _lock: Arc<FileLock>,
}

impl Thread {
    fn run(&mut self) {
        loop {
            match self.next_work() {
                Work::Commit(entries, pages_max) => self.commit(&entries, pages_max),
                Work::Resume(answer) => {
                    // The caller may have gone away; the journal is resumed all the same.
                    let _ = answer.send(self.resume());
                }
                Work::LetGo(Archived { up_to_seq, answer }) => {
                    // Who asked may have gone; the next move finds out how far this one came.
                    let _ = answer.send(self.let_go(up_to_seq));
                }
                Work::Stop => return,
            }
        }
    }

    fn next_work(&self) -> Work {
        let mut desk = self.shared.desk();
        loop {
            if let Some(answer) = desk.resume.take() {
                return Work::Resume(answer);
            }
            if !desk.queue.is_empty() {
                desk = self.gather(desk);
                return Work::Commit(desk.take_batch(self.options.commit_entries_max), desk.pages_max);
            }
            if let Some(archived) = desk.archived.take() {
                return Work::LetGo(archived);
            }
            if desk.phase == Phase::Closing {
                return Work::Stop;
            }
            desk = self.shared.changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until the queue is worth a commit.
    fn gather<'a>(&'a self, mut desk: MutexGuard<'a, Desk>) -> MutexGuard<'a, Desk> {
        let until = Instant::now() + self.options.gather_max;
        while desk.phase == Phase::Running
            && !desk.in_haste
            && desk.queued < self.options.commit_entries_max
            && Instant::now() < until
        {
            let queued = desk.queued;
            let waited = self.shared.changed.wait_timeout(desk, self.options.gather_step);
            let timeout;
            (desk, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() && desk.queued == queued {
                break;
            }
        }
        desk
    }

    fn commit(&mut self, entries: &[NewEntry], pages_max: u32) {
        match self.write(entries, pages_max) {
            Ok(head) => {
                self.head = head;
                self.tell.send_modify(|progress| progress.committed_seq = head.seq);
            }
            Err(error) => self.suspend(error),
        }
    }

    fn write(&mut self, entries: &[NewEntry], pages_max: u32) -> Result<Head, JournalError> {
        let db = self.db.as_mut().ok_or(JournalError::Suspended)?;
        if pages_max != self.pages_max {
            limit_pages(db, &self.path, pages_max)?;
            self.pages_max = pages_max;
        }
        store::write(db, self.head, entries).map_err(|e| store::about_write(&self.path, e))
    }

    /// When it fails, nothing of anybody's is lost: the journal works on.
    fn let_go(&mut self, up_to_seq: u64) -> Result<(), JournalError> {
        let db = self.db.as_mut().ok_or(JournalError::Suspended)?;
        store::let_go(db, up_to_seq).map_err(|e| store::about_write(&self.path, e))
    }

    /// Closes the database: what comes after a failure starts from what the disk really holds.
    fn suspend(&mut self, error: JournalError) {
        self.db = None;
        {
            let mut desk = self.shared.desk();
            desk.drop_queue();
            if desk.phase == Phase::Running {
                desk.phase = Phase::Suspended;
            }
        }
        let from_seq = self.head.seq + 1;
        tracing::error!(from_seq, %error, code = error.code(), "journal entries were not written");
        self.tell.send_modify(|progress| progress.failure = Some((from_seq, error)));
    }

    fn resume(&mut self) -> Result<u64, JournalError> {
        if self.db.is_some() {
            return Ok(self.head.seq);
        }
        let db = store::open(&self.path)?;
        self.head = store::head(&db, &self.path)?;
        self.db = Some(db);
        self.pages_max = 0;
        self.tell.send_modify(|progress| {
            progress.committed_seq = self.head.seq;
            progress.failure = None;
            progress.resumed = (progress.resumed.0 + 1, self.head.seq);
        });
        let mut desk = self.shared.desk();
        desk.next_seq = self.head.seq + 1;
        if desk.phase == Phase::Suspended {
            desk.phase = Phase::Running;
        }
        Ok(self.head.seq)
    }
}

impl Drop for Thread {
    /// However the thread ends, nobody must wait for it.
    fn drop(&mut self) {
        let mut desk = self.shared.desk();
        desk.phase = Phase::Closing;
        desk.resume = None;
        desk.archived = None;
        desk.drop_queue();
    }
}

fn limit_pages(db: &Connection, path: &Path, pages_max: u32) -> Result<(), JournalError> {
    let pages = if pages_max == 0 { PAGES_UNLIMITED } else { pages_max };
    db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .map_err(|e| store::about_write(path, e))
}

//! Live progress of one job, on standard error, until nothing more is expected of any cluster.

use std::time::Instant;

use controller_api::{DeliveryState, Job};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::client::{Client, segment};
use crate::failure::Failure;
use crate::feed::Feed;
use crate::limits::{LINE_EVERY, LOOK_EVERY, POLL_EVERY, WATCH_PATIENCE};
use crate::report::Screen;
use crate::session::Session;

const PHASES: [&str; 5] = ["phase-waiting", "phase-fetching", "phase-ready", "phase-playing", "phase-done"];

/// Shows progress until the job has ended; `None` when Ctrl-C was pressed before.
///
/// # Errors
/// The job cannot be looked at.
pub async fn until_ended(session: &Session, client: &Client, id: &str) -> Result<Option<Job>, Failure> {
    tokio::select! {
        job = follow(session, client, id) => job.map(Some),
        _ = tokio::signal::ctrl_c() => Ok(None),
    }
}

/// As [`until_ended`], for those who see to Ctrl-C themselves.
///
/// # Errors
/// The job cannot be looked at.
pub async fn follow(session: &Session, client: &Client, id: &str) -> Result<Job, Failure> {
    let whole = format!("/v1/jobs/{}", segment(id));
    let counts = format!("{whole}?deliveries=false");
    let mut display = Display::new(session);
    let mut answered = Instant::now();
    let mut ended = false;
    let mut feed = None;
    loop {
        // Before the job is looked at: what happens after that look is told.
        if feed.is_none() {
            feed = client.follow().await.ok();
        }
        match client.get::<Job>(if ended { &whole } else { &counts }).await {
            Ok(job) => {
                answered = Instant::now();
                display.show(&job);
                if ended && !job.open {
                    display.clear();
                    return Ok(job);
                }
                ended = !job.open;
                if !ended {
                    wait(&mut feed, &job.id).await;
                }
            }
            Err(failure) if failure.away.is_some() && answered.elapsed() < WATCH_PATIENCE => {
                display.away();
                feed = None;
                tokio::time::sleep(POLL_EVERY).await;
            }
            Err(failure) => {
                display.clear();
                return Err(failure);
            }
        }
    }
}

/// Waits until there may be something new about a job.
async fn wait(feed: &mut Option<Feed>, job: &str) {
    let Some(open) = feed else { return tokio::time::sleep(POLL_EVERY).await };
    // Without a word it is looked at now and then all the same.
    if !tokio::time::timeout(LOOK_EVERY, open.tells_of(job)).await.unwrap_or(true) {
        *feed = None;
    }
}

/// How many clusters are in each of [`PHASES`], gateways not counted.
fn phases(job: &Job) -> [usize; 5] {
    let mut phases = [0; 5];
    for (state, n) in &job.counts {
        let phase = match state {
            DeliveryState::Queued | DeliveryState::Sent => 0,
            DeliveryState::Received => 1,
            DeliveryState::Ready => 2,
            DeliveryState::Playing => 3,
            DeliveryState::Suspended
            | DeliveryState::Played
            | DeliveryState::Silent
            | DeliveryState::Missed
            | DeliveryState::Failed
            | DeliveryState::Preempted
            | DeliveryState::Skipped
            | DeliveryState::Cancelled
            | DeliveryState::Unconfirmed => 4,
        };
        phases[phase] += n;
    }
    phases
}

struct Display<'s> {
    session: &'s Session,
    /// On a terminal: one bar per phase, and a line below.
    bars: Option<(MultiProgress, Vec<ProgressBar>, ProgressBar)>,
    shown: [usize; 5],
    shown_at: Option<Instant>,
    told_start: bool,
    away: bool,
}

impl<'s> Display<'s> {
    fn new(session: &'s Session) -> Self {
        let all = MultiProgress::new();
        let bars = (!all.is_hidden()).then(|| {
            let (lines, below) = lines(&session.screen, &all);
            (all, lines, below)
        });
        Self { session, bars, shown: [0; 5], shown_at: None, told_start: false, away: false }
    }

    fn show(&mut self, job: &Job) {
        self.away = false;
        let phases = phases(job);
        let total: usize = phases.iter().sum();
        self.tell_start(job);
        match &self.bars {
            Some((_, bars, below)) => {
                for (bar, n) in bars.iter().zip(phases) {
                    bar.set_length(total as u64);
                    bar.set_position(n as u64);
                }
                below.set_message(self.deadline(job, phases));
            }
            None => self.line(phases, total, job.open),
        }
    }

    fn tell_start(&mut self, job: &Job) {
        if let (false, Some(at)) = (self.told_start, job.play_at) {
            let text = self.session.screen.say("wait-starts", &[("play_at", &at.to_string())]);
            self.say(&text);
        }
        self.told_start = true;
    }

    /// What is not reached would otherwise look like a program that hangs.
    fn deadline(&self, job: &Job, phases: [usize; 5]) -> String {
        if phases[..3].iter().sum::<usize>() == 0 {
            return String::new();
        }
        let start_by = self.session.catalogue().clock(job.start_by);
        self.session.screen.say("progress-deadline", &[("start_by", &start_by)])
    }

    fn line(&mut self, phases: [usize; 5], total: usize, open: bool) {
        let lately = self.shown_at.is_some_and(|at| at.elapsed() < LINE_EVERY);
        let changed = self.shown_at.is_none() || phases != self.shown;
        if !changed || (lately && open) {
            return;
        }
        (self.shown, self.shown_at) = (phases, Some(Instant::now()));
        let names = ["waiting", "fetching", "ready", "playing", "done"];
        let counts = phases.map(|n| n.to_string());
        let total = total.to_string();
        let mut params: Vec<(&str, &str)> =
            names.into_iter().zip(counts.iter().map(String::as_str)).collect();
        params.push(("total", &total));
        self.session.note(&self.session.screen.say("progress-line", &params));
    }

    fn away(&mut self) {
        if !self.away {
            self.say(&self.session.catalogue().get("wait-controller-away"));
        }
        self.away = true;
    }

    fn say(&self, text: &str) {
        match &self.bars {
            Some((all, ..)) => drop(all.println(text)),
            None => self.session.note(text),
        }
    }

    fn clear(&self) {
        if let Some((all, ..)) = &self.bars {
            drop(all.clear());
        }
    }
}

fn lines(screen: &Screen, all: &MultiProgress) -> (Vec<ProgressBar>, ProgressBar) {
    let words: Vec<String> = PHASES.iter().map(|key| screen.catalogue.get(key)).collect();
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let template = format!("  {{prefix:{width}}} {{bar:38}} {{pos:>4}} / {{len}}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = |word: String| {
        let bar = all.add(ProgressBar::new(1).with_style(style.clone()));
        bar.set_prefix(word);
        bar
    };
    let bars = words.into_iter().map(bar).collect();
    let plain = ProgressStyle::with_template("  {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    (bars, all.add(ProgressBar::new_spinner().with_style(plain)))
}

//! Every bound of this crate: what is read, and how long is waited. Widths of tables stand beside the tables.

use std::time::Duration;

/// Longest title of a sound that is named after its file, characters.
pub(crate) const TITLE_CHARS_MAX: usize = 200;
/// Bytes of a sound file that are read at once.
pub(crate) const READ_BYTES: usize = 64 * 1024;
/// Occurrences of a programme that a check looks at: a year of one that plays every hour.
pub(crate) const OCCURRENCES_MAX: usize = 9_000;

/// How long connecting to the controller may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the controller may take to answer.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to make a clip: an old PC takes a while to prepare an hour of sound.
pub(crate) const PREPARE_TIMEOUT: Duration = Duration::from_secs(30 * 60);
/// Pause before a request that met no controller is sent once more.
pub(crate) const RETRY_AFTER: Duration = Duration::from_millis(500);

/// How often the progress of a job is asked for where the controller does not tell what happens.
pub(crate) const POLL_EVERY: Duration = Duration::from_millis(300);
/// And where it does: deadlines that only pass are shown too.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(5);
/// What happens within this time is shown together.
pub(crate) const SETTLE: Duration = Duration::from_millis(100);
/// Longest event of the feed: one that names every cluster of a large site.
pub(crate) const EVENT_BYTES_MAX: usize = 1 << 20;
/// Without a terminal, a line of progress is written at most so often.
pub(crate) const LINE_EVERY: Duration = Duration::from_secs(2);
/// A controller that restarts is waited for so long: the clusters go on by themselves.
pub(crate) const WATCH_PATIENCE: Duration = Duration::from_secs(60);

/// Lines of the log where nobody says, and at the most.
pub(crate) const LOG_LINES_USUAL: usize = 30;
pub(crate) const LOG_LINES_MAX: usize = 10_000;
/// Events of the log that are asked for at once, as many as the controller gives.
pub(crate) const LOG_PAGE: usize = 500;

/// How late a cluster of the demo may start.
pub(crate) const DEMO_START_WITHIN: Duration = Duration::from_secs(20);
/// How long the demo waits for both faults to be flagged, and how often it looks.
pub(crate) const DEMO_HEALTH_PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const DEMO_HEALTH_EVERY: Duration = Duration::from_millis(300);
/// How long the demo's controller may take to stop.
pub(crate) const CONTROLLER_STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the demo's fleet may take to connect, and to stop.
pub(crate) const FLEET_START_TIMEOUT: Duration = Duration::from_secs(60);
pub(crate) const FLEET_STOP_TIMEOUT: Duration = Duration::from_secs(3);

const _: () = assert!(OCCURRENCES_MAX >= 366 * 24);
const _: () = assert!(CONNECT_TIMEOUT.as_secs() < ANSWER_TIMEOUT.as_secs());
const _: () = assert!(ANSWER_TIMEOUT.as_secs() < PREPARE_TIMEOUT.as_secs());
const _: () =
    assert!(SETTLE.as_millis() < POLL_EVERY.as_millis() && POLL_EVERY.as_millis() < LINE_EVERY.as_millis());
// After Ctrl-C, both have stopped before people press it again.
const _: () = assert!(FLEET_STOP_TIMEOUT.as_secs() + CONTROLLER_STOP_TIMEOUT.as_secs() <= 10);

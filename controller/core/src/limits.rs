//! Every bound of the controller's memory and patience, in one place. The wire's own bounds are in
//! `firmware_proto::limits`.

/// Clusters and gateways of one site.
pub const CLUSTERS_MAX: usize = 10_000;
/// Jobs remembered; the oldest ended ones give way.
pub const JOBS_KEPT_MAX: usize = 2_000;
/// Programmes of one site.
pub const PROGRAMMES_MAX: usize = 10_000;
/// Jobs that one cluster may have ahead of it; beyond this an announcement is refused. Below the
/// wire's bound, so that an emergency always finds room.
pub const JOBS_AHEAD_MAX: usize = 48;
/// Of these, programmes take so many, so that announcements find room too.
pub const PLANNED_AHEAD_MAX: usize = 36;
/// The least time in which a planned start may be met, ms.
pub const PUNCTUAL_MS: u64 = 15_000;
/// The least time in which what is wanted at once can be everywhere, ms.
pub const AT_ONCE_MS: u64 = 30_000;
/// An announcement for now may find a cluster that comes back within this time, ms.
pub const NOW_WITHIN_MS: u64 = 10 * 60_000;
/// One for later may start this late, ms.
pub const LATER_WITHIN_MS: u64 = 5 * 60_000;
/// Silence between two passes of a repeating announcement, ms.
pub const REPEAT_GAP_MS: u32 = 3_000;
/// The id of a job may be shortened to so many digits.
pub const JOB_ID_DIGITS_MIN: usize = 4;
/// Jobs in a list for people.
pub const JOBS_LISTED_MAX: usize = 100;
/// Characters of a title or a name.
pub const TITLE_CHARS_MAX: usize = 200;
/// Deliveries remembered, of all jobs: they are what the state grows by. The oldest ended jobs give way.
pub const DELIVERIES_KEPT_MAX: usize = 60_000;
/// Records between two snapshots, whoever wrote them.
pub const SNAPSHOT_EVERY: u64 = 10_000;

/// Silence after which a cluster is unreachable: three heartbeats, each a tenth late, and an odd
/// second (95 s with the default of 30 s; EN 54-16 asks for a fault within 100 s).
#[must_use]
pub const fn unreachable_after_ms(heartbeat_ms: u32) -> u64 {
    heartbeat_ms as u64 * 3 + 5_000
}

/// How long after a job's latest start its `started` may travel.
pub const START_GRACE_MS: u64 = 20_000;
/// How long after a job's expected end its `finished` may travel.
pub const FINISH_GRACE_MS: u64 = 30_000;
/// A clip may begin softly: what was stopped sooner than this is not judged by its sound, ms.
pub const JUDGED_FROM_MS: u64 = 3_000;
/// How long a job stays in agendas after its last possible end.
pub const AGENDA_GRACE_MS: u64 = 5 * 60_000;
/// How long a command is valid, before and after now.
pub const VALIDITY_MS: u64 = 10 * 60_000;
/// The same agenda is not sent again to a cluster sooner than this.
pub const AGENDA_RESEND_MS: u64 = 5_000;
/// Receipts wait this long, so that one message serves several acks, and none of them stands in the way of
/// clusters that are still about to start. Clusters repeat their acks after 8 s.
pub const RECEIPT_DELAY_MS: u64 = 1_000;
/// Our clock has been set when it moved this far against the monotonic one, ms.
pub const CLOCK_SET_MS: u64 = 2_000;
/// Clusters hold the jobs of so many hours ahead, by setting.
pub const AGENDA_HOURS: std::ops::RangeInclusive<u16> = 24..=7 * 24;
/// Occurrences left out that are remembered for reports; all are in the journal.
pub const SKIPS_KEPT_MAX: usize = 200;
/// Occurrences that are looked at when a programme is checked against the others.
pub const OCCURRENCES_CHECKED_MAX: usize = 20_000;
/// Collisions that are told one by one.
pub const COLLISIONS_MAX: usize = 200;
/// Days of one preview.
pub const PREVIEW_DAYS_MAX: u16 = 366;
/// Broadcasts of one preview: more than a year of a busy site, and far less than a rule for every second.
pub const SHOWINGS_MAX: usize = 50_000;
/// Languages of a cluster, or of the site.
pub const LANGUAGES_MAX: usize = 8;
/// Characters of the reason for breaking a guard rail.
pub const REASON_CHARS_MAX: usize = 500;
/// Boots of one cluster remembered in one run of the controller, to tell replays of old ones.
pub const BOOTS_REMEMBERED: usize = 16;
/// How many similar names an error suggests.
pub const SUGGESTIONS_MAX: usize = 3;

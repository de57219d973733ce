//! Every bound of the controller's memory and patience, in one place. The wire's own bounds are in
//! `firmware_proto::limits`. What must hold between bounds stands below them, and is checked when this is built.

use std::ops::RangeInclusive;

use firmware_proto::UtcMillis;
use firmware_proto::limits::{AGENDA_OTHERS_MAX, JOB_BYTES_MAX, JOBS_HELD_MAX, PAYLOAD_BYTES_MAX};

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
/// The same agenda is not sent again to a cluster sooner than this,
/// beyond the time that it takes over its line.
pub const AGENDA_RESEND_MS: u64 = 5_000;
/// What a line carries that was not measured yet, bytes per second.
pub const SLOW_LINK_BYTES_PER_S: u32 = 2_000;
/// Receipts wait this long, so that one message serves several acks, and none of them stands in the way of
/// clusters that are still about to start. Clusters repeat their acks after 8 s.
pub const RECEIPT_DELAY_MS: u64 = 1_000;
/// Our clock has been set when it moved this far against the monotonic one, ms.
pub const CLOCK_SET_MS: u64 = 2_000;
/// It is doubted where it differs from other evidence by more than this, ms. Messages are that long under way at times,
/// and a programme is hardly wrong by it.
pub const CLOCK_DOUBT_MS: u64 = 60_000;
/// So long after a start clusters are asked for their time, before a clock is believed that nobody speaks of, ms.
pub const CLOCK_ASKED_MS: u64 = 100_000;
/// A jump to a time that nobody speaks against is believed when it has lasted so long, ms: a repair stays, a slip of
/// somebody's hand is taken back.
pub const CLOCK_JUMP_LASTS_MS: u64 = 10 * 60_000;
/// After so long without a jump only clusters, or staff, can make us believe one, ms: who repairs a clock does so soon
/// after the start.
pub const CLOCK_PROVED_MS: u64 = 60 * 60_000;
/// What a cluster has said of its time counts for so long, ms: both clocks drift meanwhile.
pub const CLOCK_WITNESS_MS: u64 = 24 * 3_600_000;
/// So many clusters have to say the same, where there are so many.
pub const CLOCK_WITNESSES_MIN: usize = 2;
/// It was no earlier than this when this program was built; raised with each release.
pub const BUILT_AFTER: UtcMillis = UtcMillis(1_764_000_000_000);
/// Clusters hold the jobs of so many hours ahead, by setting.
pub const AGENDA_HOURS: RangeInclusive<u16> = 24..=7 * 24;
/// Occurrences left out that are remembered for reports; all are in the journal.
pub const SKIPS_KEPT_MAX: usize = 200;
/// Occurrences that are looked at when a programme is checked against the others.
pub const OCCURRENCES_CHECKED_MAX: usize = 20_000;
/// Collisions that are told one by one.
pub const COLLISIONS_MAX: usize = 200;
/// Clips in the library.
pub const CLIPS_KEPT_MAX: usize = 10_000;
/// Titles of one clip; the oldest ones give way.
pub const TITLES_PER_CLIP_MAX: usize = 16;
/// The id of a clip may be shortened to so many digits.
pub const CLIP_ID_DIGITS_MIN: usize = 4;
/// Points of the waveform that is kept with a clip.
pub const WAVEFORM_POINTS_MAX: usize = 1_000;
/// What is told of one recording.
pub const CLIP_WARNINGS_MAX: usize = 16;
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
/// Days that a change is held against the rest, at the least and at the most.
pub const DAYS_CHECKED: RangeInclusive<usize> = 7..=366;
/// As far as is looked for what comes next, days.
pub const NEXT_DAYS_MAX: u64 = 25;
/// Pairs of one that plays and one that waits, of one chain: far more than anybody is told of.
pub const MEETINGS_MAX: usize = 5_000;
/// Collisions that are looked for before the first [`COLLISIONS_MAX`] of them are told.
pub const COLLISIONS_FOUND_MAX: usize = 10 * COLLISIONS_MAX;
/// Missed occurrences of one programme that are counted one by one.
pub const MISSED_COUNTED_MAX: u32 = 10_000;
/// Validity begins a little before now: a cluster's clock may lag.
pub const VALID_BEFORE_MS: u64 = 5_000;
/// Bytes of the jobs that one part of an agenda says in full; the rest is for names, ended emergencies, settings and the
/// envelope.
pub const AGENDA_JOBS_BYTES: usize = PAYLOAD_BYTES_MAX - AGENDA_OTHERS_MAX * JOB_NAME_BYTES_MAX - 2_560;
/// Bytes of a job's name in an agenda: two ids of 16 bytes, and what CBOR adds.
pub const JOB_NAME_BYTES_MAX: usize = 40;
/// Devices that are told one by one that a job is over.
pub const STOPS_OF_THEIR_OWN_MAX: usize = 4;
/// With nothing in sight, look around this often all the same: UTC may have been set, ms.
pub const IDLE_MS: u64 = 60_000;
/// How soon to look again for room for an occurrence, ms.
pub const ROOM_AGAIN_MS: u64 = 10_000;
/// Integrated loudness of new clips, by setting, LUFS.
pub const CLIP_LOUDNESS_LUFS: RangeInclusive<i8> = -31..=-10;
/// Bit rate of new clips, by setting, kbit/s.
pub const CLIP_KBPS: RangeInclusive<u8> = 8..=64;
/// Longest new clip, by setting, minutes.
pub const CLIP_MINUTES: RangeInclusive<u16> = 1..=720;
/// Time between two heartbeats of a cluster, by setting, s.
pub const HEARTBEAT_S: RangeInclusive<u32> = 1..=600;
/// The journal keeps what is older than so many years in its archive, by setting.
pub const KEEP_YEARS: RangeInclusive<u8> = 1..=100;
/// The same where the site does not say.
pub const KEEP_YEARS_USUAL: u8 = 3;
/// A year, for retention: nobody counts its days there, ms.
pub const YEAR_MS: u64 = 36_525 * 24 * 36_000;
/// Off is another thing than a volume: nobody could tell it from a broken loudspeaker.
pub const PER_CENT: RangeInclusive<u8> = 1..=100;
/// Sets of days of one site.
pub const DAY_SETS_MAX: usize = 200;

/// Time between two heartbeats where the site does not say, ms.
pub const HEARTBEAT_USUAL_MS: u32 = 30_000;

/// A controller that starts asks so long whether another one is there before it speaks, ms: a trip over a weak line.
pub const RIVAL_ASKED_MS: u64 = 1_000;
/// Meanwhile, and when another one was heard, it asks as often as this, ms.
pub const RIVAL_ASK_AGAIN_MS: u64 = 300;
/// Later it asks as often as this, ms.
pub const RIVAL_ASK_EVERY_MS: u64 = 30_000;
/// So long it waits for one that has to give way; and so long an answer counts, ms.
pub const RIVAL_YIELDS_MS: u64 = 5_000;
/// Within this time it answers as often as there may be others, ms.
pub const RIVAL_ANSWERS_WITHIN_MS: u64 = 1_000;
/// One that was not heard for so long is forgotten, ms: it has missed two questions.
pub const RIVAL_KNOWN_MS: u64 = 75_000;
/// Other controllers that are remembered, and answered within a second.
pub const RIVALS_MAX: usize = 8;

// An emergency always finds room beside what is planned and announced, and announcements beside what is planned.
const _: () = assert!(PLANNED_AHEAD_MAX < JOBS_AHEAD_MAX && JOBS_AHEAD_MAX < JOBS_HELD_MAX);
// EN 54-16: a fault is shown within 100 s.
const _: () = assert!(unreachable_after_ms(HEARTBEAT_USUAL_MS) <= 100_000);
// An agenda that went out may be answered before it is sent again, and a beat finds it sent.
const _: () = assert!(RECEIPT_DELAY_MS < AGENDA_RESEND_MS && AGENDA_RESEND_MS < HEARTBEAT_USUAL_MS as u64);
// A command is valid when it is made, also by a clock that lags.
const _: () = assert!(VALID_BEFORE_MS < VALIDITY_MS);
// `started` may still come when the job is listed for the last time.
const _: () = assert!(START_GRACE_MS < AGENDA_GRACE_MS && FINISH_GRACE_MS < AGENDA_GRACE_MS);
// What is looked through for a check can be looked at in a preview too.
const _: () = assert!(OCCURRENCES_CHECKED_MAX <= SHOWINGS_MAX && COLLISIONS_MAX <= COLLISIONS_FOUND_MAX);
// The largest site still remembers some jobs for all of its clusters.
const _: () = assert!(DELIVERIES_KEPT_MAX >= 5 * CLUSTERS_MAX);
// Each job fits into a part of an agenda.
const _: () = assert!(JOB_BYTES_MAX < AGENDA_JOBS_BYTES && AGENDA_JOBS_BYTES < PAYLOAD_BYTES_MAX);

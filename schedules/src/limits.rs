//! Every bound of this crate: what is read, how far ahead is looked, how long something waits.

use std::ops::RangeInclusive;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Largest schedule file that is read, bytes.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Largest number of rules in a list, and of items in a programme.
pub const LIST_MAX: usize = 64;
/// Largest number of programmes in a given order.
pub const ORDER_MAX: usize = 400;
/// Longest title of a programme, characters.
pub(crate) const TITLE_CHARS_MAX: usize = 200;
/// Longest id of a programme, and longest name of a set of days, bytes.
pub(crate) const NAME_BYTES_MAX: usize = 32;

/// Longest cron rule that is read, bytes.
pub const RULE_BYTES_MAX: usize = 200;
/// Longest day rule that is read, bytes.
pub(crate) const DAYS_TEXT_BYTES_MAX: usize = 100;
/// Longest moment that is read, as in `tomorrow 05:00`, bytes.
pub(crate) const WHEN_TEXT_BYTES_MAX: usize = 64;
/// Longest language tag that is read, bytes (RFC 5646 section 4.4.1 advises 35).
pub(crate) const LANGUAGE_BYTES_MAX: usize = 35;

/// Longest step of `every N days`, days.
pub(crate) const DAY_STEP_MAX: u16 = 366;
/// Years of the dates that rules may name.
pub(crate) const YEARS: RangeInclusive<i32> = 1970..=2100;
/// The lunar years that are known, each from its first to its last day: 10 February 1899 to
/// 16 February 2102.
pub const LUNAR_YEARS: RangeInclusive<i32> = 1899..=2101;
/// The last moment that schedules know, UTC ms: the end of 2100, where cron rules end, plus two days for
/// the widest zone offsets. Times beyond it have no next occurrence.
pub const LATEST_UTC_MS: u64 = 4_133_980_800_000 + 2 * DAY_MS;
/// How far ahead a single moment may lie, days; a date beyond it is taken for a slip of the hand.
pub const AHEAD_DAYS_MAX: i64 = 3_660;

/// How late an occurrence may start where lateness is not wanted, ms.
pub const LATE_MS: u64 = 5 * MINUTE_MS;
/// Longest waiting for the amplifier that a programme may ask for, minutes.
pub const WAIT_MINUTES_MAX: u16 = 24 * 60;
/// How long `next` waits at the most, minutes: longer than anything that plays.
pub(crate) const NEXT_MINUTES_MAX: u16 = 12 * 60;
/// The hours of a day come again within this, also where clocks or dates jump, ms.
pub(crate) const QUIET_WITHIN_MS: u64 = 50 * HOUR_MS;

const _: () = assert!(NEXT_MINUTES_MAX <= WAIT_MINUTES_MAX);
const _: () = assert!(LATE_MS < NEXT_MINUTES_MAX as u64 * MINUTE_MS);
// Every date that a rule may name has a lunar date.
const _: () = assert!(*LUNAR_YEARS.start() < *YEARS.start() && *YEARS.end() < *LUNAR_YEARS.end());
// A day with its quiet hours, though a clock or a date jumps by a whole day.
const _: () = assert!(QUIET_WITHIN_MS > 2 * DAY_MS);
// A step longer than a year would be a date of each year.
const _: () = assert!(DAY_STEP_MAX == 366);
// A list of the longest names fits into a file many times over.
const _: () = assert!(ORDER_MAX * (NAME_BYTES_MAX + 4) < FILE_BYTES_MAX);

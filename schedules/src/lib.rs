//! When: recurrence as pure functions of rules and wall time.
//!
//! Nothing here reads a clock, a file or a socket: the current time is always an argument, in UTC
//! milliseconds, so that a schedule can be computed for any moment, in a test as in the field.
//!
//! A rule is written in *local* time and kept together with an IANA [`Zone`]; UTC is computed.
//! Where a zone changes its clocks, two promises hold:
//!
//! - a local time that the clocks jump over (a *gap*) happens at the first instant after the gap;
//! - a local time that the clocks show twice (a *fold*) happens once, the first time.
//!
//! A [`Programme`] says when it happens next, a [`Recurrence`] under exceptions of a [`Calendar`];
//! [`parse_file`] reads programmes as staff write them, and [`parse_when`] a single moment.

mod astronomy;
mod calendar;
mod days;
mod error;
mod field;
mod file;
mod hours;
mod language;
mod limits;
mod lunar;
mod policy;
mod programme;
mod rails;
mod recurrence;
mod rule;
mod text;
mod when;
mod zone;

pub use calendar::Calendar;
pub use days::{DayMonth, DayRule, DaySet, DaySets, Leap, LunarDayMonth, WeekdayOf, WeekdaySet};
pub use error::{DaysError, FieldName, FieldProblem, RuleError};
pub use file::{Entry, Kind, Order, Position, Problem, ScheduleFile, Wrong, parse as parse_file, to_toml};
pub use hours::{Hours, HoursError, TimeOfDay};
pub use language::{Choice, Item, Language, LanguageError};
pub use limits::{
    AHEAD_DAYS_MAX, FILE_BYTES_MAX, LATE_MS, LATEST_UTC_MS, LIST_MAX, LUNAR_YEARS, ORDER_MAX, RULE_BYTES_MAX,
    WAIT_MINUTES_MAX,
};
pub use lunar::{LunarDate, lunar_new_year};
pub use policy::{Busy, Interrupted, Missed, PolicyError};
pub use programme::{Between, Exception, HourVolume, Importance, Instead, Programme};
pub use rails::Rails;
pub use recurrence::{Occurrence, Recurrence};
pub use rule::CronRule;
pub use when::{WhenError, parse_when};
pub use zone::{Zone, ZoneError};

//! One moment, as staff type it: `17:00`, `mai 05:00`, `2026-11-24 17:00`, `+10m`.
//!
//! A time without a date means today. It is never taken to mean tomorrow silently: a notice that
//! was wanted at 17:00 and is announced at 17:05 needs a decision.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization as _;

use crate::limits::{AHEAD_DAYS_MAX, WHEN_TEXT_BYTES_MAX};
use crate::zone::{Zone, instant, utc_ms};

/// Why a text is not a moment to come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// Not one of the forms.
    #[error(
        "{text:?} is not a time; write \"17:00\" (today), \"tomorrow 05:00\", \"2026-11-24 17:00\" or \
         \"+10m\" (in ten minutes)"
    )]
    Unreadable {
        /// The text, cut to a length that can be shown.
        text: String,
    },
    /// A date that the calendar does not have.
    #[error("there is no date {text:?} in the calendar; write year-month-day, for example \"2026-11-24\"")]
    NoSuchDate {
        /// The date as it was written.
        text: String,
    },
    /// A time that the clock does not have.
    #[error("there is no time {text:?}; hours go from 00 to 23 and minutes from 00 to 59, as in \"17:30\"")]
    NoSuchTime {
        /// The time as it was written.
        text: String,
    },
    /// The moment is over.
    #[error("{text:?} is past: it is now {now} in {zone}; for tomorrow write {tomorrow:?}")]
    Past {
        /// The text as it was written.
        text: String,
        /// Local date and time, as `2026-11-24 18:20:05`.
        now: String,
        /// Name of the time zone.
        zone: &'static str,
        /// The same time tomorrow, in a form that [`parse_when`] reads.
        tomorrow: String,
    },
    /// The moment lies more than [`AHEAD_DAYS_MAX`] days ahead, or after 2100.
    #[error("{text:?} is too far ahead; give a date within the next ten years, for example {example:?}")]
    TooFar {
        /// The text as it was written.
        text: String,
        /// A right one: tomorrow at 17:00.
        example: String,
    },
}

impl WhenError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "when-unreadable",
            Self::NoSuchDate { .. } => "when-no-such-date",
            Self::NoSuchTime { .. } => "when-no-such-time",
            Self::Past { .. } => "when-past",
            Self::TooFar { .. } => "when-too-far",
        }
    }
}

/// Reads one moment, in UTC milliseconds; `now_utc_ms` itself counts as a moment to come.
///
/// Forms: `17:00`, `17:00:30`, `17h30` and `17h` (today); `today` or `hôm nay`, `tomorrow` or `mai` or
/// `ngày mai`, `2026-11-24` or `24/11/2026`, each before or after a time; `2026-11-24T17:00`; with an offset
/// as in RFC 3339; `+10m`, `+1h30m`, `+45s`, `+2d`. Without an offset the zone's clock is meant: a time in a
/// gap is the gap's end, in a fold the first of the two.
///
/// # Errors
/// [`WhenError`]; for a time that is over, with a text that says what is the time now and how to write the
/// same time tomorrow.
pub fn parse_when(text: &str, zone: Zone, now_utc_ms: u64) -> Result<u64, WhenError> {
    let text = text.trim();
    if text.len() > WHEN_TEXT_BYTES_MAX {
        return Err(WhenError::Unreadable { text: text.chars().take(WHEN_TEXT_BYTES_MAX / 2).collect() });
    }
    let now = instant(now_utc_ms).unwrap_or_default();
    let at = match text.strip_prefix('+') {
        Some(delay) => read_delay(delay, text)?.and_then(|delay| now.checked_add_signed(delay)),
        None => match read_with_offset(text) {
            Some(at) => Some(at),
            None => zone.resolve(read_local(text, zone.local(now).date())?),
        },
    };
    let Some(at) = at.filter(|&at| at - now <= TimeDelta::days(AHEAD_DAYS_MAX)) else {
        let example = tomorrow(zone, now, NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default());
        return Err(WhenError::TooFar { text: text.to_owned(), example });
    };
    if at < now {
        return Err(past(text, zone, now, at));
    }
    utc_ms(at).ok_or_else(|| past(text, zone, now, at))
}

fn past(text: &str, zone: Zone, now: DateTime<Utc>, at: DateTime<Utc>) -> WhenError {
    WhenError::Past {
        text: text.to_owned(),
        now: zone.local(now).format("%Y-%m-%d %H:%M:%S").to_string(),
        zone: zone.name(),
        tomorrow: tomorrow(zone, now, zone.local(at).time()),
    }
}

fn tomorrow(zone: Zone, now: DateTime<Utc>, time: NaiveTime) -> String {
    let date = zone.local(now).date() + Days::new(1);
    date.and_time(time).format("%Y-%m-%d %H:%M").to_string()
}

fn unreadable(text: &str) -> WhenError {
    WhenError::Unreadable { text: text.to_owned() }
}

/// `1h30m`; `None` inside when it overflows.
fn read_delay(delay: &str, text: &str) -> Result<Option<TimeDelta>, WhenError> {
    let mut rest = delay;
    let mut total = Some(0_i64);
    if rest.is_empty() {
        return Err(unreadable(text));
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit()).filter(|&at| at > 0);
        let (digits, unit) = rest.split_at(unit_at.ok_or_else(|| unreadable(text))?);
        let seconds = match unit.as_bytes().first() {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3_600,
            Some(b'd') => 86_400,
            _ => return Err(unreadable(text)),
        };
        let count = digits.parse::<i64>().ok();
        total = total.zip(count.and_then(|n| n.checked_mul(seconds))).and_then(|(a, b)| a.checked_add(b));
        rest = &unit[1..];
    }
    Ok(total.and_then(TimeDelta::try_seconds))
}

fn read_with_offset(text: &str) -> Option<DateTime<Utc>> {
    let without_seconds = || DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z");
    DateTime::parse_from_rfc3339(text).or_else(|_| without_seconds()).ok().map(|at| at.to_utc())
}

fn read_local(text: &str, today: NaiveDate) -> Result<NaiveDateTime, WhenError> {
    let lower = text.nfc().collect::<String>().to_lowercase();
    let (first, last) = match lower.split_once('t').filter(|(date, _)| date.len() == 10) {
        Some(parts) => parts,
        None => match lower.rsplit_once(char::is_whitespace) {
            Some(parts) => parts,
            None => ("today", lower.as_str()),
        },
    };
    // "5h ngày mai": the time stands first, and the day may have two words.
    let swapped = lower.split_once(char::is_whitespace);
    for (day, time) in [Some((first, last)), swapped.map(|(time, day)| (day, time))].into_iter().flatten() {
        if let (Some(date), Some(time)) = (read_date(day.trim(), today), read_time(time.trim())) {
            return Ok(date?.and_time(time?));
        }
    }
    Err(unreadable(text))
}

/// `None` when the text does not look like a day.
fn read_date(text: &str, today: NaiveDate) -> Option<Result<NaiveDate, WhenError>> {
    match text {
        "today" | "hôm nay" | "hom nay" => return Some(Ok(today)),
        "tomorrow" | "mai" | "ngày mai" | "ngay mai" => return Some(Ok(today + Days::new(1))),
        _ => {}
    }
    let (year, month, day) = match numbers(text, '-') {
        Some([year, month, day]) => (year, month, day),
        None => {
            let [day, month, year] = numbers(text, '/')?;
            (year, month, day)
        }
    };
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    // A year of one to three digits is a slip, not antiquity.
    let date = date.filter(|_| (1_000..=9_999).contains(&year));
    Some(date.ok_or_else(|| WhenError::NoSuchDate { text: text.to_owned() }))
}

/// `None` when the text does not look like a time.
fn read_time(text: &str) -> Option<Result<NaiveTime, WhenError>> {
    let [hour, minute, second] = if let Some(hour) = text.strip_suffix('h') {
        let [hour] = numbers(hour, ':')?;
        [hour, 0, 0]
    } else if let Some([hour, minute]) = numbers(text, 'h').or_else(|| numbers(text, ':')) {
        [hour, minute, 0]
    } else {
        numbers(text, ':')?
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second);
    Some(time.ok_or_else(|| WhenError::NoSuchTime { text: text.to_owned() }))
}

/// Exactly `N` unsigned numbers of at most four digits between separators.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u32; N]> {
    let number = |part: &str| {
        let plain = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse::<u32>().ok() } else { None }
    };
    let parts: Option<Vec<u32>> = text.split(separator).map(number).collect();
    parts?.try_into().ok()
}

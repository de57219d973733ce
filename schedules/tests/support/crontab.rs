//! Cron rules of five fields by what they say, beside the library's own reading of them.

use std::fmt;

use chrono::{Datelike, NaiveDateTime, Timelike};
use proptest::prelude::*;

/// One field, by what it says rather than by how it is read.
#[derive(Debug, Clone)]
pub enum Field {
    Any,
    Every(u32),
    From(u32, u32),
    OneOf(Vec<u32>),
}

impl Field {
    fn allows(&self, value: u32, min: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Every(step) => (value - min).is_multiple_of(*step),
            Self::From(from, to) => (*from..=*to).contains(&value),
            Self::OneOf(values) => values.contains(&value),
        }
    }

    fn starred(&self) -> bool {
        matches!(self, Self::Any | Self::Every(_))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Every(step) => write!(f, "*/{step}"),
            Self::From(from, to) => write!(f, "{from}-{to}"),
            Self::OneOf(values) => {
                let texts: Vec<String> = values.iter().map(u32::to_string).collect();
                f.write_str(&texts.join(","))
            }
        }
    }
}

#[derive(Debug, Clone)]
pub struct Crontab {
    pub minute: Field,
    pub hour: Field,
    pub day: Field,
    pub month: Field,
    pub weekday: Field,
}

impl fmt::Display for Crontab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {} {}", self.minute, self.hour, self.day, self.month, self.weekday)
    }
}

impl Crontab {
    pub fn fits(&self, local: NaiveDateTime) -> bool {
        let sunday_0 = local.weekday().num_days_from_sunday();
        let weekday = self.weekday.allows(sunday_0, 0) || (sunday_0 == 0 && self.weekday.allows(7, 0));
        let day = self.day.allows(local.day(), 1);
        let date = if self.day.starred() || self.weekday.starred() { day && weekday } else { day || weekday };
        date && self.minute.allows(local.minute(), 0)
            && self.hour.allows(local.hour(), 0)
            && self.month.allows(local.month(), 1)
    }
}

pub fn field(min: u32, max: u32) -> impl Strategy<Value = Field> {
    let range = (min..=max, min..=max).prop_map(|(a, b)| Field::From(a.min(b), a.max(b)));
    prop_oneof![
        2 => Just(Field::Any),
        1 => (1..=max - min).prop_map(Field::Every),
        1 => range,
        2 => proptest::collection::vec(min..=max, 1..4).prop_map(Field::OneOf),
    ]
}

pub fn crontab() -> impl Strategy<Value = Crontab> {
    // Hours around the clock changes come often, months rarely: the horizon is short.
    let hour = prop_oneof![field(0, 23), field(0, 3)];
    let month = prop_oneof![4 => Just(Field::Any), 1 => field(1, 12)];
    (field(0, 59), hour, field(1, 31), month, field(0, 7))
        .prop_map(|(minute, hour, day, month, weekday)| Crontab { minute, hour, day, month, weekday })
}

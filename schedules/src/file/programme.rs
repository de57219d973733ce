//! One programme of a file.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use toml::Spanned;
use toml::de::DeValue;

use super::entry::Entry;
use super::problem::Wrong;
use super::reader::{Fields, Reader, Text, nearest};
use crate::days::text::{date, is_name};
use crate::days::{DayRule, DaySets};
use crate::error::DaysError;
use crate::hours::TimeOfDay;
use crate::language::{Item, Language};
use crate::limits::TITLE_CHARS_MAX;
use crate::programme::{Between, Exception, HourVolume, Importance, Instead, Programme};
use crate::recurrence::Recurrence;
use crate::rule::CronRule;

/// Fields whose places are remembered for what is found out later.
const PLACED: &[&str] = &[
    "id", "title", "class", "targets", "items", "volume", "volumes", "on", "at", "cron", "once", "between",
    "except", "busy", "missed",
];

/// Reads a programme; none if too little of it can be read to go on.
pub(super) fn read(reader: &mut Reader<'_>, mut fields: Fields<'_>, sets: &DaySets) -> Option<Entry> {
    let before = reader.problems.len();
    let at = fields.at;
    let places: BTreeMap<_, _> = fields.places(reader, PLACED).into_iter().collect();
    let id = id(reader, &mut fields);
    let title = title(reader, &mut fields);
    let class = class(reader, &mut fields).unwrap_or_default();
    let targets = fields.texts(reader, "targets");
    let items = items(reader, &mut fields);
    let recurrence = recurrence(reader, &mut fields, sets);
    let between = between(reader, &mut fields);
    let volume = volume(reader, &mut fields);
    let volumes = volumes(reader, &mut fields);
    let except = fields.tables(reader, "except", "programme.except");
    let except = except.into_iter().filter_map(|fields| exception(reader, fields, sets)).collect();
    let busy = fields.parsed(reader, "busy").unwrap_or_default();
    let interrupted = fields.parsed(reader, "interrupted");
    let missed = fields.parsed(reader, "missed").unwrap_or_default();
    let paused = fields.flag(reader, "paused").unwrap_or(false);
    for (field, example) in [
        ("id", "id = \"ban-tin-sang\""),
        ("targets", "targets = [\"all\"]"),
        ("items", "items = [\"chime\", \"ban-tin\"]"),
    ] {
        fields.need(reader, field, example);
    }
    fields.finish(reader);
    let clips = std::mem::take(&mut reader.clips);
    if reader.problems.len() > before {
        return None;
    }
    let id = id?;
    let programme = Programme {
        title: title.unwrap_or_else(|| id.clone()),
        id,
        class,
        targets: targets?.into_iter().map(|text| text.value).collect(),
        items: items?,
        volume,
        volumes,
        recurrence: recurrence?,
        between,
        except,
        busy,
        interrupted,
        missed,
        paused,
    };
    Some(Entry { programme, at, fields: places, clips })
}

fn id(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text(reader, "id")?;
    if is_name(&text.value) {
        return Some(text.value);
    }
    reader.say(text.at, Wrong::Name { text: text.value });
    None
}

fn title(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<String> {
    let title = fields.text(reader, "title")?;
    if title.value.chars().count() > TITLE_CHARS_MAX {
        reader.say(title.at, Wrong::TooMany { field: "title".into(), max: TITLE_CHARS_MAX });
    }
    Some(title.value)
}

fn class(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Importance> {
    let text = fields.text(reader, "class")?;
    match text.value.as_str() {
        "routine" => Some(Importance::Routine),
        "priority" => Some(Importance::Priority),
        other => {
            let nearest = nearest(other, ["routine", "priority"].iter());
            let words = "routine, priority";
            reader.say(text.at, Wrong::Word { field: "class", text: other.to_owned(), words, nearest });
            None
        }
    }
}

fn items(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<Item<String>>> {
    let (at, values) = fields.list(reader, "items")?;
    if values.is_empty() {
        reader.say(at, Wrong::Empty { field: "items".into() });
    }
    Some(values.into_iter().filter_map(|value| item(reader, value)).collect())
}

/// A clip by its name, or a table of variants by language.
fn item(reader: &mut Reader<'_>, value: Spanned<DeValue<'_>>) -> Option<Item<String>> {
    if !value.get_ref().is_table() {
        return reader.clip(&value, "items").map(Item::Clip);
    }
    let fields = Fields::of(reader, value, "items")?;
    let at = fields.at;
    let mut variants: Vec<(Language, String)> = Vec::new();
    for (tag, clip) in fields.rest() {
        let tag = Text { at: reader.place(tag.span().start), value: tag.into_inner().into_owned() };
        let clip = reader.clip(&clip, &tag.value);
        let language = reader.parse::<Language>(&tag);
        let double =
            language.as_ref().filter(|language| variants.iter().any(|(other, _)| other == *language));
        if let Some(language) = double {
            reader.say(tag.at, Wrong::DoubleVariant { language: language.to_string() });
        }
        variants.extend(language.zip(clip));
    }
    if variants.is_empty() {
        reader.say(at, Wrong::Empty { field: "items".into() });
        return None;
    }
    Some(Item::Variants(variants))
}

fn recurrence(reader: &mut Reader<'_>, fields: &mut Fields<'_>, sets: &DaySets) -> Option<Recurrence> {
    let places = fields.places(reader, &["at", "cron", "once", "on", "between", "except"]);
    let place = |field: &str| places.iter().find(|(name, _)| *name == field).map(|(_, at)| *at);
    let on = rules(reader, fields, "on", Some(sets));
    let at = times(reader, fields);
    let cron = fields.parsed::<CronRule>(reader, "cron");
    let once = fields.text(reader, "once").and_then(|text| moment(reader, &text));
    for (field, other) in [
        ("cron", "at"),
        ("once", "at"),
        ("once", "cron"),
        ("cron", "on"),
        ("once", "on"),
        ("once", "between"),
        ("once", "except"),
    ] {
        if let (Some(place), Some(_)) = (place(field), place(other)) {
            reader.say(place, Wrong::Both { field, other });
            return None;
        }
    }
    match (place("at"), place("cron"), place("once")) {
        (Some(_), ..) => Some(Recurrence::Days { on: on.unwrap_or(vec![DayRule::Daily]), at: at? }),
        (_, Some(_), _) => cron.map(Recurrence::Cron),
        (.., Some(_)) => once.map(Recurrence::Once),
        _ => {
            reader.say(place("on").unwrap_or(fields.at), Wrong::NoTime);
            None
        }
    }
}

fn times(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<TimeOfDay>> {
    let texts = fields.texts(reader, "at")?;
    let mut times: Vec<TimeOfDay> = texts.iter().filter_map(|text| reader.parse(text)).collect();
    times.sort_unstable();
    times.dedup();
    Some(times)
}

/// A local date and time, `2026-12-01 17:00`, in either order.
fn moment(reader: &mut Reader<'_>, text: &Text) -> Option<NaiveDateTime> {
    let at = |day: &str, time: &str| {
        let time: TimeOfDay = time.trim().parse().ok()?;
        Some(date(day.trim())?.and_time(time.naive()))
    };
    let parts = text.value.split_once(' ').or_else(|| text.value.split_once('T'));
    let moment = parts.and_then(|(one, other)| at(one, other).or_else(|| at(other, one)));
    if moment.is_none() {
        reader.say(text.at, Wrong::Moment { text: text.value.clone() });
    }
    moment
}

fn between(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Between> {
    let text = fields.text(reader, "between")?;
    let range = text.value.split_once("..");
    let range = range.and_then(|(first, last)| date(first.trim()).zip(date(last.trim())));
    match range {
        Some((first, last)) if first <= last => return Some(Between { first, last }),
        _ => reader.say(text.at, Wrong::Between { text: text.value }),
    }
    None
}

/// Rules of days; sets must be known ones, and there are none where `sets` is none.
pub(super) fn rules(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    field: &'static str,
    sets: Option<&DaySets>,
) -> Option<Vec<DayRule>> {
    let texts = fields.texts(reader, field)?;
    let mut rules = Vec::new();
    for text in &texts {
        let Some(rule) = reader.parse::<DayRule>(text) else { continue };
        match (rule.set(), sets) {
            (None, _) => {}
            (Some(name), None) => reader.say(text.at, DaysError::Unreadable { text: name.to_owned() }),
            (Some(name), Some(sets)) if sets.contains_key(name) => {}
            (Some(name), Some(sets)) => {
                let words = ["daily", "mon-fri", "last day"].map(String::from);
                let nearest = nearest(name, sets.keys().cloned().chain(words));
                reader.say(text.at, Wrong::UnknownSet { name: name.to_owned(), nearest });
            }
        }
        rules.push(rule);
    }
    Some(rules)
}

fn volume(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<u8> {
    fields.number(reader, "volume", 1..=100).and_then(|volume| u8::try_from(volume).ok())
}

fn volumes(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<HourVolume> {
    let mut volumes = Vec::new();
    for mut fields in fields.tables(reader, "volumes", "programme.volumes") {
        let hours = fields.parsed(reader, "hours");
        let volume = volume(reader, &mut fields);
        fields.need(reader, "hours", "hours = \"20:00-06:00\"");
        fields.need(reader, "volume", "volume = 40");
        fields.finish(reader);
        volumes.extend(hours.zip(volume).map(|(hours, volume)| HourVolume { hours, volume }));
    }
    volumes
}

fn exception(reader: &mut Reader<'_>, mut fields: Fields<'_>, sets: &DaySets) -> Option<Exception<String>> {
    let days = rules(reader, &mut fields, "days", Some(sets));
    let at = times(reader, &mut fields);
    let items = items(reader, &mut fields);
    fields.need(reader, "days", "days = [\"nghi-tet\"]");
    fields.finish(reader);
    let instead = (at.is_some() || items.is_some())
        .then(|| Instead { at: at.unwrap_or_default(), items: items.unwrap_or_default() });
    days.map(|days| Exception { days, instead })
}

//! From programmes back to a file.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::days::{DaySet, DaySets};
use crate::language::{Item, Language};
use crate::programme::{Exception, HourVolume, Importance, Programme};
use crate::recurrence::{Recurrence, moment_text};

#[derive(Serialize)]
struct File<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    order: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    day_set: &'a BTreeMap<String, DaySet>,
    programme: Vec<Table<'a>>,
}

#[derive(Serialize)]
struct Table<'a> {
    id: &'a str,
    title: &'a str,
    class: Importance,
    targets: &'a [String],
    items: Vec<ItemText<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    on: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    at: Vec<String>,
    cron: Option<&'a str>,
    once: Option<String>,
    between: Option<String>,
    volume: Option<u8>,
    busy: String,
    interrupted: Option<String>,
    missed: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    paused: bool,
    #[serde(skip_serializing_if = "<[HourVolume]>::is_empty")]
    volumes: &'a [HourVolume],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<ExceptTable<'a>>,
}

#[derive(Serialize)]
struct ExceptTable<'a> {
    days: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    at: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemText<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ItemText<'a> {
    Clip(&'a str),
    #[serde(serialize_with = "in_order")]
    Variants(&'a [(Language, String)]),
}

/// Sets and programmes, with those that go first, as a file that [`super::parse`] reads.
///
/// # Errors
/// None that is known; what the TOML writer says.
pub fn to_toml<'a>(
    sets: &DaySets,
    order: &[String],
    programmes: impl Iterator<Item = &'a Programme<String>>,
) -> Result<String, toml::ser::Error> {
    toml::to_string(&File { order, day_set: sets, programme: programmes.map(table).collect() })
}

fn table(programme: &Programme<String>) -> Table<'_> {
    let (mut on, mut at, mut cron, mut once) = (Vec::new(), Vec::new(), None, None);
    match &programme.recurrence {
        Recurrence::Once(moment) => once = Some(moment_text(*moment)),
        Recurrence::Cron(rule) => cron = Some(rule.as_str()),
        Recurrence::Days { on: days, at: times } => (on, at) = (texts(days), texts(times)),
    }
    Table {
        id: &programme.id,
        title: &programme.title,
        class: programme.class,
        targets: &programme.targets,
        items: items(&programme.items),
        on,
        at,
        cron,
        once,
        between: programme.between.map(|b| format!("{}..{}", b.first, b.last)),
        volume: programme.volume,
        busy: programme.busy.to_string(),
        interrupted: programme.interrupted.map(|policy| policy.to_string()),
        missed: programme.missed.to_string(),
        paused: programme.paused,
        volumes: &programme.volumes,
        except: programme.except.iter().map(exception).collect(),
    }
}

fn exception(exception: &Exception<String>) -> ExceptTable<'_> {
    let instead = exception.instead.as_ref();
    ExceptTable {
        days: texts(&exception.days),
        at: instead.map(|instead| texts(&instead.at)).unwrap_or_default(),
        items: instead.map(|instead| items(&instead.items)).unwrap_or_default(),
    }
}

fn items(items: &[Item<String>]) -> Vec<ItemText<'_>> {
    items.iter().map(item).collect()
}

fn item(item: &Item<String>) -> ItemText<'_> {
    match item {
        Item::Clip(clip) => ItemText::Clip(clip),
        Item::Variants(variants) => ItemText::Variants(variants),
    }
}

fn in_order<S: Serializer>(variants: &[(Language, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(variants.iter().map(|(language, clip)| (language.as_str(), clip)))
}

fn texts(list: &[impl ToString]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

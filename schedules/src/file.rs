//! Programmes and sets of days in a TOML file, as staff write them; `schedules/examples` has some.
//!
//! ```toml
//! [day_set.nghi-tet]
//! title = "Nghỉ Tết"
//! days = ["lunar 28/12..5/1"]
//!
//! [[programme]]
//! id = "ban-tin-sang"
//! title = "Bản tin sáng"
//! targets = ["all"]
//! items = ["chime", { vi = "tin-xa", hmn = "tin-xa-hmong" }]
//! on = ["mon-sat"]
//! at = ["05:30"]
//! missed = "late-until 07:00"
//!
//! [[programme.except]]
//! days = ["nghi-tet"]
//! ```
//!
//! `order = ["a", "b"]`, in front of all tables, says which programmes go first when several of a class wait.
//!
//! A programme has exactly one of `at` (with `on`, if not every day), `cron` and `once`. What is wrong
//! is said with line and column, all of it at once.

mod entry;
mod place;
mod problem;
mod programme;
mod reader;
mod write;

use std::collections::BTreeMap;

use crate::days::text::is_name;
use crate::days::{DayRule, DaySet, DaySets};
use crate::limits::FILE_BYTES_MAX;

pub use entry::{Entry, Order, ScheduleFile};
pub use problem::{Kind, Position, Problem, Wrong};
pub use write::to_toml;

use reader::{Fields, Reader};

/// What some editors put before everything else.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a file. Sets that are not in it must be among `known` ones.
///
/// # Errors
/// Everything that is wrong with it, in the file's order.
pub fn parse(text: &str, known: &DaySets) -> Result<ScheduleFile, Vec<Problem>> {
    if text.len() > FILE_BYTES_MAX {
        let wrong = Wrong::TooLong { max_mb: FILE_BYTES_MAX / 1024 / 1024 };
        return Err(vec![Problem { at: Position::START, wrong }]);
    }
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = Reader::new(text);
    let mut file = ScheduleFile::default();
    if let Some(mut root) = reader.root(text) {
        for (name, fields) in root.named_tables(&mut reader, "day_set") {
            read_set(&mut reader, &mut file.sets, &name, fields);
        }
        file.order = read_order(&mut reader, &mut root);
        let entries = root.tables(&mut reader, "programme", "programme");
        root.finish(&mut reader);
        let mut sets = known.clone();
        sets.extend(file.sets.clone());
        refuse_doubles(&mut reader, &entries);
        for fields in entries {
            if let Some(entry) = programme::read(&mut reader, fields, &sets) {
                file.programmes.push(entry);
            }
        }
    }
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.at);
    if problems.is_empty() { Ok(file) } else { Err(problems) }
}

fn read_order(reader: &mut Reader<'_>, root: &mut Fields<'_>) -> Option<Order> {
    let (at, values) = root.list(reader, "order")?;
    let mut ids: Vec<String> = Vec::new();
    for value in values {
        let Some(id) = reader.text(&value, "order", Kind::Text) else { continue };
        if ids.contains(&id.value) {
            reader.say(id.at, Wrong::OrderedTwice { id: id.value });
        } else {
            ids.push(id.value);
        }
    }
    Some(Order { ids, at })
}

fn read_set(reader: &mut Reader<'_>, sets: &mut DaySets, name: &str, mut fields: Fields<'_>) {
    if !is_name(name) {
        reader.say(fields.at, Wrong::Name { text: name.to_owned() });
    } else if name.parse::<DayRule>().is_ok_and(|rule| rule.set().is_none()) {
        reader.say(fields.at, Wrong::SetName { text: name.to_owned() });
    }
    let title = fields.text(reader, "title").map(|text| text.value).unwrap_or_default();
    let days = programme::rules(reader, &mut fields, "days", None);
    fields.need(reader, "days", "days = [\"lunar 28/12..5/1\"]");
    fields.finish(reader);
    sets.insert(name.to_owned(), DaySet { title, days: days.unwrap_or_default() });
}

/// Of all programmes, whatever else is wrong with them.
fn refuse_doubles(reader: &mut Reader<'_>, entries: &[Fields<'_>]) {
    let mut seen = BTreeMap::new();
    for fields in entries {
        let Some(id) = fields.peek(reader, "id") else { continue };
        let first = *seen.entry(id.value.clone()).or_insert(fields.at);
        if first != fields.at {
            reader.say(id.at, Wrong::Double { id: id.value, line: first.line });
        }
    }
}

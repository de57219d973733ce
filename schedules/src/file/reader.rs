//! TOML values with their places; what is wrong is collected, so that one look shows all of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::Places;
use super::problem::{Kind, Position, Problem, Wrong};
use crate::limits::{LIST_MAX, ORDER_MAX};

/// Similar enough to be what was meant.
const SIMILAR: f64 = 0.75;

/// Collects what is wrong with a text.
pub(super) struct Reader<'t> {
    places: Places<'t>,
    pub(super) problems: Vec<Problem>,
    /// Clips by name, each where it was first named since they were taken.
    pub(super) clips: BTreeMap<String, Position>,
}

/// A text and its place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) at: Position,
}

/// A table, which of its fields were asked for, and which of these there are.
pub(super) struct Fields<'t> {
    table: DeTable<'t>,
    pub(super) at: Position,
    asked: Vec<&'static str>,
    found: Vec<&'static str>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { places: Places::new(text), problems: Vec::new(), clips: BTreeMap::new() }
    }

    pub(super) fn say(&mut self, at: Position, wrong: impl Into<Wrong>) {
        self.problems.push(Problem { at, wrong: wrong.into() });
    }

    /// The whole text as a table, unless it is no TOML.
    pub(super) fn root(&mut self, text: &'t str) -> Option<Fields<'t>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut curly = None;
        for error in &errors {
            let at = self.place(error.span().map_or(0, |span| span.start));
            if let Some(column) = text.lines().nth(at.line - 1).and_then(curly_quote) {
                // All that is wrong with such a line follows from it.
                if curly.replace(at.line) != Some(at.line) {
                    self.say(Position { column, ..at }, Wrong::CurlyQuotes);
                }
                continue;
            }
            self.say(at, Wrong::Syntax { problem: error.message().replace('\n', ", ") });
        }
        errors.is_empty().then(|| Fields::new(table.into_inner(), Position::START))
    }

    pub(super) fn place(&self, byte: usize) -> Position {
        self.places.of(byte)
    }

    /// Reads a text as something else, or says why not.
    pub(super) fn parse<T>(&mut self, text: &Text) -> Option<T>
    where
        T: FromStr,
        T::Err: Into<Wrong>,
    {
        match text.value.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.say(text.at, error);
                None
            }
        }
    }

    /// The name of a clip.
    pub(super) fn clip(&mut self, value: &Spanned<DeValue<'_>>, field: &str) -> Option<String> {
        let text = self.text(value, field, Kind::Text)?;
        self.clips.entry(text.value.clone()).or_insert(text.at);
        Some(text.value)
    }

    fn kind(&mut self, value: &Spanned<DeValue<'_>>, field: &str, wanted: Kind) {
        let (at, found) = (self.place(value.span().start), value.get_ref().type_str().to_owned());
        self.say(at, Wrong::Kind { field: field.to_owned(), wanted, found });
    }

    /// A text; a date or a time without quotes will do.
    pub(super) fn text(&mut self, value: &Spanned<DeValue<'_>>, field: &str, wanted: Kind) -> Option<Text> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.trim().to_owned(),
            DeValue::Datetime(at) => at.to_string().replace('T', " "),
            _ => {
                self.kind(value, field, wanted);
                return None;
            }
        };
        let at = self.place(value.span().start);
        if text.is_empty() {
            self.say(at, Wrong::Empty { field: field.to_owned() });
            return None;
        }
        Some(Text { value: text, at })
    }
}

impl<'t> Fields<'t> {
    fn new(table: DeTable<'t>, at: Position) -> Self {
        Self { table, at, asked: Vec::new(), found: Vec::new() }
    }

    /// A table that is a value.
    pub(super) fn of(reader: &mut Reader<'_>, value: Spanned<DeValue<'t>>, field: &str) -> Option<Self> {
        let at = reader.place(value.span().start);
        if !value.get_ref().is_table() {
            reader.kind(&value, field, Kind::Table);
            return None;
        }
        let DeValue::Table(table) = value.into_inner() else { return None };
        Some(Self::new(table, at))
    }

    pub(super) fn take(&mut self, field: &'static str) -> Option<Spanned<DeValue<'t>>> {
        self.asked.push(field);
        let value = self.table.remove(field);
        if value.is_some() {
            self.found.push(field);
        }
        value
    }

    /// A text that is still there, not looked at more closely.
    pub(super) fn peek(&self, reader: &Reader<'_>, field: &str) -> Option<Text> {
        let value = self.table.get(field)?;
        let text = value.get_ref().as_str()?.trim().to_owned();
        Some(Text { value: text, at: reader.place(value.span().start) })
    }

    /// Where the fields are that are still there.
    pub(super) fn places(
        &self,
        reader: &Reader<'_>,
        fields: &[&'static str],
    ) -> Vec<(&'static str, Position)> {
        let place = |field: &&'static str| {
            let (key, _) = self.table.get_key_value(*field)?;
            Some((*field, reader.place(key.span().start)))
        };
        fields.iter().filter_map(place).collect()
    }

    /// What is left, in its order.
    pub(super) fn rest(self) -> impl Iterator<Item = (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)> {
        let mut rest: Vec<_> = self.table.into_iter().collect();
        rest.sort_by_key(|(key, _)| key.span().start);
        rest.into_iter()
    }

    pub(super) fn text(&mut self, reader: &mut Reader<'_>, field: &'static str) -> Option<Text> {
        reader.text(&self.take(field)?, field, Kind::Text)
    }

    /// A list of texts, or one text; never empty.
    pub(super) fn texts(&mut self, reader: &mut Reader<'_>, field: &'static str) -> Option<Vec<Text>> {
        let value = self.take(field)?;
        let Some(list) = value.get_ref().as_array() else {
            return reader.text(&value, field, Kind::Texts).map(|text| vec![text]);
        };
        let at = reader.place(value.span().start);
        if list.is_empty() {
            reader.say(at, Wrong::Empty { field: field.to_owned() });
        }
        if list.len() > LIST_MAX {
            reader.say(at, Wrong::TooMany { field: field.to_owned(), max: LIST_MAX });
        }
        Some(list.iter().filter_map(|value| reader.text(value, field, Kind::Text)).collect())
    }

    /// What a text says, if it is there and can be read.
    pub(super) fn parsed<T>(&mut self, reader: &mut Reader<'_>, field: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Into<Wrong>,
    {
        let text = self.text(reader, field)?;
        reader.parse(&text)
    }

    pub(super) fn number(
        &mut self,
        reader: &mut Reader<'_>,
        field: &'static str,
        bounds: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = self.take(field)?;
        let Some(number) = value.get_ref().as_integer() else {
            reader.kind(&value, field, Kind::Number);
            return None;
        };
        let number = number.to_string();
        let within = number.parse().ok().filter(|n| bounds.contains(n));
        if within.is_none() {
            let (at, (min, max)) = (reader.place(value.span().start), bounds.into_inner());
            reader.say(at, Wrong::Number { field: field.to_owned(), value: number, min, max });
        }
        within
    }

    pub(super) fn flag(&mut self, reader: &mut Reader<'_>, field: &'static str) -> Option<bool> {
        let value = self.take(field)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            reader.kind(&value, field, Kind::Flag);
        }
        flag
    }

    /// The values of a list, and its place.
    pub(super) fn list(
        &mut self,
        reader: &mut Reader<'_>,
        field: &'static str,
    ) -> Option<(Position, Vec<Spanned<DeValue<'t>>>)> {
        let value = self.take(field)?;
        let at = reader.place(value.span().start);
        if !value.get_ref().is_array() {
            reader.kind(&value, field, Kind::List);
            return None;
        }
        let DeValue::Array(list) = value.into_inner() else { return None };
        let max = match field {
            "programme" => usize::MAX,
            "order" => ORDER_MAX,
            _ => LIST_MAX,
        };
        if list.len() > max {
            reader.say(at, Wrong::TooMany { field: field.to_owned(), max });
        }
        Some((at, list.into_iter().collect()))
    }

    /// Tables with two brackets, which stand under `path`.
    pub(super) fn tables(
        &mut self,
        reader: &mut Reader<'_>,
        field: &'static str,
        path: &str,
    ) -> Vec<Fields<'t>> {
        if let Some(value) = self.table.get(field).filter(|value| value.get_ref().is_table()) {
            let at = reader.place(value.span().start);
            reader.say(at, Wrong::Brackets { field: path.to_owned() });
            self.take(field);
            return Vec::new();
        }
        let values = self.list(reader, field).map(|(_, values)| values).unwrap_or_default();
        values.into_iter().filter_map(|value| Fields::of(reader, value, field)).collect()
    }

    /// The tables of a table, with their names.
    pub(super) fn named_tables(
        &mut self,
        reader: &mut Reader<'_>,
        field: &'static str,
    ) -> Vec<(String, Fields<'t>)> {
        let Some(outer) = self.take(field).and_then(|value| Fields::of(reader, value, field)) else {
            return Vec::new();
        };
        let named = outer.rest().filter_map(|(name, value)| {
            let at = reader.place(name.span().start);
            let fields = Fields::of(reader, value, field)?;
            Some((name.into_inner().into_owned(), Fields { at, ..fields }))
        });
        named.collect()
    }

    /// A field that has to be there, once it was asked for.
    pub(super) fn need(&self, reader: &mut Reader<'_>, field: &'static str, example: &'static str) {
        if !self.found.contains(&field) {
            reader.say(self.at, Wrong::Missing { field, example });
        }
    }

    /// Whatever was not asked for is not known.
    pub(super) fn finish(&mut self, reader: &mut Reader<'_>) {
        for (key, _) in std::mem::take(&mut self.table) {
            let at = reader.place(key.span().start);
            let field = key.into_inner().into_owned();
            let nearest = nearest(&field, self.asked.iter());
            reader.say(at, Wrong::Field { field, nearest, fields: self.asked.join(", ") });
        }
    }
}

/// The column of a quote as word processors make it.
fn curly_quote(line: &str) -> Option<usize> {
    line.chars().position(|c| matches!(c, '“' | '”' | '„' | '‘' | '’')).map(|at| at + 1)
}

/// The most similar of some words, if one is similar.
pub(super) fn nearest(text: &str, words: impl Iterator<Item = impl Display>) -> Option<String> {
    let scored = words.map(|word| {
        let word = word.to_string();
        (strsim::jaro_winkler(text, &word), word)
    });
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score >= SIMILAR).map(|(_, word)| word)
}

//! The TOML of one programme, from options.

use schedules::Language;
use toml::{Table, Value};

use crate::args::{AnnounceClass, ProgrammeArgs};
use crate::failure::Failure;

/// Fields that say when: one of these ways excludes the others.
const WAYS: [&str; 4] = ["at", "on", "cron", "once"];

/// A new programme.
pub(super) fn of_args(id: &str, args: &ProgrammeArgs) -> Table {
    let mut table = Table::new();
    table.insert("id".into(), id.into());
    apply(&mut table, args);
    table
}

/// Changes what options name, and nothing else.
pub(super) fn apply(table: &mut Table, args: &ProgrammeArgs) {
    apply_time(table, args);
    if !args.item.is_empty() {
        let items = args.item.iter().map(|text| item(text)).collect();
        table.insert("items".into(), Value::Array(items));
    }
    set_list(table, "targets", &args.to);
    set_text(table, "title", args.title.as_deref());
    set_text(table, "between", args.between.as_deref());
    let class = args.class.map(|class| match class {
        AnnounceClass::Routine => "routine",
        AnnounceClass::Priority => "priority",
    });
    set_text(table, "class", class);
    set_text(table, "busy", args.busy.map(|policy| policy.to_string()).as_deref());
    set_text(table, "interrupted", args.interrupted.map(|policy| policy.to_string()).as_deref());
    set_text(table, "missed", args.missed.map(|policy| policy.to_string()).as_deref());
    if let Some(volume) = args.volume {
        table.insert("volume".into(), i64::from(volume).into());
    }
    if !args.except.is_empty() {
        apply_except(table, &args.except);
    }
}

/// The field and the rule that say the days now, if new times alone would make it play every day instead.
pub(super) fn rule_lost<'t>(table: &'t Table, args: &ProgrammeArgs) -> Option<(&'static str, &'t str)> {
    let of = |field: &'static str| Some((field, table.get(field)?.as_str()?));
    let alone = !args.at.is_empty() && args.on.is_empty();
    ["once", "cron"].into_iter().filter(|_| alone).find_map(of)
}

fn apply_time(table: &mut Table, args: &ProgrammeArgs) {
    let gone: &[&str] = match () {
        () if args.cron.is_some() => &WAYS,
        () if args.once.is_some() => &["at", "on", "cron", "once", "between", "except"],
        () if !args.at.is_empty() => &["at", "cron", "once"],
        () => &[],
    };
    for field in gone {
        table.remove(*field);
    }
    set_list(table, "at", &args.at);
    set_list(table, "on", &args.on);
    set_text(table, "cron", args.cron.as_deref());
    set_text(table, "once", args.once.as_deref());
}

/// Days of silence take the place of the old ones; days with another plan stay, behind them.
fn apply_except(table: &mut Table, days: &[String]) {
    let is_silent = |value: &Value| value.get("at").is_none() && value.get("items").is_none();
    let old = table.remove("except");
    let old = old.and_then(|value| value.as_array().cloned()).unwrap_or_default();
    let mut except: Vec<Value> = Vec::new();
    let days: Vec<Value> = filled(days).map(Value::from).collect();
    if !days.is_empty() {
        except.push(Value::Table(Table::from_iter([("days".to_owned(), Value::Array(days))])));
    }
    except.extend(old.into_iter().filter(|value| !is_silent(value)));
    if !except.is_empty() {
        table.insert("except".into(), Value::Array(except));
    }
}

/// A clip, or one for each language as in `vi=tin-xa,hmn=tin-xa-hmong`.
fn item(text: &str) -> Value {
    let variants = text.split(',').map(|part| {
        let (language, clip) = part.trim().split_once('=')?;
        // The title of a clip may have "=" in it, but hardly behind a language code.
        let code = language.starts_with(|c: char| c.is_ascii_lowercase()) && !language.contains(' ');
        let language: Language = language.parse().ok().filter(|_| code)?;
        Some((language.to_string(), Value::from(clip.trim())))
    });
    match variants.collect::<Option<Table>>() {
        Some(variants) => Value::Table(variants),
        None => Value::from(text),
    }
}

fn filled(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// An empty text takes the field away.
fn set_text(table: &mut Table, field: &str, text: Option<&str>) {
    match text.map(str::trim) {
        Some("") => drop(table.remove(field)),
        Some(text) => drop(table.insert(field.into(), text.into())),
        None => {}
    }
}

fn set_list(table: &mut Table, field: &str, texts: &[String]) {
    if texts.is_empty() {
        return;
    }
    let list: Vec<Value> = filled(texts).map(Value::from).collect();
    if list.is_empty() {
        table.remove(field);
    } else {
        table.insert(field.into(), Value::Array(list));
    }
}

/// A file of one programme.
pub(super) fn to_toml(programme: Table) -> Result<String, Failure> {
    let file = Table::from_iter([("programme".to_owned(), Value::Array(vec![Value::Table(programme)]))]);
    toml::to_string(&file).map_err(Failure::internal)
}

/// The field that stands in a line of a text that [`to_toml`] wrote.
pub(super) fn field_at(toml: &str, line: usize) -> Option<String> {
    let before = toml.lines().take(line);
    let mut header = "";
    let mut key = None;
    for line in before {
        match line.split_once('=') {
            _ if line.starts_with('[') => (header, key) = (line, None),
            Some((name, _)) => key = Some(name.trim()),
            None => {}
        }
    }
    let inner = header.trim_matches(['[', ']']).strip_prefix("programme").unwrap_or_default();
    let path = [inner.trim_matches('.'), key.unwrap_or_default()];
    let path = path.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn args() -> ProgrammeArgs {
        ProgrammeArgs {
            item: strings(&["chime", "vi=tin-xa,hmn=tin \"xa\""]),
            to: strings(&["all"]),
            at: strings(&["05:30"]),
            on: strings(&["mon-sat"]),
            except: strings(&["nghi-tet"]),
            ..ProgrammeArgs::default()
        }
    }

    fn parsed(toml: &str) -> schedules::Programme<String> {
        let sets = "[day_set.nghi-tet]\ndays = [\"2/9\"]\n";
        let file = schedules::parse_file(&format!("{sets}{toml}"), &schedules::DaySets::new()).unwrap();
        file.programmes[0].programme.clone()
    }

    #[test]
    fn options_become_a_programme_whatever_is_in_them() {
        let programme = parsed(&to_toml(of_args("ban-tin", &args())).unwrap());
        assert_eq!(programme.recurrence.to_string(), parsed_again(&programme).recurrence.to_string());
        let clips: Vec<&String> = programme.clips().collect();
        assert_eq!(clips, ["chime", "tin \"xa\"", "tin-xa"]);
        assert_eq!(programme.except.len(), 1);
        assert_eq!(item("Tin = gấp"), Value::from("Tin = gấp"));
    }

    fn parsed_again(programme: &schedules::Programme<String>) -> schedules::Programme<String> {
        let text = schedules::to_toml(&schedules::DaySets::new(), &[], std::iter::once(programme)).unwrap();
        parsed(&text)
    }

    #[test]
    fn an_edit_changes_only_what_is_given() {
        let mut table = of_args("ban-tin", &args());
        let other = toml::toml! { days = ["20/11"]
        at = ["07:00"] };
        table["except"].as_array_mut().unwrap().push(Value::Table(other));
        let before = table.clone();
        apply(&mut table, &ProgrammeArgs { volume: Some(60), ..ProgrammeArgs::default() });
        assert_eq!(table.remove("volume"), Some(Value::from(60)));
        assert_eq!(table, before);
        apply(&mut table, &ProgrammeArgs { except: strings(&[""]), ..ProgrammeArgs::default() });
        assert_eq!(table["except"].as_array().unwrap().len(), 1, "the other plan stays");
        apply(&mut table, &ProgrammeArgs { cron: Some("0 17 * * *".into()), ..ProgrammeArgs::default() });
        assert!(!table.contains_key("at") && !table.contains_key("on"));
        apply(
            &mut table,
            &ProgrammeArgs { once: Some("2026-12-01 17:00".into()), ..ProgrammeArgs::default() },
        );
        assert!(["cron", "except"].iter().all(|field| !table.contains_key(*field)));
        let at = ProgrammeArgs { at: strings(&["06:00"]), ..ProgrammeArgs::default() };
        assert_eq!(rule_lost(&table, &at), Some(("once", "2026-12-01 17:00")));
        let on = ProgrammeArgs { on: strings(&["daily"]), ..at };
        assert_eq!(rule_lost(&table, &on), None);
        apply(&mut table, &on);
        assert!(!table.contains_key("once"));
    }

    #[test]
    fn a_line_is_named_by_its_field() {
        let toml = to_toml(of_args("ban-tin", &args())).unwrap();
        let line = |start: &str| toml.lines().position(|line| line.starts_with(start)).unwrap() + 1;
        assert_eq!(field_at(&toml, line("targets")).unwrap(), "targets");
        assert_eq!(field_at(&toml, line("days")).unwrap(), "except.days");
        assert_eq!(field_at(&toml, 1), None);
    }
}

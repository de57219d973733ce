//! `loa schedule check`: schedule files, without a controller.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use controller_api::{Problem, Text, text};
use schedules::{Calendar, DaySets, Entry, Position, Programme, Rails, ScheduleFile, Zone};
use toml::Table;

use crate::args::{QuietHours, ScheduleCheckArgs};
use crate::failure::{Exit, Failure, Outcome, Trouble};
use crate::limits::OCCURRENCES_MAX;
use crate::report;
use crate::report::schedule::{CheckedFile, CheckedProgramme};
use crate::session::Session;
use crate::text_file;

const YEAR_MS: u64 = 366 * 24 * 3_600_000;

/// A file that can be read.
struct Read {
    name: String,
    file: ScheduleFile,
}

/// Checks all files, and says everything that is wrong at once.
pub(super) fn check(session: &mut Session, args: &ScheduleCheckArgs) -> Outcome {
    session.use_zone(args.timezone);
    let texts = args.files.iter().map(|path| read(path)).collect::<Result<Vec<_>, Failure>>()?;
    match judge(&texts, args.timezone, args.quiet_hours, now_ms()) {
        Ok(checked) => {
            let text = report::schedule::checked(&session.screen, &checked);
            session.print(&serde_json::json!({ "files": checked }), &text)?;
            Ok(Exit::Done)
        }
        Err(troubles) => {
            let text = text!(CheckRefused { count: troubles.len() });
            Err(Failure { troubles, ..Failure::wrong_use(text) })
        }
    }
}

/// What is in the files, each a name and a text, or what is wrong with them, in their order.
fn judge(
    texts: &[(String, String)],
    zone: Zone,
    quiet: QuietHours,
    now: u64,
) -> Result<Vec<CheckedFile>, Vec<Trouble>> {
    let sets: DaySets = texts.iter().flat_map(|(_, text)| sets_of(text)).collect();
    let calendar = Calendar { zone, sets };
    let mut troubles = Vec::new();
    let mut files = Vec::new();
    for (name, text) in texts {
        match schedules::parse_file(text, &calendar.sets) {
            Ok(file) => files.push(Read { name: name.clone(), file }),
            Err(problems) => troubles.extend(problems.iter().map(|problem| unreadable(name, problem))),
        }
    }
    for Read { name, file } in &files {
        let found = file.programmes.iter().flat_map(|entry| wrong_by_time(entry, &calendar, now, quiet));
        troubles.extend(found.map(|problem| Trouble::in_file(name, problem)));
    }
    troubles.extend(doubles(&files));
    if troubles.is_empty() {
        return Ok(files.iter().map(|file| checked(file, &calendar, now)).collect());
    }
    troubles.sort_by_key(|trouble| {
        let file = texts.iter().position(|(name, _)| Some(name) == trouble.file.as_ref());
        (file, trouble.problem.line, trouble.problem.column)
    });
    Err(troubles)
}

fn read(path: &Path) -> Result<(String, String), Failure> {
    let text = text_file::read(path).map_err(|failure| Failure { exit: Exit::WrongUse, ..failure })?;
    Ok((path.display().to_string(), text))
}

/// Sets of days of a file in which other things may be wrong.
fn sets_of(text: &str) -> DaySets {
    let sets = text.parse::<Table>().ok().and_then(|mut file| file.remove("day_set"));
    let alone = sets.map(|sets| Table::from_iter([("day_set".to_owned(), sets)]));
    let text = alone.and_then(|file| toml::to_string(&file).ok()).unwrap_or_default();
    schedules::parse_file(&text, &DaySets::new()).map(|file| file.sets).unwrap_or_default()
}

fn unreadable(name: &str, schedules::Problem { at, wrong }: &schedules::Problem) -> Trouble {
    let text = Text::from(wrong);
    Trouble::in_file(name, Problem::at(at.line, at.column, text))
}

fn problem(entry: &Entry, field: &str, text: Text) -> Problem {
    let Position { line, column } = entry.position(field);
    let programme = Some(entry.programme.id.clone());
    Problem { line, column, programme, field: Some(field.to_owned()), text }
}

/// What is wrong with a programme that can be read.
fn wrong_by_time(entry: &Entry, calendar: &Calendar, now: u64, quiet: QuietHours) -> Option<Problem> {
    let programme = &entry.programme;
    let field =
        ["once", "cron", "at"].into_iter().find(|field| entry.fields.contains_key(*field)).unwrap_or("at");
    let Some(first) = programme.next_after(calendar, now) else {
        return Some(problem(entry, field, text!(CheckNeverAgain { id: programme.id })));
    };
    let hours = quiet.0?;
    // How long clips are, only the controller knows.
    let rails = Rails { quiet_hours: quiet.0, ..Rails::none() };
    let is_quiet = |start: u64| rails.quiet_hours_met(calendar, start, start + 1).is_some();
    let mut coming =
        programme.occurrences(calendar, (first.utc_ms, first.utc_ms + YEAR_MS)).take(OCCURRENCES_MAX);
    let at = coming.find(|occurrence| is_quiet(occurrence.utc_ms))?;
    let field = if at.exception.is_some() { "except" } else { field };
    let text = text!(CheckQuietHours { id: programme.id, hours: hours, start_at: at.utc_ms });
    Some(problem(entry, field, text))
}

/// Programmes of one id in several files: within a file the reader has said so.
fn doubles(files: &[Read]) -> Vec<Trouble> {
    let mut seen: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    let mut troubles = Vec::new();
    for Read { name, file } in files {
        for entry in &file.programmes {
            let first = *seen.entry(&entry.programme.id).or_insert((name, entry.at.line));
            if first != (name, entry.at.line) {
                let text = text!(CheckDouble { id: entry.programme.id, file: first.0, line: first.1 });
                troubles.push(Trouble::in_file(name, problem(entry, "id", text)));
            }
        }
    }
    troubles
}

fn checked(Read { name, file }: &Read, calendar: &Calendar, now: u64) -> CheckedFile {
    let next = |programme: &Programme<String>| match programme.paused {
        true => None,
        false => programme.next_after(calendar, now).map(|next| next.utc_ms),
    };
    let programme = |entry: &Entry| CheckedProgramme {
        id: entry.programme.id.clone(),
        title: entry.programme.title.clone(),
        paused: entry.programme.paused,
        next_at: next(&entry.programme),
    };
    CheckedFile {
        file: name.clone(),
        programmes: file.programmes.iter().map(programme).collect(),
        sets: file.sets.keys().cloned().collect(),
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// 24 November 2026, 17:00 in Việt Nam.
    const NOW: u64 = 1_795_514_400_000;

    fn judged(texts: &[&str], quiet: &str) -> Result<Vec<CheckedFile>, Vec<String>> {
        let named = texts.iter().enumerate().map(|(n, text)| (format!("{n}.toml"), (*text).to_owned()));
        let judged =
            judge(&named.collect::<Vec<_>>(), Zone::HO_CHI_MINH, QuietHours(quiet.parse().ok()), NOW);
        let said = |t: &Trouble| format!("{} {}", t.place, t.problem.text.code);
        judged.map_err(|troubles| troubles.iter().map(said).collect())
    }

    fn programme(id: &str, when: &str) -> String {
        format!("[[programme]]\nid = \"{id}\"\ntargets = [\"all\"]\nitems = [\"chime\"]\n{when}\n")
    }

    #[test]
    fn a_set_of_days_may_be_in_another_file() {
        let sets = "[day_set.nghi-tet]\ndays = [\"2/9\"]\n";
        let other = programme("a", "at = \"05:30\"\non = \"nghi-tet\"");
        let files = judged(&[&other, sets], "21:00-05:00").unwrap();
        assert_eq!(files[0].programmes[0].next_at, Some(1_819_837_800_000));
        assert_eq!(files[1].sets, ["nghi-tet"]);
        assert_eq!(judged(&[&other], "off").unwrap_err(), ["0.toml:6:6 file-set-unknown"]);
    }

    #[test]
    fn what_would_not_be_heard_is_found() {
        let past = programme("a", "once = \"2026-11-24 16:00\"");
        let night = programme("b", "at = [\"05:00\", \"04:59\"]");
        let both = format!("{past}{night}");
        let wrong = ["0.toml:5:1 check-never-again", "0.toml:10:1 check-quiet-hours"];
        assert_eq!(judged(&[&both], "21:00-05:00").unwrap_err(), wrong);
        assert_eq!(judged(&[&both], "off").unwrap_err(), wrong[..1]);
        let special = format!(
            "{}[[programme.except]]\ndays = \"2/9\"\nat = \"22:00\"\n",
            programme("c", "at = \"06:00\"")
        );
        assert_eq!(judged(&[&special], "21:00-05:00").unwrap_err(), ["0.toml:6:13 check-quiet-hours"]);
    }

    #[test]
    fn one_id_in_two_files_is_one_too_many() {
        let a = programme("a", "at = \"06:00\"");
        assert_eq!(judged(&[&a, &a], "off").unwrap_err(), ["1.toml:2:1 check-double"]);
        assert_eq!(judged(&["", "x = "], "off").unwrap_err(), ["1.toml:1:5 file-syntax"]);
    }
}

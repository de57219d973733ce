//! `loa schedule add` and `loa schedule edit`.

use controller_api::{ScheduleChange, ScheduleChanged, ScheduleScope, text};
use toml::{Table, Value};

use super::draft;
use crate::args::{ChangeArgs, ScheduleAddArgs, ScheduleEditArgs};
use crate::client::{Client, segment};
use crate::failure::{Exit, Failure, Outcome, Trouble};
use crate::report;
use crate::session::Session;

/// Adds a programme.
pub(super) async fn add(session: &mut Session, args: &ScheduleAddArgs) -> Outcome {
    let toml = draft::to_toml(draft::of_args(&args.id, &args.programme))?;
    let (client, _) = session.connect().await?;
    let change = wanted(toml, ScheduleScope::Add, &args.change);
    let changed = post(&client, &change).await.map_err(|failure| in_fields(failure, &change.toml))?;
    done(session, &args.id, &args.change, &changed)
}

/// Changes a programme by options.
pub(super) async fn edit(session: &mut Session, args: &ScheduleEditArgs) -> Outcome {
    let (client, _) = session.connect().await?;
    let mut programme = programme_of(&text_of(&client, &args.id).await?)?;
    if let Some((field, rule)) = draft::rule_lost(&programme, &args.programme) {
        let text = text!(EditLosesDays { id: args.id, rule: rule, field: field });
        return Err(Failure::wrong_use(text));
    }
    draft::apply(&mut programme, &args.programme);
    let change = wanted(draft::to_toml(programme)?, ScheduleScope::Merge, &args.change);
    let changed = post(&client, &change).await.map_err(|failure| in_fields(failure, &change.toml))?;
    done(session, &args.id, &args.change, &changed)
}

/// A programme as text, as the controller has it.
pub(super) async fn text_of(client: &Client, id: &str) -> Result<String, Failure> {
    client.text(&format!("/v1/schedule?programme={}", segment(id))).await
}

/// Asks the controller for a change.
pub(super) async fn post(client: &Client, change: &ScheduleChange) -> Result<ScheduleChanged, Failure> {
    client.post("/v1/schedule", change).await
}

pub(super) fn wanted(toml: String, scope: ScheduleScope, args: &ChangeArgs) -> ScheduleChange {
    ScheduleChange { toml, scope, override_reason: args.override_reason.clone(), dry_run: args.dry_run }
}

/// The table of the one programme in a text from the controller.
fn programme_of(text: &str) -> Result<Table, Failure> {
    let mut file: Table = text.parse().map_err(Failure::internal)?;
    let first = match file.get_mut("programme") {
        Some(Value::Array(programmes)) => programmes.pop(),
        _ => None,
    };
    match first {
        Some(Value::Table(programme)) => Ok(programme),
        _ => Err(Failure::internal("the controller sent no programme")),
    }
}

/// Nobody has seen the text that the options became: its lines say nothing to them.
fn in_fields(mut failure: Failure, toml: &str) -> Failure {
    for trouble in &mut failure.troubles {
        let problem = &mut trouble.problem;
        problem.field = problem.field.take().or_else(|| draft::field_at(toml, problem.line));
        *trouble = Trouble::in_field(problem.clone());
    }
    failure
}

/// Says what has become of the programme.
pub(super) fn done(session: &Session, id: &str, args: &ChangeArgs, changed: &ScheduleChanged) -> Outcome {
    let key = match () {
        () if !changed.added.is_empty() => "schedule-added",
        () if !changed.changed.is_empty() => "schedule-changed",
        () => "schedule-unchanged",
    };
    let screen = &session.screen;
    let mut text = match changed.dry_run {
        true => report::schedule::plan(screen, changed),
        false => screen.say(key, &[("programme", id)]) + "\n",
    };
    text += &report::schedule::consequences(screen, changed, args.override_reason.as_deref());
    if changed.dry_run {
        text += &format!("{}\n", screen.catalogue.get("trial"));
    }
    session.print(changed, &text)?;
    Ok(Exit::Done)
}

/// The text of an edit has to be of the one programme.
pub(super) fn is_only(text: &str, id: &str) -> Result<(), Failure> {
    // What cannot be read is said better by the controller.
    let Ok(file) = text.parse::<Table>() else { return Ok(()) };
    let programmes = file.get("programme").and_then(Value::as_array);
    let ids: Vec<_> = programmes.into_iter().flatten().map(|p| p.get("id").and_then(Value::as_str)).collect();
    match ids[..] {
        [Some(only)] if only.trim() == id => Ok(()),
        _ => Err(Failure::wrong_use(text!(EditOtherProgramme { id: id }))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_edited_text_stays_one_programme() {
        let one = "[[programme]]\nid = \"a\"\n";
        assert!(is_only(one, "a").is_ok());
        assert!(is_only("no toml at all", "a").is_ok(), "the controller says what is wrong with it");
        for other in [String::new(), format!("{one}{one}"), one.replace('a', "b")] {
            assert_eq!(is_only(&other, "a").unwrap_err().text.code, "edit-other-programme", "{other}");
        }
        assert_eq!(programme_of(one).unwrap()["id"].as_str(), Some("a"));
    }

    #[test]
    fn problems_of_options_are_named_by_fields() {
        let problem = |line, field: Option<&str>| {
            let text = text!(TimeUnreadable { text: "25:00" });
            let field = field.map(str::to_owned);
            controller_api::Problem { line, column: 1, programme: None, field, text }
        };
        let troubles =
            vec![Trouble::in_field(problem(2, None)), Trouble::in_field(problem(0, Some("targets")))];
        let failure = Failure { troubles, ..Failure::wrong_use(text!(ScheduleRefused { count: 2 })) };
        let failure = in_fields(failure, "[[programme]]\nat = [\"25:00\"]\n");
        assert_eq!(failure.troubles.iter().map(|t| t.place.as_str()).collect::<Vec<_>>(), ["at", "targets"]);
        let failure = failure.in_file("a.toml");
        assert_eq!(
            failure.troubles.iter().map(|t| t.place.as_str()).collect::<Vec<_>>(),
            ["a.toml:2:1", "a.toml"]
        );
    }
}

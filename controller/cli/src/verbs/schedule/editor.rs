//! A programme in the text editor of whoever changes it.

use std::io::{IsTerminal, Write};
use std::path::Path;

use controller_api::{ScheduleScope, text};
use tempfile::NamedTempFile;

use super::change::{done, is_only, post, text_of, wanted};
use crate::args::ScheduleEditArgs;
use crate::failure::{Exit, Failure, Outcome};
use crate::session::Session;
use crate::text_file;

/// Where neither `VISUAL` nor `EDITOR` says anything.
const EDITOR: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Opens the text, and sends what was saved; what is wrong can be put right at once.
pub(super) async fn edit(session: &mut Session, args: &ScheduleEditArgs) -> Outcome {
    let (client, _) = session.connect().await?;
    let text = text_of(&client, &args.id).await?;
    let file = draft_file(&text)?;
    let name = format!("{}.toml", args.id);
    loop {
        open(file.path())?;
        let edited = match text_file::read(file.path()) {
            Ok(edited) => edited,
            Err(failure) => return keep(session, file, failure),
        };
        if edited.trim().is_empty() || edited == text {
            return untouched(session);
        }
        let sent = match is_only(&edited, &args.id) {
            Ok(()) => post(&client, &wanted(edited, ScheduleScope::Merge, &args.change)).await,
            Err(failure) => Err(failure),
        };
        let failure = match sent {
            Ok(changed) => return done(session, &args.id, &args.change, &changed),
            Err(failure) => failure.in_file(&name),
        };
        if failure.exit != Exit::WrongUse || !std::io::stdin().is_terminal() {
            return keep(session, file, failure);
        }
        session.complain_to_people(&failure);
        if session.ask(&session.catalogue().get("schedule-edit-again")) != Some(true) {
            return keep(session, file, failure.said());
        }
    }
}

fn draft_file(text: &str) -> Result<NamedTempFile, Failure> {
    let mut file =
        tempfile::Builder::new().prefix("loa-").suffix(".toml").tempfile().map_err(Failure::internal)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
    written.map_err(|error| Failure::file(file.path(), &error))?;
    Ok(file)
}

fn untouched(session: &Session) -> Outcome {
    let text = session.catalogue().get("schedule-untouched");
    session.print(&serde_json::json!({ "changed": 0 }), &format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// Nobody has to write it again.
fn keep(session: &Session, file: NamedTempFile, failure: Failure) -> Outcome {
    let path = file.into_temp_path().keep().map_err(Failure::internal)?;
    let path = path.display().to_string();
    session.note(&session.screen.say("schedule-draft-kept", &[("path", &path)]));
    Err(failure)
}

/// Runs the editor; its name may have options with it, as in `code --wait`.
fn open(path: &Path) -> Result<(), Failure> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let command = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| EDITOR.to_owned());
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or(EDITOR);
    let failed =
        |problem: String| Failure::failed(text!(EditorFailed { program: program, problem: problem }));
    let status = std::process::Command::new(program).args(words).arg(path).status();
    let status = status.map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

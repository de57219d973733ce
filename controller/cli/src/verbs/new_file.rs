//! Files that are written for staff: always new ones, what is there already stays as it is.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use controller_api::text;
use serde_json::json;

use crate::failure::{Exit, Failure, Outcome};
use crate::session::Session;

/// Writes a text into a file, or shows it where none is named. `kind` is its name in JSON, `done` the message
/// that it is written.
pub(super) fn write_or_print(
    session: &Session,
    path: Option<&Path>,
    kind: &str,
    text: &str,
    done: &str,
) -> Outcome {
    let Some(path) = path else {
        session.print(&json!({ kind: text }), text)?;
        return Ok(Exit::Done);
    };
    write_new(path, text.as_bytes())?;
    let sentence = session.screen.say(done, &[("path", &path.display().to_string())]);
    session.print(&json!({ "path": path }), &format!("{sentence}\n"))?;
    Ok(Exit::Done)
}

/// Writes a file.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write(&mut OpenOptions::new(), path, bytes)
}

/// Writes a file that only its owner reads: an old one might be open to others.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    write(&mut options, path, text.as_bytes())
}

fn write(options: &mut OpenOptions, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let opened = options.write(true).create_new(true).open(path);
    opened.and_then(|mut file| file.write_all(bytes)).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::failed(text!(OutputExists { path: path.display() })),
        _ => Failure::file(path, &error),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn keys_are_for_their_owner_and_nothing_is_overwritten() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_private(&path, "secret").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(write_private(&path, "other").unwrap_err().text.code, "output-exists");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "secret");
    }
}

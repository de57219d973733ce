//! Text to speech, by an external program that the site chooses.
//!
//! The program is started directly, never by a shell; the text comes to it in a file. In its arguments `{text}` is
//! the path of that file (UTF-8), `{lang}` the language code, and `{out}` the path of the sound file that it has
//! to write.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use tempfile::NamedTempFile;
use tokio::process::Command;

/// As `loa.toml` has it where it says nothing.
pub(crate) const DEFAULT_COMMAND: [&str; 7] = ["espeak-ng", "-v", "{lang}", "-w", "{out}", "-f", "{text}"];
/// Longest text, in characters: some twenty minutes.
pub(crate) const TEXT_CHARS_MAX: usize = 20_000;
/// No program needs longer for that.
const PATIENCE: Duration = Duration::from_secs(120);
const LANG_BYTES_MAX: usize = 32;
/// What is told of a program's complaint.
const COMPLAINT_CHARS_MAX: usize = 300;

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpeechError {
    /// The text is empty, or too long.
    #[error("the text is empty or longer than {TEXT_CHARS_MAX} characters")]
    Text,
    /// The code is none.
    #[error("{lang:?} is no language code")]
    Language { lang: String },
    /// There is no such program.
    #[error("{program} is not installed")]
    NotInstalled { program: String },
    /// It failed.
    #[error("{program} failed: {problem}")]
    Failed { program: String, problem: String },
    /// Its files cannot be made.
    #[error("a file for the speech program cannot be made")]
    Io(#[from] std::io::Error),
}

/// Has `text` read aloud into the file `out`.
pub(crate) async fn speak(
    command: &[String],
    text: &str,
    lang: &str,
    out: &NamedTempFile,
) -> Result<(), SpeechError> {
    if text.trim().is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(SpeechError::Text);
    }
    // Nothing that the program could take for an option or a path.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
    let begins = lang.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !begins || lang.len() > LANG_BYTES_MAX || !lang.chars().all(plain) {
        return Err(SpeechError::Language { lang: lang.to_owned() });
    }
    let text = text.to_owned();
    let text_file = tokio::task::spawn_blocking(move || -> std::io::Result<NamedTempFile> {
        let mut file = NamedTempFile::new()?;
        file.write_all(text.as_bytes())?;
        Ok(file)
    });
    let text_file = text_file.await.map_err(std::io::Error::other)??;
    let (text_path, out_path) = (text_file.path().display().to_string(), out.path().display().to_string());
    let fill = |argument: &String| {
        argument.replace("{lang}", lang).replace("{text}", &text_path).replace("{out}", &out_path)
    };
    let [program, arguments @ ..] = command else {
        return Err(SpeechError::NotInstalled { program: "?".to_owned() });
    };
    let failed = |problem: String| SpeechError::Failed { program: program.clone(), problem };
    let mut child = Command::new(program);
    child.args(arguments.iter().map(fill)).stdin(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, child.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(SpeechError::NotInstalled { program: program.clone() });
        }
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_) => return Err(failed(format!("no end after {} s", PATIENCE.as_secs()))),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: String = said.trim().trim_end_matches('.').chars().take(COMPLAINT_CHARS_MAX).collect();
        return Err(failed(if said.is_empty() { output.status.to_string() } else { said }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn spoken(command: &[&str], text: &str, lang: &str) -> Result<String, SpeechError> {
        let out = NamedTempFile::new().unwrap();
        let command: Vec<String> = command.iter().map(ToString::to_string).collect();
        speak(&command, text, lang, &out).await?;
        Ok(std::fs::read_to_string(out.path()).unwrap())
    }

    #[tokio::test]
    async fn the_program_gets_text_language_and_place() {
        let command =
            ["sh", "-c", "(printf %s: \"$1\"; cat \"$2\") > \"$3\"", "sh", "{lang}", "{text}", "{out}"];
        assert_eq!(spoken(&command, "Xin chào; rm -rf", "vi").await.unwrap(), "vi:Xin chào; rm -rf");
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told() {
        let code = async |command: &[&str], text: &str, lang: &str| match spoken(command, text, lang).await {
            Ok(said) => said,
            Err(error) => format!("{} {error}", crate::failure::speech(&error).text.code),
        };
        assert!(code(&["loa-no-such-program"], "a", "vi").await.starts_with("speech-not-installed"));
        assert!(code(&["true"], " \n", "vi").await.starts_with("speech-text"));
        assert!(code(&["true"], &"a".repeat(TEXT_CHARS_MAX + 1), "vi").await.starts_with("speech-text"));
        for lang in ["", "-w/etc/passwd", "../vi", "vi en", "đ"] {
            assert!(code(&["true"], "a", lang).await.starts_with("speech-language"), "{lang}");
        }
        let complaint = code(&["sh", "-c", "echo no voice >&2; exit 2"], "a", "vi").await;
        assert_eq!(complaint, "speech-failed sh failed: no voice");
    }
}

//! A sound file on its way to the controller.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use controller_api::{Clip, text};
use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::io::ReaderStream;

use crate::client::Client;
use crate::failure::Failure;
use crate::limits::{READ_BYTES, TITLE_CHARS_MAX};
use crate::session::Session;

const TICK: Duration = Duration::from_millis(120);

/// A file that is there and can be read.
#[derive(Debug)]
pub struct Sound {
    path: PathBuf,
    size_bytes: u64,
    /// Title that staff read.
    pub title: String,
}

impl Sound {
    /// Finds what can be found wrong without a controller; without a title, the file's name is one.
    ///
    /// # Errors
    /// The file is missing, empty, unreadable, or no file.
    pub fn check(path: &Path, title: Option<&str>) -> Result<Self, Failure> {
        let file = path.display();
        let unreadable = || Failure::failed(text!(AudioUnreadable { file: file }));
        let facts = std::fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                Failure::failed(text!(AudioMissing { file: file }))
            }
            _ => unreadable(),
        })?;
        if !facts.is_file() {
            return Err(Failure::failed(text!(AudioNotAFile { file: file })));
        }
        if facts.len() == 0 {
            return Err(Failure::failed(text!(AudioEmpty { file: file })));
        }
        File::open(path).map_err(|_| unreadable())?;
        let name = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let title = title.map_or_else(name, str::to_owned).chars().take(TITLE_CHARS_MAX).collect();
        Ok(Self { path: path.to_owned(), size_bytes: facts.len(), title })
    }

    /// Sends it, and waits until it is a clip.
    ///
    /// # Errors
    /// It is no sound, or the controller cannot take it.
    pub async fn upload(
        &self,
        session: &Session,
        client: &Client,
        options: &[(&str, &str)],
    ) -> Result<Clip, Failure> {
        let file = tokio::fs::File::open(&self.path).await.map_err(|e| Failure::file(&self.path, &e))?;
        let bar = self.bar(session);
        let (sent, all) = (bar.clone(), self.size_bytes);
        let preparing = session.catalogue().get("upload-preparing");
        let chunks = ReaderStream::with_capacity(file, READ_BYTES).inspect_ok(move |chunk| {
            sent.inc(chunk.len() as u64);
            if sent.position() >= all {
                sent.set_message(preparing.clone());
            }
        });
        let options = [&[("title", self.title.as_str())], options].concat();
        let clip = client.upload(&options, reqwest::Body::wrap_stream(chunks)).await;
        bar.finish_and_clear();
        clip.map_err(|failure| self.name_in(failure))
    }

    /// Only shown on a terminal.
    fn bar(&self, session: &Session) -> ProgressBar {
        let bar = ProgressBar::new(self.size_bytes);
        let style = ProgressStyle::with_template("{spinner} {msg} {bar:30} {bytes}/{total_bytes}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let file = self.path.display().to_string();
        bar.set_message(session.screen.say("upload-sending", &[("file", &file)]));
        bar.enable_steady_tick(TICK);
        bar
    }

    /// What is wrong with a file names it: the controller knows the title only, people know the path.
    fn name_in(&self, mut failure: Failure) -> Failure {
        if let Some(file) = failure.text.params.get_mut("file") {
            *file = self.path.display().to_string();
        }
        failure
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(path: &Path) -> String {
        Sound::check(path, None).unwrap_err().text.code
    }

    #[test]
    fn what_is_no_file_is_told_before_anything_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.mp3");
        std::fs::write(&empty, b"").unwrap();
        assert_eq!(code(&folder.path().join("none.mp3")), "audio-missing");
        assert_eq!(code(&empty.join("below.mp3")), "audio-missing");
        assert_eq!(code(folder.path()), "audio-not-a-file");
        assert_eq!(code(&empty), "audio-empty");
    }

    #[test]
    fn the_file_s_name_is_a_title() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Họp thôn.mp3");
        std::fs::write(&path, b"x").unwrap();
        assert_eq!(Sound::check(&path, None).unwrap().title, "Họp thôn");
        assert_eq!(Sound::check(&path, Some("a")).unwrap().title, "a");
    }
}

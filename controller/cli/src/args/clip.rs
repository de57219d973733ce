//! `loa clip ..`, and what plays in an announcement.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::usage::WrongValue;

const ADD_EXAMPLES: &str = "\
Examples:
  loa clip add tin.m4a --title \"Họp thôn\"
  loa clip add quoc-ca.mp3 --music
  loa clip add hong.mp3 --allow-partial      what can be read of a damaged file

Any usual sound file will do: MP3, M4A, WAV, OGG, FLAC. It becomes as loud as every other clip.";

const SAY_EXAMPLES: &str = "\
Examples:
  loa clip say \"Mời bà con đến nhà văn hóa lúc bảy giờ tối.\" --lang vi
  loa clip play 3f2a91c4                     listen before anybody else does

The speech program and its languages are the site's choice: [speech] in loa.toml.";

/// Verbs about clips. NAME is an id, the beginning of one, or a title.
#[derive(Debug, Subcommand)]
pub enum ClipVerb {
    /// Make a clip of a sound file, to be announced later
    Add(ClipAddArgs),
    /// Make a clip of a text that is read aloud
    Say(ClipSayArgs),
    /// List all clips
    List,
    /// Show all that is known of one clip, and check its file
    Show {
        /// Its id, the beginning of it, or its title
        name: String,
        /// Draw its waveform into a new PNG file
        #[arg(long, value_name = "FILE")]
        png: Option<PathBuf>,
    },
    /// Give a clip to the programmes that play an older one of its title
    Replace {
        /// Its id, the beginning of it, or its title: then the newest one
        name: String,
    },
    /// Play a clip on this machine
    Play {
        /// Its id, the beginning of it, or its title
        name: String,
    },
    /// Write a clip into a new Ogg Opus file
    Export {
        /// Its id, the beginning of it, or its title
        name: String,
        /// The file
        file: PathBuf,
    },
    /// Remove a clip that nothing needs
    Remove {
        /// Its id, the beginning of it, or its title
        name: String,
    },
}

/// Options of `loa clip add`.
#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub struct ClipAddArgs {
    /// The sound file
    pub file: PathBuf,
    /// Title, for people [default: the file's name]
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub title: Option<String>,
    /// It is music [default: measured]
    #[arg(long, conflicts_with = "voice")]
    pub music: bool,
    /// Somebody speaks [default: measured]
    #[arg(long)]
    pub voice: bool,
    /// Take what can be read of a damaged file
    #[arg(long)]
    pub allow_partial: bool,
    /// Programmes that play a clip of this title play this one from now on: today's news for yesterday's
    #[arg(long)]
    pub replace: bool,
}

/// Options of `loa clip say`. The language is `--lang`.
#[derive(Debug, Args)]
#[command(after_help = SAY_EXAMPLES)]
pub struct ClipSayArgs {
    /// The text; --lang is its language, as the speech program names it
    pub text: String,
    /// Title, for people [default: the beginning of the text]
    #[arg(long, value_name = "TITLE", value_parser = title)]
    pub title: Option<String>,
    /// Programmes that play a clip of this title play this one from now on
    #[arg(long, requires = "title")]
    pub replace: bool,
}

/// What plays.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ContentArgs {
    /// The sound file
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// A clip of the library by its id or title, instead of a file; several play one after the other
    #[arg(long, value_name = "NAME")]
    pub clip: Vec<String>,
    /// A text to be read aloud, instead of a file; --lang is its language
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// A title that says something.
pub(super) fn title(text: &str) -> Result<String, WrongValue> {
    let text = text.trim();
    if text.is_empty() { Err(WrongValue::Title) } else { Ok(text.to_owned()) }
}

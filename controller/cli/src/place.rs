//! Where things are: the data folder, and the controller.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use controller_api::SOCKET_NAME;

use crate::args::Global;

/// Where the controller answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    Socket(PathBuf),
    /// Over TCP.
    Url(String),
}

impl Place {
    /// `--url`, else `--socket`, else the socket in the data folder.
    #[must_use]
    pub fn of(global: &Global) -> Self {
        if let Some(url) = &global.url {
            return Self::Url(url.trim_end_matches('/').to_owned());
        }
        Self::Socket(global.socket.clone().unwrap_or_else(|| data_dir(global).join(SOCKET_NAME)))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// The data folder, as the help says.
#[must_use]
pub fn data_dir(global: &Global) -> PathBuf {
    let default = || default_data_dir(|name| std::env::var_os(name));
    global.data.clone().unwrap_or_else(default)
}

fn default_data_dir(variable: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(data) = absolute("XDG_DATA_HOME") {
        return data.join("loa");
    }
    match absolute("HOME") {
        Some(home) if home != Path::new("/") => home.join(".local/share/loa"),
        _ => PathBuf::from("/var/lib/loa"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir(variables: &[(&str, &str)]) -> PathBuf {
        default_data_dir(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)))
    }

    #[test]
    fn the_data_folder_follows_one_rule() {
        assert_eq!(dir(&[("XDG_DATA_HOME", "/x"), ("HOME", "/h")]), Path::new("/x/loa"));
        assert_eq!(dir(&[("XDG_DATA_HOME", "x"), ("HOME", "/h")]), Path::new("/h/.local/share/loa"));
        assert_eq!(dir(&[]), Path::new("/var/lib/loa"));
        assert_eq!(dir(&[("HOME", "/")]), Path::new("/var/lib/loa"));
    }
}

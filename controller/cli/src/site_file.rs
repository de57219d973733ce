//! Reading a site file.

use std::path::Path;

use controller_api::{Problem, SiteFile, Text, text};
use toml::de::DeTable;

use crate::failure::{Failure, Trouble};
use crate::text_file;

/// A site file, and its text for what is found wrong with it later.
#[derive(Debug)]
pub struct Loaded {
    /// The site that the file describes.
    pub file: SiteFile,
    name: String,
    text: String,
}

/// Reads a file.
///
/// # Errors
/// It cannot be read, or says something that it should not: with line and column.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let (name, text) = (path.display().to_string(), text_file::read(path)?);
    match parse(&text) {
        Ok(file) => Ok(Loaded { file, name, text }),
        Err(problem) => Err(wrong(&format!("{name}: {problem}"))),
    }
}

impl Loaded {
    /// Says where in the file it is that was refused, if it is about a loudspeaker or a setting.
    #[must_use]
    pub fn placed(&self, failure: Failure) -> Failure {
        let Some((line, column)) = place(&self.text, &failure.text) else { return failure };
        let problem = Problem::at(line, column, failure.text);
        let text = text!(CheckRefused { count: 1 });
        Failure { text, troubles: vec![Trouble::in_file(&self.name, problem)], ..failure }
    }
}

/// The line and the column of the loudspeaker or the setting that a sentence names.
fn place(text: &str, wrong: &Text) -> Option<(usize, usize)> {
    let file = DeTable::parse(text).ok()?;
    let (clusters, site) = (file.get_ref().get("cluster"), file.get_ref().get("site"));
    let cluster = |id: &String| {
        // Of two with one id, it is about the second.
        let clusters = clusters?.get_ref().as_array()?.iter();
        let mut named =
            clusters.filter(|c| c.get_ref().get("id").and_then(|id| id.get_ref().as_str()) == Some(id));
        named.next_back().map(|cluster| cluster.span().start)
    };
    let setting = |name: &String| {
        let (key, _) = site?.get_ref().as_table()?.get_key_value(name.as_str())?;
        Some(key.span().start)
    };
    let param = |name: &str| wrong.params.get(name);
    let at = param("cluster").and_then(cluster).or_else(|| param("what").and_then(setting))?;
    let before = text.get(..at)?;
    let line = before.matches('\n').count() + 1;
    let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    Some((line, before.get(begins..)?.chars().count() + 1))
}

/// A site file with a mistake.
#[must_use]
pub fn wrong(problem: &str) -> Failure {
    Failure::wrong_use(text!(SiteFileWrong { problem: problem.trim_end() }))
}

/// Reads the text of a file; where a cluster names an uplink, it has to be there.
///
/// # Errors
/// What is wrong, in English.
pub fn parse(text: &str) -> Result<SiteFile, String> {
    let file: SiteFile = toml::from_str(text).map_err(|error| error.to_string())?;
    for cluster in &file.clusters {
        let known = cluster.uplink.is_empty() || file.uplinks.iter().any(|u| u.id == cluster.uplink);
        if !known {
            return Err(format!("cluster {}: there is no uplink {:?}", cluster.id, cluster.uplink));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, place) in [
            ("[site]\nid = 'a'\nvolume = 300", "line 3, column 10"),
            ("[site]\nid = 'a'\nquiet_hour = 'off'", "line 3, column 1"),
            ("[site]\nid = 'a'\n[[cluster]]\nid = 'c'\nkind = 'smart'\nuplink = 'bts'", "no uplink \"bts\""),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(place), "{error}");
        }
    }

    #[test]
    fn what_was_refused_is_found_in_the_file() {
        let text = "[site]\nid = 'a'\n  agenda_hours = 3\n\n[[cluster]]\nid = 'c'\n\n[[cluster]]\nid = 'd'\n";
        let of = |wrong: Text| place(text, &wrong);
        assert_eq!(of(text!(OutOfRange { what: "agenda_hours", least: 24, most: 168 })), Some((3, 3)));
        assert_eq!(of(text!(BadCluster { cluster: "d", problem: "no-zone" })), Some((8, 1)));
        assert_eq!(of(text!(BadCluster { cluster: "e", problem: "no-zone" })), None);
        assert_eq!(of(text!(DiskFull { problem: None::<&str> })), None);
    }

    #[test]
    fn the_example_is_right() {
        let file = parse(include_str!("../../../schedules/examples/bao-nhai.toml")).unwrap();
        assert_eq!((file.clusters.len(), file.uplinks.len()), (58, 6));
    }
}

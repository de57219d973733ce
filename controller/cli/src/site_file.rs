//! Reading a site file.

use std::path::Path;

use controller_api::{SiteFile, Text};

use crate::failure::Failure;
use crate::text_file;

/// Reads a file.
///
/// # Errors
/// It cannot be read, or says something that it should not: with line and column.
pub fn load(path: &Path) -> Result<SiteFile, Failure> {
    let text = text_file::read(path)?;
    parse(&text).map_err(|problem| wrong(&format!("{}: {problem}", path.display())))
}

/// A site file with a mistake.
#[must_use]
pub fn wrong(problem: &str) -> Failure {
    Failure::wrong_use(Text::new("site-file-wrong").with("problem", problem.trim_end()))
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
    fn the_example_is_right() {
        let file = parse(include_str!("../../../schedules/examples/bao-nhai.toml")).unwrap();
        assert_eq!((file.clusters.len(), file.uplinks.len()), (58, 6));
    }
}

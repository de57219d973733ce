//! Every code that the controller may answer with has a message: what is forgotten would be shown to staff as
//! a bare code. The codes are read from the sources, because no type lists them all.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use controller_api::{Catalogue, Language};

/// Fields of a cron rule, and kinds of values: parameters, not messages.
const NOT_MESSAGES: [&str; 14] = [
    "second",
    "minute",
    "hour",
    "day-of-month",
    "month",
    "day-of-week",
    "year",
    "text",
    "texts",
    "number",
    "flag",
    "list",
    "table",
    "late-until",
];
/// What such codes are about stands in their first word.
const PREFIXES: [&str; 6] = ["why-", "fault-", "outcome-", "gap-", "skip-", "late-"];

#[test]
fn every_code_has_a_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut codes = BTreeSet::new();
    for folder in ["audio/src", "schedules/src", "controller/daemon/src", "controller/cli/src"] {
        visit(&root.join(folder), &mut codes);
    }
    read(&fs::read_to_string(root.join("controller/core/src/rails.rs")).unwrap(), &mut codes);
    let known = ["audio-empty", "when-past", "journal-in-use", "why-busy", "fault-never-heard", "disk-full"];
    let of_schedules = [
        "file-set-unknown",
        "days-step",
        "hours-empty",
        "missed-unknown",
        "language-unknown",
        "unknown-programme",
        "rail-volume-ceiling",
        "outcome-interrupts-restart",
        "gap-fallback",
        "skip-called-off",
        "late-link",
        "check-double",
    ];
    for known in known.into_iter().chain(of_schedules) {
        assert!(codes.contains(known), "{known} was not found: does this test still read the sources right?");
    }
    let words = Catalogue::new(Language::English, |at| at.to_string());
    let missing: Vec<&String> = codes.iter().filter(|code| !words.has(code)).collect();
    assert!(missing.is_empty(), "no message for {missing:?}");
}

fn visit(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            read(&fs::read_to_string(&path).unwrap(), codes);
        }
    }
}

/// Takes what `Text::new` is given, what functions named `..code` return, and reasons.
fn read(source: &str, codes: &mut BTreeSet<String>) {
    let mut in_code_fn = false;
    for line in source.lines().take_while(|line| !line.contains("#[cfg(test)]")) {
        in_code_fn = (in_code_fn || line.contains("code(self)") || line.contains("code(&self)"))
            && line.trim_end() != "    }";
        for (before, literal) in literals(line) {
            let kebab = literal.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let reason = kebab && PREFIXES.iter().any(|prefix| literal.starts_with(prefix));
            let given = before.ends_with("Text::new(")
                || (in_code_fn && (before.trim().is_empty() || before.trim_end().ends_with("=>")));
            if (reason || given) && !NOT_MESSAGES.contains(&literal) {
                codes.insert(literal.to_owned());
            }
        }
    }
}

/// The string literals of a line, each with what stands before it.
fn literals(line: &str) -> Vec<(&str, &str)> {
    let quotes: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
    quotes.chunks_exact(2).map(|pair| (&line[..pair[0]], &line[pair[0] + 1..pair[1]])).collect()
}

//! Everything that the command line explains is explained in Vietnamese too, and nothing else.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use clap::CommandFactory;

use super::*;
use crate::args::Cli;

const SOURCE: &str = include_str!("../../../api/locales/vi/help.ftl");

fn keys() -> BTreeSet<&'static str> {
    let named = SOURCE.lines().filter(|line| line.starts_with("help-"));
    named.map(|line| line.split(" =").next().unwrap()).collect()
}

/// Every message that a verb and those below it look for, the own one of an option before the common one.
fn visit(command: &Command, key: &str, prefix: &str, wanted: &mut Vec<Vec<String>>) {
    wanted.push(vec![key.to_owned()]);
    if command.get_after_help().is_some() {
        wanted.push(vec![format!("{key}-examples")]);
    }
    for arg in command.get_arguments() {
        let id = arg.get_id();
        wanted.push(vec![format!("{prefix}--{id}"), format!("help--{id}")]);
        let values = arg.get_possible_values();
        let values = values.iter().filter(|_| arg.get_action().takes_values());
        wanted.extend(values.map(|value| vec![format!("help--value-{}", value.get_name())]));
    }
    for below in command.get_subcommands() {
        let key = format!("{prefix}-{}", below.get_name());
        visit(below, &key, &key, wanted);
    }
}

#[test]
fn every_explanation_is_there_and_none_is_left_over() {
    let mut wanted = Vec::new();
    visit(&Cli::command(), "help-loa", "help", &mut wanted);
    let own = ["help", "version"].map(|id| vec![format!("help--{id}")]);
    wanted.extend(own);
    let (keys, catalogue) = (keys(), Catalogue::of_help(Language::Vietnamese).unwrap());
    let mut used = BTreeSet::new();
    for names in &wanted {
        let found = names.iter().find(|name| catalogue.has(name));
        used.insert(found.unwrap_or_else(|| panic!("no message {names:?}")).as_str());
    }
    let frame = |key: &&&str| {
        key.starts_with("help-heading-") || ["help-default", "help-values", "help-env"].contains(*key)
    };
    let left: Vec<_> = keys.difference(&used).filter(|key| !frame(key)).collect();
    assert!(left.is_empty(), "nobody needs {left:?}");
}

#[test]
fn the_same_command_lines_are_understood_in_every_language() {
    let line = ["loa", "announce", "a.mp3", "--to", "all", "--class", "priority", "--json"];
    for language in Language::ALL {
        let matches = translated(Cli::command(), language).try_get_matches_from(line).unwrap();
        let (verb, options) = matches.subcommand().unwrap();
        assert_eq!((verb, options.get_flag("json")), ("announce", true));
    }
}

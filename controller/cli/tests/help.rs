//! The help texts, held as golden files: whoever changes the command line sees what people will read.
//! After an intended change: `INSTA_UPDATE=always cargo test -p controller-cli`.

use clap::{Command, CommandFactory};
use controller_api::Language;
use controller_cli::args::Cli;
use controller_cli::help;

#[test]
fn help_of_every_verb_in_english() {
    of_every_verb(Language::English, "loa");
}

#[test]
fn help_of_every_verb_in_vietnamese() {
    of_every_verb(Language::Vietnamese, "vi-loa");
}

fn of_every_verb(language: Language, path: &str) {
    let mut root = help::translated(Cli::command(), language).term_width(110);
    root.build();
    let mut seen = 0;
    visit(&root, path, &mut seen);
    assert!(seen >= 35, "{seen}");
}

fn visit(command: &Command, path: &str, seen: &mut usize) {
    *seen += 1;
    let help = command.clone().render_long_help().to_string();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(path.replace(' ', "-"), help);
    });
    for verb in command.get_subcommands() {
        visit(verb, &format!("{path} {}", verb.get_name()), seen);
    }
}

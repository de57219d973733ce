//! The help in the language of the output: what the command line says of itself, told by the catalogue.
//!
//! In English every option is explained where it is defined. In other languages each explanation is a message,
//! named after the verb (`help-clip-add`), its examples (`help-clip-add-examples`) and its options
//! (`help-clip-add--title`, or `help--title` where it reads the same at every verb).

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command};
use controller_api::{Catalogue, Language};

/// The command line, explained in this language.
#[must_use]
pub fn translated(command: Command, language: Language) -> Command {
    let Some(catalogue) = Catalogue::of_help(language) else { return command };
    // Its own flags would explain themselves in English.
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help).global(true);
    let version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let command = command.disable_help_flag(true).disable_version_flag(true).args([help, version]);
    verb(command, "help-loa", "help", &catalogue)
}

/// `key` names what the verb does, `prefix` begins the names of what is below it.
fn verb(command: Command, key: &str, prefix: &str, catalogue: &Catalogue) -> Command {
    let examples = format!("{key}-examples");
    let usage = catalogue.get("help-heading-usage");
    let mut command = command
        .about(catalogue.get(key))
        .help_template(format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"))
        .subcommand_help_heading(catalogue.get("help-heading-verbs"))
        .mut_args(|arg| argument(arg, prefix, catalogue));
    if catalogue.has(&examples) {
        command = command.after_help(catalogue.get(&examples));
    }
    command.mut_subcommands(|below| {
        let key = format!("{prefix}-{}", below.get_name());
        verb(below, &key, &key, catalogue)
    })
}

fn argument(arg: Arg, prefix: &str, catalogue: &Catalogue) -> Arg {
    let heading = match &arg {
        arg if arg.get_help_heading().is_some() => "help-heading-global",
        arg if arg.is_positional() => "help-heading-arguments",
        _ => "help-heading-options",
    };
    let mut help = explanation(arg.get_id().as_str(), prefix, catalogue);
    if !arg.get_action().takes_values() {
        return arg.help(help).help_heading(catalogue.get(heading));
    }
    // What the parser would add by itself, it adds in English.
    for more in [values(&arg, catalogue), default(&arg, catalogue), variable(&arg, catalogue)] {
        help.extend(more.map(|more| format!(" [{more}]")));
    }
    let arg = arg.hide_possible_values(true).hide_default_value(true).hide_env(true);
    arg.help(help).help_heading(catalogue.get(heading))
}

/// What is said of an option at this verb, else at every verb.
fn explanation(id: &str, prefix: &str, catalogue: &Catalogue) -> String {
    let own = format!("{prefix}--{id}");
    if catalogue.has(&own) { catalogue.get(&own) } else { catalogue.get(&format!("help--{id}")) }
}

fn values(arg: &Arg, catalogue: &Catalogue) -> Option<String> {
    let shown = |value: &PossibleValue| {
        let name = value.get_name();
        format!("{name} ({})", catalogue.get(&format!("help--value-{name}")))
    };
    let values: Vec<String> = arg.get_possible_values().iter().map(shown).collect();
    (!values.is_empty()).then(|| catalogue.format("help-values", &[("values", &values.join(", "))]))
}

fn default(arg: &Arg, catalogue: &Catalogue) -> Option<String> {
    let shown = !arg.is_hide_default_value_set();
    let values = arg.get_default_values().iter().filter(|_| shown);
    let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
    (!values.is_empty()).then(|| catalogue.format("help-default", &[("values", &values.join(", "))]))
}

fn variable(arg: &Arg, catalogue: &Catalogue) -> Option<String> {
    let name = arg.get_env()?.to_string_lossy();
    Some(catalogue.format("help-env", &[("name", &name)]))
}

#[cfg(test)]
mod tests;

//! Whether a stream may be written to in colours.

use std::io::IsTerminal;

/// May colours be used on this stream? See <https://no-color.org>.
#[must_use]
pub fn colours(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !set("NO_COLOR") && !dumb
}

//! `loa-speaker`: see [`speaker::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    speaker::cli::main()
}

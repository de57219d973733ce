//! The `loa` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    controller_cli::main()
}

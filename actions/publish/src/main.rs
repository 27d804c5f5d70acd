//! The `publish` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main::<publish::Publish>()
}

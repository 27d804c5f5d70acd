//! The `cascade` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main::<cascade::Cascade>()
}

//! The `auto-tag` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main::<auto_tag::AutoTag>()
}

//! The `validate-template` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main::<validate_template::ValidateTemplate>()
}

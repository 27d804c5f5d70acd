//! The `validate-template` binary, which is `mirror-guard` too.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "mirror-guard") {
        return runner::main::<validate_template::mirror_guard::MirrorGuard>();
    }
    runner::main::<validate_template::ValidateTemplate>()
}

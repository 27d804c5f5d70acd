//! The `validate-template` binary, which is `mirror-guard` too.

use std::process::ExitCode;

use runner::Action as _;
use validate_template::ValidateTemplate;
use validate_template::mirror_guard::MirrorGuard;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == MirrorGuard::NAME) {
        return runner::main::<MirrorGuard>();
    }
    runner::main::<ValidateTemplate>()
}

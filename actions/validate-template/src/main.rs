//! The `validate-template` binary, which is `mirror-guard` too.

use std::process::ExitCode;

use runner::Action as _;
use validate_template::ValidateTemplate;
use validate_template::mirror_guard::MirrorGuard;

/// The allocator of musl, which static binaries are linked with, hands back to the kernel what is freed and asks for it
/// anew: a quarter of what a short run would take.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == MirrorGuard::NAME) {
        return runner::main::<MirrorGuard>();
    }
    runner::main::<ValidateTemplate>()
}

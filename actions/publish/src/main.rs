//! The `publish` binary.

use std::process::ExitCode;

/// A build makes and drops millions of small values, on every core at once: the allocator of musl, which static
/// binaries are linked with, lets one thread in at a time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    runner::main::<publish::Publish>()
}

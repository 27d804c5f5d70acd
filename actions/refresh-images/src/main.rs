//! The `refresh-images` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main::<refresh_images::RefreshImages>()
}

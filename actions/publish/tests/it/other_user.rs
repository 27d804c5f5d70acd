//! The program, started by somebody who is not root.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::checkout::{Checkout, EPOCH};
use crate::notice::nothing_was_tested;

/// The user that owns nothing.
pub(crate) const NOBODY: u32 = 65534;

/// The program as nobody starts it, who has been given the checkout; nothing, after a notice, where the tests are
/// not root's.
pub(crate) fn program(checkout: &Checkout) -> Option<Command> {
    if fs_err::metadata(checkout.path("")).unwrap().uid() != 0 {
        nothing_was_tested("only root can become another user");
        return None;
    }
    // the build folder may lie where nobody can look
    let program = checkout.path("publish");
    fs_err::copy(env!("CARGO_BIN_EXE_publish"), &program).unwrap();
    let given = Command::new("chown").arg("-R").arg(NOBODY.to_string()).arg(checkout.path("")).status();
    assert!(given.unwrap().success());
    let mut command = Command::new(program);
    command
        .current_dir(checkout.path(""))
        .env_clear()
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .uid(NOBODY)
        .gid(NOBODY);
    Some(command)
}

//! What a child could take from this process instead of being given it.
//!
//! A child runs as the same user. On Linux that lets it read the environment this process was started with,
//! `/proc/<pid>/environ`, and its memory, whatever it is given itself; so a package that is tried could take the
//! token that is to publish it. A process that is not "dumpable" is closed to its own user's others, and leaves no
//! core file with tokens in it either. What starts a program anew opens that one again, so that children can be
//! debugged as ever. <https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html>
//!
//! It does not hold against a child that may look into every process (root with `CAP_SYS_PTRACE`, `CAP_SYS_ADMIN` or
//! `CAP_PERFMON`; root in the container of a job has none of them), and not for the processes above this one, such as
//! a shell that holds the token too. The workflow that gives the token only to a job that runs nothing of the package
//! holds against all.

use std::io;

/// Closes this process to its children, from now on. Called before the first one.
///
/// # Errors
/// When the system refuses.
#[cfg(target_os = "linux")]
pub(crate) fn seal() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Nothing: elsewhere there is no such call, and another process's memory takes a right of its own.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub(crate) fn seal() -> io::Result<()> {
    Ok(())
}

//! Running other programs.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// A command that cannot wait for somebody to type: it has no standard input.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end, its output going where ours goes.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| could_not_start(command))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a command to its end and returns what it printed on standard output.
///
/// # Errors
///
/// One that carries what the command printed on standard error, when it did not succeed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| could_not_start(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", line(command), output.status, said.trim());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", line(command)))
}

/// Runs a command to its end, handing on each line of its standard output as it comes.
pub(crate) fn each_line(command: &mut Command, mut see: impl FnMut(&str)) -> anyhow::Result<ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| could_not_start(command))?;
    let stdout = child.stdout.take().expect("standard output was asked to be a pipe");
    for line in BufReader::new(stdout).split(b'\n') {
        see(&String::from_utf8_lossy(&line?));
    }
    Ok(child.wait()?)
}

/// Whether a program of this name can be started.
pub(crate) fn is_installed(program: &str) -> bool {
    command("sh")
        .args(["-c", "command -v \"$0\"", program])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Waits for a child to end; `None` when it is still running at the deadline.
pub(crate) fn wait(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + patience;
    loop {
        match child.try_wait()? {
            None if Instant::now() < deadline => thread::sleep(Duration::from_millis(50)),
            ended_or_late => return Ok(ended_or_late),
        }
    }
}

fn could_not_start(command: &Command) -> String {
    format!("could not start `{}`", command.get_program().display())
}

/// The command as one would type it, for messages.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_named_with_what_it_said() {
        let error = output(command("sh").args(["-c", "echo no such luck >&2; exit 3"])).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("exit status: 3") && message.contains("no such luck"), "{message}");
    }

    #[test]
    fn lines_are_handed_on_in_order_with_the_exit_status() {
        let mut lines = Vec::new();
        let status = each_line(command("sh").args(["-c", "echo a; echo b; exit 4"]), |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(status.unwrap().code(), Some(4));
        assert_eq!(lines, ["a", "b"]);
    }

    #[test]
    fn only_programs_on_the_path_are_installed() {
        assert!(is_installed("sh"));
        assert!(!is_installed("no-such-program-anywhere"));
    }

    #[test]
    fn a_child_that_outlives_our_patience_is_reported_as_still_running() {
        let mut child = command("sleep").arg("30").spawn().unwrap();
        assert!(wait(&mut child, Duration::from_millis(60)).unwrap().is_none());
        child.kill().unwrap();
        assert!(wait(&mut child, Duration::from_secs(10)).unwrap().is_some());
    }
}

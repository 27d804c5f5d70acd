//! Runs of the program.

use std::process::{Child, Command, Stdio};

use anyhow::ensure;
use serde_json::Value;

use super::PATIENCE;
use crate::process;

/// A run that is under way; one that is given up is killed.
#[derive(Debug)]
pub(super) struct Running {
    child: Option<Child>,
}

/// What a run ended as.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) result: Value,
    pub(super) log: String,
}

impl Ended {
    /// The names in one of the result's lists.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.result[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// What failed for a runtime.
    pub(super) fn errors(&self, runtime: &str) -> String {
        self.result["errors"][runtime].to_string()
    }
}

impl Running {
    /// Starts it.
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        Ok(Self { child: Some(child) })
    }

    fn child(&mut self) -> &mut Child {
        self.child.as_mut().expect("it is taken away by what takes this value")
    }

    /// Asks it to end, as a service manager does.
    pub(super) fn terminate(&mut self) -> anyhow::Result<()> {
        let id = self.child().id().to_string();
        process::run(process::command("kill").args(["-TERM", &id]))
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child().try_wait()?.is_some())
    }

    /// Waits for it to end; what it told.
    pub(super) fn finish(mut self) -> anyhow::Result<Ended> {
        let mut child = self.child.take().expect("it is taken away here alone");
        let ended = process::wait(&mut child, PATIENCE)?;
        if ended.is_none() {
            child.kill()?;
        }
        let output = child.wait_with_output()?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(ended.is_some(), "the program did not end: {log}");
        let told = String::from_utf8_lossy(&output.stdout);
        let result =
            told.lines().rev().find_map(|line| serde_json::from_str(line).ok()).unwrap_or(Value::Null);
        Ok(Ended { code: output.status.code(), result, log })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

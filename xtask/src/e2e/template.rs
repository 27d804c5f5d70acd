//! A template's repository, the workflow that it copied from our examples, and how that judges it.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use local_forge::Dialect;
use serde_json::{Value, json};

use super::Machine;
use super::act::{Job, Run};
use crate::folder;
use crate::process;
use crate::workspace::Workspace;

const REPO: &str = "acme/template";

/// The names that the steps have in `validate-template-steps.yml`.
const STEP: &str = "Validate";
const NEXT_STEP: &str = "Report";

/// The step that ends the workflow with a probe.
const LAST_STEP: &str = "Conclude";

/// A template of `examples/templates` under a workflow of `examples/callers`.
#[derive(Debug)]
pub(super) struct Case {
    dialect: Dialect,
    caller: &'static str,
    template: &'static str,
    event: Event,
    /// Whether it keeps the contract.
    valid: bool,
}

/// What starts the workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// A push to the default branch.
    Push,
    /// A pull request of somebody who may not write to the repository.
    Fork,
}

const LINE: &str = "validate-template.yml";
const STEPS: &str = "validate-template-steps.yml";
/// With a probe, which is left out for forks.
const WHOLE: &str = "template-ci.yml";

/// The one line calls the reusable workflow, which is what GitHub has; the steps are what Gitea has, too. Of the whole CI
/// the probe is left out for forks; `template_image` has it with its probe.
pub(super) const CASES: [Case; 8] = [
    Case { dialect: Dialect::GitHub, caller: LINE, template: "good", event: Event::Push, valid: true },
    Case { dialect: Dialect::GitHub, caller: LINE, template: "broken", event: Event::Push, valid: false },
    Case { dialect: Dialect::GitHub, caller: STEPS, template: "good", event: Event::Push, valid: true },
    Case { dialect: Dialect::GitHub, caller: STEPS, template: "broken", event: Event::Push, valid: false },
    Case { dialect: Dialect::Gitea, caller: STEPS, template: "good", event: Event::Push, valid: true },
    Case { dialect: Dialect::Gitea, caller: STEPS, template: "broken", event: Event::Push, valid: false },
    Case { dialect: Dialect::GitHub, caller: WHOLE, template: "good", event: Event::Fork, valid: true },
    Case { dialect: Dialect::GitHub, caller: WHOLE, template: "broken", event: Event::Fork, valid: false },
];

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = if self.valid { "passes" } else { "is refused" };
        let event = match self.event {
            Event::Push => "",
            Event::Fork => " of a fork",
        };
        write!(formatter, "{}: the {} template{event} {ends} by {}", self.dialect, self.template, self.caller)
    }
}

impl Case {
    /// Commits the template with its workflow, and lets the runner execute that.
    ///
    /// # Errors
    ///
    /// The first thing that is not as it must be, with the runner's log.
    pub(super) fn run(&self, machine: &Machine, workspace: &Workspace, scratch: &Path) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir_in(scratch)?;
        let (checkout, workflow) = self.check_out(workspace, &scratch.path().join("template"))?;
        let payload = scratch.path().join("event.json");
        let (event, told) = self.event.told();
        fs_err::write(&payload, told.to_string())?;
        let gitea = (self.dialect == Dialect::Gitea).then(|| ("GITEA_ACTIONS", "true".to_owned()));
        let job = Job {
            caller: &checkout,
            workflow: &workflow,
            event,
            payload: &payload,
            token: "none is needed",
            secrets: Vec::new(),
            variables: Vec::new(),
            environment: gitea.into_iter().collect(),
        };
        let run = machine.act.run(workspace, &machine.engine, &scratch.path().join("home"), &job)?;
        self.check(&run).with_context(|| format!("the log of the run:\n{}\n", run.log()))
    }

    /// The template's repository, and where the workflow is in it.
    fn check_out(&self, workspace: &Workspace, checkout: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
        let examples = workspace.root().join("examples");
        folder::copy(&examples.join("templates").join(self.template), checkout)?;
        // There is one workflow, the caller's.
        fs_err::remove_dir_all(checkout.join(".github"))?;
        let workflow = Path::new(match self.dialect {
            Dialect::GitHub => ".github/workflows/ci.yml",
            Dialect::Gitea => ".gitea/workflows/ci.yml",
        });
        let copied = checkout.join(workflow);
        fs_err::create_dir_all(copied.parent().expect("a workflow lies in a folder"))?;
        fs_err::copy(examples.join("callers").join(self.caller), copied)?;
        commit(checkout, REPO)?;
        Ok((checkout.to_owned(), workflow.to_owned()))
    }

    /// How many findings there are, the tests of the program know: here counts that everybody is told the same.
    fn check(&self, run: &Run) -> anyhow::Result<()> {
        let valid = self.valid;
        ensure!(
            run.succeeded() == self.valid,
            "the workflow {}",
            if run.succeeded() { "succeeded" } else { "failed" }
        );
        let said = if valid { "valid: no findings" } else { "not valid: " };
        ensure!(run.log().contains(said), "the log does not say `{said}`");
        match self.caller {
            STEPS => self.check_outputs(run),
            WHOLE => self.check_conclusion(run),
            _ => Ok(()),
        }
    }

    /// The job that is to be required heard of the others, whether they ran or not.
    fn check_conclusion(&self, run: &Run) -> anyhow::Result<()> {
        let said = run.said_by(LAST_STEP).first().map_or("", String::as_str);
        let judged = if self.valid { "static: success (valid: true)" } else { "static: failure" };
        ensure!(said.starts_with(judged) && said.ends_with("probe: skipped"), "the last job saw `{said}`");
        Ok(())
    }

    /// The next step saw what the action set.
    fn check_outputs(&self, run: &Run) -> anyhow::Result<()> {
        let valid = self.valid;
        let outputs = run.outputs_of(STEP).context("the action set no outputs")?;
        let output = |name: &str| outputs.get(name).map_or("", String::as_str);
        ensure!(output("valid") == valid.to_string(), "the output `valid` is `{}`", output("valid"));
        let (errors, warnings) = (output("errors"), output("warnings"));
        ensure!((errors == "0") == valid && !errors.is_empty(), "the output `errors` is `{errors}`");
        let tally = format!("{errors} errors and {warnings} warnings");
        ensure!(valid || run.log().contains(&tally), "the log does not say `{tally}`");
        let report = format!("valid={valid} errors={errors} warnings={warnings} sarif=template.sarif");
        let seen = run.said_by(NEXT_STEP);
        ensure!(seen == [report.as_str()], "the next step saw {seen:?} and not `{report}`");
        Ok(())
    }
}

/// Makes a repository of a folder, with everything in one commit.
pub(super) fn commit(checkout: &Path, name: &str) -> anyhow::Result<()> {
    let git = |arguments: &[&str]| {
        let mut git = process::command("git");
        git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(checkout);
        process::output(git.args(arguments))
    };
    git(&["init", "--quiet", "--initial-branch=main"])?;
    // The runner takes the repository's name from an origin that looks like one of github.com.
    git(&["remote", "add", "origin", &format!("https://github.com/{name}.git")])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "Everything"])?;
    Ok(())
}

impl Event {
    /// Its name, and what a forge tells of it.
    fn told(self) -> (&'static str, Value) {
        let (repository, commit) = (json!({ "full_name": REPO }), "0".repeat(40));
        match self {
            Self::Push => ("push", json!({ "ref": "refs/heads/main", "repository": repository })),
            Self::Fork => {
                let head = json!({ "ref": "mend", "sha": commit, "repo": { "full_name": "stranger/template", "fork": true } });
                let base = json!({ "ref": "main", "sha": commit, "repo": repository });
                let pull = json!({ "number": 1, "head": head, "base": base });
                ("pull_request", json!({ "number": 1, "pull_request": pull, "repository": repository }))
            }
        }
    }
}

//! A caller's repository, the workflow it copied from our examples, and what must come of it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, LocalForge, MergeStyle, NewPull, Permission, Permissions};

use super::Machine;
use super::act::{Job, Run};
use crate::process;
use crate::workspace::Workspace;

/// The caller's repository.
const REPO: &str = "acme/runtime";

/// The workflow that callers copy, with the names its steps have there.
const EXAMPLE: &str = "examples/callers/auto-tag.yml";
const TAG_STEP: &str = "Tag";
const NEXT_STEP: &str = "Report";

/// Merges a pull request labelled `release:minor` after release 1.3.0, lets the runner execute the caller's workflow
/// twice, and holds what came of it against what must: one annotated tag 1.4.0, told to the next step; and nothing
/// more at the second time.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn merge_is_tagged(
    machine: &Machine,
    workspace: &Workspace,
    dialect: Dialect,
    scratch: &Path,
) -> anyhow::Result<()> {
    let forge = LocalForge::start(dialect);
    let initial = forge.repo(REPO);
    forge.tag(REPO, "runtime-v1.3.0", &initial, Some("Release 1.3.0"));
    let pull = NewPull { labels: &["release:minor"], ..NewPull::titled("Speak a second language") };
    let pull = forge.pull_request(REPO, &pull);
    let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);

    let caller = Caller::check_out(workspace, &forge, &scratch.join(dialect.to_string()))?;
    // What the workflow's `permissions` grant, and no more.
    let granted = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Read);
    let token = forge.narrowed_job_token(REPO, granted);
    let payload = scratch.join(format!("{dialect}.json"));
    let event = forge.push_event(REPO, "main", &initial, &merged);
    fs_err::write(&payload, event.payload.to_string())?;
    let job = Job {
        caller: &caller.checkout,
        workflow: &caller.workflow,
        event: event.name,
        payload: &payload,
        token: &token,
        environment: environment(&forge),
    };

    for created in [true, false] {
        let run = machine.act.run(workspace, &machine.engine, &scratch.join("home"), &job)?;
        check_run(&run, created)
            .and_then(|()| check_repository(&forge, &merged))
            .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    Ok(())
}

/// The caller's checkout.
struct Caller {
    checkout: PathBuf,
    /// Where the workflow is, from there.
    workflow: PathBuf,
}

impl Caller {
    fn check_out(workspace: &Workspace, forge: &LocalForge, checkout: &Path) -> anyhow::Result<Self> {
        process::output(
            process::command("git").args(["clone", "--quiet", &forge.clone_url(REPO)]).arg(checkout),
        )?;
        // The runner takes the repository's name from an origin that looks like one of github.com.
        let origin = format!("https://github.com/{REPO}.git");
        process::output(
            process::command("git").args(["remote", "set-url", "origin", &origin]).current_dir(checkout),
        )?;
        let workflow = Path::new(match forge.dialect() {
            Dialect::GitHub => ".github/workflows/auto-tag.yml",
            Dialect::Gitea => ".gitea/workflows/auto-tag.yml",
        });
        let copied = checkout.join(workflow);
        fs_err::create_dir_all(copied.parent().expect("a workflow lies in a folder"))?;
        fs_err::copy(workspace.root().join(EXAMPLE), copied)?;
        Ok(Self { checkout: checkout.to_owned(), workflow: workflow.to_owned() })
    }
}

/// What a runner of this forge tells every step about the forge; of the rest takes care `act`.
fn environment(forge: &LocalForge) -> Vec<(&'static str, String)> {
    let mut variables = vec![("GITHUB_SERVER_URL", forge.url()), ("GITHUB_API_URL", forge.api_url())];
    match forge.dialect() {
        Dialect::GitHub => variables.push(("GITHUB_GRAPHQL_URL", forge.graphql_url())),
        Dialect::Gitea => variables.push(("GITEA_ACTIONS", "true".to_owned())),
    }
    variables
}

fn check_run(run: &Run, created: bool) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let outputs = run.outputs_of(TAG_STEP).context("the action set no outputs")?;
    let expected = [
        ("tag", "runtime-v1.4.0"),
        ("version", "1.4.0"),
        ("previous-tag", "runtime-v1.3.0"),
        ("created", if created { "true" } else { "false" }),
    ];
    for (name, value) in expected {
        let set = outputs.get(name).map(String::as_str);
        ensure!(set == Some(value), "the output `{name}` is {set:?} and not `{value}`");
    }
    let report = format!("tag=runtime-v1.4.0 created={created}");
    let said = run.said_by(NEXT_STEP);
    ensure!(said == [report.as_str()], "the next step saw {said:?} and not `{report}`");
    Ok(())
}

fn check_repository(forge: &LocalForge, merged: &str) -> anyhow::Result<()> {
    let tags = forge.tags(REPO);
    let names: Vec<_> = tags.keys().map(String::as_str).collect();
    ensure!(names == ["runtime-v1.3.0", "runtime-v1.4.0"], "the repository has the tags {names:?}");
    let tag = &tags["runtime-v1.4.0"];
    ensure!(tag.commit == merged, "the tag is at {} and not at {merged}, the merge", tag.commit);
    ensure!(tag.message.is_some(), "the tag is not annotated");
    Ok(())
}

//! A runtime's repository, the workflow that tags its merges, and what must come of it.

use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, LocalForge, MergeStyle, NewPull, Permission, Permissions};

use super::Machine;
use super::act::{Job, Run};
use super::checkout::{Checkout, environment};
use crate::workspace::Workspace;

/// The caller's repository.
const REPO: &str = "acme/runtime";

/// The workflow that callers copy, with the names its steps have there.
const EXAMPLE: &str = "auto-tag.yml";
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

    let caller = Checkout::new(workspace, &forge, REPO, EXAMPLE, &scratch.join(dialect.to_string()))?;
    // What the workflow's `permissions` grant, and no more.
    let granted = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Read);
    let token = forge.narrowed_job_token(REPO, granted);
    let payload = scratch.join(format!("{dialect}.json"));
    let event = forge.push_event(REPO, "main", &initial, &merged);
    fs_err::write(&payload, event.payload.to_string())?;
    let job = Job {
        caller: &caller.folder,
        workflow: &caller.workflow,
        event: event.name,
        payload: &payload,
        token: &token,
        secrets: Vec::new(),
        variables: Vec::new(),
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

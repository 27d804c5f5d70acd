//! A repository in which somebody commits credentials, and the workflow that looks at what a branch adds.

use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::Dialect;
use serde_json::json;

use super::Machine;
use super::act::{Job, Run};
use super::checkout;
use super::template::commit;
use crate::process;
use crate::workspace::Workspace;

const REPO: &str = "acme/runtime";
const CALLER: &str = "secret-scan.yml";

/// Lets the runner execute the workflow for two pushes on top of a credential that was there before: one that adds nothing,
/// and one that adds another.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn added_one_is_found(
    machine: &Machine,
    workspace: &Workspace,
    dialect: Dialect,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let checkout = scratch.path().join("runtime");
    let workflow = Path::new(checkout::folder_of(dialect)).join(CALLER);
    let target = checkout.join(&workflow);
    fs_err::create_dir_all(target.parent().context("a workflow lies in a folder")?)?;
    fs_err::copy(workspace.root().join("examples/callers").join(CALLER), target)?;
    fs_err::write(checkout.join("old.txt"), credential("7QZ4"))?;
    commit(&checkout, REPO)?;
    for (file, text, passes) in
        [("new.txt", "nothing to hide\n".to_owned(), true), ("other.txt", credential("M2XN"), false)]
    {
        let before = git(&checkout, &["rev-parse", "HEAD"])?;
        fs_err::write(checkout.join(file), text)?;
        git(&checkout, &["add", file])?;
        git(&checkout, &["commit", "--quiet", "--message", "One more file"])?;
        let payload = scratch.path().join("push.json");
        let event = json!({
            "ref": "refs/heads/main",
            "before": before.trim(),
            "repository": { "full_name": REPO, "default_branch": "main" },
        });
        fs_err::write(&payload, event.to_string())?;
        let gitea = (dialect == Dialect::Gitea).then(|| ("GITEA_ACTIONS", "true".to_owned()));
        let job = Job {
            caller: &checkout,
            workflow: &workflow,
            event: "push",
            payload: &payload,
            token: "none is needed",
            secrets: Vec::new(),
            variables: Vec::new(),
            environment: gitea.into_iter().collect(),
        };
        let run = machine.act.run(workspace, &machine.engine, &scratch.path().join("home"), &job)?;
        check(&run, file, passes).with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    Ok(())
}

fn check(run: &Run, added: &str, passes: bool) -> anyhow::Result<()> {
    ensure!(run.succeeded() == passes, "the workflow {}", if passes { "failed" } else { "succeeded" });
    ensure!(passes || run.log().contains(added), "the log does not name `{added}`");
    ensure!(!run.log().contains("old.txt"), "what was there before counts");
    Ok(())
}

/// The id of a key, put together here so that nothing finds one in this file.
fn credential(part: &str) -> String {
    format!("aws_access_key_id = {}IA{part}RTV9KLWE8HUB\n", "AK")
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut git = process::command("git");
    git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(folder);
    process::output(git.args(arguments))
}

//! Template repositories on the embedded forge, each with the receiver that its owner copies from our examples.

use local_forge::{Dialect, Dispatched, ForgeHandle};

use crate::workspace::Workspace;

/// The runtimes that the platform knows.
pub(crate) const RUNTIMES: [&str; 8] =
    ["langgraph", "claude-code", "crewai", "autogen", "deepagents", "hermes", "gemini-cli", "openclaw"];

/// Makes repositories that are all alike, each with the receiver on its default branch.
pub(crate) fn make(forge: &ForgeHandle, workspace: &Workspace, repos: &[String]) -> anyhow::Result<()> {
    let (receiver, path) = receiver(forge.dialect());
    let receiver = fs_err::read_to_string(workspace.root().join("examples/callers").join(receiver))?;
    forge.repos(repos, &[(path, &receiver)]);
    Ok(())
}

/// The workflow of `examples/callers` that answers a cascade, and where a template has it.
pub(crate) fn receiver(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::GitHub => ("template-receiver.yml", ".github/workflows/publish-image.yml"),
        Dialect::Gitea => ("template-receiver-steps.yml", ".gitea/workflows/publish-image.yml"),
    }
}

/// The runs that cascades have started in a repository.
pub(crate) fn told(forge: &ForgeHandle, repo: &str) -> Vec<Dispatched> {
    let is_told =
        |run: &Dispatched| matches!(run.event.as_str(), "repository_dispatch" | "workflow_dispatch");
    forge.runs(repo).into_iter().filter(is_told).collect()
}

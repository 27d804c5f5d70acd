//! The checkout of a caller's repository, with the workflow that it copied from our examples.

use std::path::{Path, PathBuf};

use local_forge::{Dialect, LocalForge};

use crate::process;
use crate::workspace::Workspace;

/// The caller's checkout.
pub(super) struct Checkout {
    pub(super) folder: PathBuf,
    /// Where the workflow is, from there.
    pub(super) workflow: PathBuf,
}

impl Checkout {
    /// Clones a repository of the forge, and copies a workflow of `examples/callers` to where the forge looks for it.
    pub(super) fn new(
        workspace: &Workspace,
        forge: &LocalForge,
        repo: &str,
        example: &str,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        process::output(
            process::command("git").args(["clone", "--quiet", &forge.clone_url(repo)]).arg(folder),
        )?;
        // The runner takes the repository's name from an origin that looks like one of github.com.
        let origin = format!("https://github.com/{repo}.git");
        process::output(
            process::command("git").args(["remote", "set-url", "origin", &origin]).current_dir(folder),
        )?;
        let workflows = Path::new(folder_of(forge.dialect()));
        fs_err::create_dir_all(folder.join(workflows))?;
        let workflow = workflows.join(example);
        fs_err::copy(workspace.root().join("examples/callers").join(example), folder.join(&workflow))?;
        Ok(Self { folder: folder.to_owned(), workflow })
    }
}

/// Where a forge looks for workflows.
pub(super) fn folder_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::GitHub => ".github/workflows",
        Dialect::Gitea => ".gitea/workflows",
    }
}

/// What a runner of this forge tells every step about the forge; of the rest takes care `act`.
pub(super) fn environment(forge: &LocalForge) -> Vec<(&'static str, String)> {
    let mut variables = vec![("GITHUB_SERVER_URL", forge.url()), ("GITHUB_API_URL", forge.api_url())];
    match forge.dialect() {
        Dialect::GitHub => variables.push(("GITHUB_GRAPHQL_URL", forge.graphql_url())),
        Dialect::Gitea => variables.push(("GITEA_ACTIONS", "true".to_owned())),
    }
    variables
}

//! Tokens, and the jobs that hold them.

use serde_json::Map;

use super::{admin, done, repository};
use crate::Dialect;
use crate::handle::{ForgeHandle, Role};
use crate::world::tokens::{Holder, Permissions, Token, Validity};

impl ForgeHandle {
    /// The token of one of the three people, with all of their rights; the same one each time.
    #[must_use]
    pub fn token(&self, role: Role) -> String {
        let token = format!("{}{:034}", prefix(self.dialect(), "ghp_"), role.user_id().0);
        self.insert_token(token, Holder::User(role.user_id()), Permissions::all())
    }

    /// A token of one of the three people that was narrowed to some permissions.
    #[must_use]
    pub fn narrowed_token(&self, role: Role, permissions: Permissions) -> String {
        let number = self.forge.world().next_id();
        let token = format!("{}{number:034}", prefix(self.dialect(), "ghp_"));
        self.insert_token(token, Holder::User(role.user_id()), permissions)
    }

    /// The token of a job of this repository, with everything that a job can be allowed.
    #[must_use]
    #[track_caller]
    pub fn job_token(&self, repo: &str) -> String {
        self.narrowed_job_token(repo, Permissions::of_a_job())
    }

    /// The token of a job of this repository whose workflow asked for just these permissions.
    #[must_use]
    #[track_caller]
    pub fn narrowed_job_token(&self, repo: &str, permissions: Permissions) -> String {
        let (id, number) = {
            let mut world = self.forge.world();
            (repository(&world, repo), world.next_id())
        };
        let token = format!("{}{number:034}", prefix(self.dialect(), "ghs_"));
        self.insert_token(token, Holder::Job(id), permissions)
    }

    /// Starts a job that never ends, of a workflow that is committed to `main` for it; gives its token.
    #[must_use]
    #[track_caller]
    pub fn hold_job(&self, repo: &str, workflow: &str) -> String {
        let name = workflow.trim_end_matches(".yml");
        let text = format!(
            "name: {name}\non: workflow_dispatch\njobs:\n  {name}:\n    runs-on: ubuntu-latest\n    steps: []\n"
        );
        let folder = match self.dialect() {
            Dialect::GitHub => ".github",
            Dialect::Gitea => ".gitea",
        };
        let path = format!("{folder}/workflows/{workflow}");
        self.commit(repo, "main", &[(&path, &text)], &format!("ci: {name}"));
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let run = world.dispatch_workflow(id, &admin(), workflow, "refs/heads/main", &Map::new());
        done(run.map_err(|refusal| format!("`{workflow}` was refused: {refusal:?}")));
        world.hold_latest_run(id);
        drop(world);
        self.job_token(repo)
    }

    fn insert_token(&self, token: String, holder: Holder, permissions: Permissions) -> String {
        let entry = Token { holder, permissions, validity: Validity::Valid };
        self.forge.world().tokens.entry(token.clone()).or_insert(entry);
        token
    }
}

/// GitHub's tokens tell their kind, Gitea's are plain hex digits.
fn prefix(dialect: Dialect, github: &'static str) -> &'static str {
    match (dialect, github) {
        (Dialect::GitHub, prefix) => prefix,
        (Dialect::Gitea, "ghs_") => "abad",
        (Dialect::Gitea, _) => "cafe",
    }
}

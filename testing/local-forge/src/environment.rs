//! The environment of a job.

use std::collections::BTreeMap;

use crate::Dialect;
use crate::events::JobEvent;
use crate::handle::ForgeHandle;
use crate::setup::repository;

impl ForgeHandle {
    /// The variables that a job of this repository finds, but for the paths of its files (event, outputs,
    /// summary) and its inputs, which are the runner's. Each call is another run's, with an id and a number of its
    /// own.
    #[must_use]
    #[track_caller]
    pub fn env(&self, repo: &str, event: &JobEvent) -> BTreeMap<String, String> {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let name = world.repo(id).full_name(&world);
        let owner = name.split('/').next().unwrap_or_default().to_owned();
        let run_number = world.next_run_number(id);
        let run_id = world.next_id();
        drop(world);
        let (ref_name, ref_type) = self.ref_name_and_type(&event.git_ref);
        let mut env: BTreeMap<String, String> = [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", &event.actor),
            ("GITHUB_API_URL", &self.api_url()),
            ("GITHUB_BASE_REF", &event.base_ref),
            ("GITHUB_EVENT_NAME", event.name),
            ("GITHUB_GRAPHQL_URL", &self.graphql_url()),
            ("GITHUB_HEAD_REF", &event.head_ref),
            ("GITHUB_JOB", "release"),
            ("GITHUB_REF", &event.git_ref),
            ("GITHUB_REF_NAME", &ref_name),
            ("GITHUB_REF_TYPE", ref_type),
            ("GITHUB_REPOSITORY", &name),
            ("GITHUB_REPOSITORY_ID", &id.0.to_string()),
            ("GITHUB_REPOSITORY_OWNER", &owner),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_RUN_ID", &run_id.to_string()),
            ("GITHUB_RUN_NUMBER", &run_number.to_string()),
            ("GITHUB_SERVER_URL", &self.url()),
            ("GITHUB_SHA", &event.sha),
            ("GITHUB_WORKFLOW", "release"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        if self.dialect() == Dialect::Gitea {
            env.insert("GITEA_ACTIONS".to_owned(), "true".to_owned());
            for empty in ["GITHUB_RUN_ATTEMPT", "GITHUB_RETENTION_DAYS", "GITHUB_ACTION_PATH"] {
                env.insert(empty.to_owned(), String::new());
            }
        }
        env
    }

    fn ref_name_and_type(&self, git_ref: &str) -> (String, &'static str) {
        if let Some(branch) = git_ref.strip_prefix("refs/heads/") {
            return (branch.to_owned(), "branch");
        }
        if let Some(tag) = git_ref.strip_prefix("refs/tags/") {
            return (tag.to_owned(), "tag");
        }
        match (git_ref.strip_prefix("refs/pull/"), self.dialect()) {
            (Some(pull), Dialect::GitHub) => (pull.to_owned(), "branch"),
            // Gitea gives the bare number, and no type.
            (Some(pull), Dialect::Gitea) => (pull.trim_end_matches("/head").to_owned(), ""),
            (None, _) => (git_ref.to_owned(), "commit"),
        }
    }
}

//! Refs that move: what forbids it, and what follows from it.

use crate::Dialect;
use crate::effects::runs::{NewRun, Trigger};
use crate::effects::workflow;
use crate::git::{BareRepository, GitError, RefUpdate, ZERO};
use crate::world::World;
use crate::world::pulls::PullState;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Permission};

/// A ref and where it stood before and stands after; [`ZERO`] where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefChange {
    pub(crate) name: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl World {
    /// The refs that this caller may not push, each with the reason that git will print.
    pub(crate) fn refuse_push(
        &self,
        id: RepoId,
        caller: &Caller,
        changes: &[RefChange],
    ) -> Vec<(String, String)> {
        let repo = self.repo(id);
        let refused = changes.iter().filter_map(|change| {
            let reason = if let Some(tag) = change.name.strip_prefix("refs/tags/") {
                repo.forbids_tag(tag, caller.user_id()).then_some("protected tag")
            } else if let Some(branch) = change.name.strip_prefix("refs/heads/") {
                repo.branch_protection(branch).map(|_| "protected branch")
            } else {
                Some("deny updating a hidden ref")
            };
            let workflow = || {
                let path = self.forbids_workflows_of(id, caller, &change.new)?;
                Some(format!("refusing to create or update workflow `{path}` without `workflows` permission"))
            };
            Some((change.name.clone(), reason.map(str::to_owned).or_else(workflow)?))
        });
        refused.collect()
    }

    /// Whether pushing this commit would bring workflow files that the caller may not touch.
    ///
    /// GitHub refuses a ref whose workflow files differ from those of the default branch unless the token
    /// has `workflows`, which a job's token never has.
    pub(crate) fn forbids_workflows_of(&self, id: RepoId, caller: &Caller, commit: &str) -> Option<String> {
        let repo = self.repo(id);
        if self.dialect == Dialect::Gitea || caller.access(self, repo, Permission::Workflows) >= Access::Write
        {
            return None;
        }
        let head = repo.git.resolve(&format!("refs/heads/{}", repo.default_branch)).ok().flatten()?;
        let changed = repo.git.file_statuses(&head, commit).ok()?;
        changed.into_iter().map(|file| file.path).find(|path| path.starts_with(".github/workflows/"))
    }

    /// Lets pull requests follow their branch and starts the workflows that wait for the push.
    pub(crate) fn after_push(
        &mut self,
        id: RepoId,
        caller: &Caller,
        changes: &[RefChange],
    ) -> Result<(), GitError> {
        for change in changes {
            if let Some(branch) = change.name.strip_prefix("refs/heads/")
                && change.new != ZERO
            {
                self.follow_branch(id, branch, &change.new)?;
            }
        }
        if caller.is_job() {
            return Ok(());
        }
        let tags = changes.iter().filter(|change| change.name.starts_with("refs/tags/")).count();
        // GitHub makes no events for more than three tags in one push.
        let silent_tags = self.dialect == Dialect::GitHub && tags > 3;
        for change in changes {
            let is_tag = change.name.starts_with("refs/tags/");
            if change.new != ZERO && !(is_tag && silent_tags) {
                self.start_push_runs(id, caller, change)?;
            }
        }
        Ok(())
    }

    /// Open pull requests from this branch get the new head.
    fn follow_branch(&mut self, id: RepoId, branch: &str, tip: &str) -> Result<(), GitError> {
        let now = self.clock.now();
        let source = self.repo(id).git.clone();
        for repo in self.repositories.values_mut() {
            let git = repo.git.clone();
            for pull in &mut repo.pulls {
                if pull.state != PullState::Open || pull.head_repo != id || pull.head != branch {
                    continue;
                }
                if repo.id != id {
                    git.fetch_commit(&source, tip)?;
                }
                tip.clone_into(&mut pull.head_sha);
                pull.updated = now;
                point_pull_ref(&git, pull.number, tip)?;
                if let Some(base) = git.merge_base(&format!("refs/heads/{}", pull.base), tip)? {
                    pull.merge_base = base;
                }
            }
        }
        Ok(())
    }

    fn start_push_runs(&mut self, id: RepoId, caller: &Caller, change: &RefChange) -> Result<(), GitError> {
        if !self.repo(id).actions {
            return Ok(());
        }
        let git = self.repo(id).git.clone();
        let Some(commit) = git.read_commit(&change.new)? else { return Ok(()) };
        let skipped = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
        if skipped.iter().any(|marker| commit.message.contains(marker)) {
            return Ok(());
        }
        for file in workflow::at(&git, self.dialect, &commit.sha)? {
            if file.workflow.waits_for_push(&change.name) {
                let trigger = Trigger::Push;
                self.start_run(id, NewRun::at(&file, &change.name, &commit, caller.user_id(), trigger));
            }
        }
        Ok(())
    }
}

/// Keeps a pull request's commits reachable after its branch is gone.
pub(crate) fn point_pull_ref(git: &BareRepository, number: u64, tip: &str) -> Result<(), GitError> {
    point_ref(git, &format!("refs/pull/{number}/head"), tip)
}

/// Moves a ref, wherever it stood.
pub(crate) fn point_ref(git: &BareRepository, name: &str, tip: &str) -> Result<(), GitError> {
    git.update_refs(&[RefUpdate { name: name.to_owned(), new: tip.to_owned(), old: None }])
}

//! Merging pull requests, in every style.

use crate::Dialect;
use crate::effects::push::RefChange;
use crate::git::{BareRepository, GitError, Identity, RefUpdate, ZERO};
use crate::world::World;
use crate::world::accounts::{AccountKind, UserId};
use crate::world::pulls::{MergeStyle, Merged, Pull, PullState, ScheduledMerge};
use crate::world::repositories::RepoId;
use crate::world::tokens::Caller;

/// Why a pull request was not merged.
#[derive(Debug)]
pub(crate) enum MergeRefusal {
    /// No pull request of this number.
    NoPull,
    /// It is merged already.
    AlreadyMerged,
    /// It is closed.
    Closed,
    /// Head and base changed the same lines.
    Conflict,
    /// This style needs a head that stands on the base.
    NotFastForward,
    /// A required status is not there or not `success`.
    ChecksMissing,
    /// This dialect has no such style.
    NoSuchStyle,
    Git(GitError),
}

impl From<GitError> for MergeRefusal {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl World {
    /// Merges a pull request and gives the last commit that came to the base.
    pub(crate) fn merge_pull(
        &mut self,
        id: RepoId,
        number: u64,
        style: MergeStyle,
        caller: &Caller,
        by: UserId,
    ) -> Result<String, MergeRefusal> {
        let pull = self.repo(id).pull(number).ok_or(MergeRefusal::NoPull)?.clone();
        if pull.merged.is_some() {
            return Err(MergeRefusal::AlreadyMerged);
        }
        if pull.state == PullState::Closed {
            return Err(MergeRefusal::Closed);
        }
        if !self.checks_pass(id, &pull) {
            return Err(MergeRefusal::ChecksMissing);
        }
        let by = self.merger(style, by)?;
        let git = self.repo(id).git.clone();
        let base_ref = format!("refs/heads/{}", pull.base);
        let base = git.resolve(&base_ref)?.ok_or(MergeRefusal::Conflict)?;
        let at = self.clock.tick();
        let identity = self.account_by_id(by).identity(at);
        let commit = Merge { world: self, git: &git, pull: &pull, base: &base, by: &identity }.run(style)?;
        git.update_refs(&[RefUpdate {
            name: base_ref.clone(),
            new: commit.clone(),
            old: Some(base.clone()),
        }])?;
        self.conditions.merges += 1;
        let sequence = self.conditions.merges;
        let merged = Merged { by, at, commit: commit.clone(), base_before: base.clone(), sequence };
        if let Some(pull) = self.repo_mut(id).pull_mut(number) {
            pull.state = PullState::Closed;
            pull.closed = Some(at);
            pull.updated = at;
            pull.merged = Some(merged);
            pull.scheduled = None;
        }
        self.after_push(id, caller, &[RefChange { name: base_ref, old: base, new: commit.clone() }])?;
        Ok(commit)
    }

    /// Lets a merge wait for the required checks.
    pub(crate) fn schedule_merge(&mut self, id: RepoId, number: u64, scheduled: ScheduledMerge) {
        if let Some(pull) = self.repo_mut(id).pull_mut(number) {
            pull.scheduled = Some(scheduled);
        }
    }

    /// Carries out the scheduled merges whose checks have come.
    pub(crate) fn run_scheduled_merges(&mut self, id: RepoId, caller: &Caller) -> Result<(), MergeRefusal> {
        let due: Vec<(u64, ScheduledMerge)> = self
            .repo(id)
            .pulls
            .iter()
            .filter(|pull| pull.state == PullState::Open && self.checks_pass(id, pull))
            .filter_map(|pull| Some((pull.number, pull.scheduled.clone()?)))
            .collect();
        for (number, scheduled) in due {
            self.merge_pull(id, number, scheduled.style, caller, scheduled.by)?;
            if scheduled.delete_branch {
                self.delete_head_branch(id, number)?;
            }
        }
        Ok(())
    }

    /// Deletes the branch that a merged pull request came from.
    pub(crate) fn delete_head_branch(&mut self, id: RepoId, number: u64) -> Result<(), GitError> {
        let Some(pull) = self.repo(id).pull(number) else { return Ok(()) };
        let name = format!("refs/heads/{}", pull.head);
        let git = self.repo(pull.head_repo).git.clone();
        if git.find_ref(&name)?.is_some() {
            git.update_refs(&[RefUpdate { name, new: ZERO.to_owned(), old: None }])?;
        }
        Ok(())
    }

    /// Whether every required status of the base branch is there.
    pub(crate) fn checks_pass(&self, id: RepoId, pull: &Pull) -> bool {
        let repo = self.repo(id);
        repo.branch_protection(&pull.base).is_none_or(|rule| {
            rule.required_checks.iter().all(|context| {
                repo.status(&pull.head_sha, context).is_some_and(|status| status.state == "success")
            })
        })
    }

    /// In whose name a style merges.
    fn merger(&mut self, style: MergeStyle, by: UserId) -> Result<UserId, MergeRefusal> {
        use MergeStyle::{FastForwardOnly, MergeQueue, RebaseMerge};
        match (self.dialect, style) {
            (Dialect::GitHub, RebaseMerge | FastForwardOnly) | (Dialect::Gitea, MergeQueue) => {
                Err(MergeRefusal::NoSuchStyle)
            }
            (Dialect::GitHub, MergeQueue) => {
                Ok(self.account_or_new("github-merge-queue[bot]", AccountKind::Bot))
            }
            _ => Ok(by),
        }
    }
}

/// One merge on its way.
struct Merge<'a> {
    world: &'a World,
    git: &'a BareRepository,
    pull: &'a Pull,
    base: &'a str,
    by: &'a Identity,
}

impl Merge<'_> {
    fn run(&self, style: MergeStyle) -> Result<String, MergeRefusal> {
        match style {
            MergeStyle::Merge => self.merge_commit(&self.pull.head_sha),
            MergeStyle::Squash | MergeStyle::MergeQueue => self.squash(),
            MergeStyle::Rebase => self.rebase(),
            MergeStyle::RebaseMerge => self.merge_commit(&self.rebase()?),
            MergeStyle::FastForwardOnly if self.stands_on_base()? => Ok(self.pull.head_sha.clone()),
            MergeStyle::FastForwardOnly => Err(MergeRefusal::NotFastForward),
        }
    }

    fn tree(&self, head: &str) -> Result<String, MergeRefusal> {
        let parting = self.git.merge_base(self.base, head)?.ok_or(MergeRefusal::Conflict)?;
        self.git.merge_trees(&parting, self.base, head)?.ok_or(MergeRefusal::Conflict)
    }

    fn stands_on_base(&self) -> Result<bool, GitError> {
        self.git.is_ancestor(self.base, &self.pull.head_sha)
    }

    fn merge_commit(&self, head: &str) -> Result<String, MergeRefusal> {
        let Pull { title, number, head: branch, base, .. } = self.pull;
        let message = match self.world.dialect {
            Dialect::Gitea => format!("Merge pull request '{title}' (#{number}) from {branch} into {base}"),
            Dialect::GitHub => {
                let owner = self.world.repo(self.pull.head_repo).owner;
                let owner = &self.world.account_by_id(owner).login;
                format!("Merge pull request #{number} from {owner}/{branch}\n\n{title}")
            }
        };
        let tree = self.tree(head)?;
        Ok(self.git.write_commit(&tree, &[self.base, head], &message, self.by, self.by)?)
    }

    fn squash(&self) -> Result<String, MergeRefusal> {
        let message = format!("{} (#{})", self.pull.title, self.pull.number);
        let tree = self.tree(&self.pull.head_sha)?;
        let author = match self.world.dialect {
            Dialect::Gitea => self.by.clone(),
            // GitHub keeps the author of the pull request.
            Dialect::GitHub => self.world.account_by_id(self.pull.author).identity(self.by.when),
        };
        Ok(self.git.write_commit(&tree, &[self.base], &message, &author, self.by)?)
    }

    fn rebase(&self) -> Result<String, MergeRefusal> {
        // Gitea rebases as git does, to nothing when the head stands on the base; GitHub always rewrites.
        if self.world.dialect == Dialect::Gitea && self.stands_on_base()? {
            return Ok(self.pull.head_sha.clone());
        }
        let range = format!("{}..{}", self.base, self.pull.head_sha);
        let mut commits = self.git.log(&["--no-merges", "--topo-order", &range])?;
        commits.reverse();
        self.git.replay(&commits, self.base, self.by)?.ok_or(MergeRefusal::Conflict)
    }
}

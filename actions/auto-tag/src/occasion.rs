//! What the run is about, told by the event that started it.

use domain::{BranchName, CommitSha};
use runner::event::{Event, PullRequestAction, PullRequestEvent};
use runner::{Diagnostic, Exit, GitRef};

/// What the run is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Occasion {
    /// A commit to release.
    Release(Target),
    /// A pull request whose merge is to be foretold.
    Preview(Box<PullRequestEvent>),
    /// A pull request whose merge releases nothing by itself, since it goes to another branch: only its labels are
    /// looked at; the reason in a sentence.
    Aside(Box<PullRequestEvent>, String),
    /// Nothing: the reason in a word, and in a sentence.
    Nothing(&'static str, String),
}

/// Which commit to release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The commit; the branch's newest when `None`.
    pub commit: Option<CommitSha>,
    /// The branch that must hold it; the default branch when `None`.
    pub branch: Option<BranchName>,
}

/// An event that names no commit to release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoOccasion {
    /// The run was started at a tag or another ref that is no branch.
    #[error("the event `{event}` was raised on {at}, and releases are made of branches")]
    NoBranch {
        /// The event's name.
        event: String,
        /// The ref.
        at: String,
    },
    /// A pull request is told as merged, without its commit.
    #[error("pull request #{0} is merged, and the event does not tell as which commit")]
    NoMergeCommit(u64),
    /// A branch name that git would not take.
    #[error("the event names a branch that is none: {0}")]
    Branch(domain::Invalid),
    /// An event that is not about a released branch.
    #[error("the event `{0}` is not about a branch that releases are made of")]
    Event(String),
}

impl Diagnostic for NoOccasion {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        vec!["run on `push` to a branch, `pull_request`, `schedule` or `workflow_dispatch`, or give `sha` and `branch`".to_owned()]
    }
}

/// What a run is about: the inputs `sha` and `branch` go before the event, and the event before the job's own
/// commit. Without an event, as on a laptop, it is the newest commit of the branch.
///
/// # Errors
/// When the event is about no branch.
pub fn occasion(
    event: Option<&Event>,
    job_commit: Option<&CommitSha>,
    job_ref: Option<&GitRef>,
    given: &Target,
) -> Result<Occasion, NoOccasion> {
    if given.commit.is_some() {
        let branch = given.branch.clone().or_else(|| branch_of(event, job_ref));
        return Ok(Occasion::Release(Target { commit: given.commit.clone(), branch }));
    }
    let of_job = |name: &str, default: Option<&BranchName>| match (&given.branch, job_ref) {
        (Some(branch), _) => Ok(Target { commit: None, branch: Some(branch.clone()) }),
        (None, Some(GitRef::Branch(branch))) => {
            Ok(Target { commit: job_commit.cloned(), branch: Some(branch.clone()) })
        }
        (None, None) => Ok(Target { commit: job_commit.cloned(), branch: default.cloned() }),
        (None, Some(other)) => Err(NoOccasion::NoBranch { event: name.to_owned(), at: other.to_string() }),
    };
    match event {
        None => Ok(Occasion::Release(given.clone())),
        Some(Event::Push(push)) => match (&push.git_ref, &push.after) {
            (GitRef::Branch(branch), None) => {
                Ok(Occasion::Nothing("branch-deleted", format!("branch `{branch}` was deleted")))
            }
            (GitRef::Branch(branch), Some(after)) => Ok(Occasion::Release(Target {
                commit: Some(after.clone()),
                branch: Some(given.branch.clone().unwrap_or_else(|| branch.clone())),
            })),
            (other, _) => Err(NoOccasion::NoBranch { event: "push".to_owned(), at: other.to_string() }),
        },
        Some(Event::PullRequest(pull)) if pull.action == PullRequestAction::Closed => merged(pull, given),
        Some(Event::PullRequest(pull)) => Ok(match released_elsewhere(pull, given) {
            Some(released) => Occasion::Aside(
                pull.clone(),
                format!(
                    "merging #{} into `{}` releases nothing by itself: releases are made of `{released}`",
                    pull.number, pull.base.branch
                ),
            ),
            None => Occasion::Preview(pull.clone()),
        }),
        Some(Event::WorkflowDispatch(run)) => {
            Ok(Occasion::Release(of_job("workflow_dispatch", run.default_branch.as_ref())?))
        }
        Some(Event::Schedule(run)) => Ok(Occasion::Release(of_job("schedule", run.default_branch.as_ref())?)),
        // the check must pass for the queue to go on; what it merges is released by the push that follows
        Some(Event::Other { name, .. }) if name == "merge_group" => Ok(Occasion::Nothing(
            "merge-group",
            "a merge queue tries its group: the merge itself is released".to_owned(),
        )),
        Some(Event::Other { name, .. }) => Ok(Occasion::Release(of_job(name, None)?)),
        Some(_) => Ok(Occasion::Release(of_job("event", None)?)),
    }
}

/// The branch that the event is about, if it is about one.
fn branch_of(event: Option<&Event>, job_ref: Option<&GitRef>) -> Option<BranchName> {
    let about = match event? {
        Event::PullRequest(pull) => return pull.base.branch.parse().ok(),
        Event::Push(push) if push.after.is_some() => Some(&push.git_ref),
        _ => job_ref,
    };
    match about {
        Some(GitRef::Branch(branch)) => Some(branch.clone()),
        _ => None,
    }
}

/// The branch that releases are made of, where the pull request goes to another one: `branch`, or else the default
/// branch.
fn released_elsewhere<'a>(pull: &'a PullRequestEvent, given: &'a Target) -> Option<&'a BranchName> {
    let released = given.branch.as_ref().or(pull.default_branch.as_ref());
    released.filter(|released| released.as_str() != pull.base.branch)
}

fn merged(pull: &PullRequestEvent, given: &Target) -> Result<Occasion, NoOccasion> {
    if !pull.merged {
        return Ok(Occasion::Nothing(
            "not-merged",
            format!("pull request #{} was closed without a merge", pull.number),
        ));
    }
    if let Some(released) = released_elsewhere(pull, given) {
        let (number, base) = (pull.number, &pull.base.branch);
        return Ok(Occasion::Nothing(
            "other-branch",
            format!(
                "pull request #{number} was merged into `{base}`, and releases are made of `{released}`: give `branch` to release another"
            ),
        ));
    }
    let commit = pull.merge_commit_sha.clone().ok_or(NoOccasion::NoMergeCommit(pull.number))?;
    let branch = match &given.branch {
        Some(branch) => branch.clone(),
        None => pull.base.branch.parse().map_err(NoOccasion::Branch)?,
    };
    Ok(Occasion::Release(Target { commit: Some(commit), branch: Some(branch) }))
}

#[cfg(test)]
#[path = "occasion_tests.rs"]
mod tests;

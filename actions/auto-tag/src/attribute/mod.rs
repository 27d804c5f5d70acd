//! From commits to the pull requests that brought them.
//!
//! The forge's look-up is the first word, not the last: it lags behind a merge, it does not know the earlier
//! commits of a rebase on Gitea, and it knows nothing of commits inside a merged branch. What it leaves open is
//! settled here by the shape of the history and by asking for the pull requests that messages name. Only a
//! commit for which all that fails is a direct push.

mod cover;
mod promotion;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::CommitSha;
use forge::{Commit, PullRequest, PullState};

use crate::answers::{Answers, Questions};
use crate::named::{named_pull_requests, squashed_pull_requests};

/// Which pull requests a range of commits came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution<'a> {
    /// Every merged pull request of the range, by number.
    pub pulls: BTreeMap<u64, &'a PullRequest>,
    /// The commits that came by none, newest first.
    pub direct: Vec<DirectCommit<'a>>,
    /// Those of them that bring only what other pull requests brought to the branch that they come from.
    pub promotions: BTreeSet<u64>,
    /// Pull requests that the lines of a squash's message name and that nothing ties to it. Their labels are not
    /// weighed: the same lines may stand in every later squash of a long-lived branch.
    pub squashed: BTreeMap<u64, &'a Commit>,
    /// Branches that were promoted by a squash, and of which the forge did not tell all that they gathered.
    pub untold: BTreeSet<&'a str>,
    /// What asking could still settle.
    pub questions: Questions,
}

/// A commit that no merged pull request is known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectCommit<'a> {
    /// The commit.
    pub commit: &'a Commit,
    /// What its message names, and why that did not settle it.
    pub named: Option<Named>,
    /// The merged pull requests that it names, and whose change it may repeat: `feat (#7)`.
    pub picked: Vec<&'a PullRequest>,
}

/// Which pull requests brought which commit.
type Brought<'a> = HashMap<&'a CommitSha, Vec<&'a PullRequest>>;

/// A pull request that a message names without having brought the commit; of several, the one that may yet prove
/// to have brought it is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// It was merged as another commit, or closed without a merge.
    Elsewhere(u64),
    /// The forge knows no pull request of this number.
    Nobodys(u64),
    /// It is still open: most likely its merge is not told yet.
    Open(u64),
}

/// Attributes `commits`, the newest of which is `head`.
#[must_use]
pub fn attribute<'a>(commits: &'a [Commit], head: &CommitSha, answers: &'a Answers) -> Attribution<'a> {
    let mut brought: Brought<'a> = HashMap::new();
    let mut questions = Questions::default();

    for commit in commits {
        let mut pulls: Vec<&PullRequest> = commit.pull_requests.iter().collect();
        if pulls.is_empty() {
            pulls.extend(merged_as(commit, answers));
        }
        if !pulls.is_empty() {
            brought.insert(&commit.sha, pulls);
        }
    }

    let graph = cover::Graph::new(commits);
    let mainline = graph.first_parents(head);
    cover::merged_branches(&graph, head, &mut brought);
    cover::rebased(&mainline, answers, &mut brought, &mut questions);
    cover::promoted(commits, answers, &mut brought, &mut questions);

    let mut direct = Vec::new();
    for commit in commits.iter().filter(|commit| !brought.contains_key(&commit.sha)) {
        let named = named_pull_requests(&commit.message);
        questions.pulls.extend(named.iter().filter(|number| !answers.pulls.contains_key(number)));
        direct.push(DirectCommit {
            commit,
            named: named.iter().filter_map(|number| unsettled(*number, answers)).max(),
            picked: picked(commit, &named, answers),
        });
    }
    direct.sort_by_key(|direct| std::cmp::Reverse(direct.commit.committed_at));

    let mut pulls: BTreeMap<u64, &PullRequest> =
        brought.values().flatten().map(|pull| (pull.number, *pull)).collect();
    let melted = promotion::melted(&graph, &pulls, answers, &mut questions);
    let promotions = promotion::promotions(&graph, &mainline, &brought, &pulls, &melted);
    promotion::leave_out_promoted_before(&graph, &mut pulls, answers);
    pulls.extend(&melted.weighed);
    let listed = commits.iter().filter(|commit| commit.parents.len() == 1).flat_map(|commit| {
        squashed_pull_requests(&commit.message).into_iter().map(move |number| (number, commit))
    });
    let squashed = listed
        .chain(melted.unproven)
        .filter(|(number, _)| !pulls.contains_key(number) && !melted.before.contains(number))
        .collect();
    Attribution { pulls, direct, promotions, squashed, untold: melted.untold, questions }
}

/// The pull requests that the commit's message names and whose merge is this very commit.
fn merged_as<'a>(commit: &Commit, answers: &'a Answers) -> impl Iterator<Item = &'a PullRequest> {
    named_pull_requests(&commit.message)
        .into_iter()
        .filter_map(|number| answers.pulls.get(&number)?.as_ref())
        .filter(|pull| pull.state == PullState::Merged(Some(commit.sha.clone())))
}

fn unsettled(number: u64, answers: &Answers) -> Option<Named> {
    Some(match answers.pulls.get(&number)?.as_ref().map(|pull| &pull.state) {
        Some(PullState::Open) => Named::Open(number),
        Some(PullState::Closed | PullState::Merged(_)) => Named::Elsewhere(number),
        None => Named::Nobodys(number),
    })
}

fn picked<'a>(commit: &Commit, named: &[u64], answers: &'a Answers) -> Vec<&'a PullRequest> {
    if commit.subject().starts_with("Revert ") {
        return Vec::new();
    }
    let merged = |pull: &&PullRequest| matches!(pull.state, PullState::Merged(_));
    named.iter().filter_map(|number| answers.pulls.get(number)?.as_ref()).filter(merged).collect()
}

#[cfg(test)]
mod tests;

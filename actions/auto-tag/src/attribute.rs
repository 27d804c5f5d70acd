//! From commits to the pull requests that brought them.
//!
//! The forge's look-up is the first word, not the last: it lags behind a merge, it does not know the earlier
//! commits of a rebase on Gitea, and it knows nothing of commits inside a merged branch. What it leaves open is
//! settled here by the shape of the history and by asking for the pull requests that messages name. Only a
//! commit for which all that fails is a direct push.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::CommitSha;
use forge::{Commit, PullCommit, PullRequest, PullState};

use crate::named::{named_pull_requests, squashed_pull_requests};

/// What was found out by asking the forge about single pull requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// Pull requests by number; `None` when there is no such pull request.
    pub pulls: BTreeMap<u64, Option<PullRequest>>,
    /// The commits of a pull request before its merge.
    pub commits_of: BTreeMap<u64, Vec<PullCommit>>,
}

/// What is still to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Pull requests that messages name.
    pub pulls: BTreeSet<u64>,
    /// Pull requests that may have brought the commits below their merge by a rebase.
    pub commits_of: BTreeSet<u64>,
}

impl Questions {
    /// Whether everything is settled that asking can settle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pulls.is_empty() && self.commits_of.is_empty()
    }
}

/// Which pull requests a range of commits came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution<'a> {
    /// Every merged pull request of the range, by number.
    pub pulls: BTreeMap<u64, &'a PullRequest>,
    /// The commits that came by none, newest first.
    pub direct: Vec<DirectCommit<'a>>,
    /// Pull requests that a squash melted into one commit, and that commit. Their labels are not weighed: the
    /// same lines stand in every later squash of a long-lived branch.
    pub squashed: BTreeMap<u64, &'a Commit>,
    /// What asking could still settle.
    pub questions: Questions,
}

/// A commit that no merged pull request is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectCommit<'a> {
    /// The commit.
    pub commit: &'a Commit,
    /// What its message names, and why that did not settle it.
    pub named: Option<Named>,
}

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
    let by_sha: HashMap<&CommitSha, &Commit> = commits.iter().map(|commit| (&commit.sha, commit)).collect();
    let mut brought: HashMap<&CommitSha, Vec<&'a PullRequest>> = HashMap::new();
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

    let mainline = first_parents(&by_sha, head);
    for commit in &mainline {
        cover_merged_branch(&by_sha, commit, &mut brought);
    }
    cover_rebased(&mainline, answers, &mut brought, &mut questions);
    cover_promoted(commits, answers, &mut brought, &mut questions);

    let mut direct = Vec::new();
    for commit in commits.iter().filter(|commit| !brought.contains_key(&commit.sha)) {
        let named = named_pull_requests(&commit.message);
        questions.pulls.extend(named.iter().filter(|number| !answers.pulls.contains_key(number)));
        direct.push(DirectCommit {
            commit,
            named: named.iter().filter_map(|number| unsettled(*number, answers)).max(),
        });
    }
    direct.sort_by_key(|direct| std::cmp::Reverse(direct.commit.committed_at));

    let pulls: BTreeMap<u64, &PullRequest> =
        brought.into_values().flatten().map(|pull| (pull.number, pull)).collect();
    let squashed = commits
        .iter()
        .filter(|commit| commit.parents.len() == 1)
        .flat_map(|commit| {
            squashed_pull_requests(&commit.message).into_iter().map(move |number| (number, commit))
        })
        .filter(|(number, _)| !pulls.contains_key(number))
        .collect();
    Attribution { pulls, direct, squashed, questions }
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

/// The chain of first parents from `head` down to the end of the range.
fn first_parents<'a>(by_sha: &HashMap<&CommitSha, &'a Commit>, head: &CommitSha) -> Vec<&'a Commit> {
    let mut chain = Vec::new();
    let mut next = by_sha.get(head).copied();
    while let Some(commit) = next {
        chain.push(commit);
        next = commit.parents.first().and_then(|parent| by_sha.get(parent).copied());
    }
    chain
}

/// What a merge brought in by its second parent came by the same pull requests as the merge, unless the forge
/// knows better (as it does when a staging branch is promoted).
fn cover_merged_branch<'a>(
    by_sha: &HashMap<&'a CommitSha, &'a Commit>,
    merge: &Commit,
    brought: &mut HashMap<&'a CommitSha, Vec<&'a PullRequest>>,
) {
    let Some((first, others)) = merge.parents.split_first() else { return };
    let Some(pulls) = brought.get(&merge.sha).cloned() else { return };
    if others.is_empty() {
        return;
    }
    let mainline = reachable(by_sha, [first]);
    for sha in reachable(by_sha, others) {
        if !mainline.contains(sha) {
            brought.entry(sha).or_insert_with(|| pulls.clone());
        }
    }
}

fn reachable<'a, 'b>(
    by_sha: &HashMap<&'a CommitSha, &'a Commit>,
    from: impl IntoIterator<Item = &'b CommitSha>,
) -> HashSet<&'a CommitSha> {
    let mut seen = HashSet::new();
    let mut open: Vec<&'a Commit> = from.into_iter().filter_map(|sha| by_sha.get(sha).copied()).collect();
    while let Some(commit) = open.pop() {
        if seen.insert(&commit.sha) {
            open.extend(commit.parents.iter().filter_map(|parent| by_sha.get(parent).copied()));
        }
    }
    seen
}

/// A rebase writes a pull request's commits anew onto the mainline, and Gitea ties only the last of them to the
/// pull request. The others stand right below it and keep their subject and author's time.
fn cover_rebased<'a>(
    mainline: &[&'a Commit],
    answers: &'a Answers,
    brought: &mut HashMap<&'a CommitSha, Vec<&'a PullRequest>>,
    questions: &mut Questions,
) {
    let mut above: Option<Vec<&'a PullRequest>> = None;
    for commit in mainline {
        if let Some(pulls) = brought.get(&commit.sha) {
            above = (commit.parents.len() == 1).then(|| pulls.clone());
            continue;
        }
        let Some(pulls) = above.take() else { continue };
        questions.commits_of.extend(
            pulls.iter().map(|pull| pull.number).filter(|number| !answers.commits_of.contains_key(number)),
        );
        let owners: Vec<&PullRequest> = pulls
            .into_iter()
            .filter(|pull| {
                answers.commits_of.get(&pull.number).is_some_and(|theirs| {
                    theirs.iter().any(|one| one.sha == commit.sha || is_copy(commit, one))
                })
            })
            .collect();
        if !owners.is_empty() {
            brought.insert(&commit.sha, owners.clone());
            above = Some(owners);
        }
    }
}

/// A staging branch that is promoted by a rebase comes with its commits written anew, and no look-up ties the
/// copies to the pull requests that went to the staging branch. Their subjects name them; that they are copies
/// of those very merges is verified by the promotion's own commits.
fn cover_promoted<'a>(
    commits: &'a [Commit],
    answers: &'a Answers,
    brought: &mut HashMap<&'a CommitSha, Vec<&'a PullRequest>>,
    questions: &mut Questions,
) {
    for commit in commits.iter().filter(|commit| commit.parents.len() == 1) {
        let Some(pulls) = brought.get_mut(&commit.sha) else { continue };
        for number in named_pull_requests(&commit.message) {
            if pulls.iter().any(|pull| pull.number == number) {
                continue;
            }
            let Some(answer) = answers.pulls.get(&number) else {
                questions.pulls.insert(number);
                continue;
            };
            let Some(named) = answer else { continue };
            let PullState::Merged(Some(merge)) = &named.state else { continue };
            let promotions = pulls.iter().filter(|pull| pull.base != named.base).map(|pull| pull.number);
            let (known, unknown): (Vec<_>, Vec<_>) =
                promotions.partition(|promotion| answers.commits_of.contains_key(promotion));
            questions.commits_of.extend(unknown);
            let mut originals = known.iter().flat_map(|promotion| &answers.commits_of[promotion]);
            if originals.any(|one| one.sha == *merge && is_copy(commit, one)) {
                pulls.push(named);
            }
        }
    }
}

/// A rebase keeps a commit's subject and its author's time.
fn is_copy(commit: &Commit, original: &PullCommit) -> bool {
    original.subject == commit.subject() && original.authored_at == commit.authored_at
}

#[cfg(test)]
#[path = "attribute_tests.rs"]
mod tests;

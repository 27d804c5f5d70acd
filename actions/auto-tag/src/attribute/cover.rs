//! Commits that the look-up leaves open and that the shape of the history settles.

use std::collections::{HashMap, HashSet};

use domain::CommitSha;
use forge::{Commit, PullCommit, PullRequest, PullState};

use super::Brought;
use crate::answers::{Answers, Questions};
use crate::named::named_pull_requests;

/// The commits of a range by their parents.
pub(super) struct Graph<'a> {
    commits: &'a [Commit],
    by_sha: HashMap<&'a CommitSha, &'a Commit>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(commits: &'a [Commit]) -> Self {
        Self { commits, by_sha: commits.iter().map(|commit| (&commit.sha, commit)).collect() }
    }

    /// The commit, if it is of the range.
    pub(super) fn get(&self, sha: &CommitSha) -> Option<&'a Commit> {
        self.by_sha.get(sha).copied()
    }

    /// The chain of first parents from `head` down to the end of the range.
    pub(super) fn first_parents(&self, head: &CommitSha) -> Vec<&'a Commit> {
        let mut chain = Vec::new();
        let mut next = self.get(head);
        while let Some(commit) = next {
            chain.push(commit);
            next = commit.parents.first().and_then(|parent| self.get(parent));
        }
        chain
    }

    /// What a merge brought in: all that its other parents reach and the first does not.
    pub(super) fn side(&self, merge: &Commit) -> Vec<&'a Commit> {
        let Some((first, others)) = merge.parents.split_first() else { return Vec::new() };
        if others.is_empty() {
            return Vec::new();
        }
        let mainline = self.reachable([first]);
        let brought = self.reachable(others).into_iter().filter(|sha| !mainline.contains(sha));
        brought.filter_map(|sha| self.get(sha)).collect()
    }

    fn reachable<'b>(&self, from: impl IntoIterator<Item = &'b CommitSha>) -> HashSet<&'a CommitSha> {
        let mut seen = HashSet::new();
        let mut open: Vec<&'a Commit> = from.into_iter().filter_map(|sha| self.get(sha)).collect();
        while let Some(commit) = open.pop() {
            if seen.insert(&commit.sha) {
                open.extend(commit.parents.iter().filter_map(|parent| self.get(parent)));
            }
        }
        seen
    }

    /// Every commit after all of its parents.
    fn parents_first(&self) -> Vec<&'a Commit> {
        let mut order = Vec::with_capacity(self.commits.len());
        let mut begun = HashSet::new();
        let mut open: Vec<(&'a Commit, bool)> = self.commits.iter().map(|commit| (commit, false)).collect();
        while let Some((commit, parents_are_done)) = open.pop() {
            if parents_are_done {
                order.push(commit);
            } else if begun.insert(&commit.sha) {
                open.push((commit, true));
                let parents = commit.parents.iter().filter_map(|parent| self.get(parent));
                open.extend(parents.map(|parent| (parent, false)));
            }
        }
        order
    }
}

/// What a merge brought in by its other parents came by the same pull requests as the merge, unless the forge
/// knows better (as it does when a staging branch is promoted), or a merge within it does.
///
/// What stands on the chain of first parents from `head` was there before: a merge of the mainline into a branch
/// brings the mainline nothing.
pub(super) fn merged_branches<'a>(graph: &Graph<'a>, head: &CommitSha, brought: &mut Brought<'a>) {
    let mainline: HashSet<&CommitSha> =
        graph.first_parents(head).into_iter().map(|commit| &commit.sha).collect();
    // inner merges before the merges that bring them
    for merge in graph.parents_first() {
        let Some(pulls) = brought.get(&merge.sha).cloned() else { continue };
        for commit in graph.side(merge) {
            if !mainline.contains(&commit.sha) {
                brought.entry(&commit.sha).or_insert_with(|| pulls.clone());
            }
        }
    }
}

/// A rebase writes a pull request's commits anew onto the mainline, and Gitea ties only the last of them to the
/// pull request. The others stand right below it and keep their subject and author's time.
pub(super) fn rebased<'a>(
    mainline: &[&'a Commit],
    answers: &'a Answers,
    brought: &mut Brought<'a>,
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
pub(super) fn promoted<'a>(
    commits: &'a [Commit],
    answers: &'a Answers,
    brought: &mut Brought<'a>,
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

//! Promotions: pull requests from a branch that gathered other pull requests, such as `staging`.
//!
//! A merge brings the gathered commits along, and they tell their pull requests. A squash melts them into one;
//! what it melted is found again by the branch: all that was merged into it since it was promoted last.

use std::collections::{BTreeMap, BTreeSet};

use forge::{Commit, PullCommit, PullRequest, PullState, RecentPulls};
use jiff::Timestamp;

use super::Brought;
use super::cover::Graph;
use crate::answers::{Answers, Questions};
use crate::named::named_pull_requests;

/// GitHub lists at most so many commits of one pull request.
const MOST_COMMITS: usize = 250;

/// What squashes melted into one commit each.
#[derive(Debug, Default)]
pub(super) struct Melted<'a> {
    /// The pull requests that belong to this range.
    pub(super) weighed: BTreeMap<u64, &'a PullRequest>,
    /// Those that an earlier promotion brought already.
    pub(super) before: BTreeSet<u64>,
    /// Those that were merged in time and whose commit the promotion does not hold, with the squash.
    pub(super) unproven: Vec<(u64, &'a Commit)>,
    /// The promotions of which every commit came by one of those pull requests.
    pub(super) accounted: BTreeSet<u64>,
    /// The branches of which the forge did not tell all that they gathered.
    pub(super) untold: BTreeSet<&'a str>,
}

/// What a branch gathered until one of its promotions.
struct Gathered<'a> {
    /// All that is known to have been merged into it at any time.
    all: Vec<&'a PullRequest>,
    /// When it was promoted last before.
    promoted_before: Option<Timestamp>,
    /// Whether all since then are known.
    is_complete: bool,
}

impl<'a> Gathered<'a> {
    fn of(promotion: &PullRequest, known: &'a RecentPulls) -> Self {
        let gathers = |pull: &&PullRequest| {
            promotion.head.as_ref() == Some(&pull.base)
                && pull.number != promotion.number
                // what came from the branch that is promoted to brought that one nothing
                && pull.head.as_ref() != Some(&promotion.base)
        };
        let promoted_before = promoted_before(promotion, known, |_| true);
        Self {
            all: known.merged.iter().filter(gathers).collect(),
            promoted_before,
            is_complete: known.since.is_none_or(|since| promoted_before.is_some_and(|at| at >= since)),
        }
    }

    fn is_before(&self, pull: &PullRequest) -> bool {
        self.promoted_before.is_some_and(|promoted| pull.merged_at.is_some_and(|at| at <= promoted))
    }
}

/// When the promotion's branch was promoted last before, of the promotions that count.
fn promoted_before(
    promotion: &PullRequest,
    known: &RecentPulls,
    counts: impl Fn(&PullRequest) -> bool,
) -> Option<Timestamp> {
    let same_way = |pull: &&PullRequest| pull.head == promotion.head && pull.base == promotion.base;
    let earlier =
        |pull: &&PullRequest| pull.number != promotion.number && !later(pull.merged_at, promotion.merged_at);
    let promotions = known.merged.iter().filter(same_way).filter(earlier).filter(|pull| counts(pull));
    promotions.filter_map(|pull| pull.merged_at).max()
}

/// Whether `one` is after `other`; what is not merged yet is after everything.
fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one > other,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

fn known_around<'a>(promotion: &PullRequest, answers: &'a Answers) -> &'a RecentPulls {
    let asked = promotion.head.as_ref().and_then(|branch| answers.around.get(branch));
    asked.unwrap_or(&answers.recent)
}

/// What the squashes among `pulls` melted; and what those melted in their turn.
pub(super) fn melted<'a>(
    graph: &Graph<'a>,
    pulls: &BTreeMap<u64, &'a PullRequest>,
    answers: &'a Answers,
    questions: &mut Questions,
) -> Melted<'a> {
    let mut melted = Melted::default();
    let squash = |pull: &&'a PullRequest| {
        let commit = graph.get(merge_of(pull)?)?;
        (commit.parents.len() == 1).then_some((*pull, commit))
    };
    let mut open: Vec<(&PullRequest, &Commit)> = pulls.values().filter_map(squash).collect();
    while let Some((promotion, commit)) = open.pop() {
        let Some(branch) = promotion.head.as_deref() else { continue };
        let gathered = Gathered::of(promotion, known_around(promotion, answers));
        let (before, since): (Vec<&PullRequest>, Vec<_>) = gathered
            .all
            .iter()
            .filter(|pull| !later(pull.merged_at, promotion.merged_at))
            .partition(|pull| gathered.is_before(pull));
        melted.before.extend(before.iter().map(|pull| pull.number));
        if gathered.all.is_empty() || since.iter().all(|pull| pulls.contains_key(&pull.number)) {
            continue;
        }
        if !gathered.is_complete {
            if !answers.around.contains_key(branch) {
                questions.around.insert(branch.to_owned());
                continue;
            }
            melted.untold.insert(branch);
        }
        let Some(theirs) = answers.commits_of.get(&promotion.number) else {
            questions.commits_of.insert(promotion.number);
            continue;
        };
        for pull in since {
            if theirs.len() < MOST_COMMITS && !theirs.iter().any(|one| came_by(one, pull)) {
                melted.unproven.push((pull.number, commit));
            } else if melted.weighed.insert(pull.number, pull).is_none() {
                open.push((pull, commit));
            }
        }
        if theirs.iter().all(|one| gathered.all.iter().any(|pull| came_by(one, pull))) {
            melted.accounted.insert(promotion.number);
        }
    }
    melted
}

fn merge_of(pull: &PullRequest) -> Option<&domain::CommitSha> {
    match &pull.state {
        PullState::Merged(merge) => merge.as_ref(),
        PullState::Open | PullState::Closed => None,
    }
}

/// Whether a commit is a pull request's merge, or a copy that still names it.
fn came_by(commit: &PullCommit, pull: &PullRequest) -> bool {
    merge_of(pull) == Some(&commit.sha) || named_pull_requests(&commit.subject).contains(&pull.number)
}

/// The pull requests that bring nothing but what others brought to the branch that they come from.
pub(super) fn promotions<'a>(
    graph: &Graph<'a>,
    mainline: &[&Commit],
    brought: &Brought<'a>,
    pulls: &BTreeMap<u64, &'a PullRequest>,
    melted: &Melted<'_>,
) -> BTreeSet<u64> {
    let is_promotion = |pull: &&&PullRequest| {
        melted.accounted.contains(&pull.number)
            || brings_only_others(graph, brought, pulls, pull)
            || brings_the_mainline_back(mainline, pulls, pull)
    };
    pulls.values().filter(is_promotion).map(|pull| pull.number).collect()
}

fn brings_only_others(
    graph: &Graph<'_>,
    brought: &Brought<'_>,
    pulls: &BTreeMap<u64, &PullRequest>,
    promotion: &PullRequest,
) -> bool {
    let feeders = feeders(pulls, promotion);
    let merge = merge_of(promotion).and_then(|merge| graph.get(merge));
    let side = merge.map(|merge| graph.side(merge)).unwrap_or_default();
    let tied = brought
        .iter()
        .filter(|(_, pulls)| pulls.iter().any(|pull| pull.number == promotion.number))
        .filter_map(|(sha, _)| graph.get(sha));
    // a merge brings nothing of its own
    let mut own = side.into_iter().chain(tied).filter(|commit| commit.parents.len() < 2).peekable();
    own.peek().is_some()
        && own.all(|commit| {
            let bringers = brought.get(&commit.sha).into_iter().flatten();
            bringers
                .filter(|pull| pull.number != promotion.number)
                .any(|pull| feeders.contains(pull.base.as_str()))
        })
}

/// The branch that a promotion comes from, and those that were promoted to it in their turn.
fn feeders<'a>(pulls: &BTreeMap<u64, &'a PullRequest>, promotion: &'a PullRequest) -> BTreeSet<&'a str> {
    let mut feeders: BTreeSet<&str> = promotion.head.as_deref().into_iter().collect();
    loop {
        let further = pulls
            .values()
            .filter(|pull| feeders.contains(pull.base.as_str()))
            .filter_map(|pull| pull.head.as_deref())
            .find(|head| *head != promotion.base && !feeders.contains(head));
        match further {
            Some(branch) => feeders.insert(branch),
            None => return feeders,
        };
    }
}

/// Whether a pull request keeps a staging branch up with the branch that it is promoted to.
fn brings_the_mainline_back(
    mainline: &[&Commit],
    pulls: &BTreeMap<u64, &PullRequest>,
    back: &PullRequest,
) -> bool {
    let opposite = |pull: &&&PullRequest| {
        back.head.as_ref() == Some(&pull.base) && pull.head.as_ref() == Some(&back.base)
    };
    !mainline.iter().any(|commit| merge_of(back) == Some(&commit.sha))
        && pulls.values().any(|pull| opposite(&pull))
}

/// Leaves out what an earlier promotion brought: after a squash its commits come along once more with the next
/// merge.
pub(super) fn leave_out_promoted_before(
    graph: &Graph<'_>,
    pulls: &mut BTreeMap<u64, &PullRequest>,
    answers: &Answers,
) {
    // an earlier promotion of this very range speaks for itself
    let is_outside = |pull: &PullRequest| merge_of(pull).is_none_or(|merge| graph.get(merge).is_none());
    let mut before = BTreeSet::new();
    for promotion in pulls.values().filter(|pull| pull.head.is_some()) {
        let promoted = promoted_before(promotion, known_around(promotion, answers), is_outside);
        let brought_then = |pull: &&&PullRequest| {
            promotion.head.as_ref() == Some(&pull.base)
                && pull.merged_at.is_some()
                && pull.merged_at <= promoted
        };
        before.extend(pulls.values().filter(brought_then).map(|pull| pull.number));
    }
    pulls.retain(|number, _| !before.contains(number));
}

#[cfg(test)]
#[path = "promotion_tests.rs"]
mod tests;

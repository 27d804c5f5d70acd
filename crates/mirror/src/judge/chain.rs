//! Commits in their order.

use super::{
    Arrival, Finding, Genuine, Ground, Problem, Rules, SeenCommit, SeenHead, SeenTree, Subject, Verdict,
    examine,
};

/// Judges the commits of the guarded branch, the oldest first, on what they stand on.
///
/// Every commit must be publish's, hold what it says, and be the next of those before it. What is found wrong with
/// one is told once: a commit on top of it is judged by itself.
#[must_use]
pub fn judge(commits: &[SeenCommit], ground: &Ground, rules: &Rules<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let mut before = match ground {
        Ground::Nothing => Before::Nothing,
        Ground::Head(head) => Before::of(head, rules),
        Ground::Replaced(head) => match Before::of(head, rules) {
            Before::Genuine(head) => Before::Replaced(head),
            other => other,
        },
        Ground::Forked { head } => {
            verdict.add(Subject::Commit(head.id.clone()), Problem::Forked);
            Before::Suspect
        }
        Ground::Rewound { dropped, .. } => {
            judge_dropped(dropped, rules, &mut verdict);
            Before::Suspect
        }
    };
    for commit in commits {
        before = match &commit.claims {
            Err(problem) => {
                verdict.add(Subject::Commit(commit.id.clone()), problem.clone());
                verdict.head = None;
                Before::Suspect
            }
            Ok(genuine) => {
                let problems = tree_problems(&commit.tree, genuine).into_iter();
                for problem in problems.chain(before.problems(genuine)) {
                    verdict.add(Subject::Commit(genuine.id.clone()), problem);
                }
                verdict.head = Some(genuine.clone());
                Before::Genuine(Box::new(genuine.clone()))
            }
        };
    }
    verdict
}

impl Verdict {
    pub(super) fn add(&mut self, subject: Subject, problem: Problem) {
        self.findings.push(Finding { subject, problem });
    }
}

/// A branch may be put back to an older commit only to be rid of what publish did not make.
fn judge_dropped(dropped: &[SeenHead], rules: &Rules<'_>, verdict: &mut Verdict) {
    // what stood there may have been signed by a key that has expired since
    let rules = Rules { arrival: Arrival::Standing, ..*rules };
    for lost in dropped.iter().filter_map(|commit| examine(commit, &rules).ok()) {
        let version = lost.trailers.version;
        verdict.add(Subject::Commit(lost.id), Problem::Dropped { version });
    }
}

/// What a commit comes after.
enum Before {
    /// Nothing is known, and nothing was there.
    Nothing,
    /// A commit of publish's.
    Genuine(Box<Genuine>),
    /// The same, but its history was left behind.
    Replaced(Box<Genuine>),
    /// A head of the branch that is none of publish's: the history from before there was a guard, or an intruder's.
    Foreign(Box<Problem>),
    /// A commit that something was found about already.
    Suspect,
}

impl Before {
    fn of(head: &SeenHead, rules: &Rules<'_>) -> Self {
        let rules = Rules { arrival: Arrival::Standing, ..*rules };
        match examine(head, &rules) {
            Ok(genuine) => Self::Genuine(Box::new(genuine)),
            Err(problem) => Self::Foreign(Box::new(problem)),
        }
    }

    /// What is wrong with a commit of publish's in this place.
    fn problems(&self, commit: &Genuine) -> Vec<Problem> {
        let sequence = commit.trailers.sequence.get();
        let first = |head: Option<&Problem>| {
            let why = head.map(ToString::to_string);
            (sequence != 1).then_some(Problem::Sequence { found: sequence, expected: 1, head: why })
        };
        match self {
            Self::Suspect => Vec::new(),
            // a history that was replaced begins with a number of its own
            Self::Nothing if commit.parents.is_empty() => Vec::new(),
            Self::Nothing => first(None).into_iter().collect(),
            Self::Foreign(problem) => first(Some(problem)).into_iter().collect(),
            Self::Replaced(head) => follows(head, commit),
            Self::Genuine(head) => {
                let is_next = commit.parents == [head.id.clone()];
                let parent = (!is_next).then(|| Problem::Parent { expected: head.id.clone() });
                parent.into_iter().chain(follows(head, commit)).collect()
            }
        }
    }
}

/// Sequence, version and time go up.
fn follows(before: &Genuine, commit: &Genuine) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (found, last) = (commit.trailers.sequence.get(), before.trailers.sequence.get());
    if last.checked_add(1) != Some(found) {
        problems.push(Problem::Sequence { found, expected: last.saturating_add(1), head: None });
    }
    let (version, last) = (&commit.trailers.version, &before.trailers.version);
    if version <= last {
        problems.push(Problem::Version { found: version.clone(), before: last.clone() });
    }
    if commit.committed < before.committed {
        problems.push(Problem::Past { committed: commit.committed, before: before.committed });
    }
    problems
}

fn tree_problems(tree: &SeenTree, commit: &Genuine) -> Vec<Problem> {
    match tree {
        SeenTree::Files(found) if *found == commit.trailers.tree => Vec::new(),
        SeenTree::Files(found) => vec![Problem::Tree { found: *found, claimed: commit.trailers.tree }],
        SeenTree::Foreign(first, others) => {
            std::iter::once(first).chain(others).cloned().map(Problem::Entry).collect()
        }
        SeenTree::Unread => vec![Problem::Unread],
    }
}

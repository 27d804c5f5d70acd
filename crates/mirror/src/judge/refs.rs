//! The refs of a mirror.

use domain::CommitSha;

use super::{Problem, Rules, Subject, Verdict};

/// A ref, as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRef {
    /// Its full name.
    pub name: String,
    /// What it points to.
    pub id: CommitSha,
}

/// Finds the head of the guarded branch among all refs of a mirror, and adds what else there is to the findings: one
/// branch is what publish makes, and no tag.
///
/// Refs that the forge itself makes for pull requests do not count; nobody builds from them, and nobody can remove them.
pub fn judge_refs<'a>(
    refs: &'a [SeenRef],
    rules: &Rules<'_>,
    verdict: &mut Verdict,
) -> Option<&'a CommitSha> {
    let guarded = rules.target.branch.full_ref();
    let mut head = None;
    for SeenRef { name, id } in refs {
        if *name == guarded {
            head = Some(id);
        } else if !name.starts_with("refs/pull/") {
            verdict.add(Subject::Ref(name.clone()), Problem::OtherRef { guarded: guarded.clone() });
        }
    }
    if head.is_none() {
        verdict.add(Subject::Ref(guarded), Problem::Gone);
    }
    head
}

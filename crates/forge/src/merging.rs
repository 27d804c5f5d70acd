//! Merging a pull request when its checks have passed, and never another commit than the one that was meant.

use std::time::Duration;

use domain::CommitSha;

use crate::answer::{Absent, Answer};
use crate::connection::Connection;
use crate::{Dialect, Error, gitea, github};

/// The pauses in which a forge may work out whether there is a conflict. It does so within a second, as a rule.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// How a pull request's commits come to its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStyle {
    /// By a merge commit.
    Merge,
    /// As one new commit.
    Squash,
    /// As the same commits once more.
    Rebase,
}

impl MergeStyle {
    /// The word that both forges use.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Squash => "squash",
            Self::Rebase => "rebase",
        }
    }
}

/// What came of the wish to merge a pull request when its checks have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeOutcome {
    /// Its checks had passed, and it was merged.
    Merged,
    /// The forge will merge it when the required checks have passed.
    Scheduled,
    /// It was merged before.
    WasMerged,
    /// It was closed without a merge.
    WasClosed,
    /// Its branch holds another commit than the one that was to be merged.
    HeadMoved(CommitSha),
    /// It cannot be merged into its base as that is now.
    Conflict,
    /// Its checks have passed; there are so many of them, and not as many as the caller has seen.
    ChecksPassed(u64),
    /// A check has failed.
    ChecksFailed,
    /// Checks are still at work, and none of them is required: the forge would not wait for them. Look again later, or
    /// let the base branch require them.
    ChecksPending,
    /// Nothing has checked the commit, and nothing is required to: there is nothing that could pass.
    NoChecks,
    /// The forge does not let it be merged; its reason.
    Barred(String),
}

/// How a pull request stands that is to be merged when its checks have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeStanding {
    /// This has become of it, or is against it.
    Over(MergeOutcome),
    /// Its checks have passed; there are so many of them.
    Passed(u64),
    /// The base branch requires what is not there yet: the forge itself would wait for it.
    Held,
    /// The forge is working out whether there is a conflict.
    Undecided,
}

/// What is to be done about a pull request, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing more: this came of it.
    End(MergeOutcome),
    /// The forge does not know yet whether there is a conflict.
    Wait,
    /// Let the forge merge it later.
    Schedule,
    /// Merge it.
    Merge,
}

/// A pull request as its forge shows it to one who wants to merge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) life: Life,
    pub(crate) head: CommitSha,
    pub(crate) draft: bool,
    pub(crate) fit: Fit,
    pub(crate) checks: Checks,
    /// How many checks there are.
    pub(crate) count: u64,
    /// Whether the base branch requires something that is not there yet, so that the forge itself would wait.
    pub(crate) held_back: bool,
    /// Whether a merge is scheduled already.
    pub(crate) scheduled: bool,
}

/// Whether it is still to be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Open,
    Closed,
    Merged,
}

/// Whether it fits its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    Conflicts,
    /// The forge is working it out.
    Unknown,
}

/// What the checks of the head say, all taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checks {
    None,
    Pending,
    Failed,
    Passed,
}

/// What is to be done about a pull request of which `wanted` is to be merged.
pub(crate) fn decide(candidate: &Candidate, wanted: &CommitSha) -> Step {
    let Candidate { life, head, draft, fit, checks, count: _, held_back, scheduled } = candidate;
    let end = match (life, fit, checks) {
        (Life::Merged, ..) => MergeOutcome::WasMerged,
        (Life::Closed, ..) => MergeOutcome::WasClosed,
        _ if head != wanted => MergeOutcome::HeadMoved(head.clone()),
        _ if *scheduled => MergeOutcome::Scheduled,
        _ if *draft => MergeOutcome::Barred("it is a draft".to_owned()),
        (_, Fit::Conflicts, _) => MergeOutcome::Conflict,
        (_, _, Checks::Failed) => MergeOutcome::ChecksFailed,
        (_, Fit::Unknown, _) => return Step::Wait,
        _ if *held_back => return Step::Schedule,
        (_, _, Checks::Passed) => return Step::Merge,
        (_, _, Checks::Pending) => MergeOutcome::ChecksPending,
        (_, _, Checks::None) => MergeOutcome::NoChecks,
    };
    Step::End(end)
}

/// How it stands.
pub(crate) async fn standing(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
) -> Result<MergeStanding, Error> {
    let candidate = look(connection, number, wanted).await?;
    Ok(match decide(&candidate, wanted) {
        Step::End(outcome) => MergeStanding::Over(outcome),
        Step::Wait => MergeStanding::Undecided,
        Step::Schedule => MergeStanding::Held,
        Step::Merge => MergeStanding::Passed(candidate.count),
    })
}

/// Merges it when its checks have passed, or lets the forge do so. Each step follows from what the forge shows then, so
/// that a lost answer is nothing special: merging a merged one, or scheduling a scheduled one, is what `decide` sees.
pub(crate) async fn merge_when_green(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
    style: MergeStyle,
    passed: u64,
) -> Result<Answer<MergeOutcome>, Error> {
    let mut last: Option<Error> = None;
    let mut in_doubt = false;
    for pause in PAUSES.iter().map(Some).chain([None]) {
        let candidate = match look(connection, number, wanted).await {
            Ok(candidate) => candidate,
            Err(error) => return Answer::to(error, connection, Absent::Part).await,
        };
        let done = match decide(&candidate, wanted) {
            Step::End(MergeOutcome::WasMerged) if in_doubt => {
                return Ok(Answer::Done(MergeOutcome::Merged));
            }
            Step::End(outcome) => return Ok(Answer::Done(outcome)),
            Step::Wait => None,
            Step::Merge if candidate.count != passed => {
                return Ok(Answer::Done(MergeOutcome::ChecksPassed(candidate.count)));
            }
            step => Some(act(connection, number, wanted, style, step).await),
        };
        match done {
            Some(Ok(outcome)) => return Ok(Answer::Done(outcome)),
            Some(Err(error)) if !error.is_ambiguous() && !matches!(error.status(), Some(405 | 409 | 422)) => {
                return Answer::to(error, connection, Absent::Part).await;
            }
            Some(Err(error)) => {
                in_doubt |= error.is_ambiguous();
                last = Some(error);
            }
            None => {}
        }
        if let Some(pause) = pause {
            connection.way.client.clock().sleep(*pause).await;
        }
    }
    match last {
        Some(error) if error.is_ambiguous() => Ok(Answer::Ambiguous(error)),
        Some(error) => Ok(Answer::Done(MergeOutcome::Barred(words(&error)))),
        // whether there is a conflict was not worked out in all that time
        None => Ok(Answer::Done(undecided(connection))),
    }
}

/// On Gitea a pull request that cannot be merged for so long has a conflict: it makes no difference between the two.
fn undecided(connection: &Connection) -> MergeOutcome {
    match connection.way.site.dialect {
        Dialect::GitHub => {
            MergeOutcome::Barred("whether it can be merged was not worked out in time".to_owned())
        }
        Dialect::Gitea => MergeOutcome::Conflict,
    }
}

/// What the forge said.
fn words(error: &Error) -> String {
    let said = error.http().and_then(http_client::Error::refusal).and_then(|refusal| refusal.message.clone());
    said.unwrap_or_else(|| error.to_string())
}

async fn look(connection: &Connection, number: u64, wanted: &CommitSha) -> Result<Candidate, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::merging::look(connection, number, wanted).await,
        Dialect::Gitea => gitea::merging::look(connection, number).await,
    }
}

async fn act(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
    style: MergeStyle,
    step: Step,
) -> Result<MergeOutcome, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::merging::act(connection, number, wanted, style, step).await,
        Dialect::Gitea => gitea::merging::act(connection, number, wanted, style, step).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(digit: char) -> CommitSha {
        digit.to_string().repeat(40).parse().unwrap()
    }

    fn candidate() -> Candidate {
        Candidate {
            life: Life::Open,
            head: sha('a'),
            draft: false,
            fit: Fit::Fits,
            checks: Checks::Passed,
            count: 1,
            held_back: false,
            scheduled: false,
        }
    }

    #[test]
    fn only_what_has_passed_is_merged_and_only_what_the_forge_waits_for_is_scheduled() {
        let end = Step::End;
        let cases = [
            (candidate(), Step::Merge),
            (Candidate { held_back: true, checks: Checks::Pending, ..candidate() }, Step::Schedule),
            (Candidate { held_back: true, checks: Checks::None, ..candidate() }, Step::Schedule),
            (Candidate { fit: Fit::Unknown, ..candidate() }, Step::Wait),
            (Candidate { checks: Checks::None, ..candidate() }, end(MergeOutcome::NoChecks)),
            (Candidate { checks: Checks::Pending, ..candidate() }, end(MergeOutcome::ChecksPending)),
            (
                Candidate { checks: Checks::Failed, held_back: true, ..candidate() },
                end(MergeOutcome::ChecksFailed),
            ),
            (
                Candidate { fit: Fit::Conflicts, checks: Checks::None, ..candidate() },
                end(MergeOutcome::Conflict),
            ),
            (Candidate { head: sha('b'), ..candidate() }, end(MergeOutcome::HeadMoved(sha('b')))),
            (Candidate { scheduled: true, fit: Fit::Unknown, ..candidate() }, end(MergeOutcome::Scheduled)),
            (Candidate { draft: true, ..candidate() }, end(MergeOutcome::Barred("it is a draft".to_owned()))),
            (Candidate { life: Life::Merged, head: sha('b'), ..candidate() }, end(MergeOutcome::WasMerged)),
            (Candidate { life: Life::Closed, scheduled: true, ..candidate() }, end(MergeOutcome::WasClosed)),
        ];
        for (candidate, expected) in cases {
            assert_eq!(decide(&candidate, &sha('a')), expected, "{candidate:?}");
        }
    }
}

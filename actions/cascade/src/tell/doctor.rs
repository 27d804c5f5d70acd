//! Looking whether targets could be told, further than one look at all of them goes.

use domain::BranchName;
use forge::{Answer, Limited, Right, Writer};
use futures_util::future::join_all;

use super::so_far::SoFar;
use super::{LONGEST_LIMIT, Teller, begun};
use crate::mode::Mode;
use crate::outcome::{Outcome, State};
use crate::pace::{Cost, Kind};
use crate::preflight::{Looked, Ready};
use crate::trouble::Trouble;

/// What a question for a right costs: the points of a write, though it creates nothing.
const PROBE: Cost = Cost::reads(5);
/// How often a limit is waited for before a right is left open.
const TRIES: usize = 4;

impl Teller<'_> {
    /// What a doctor says of all targets, in their order. Nothing is changed.
    pub async fn examine_all(&self, looked: Vec<Looked>) -> Vec<Outcome> {
        join_all(looked.into_iter().map(async |one| {
            let outcome = match one {
                Looked::Over(outcome) => outcome,
                Looked::Ready(ready) => self.examine(*ready).await,
            };
            self.progress.of(&outcome);
            outcome
        }))
        .await
    }

    async fn examine(&self, ready: Ready) -> Outcome {
        let state = match self.over(&ready.repo) {
            Some(trouble) => State::Failed(SoFar::Untouched.over(trouble)),
            None => self.ailment(&ready).await.unwrap_or(State::Ready),
        };
        begun(&ready, state)
    }

    /// What keeps a target from being told; none where nothing does.
    ///
    /// The files come first, which are only read: what has none is asked for nothing that a right is found out by.
    async fn ailment(&self, ready: &Ready) -> Option<State> {
        if ready.choice.mode == Mode::BumpPr {
            let permit = self.paced.turn(Cost::reads(4)).await;
            let state = self.diagnosed(ready).await;
            drop(permit);
            if state.is_some() {
                return state;
            }
        }
        let base = ready.target.reference.as_ref().or(ready.state.default_branch.as_ref());
        let base = base.map(BranchName::as_str).unwrap_or_default();
        let rights = match &ready.choice.mode {
            Mode::RepositoryDispatch { .. } => vec![Right::Contents],
            Mode::WorkflowDispatch { receiver, .. } => vec![Right::Workflow(&receiver.file)],
            Mode::BumpPr => vec![Right::Contents, Right::PullRequests(base)],
        };
        let (_, writer) = self.forge.repository(ready.repo.clone());
        for right in rights {
            if let Some(state) = self.lacks(ready, &writer, right).await {
                return Some(state);
            }
        }
        None
    }

    async fn lacks(&self, ready: &Ready, writer: &Writer, right: Right<'_>) -> Option<State> {
        for _ in 0..TRIES {
            let permit = self.paced.turn(PROBE).await;
            let answer = writer.probe(right).await;
            drop(permit);
            let trouble = match answer {
                Ok(Answer::Done(()) | Answer::Moved(_)) => return None,
                Ok(Answer::Refused(refused)) => Trouble::refused(&refused),
                Ok(Answer::Limited(Limited { lasts, .. })) if lasts <= LONGEST_LIMIT => {
                    self.paced.close(Kind::Write, lasts);
                    continue;
                }
                Ok(Answer::Limited(Limited { error, .. })) => Trouble::failed("limit", &error),
                Ok(Answer::Ambiguous(error)) => Trouble::failed("forge", &error),
                Err(error) => return Some(State::Failed(self.failed(&ready.repo, &error))),
            };
            return Some(State::Failed(trouble));
        }
        let what = "what the token may do is not known: the forge meets each question with a limit";
        Some(State::Failed(Trouble::new("limit", what).mended_by("run again later")))
    }
}

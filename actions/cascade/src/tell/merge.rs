//! Letting a bump be merged once its checks have passed.

use domain::CommitSha;
use forge::{Answer, Error, Limited, MergeOutcome, MergeStyle, Writer};

use super::{LONGEST_LIMIT, Teller};
use crate::outcome::{Outcome, State};
use crate::pace::Cost;
use crate::plan::pause;
use crate::plan::telling::Wait;
use crate::trouble::Trouble;

impl Teller<'_> {
    /// Merges a pull request, or has the forge do so, as soon as its checks have passed; only ever the commit `head`.
    pub(super) async fn merge(
        &self,
        writer: &Writer,
        number: u64,
        head: &CommitSha,
        style: MergeStyle,
        outcome: &mut Outcome,
    ) -> Result<State, Error> {
        let begun = self.clock.now();
        loop {
            let permit = self.paced.turn(Cost::writes(1)).await;
            let answer = writer.merge_when_green(number, head, style).await?;
            drop(permit);
            match answer {
                Answer::Done(done) => {
                    if let Some(state) = self.judged(&done) {
                        outcome.notes.extend(noted(&done));
                        return Ok(state);
                    }
                }
                Answer::Refused(refused) => return Ok(State::Failed(Trouble::refused(&refused))),
                Answer::Limited(Limited { lasts, .. }) if lasts <= LONGEST_LIMIT => self.paced.close(lasts),
                Answer::Limited(Limited { error, .. }) => return Ok(open(&Trouble::failed("limit", &error))),
                Answer::Ambiguous(error) => return Ok(open(&Trouble::failed("ambiguous", &error))),
                Answer::Moved(name) => {
                    let what = format!("it was renamed to `{name}` a moment ago");
                    return Ok(open(&Trouble::new("moved", what)));
                }
            }
            let waited = self.clock.now().duration_since(begun).unsigned_abs();
            let Some(left) = self.settings.deadline.checked_sub(waited).filter(|left| !left.is_zero()) else {
                let what =
                    format!("its pull request was not merged within {} s", self.settings.deadline.as_secs());
                let mending = "look at its checks, or give a higher `wait-timeout`";
                return Ok(State::Failed(Trouble::new("deadline", what).mended_by(mending)));
            };
            self.clock.sleep(pause(waited).min(left)).await;
        }
    }

    /// What an outcome comes to; none where it is too early to say.
    fn judged(&self, outcome: &MergeOutcome) -> Option<State> {
        let failed = |reason, what: &str, mending: &str| {
            Some(State::Failed(Trouble::new(reason, what).mended_by(mending)))
        };
        match outcome {
            MergeOutcome::Merged | MergeOutcome::WasMerged => Some(State::Told("merged")),
            MergeOutcome::Scheduled if self.settings.wait == Wait::Concluded => None,
            MergeOutcome::Scheduled => Some(State::Told("scheduled")),
            MergeOutcome::ChecksPending => None,
            MergeOutcome::HeadMoved(_) => Some(State::Told("opened")),
            MergeOutcome::WasClosed => {
                let what = "somebody has closed its pull request: open it again there";
                Some(State::Skipped("declined", what.to_owned()))
            }
            MergeOutcome::Conflict => failed(
                "conflict",
                "its pull request conflicts with the base",
                "merge the base into its branch by hand, or delete the branch and run again",
            ),
            MergeOutcome::ChecksFailed => failed(
                "checks-failed",
                "a check of its pull request has failed",
                "look at the check; the pull request stays open",
            ),
            MergeOutcome::NoChecks => failed(
                "no-checks",
                "nothing checks its pull request, so that nothing can pass",
                "let the base branch require a check, or merge by hand",
            ),
            MergeOutcome::Barred(why) => failed(
                "barred",
                &format!("the forge does not let its pull request be merged: {why}"),
                "see what the base branch requires, and whether the token's user may merge",
            ),
        }
    }
}

/// The pull request is open all the same; a second run goes on from there.
fn open(trouble: &Trouble) -> State {
    State::Failed(Trouble {
        what: format!("its pull request is open, and was not merged: {}", trouble.what),
        mending: Some("run again".to_owned()),
        ..trouble.clone()
    })
}

fn noted(outcome: &MergeOutcome) -> Option<String> {
    match outcome {
        MergeOutcome::HeadMoved(_) => Some("not merged: somebody has pushed to its branch".to_owned()),
        _ => None,
    }
}

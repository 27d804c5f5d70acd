//! Letting a bump be merged once its checks have passed.

use std::time::Duration;

use domain::{CommitSha, RepoName};
use forge::{Answer, Limited, MergeOutcome, MergeStanding, MergeStyle, Reader, Writer};
use jiff::Timestamp;

use super::Teller;
use crate::outcome::{Outcome, State};
use crate::pace::{Cost, Kind};
use crate::plan::pause;
use crate::plan::telling::Wait;
use crate::trouble::Trouble;

/// How long nothing may change before the checks that have passed are taken for all there are: they register one by
/// one, and the quick one that looks at nothing but the author is through before the first test has begun.
const SETTLED: Duration = Duration::from_secs(30);
/// What a look costs.
const LOOK: Cost = Cost::reads(3);
/// What merging costs: it looks once more before it writes.
const MERGING: Cost = Cost { reads: 3, writes: 1 };
/// How long the forge may work out whether there is a conflict before the merge is tried, which tells.
const UNDECIDED: Duration = Duration::from_secs(15);

/// A pull request that is to be merged.
pub(super) struct Candidate<'a> {
    pub(super) repo: &'a RepoName,
    pub(super) reader: &'a Reader,
    pub(super) writer: &'a Writer,
    pub(super) number: u64,
    /// The commit that alone is ever merged.
    pub(super) head: &'a CommitSha,
    pub(super) style: MergeStyle,
}

/// What to do about a pull request next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Merge it, or let the forge do so; so many checks have passed.
    Act(u64),
    /// Nothing more can come of it.
    End(MergeOutcome),
    /// Look again.
    Wait,
}

/// What has been seen of a pull request, and since when.
struct Watch {
    last: Option<(MergeStanding, Timestamp)>,
    settled: Duration,
    missed: Duration,
    /// Whether the forge merges it by itself as soon as it can.
    scheduled: bool,
}

impl Watch {
    /// What to do about what is seen now.
    fn next(&mut self, seen: MergeStanding, now: Timestamp) -> Next {
        let since = match &self.last {
            Some((last, since)) if *last == seen => *since,
            _ => now,
        };
        let unchanged = now.duration_since(since).unsigned_abs();
        self.last = Some((seen.clone(), since));
        match seen {
            MergeStanding::Passed(count) if unchanged >= self.settled => Next::Act(count),
            MergeStanding::Held if !self.scheduled => Next::Act(0),
            MergeStanding::Undecided if unchanged >= UNDECIDED.min(self.missed) => Next::Act(0),
            MergeStanding::Passed(_) | MergeStanding::Held | MergeStanding::Undecided => Next::Wait,
            MergeStanding::Over(MergeOutcome::NoChecks) if unchanged < self.missed => Next::Wait,
            MergeStanding::Over(outcome) => Next::End(outcome),
        }
    }
}

impl Teller<'_> {
    /// Merges a pull request, or has the forge do so, as soon as its checks have passed.
    pub(super) async fn merge(&self, candidate: &Candidate<'_>, outcome: &mut Outcome) -> State {
        let Candidate { repo, reader, writer, number, head, style } = *candidate;
        let begun = self.clock.now();
        let missed = self.settings.observation;
        let settled = SETTLED.min(missed / 2);
        let mut watch = Watch { last: None, settled, missed, scheduled: false };
        loop {
            if let Some(trouble) = self.over(repo) {
                return open(trouble);
            }
            let Some(permit) = self.turn(LOOK).await else { continue };
            let seen = reader.merge_standing(number, head).await;
            drop(permit);
            let next = match seen {
                Ok(seen) => {
                    self.paced.went_well(Kind::Read);
                    watch.next(seen, self.clock.now())
                }
                Err(error) => match self.after_a_limit(repo, &error) {
                    Ok(()) => Next::Wait,
                    Err(trouble) => return open(trouble),
                },
            };
            let ended = match next {
                Next::Wait => None,
                Next::End(ended) => Some(ended),
                Next::Act(passed) => {
                    let Some(permit) = self.turn(MERGING).await else { continue };
                    if self.over(repo).is_some() {
                        // it was found out while this one waited for its turn
                        permit.give_back();
                        continue;
                    }
                    let answer = writer.merge_when_green(number, head, style, passed).await;
                    drop(permit);
                    let taken = answer.map_err(|error| open(self.failed(repo, &error)));
                    match taken.and_then(|answer| self.taken(answer)) {
                        Ok(ended) => ended,
                        Err(state) => return state,
                    }
                }
            };
            watch.scheduled |= ended == Some(MergeOutcome::Scheduled);
            if let Some(ended) = ended
                && let Some(state) = self.judged(&ended)
            {
                outcome.notes.extend(noted(&ended));
                return state;
            }
            let waited = self.clock.now().duration_since(begun).unsigned_abs();
            let Some(left) = self.settings.deadline.checked_sub(waited).filter(|left| !left.is_zero()) else {
                let what =
                    format!("its pull request was not merged within {} s", self.settings.deadline.as_secs());
                let mending = "look at its checks, or give a higher `wait-timeout`";
                return State::Failed(Trouble::new("deadline", what).mended_by(mending));
            };
            self.sleep(pause(waited).min(left)).await;
        }
    }

    /// What came of the attempt; none where it is looked at once more.
    fn taken(&self, answer: Answer<MergeOutcome>) -> Result<Option<MergeOutcome>, State> {
        match answer {
            Answer::Done(done) => {
                self.paced.went_well(Kind::Write);
                Ok(Some(done))
            }
            Answer::Refused(refused) => Err(open(Trouble::refused(&refused))),
            Answer::Limited(Limited { lasts, error }) => {
                self.limited(Kind::Write, lasts, &error).map_err(open)?;
                Ok(None)
            }
            Answer::Ambiguous(error) => Err(open(Trouble::failed("ambiguous", &error))),
            Answer::Moved(name) => {
                let what = format!("it was renamed to `{name}` a moment ago");
                Err(open(Trouble::new("moved", what)))
            }
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
            MergeOutcome::ChecksPending | MergeOutcome::ChecksPassed(_) => None,
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
fn open(trouble: Trouble) -> State {
    State::Failed(Trouble {
        what: format!("its pull request is open, and was not merged: {}", trouble.what),
        mending: trouble.mending.or_else(|| Some("run again".to_owned())),
        ..trouble
    })
}

fn noted(outcome: &MergeOutcome) -> Option<String> {
    match outcome {
        MergeOutcome::HeadMoved(_) => Some("not merged: somebody has pushed to its branch".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    /// What is done about what is seen, second by second.
    #[track_caller]
    fn story(seen: &[(i64, MergeStanding, Next)]) {
        let (settled, missed) = (Duration::from_secs(30), Duration::from_mins(1));
        let mut watch = Watch { last: None, settled, missed, scheduled: false };
        for (second, standing, next) in seen {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(*second);
            assert_eq!(watch.next(standing.clone(), now), *next, "second {second}");
        }
    }

    #[test]
    fn checks_have_passed_when_no_other_one_has_come_for_long_enough() {
        use MergeStanding::{Over, Passed};
        story(&[
            (0, Over(MergeOutcome::NoChecks), Next::Wait),
            (2, Passed(1), Next::Wait),
            (20, Over(MergeOutcome::ChecksPending), Next::End(MergeOutcome::ChecksPending)),
            (25, Passed(2), Next::Wait),
            (50, Passed(3), Next::Wait),
            (79, Passed(3), Next::Wait),
            (80, Passed(3), Next::Act(3)),
        ]);
    }

    #[test]
    fn checks_are_missed_only_when_none_has_come_for_long_enough() {
        let none = MergeStanding::Over(MergeOutcome::NoChecks);
        story(&[
            (0, none.clone(), Next::Wait),
            (59, none.clone(), Next::Wait),
            (60, none, Next::End(MergeOutcome::NoChecks)),
        ]);
    }

    #[test]
    fn what_the_base_requires_is_left_to_the_forge_at_once() {
        story(&[(0, MergeStanding::Held, Next::Act(0)), (1, MergeStanding::Undecided, Next::Wait)]);
    }
}

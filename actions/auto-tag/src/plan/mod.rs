//! The decision: facts in, the rest of the run out. No clock, no environment, no network, no disk.
//!
//! A first run, a run after a lost race, after an answer that never came, and a second run of the same job all
//! come through here with different facts, and the steps that are left follow from the facts alone.
//!
//! `judge` finds out what the commit comes to; `course` what is left to do for that.

mod by_file;
mod by_labels;
mod course;
mod error;
mod follow_up;
mod judge;
mod prerelease;
mod verdict;
mod weigh;

pub use error::PlanError;
pub(crate) use judge::{Judgement, judge};
pub use verdict::{Course, Plan, Release, Skip, SkipReason, Step, Verdict};
pub(crate) use weigh::attribution;

use crate::answers::Questions;
use crate::facts::Facts;
use crate::settings::Settings;
use crate::wait::Awaited;

/// The plan for these facts.
///
/// # Errors
/// When the facts allow no verdict; nothing may be changed then.
pub fn plan(facts: &Facts, settings: &Settings) -> Result<Plan, PlanError> {
    Ok(match judge(facts, settings)? {
        Judgement::Wait(pause) => Plan::Wait(pause, Awaited::Lookup),
        Judgement::Stands(tagged) => course::standing(facts, settings, tagged),
        Judgement::Skip(skip, warnings) => course::skipped(skip, warnings),
        Judgement::Release { base, version, raised, decision } => {
            course::release(facts, settings, base, &version, raised, decision)
        }
    })
}

/// What must still be asked before these facts allow a verdict.
#[must_use]
pub fn questions(facts: &Facts, settings: &Settings) -> Questions {
    let mut open = Questions::default();
    for history in facts.histories.values() {
        let Questions { pulls, commits_of, around, since: _ } = attribution(facts, Some(history)).questions;
        open.pulls.extend(pulls);
        open.commits_of.extend(commits_of);
        open.around.extend(around);
    }
    if open.is_empty()
        && let Err(PlanError::Unread(tag)) = judge(facts, settings)
    {
        open.since.extend(facts.tags.of(tag.version()).map(|release| release.commit.clone()));
    }
    open
}

#[cfg(test)]
mod tests;

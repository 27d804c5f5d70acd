//! Telling a target by an event or by starting a workflow: effectively once, from the forge's state alone.
//!
//! Whether a target was told is read from its runs, whose titles carry the cascade's id. So a first run, a run after a
//! lost answer, and a run of the whole job once more are one path: look, and tell only what is not there.

mod evidence;
mod facts;
mod proof;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::PackageVersion;
use forge::RunSeen;

use super::pause;
use crate::cascade_id::CascadeId;
use crate::trouble::Trouble;
use evidence::Evidence;
pub use facts::{Answered, Facts, Look, Rules, Sent, Wait};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// List the runs.
    Look,
    /// Tell this release; another one than ours where ours came after it.
    Tell(CascadeId),
    /// Let time pass, and look again.
    Wait(Duration),
    /// Nothing.
    Done(Ending),
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The target was told.
    Told(Told),
    /// The target was told a later version.
    Superseded(PackageVersion),
    /// It was not told, or nothing good came of it; with the runs that are known.
    Failed(Trouble, Vec<RunSeen>),
}

/// That a target was told, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// An earlier run told it.
    pub adopted: bool,
    /// What it started, as far as that was asked.
    pub runs: Vec<RunSeen>,
    /// How certain it is that these are the runs.
    pub certainty: Certainty,
    /// What was seen of them.
    pub seen: Proof,
}

/// How certain it is that a run is the one that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Its title carries the id, or the forge named it in its answer.
    Certain,
    /// It is the only one that was not there before.
    ByOrder,
    /// There are several that were not there before.
    Ambiguous,
}

/// What was seen of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// The forge took the request.
    Accepted,
    /// A run is there.
    Started,
    /// The run has ended well.
    Concluded,
}

/// How long another cascade is given to see that it came too late.
const COURTESY: Duration = Duration::from_secs(15);

/// How often one release is told to one target by one run, lost answers included.
const MOST_TRIES: usize = 3;

/// What to do next for a target.
#[must_use]
pub fn plan(facts: &Facts, rules: &Rules<'_>) -> Next {
    let Some(look) = &facts.look else { return Next::Look };
    let evidence = Evidence::of(look, facts, rules);
    if let Some(later) = evidence.later_than(rules.id.version()).filter(|_| !rules.rollback) {
        if evidence.is_last(later) {
            // ours may still come after it
            return match facts.undecided(rules).filter(|_| evidence.ours.is_empty()) {
                Some(pause) => Next::Wait(pause),
                None => Next::Done(Ending::Superseded(later.version().clone())),
            };
        }
        if let Some(ours) = facts.last_sent(rules.id) {
            // ours came after it, by this very run: the later version is told again, so that it is the last
            return match facts.last_sent(later) {
                Some(again) if again.at >= ours.at => Next::Done(Ending::Superseded(later.version().clone())),
                _ => tell(later, look, facts, rules),
            };
        }
    }
    if evidence.was_told() {
        if rules.again && facts.last_sent(rules.id).is_none() && proof::has_failed(&evidence.ours) {
            return tell(rules.id, look, facts, rules);
        }
        return proof::of(&evidence, facts, rules);
    }
    match facts.last_sent(rules.id) {
        None => tell(rules.id, look, facts, rules),
        Some(sent) if evidence.ours.is_empty() => unseen(sent, look, facts, rules),
        // another version came after ours: whoever told it will see ours and make room for it, unless it was killed
        Some(sent) => match COURTESY.checked_sub(facts.since(sent.at)).filter(|left| !left.is_zero()) {
            Some(left) => Next::Wait(pause(facts.since(sent.at)).min(left)),
            None => tell(rules.id, look, facts, rules),
        },
    }
}

/// Tells a release, by a look that is fresh.
fn tell(id: &CascadeId, look: &Look, facts: &Facts, rules: &Rules<'_>) -> Next {
    if facts.tries(id) >= MOST_TRIES {
        let what = format!("it was told {MOST_TRIES} times, and each time something came between");
        let trouble = Trouble::new("contended", what).mended_by("run again when no other cascade is at work");
        return Next::Done(Ending::Failed(trouble, Vec::new()));
    }
    if facts.since(look.at) > rules.fresh { Next::Look } else { Next::Tell(id.clone()) }
}

/// Ours was sent, and no run of it is to be seen.
fn unseen(sent: &Sent, look: &Look, facts: &Facts, rules: &Rules<'_>) -> Next {
    let is_accepted = matches!(sent.answer, Answered::Accepted(_));
    if is_accepted && rules.wait == Wait::None {
        return Next::Done(Ending::Told(Told {
            adopted: false,
            runs: Vec::new(),
            certainty: Certainty::Certain,
            seen: Proof::Accepted,
        }));
    }
    if let Some(pause) = facts.undecided(rules) {
        return Next::Wait(pause);
    }
    let seconds = rules.observation.as_secs();
    match &sent.answer {
        Answered::Doubtful(_) if rules.tells_waiting_runs => tell(rules.id, look, facts, rules),
        Answered::Doubtful(why) => {
            let what = format!(
                "whether it was told is not known ({why}); no run was to be seen for {seconds} s, and this forge tells a run only when a runner has taken it up"
            );
            let mending = "see that a runner is free, then run again: a run that is there by then is adopted";
            failed(Trouble::new("ambiguous", what).mended_by(mending))
        }
        Answered::Accepted(_) => {
            let what = format!("the forge took it, and no run was to be seen for {seconds} s");
            let mending = if rules.tells_waiting_runs {
                "see that Actions are switched on in the repository and that the workflow is not disabled"
            } else {
                "see that a runner is free for the workflow's labels, and that Actions are switched on"
            };
            failed(Trouble::new("no-run", what).mended_by(mending))
        }
    }
}

fn failed(trouble: Trouble) -> Next {
    Next::Done(Ending::Failed(trouble, Vec::new()))
}

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
    /// Whether more runs of this release have come than this run has sent for: another cascade told it as well.
    pub is_doubled: bool,
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
    /// The forge took it, and tells of the run only when a runner has taken that up.
    Waiting,
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
    if rules.wait == Wait::None && facts.is_blind() {
        // another cascade may have told between the look and the telling
        return Next::Look;
    }
    let evidence = Evidence::of(look, facts, rules);
    if let Some(later) = evidence.later_than(rules.id.version()).filter(|_| !rules.rollback) {
        if evidence.is_last(later) {
            // ours may still come after it
            return match facts.undecided(rules).filter(|_| evidence.is_empty()) {
                Some(pause) => Next::Wait(pause),
                None => Next::Done(Ending::Superseded(later.version().clone())),
            };
        }
        if let Some(ours) = facts.last_sent(rules.id) {
            // ours came after it, by this very run: the later version is told again, so that it is the last
            return match facts.last_sent(later) {
                Some(again) if again.at >= ours.at => Next::Done(Ending::Superseded(later.version().clone())),
                _ if !rules.speaks_for_others => overtaken(later, rules, &evidence),
                _ => tell(later, look, facts, rules),
            };
        }
    }
    if evidence.was_told() {
        let may_be_mended = rules.again && facts.last_sent(rules.id).is_none();
        if may_be_mended && (proof::has_failed(&evidence) || proof::is_incomplete(&evidence, facts, rules)) {
            return tell(rules.id, look, facts, rules);
        }
        return proof::of(&evidence, facts, rules);
    }
    match facts.last_sent(rules.id) {
        None => first(&evidence, look, facts, rules),
        Some(sent) if evidence.is_empty() => unseen(sent, look, facts, rules),
        // another version came after ours: whoever told it will see ours and make room for it, unless it was killed
        Some(sent) => match COURTESY.checked_sub(facts.since(sent.at)).filter(|left| !left.is_zero()) {
            Some(left) => Next::Wait(pause(facts.since(sent.at)).min(left)),
            None => tell(rules.id, look, facts, rules),
        },
    }
}

/// This run has told nothing yet, and nothing shows that an earlier one has.
fn first(evidence: &Evidence, look: &Look, facts: &Facts, rules: &Rules<'_>) -> Next {
    let looked_since = facts.first_look.unwrap_or(look.at);
    if let Some(pause) = facts.left_to_look(looked_since, rules.hindsight) {
        return Next::Wait(pause);
    }
    if let (Some(run), false, false) = (evidence.unclear.first(), rules.again, rules.rollback) {
        let workflow = &run.workflow;
        let why = if rules.receivers.is_empty() {
            format!("which workflows answer is not told, and a run of `{workflow}` without an id")
        } else {
            format!("`{workflow}` gives its runs no id, and this run of it")
        };
        let what = format!("whether it was told is not known: {why} may be the release's");
        let mending = "give the workflow a `run-name` with the `cascade_id`; run again with `redispatch-failed` when the run is another one's";
        let trouble = Trouble::new("ambiguous", what).mended_by(mending);
        return Next::Done(Ending::Failed(trouble, evidence.unclear.clone()));
    }
    tell(rules.id, look, facts, rules)
}

/// Tells a release, by a look that is fresh.
fn tell(id: &CascadeId, look: &Look, facts: &Facts, rules: &Rules<'_>) -> Next {
    if facts.tries(id) >= MOST_TRIES {
        let what = format!("it was told {MOST_TRIES} times, and each time something came between");
        let trouble = Trouble::new("contended", what).mended_by("run again when no other cascade is at work");
        return failed(trouble);
    }
    if facts.since(look.answered) > rules.fresh { Next::Look } else { Next::Tell(id.clone()) }
}

/// Ours came after a later version, which cannot be told again as it was.
fn overtaken(later: &CascadeId, rules: &Rules<'_>, evidence: &Evidence) -> Next {
    let (ours, later) = (rules.id.version(), later.version());
    let what = format!(
        "{ours} came after {later}, which another cascade told meanwhile, and what that was told beside its version is not known here"
    );
    let trouble = Trouble::new("contended", what).mended_by(format!("run the cascade of {later} again"));
    Next::Done(Ending::Failed(trouble, evidence.deciding()))
}

/// Ours was sent, and no run of it is to be seen.
fn unseen(sent: &Sent, look: &Look, facts: &Facts, rules: &Rules<'_>) -> Next {
    let is_accepted = matches!(sent.answer, Answered::Accepted(_));
    let told = |seen| {
        Next::Done(Ending::Told(Told {
            adopted: false,
            runs: Vec::new(),
            certainty: Certainty::Certain,
            seen,
            is_doubled: false,
        }))
    };
    if is_accepted && rules.wait == Wait::None {
        return told(Proof::Accepted);
    }
    if let Some(pause) = facts.undecided(rules) {
        return Next::Wait(pause);
    }
    let seconds = rules.observation.as_secs();
    match &sent.answer {
        Answered::Doubtful(_) if look.tells_waiting => tell(rules.id, look, facts, rules),
        Answered::Doubtful(why) => {
            let what = format!(
                "whether it was told is not known ({why}); no run was to be seen for {seconds} s, and this forge tells a run only when a runner has taken it up"
            );
            let mending = "see that a runner is free, then run again: a run that is there by then is adopted";
            failed(Trouble::new("ambiguous", what).mended_by(mending))
        }
        Answered::Accepted(_) if look.tells_waiting => {
            let what = format!("the forge took it, and no run was to be seen for {seconds} s");
            let mending =
                "see that Actions are switched on in the repository and that the workflow is not disabled";
            failed(Trouble::new("no-run", what).mended_by(mending))
        }
        Answered::Accepted(_) if rules.wait == Wait::Started => told(Proof::Waiting),
        Answered::Accepted(_) => {
            if let Some(pause) = proof::left_to_follow(sent.at, facts, rules) {
                return Next::Wait(pause);
            }
            let what = format!(
                "it was told, and no runner has taken its run up within {} s",
                rules.deadline.as_secs()
            );
            let mending = "see that a runner is free for the workflow's labels; before one is, do not run again: the run that waits is not to be seen, and would be doubled";
            failed(Trouble::new("waiting", what).mended_by(mending))
        }
    }
}

fn failed(trouble: Trouble) -> Next {
    Next::Done(Ending::Failed(trouble, Vec::new()))
}

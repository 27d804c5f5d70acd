//! What came of the runs.

use std::collections::BTreeMap;
use std::time::Duration;

use forge::{Conclusion, RunProgress, RunSeen};

use super::evidence::Evidence;
use super::{Answered, Certainty, Ending, Facts, Next, Proof, Rules, Told, Wait};
use crate::plan::pause;
use crate::trouble::Trouble;

/// How long the jobs of a run must have been well before no other is expected, where the forge does not tell.
const SETTLED: Duration = Duration::from_secs(10);

/// Whether every run has ended, and one of them not well.
pub(super) fn has_failed(runs: &BTreeMap<u64, RunSeen>) -> bool {
    let newest: Vec<_> = newest(runs).into_values().collect();
    let ended = |run: &&RunSeen| matches!(run.progress, RunProgress::Concluded(_));
    newest.iter().all(ended) && newest.iter().any(|run| conclusion(run) != Some(&Conclusion::Success))
}

/// What to do about runs that are there.
pub(super) fn of(evidence: &Evidence, facts: &Facts, rules: &Rules<'_>) -> Next {
    let newest = newest(&evidence.ours);
    let runs: Vec<RunSeen> = newest.values().map(|run| (*run).clone()).collect();
    let told = |seen| {
        Next::Done(Ending::Told(Told {
            adopted: facts.last_sent(rules.id).is_none(),
            runs: runs.clone(),
            certainty: evidence.certainty,
            seen,
        }))
    };
    let missing: Vec<_> =
        rules.receivers.iter().filter(|one| !newest.contains_key(one.file.as_str())).collect();
    match rules.wait {
        Wait::None => return told(Proof::Started),
        _ if missing.is_empty() => {}
        _ => {
            // an event starts each of them at once: what is not there soon is not coming
            if let Some(pause) = facts.undecided(rules) {
                return Next::Wait(pause);
            }
            if facts.last_sent(rules.id).is_some_and(|sent| matches!(sent.answer, Answered::Accepted(_))) {
                let names: Vec<_> = missing.iter().map(|one| format!("`{}`", one.file)).collect();
                let what = format!("no run of {} was to be seen", names.join(", "));
                let mending = "see that the workflow is not disabled";
                return failed(Trouble::new("no-run", what).mended_by(mending), &runs);
            }
        }
    }
    if rules.wait == Wait::Started {
        return told(Proof::Started);
    }
    if let Some(run) = runs.iter().find(|run| is_bad(run)) {
        return failed(bad(run, evidence.certainty), &runs);
    }
    if runs.iter().all(|run| is_good(run, facts)) {
        return told(Proof::Concluded);
    }
    let followed = facts.since(facts.begun);
    let Some(left) = rules.deadline.checked_sub(followed).filter(|left| !left.is_zero()) else {
        let what = format!("its run has not ended within {} s", rules.deadline.as_secs());
        let mending = "look at the run, or give a higher `wait-timeout`";
        return failed(Trouble::new("deadline", what).mended_by(mending), &runs);
    };
    Next::Wait(pause(followed).min(left))
}

/// The newest run of each workflow.
fn newest(runs: &BTreeMap<u64, RunSeen>) -> BTreeMap<&str, &RunSeen> {
    runs.values().map(|run| (run.workflow.as_str(), run)).collect()
}

fn conclusion(run: &RunSeen) -> Option<&Conclusion> {
    if let RunProgress::Concluded(conclusion) = &run.progress { Some(conclusion) } else { None }
}

fn is_bad(run: &RunSeen) -> bool {
    conclusion(run).is_some_and(|conclusion| *conclusion != Conclusion::Success)
}

fn is_good(run: &RunSeen, facts: &Facts) -> bool {
    match &run.progress {
        RunProgress::Concluded(conclusion) => *conclusion == Conclusion::Success,
        RunProgress::WellSoFar => {
            facts.well_since.get(&run.id).is_some_and(|since| facts.since(*since) >= SETTLED)
        }
        RunProgress::Waiting | RunProgress::Running => false,
    }
}

fn bad(run: &RunSeen, certainty: Certainty) -> Trouble {
    let word = conclusion(run).map_or("", Conclusion::as_str);
    let whose = if certainty == Certainty::Ambiguous { ", if that is its run" } else { "" };
    let mending = match conclusion(run) {
        Some(Conclusion::ActionRequired) => "let somebody approve the run",
        Some(Conclusion::StartupFailure) => "mend the workflow file, then run again with `redispatch-failed`",
        _ => "look at the run, then run it again there, or run this again with `redispatch-failed`",
    };
    Trouble::new("run-failed", format!("the run of `{}` ended with `{word}`{whose}", run.workflow))
        .mended_by(mending)
}

fn failed(trouble: Trouble, runs: &[RunSeen]) -> Next {
    Next::Done(Ending::Failed(trouble, runs.to_vec()))
}

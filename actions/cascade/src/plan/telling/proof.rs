//! What came of the runs.

use std::time::Duration;

use forge::{Conclusion, RunProgress, RunSeen};
use jiff::Timestamp;

use super::evidence::Evidence;
use super::{Certainty, Ending, Facts, Next, Proof, Rules, Told, Wait};
use crate::mode::Receiver;
use crate::plan::pause;
use crate::trouble::Trouble;
use crate::workflows::Jobs;

/// Whether every run has ended, and one of them not well.
pub(super) fn has_failed(evidence: &Evidence) -> bool {
    let runs = evidence.deciding();
    let ended = |run: &RunSeen| matches!(run.progress, RunProgress::Concluded(_));
    runs.iter().all(ended) && runs.iter().any(|run| conclusion(run) != Some(&Conclusion::Success))
}

/// The workflows that should have answered and have not.
fn missing<'r>(evidence: &Evidence, rules: &Rules<'r>) -> Vec<&'r Receiver> {
    rules.receivers.iter().filter(|one| !evidence.has(&one.file)).collect()
}

/// How long to wait for workflows that have not answered yet; none where all have, or where they will not.
fn awaited(evidence: &Evidence, facts: &Facts, rules: &Rules<'_>) -> Option<Duration> {
    if facts.last_sent(rules.id).is_some() {
        return facts.undecided(rules);
    }
    // whichever says that it is longer ago: the forge's clock, or ours since the first of them was seen
    let seen = evidence.runs().filter_map(|run| facts.seen_at(run.id)).min();
    let made = evidence.runs().map(|run| run.created).max();
    let since = [seen, made].into_iter().flatten().min()?;
    facts.left_to_look(since, rules.observation)
}

/// Whether workflows that should have answered an event never will.
pub(super) fn is_incomplete(evidence: &Evidence, facts: &Facts, rules: &Rules<'_>) -> bool {
    !missing(evidence, rules).is_empty() && awaited(evidence, facts, rules).is_none()
}

/// What to do about runs that are there.
pub(super) fn of(evidence: &Evidence, facts: &Facts, rules: &Rules<'_>) -> Next {
    let runs = evidence.deciding();
    let adopted = facts.last_sent(rules.id).is_none();
    let told = |seen| {
        Next::Done(Ending::Told(Told {
            adopted,
            runs: runs.clone(),
            certainty: evidence.certainty(),
            seen,
            is_doubled: evidence.is_doubled,
        }))
    };
    if rules.wait == Wait::None {
        return told(if adopted { Proof::Started } else { Proof::Accepted });
    }
    let missing = missing(evidence, rules);
    if !missing.is_empty() {
        // an event starts each of them at once: what is not there soon is not coming
        if let Some(pause) = awaited(evidence, facts, rules) {
            return Next::Wait(pause);
        }
        return failed(unanswered(&missing), &runs);
    }
    if rules.wait == Wait::Started {
        return told(Proof::Started);
    }
    if let Some(run) = runs.iter().find(|run| is_bad(run)) {
        return failed(bad(run, evidence.certainty()), &runs);
    }
    if runs.iter().all(|run| is_good(run, rules)) {
        return told(Proof::Concluded);
    }
    let seen = || runs.iter().filter_map(|run| facts.seen_at(run.id)).max();
    let since = facts.last_sent(rules.id).map(|sent| sent.at).or_else(seen).unwrap_or(facts.now);
    match left_to_follow(since, facts, rules) {
        Some(pause) => Next::Wait(pause),
        None => failed(late(&runs, rules), &runs),
    }
}

/// How long to wait before a run is looked at again that is followed since then; none when it has taken too long.
pub(super) fn left_to_follow(since: Timestamp, facts: &Facts, rules: &Rules<'_>) -> Option<Duration> {
    let followed = facts.looked_after(since);
    let left = rules.deadline.checked_sub(followed).filter(|left| !left.is_zero())?;
    // the longer it takes, the rarer: all targets together must not use up what the token may ask
    Some(pause(followed).max(rules.interval.min(followed / 2)).min(left))
}

fn unanswered(missing: &[&Receiver]) -> Trouble {
    let names: Vec<_> = missing.iter().map(|one| format!("`{}`", one.file)).collect();
    let what = format!("no run of {} was to be seen", names.join(", "));
    let mending =
        "see that the workflow is not disabled, and start it by hand, or run again with `redispatch-failed`";
    Trouble::new("no-run", what).mended_by(mending)
}

fn late(runs: &[RunSeen], rules: &Rules<'_>) -> Trouble {
    let seconds = rules.deadline.as_secs();
    let unproven = runs.iter().find_map(|run| match (run.progress.clone(), jobs(run, rules)) {
        (RunProgress::WellSoFar(seen), jobs) => Some((seen, jobs)),
        _ => None,
    });
    let (what, mending) = match unproven {
        None => (
            format!("its run has not ended within {seconds} s"),
            "look at the run, or give a higher `wait-timeout`",
        ),
        Some((seen, jobs)) => {
            let all = match jobs {
                Jobs::Counted(all) => all.to_string(),
                Jobs::Unknown => "an unknown number of".to_owned(),
            };
            (
                format!(
                    "{seen} of {all} jobs of its run have ended well within {seconds} s, and whether the others wait or are skipped is told to the repository's owner alone"
                ),
                "look at the run, give a higher `wait-timeout` or `wait: started`, or take a token of the repository's owner",
            )
        }
    };
    Trouble::new("deadline", what).mended_by(mending)
}

fn conclusion(run: &RunSeen) -> Option<&Conclusion> {
    if let RunProgress::Concluded(conclusion) = &run.progress { Some(conclusion) } else { None }
}

fn is_bad(run: &RunSeen) -> bool {
    conclusion(run).is_some_and(|conclusion| *conclusion != Conclusion::Success)
}

fn is_good(run: &RunSeen, rules: &Rules<'_>) -> bool {
    match &run.progress {
        RunProgress::Concluded(conclusion) => *conclusion == Conclusion::Success,
        // a job that waits for a runner is not told, so that nothing but their number says that there is none
        RunProgress::WellSoFar(ended) => {
            matches!(jobs(run, rules), Jobs::Counted(all) if *ended >= all)
        }
        RunProgress::Waiting | RunProgress::Running => false,
    }
}

/// The jobs of the workflow whose run it is.
fn jobs(run: &RunSeen, rules: &Rules<'_>) -> Jobs {
    let receiver = rules.receivers.iter().find(|receiver| receiver.file == run.workflow);
    receiver.map_or(Jobs::Unknown, |receiver| receiver.jobs)
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

//! What a list of runs says of what was told.

use std::collections::BTreeMap;

use domain::PackageVersion;
use forge::RunSeen;
use jiff::{SignedDuration, Timestamp};

use super::{Answered, Certainty, Facts, Look, Rules};
use crate::cascade_id::CascadeId;
use crate::mode::Receiver;

/// How far apart the runs can be that one event has started.
const TOGETHER: SignedDuration = SignedDuration::from_secs(30);

/// What a list of runs says of what was told.
pub(super) struct Evidence {
    /// What answered, by the file of its workflow.
    answers: BTreeMap<String, Found>,
    /// The last run of each other release of the same source.
    others: Vec<(CascadeId, u64)>,
    /// Runs that carry no id, of workflows that give them none, and that may be this release's: it is not known.
    pub(super) unclear: Vec<RunSeen>,
    /// Whether more runs of this release have come than this run has sent for.
    pub(super) is_doubled: bool,
}

/// The runs of one workflow that are ours, or may be.
struct Found {
    /// The oldest first.
    runs: Vec<RunSeen>,
    certainty: Certainty,
}

impl Evidence {
    pub(super) fn of(look: &Look, facts: &Facts, rules: &Rules<'_>) -> Self {
        // what this run has sent is more than what was there before it
        let has_sent = facts.last_sent(rules.id).is_some();
        let is_new = |run: &RunSeen| !facts.before.contains(&run.id);
        let mut ours: BTreeMap<u64, RunSeen> = BTreeMap::new();
        let mut others: Vec<(CascadeId, u64)> = Vec::new();
        let mut nameless: BTreeMap<u64, &RunSeen> = BTreeMap::new();
        for run in &look.runs {
            match CascadeId::find(&run.title, rules.source) {
                Some(id) if id == *rules.id => {
                    if !has_sent || is_new(run) {
                        ours.insert(run.id, run.clone());
                    }
                }
                Some(id) => match others.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, last)) => *last = run.id.max(*last),
                    None => others.push((id, run.id)),
                },
                None => {
                    nameless.insert(run.id, run);
                }
            }
        }
        for sent in facts.sent.iter().filter(|sent| sent.id == *rules.id) {
            if let Answered::Accepted(Some(told)) = &sent.answer {
                let seen = look.runs.iter().find(|run| run.id == told.id);
                ours.insert(told.id, seen.unwrap_or(told).clone());
                nameless.remove(&told.id);
            }
        }
        let mut answers: BTreeMap<String, Found> = BTreeMap::new();
        for run in ours.into_values() {
            let found = answers.entry(run.workflow.clone());
            found.or_insert(Found { runs: Vec::new(), certainty: Certainty::Certain }).runs.push(run);
        }
        let is_doubled = has_sent && answers.values().any(|found| found.runs.len() > facts.tries(rules.id));
        let mut evidence = Self { answers, others, unclear: Vec::new(), is_doubled };
        let nameless: Vec<&RunSeen> = nameless.into_values().collect();
        if has_sent {
            let new: Vec<&RunSeen> = nameless.into_iter().filter(|run| is_new(run)).collect();
            evidence.add_by_order(&new, &|receiver| is_told_by_order(receiver, facts, rules), rules);
        } else if let Some(told_at) = evidence.told_at() {
            let is_of_it = |run: &&RunSeen| run.created.duration_since(told_at).abs() <= TOGETHER;
            let together: Vec<&RunSeen> = nameless.into_iter().filter(is_of_it).collect();
            evidence.add_by_order(&together, &|_| true, rules);
        } else if let Some(released) = rules.released.filter(|_| rules.names_nothing()) {
            let answers = |run: &RunSeen| rules.receivers.iter().any(|one| one.file == run.workflow);
            let may_be =
                |run: &&RunSeen| (rules.receivers.is_empty() || answers(run)) && run.created >= released;
            evidence.unclear = nameless.into_iter().filter(may_be).cloned().collect();
        }
        evidence
    }

    /// Adds, for each workflow of which nothing is known by its id, those of these runs that are its own.
    fn add_by_order(
        &mut self,
        runs: &[&RunSeen],
        may_be_told_so: &dyn Fn(Option<&Receiver>) -> bool,
        rules: &Rules<'_>,
    ) {
        if rules.receivers.is_empty() && !self.answers.is_empty() {
            return;
        }
        let mut by_order: BTreeMap<String, Found> = BTreeMap::new();
        for run in runs.iter().filter(|run| !self.answers.contains_key(&run.workflow)) {
            let receiver = rules.receivers.iter().find(|one| one.file == run.workflow);
            let is_receiver = receiver.is_some() || rules.receivers.is_empty();
            if is_receiver && may_be_told_so(receiver) {
                let found = by_order.entry(run.workflow.clone());
                let found = found.or_insert(Found { runs: Vec::new(), certainty: Certainty::ByOrder });
                if !found.runs.is_empty() {
                    found.certainty = Certainty::Ambiguous;
                }
                found.runs.push((*run).clone());
            }
        }
        self.answers.extend(by_order);
    }

    /// When ours was told, by the forge's clock.
    fn told_at(&self) -> Option<Timestamp> {
        self.runs().map(|run| run.created).max()
    }

    /// Our runs, of all workflows.
    pub(super) fn runs(&self) -> impl Iterator<Item = &RunSeen> {
        self.answers.values().flat_map(|found| &found.runs)
    }

    /// The runs that decide: of each workflow the newest, and all that it may be where that is not certain.
    pub(super) fn deciding(&self) -> Vec<RunSeen> {
        let deciding = self.answers.values().flat_map(|found| match found.certainty {
            Certainty::Certain => &found.runs[found.runs.len() - 1..],
            Certainty::ByOrder | Certainty::Ambiguous => &found.runs[..],
        });
        deciding.cloned().collect()
    }

    /// How certain it is that these are ours.
    pub(super) fn certainty(&self) -> Certainty {
        self.answers.values().map(|found| found.certainty).max().unwrap_or(Certainty::Certain)
    }

    /// Whether there is no run of ours.
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Whether a workflow has answered.
    pub(super) fn has(&self, workflow: &str) -> bool {
        self.answers.contains_key(workflow)
    }

    /// The release of the highest version beyond this one that was told.
    pub(super) fn later_than(&self, version: &PackageVersion) -> Option<&CascadeId> {
        let later = self.others.iter().map(|(id, _)| id).filter(|id| id.version() > version);
        later.max_by(|one, other| one.version().cmp(other.version()))
    }

    /// Whether a release was told after ours, as far as ours was told at all.
    pub(super) fn is_last(&self, id: &CascadeId) -> bool {
        let last = self.others.iter().find(|(other, _)| other == id).map(|(_, last)| *last);
        last > self.last()
    }

    /// Whether ours is what was told last.
    pub(super) fn was_told(&self) -> bool {
        let last = self.last();
        last.is_some() && self.others.iter().all(|(_, other)| last > Some(*other))
    }

    fn last(&self) -> Option<u64> {
        self.runs().map(|run| run.id).max()
    }
}

/// Whether a run that is new and carries no id may be taken for a workflow's answer: at once where it gives its runs
/// no ids, and else when the time is over in which one with the id should have come.
fn is_told_by_order(receiver: Option<&Receiver>, facts: &Facts, rules: &Rules<'_>) -> bool {
    let accepted = || {
        let sent = facts.last_sent(rules.id);
        sent.is_some_and(|sent| matches!(sent.answer, Answered::Accepted(_)))
    };
    match receiver {
        Some(receiver) if receiver.names_its_runs => accepted() && facts.undecided(rules).is_none(),
        _ => true,
    }
}

//! What a list of runs says of what was told.

use std::collections::BTreeMap;

use domain::PackageVersion;
use forge::RunSeen;

use super::{Answered, Certainty, Facts, Look, Rules};
use crate::cascade_id::CascadeId;

/// What a list of runs says of what was told.
pub(super) struct Evidence {
    /// Our runs, by their ids.
    pub(super) ours: BTreeMap<u64, RunSeen>,
    /// How certain it is that they are ours.
    pub(super) certainty: Certainty,
    /// The last run of each other release of the same source.
    others: Vec<(CascadeId, u64)>,
}

impl Evidence {
    pub(super) fn of(look: &Look, facts: &Facts, rules: &Rules<'_>) -> Self {
        // what this run has sent is more than what was there before it
        let has_sent = facts.last_sent(rules.id).is_some();
        let mut ours = BTreeMap::new();
        let mut others: Vec<(CascadeId, u64)> = Vec::new();
        let mut nameless = Vec::new();
        for run in &look.runs {
            match CascadeId::find(&run.title, rules.source) {
                Some(id) if id == *rules.id => {
                    if !(has_sent && facts.before.contains(&run.id)) {
                        ours.insert(run.id, run.clone());
                    }
                }
                Some(id) => match others.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, last)) => *last = run.id.max(*last),
                    None => others.push((id, run.id)),
                },
                None => nameless.push(run),
            }
        }
        for sent in facts.sent.iter().filter(|sent| sent.id == *rules.id) {
            if let Answered::Accepted(Some(told)) = &sent.answer {
                let seen = look.runs.iter().find(|run| run.id == told.id);
                ours.insert(told.id, seen.unwrap_or(told).clone());
            }
        }
        let mut certainty = Certainty::Certain;
        if ours.is_empty() && has_sent {
            (ours, certainty) = by_order(&nameless, facts, rules);
        }
        Self { ours, certainty, others }
    }

    /// The release of the highest version beyond this one that was told.
    pub(super) fn later_than(&self, version: &PackageVersion) -> Option<&CascadeId> {
        let later = self.others.iter().map(|(id, _)| id).filter(|id| id.version() > version);
        later.max_by(|one, other| one.version().cmp(other.version()))
    }

    /// Whether a release was told after ours, as far as ours was told at all.
    pub(super) fn is_last(&self, id: &CascadeId) -> bool {
        let last = self.others.iter().find(|(other, _)| other == id).map(|(_, last)| *last);
        last > self.ours.keys().next_back().copied()
    }

    /// Whether ours is what was told last.
    pub(super) fn was_told(&self) -> bool {
        let last = self.ours.keys().next_back().copied();
        last.is_some() && self.others.iter().all(|(_, other)| last > Some(*other))
    }
}

/// Our runs where no title tells them: those that were not there before, of workflows whose titles tell nothing.
fn by_order(nameless: &[&RunSeen], facts: &Facts, rules: &Rules<'_>) -> (BTreeMap<u64, RunSeen>, Certainty) {
    let answers = |run: &&&RunSeen| {
        let receiver = rules.receivers.iter().find(|receiver| receiver.file == run.workflow);
        rules.receivers.is_empty() || receiver.is_some_and(|receiver| !receiver.names_its_runs)
    };
    let new = nameless.iter().filter(|run| !facts.before.contains(&run.id)).filter(answers);
    let mut ours: BTreeMap<u64, RunSeen> = BTreeMap::new();
    let mut of_workflow: BTreeMap<&str, usize> = BTreeMap::new();
    for run in new {
        *of_workflow.entry(&run.workflow).or_default() += 1;
        ours.insert(run.id, (*run).clone());
    }
    let is_one_each = of_workflow.values().all(|count| *count == 1);
    (ours, if is_one_each { Certainty::ByOrder } else { Certainty::Ambiguous })
}

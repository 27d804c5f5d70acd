//! Whether another pre-release is due: beside the final release before it, a pre-release follows the last one of
//! its kind.

use domain::{PrereleaseKind, TagVersion};
use forge::Relation;

use super::judge::{diverged, relation, superseded};
use super::weigh::{Weighed, weigh};
use super::{Judgement, PlanError};
use crate::facts::Facts;
use crate::settings::Settings;

/// What stands against the pre-release `version`: one of its kind that contains the commit already, or nothing
/// that asks for a release since the last one.
pub(super) fn held_back<'f>(
    facts: &'f Facts,
    settings: &Settings,
    kind: PrereleaseKind,
    version: &TagVersion,
) -> Result<Option<Judgement<'f>>, PlanError> {
    let last = facts.tags.last_prerelease(kind, version);
    if let Some(last) = last {
        match relation(facts, last)? {
            Relation::Same | Relation::Behind => return Ok(Some(superseded(last))),
            Relation::Diverged => return Err(diverged(facts, last, "the last pre-release of this version")),
            Relation::Ahead => {}
        }
        match weigh(facts, settings, Some(last))? {
            Weighed::Wait(pause) => return Ok(Some(Judgement::Wait(pause))),
            Weighed::Skip(skip, warnings) => return Ok(Some(Judgement::Skip(skip, warnings))),
            Weighed::Asked(..) => {}
        }
    }
    // an older commit may ask for less than what was pre-released since
    let highest = facts.tags.highest_prerelease(kind).filter(|highest| Some(*highest) != last);
    if let Some(highest) = highest
        && relation(facts, highest)? == Relation::Behind
    {
        return Ok(Some(superseded(highest)));
    }
    Ok(None)
}

#[cfg(test)]
#[path = "prerelease_tests.rs"]
mod tests;

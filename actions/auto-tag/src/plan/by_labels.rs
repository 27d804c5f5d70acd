//! The version that labels ask for.

use forge::Relation;

use super::judge::{diverged, relation, superseded};
use super::prerelease::held_back;
use super::weigh::{Weighed, weigh};
use super::{Judgement, PlanError};
use crate::facts::Facts;
use crate::settings::Settings;
use crate::tags::TaggedRelease;
use crate::version::{Next, next_version};

pub(super) fn judge<'f>(facts: &'f Facts, settings: &Settings) -> Result<Judgement<'f>, PlanError> {
    if let Some(release) = facts.tags.at(&facts.commit, settings.prerelease) {
        return Ok(Judgement::Stands(release));
    }
    let base = facts.tags.highest();
    if let Some(base) = base {
        match relation(facts, base)? {
            Relation::Ahead => {}
            Relation::Same => return Ok(Judgement::Stands(base)),
            Relation::Behind => return Ok(superseded(base)),
            Relation::Diverged => return Err(diverged(facts, base, "the highest release")),
        }
    }
    // before the first final release, a pre-release is all that there is to start from
    let first = settings.prerelease.filter(|_| base.is_none());
    let first = first.and_then(|kind| facts.tags.last_prerelease(kind, &settings.initial_version));
    if let Some(contains_us) = first.map(|first| contains(facts, first)).transpose()?.flatten() {
        return Ok(superseded(contains_us));
    }
    let (bump, decision) = match weigh(facts, settings, base.or(first))? {
        Weighed::Wait(pause) => return Ok(Judgement::Wait(pause)),
        Weighed::Skip(skip, warnings) => return Ok(Judgement::Skip(skip, warnings)),
        Weighed::Asked(bump, decision) => (bump, decision),
    };
    let Next { version, raised } = next_version(facts, settings, base.map(|base| base.tag.version()), bump);
    if let Some(kind) = settings.prerelease
        && let Some(held_back) = held_back(facts, settings, kind, &version)?
    {
        return Ok(held_back);
    }
    Ok(Judgement::Release { base, version, raised, decision })
}

/// The release, if it contains the commit.
fn contains<'f>(facts: &Facts, release: &'f TaggedRelease) -> Result<Option<&'f TaggedRelease>, PlanError> {
    let contains = matches!(relation(facts, release)?, Relation::Same | Relation::Behind);
    Ok(contains.then_some(release))
}

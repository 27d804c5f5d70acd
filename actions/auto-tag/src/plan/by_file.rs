//! The version that a committed file holds.

use domain::TagVersion;
use forge::Relation;

use super::judge::{diverged, relation, superseded};
use super::verdict::{Skip, SkipReason};
use super::weigh::{Weighed, weigh};
use super::{Judgement, PlanError};
use crate::decide::Decision;
use crate::facts::Facts;
use crate::settings::Settings;
use crate::tags::TaggedRelease;

pub(super) fn judge<'f>(
    facts: &'f Facts,
    settings: &Settings,
    path: &str,
) -> Result<Judgement<'f>, PlanError> {
    let version = facts.committed_version.as_ref();
    let version = version.ok_or_else(|| PlanError::NoVersionFile(path.to_owned()))?;
    let tagged = facts.tags.of(version);
    if let Some(ours) = tagged.filter(|tagged| tagged.commit == facts.commit) {
        return Ok(Judgement::Stands(ours));
    }
    match against_the_highest(facts, version)? {
        Standing::Superseded(by) => return Ok(superseded(by)),
        Standing::Above(higher) => {
            return match tagged {
                Some(tagged) => Ok(is_tagged(path, version, tagged, Some(higher))),
                None => Err(lower(path, version, higher)),
            };
        }
        Standing::Clear => {}
    }
    if let Some(tagged) = tagged {
        return Ok(is_tagged(path, version, tagged, None));
    }
    match against_the_next(facts, version)? {
        Standing::Superseded(by) => return Ok(superseded(by)),
        Standing::Above(higher) => return Err(lower(path, version, higher)),
        Standing::Clear => {}
    }
    let base = facts.tags.highest_below(version);
    if let Some(base) = base {
        match relation(facts, base)? {
            Relation::Ahead => {}
            // the same commit was released as less before: the file has the last word
            Relation::Same => {
                return release(facts, path, version, Some(base), Decision::default());
            }
            Relation::Behind => return Ok(superseded(base)),
            Relation::Diverged => return Err(diverged(facts, base, "the release before that version")),
        }
    }
    match weigh(facts, settings, base)? {
        Weighed::Wait(pause) => Ok(Judgement::Wait(pause)),
        Weighed::Skip(skip, warnings) => Ok(Judgement::Skip(skip, warnings)),
        Weighed::Asked(_, decision) => release(facts, path, version, base, decision),
    }
}

/// The release of exactly the committed version: one that was published without a tag can be no release any more.
fn release<'f>(
    facts: &'f Facts,
    path: &str,
    version: &TagVersion,
    base: Option<&'f TaggedRelease>,
    decision: Decision,
) -> Result<Judgement<'f>, PlanError> {
    match facts.published.as_ref().filter(|published| published.holds(version)) {
        Some(published) => Err(PlanError::Published {
            path: path.to_owned(),
            version: version.clone(),
            project: published.project.to_string(),
            index: published.index.clone(),
        }),
        None => Ok(Judgement::Release { base, version: version.clone(), raised: None, decision }),
    }
}

/// How the commit and its version stand to a release.
enum Standing<'f> {
    /// It is not in the way.
    Clear,
    /// It contains the commit.
    Superseded(&'f TaggedRelease),
    /// The commit contains it, and its version is higher.
    Above(&'f TaggedRelease),
}

/// A version above the highest release must stand on it; one below is of another line, or a mistake.
fn against_the_highest<'f>(facts: &'f Facts, version: &TagVersion) -> Result<Standing<'f>, PlanError> {
    let Some(highest) = facts.tags.highest() else { return Ok(Standing::Clear) };
    let is_above = highest.tag.version() > version;
    Ok(match relation(facts, highest)? {
        Relation::Behind => Standing::Superseded(highest),
        Relation::Same if is_above => Standing::Superseded(highest),
        Relation::Ahead if is_above => Standing::Above(highest),
        Relation::Diverged if !is_above => return Err(diverged(facts, highest, "the highest release")),
        Relation::Same | Relation::Ahead | Relation::Diverged => Standing::Clear,
    })
}

/// On a line of its own, such as `1.x` beside `2.0.0`, it is the next higher release that tells.
fn against_the_next<'f>(facts: &'f Facts, version: &TagVersion) -> Result<Standing<'f>, PlanError> {
    let Some(next) = facts.tags.lowest_above(version) else { return Ok(Standing::Clear) };
    Ok(match relation(facts, next)? {
        Relation::Behind | Relation::Same => Standing::Superseded(next),
        Relation::Ahead => Standing::Above(next),
        Relation::Diverged => Standing::Clear,
    })
}

fn lower(path: &str, version: &TagVersion, higher: &TaggedRelease) -> PlanError {
    PlanError::Lower { path: path.to_owned(), version: version.clone(), tag: higher.tag.clone() }
}

fn is_tagged<'f>(
    path: &str,
    version: &TagVersion,
    tagged: &TaggedRelease,
    higher: Option<&TaggedRelease>,
) -> Judgement<'f> {
    let skip = Skip {
        reason: SkipReason::VersionTagged,
        why: format!("`{path}` holds version {version}, which `{}` released already", tagged.tag),
        release: Some(tagged.tag.clone()),
        contributions: Vec::new(),
    };
    let warning = higher.map(|higher| {
        format!("`{path}` holds version {version}, and `{}` was released on this line: commit a higher version to release again", higher.tag)
    });
    Judgement::Skip(skip, warning.into_iter().collect())
}

#[cfg(test)]
#[path = "by_file_tests.rs"]
mod tests;

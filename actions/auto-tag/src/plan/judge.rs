//! What a commit comes to.

use std::time::Duration;

use domain::TagVersion;
use forge::Relation;

use super::verdict::{Skip, SkipReason};
use super::{PlanError, by_file, by_labels};
use crate::decide::Decision;
use crate::facts::Facts;
use crate::published::{Published, Raised};
use crate::settings::{Settings, VersionSource};
use crate::tags::TaggedRelease;

/// What a commit comes to.
#[derive(Debug)]
pub(crate) enum Judgement<'f> {
    /// It is too early to tell: look again after this time.
    Wait(Duration),
    /// It carries this release already.
    Stands(&'f TaggedRelease),
    /// There is nothing to release; what people should know beside that.
    Skip(Skip, Vec<String>),
    /// It gets a release.
    Release {
        /// The final release before it.
        base: Option<&'f TaggedRelease>,
        /// Its version.
        version: TagVersion,
        /// What made that version higher than tags and labels alone would have it.
        raised: Option<Raised>,
        /// What asked for it.
        decision: Decision,
    },
}

/// Judges the facts' commit.
///
/// # Errors
/// When the facts allow no judgement.
pub(crate) fn judge<'f>(facts: &'f Facts, settings: &Settings) -> Result<Judgement<'f>, PlanError> {
    if !facts.on_branch {
        let branch = facts.branch.as_str().to_owned();
        return Err(PlanError::NotOnBranch { commit: facts.commit.clone(), branch });
    }
    let mut judgement = match &settings.version_source {
        VersionSource::Labels => by_labels::judge(facts, settings)?,
        VersionSource::File(path) => by_file::judge(facts, settings, path)?,
    };
    if let Judgement::Release { decision, .. } = &mut judgement {
        decision.warnings.extend(facts.published.iter().flat_map(Published::remarks));
    }
    Ok(judgement)
}

/// How the commit stands to a release.
///
/// # Errors
/// When that was not read.
pub(super) fn relation(facts: &Facts, release: &TaggedRelease) -> Result<Relation, PlanError> {
    let history = facts.since(Some(release)).ok_or_else(|| PlanError::Unread(release.tag.clone()))?;
    Ok(history.relation)
}

pub(super) fn diverged(facts: &Facts, release: &TaggedRelease, what: &'static str) -> PlanError {
    PlanError::Diverged { tag: release.tag.clone(), what, commit: facts.commit.clone() }
}

pub(super) fn superseded<'f>(by: &TaggedRelease) -> Judgement<'f> {
    let skip = Skip {
        reason: SkipReason::Superseded,
        why: format!("`{}` contains this commit already", by.tag),
        release: Some(by.tag.clone()),
        contributions: Vec::new(),
    };
    Judgement::Skip(skip, Vec::new())
}

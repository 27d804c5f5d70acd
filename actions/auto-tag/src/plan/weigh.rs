//! What came since a release, weighed: the same for every source of versions.

use std::time::Duration;

use domain::Bump;
use forge::{ChangedPaths, History};

use super::PlanError;
use super::verdict::{Skip, SkipReason};
use crate::attribute::{Attribution, attribute};
use crate::decide::{Decision, decide};
use crate::facts::Facts;
use crate::settings::{OnNoPullRequest, Settings};
use crate::tags::TaggedRelease;
use crate::wait::pause_for_lookup;

/// What weighing comes to.
pub(super) enum Weighed {
    /// The forge's look-up may still tell more: look again after this time.
    Wait(Duration),
    /// Nothing is to be released; what people should know beside that.
    Skip(Skip, Vec<String>),
    /// This is asked for, for these reasons.
    Asked(Bump, Decision),
}

/// Weighs what came since `base`, or the commit alone before the first release.
///
/// # Errors
/// When direct pushes are not allowed, or it was not read what came.
pub(super) fn weigh(
    facts: &Facts,
    settings: &Settings,
    base: Option<&TaggedRelease>,
) -> Result<Weighed, PlanError> {
    let history = facts.since(base);
    if let (Some(base), None) = (base, history) {
        return Err(PlanError::Unread(base.tag.clone()));
    }
    if let Some(skip) = skipped_by_marker(facts, settings).or_else(|| skipped_by_paths(history?, settings)) {
        return Ok(Weighed::Skip(skip, Vec::new()));
    }
    let attribution = attribution(facts, history);
    if let Some(pause) = pause_for_lookup(facts, settings, &attribution) {
        return Ok(Weighed::Wait(pause));
    }
    if settings.on_no_pr == OnNoPullRequest::Fail && !attribution.direct.is_empty() {
        let name = |commit: &forge::Commit| format!("{} {}", commit.sha.short(), commit.subject());
        return Err(PlanError::DirectPushes(
            attribution.direct.iter().map(|direct| name(direct.commit)).collect(),
        ));
    }
    let decision = decision(facts, settings, base);
    let Some(bump) = decision.bump else {
        let (skip, warnings) = nothing_asked(decision, base);
        return Ok(Weighed::Skip(skip, warnings));
    };
    Ok(Weighed::Asked(bump, decision))
}

/// What the pull requests since `base` ask for, and what could not be weighed.
pub(super) fn decision(facts: &Facts, settings: &Settings, base: Option<&TaggedRelease>) -> Decision {
    let history = facts.since(base);
    let mut decision = decide(&attribution(facts, history), settings);
    decision.warnings.extend(history.and_then(|history| unknown_paths(history, settings)));
    decision
}

/// The pull requests of a range, as far as they are known.
pub(crate) fn attribution<'f>(facts: &'f Facts, history: Option<&'f History>) -> Attribution<'f> {
    let commits = history.map_or(&[][..], |history| &history.commits);
    let mut attribution = attribute(commits, &facts.commit, &facts.answers);
    for direct in &mut attribution.direct {
        // a change that came to this very branch is not picked from another
        direct.picked.retain(|pull| pull.base != facts.branch.as_str());
    }
    attribution
}

fn nothing_asked(decision: Decision, base: Option<&TaggedRelease>) -> (Skip, Vec<String>) {
    let by_label = decision.contributions.iter().any(|contribution| contribution.pull.is_some());
    let (reason, why) = if by_label {
        let since = base.map(|base| format!(" since `{}`", base.tag)).unwrap_or_default();
        (SkipReason::SkipLabel, format!("every pull request{since} asks for no release"))
    } else {
        let why = "the commits came by no pull request, and `on-no-pr` is `skip`";
        (SkipReason::NoPullRequest, why.to_owned())
    };
    (Skip { reason, why, release: None, contributions: decision.contributions }, decision.warnings)
}

fn skipped_by_marker(facts: &Facts, settings: &Settings) -> Option<Skip> {
    let message = facts.head_commit()?.message.to_lowercase();
    let marker = settings.skip_markers.iter().find(|marker| message.contains(&marker.to_lowercase()))?;
    Some(Skip {
        reason: SkipReason::SkipMarker,
        why: format!("the commit's message holds `{marker}`"),
        release: None,
        contributions: Vec::new(),
    })
}

fn skipped_by_paths(history: &History, settings: &Settings) -> Option<Skip> {
    let filter = settings.paths.as_ref()?;
    let ChangedPaths::Known(changed) = &history.changed else { return None };
    if changed.iter().any(|path| filter.takes(path)) {
        return None;
    }
    Some(Skip {
        reason: SkipReason::Paths,
        why: format!("none of the {} changed files is among `paths` ({filter})", changed.len()),
        release: None,
        contributions: Vec::new(),
    })
}

fn unknown_paths(history: &History, settings: &Settings) -> Option<String> {
    settings.paths.as_ref()?;
    match &history.changed {
        ChangedPaths::Unknown(why) => {
            Some(format!("`paths` could not be weighed, so the release goes ahead: {why}"))
        }
        ChangedPaths::Known(_) | ChangedPaths::NotAsked => None,
    }
}

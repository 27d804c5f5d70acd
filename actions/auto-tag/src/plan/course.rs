//! What is left to do for what a commit comes to.

use domain::{Bump, ReleaseTag, TagVersion};

use super::follow_up::nothing_follows;
use super::verdict::{Course, Plan, Release, Skip, Step, Verdict};
use super::weigh::decision;
use crate::decide::Decision;
use crate::facts::{Existing, Facts};
use crate::message::Told;
use crate::published::{Published, Raised};
use crate::settings::Settings;
use crate::tags::{TaggedRelease, Tags};
use crate::wait::{Awaited, pause_for_maker};

/// A release that does not exist yet.
pub(super) fn release(
    facts: &Facts,
    settings: &Settings,
    base: Option<&TaggedRelease>,
    version: &TagVersion,
    raised: Option<Raised>,
    decision: Decision,
) -> Plan {
    let tag = settings.prefix.with(version.clone());
    let previous = base.map(|base| base.tag.clone());
    let bump = previous.as_ref().map(|previous| Bump::between(previous.version(), version));
    let pulls = decision.pulls();
    let message = settings.message.message(&Told {
        tag: &tag.to_string(),
        version,
        previous_tag: previous.as_ref().map(ToString::to_string).as_deref(),
        bump,
        commit: &facts.commit,
        pulls: &pulls,
        run: facts.run_url.as_deref(),
    });
    let release = Release {
        tag: tag.clone(),
        previous,
        bump,
        raised,
        contributions: decision.contributions,
        pulls,
        existed: false,
    };
    let mut after = facts.tags.clone();
    after.add(forge::Tag {
        name: tag.to_string(),
        object: facts.commit.clone(),
        commit: facts.commit.clone(),
    });
    let mut steps = vec![Step::CreateTag { name: tag.name(), version: version.clone(), message }];
    if let Some(tagged) = after.of(version) {
        steps.extend(moves(&after, tagged, settings));
    }
    steps.extend(dispatch(settings, &tag));
    let mut warnings = decision.warnings;
    warnings.extend(nothing_follows(facts, settings));
    Plan::Go(Box::new(Course { verdict: Verdict::Release(release), steps, warnings }))
}

/// Nothing to release.
pub(super) fn skipped(skip: Skip, warnings: Vec<String>) -> Plan {
    Plan::Go(Box::new(Course { verdict: Verdict::Skip(skip), steps: Vec::new(), warnings }))
}

/// A release that is there, made by this run or before it: what is left is what comes after the tag.
pub(super) fn standing(facts: &Facts, settings: &Settings, tagged: &TaggedRelease) -> Plan {
    let version = tagged.tag.version();
    let created = facts.done.created.as_ref() == Some(version);
    let existing = facts.existing.clone().unwrap_or_default();
    let base = facts.tags.highest_below(version);
    let previous = base.map(|release| release.tag.clone());
    let bump = previous.as_ref().map(|previous| Bump::between(previous.version(), version));
    let mut steps: Vec<Step> = moves(&facts.tags, tagged, settings).collect();
    if facts.done.dispatched.is_none() && existing.run.is_none() {
        if let (true, Some(pause)) = (steps.is_empty(), pause_for_maker(facts, settings, &existing, created))
        {
            return Plan::Wait(pause, Awaited::Dispatch);
        }
        steps.extend(dispatch(settings, &tagged.tag));
    }
    let Existing { trailers, .. } = existing;
    let since = base.or_else(|| facts.tags.last_prerelease_before(settings.prerelease?, version));
    let decision = if created { decision(facts, settings, since) } else { Decision::default() };
    let pulls = if created { decision.pulls() } else { trailers.pulls };
    let release = Release {
        tag: tagged.tag.clone(),
        previous,
        bump: trailers.bump.or(bump),
        raised: facts.done.raised.clone(),
        contributions: decision.contributions,
        pulls,
        existed: !created,
    };
    let mut warnings = Vec::new();
    if created {
        warnings.extend(decision.warnings);
        warnings.extend(facts.published.iter().flat_map(Published::remarks));
        warnings.extend(nothing_follows(facts, settings));
    }
    Plan::Go(Box::new(Course { verdict: Verdict::Release(release), steps, warnings }))
}

fn moves(tags: &Tags, tagged: &TaggedRelease, settings: &Settings) -> impl Iterator<Item = Step> {
    tags.floating_behind(tagged, settings.floating).into_iter().map(|(name, from, to)| Step::MoveTag {
        name,
        from,
        to,
    })
}

fn dispatch(settings: &Settings, tag: &ReleaseTag) -> Option<Step> {
    let dispatch = settings.dispatch.as_ref()?;
    let fill = |value: &str| {
        value.replace("{tag}", &tag.to_string()).replace("{version}", &tag.version().to_string())
    };
    let inputs = dispatch.inputs.iter().map(|(name, value)| (name.clone(), fill(value))).collect();
    Some(Step::Dispatch { workflow: dispatch.workflow.clone(), tag: tag.name(), inputs })
}

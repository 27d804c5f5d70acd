//! The decision: facts in, the rest of the run out. No clock, no environment, no network, no disk.
//!
//! A first run, a run after a lost race, after an answer that never came, and a second run of the same job all
//! come through here with different facts, and the steps that are left follow from the facts alone.

use std::time::Duration;

use domain::{Bump, CommitSha, ReleaseTag, TagName, TagVersion};
use forge::{ChangedPaths, Relation};

use crate::attribute::{Attribution, attribute};
use crate::decide::{Contribution, Decision, decide};
use crate::facts::{Existing, Facts};
use crate::message::Told;
use crate::settings::{OnNoPullRequest, Settings, TokenKind, VersionSource};
use crate::tags::TaggedRelease;
use crate::version::next_version;
use crate::wait::{Awaited, pause_for_lookup, pause_for_maker};

/// What is to be done, given what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Something is still to come: look again after this time.
    Wait(Duration, Awaited),
    /// Everything is known: the verdict, and the steps that are left. Without steps the run is done.
    Go(Box<Course>),
}

/// A verdict and what is left to do for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What this run comes to.
    pub verdict: Verdict,
    /// What is left to do, in this order.
    pub steps: Vec<Step>,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The commit gets this release, or has it.
    Release(Release),
    /// There is nothing to release.
    Skip(Skip),
}

/// A release of the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its tag.
    pub tag: ReleaseTag,
    /// The final release before it.
    pub previous: Option<ReleaseTag>,
    /// How far the version moves; `None` for the first release.
    pub bump: Option<Bump>,
    /// What asked for it, by pull request.
    pub contributions: Vec<Contribution>,
    /// The numbers of its pull requests.
    pub pulls: Vec<u64>,
    /// Whether the tag was there before this run.
    pub existed: bool,
}

/// Why there is nothing to release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The reason in one word, for the output.
    pub reason: SkipReason,
    /// The reason in a sentence.
    pub why: String,
    /// The release that makes this one needless, where there is one.
    pub release: Option<ReleaseTag>,
    /// What was weighed.
    pub contributions: Vec<Contribution>,
}

/// Why there is nothing to release, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// A newer release contains the commit.
    Superseded,
    /// The newest commit's message holds a skip marker.
    SkipMarker,
    /// No changed file is among `paths`.
    Paths,
    /// No pull request asks for a release.
    SkipLabel,
    /// There is no pull request, and `on-no-pr` is `skip`.
    NoPullRequest,
    /// The version in the version file is tagged already.
    VersionTagged,
}

impl SkipReason {
    /// The output's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::SkipMarker => "skip-marker",
            Self::Paths => "paths",
            Self::SkipLabel => "skip-label",
            Self::NoPullRequest => "no-pull-request",
            Self::VersionTagged => "version-tagged",
        }
    }
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make the tag. It is never moved when it is there.
    CreateTag {
        /// Its name.
        name: TagName,
        /// The version that it names.
        version: TagVersion,
        /// Its message.
        message: String,
    },
    /// Move a floating tag, if it still holds `from`.
    MoveTag {
        /// Its name.
        name: TagName,
        /// What its ref holds now; `None` when it does not exist.
        from: Option<CommitSha>,
        /// The commit that it shall lead to.
        to: CommitSha,
    },
    /// Start a workflow at the tag.
    Dispatch {
        /// The workflow's file.
        workflow: String,
        /// The tag to run at.
        tag: TagName,
        /// The workflow's inputs.
        inputs: Vec<(String, String)>,
    },
}

/// Why no verdict can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The commit is not on the branch.
    #[error("commit `{commit}` is not on branch `{branch}`")]
    NotOnBranch {
        /// The commit to release.
        commit: CommitSha,
        /// The branch that was to hold it.
        branch: String,
    },
    /// The highest release and the commit have parted ways.
    #[error(
        "`{tag}`, the highest release, is not part of the history of commit `{commit}`, nor the other way round"
    )]
    Diverged {
        /// The highest release.
        tag: ReleaseTag,
        /// The commit to release.
        commit: CommitSha,
    },
    /// `on-no-pr` is `fail`, and there are direct pushes.
    #[error("{} since the last release came by no pull request, and `on-no-pr` is `fail`: {}", commits(.0.len()), .0.join(", "))]
    DirectPushes(Vec<String>),
    /// The version file holds no version.
    #[error("version file `{0}` is not in the repository at this commit")]
    NoVersionFile(String),
}

fn commits(count: usize) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}

impl PlanError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotOnBranch { branch, .. } => {
                format!("release a commit that `{branch}` holds, or run on the branch that holds this one")
            }
            Self::Diverged { tag, .. } => format!(
                "merge the branch that holds `{tag}` into this one, or give this line of releases a `tag-prefix` of its own"
            ),
            Self::DirectPushes(_) => {
                "merge changes by pull requests, or set `on-no-pr` to `patch` or `skip`".to_owned()
            }
            Self::NoVersionFile(_) => "correct `version-file`, relative to the repository's root".to_owned(),
        }
    }
}

/// The plan for these facts.
///
/// # Errors
/// When the facts allow no verdict; nothing may be changed then.
pub fn plan(facts: &Facts, settings: &Settings) -> Result<Plan, PlanError> {
    if !facts.on_branch {
        let branch = facts.branch.as_str().to_owned();
        return Err(PlanError::NotOnBranch { commit: facts.commit.clone(), branch });
    }
    match &settings.version_source {
        VersionSource::Labels => match facts.tags.at(&facts.commit, settings.prerelease) {
            Some(release) => Ok(standing(facts, settings, release)),
            None => plan_by_labels(facts, settings),
        },
        VersionSource::File(path) => plan_by_file(facts, settings, path),
    }
}

fn plan_by_labels(facts: &Facts, settings: &Settings) -> Result<Plan, PlanError> {
    let base = facts.tags.highest();
    if let (Some(base), Some(history)) = (base, &facts.history) {
        match history.relation {
            Relation::Ahead => {}
            Relation::Same => return Ok(standing(facts, settings, base)),
            Relation::Behind => return Ok(superseded(base)),
            Relation::Diverged => {
                return Err(PlanError::Diverged { tag: base.tag.clone(), commit: facts.commit.clone() });
            }
        }
    }
    if let Some(skip) = skipped_by_marker(facts, settings).or_else(|| skipped_by_paths(facts, settings)) {
        return Ok(skip);
    }
    let attribution = attribution(facts);
    if let Some(pause) = pause_for_lookup(facts, settings, &attribution) {
        return Ok(Plan::Wait(pause, Awaited::Lookup));
    }
    if settings.on_no_pr == OnNoPullRequest::Fail && !attribution.direct.is_empty() {
        let name = |commit: &forge::Commit| format!("{} {}", commit.sha.short(), commit.subject());
        return Err(PlanError::DirectPushes(
            attribution.direct.iter().map(|direct| name(direct.commit)).collect(),
        ));
    }
    let decision = decide(&attribution, settings);
    let Some(bump) = decision.bump else { return Ok(nothing_asked(decision)) };
    let version = next_version(
        base.map(|base| base.tag.version()),
        bump,
        &facts.tags,
        settings,
        facts.committed_version.as_ref(),
    );
    Ok(release(facts, settings, base, &version, decision))
}

fn plan_by_file(facts: &Facts, settings: &Settings, path: &str) -> Result<Plan, PlanError> {
    let version = facts.committed_version.clone().ok_or_else(|| PlanError::NoVersionFile(path.to_owned()))?;
    if let Some(tagged) = facts.tags.of(&version) {
        if tagged.commit == facts.commit {
            return Ok(standing(facts, settings, tagged));
        }
        return Ok(skip(Skip {
            reason: SkipReason::VersionTagged,
            why: format!("`{path}` holds version {version}, which `{}` released already", tagged.tag),
            release: Some(tagged.tag.clone()),
            contributions: Vec::new(),
        }));
    }
    if let Some(skip) = skipped_by_marker(facts, settings).or_else(|| skipped_by_paths(facts, settings)) {
        return Ok(skip);
    }
    let attribution = attribution(facts);
    let mut decision = decide(&attribution, settings);
    decision.warnings.clear();
    Ok(release(facts, settings, facts.tags.highest_below(&version), &version, decision))
}

/// The pull requests of the range, as far as they are known.
pub(crate) fn attribution(facts: &Facts) -> Attribution<'_> {
    let commits = facts.history.as_ref().map_or(&[][..], |history| &history.commits);
    attribute(commits, &facts.commit, &facts.answers)
}

/// A release that does not exist yet.
fn release(
    facts: &Facts,
    settings: &Settings,
    base: Option<&TaggedRelease>,
    version: &TagVersion,
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
    warnings.extend(unknown_paths(facts, settings));
    warnings.extend(nothing_follows(facts, settings));
    Plan::Go(Box::new(Course { verdict: Verdict::Release(release), steps, warnings }))
}

/// A release that is there, made by this run or before it: what is left is what comes after the tag.
fn standing(facts: &Facts, settings: &Settings, tagged: &TaggedRelease) -> Plan {
    let version = tagged.tag.version();
    let created = facts.done.created.as_ref() == Some(version);
    let existing = facts.existing.clone().unwrap_or_default();
    let previous = facts.tags.highest_below(version).map(|release| release.tag.clone());
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
    let decision = if created { decide(&attribution(facts), settings) } else { Decision::default() };
    let pulls = if created { decision.pulls() } else { trailers.pulls };
    let release = Release {
        tag: tagged.tag.clone(),
        previous,
        bump: trailers.bump.or(bump),
        contributions: decision.contributions,
        pulls,
        existed: !created,
    };
    let mut warnings = Vec::new();
    if created {
        warnings.extend(decision.warnings);
        warnings.extend(unknown_paths(facts, settings));
        warnings.extend(nothing_follows(facts, settings));
    }
    Plan::Go(Box::new(Course { verdict: Verdict::Release(release), steps, warnings }))
}

fn moves(
    tags: &crate::tags::Tags,
    tagged: &TaggedRelease,
    settings: &Settings,
) -> impl Iterator<Item = Step> {
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

/// A tag that nothing follows is the chain's quietest failure, so it is told beforehand.
fn nothing_follows(facts: &Facts, settings: &Settings) -> Option<String> {
    if settings.dispatch.is_some() {
        return None;
    }
    let way_out = "set `dispatch` to the workflow that shall run";
    if settings.token == TokenKind::Job {
        return Some(format!(
            "a tag made with the job's own token starts no workflow: {way_out}, or use a personal access token or an app"
        ));
    }
    let message = head_commit(facts)?.message.to_lowercase();
    let marker = SKIP_CI.iter().find(|marker| message.contains(*marker))?;
    Some(format!(
        "the commit's message holds `{marker}`, which keeps its tag from starting a workflow: {way_out}"
    ))
}

/// What keeps a push, of a tag too, from starting workflows.
/// <https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs>
const SKIP_CI: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

fn head_commit(facts: &Facts) -> Option<&forge::Commit> {
    facts.history.as_ref()?.commits.iter().find(|commit| commit.sha == facts.commit)
}

fn superseded(base: &TaggedRelease) -> Plan {
    skip(Skip {
        reason: SkipReason::Superseded,
        why: format!("`{}` contains this commit already", base.tag),
        release: Some(base.tag.clone()),
        contributions: Vec::new(),
    })
}

fn nothing_asked(decision: Decision) -> Plan {
    let by_label = decision.contributions.iter().any(|contribution| contribution.pull.is_some());
    let (reason, why) = if by_label {
        (SkipReason::SkipLabel, "every pull request since the last release asks for none")
    } else {
        (SkipReason::NoPullRequest, "the commits came by no pull request, and `on-no-pr` is `skip`")
    };
    let mut plan =
        skip(Skip { reason, why: why.to_owned(), release: None, contributions: decision.contributions });
    if let Plan::Go(course) = &mut plan {
        course.warnings = decision.warnings;
    }
    plan
}

fn skipped_by_marker(facts: &Facts, settings: &Settings) -> Option<Plan> {
    let message = head_commit(facts)?.message.to_lowercase();
    let marker = settings.skip_markers.iter().find(|marker| message.contains(&marker.to_lowercase()))?;
    Some(skip(Skip {
        reason: SkipReason::SkipMarker,
        why: format!("the commit's message holds `{marker}`"),
        release: None,
        contributions: Vec::new(),
    }))
}

fn skipped_by_paths(facts: &Facts, settings: &Settings) -> Option<Plan> {
    let filter = settings.paths.as_ref()?;
    let ChangedPaths::Known(changed) = &facts.history.as_ref()?.changed else { return None };
    if changed.iter().any(|path| filter.takes(path)) {
        return None;
    }
    Some(skip(Skip {
        reason: SkipReason::Paths,
        why: format!("none of the {} changed files is among `paths` ({filter})", changed.len()),
        release: None,
        contributions: Vec::new(),
    }))
}

fn unknown_paths(facts: &Facts, settings: &Settings) -> Option<String> {
    settings.paths.as_ref()?;
    match &facts.history.as_ref()?.changed {
        ChangedPaths::Unknown(why) => {
            Some(format!("`paths` could not be weighed, so the release goes ahead: {why}"))
        }
        ChangedPaths::Known(_) | ChangedPaths::NotAsked => None,
    }
}

fn skip(skip: Skip) -> Plan {
    Plan::Go(Box::new(Course { verdict: Verdict::Skip(skip), steps: Vec::new(), warnings: Vec::new() }))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

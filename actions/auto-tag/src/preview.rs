//! What merging a pull request will release, before it is merged: the merge is made in thought, and judged as a run
//! after it would judge it.

use std::time::Duration;

use domain::{Bump, CommitSha, ReleaseTag};
use forge::{ChangedPaths, Commit, History, PullRequest, PullState, Relation};
use runner::event::PullRequestEvent;

use crate::decide::{Asked, Contribution, asked};
use crate::facts::Facts;
use crate::plan::{Judgement, PlanError, Skip, SkipReason, judge};
use crate::published::Raised;
use crate::settings::{Settings, VersionSource};

/// What merging a pull request will release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The pull request's number.
    pub number: u64,
    /// The release; `None` when merging releases nothing.
    pub release: Option<ReleaseTag>,
    /// The release before it.
    pub previous: Option<ReleaseTag>,
    /// How far the version moves; `None` for a first release or no release.
    pub bump: Option<Bump>,
    /// What raises the version beside what is asked for.
    pub raised: Option<Raised>,
    /// What this pull request itself asks for.
    pub asked: Asked,
    /// Everything that would go into the release.
    pub contributions: Vec<Contribution>,
    /// One sentence.
    pub sentence: String,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// The pull request as an event tells it, as if it were merged.
fn as_merged(event: &PullRequestEvent, merge: CommitSha) -> PullRequest {
    PullRequest {
        number: event.number,
        title: event.title.clone(),
        url: String::new(),
        state: PullState::Merged(Some(merge)),
        base: event.base.branch.clone(),
        head: (event.head.repository == event.base.repository).then(|| event.head.branch.clone()),
        merged_at: None,
        labels: event.labels.clone(),
    }
}

/// What a pull request itself asks for.
#[must_use]
pub fn asks(event: &PullRequestEvent, settings: &Settings) -> Asked {
    asked(&as_merged(event, event.head.sha.clone()), &settings.labels, settings.default_bump)
}

/// The facts after a merge that did not happen yet. `facts` are those of the newest commit of the branch that the
/// pull request goes to, and `incoming` is what the pull request has beside it.
///
/// The merge is one by a merge commit: a squash is weighed alike.
#[must_use]
pub fn after_merge(facts: &Facts, incoming: &History, event: &PullRequestEvent) -> Facts {
    let sha: CommitSha = "f".repeat(40).parse().expect("forty hex digits are a commit's id");
    let merge = Commit {
        parents: vec![facts.commit.clone(), event.head.sha.clone()],
        message: format!("{} (#{})", event.title, event.number),
        authored_at: facts.now,
        committed_at: facts.now,
        pull_requests: vec![as_merged(event, sha.clone())],
        sha: sha.clone(),
    };
    let histories = facts.histories.iter().map(|(base, history)| {
        let history = match base {
            Some(base) => joined(base, history, incoming, &merge),
            // before the first release the newest commit alone is weighed
            None => History { commits: vec![merge.clone()], ..history.clone() },
        };
        (base.clone(), history)
    });
    Facts { histories: histories.collect(), commit: sha, ..facts.clone() }
}

/// What will have come since `base`.
fn joined(base: &CommitSha, history: &History, incoming: &History, merge: &Commit) -> History {
    let has_base = matches!(history.relation, Relation::Same | Relation::Ahead)
        || incoming.commits.iter().any(|commit| commit.sha == *base);
    let mut commits = history.commits.clone();
    let more = incoming.commits.iter().filter(|commit| commit.sha != *base);
    commits.extend(more.filter(|commit| history.commits.iter().all(|one| one.sha != commit.sha)).cloned());
    commits.push(merge.clone());
    History {
        relation: if has_base { Relation::Ahead } else { Relation::Diverged },
        commits,
        changed: both(&history.changed, &incoming.changed),
        recent: history.recent.clone(),
    }
}

fn both(one: &ChangedPaths, other: &ChangedPaths) -> ChangedPaths {
    match (one, other) {
        (ChangedPaths::Known(one), ChangedPaths::Known(other)) => {
            ChangedPaths::Known(one.iter().chain(other).cloned().collect())
        }
        (ChangedPaths::NotAsked, _) | (_, ChangedPaths::NotAsked) => ChangedPaths::NotAsked,
        (ChangedPaths::Unknown(why), _) | (_, ChangedPaths::Unknown(why)) => ChangedPaths::Unknown(why),
    }
}

/// Foretells the release from the facts [after the merge](after_merge).
#[must_use]
pub fn preview(facts: &Facts, event: &PullRequestEvent, settings: &Settings) -> Preview {
    // what is not merged is not looked up late either
    let at_once = Settings { lookup_patience: Duration::ZERO, ..settings.clone() };
    let mut told = Preview {
        number: event.number,
        release: None,
        previous: facts.tags.highest().map(|base| base.tag.clone()),
        bump: None,
        raised: None,
        asked: asks(event, settings),
        contributions: Vec::new(),
        sentence: "merging this releases nothing".to_owned(),
        warnings: Vec::new(),
    };
    match judge(facts, &at_once) {
        Ok(Judgement::Release { base, version, raised, decision }) => {
            told.raised = raised;
            let release = settings.prefix.with(version);
            told.previous = base.map(|base| base.tag.clone());
            told.bump = base.map(|base| Bump::between(base.tag.version(), release.version()));
            told.contributions = decision.contributions;
            told.warnings = decision.warnings;
            told.sentence = sentence(&release, told.bump, &told.contributions, event.number, settings);
            told.release = Some(release);
        }
        Ok(Judgement::Skip(skip, warnings)) => {
            told.sentence = format!("merging this releases nothing: {}", why_not(&skip, settings, event));
            told.contributions = skip.contributions;
            told.warnings = warnings;
        }
        Ok(Judgement::Stands(_) | Judgement::Wait(_)) => {}
        Err(error) => told.warnings.push(refusal(&error, facts)),
    }
    let contradiction = told.asked.contradiction.clone();
    told.warnings.extend(contradiction.filter(|one| !told.warnings.contains(one)));
    told
}

fn why_not(skip: &Skip, settings: &Settings, event: &PullRequestEvent) -> String {
    let title = event.title.to_lowercase();
    let marker = settings.skip_markers.iter().find(|marker| title.contains(&marker.to_lowercase()));
    match (skip.reason, marker) {
        (SkipReason::SkipMarker, Some(marker)) => format!("the title holds `{marker}`"),
        _ => skip.why.clone(),
    }
}

/// Why the run after the merge will fail.
fn refusal(error: &PlanError, facts: &Facts) -> String {
    match error {
        PlanError::Diverged { tag, what, .. } => format!(
            "`{tag}`, {what}, is not part of the history of `{}`: releasing from it will be refused",
            facts.branch
        ),
        other => format!("releasing will be refused: {other}"),
    }
}

fn sentence(
    release: &ReleaseTag,
    bump: Option<Bump>,
    contributions: &[Contribution],
    number: u64,
    settings: &Settings,
) -> String {
    if let VersionSource::File(path) = &settings.version_source {
        return format!("merging this releases `{release}`, the version in `{path}`");
    }
    let Some(bump) = bump else { return format!("merging this releases `{release}`: the first release") };
    // the reason of the highest, this pull request's own where it is one of them
    let highest = contributions.iter().map(|one| one.bump).max().flatten();
    let reason = contributions
        .iter()
        .filter(|one| one.bump == highest && one.pull.is_some())
        .max_by_key(|one| one.pull == Some(number));
    match reason {
        Some(Contribution { because, .. }) => {
            format!("merging this releases `{release}`: {bump}, {because}")
        }
        None => format!("merging this releases `{release}`: {bump}"),
    }
}

#[cfg(test)]
#[path = "preview_tests.rs"]
mod tests;

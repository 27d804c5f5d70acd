//! What merging a pull request will release, before it is merged.

use domain::{Bump, CommitSha, ReleaseTag};
use forge::{PullRequest, PullState, Relation};
use runner::event::PullRequestEvent;

use crate::decide::{Asked, Contribution, Decision, asked, decide};
use crate::facts::Facts;
use crate::plan::attribution;
use crate::settings::{Settings, VersionSource};
use crate::version::next_version;

/// What merging a pull request will release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The pull request's number.
    pub number: u64,
    /// The newest commit of the branch that it goes to.
    pub onto: CommitSha,
    /// The release; `None` when merging releases nothing.
    pub release: Option<ReleaseTag>,
    /// The release before it.
    pub previous: Option<ReleaseTag>,
    /// How far the version moves; `None` for a first release or no release.
    pub bump: Option<Bump>,
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
#[must_use]
pub fn as_merged(event: &PullRequestEvent) -> PullRequest {
    PullRequest {
        number: event.number,
        title: event.title.clone(),
        url: String::new(),
        state: PullState::Merged(None),
        base: event.base.branch.clone(),
        labels: event.labels.clone(),
    }
}

/// Foretells the release. `facts` are those of the newest commit of the branch that the pull request goes to;
/// their committed version is that of the pull request's own head.
#[must_use]
pub fn preview(facts: &Facts, event: &PullRequestEvent, settings: &Settings) -> Preview {
    let pull = as_merged(event);
    let asked = asked(&pull, &settings.labels, settings.default_bump);
    let base = facts.tags.highest();
    let mut decision = pending(facts, settings);
    decision.warnings.extend(asked.contradiction.clone());
    decision.add(Contribution {
        pull: Some(pull.number),
        title: pull.title.clone(),
        bump: asked.bump,
        because: asked.because.clone(),
    });
    let title = pull.title.to_lowercase();
    let marker = settings.skip_markers.iter().find(|marker| title.contains(&marker.to_lowercase()));
    if let Some(marker) = marker {
        decision.warnings.push(format!(
            "the title holds `{marker}`: merged under this title, the pull request releases nothing"
        ));
    }
    let release = match &settings.version_source {
        VersionSource::Labels => decision.bump.map(|bump| {
            let base = base.map(|base| base.tag.version());
            next_version(base, bump, &facts.tags, settings, facts.committed_version.as_ref())
        }),
        VersionSource::File(_) => {
            facts.committed_version.clone().filter(|version| facts.tags.of(version).is_none())
        }
    }
    .map(|version| settings.prefix.with(version));
    let previous = base.map(|base| base.tag.clone());
    let bump = match (&previous, &release) {
        (Some(previous), Some(release)) => Some(Bump::between(previous.version(), release.version())),
        _ => None,
    };
    let diverged = facts.history.as_ref().is_some_and(|history| history.relation == Relation::Diverged);
    if let (true, Some(base)) = (diverged, base) {
        decision.warnings.push(format!(
            "`{}`, the highest release, is not part of the history of `{}`: releasing from it will be refused",
            base.tag, facts.branch
        ));
    }
    let sentence = sentence(release.as_ref(), bump, &decision, settings);
    Preview {
        number: pull.number,
        onto: facts.commit.clone(),
        release,
        previous,
        bump,
        asked,
        contributions: decision.contributions,
        sentence,
        warnings: decision.warnings,
    }
}

/// What the branch holds already that no release does. Where the branch's newest commit is a release, or is part
/// of one, that is nothing.
fn pending(facts: &Facts, settings: &Settings) -> Decision {
    match &facts.history {
        // before the first release there is no range to weigh, and nothing weighs on its version
        Some(_) if facts.tags.highest().is_none() => Decision::default(),
        Some(history) if history.relation == Relation::Ahead => decide(&attribution(facts), settings),
        _ => Decision::default(),
    }
}

fn sentence(
    release: Option<&ReleaseTag>,
    bump: Option<Bump>,
    decision: &Decision,
    settings: &Settings,
) -> String {
    let Some(release) = release else {
        return match settings.version_source {
            VersionSource::Labels => "merging this releases nothing".to_owned(),
            VersionSource::File(_) => {
                "merging this releases nothing: its version is tagged already".to_owned()
            }
        };
    };
    if let VersionSource::File(path) = &settings.version_source {
        return format!("merging this releases `{release}`, the version in `{path}`");
    }
    let Some(bump) = bump else { return format!("merging this releases `{release}`: the first release") };
    // the reason of the highest, this pull request's own where it is one of them
    let highest = decision.contributions.iter().rev().find(|one| one.bump == decision.bump);
    match highest {
        Some(Contribution { because, pull: Some(_), .. }) => {
            format!("merging this releases `{release}`: {bump}, {because}")
        }
        _ => format!("merging this releases `{release}`: {bump}"),
    }
}

#[cfg(test)]
#[path = "preview_tests.rs"]
mod tests;

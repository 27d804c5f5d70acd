//! Values for the tests of the pure parts.

use std::time::Duration;

use domain::{Bump, CommitSha, FloatingTag, TagVersion};
use forge::{ChangedPaths, Commit, History, PullRequest, PullState, RecentPulls, Relation, Tag};
use jiff::Timestamp;
use runner::event::{PullRequestAction, PullRequestEvent, Side, Trigger};

use crate::answers::Answers;
use crate::facts::{Done, Facts};
use crate::message::MessageTemplate;
use crate::published::Published;
use crate::settings::{OnNoPullRequest, ReleaseLabels, Settings, TokenKind, VersionSource};
use crate::tags::Tags;

pub(crate) const NOW: i64 = 1_800_000_000;

/// A commit id of one repeated digit.
pub(crate) fn sha(digit: char) -> CommitSha {
    digit.to_string().repeat(40).parse().unwrap()
}

/// A commit named by a digit, with its parents; old enough for every look-up.
pub(crate) fn commit(digit: char, parents: &str, message: &str) -> Commit {
    let at = Timestamp::from_second(NOW - 100_000).unwrap();
    Commit {
        sha: sha(digit),
        parents: parents.chars().map(sha).collect(),
        message: message.to_owned(),
        authored_at: at,
        committed_at: at,
        pull_requests: Vec::new(),
    }
}

/// A merged pull request.
pub(crate) fn pull(number: u64, merged_as: char, labels: &[&str]) -> PullRequest {
    PullRequest {
        number,
        title: format!("change {number}"),
        url: format!("https://forge.example/acme/app/pull/{number}"),
        state: PullState::Merged(Some(sha(merged_as))),
        base: "main".to_owned(),
        head: Some(format!("topic-{number}")),
        merged_at: Some(Timestamp::from_second(NOW - 100_000).unwrap()),
        labels: labels.iter().map(|label| label.parse().unwrap()).collect(),
    }
}

/// The same commit with pull requests.
pub(crate) fn brought(mut commit: Commit, pulls: &[PullRequest]) -> Commit {
    commit.pull_requests = pulls.to_vec();
    commit
}

/// The inputs' defaults.
pub(crate) fn settings() -> Settings {
    let label = |text: &str| vec![text.parse().unwrap()];
    Settings {
        prefix: "runtime-v".parse().unwrap(),
        labels: ReleaseLabels {
            major: label("release:major"),
            minor: label("release:minor"),
            patch: label("release:patch"),
            skip: label("release:skip"),
        },
        default_bump: Bump::Patch,
        on_no_pr: OnNoPullRequest::Patch,
        skip_markers: vec!["[skip-release]".into(), "[no-release]".into()],
        initial_version: TagVersion::new(0, 1, 0),
        version_source: VersionSource::Labels,
        version_floor_file: None,
        index: None,
        prerelease: None,
        paths: None,
        floating: FloatingTag::None,
        dispatch: None,
        message: MessageTemplate::new("{tag}").unwrap(),
        lookup_patience: Duration::from_secs(20),
        require_label: false,
        preview_comment: true,
        token: TokenKind::Other,
    }
}

/// A repository with one release `runtime-v1.3.9` at commit `0` and these commits since, the first the newest.
pub(crate) fn facts(commits: Vec<Commit>) -> Facts {
    let head = commits.first().map_or_else(|| sha('0'), |commit| commit.sha.clone());
    Facts {
        commit: head,
        branch: "main".parse().unwrap(),
        on_branch: true,
        tags: tags(&[("runtime-v1.3.9", '0')]),
        histories: [(Some(sha('0')), ahead(commits))].into(),
        answers: Answers::default(),
        committed_version: None,
        published: None,
        existing: None,
        done: Done::default(),
        now: Timestamp::from_second(NOW).unwrap(),
        waited: Duration::ZERO,
        lookup_lag: Duration::from_mins(5),
        run_url: Some("https://forge.example/acme/app/actions/runs/9".into()),
    }
}

/// A repository without a release, whose newest commit this is.
pub(crate) fn unreleased(commit: Commit) -> Facts {
    let histories = [(None, ahead(vec![commit.clone()]))].into();
    Facts { tags: tags(&[]), histories, ..facts(vec![commit]) }
}

/// What came since a release that these commits stand on.
pub(crate) fn ahead(commits: Vec<Commit>) -> History {
    related(Relation::Ahead, commits)
}

/// What came since a release to which the commit stands so.
pub(crate) fn related(relation: Relation, commits: Vec<Commit>) -> History {
    History { relation, commits, changed: ChangedPaths::NotAsked, recent: RecentPulls::default() }
}

/// What came since the highest release.
pub(crate) fn history(facts: &mut Facts) -> &mut History {
    facts.histories.values_mut().next().unwrap()
}

/// What an index holds of `acme-runtime`.
pub(crate) fn published(versions: &[&str]) -> Published {
    Published {
        project: "acme-runtime".parse().unwrap(),
        index: "https://index.example/simple/".to_owned(),
        versions: Some(versions.iter().map(|version| version.parse().unwrap()).collect()),
        unread: 0,
    }
}

/// Lightweight tags under `runtime-v`.
pub(crate) fn tags(pairs: &[(&str, char)]) -> Tags {
    let tag =
        |(name, at): &(&str, char)| Tag { name: (*name).to_owned(), object: sha(*at), commit: sha(*at) };
    Tags::read(&"runtime-v".parse().unwrap(), pairs.iter().map(tag).collect())
}

/// The event of a pull request that is not merged, from a branch of the same repository to main.
pub(crate) fn pull_event(number: u64, action: PullRequestAction, labels: &[&str]) -> PullRequestEvent {
    let side = |branch: &str, digit| Side {
        branch: branch.to_owned(),
        sha: sha(digit),
        repository: Some("acme/app".parse().unwrap()),
    };
    PullRequestEvent {
        trigger: Trigger::PullRequest,
        action,
        number,
        title: format!("change {number}"),
        merged: false,
        merge_commit_sha: None,
        base: side("main", '0'),
        head: side("topic", '9'),
        labels: labels.iter().map(|label| label.parse().unwrap()).collect(),
        user: serde_json::from_value(serde_json::json!({ "login": "dev" })).unwrap(),
        draft: false,
        default_branch: None,
    }
}

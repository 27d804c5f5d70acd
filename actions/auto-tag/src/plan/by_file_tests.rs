use std::time::Duration;

use domain::TagVersion;
use forge::Relation;

use crate::facts::Facts;
use crate::fixtures::{
    NOW, ahead, brought, commit, facts, history, published, pull, related, settings, sha, tags,
};
use crate::plan::tests::{course, one_pull, release_of, skip_of};
use crate::plan::{Plan, PlanError, SkipReason, plan, questions};
use crate::settings::{OnNoPullRequest, Settings, VersionSource};

fn by_file() -> Settings {
    Settings { version_source: VersionSource::File("pyproject.toml".into()), ..settings() }
}

fn holding(version: &str, facts: Facts) -> Facts {
    Facts { committed_version: Some(version.parse().unwrap()), ..facts }
}

#[test]
fn the_file_alone_decides_the_version() {
    let release = release_of(&holding("1.3.11", one_pull(&["release:major"])), &by_file());
    assert_eq!(release.tag.to_string(), "runtime-v1.3.11");
    assert_eq!(release.previous.unwrap().to_string(), "runtime-v1.3.9");
    assert!(matches!(plan(&one_pull(&[]), &by_file()), Err(PlanError::NoVersionFile(_))));
}

#[test]
fn a_version_that_is_tagged_already_releases_nothing() {
    assert_eq!(skip_of(&holding("1.3.9", one_pull(&[])), &by_file()), SkipReason::VersionTagged);
    let mut lowered = holding("1.2.0", one_pull(&[]));
    lowered.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.2.0", 'f')]);
    assert_eq!(skip_of(&lowered, &by_file()), SkipReason::VersionTagged);
    let warnings = course(&lowered, &by_file()).warnings;
    assert!(warnings[0].contains("`runtime-v1.3.9` was released on this line"), "{warnings:?}");
}

#[test]
fn an_older_commit_is_superseded_whatever_its_version() {
    for version in ["1.3.8", "1.3.9", "1.4.0"] {
        let mut facts = holding(version, one_pull(&[]));
        *history(&mut facts) = related(Relation::Behind, vec![]);
        assert_eq!(skip_of(&facts, &by_file()), SkipReason::Superseded, "{version}");
    }
}

#[test]
fn a_version_below_the_highest_of_its_line_is_refused() {
    let error = plan(&holding("1.3.8", one_pull(&[])), &by_file()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`pyproject.toml` holds version 1.3.8, which is lower than `runtime-v1.3.9`, a release that the commit contains"
    );
    assert_eq!(error.hint(), "commit a version that is higher than 1.3.9");
}

#[test]
fn the_highest_version_must_stand_on_the_highest_release() {
    let mut facts = holding("1.4.0", one_pull(&[]));
    history(&mut facts).relation = Relation::Diverged;
    assert!(matches!(plan(&facts, &by_file()), Err(PlanError::Diverged { .. })));
}

/// A branch for `1.3` beside `2.0.0`.
fn maintained(version: &str) -> Facts {
    let mut facts = holding(version, one_pull(&[]));
    let theirs = facts.histories.remove(&Some(sha('0'))).unwrap();
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v2.0.0", 'f')]);
    facts.histories.insert(Some(sha('f')), related(Relation::Diverged, theirs.commits));
    facts
}

#[test]
fn an_older_line_goes_on_beside_a_higher_release() {
    let mut facts = maintained("1.3.10");
    assert_eq!(questions(&facts, &by_file()).since, [sha('0')].into());
    let commits = history(&mut facts).commits.clone();
    facts.histories.insert(Some(sha('0')), ahead(commits));
    let release = release_of(&facts, &by_file());
    assert_eq!(release.tag.to_string(), "runtime-v1.3.10");
    assert_eq!(release.previous.unwrap().to_string(), "runtime-v1.3.9");
    assert_eq!(release.pulls, [7]);
}

#[test]
fn an_older_commit_of_an_older_line_is_superseded_too() {
    let mut facts = maintained("1.3.10");
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0", 'e'), ("runtime-v2.0.0", 'f')]);
    assert_eq!(questions(&facts, &by_file()).since, [sha('e')].into());
    facts.histories.insert(Some(sha('e')), related(Relation::Behind, vec![]));
    assert_eq!(skip_of(&facts, &by_file()), SkipReason::Superseded);
    facts.histories.insert(Some(sha('e')), ahead(vec![]));
    assert!(matches!(plan(&facts, &by_file()), Err(PlanError::Lower { .. })));
}

#[test]
fn candidates_follow_each_other_too() {
    let mut facts = holding("1.4.0-rc.2", one_pull(&[]));
    assert_eq!(release_of(&facts, &by_file()).tag.to_string(), "runtime-v1.4.0-rc.2");
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0-rc.3", 'c')]);
    facts.histories.insert(Some(sha('c')), related(Relation::Behind, vec![]));
    assert_eq!(skip_of(&facts, &by_file()), SkipReason::Superseded);
    facts.committed_version = Some(TagVersion::new(1, 4, 0));
    assert_eq!(release_of(&facts, &by_file()).tag.to_string(), "runtime-v1.4.0", "a final one is above them");
}

#[test]
fn labels_and_markers_hold_a_committed_version_back() {
    let facts = holding("1.4.0", one_pull(&["release:skip"]));
    assert_eq!(skip_of(&facts, &by_file()), SkipReason::SkipLabel);
    let mut facts = holding("1.4.0", one_pull(&[]));
    history(&mut facts).commits[0].message = "Be 1.4.0 [no-release]".into();
    assert_eq!(skip_of(&facts, &by_file()), SkipReason::SkipMarker);
}

#[test]
fn direct_pushes_and_fresh_commits_are_treated_alike() {
    let mut facts = holding("1.4.0", facts(vec![commit('a', "0", "Be 1.4.0")]));
    let strict = Settings { on_no_pr: OnNoPullRequest::Fail, ..by_file() };
    assert!(matches!(plan(&facts, &strict), Err(PlanError::DirectPushes(_))));
    history(&mut facts).commits[0].committed_at = jiff::Timestamp::from_second(NOW - 5).unwrap();
    assert!(matches!(plan(&facts, &by_file()), Ok(Plan::Wait(pause, _)) if pause == Duration::from_secs(1)));
}

#[test]
fn a_version_that_was_published_without_a_tag_is_refused_and_held_back_quietly() {
    let held = Facts { published: Some(published(&["1.4.0"])), ..holding("1.4.0", one_pull(&[])) };
    assert!(matches!(plan(&held, &by_file()), Err(PlanError::Published { .. })));
    let waits =
        Facts { published: Some(published(&["1.4.0"])), ..holding("1.4.0", one_pull(&["release:skip"])) };
    assert_eq!(skip_of(&waits, &by_file()), SkipReason::SkipLabel);
    let mut same = held.clone();
    *history(&mut same) = related(Relation::Same, vec![]);
    assert!(matches!(plan(&same, &by_file()), Err(PlanError::Published { .. })));
    let tagged = Facts { tags: tags(&[("runtime-v1.4.0", '0')]), ..held };
    assert_eq!(skip_of(&tagged, &by_file()), SkipReason::VersionTagged);
    let free =
        Facts { published: Some(published(&["1.5.0", "1.4.0rc1"])), ..holding("1.4.0", one_pull(&[])) };
    assert_eq!(release_of(&free, &by_file()).tag.to_string(), "runtime-v1.4.0");
}

#[test]
fn contradictions_are_told() {
    let pull = pull(7, 'a', &["release:skip", "release:major"]);
    let facts = holding("1.4.0", facts(vec![brought(commit('a', "0", "feat (#7)"), &[pull])]));
    assert!(course(&facts, &by_file()).warnings[0].contains("contradict"));
}

#[test]
fn a_commit_that_was_released_as_less_is_released_as_its_file_says() {
    let mut facts = holding("1.4.0", one_pull(&[]));
    *history(&mut facts) = related(Relation::Same, vec![]);
    assert_eq!(release_of(&facts, &by_file()).tag.to_string(), "runtime-v1.4.0");
}

use domain::TagVersion;
use runner::event::PullRequestAction;

use super::*;
use crate::fixtures::{
    ahead, brought, commit, facts, history, pull, pull_event, related, settings, sha, tags, unreleased,
};
use crate::settings::OnNoPullRequest;

fn event(labels: &[&str]) -> PullRequestEvent {
    pull_event(9, PullRequestAction::Opened, labels)
}

/// A branch whose newest commit is the release `runtime-v1.3.9`.
fn nothing_pending() -> Facts {
    let mut facts = facts(Vec::new());
    *history(&mut facts) = related(Relation::Same, Vec::new());
    facts
}

/// A branch with one unreleased pull request of these labels.
fn pending(labels: &[&str]) -> Facts {
    facts(vec![brought(commit('a', "0", "feat (#7)"), &[pull(7, 'a', labels)])])
}

/// What the pull request of the event brings: one commit of its own.
fn incoming() -> History {
    ahead(vec![commit('9', "0", "work")])
}

fn foretell(facts: &Facts, event: &PullRequestEvent, settings: &Settings) -> Preview {
    preview(&after_merge(facts, &incoming(), event), event, settings)
}

fn sentence(facts: &Facts, labels: &[&str]) -> String {
    foretell(facts, &event(labels), &settings()).sentence
}

#[test]
fn each_label_is_foretold_with_its_reason() {
    let facts = nothing_pending();
    for (labels, sentence_) in [
        (&["release:minor"][..], "merging this releases `runtime-v1.4.0`: minor, from `release:minor`"),
        (&["release:major"], "merging this releases `runtime-v2.0.0`: major, from `release:major`"),
        (&[], "merging this releases `runtime-v1.3.10`: patch, no release label"),
        (
            &["release:skip"],
            "merging this releases nothing: every pull request since `runtime-v1.3.9` asks for no release",
        ),
    ] {
        assert_eq!(sentence(&facts, labels), sentence_);
    }
}

#[test]
fn what_waits_on_the_branch_goes_out_too() {
    let foretold = foretell(&pending(&["release:minor"]), &event(&["release:skip"]), &settings());
    assert_eq!(foretold.sentence, "merging this releases `runtime-v1.4.0`: minor, from `release:minor`");
    let pulls: Vec<_> = foretold.contributions.iter().map(|one| one.pull).collect();
    assert_eq!(pulls, [Some(7), Some(9)]);
    assert_eq!(foretold.asked.bump, None, "the pull request itself asks for nothing");
}

#[test]
fn of_two_equal_reasons_the_pull_requests_own_is_told() {
    let told = sentence(&pending(&[]), &["release:patch"]);
    assert_eq!(told, "merging this releases `runtime-v1.3.10`: patch, from `release:patch`");
}

#[test]
fn a_direct_push_gives_no_reason_of_a_pull_request() {
    let waiting = facts(vec![commit('a', "0", "straight to main")]);
    assert_eq!(sentence(&waiting, &["release:skip"]), "merging this releases `runtime-v1.3.10`: patch");
    let strict = Settings { on_no_pr: OnNoPullRequest::Skip, ..settings() };
    let foretold = foretell(&waiting, &event(&["release:skip"]), &strict);
    assert_eq!(foretold.release, None);
}

#[test]
fn before_the_first_release_only_the_initial_version_counts() {
    let facts = unreleased(commit('a', "0", "feat (#7)"));
    let foretold = foretell(&facts, &event(&["release:minor"]), &settings());
    assert_eq!(foretold.sentence, "merging this releases `runtime-v0.1.0`: the first release");
    assert_eq!((foretold.previous, foretold.bump), (None, None));
}

#[test]
fn contradicting_labels_and_skip_markers_are_told() {
    let mut event = event(&["release:skip", "release:minor"]);
    event.title = "Quiet [No-Release]".into();
    let foretold = foretell(&nothing_pending(), &event, &settings());
    assert!(foretold.warnings[0].contains("`release:minor` and `release:skip`, which contradict"));
    assert_eq!(foretold.sentence, "merging this releases nothing: the title holds `[no-release]`");
}

#[test]
fn a_release_beside_the_branch_is_told_before_it_stops_a_run() {
    let mut facts = pending(&[]);
    history(&mut facts).relation = Relation::Diverged;
    let foretold = foretell(&facts, &event(&[]), &settings());
    assert!(
        foretold.warnings[0]
            .contains("`runtime-v1.3.9`, the highest release, is not part of the history of `main`")
    );
}

#[test]
fn a_version_file_speaks_for_itself() {
    let by_file = Settings { version_source: VersionSource::File("pyproject.toml".into()), ..settings() };
    let mut facts = nothing_pending();
    facts.committed_version = Some(TagVersion::new(1, 9, 0));
    let foretold = foretell(&facts, &event(&[]), &by_file);
    assert_eq!(foretold.sentence, "merging this releases `runtime-v1.9.0`, the version in `pyproject.toml`");
    facts.committed_version = Some(TagVersion::new(1, 3, 9));
    let foretold = foretell(&facts, &event(&[]), &by_file);
    assert_eq!(
        foretold.sentence,
        "merging this releases nothing: `pyproject.toml` holds version 1.3.9, which `runtime-v1.3.9` released already"
    );
}

#[test]
fn a_prerelease_is_foretold_by_its_number() {
    let candidates = Settings { prerelease: Some(domain::PrereleaseKind::ReleaseCandidate), ..settings() };
    let mut facts = nothing_pending();
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0-rc.1", 'b')]);
    facts.histories.insert(Some(sha('b')), related(Relation::Same, Vec::new()));
    let foretold = foretell(&facts, &event(&["release:minor"]), &candidates);
    assert_eq!(foretold.release.unwrap().to_string(), "runtime-v1.4.0-rc.2");
}

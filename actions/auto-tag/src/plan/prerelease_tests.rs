use domain::PrereleaseKind::ReleaseCandidate;
use forge::{ChangedPaths, Relation};

use crate::facts::Facts;
use crate::fixtures::{ahead, brought, commit, facts, pull, related, settings, sha, tags, unreleased};
use crate::paths::PathFilter;
use crate::plan::tests::{course, one_pull, release_of, skip_of};
use crate::plan::{PlanError, SkipReason, Verdict, plan, questions};
use crate::settings::Settings;

fn candidates() -> Settings {
    Settings { prerelease: Some(ReleaseCandidate), ..settings() }
}

/// A minor feature at `c`, pre-released as rc.1, and then a commit at `a` with these labels.
fn after_a_candidate(labels: &[&str]) -> Facts {
    let newest = brought(commit('a', "c", "next (#8)"), &[pull(8, 'a', labels)]);
    let feature = brought(commit('c', "0", "feat (#7)"), &[pull(7, 'c', &["release:minor"])]);
    let mut facts = facts(vec![newest.clone(), feature]);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0-rc.1", 'c')]);
    facts.histories.insert(Some(sha('c')), ahead(vec![newest]));
    facts
}

/// The same with the commit before the candidate.
fn before_a_candidate(candidate: &str, labels: &[&str]) -> Facts {
    let mut facts = one_pull(labels);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), (candidate, 'c')]);
    facts.histories.insert(Some(sha('c')), related(Relation::Behind, vec![]));
    facts
}

#[test]
fn prereleases_count_up_before_the_same_version() {
    assert_eq!(
        release_of(&one_pull(&["release:minor"]), &candidates()).tag.to_string(),
        "runtime-v1.4.0-rc.1"
    );
    let release = release_of(&after_a_candidate(&[]), &candidates());
    assert_eq!(release.tag.to_string(), "runtime-v1.4.0-rc.2");
    assert_eq!(release.previous.unwrap().to_string(), "runtime-v1.3.9", "the final release before it");
}

#[test]
fn what_asks_for_no_release_since_the_last_candidate_makes_no_other_one() {
    let facts = after_a_candidate(&["release:skip"]);
    let Verdict::Skip(skip) = course(&facts, &candidates()).verdict else { panic!("releases") };
    assert_eq!(skip.reason, SkipReason::SkipLabel);
    assert_eq!(skip.why, "every pull request since `runtime-v1.4.0-rc.1` asks for no release");
    assert_eq!(release_of(&facts, &settings()).tag.to_string(), "runtime-v1.4.0", "a final one is due");
}

#[test]
fn files_that_do_not_matter_since_the_last_candidate_make_no_other_one() {
    let filter = PathFilter::new(vec!["workspace/**".into()]).unwrap();
    let settings = Settings { paths: filter, ..candidates() };
    let mut facts = after_a_candidate(&[]);
    for (base, file) in [('0', "workspace/a.py"), ('c', "docs/a.md")] {
        let history = facts.histories.get_mut(&Some(sha(base))).unwrap();
        history.changed = ChangedPaths::Known(vec![file.into()]);
    }
    assert_eq!(skip_of(&facts, &settings), SkipReason::Paths);
}

#[test]
fn a_commit_inside_the_last_candidate_is_superseded() {
    for (candidate, labels) in [
        ("runtime-v1.4.0-rc.1", &["release:minor"][..]),
        // what asked for the higher version came later
        ("runtime-v1.4.0-rc.1", &[]),
        ("runtime-v2.0.0-rc.3", &["release:minor"]),
    ] {
        let facts = before_a_candidate(candidate, labels);
        assert_eq!(skip_of(&facts, &candidates()), SkipReason::Superseded, "{candidate} {labels:?}");
    }
}

#[test]
fn a_candidate_of_the_same_version_on_another_line_stops_the_run() {
    let mut facts = before_a_candidate("runtime-v1.4.0-rc.1", &["release:minor"]);
    facts.histories.get_mut(&Some(sha('c'))).unwrap().relation = Relation::Diverged;
    assert!(matches!(plan(&facts, &candidates()), Err(PlanError::Diverged { .. })));
    let other = Facts { tags: tags(&[("runtime-v1.3.9", '0'), ("runtime-v2.0.0-rc.1", 'c')]), ..facts };
    assert_eq!(release_of(&other, &candidates()).tag.to_string(), "runtime-v1.4.0-rc.1");
}

#[test]
fn before_the_first_final_release_candidates_follow_each_other() {
    let newest = brought(commit('a', "b", "docs (#8)"), &[pull(8, 'a', &["release:skip"])]);
    let waiting = brought(commit('b', "c", "feat (#7)"), &[pull(7, 'b', &[])]);
    let mut facts = unreleased(newest.clone());
    facts.tags = tags(&[("runtime-v0.1.0-rc.1", 'c')]);
    facts.histories.insert(Some(sha('c')), ahead(vec![newest.clone(), waiting]));
    assert_eq!(release_of(&facts, &candidates()).tag.to_string(), "runtime-v0.1.0-rc.2");
    facts.histories.insert(Some(sha('c')), ahead(vec![newest]));
    assert_eq!(skip_of(&facts, &candidates()), SkipReason::SkipLabel);
    facts.histories.insert(Some(sha('c')), related(Relation::Behind, vec![]));
    assert_eq!(skip_of(&facts, &candidates()), SkipReason::Superseded);
}

#[test]
fn what_came_since_the_last_candidate_is_asked_for_when_it_is_not_known() {
    let mut facts = after_a_candidate(&[]);
    facts.histories.remove(&Some(sha('c')));
    assert_eq!(questions(&facts, &candidates()).since, [sha('c')].into());
    assert!(questions(&after_a_candidate(&[]), &candidates()).is_empty());
}

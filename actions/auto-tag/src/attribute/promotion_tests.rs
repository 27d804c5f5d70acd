use forge::{PullCommit, PullRequest, RecentPulls};
use jiff::{SignedDuration, Timestamp};

use crate::answers::{Answers, Questions};
use crate::attribute::{Attribution, attribute};
use crate::fixtures::{NOW, brought, commit, pull, sha};

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(NOW - 100_000).unwrap() + SignedDuration::from_mins(minute)
}

/// Merged into staging at this minute.
fn into_staging(number: u64, merged_as: char, at: i64) -> PullRequest {
    let base = "staging".to_owned();
    PullRequest { base, merged_at: Some(minute(at)), ..pull(number, merged_as, &[]) }
}

/// From staging to main at this minute.
fn promotion(number: u64, merged_as: char, at: i64) -> PullRequest {
    let head = Some("staging".to_owned());
    PullRequest { head, merged_at: Some(minute(at)), ..pull(number, merged_as, &[]) }
}

fn recent(merged: &[PullRequest]) -> Answers {
    Answers { recent: RecentPulls { merged: merged.to_vec(), since: None }, ..Answers::default() }
}

fn was(digit: char, subject: &str) -> PullCommit {
    PullCommit { sha: sha(digit), subject: subject.to_owned(), authored_at: minute(0) }
}

fn numbers(attribution: &Attribution<'_>) -> Vec<u64> {
    attribution.pulls.keys().copied().collect()
}

#[test]
fn a_promotion_by_merge_brings_only_what_others_brought() {
    let commits = [
        brought(commit('a', "0b", "Promote"), &[promotion(9, 'a', 9)]),
        brought(commit('b', "c", "feat"), &[into_staging(7, 'b', 2)]),
        commit('c', "0", "straight to staging"),
    ];
    let answers = Answers::default();
    assert!(attribute(&commits, &sha('a'), &answers).promotions.is_empty(), "one commit is its own");
    assert_eq!(attribute(&commits[..2], &sha('a'), &answers).promotions, [9].into());
}

#[test]
fn a_pull_request_of_the_same_base_accounts_for_nothing() {
    let both = [pull(7, 'b', &[]), pull(8, 'a', &[])];
    let commits = [
        brought(commit('a', "0b", "Merge #8"), &both[1..]),
        brought(commit('b', "0", "on both branches"), &both),
    ];
    assert!(attribute(&commits, &sha('a'), &Answers::default()).promotions.is_empty());
}

#[test]
fn an_inner_merge_covers_its_branch_before_the_outer_one_does() {
    let commits = [
        brought(commit('a', "0b", "Promote"), &[promotion(9, 'a', 9)]),
        brought(commit('b', "0c", "Merge #7"), &[into_staging(7, 'b', 2)]),
        commit('c', "d", "work"),
        commit('d', "0", "more work"),
    ];
    let answers = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!((numbers(&attribution), &attribution.promotions), (vec![7, 9], &[9].into()));
    assert!(attribution.direct.is_empty());
}

#[test]
fn a_merge_of_the_mainline_into_a_branch_covers_nothing_of_the_mainline() {
    let back = PullRequest { head: Some("main".into()), ..into_staging(8, 'c', 2) };
    let commits = [
        brought(commit('a', "bc", "Promote"), &[promotion(9, 'a', 9)]),
        brought(commit('c', "0b", "Keep up"), &[back]),
        commit('b', "0", "straight to main"),
    ];
    let answers = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!(attribution.direct[0].commit.sha, sha('b'));
    assert!(attribution.promotions.contains(&8), "it brings main what main has");
}

#[test]
fn a_squash_is_asked_for_its_commits_only_where_its_branch_gathered_others() {
    let squash = [brought(commit('a', "0", "Promote (#9)"), &[promotion(9, 'a', 9)])];
    let ask = |answers: &Answers| attribute(&squash, &sha('a'), answers).questions;
    assert!(ask(&recent(&[promotion(9, 'a', 9)])).is_empty());
    let gathered = [promotion(9, 'a', 9), into_staging(7, 'b', 2)];
    assert_eq!(ask(&recent(&gathered)).commits_of, [9].into());
    let mut answers = recent(&gathered);
    answers.recent.since = Some(minute(1));
    let around = Questions { around: ["staging".to_owned()].into(), ..Questions::default() };
    assert_eq!(ask(&answers), around, "more may have been merged before");
}

#[test]
fn a_squash_melts_what_was_merged_since_the_last_promotion() {
    let squash = [brought(commit('a', "0", "Promote (#9)\n\n* old (#5)"), &[promotion(9, 'a', 9)])];
    let mut answers = recent(&[
        promotion(9, 'a', 9),
        into_staging(7, 'b', 7),
        into_staging(8, 'e', 8),
        promotion(6, 'f', 6),
        into_staging(5, 'c', 5),
        into_staging(10, 'd', 10),
    ]);
    let theirs = vec![was('c', "old (#5)"), was('b', "feat"), was('1', "rebased (#8)")];
    answers.commits_of.insert(9, theirs);
    let attribution = attribute(&squash, &sha('a'), &answers);
    assert_eq!(numbers(&attribution), [7, 8, 9], "#5 went before, #10 comes after");
    assert_eq!(attribution.promotions, [9].into());
    assert!(attribution.squashed.is_empty() && attribution.questions.is_empty());
}

#[test]
fn what_was_merged_in_time_and_is_not_found_is_told() {
    let squash = [brought(commit('a', "0", "Promote (#9)"), &[promotion(9, 'a', 9)])];
    let mut answers = recent(&[promotion(9, 'a', 9), into_staging(7, 'b', 7)]);
    answers.commits_of.insert(9, vec![was('c', "something else")]);
    let attribution = attribute(&squash, &sha('a'), &answers);
    assert_eq!(numbers(&attribution), [9]);
    assert_eq!(attribution.squashed.keys().copied().collect::<Vec<_>>(), [7]);
    assert!(attribution.promotions.is_empty());
}

#[test]
fn a_branch_that_gathered_more_than_the_forge_tells_is_told() {
    let squash = [brought(commit('a', "0", "Promote (#9)"), &[promotion(9, 'a', 9)])];
    let mut answers = recent(&[promotion(9, 'a', 9), into_staging(7, 'b', 7)]);
    answers.recent.since = Some(minute(5));
    answers.around.insert("staging".into(), answers.recent.clone());
    answers.commits_of.insert(9, vec![was('b', "feat")]);
    let attribution = attribute(&squash, &sha('a'), &answers);
    assert_eq!((numbers(&attribution), attribution.untold), (vec![7, 9], ["staging"].into()));
}

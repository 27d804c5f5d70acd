use forge::PullCommit;

use super::*;
use crate::fixtures::{brought, commit, pull, sha};

fn numbers(attribution: &Attribution<'_>) -> Vec<u64> {
    attribution.pulls.keys().copied().collect()
}

fn direct(attribution: &Attribution<'_>) -> Vec<CommitSha> {
    attribution.direct.iter().map(|direct| direct.commit.sha.clone()).collect()
}

fn answered(number: u64, pull: Option<PullRequest>) -> Answers {
    Answers { pulls: [(number, pull)].into(), ..Answers::default() }
}

#[test]
fn a_squash_that_the_forge_knows_is_settled_without_a_question() {
    let commits = [brought(commit('a', "0", "feat (#7)"), &[pull(7, 'a', &[])])];
    let answers = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!((numbers(&attribution), direct(&attribution)), (vec![7], vec![]));
    assert!(attribution.questions.is_empty());
}

#[test]
fn the_commits_of_a_merged_branch_came_by_the_merge() {
    let commits = [
        brought(commit('a', "bc", "Merge pull request #7"), &[pull(7, 'a', &[])]),
        commit('c', "d", "work"),
        commit('d', "0", "more work"),
        commit('b', "0", "pushed by hand"),
    ];
    let answers = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!((numbers(&attribution), direct(&attribution)), (vec![7], vec![sha('b')]));
}

#[test]
fn a_promotion_keeps_the_pull_requests_that_went_to_staging() {
    let commits = [
        brought(commit('a', "0b", "Merge pull request #9 from acme/staging"), &[pull(9, 'a', &[])]),
        brought(commit('b', "c", "feat (#7)"), &[pull(7, 'b', &["release:major"])]),
        brought(commit('c', "0", "fix (#6)"), &[pull(6, 'c', &[])]),
    ];
    let answers = Answers::default();
    assert_eq!(numbers(&attribute(&commits, &sha('a'), &answers)), [6, 7, 9]);
}

#[test]
fn a_merge_that_came_by_no_pull_request_covers_nothing() {
    let commits =
        [commit('a', "bc", "Merge branch 'topic'"), commit('c', "0", "work"), commit('b', "0", "other")];
    let answers = Answers::default();
    assert_eq!(attribute(&commits, &sha('a'), &answers).direct.len(), 3);
}

#[test]
fn an_empty_lookup_is_a_question_while_the_message_names_a_pull_request() {
    let commits = [commit('a', "0", "feat (#7)")];
    let unasked = Answers::default();
    assert_eq!(attribute(&commits, &sha('a'), &unasked).questions.pulls, [7].into());

    let merged = answered(7, Some(pull(7, 'a', &["release:major"])));
    assert_eq!(numbers(&attribute(&commits, &sha('a'), &merged)), [7]);

    let other = answered(7, Some(pull(7, 'f', &["release:major"])));
    let attribution = attribute(&commits, &sha('a'), &other);
    assert_eq!((numbers(&attribution), attribution.direct[0].named), (vec![], Some(Named::Elsewhere(7))));

    let open = answered(7, Some(PullRequest { state: PullState::Open, ..pull(7, 'a', &[]) }));
    assert_eq!(attribute(&commits, &sha('a'), &open).direct[0].named, Some(Named::Open(7)));

    let issue = answered(7, None);
    assert_eq!(attribute(&commits, &sha('a'), &issue).direct[0].named, Some(Named::Nobodys(7)));
    assert!(attribute(&commits, &sha('a'), &issue).questions.is_empty());
}

#[test]
fn the_earlier_commits_of_a_rebase_came_by_the_same_pull_request() {
    let commits = [
        brought(commit('a', "b", "third"), &[pull(7, 'a', &["release:skip"])]),
        commit('b', "c", "second"),
        commit('c', "d", "first"),
        commit('d', "0", "pushed by hand before"),
    ];
    let unasked = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &unasked);
    assert_eq!((&attribution.questions.commits_of, direct(&attribution).len()), (&[7].into(), 3));

    let was = |digit: char, subject: &str| PullCommit {
        sha: sha(digit),
        subject: subject.to_owned(),
        authored_at: commits[0].authored_at,
    };
    let answers = Answers {
        commits_of: [(7, vec![was('1', "first"), was('2', "second"), was('3', "third")])].into(),
        ..Answers::default()
    };
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!((numbers(&attribution), direct(&attribution)), (vec![7], vec![sha('d')]));
    assert!(attribution.questions.commits_of.is_empty());
}

#[test]
fn a_commit_of_the_same_subject_but_another_time_is_not_part_of_a_rebase() {
    let commits = [brought(commit('a', "b", "wip"), &[pull(7, 'a', &[])]), commit('b', "0", "wip")];
    let earlier = commits[0].authored_at - jiff::SignedDuration::from_secs(5);
    let was = PullCommit { sha: sha('1'), subject: "wip".into(), authored_at: earlier };
    let answers = Answers { commits_of: [(7, vec![was])].into(), ..Answers::default() };
    assert_eq!(direct(&attribute(&commits, &sha('a'), &answers)), [sha('b')]);
}

#[test]
fn a_merge_commit_is_never_the_end_of_a_rebase() {
    let commits = [
        brought(commit('a', "bc", "Merge pull request #7"), &[pull(7, 'a', &[])]),
        commit('c', "0", "work"),
        commit('b', "0", "pushed by hand"),
    ];
    let answers = Answers::default();
    assert!(attribute(&commits, &sha('a'), &answers).questions.is_empty());
}

#[test]
fn what_a_squash_melted_is_told_unless_it_is_weighed_anyway() {
    let message = "Promote staging (#9)\n\n* feat (#7)\n* fix (#6)";
    let commits = [
        brought(commit('a', "b", message), &[pull(9, 'a', &[])]),
        brought(commit('b', "0", "fix (#6)"), &[pull(6, 'b', &[])]),
    ];
    let answers = Answers::default();
    let attribution = attribute(&commits, &sha('a'), &answers);
    assert_eq!(attribution.squashed.keys().copied().collect::<Vec<_>>(), [7]);
}

#[test]
fn a_promotion_by_rebase_is_asked_for_what_went_to_staging() {
    let commits = [
        brought(commit('b', "a", "fix (#2)"), &[pull(3, 'b', &[])]),
        brought(commit('a', "0", "feat (#1)"), &[pull(3, 'b', &[])]),
    ];
    let mut answers = Answers::default();
    assert_eq!(attribute(&commits, &sha('b'), &answers).questions.pulls, [1, 2].into());

    let to_staging =
        |number, merged_as| PullRequest { base: "staging".into(), ..pull(number, merged_as, &[]) };
    answers.pulls.insert(1, Some(to_staging(1, 'e')));
    answers.pulls.insert(2, Some(pull(2, 'f', &[])));
    let questions = attribute(&commits, &sha('b'), &answers).questions;
    assert_eq!(questions.commits_of, [3].into(), "only for what went to another branch");

    let original = |digit, at: usize| PullCommit {
        sha: sha(digit),
        subject: commits[at].subject().to_owned(),
        authored_at: commits[at].authored_at,
    };
    answers.commits_of.insert(3, vec![original('e', 1), original('f', 0)]);
    let attribution = attribute(&commits, &sha('b'), &answers);
    assert_eq!(numbers(&attribution), [1, 3], "#2 went to the released branch itself, as another commit");
    assert!(attribution.questions.is_empty());

    answers.commits_of.insert(3, vec![original('d', 1)]);
    assert_eq!(numbers(&attribute(&commits, &sha('b'), &answers)), [3], "a title alone proves nothing");
}

#[test]
fn of_several_named_pull_requests_the_one_still_open_is_waited_for() {
    let commits = [commit('a', "0", "Revert \"feat (#5)\" (#9)")];
    let open = PullRequest { state: PullState::Open, ..pull(9, 'a', &[]) };
    let answers =
        Answers { pulls: [(5, Some(pull(5, 'f', &[]))), (9, Some(open))].into(), ..Answers::default() };
    assert_eq!(attribute(&commits, &sha('a'), &answers).direct[0].named, Some(Named::Open(9)));
}

//! Merging when checks have passed, and nothing but the commit that was meant.

use forge::{Answer, MergeOutcome, MergeStanding, MergeStyle, Reason};
use local_forge::{Access, Dialect, Fault, NewPull, Permission, Permissions, Role};

use crate::stage::{REPO, Stage, wait_for};

/// A pull request of one commit; gives its number and head.
fn pull(stage: &Stage) -> (u64, String) {
    let new = NewPull { head: "bump/runtime-1.4.0", ..NewPull::titled("Bump") };
    let pull = stage.forge.pull_request(REPO, &new);
    stage.forge.forget_exchanges();
    (pull.number, pull.head)
}

fn answer(stage: &Stage, number: u64, head: &str) -> Answer<MergeOutcome> {
    let head = head.parse().unwrap();
    wait_for(async {
        stage.handles().1.merge_when_green(number, &head, MergeStyle::Squash, 1).await.unwrap()
    })
}

fn merge(stage: &Stage, number: u64, head: &str) -> MergeOutcome {
    match answer(stage, number, head) {
        Answer::Done(outcome) => outcome,
        other => panic!("{other:?}"),
    }
}

on_both! {
    fn what_has_passed_is_merged(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.set_status(REPO, &head, "ci", "success");
        assert_eq!(merge(stage, number, &head), MergeOutcome::Merged);
        assert!(stage.forge.merged_as(REPO, number).is_some());
        let history = stage.forge.history(REPO, "main");
        assert!(history[0].1.starts_with("Bump (#1)"), "{history:?}");
        assert_eq!(merge(stage, number, &head), MergeOutcome::WasMerged);
    }

    fn a_check_that_nobody_has_seen_is_not_merged_over(stage: &Stage) {
        let (number, head) = pull(stage);
        let sha = head.parse().unwrap();
        let standing = || wait_for(async { stage.handles().0.merge_standing(number, &sha).await.unwrap() });
        assert_eq!(standing(), MergeStanding::Over(MergeOutcome::NoChecks));
        stage.forge.set_status(REPO, &head, "dco", "success");
        assert_eq!(standing(), MergeStanding::Passed(1));
        stage.forge.set_status(REPO, &head, "ci", "success");
        assert_eq!(standing(), MergeStanding::Passed(2));
        assert_eq!(merge(stage, number, &head), MergeOutcome::ChecksPassed(2));
        assert!(!stage.forge.pulls(REPO)[0].merged);
    }

    fn what_is_required_is_waited_for_by_the_forge(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.protect_branch(REPO, "main", &["ci"]);
        let sha = head.parse().unwrap();
        let standing = wait_for(async { stage.handles().0.merge_standing(number, &sha).await.unwrap() });
        assert_eq!(standing, MergeStanding::Held);
        assert_eq!(merge(stage, number, &head), MergeOutcome::Scheduled);
        assert_eq!(merge(stage, number, &head), MergeOutcome::Scheduled, "once more changes nothing");
        stage.forge.set_status(REPO, &head, "ci", "pending");
        assert!(!stage.forge.pulls(REPO)[0].merged);
        stage.forge.set_status(REPO, &head, "ci", "success");
        assert!(stage.forge.pulls(REPO)[0].merged);
    }

    fn what_nothing_has_checked_is_not_merged(stage: &Stage) {
        let (number, head) = pull(stage);
        assert_eq!(merge(stage, number, &head), MergeOutcome::NoChecks);
        stage.forge.set_status(REPO, &head, "ci", "pending");
        assert_eq!(merge(stage, number, &head), MergeOutcome::ChecksPending);
        stage.forge.set_status(REPO, &head, "ci", "failure");
        assert_eq!(merge(stage, number, &head), MergeOutcome::ChecksFailed);
        assert!(!stage.forge.pulls(REPO)[0].merged);
        assert_eq!(stage.asked("pulls.merge"), 0);
    }

    fn another_commit_than_the_one_that_was_meant_is_never_merged(stage: &Stage) {
        let (number, head) = pull(stage);
        let theirs = stage.forge.commit(REPO, "bump/runtime-1.4.0", &[("x", "theirs")], "More");
        stage.forge.set_status(REPO, &theirs, "ci", "success");
        assert_eq!(merge(stage, number, &head), MergeOutcome::HeadMoved(theirs.parse().unwrap()));
        assert!(!stage.forge.pulls(REPO)[0].merged);
    }

    fn a_commit_that_comes_between_the_look_and_the_merge_is_not_merged(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.set_status(REPO, &head, "ci", "success");
        stage.forge.before("pulls.merge", |forge| {
            forge.commit(REPO, "bump/runtime-1.4.0", &[("x", "theirs")], "More");
        });
        let outcome = merge(stage, number, &head);
        let theirs = stage.forge.head(REPO, "bump/runtime-1.4.0");
        assert_eq!(outcome, MergeOutcome::HeadMoved(theirs.parse().unwrap()));
        assert!(!stage.forge.pulls(REPO)[0].merged);
    }

    fn a_conflict_is_a_reason_and_not_waited_for_without_end(stage: &Stage) {
        let new = NewPull { head: "bump/runtime-1.4.0", files: &[("pin", "1.4.0")], ..NewPull::titled("Bump") };
        let pull = stage.forge.pull_request(REPO, &new);
        stage.forge.set_status(REPO, &pull.head, "ci", "success");
        stage.forge.commit(REPO, "main", &[("pin", "1.3.1")], "Pin by hand");
        assert_eq!(merge(stage, pull.number, &pull.head), MergeOutcome::Conflict);
        let waited: u64 = stage.clock.slept().iter().map(std::time::Duration::as_secs).sum();
        assert!(waited <= 30, "{waited} s");
        assert_eq!(stage.asked("pulls.merge"), 0);
    }

    fn what_the_forge_still_works_out_is_waited_for(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.set_status(REPO, &head, "ci", "success");
        stage.forge.lag_mergeability(3);
        assert_eq!(merge(stage, number, &head), MergeOutcome::Merged);
        assert_eq!(stage.clock.slept().len(), 3);
    }

    fn what_was_closed_stays_closed(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.close(REPO, number);
        assert_eq!(merge(stage, number, &head), MergeOutcome::WasClosed);
    }

    fn a_lost_answer_merges_once(stage: &Stage) {
        let faults: [fn() -> Fault; 3] =
            [|| Fault::status("pulls.merge", 500), || Fault::status("pulls.merge", 502), || Fault::cut("pulls.merge")];
        for fault in faults {
            for fault in [fault(), fault().after_the_effect()] {
                let stage = Stage::new(stage.forge.dialect());
                let (number, head) = pull(&stage);
                stage.forge.set_status(REPO, &head, "ci", "success");
                stage.forge.fail(fault);
                assert_eq!(merge(&stage, number, &head), MergeOutcome::Merged);
                assert_eq!((stage.forge.waiting_faults(), stage.forge.history(REPO, "main").len()), (0, 3));
            }
        }
    }

    fn who_may_not_merge_is_told_so(stage: &Stage) {
        let (number, head) = pull(stage);
        stage.forge.set_status(REPO, &head, "ci", "success");
        let token = match stage.forge.dialect() {
            Dialect::GitHub => stage.forge.narrowed_token(
                Role::Write,
                Permissions::all().with(Permission::PullRequests, Access::Read).with(Permission::Contents, Access::Read),
            ),
            Dialect::Gitea => stage.forge.token(Role::Read),
        };
        let sha = head.parse().unwrap();
        let answer = wait_for(async {
            stage.handles_of(&token).1.merge_when_green(number, &sha, MergeStyle::Merge, 1).await.unwrap()
        });
        let Answer::Refused(refused) = answer else { panic!("{answer:?}") };
        assert!(matches!(refused.reason, Reason::Permission(_)), "{refused:?}");
    }
}

#[test]
fn a_repository_whose_merges_may_not_wait_says_so() {
    let stage = Stage::new(Dialect::GitHub);
    let (number, head) = pull(&stage);
    stage.forge.protect_branch(REPO, "main", &["ci"]);
    stage.forge.set_auto_merge(REPO, false);
    let outcome = merge(&stage, number, &head);
    assert_eq!(outcome, MergeOutcome::Barred("Auto merge is not allowed for this repository".to_owned()));
}

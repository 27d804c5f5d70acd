//! Pull requests that a commit is told to belong to, and that brought nothing of the release.

use local_forge::{Dialect, MergeStyle, NewPull};

use crate::stage::{REPO, Stage};

on_both! {
    fn a_pull_request_that_another_branch_took_asks_for_nothing_here(stage: &Stage) {
        stage.released("1.3.9");
        stage.forge.commit(REPO, "stable", &[("stable.txt", "")], "Open the stable branch");
        let feature = NewPull { head: "feature", labels: &["release:major"], ..NewPull::titled("Feature") };
        let number = stage.forge.pull_request(REPO, &feature).number;
        let backport = NewPull {
            head: "feature",
            base: "stable",
            commits: 0,
            labels: &["release:minor"],
            ..NewPull::titled("The same for stable")
        };
        let backport = stage.forge.pull_request(REPO, &backport).number;
        stage.forge.merge(REPO, number, MergeStyle::Squash);
        let merge = stage.forge.merge(REPO, backport, MergeStyle::Merge);
        let ran = stage.run(&stage.forge.push_event(REPO, "stable", "", &merge), &[]);
        let ran = ran.releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), backport.to_string());
    }
}

/// A branch of a fork is merged there, into that many branches, before it is merged here; the merge.
fn merged_in_a_fork_first(stage: &Stage, times: usize) -> String {
    stage.released("1.3.9");
    let here = NewPull { head: "feature", fork: Some("ann"), ..NewPull::titled("Feature") };
    let here = stage.forge.pull_request(REPO, &here).number;
    let fork = stage.forge.fork(REPO, "ann");
    for turn in 0..times {
        let base = format!("line-{turn}");
        stage.forge.commit(&fork, &base, &[("line.txt", &base)], "Open a line");
        let there = NewPull {
            head: "feature",
            base: &base,
            commits: 0,
            labels: &["release:major"],
            ..NewPull::titled("In the fork")
        };
        let there = stage.forge.pull_request(&fork, &there).number;
        stage.forge.merge(&fork, there, MergeStyle::Merge);
    }
    stage.forge.merge(REPO, here, MergeStyle::Merge)
}

#[test]
fn a_pull_request_of_a_fork_is_none_of_ours_on_github() {
    for times in [1, 6] {
        let stage = Stage::new(Dialect::GitHub);
        let merge = merged_in_a_fork_first(&stage, times);
        let ran = stage.run_push(&merge, &[("on-no-pr", "fail")]).releases("runtime-v1.3.10");
        assert_eq!(ran.output("pr-numbers"), "1", "{times}");
        // a commit of many pull requests is asked for by itself
        assert_eq!(stage.asked("pulls.of-commit") > 0, times > 5, "{times}");
    }
}

#[test]
fn the_first_commit_of_a_rebase_came_by_its_pull_request_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let pull = NewPull { labels: &["release:minor"], commits: 3, ..NewPull::titled("Three steps") };
    let pull = stage.forge.pull_request(REPO, &pull).number;
    stage.forge.merge(REPO, pull, MergeStyle::Rebase);
    let (first, _) = stage.forge.history(REPO, "main").remove(2);
    let ran = stage.run_push(&first, &[("on-no-pr", "fail")]).releases("runtime-v1.4.0");
    assert_eq!((ran.output("pr-numbers"), ran.output("commit")), ("1", first.as_str()));
}

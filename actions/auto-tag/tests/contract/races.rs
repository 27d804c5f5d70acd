//! Others at work at the same time, and answers that never come.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use local_forge::{Dialect, Fault, MergeStyle};

use crate::ran::Ran;
use crate::stage::{REPO, Stage};

/// What makes the tag visible.
fn creation(stage: &Stage) -> &'static str {
    stage.pick("refs.create", "tags.create")
}

/// Runs the binary for several commits at once.
fn at_once(stage: &Stage, commits: &[String], inputs: &[(&str, &str)]) -> Vec<Ran> {
    thread::scope(|scope| {
        let runs: Vec<_> =
            commits.iter().map(|commit| scope.spawn(move || stage.run_push(commit, inputs))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

on_both! {
    fn a_race_lost_to_another_commit_takes_the_next_version(stage: &Stage) {
        stage.released("1.3.9");
        let theirs = stage.merged("Theirs", &["release:minor"], MergeStyle::Squash);
        let ours = stage.merged("Ours", &["release:minor"], MergeStyle::Squash);
        let at = theirs.clone();
        stage.forge.before(creation(stage), move |forge| {
            forge.tag(REPO, "runtime-v1.4.0", &at, Some("Faster"));
        });
        let ran = stage.run_push(&ours, &[]).releases("runtime-v1.5.0");
        assert_eq!((ran.output("previous-tag"), ran.output("pr-numbers")), ("runtime-v1.4.0", "2"));
        assert_eq!(stage.tags()["runtime-v1.4.0"], theirs);
        assert_eq!(stage.tags()["runtime-v1.5.0"], ours);
    }

    fn a_race_lost_at_the_same_commit_is_no_release_of_ours(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Both saw it", &["release:minor"], MergeStyle::Squash);
        let at = merge.clone();
        stage.forge.before(creation(stage), move |forge| {
            forge.tag(REPO, "runtime-v1.4.0", &at, Some("Faster"));
        });
        let ran = stage.run_push(&merge, &[]).succeeds();
        assert_eq!((ran.output("tag"), ran.output("created")), ("runtime-v1.4.0", "false"));
        assert_eq!(stage.forge.tags(REPO)["runtime-v1.4.0"].message.as_deref(), Some("Faster"));
    }

    fn a_race_lost_to_a_release_that_contains_us_leaves_nothing_to_do(stage: &Stage) {
        stage.released("1.3.9");
        let ours = stage.merged("Ours", &["release:minor"], MergeStyle::Squash);
        let theirs = stage.merged("Theirs", &[], MergeStyle::Squash);
        stage.forge.before(creation(stage), move |forge| {
            forge.tag(REPO, "runtime-v1.4.0", &theirs, Some("Faster"));
        });
        stage.run_push(&ours, &[]).skips("superseded");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0"]);
    }

    fn a_tag_elsewhere_is_not_moved_when_the_race_shows_it(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Ours", &["release:minor"], MergeStyle::Squash);
        let aside = stage.forge.commit(REPO, "other", &[("a.txt", "a")], "Another line");
        let there = aside.clone();
        stage.forge.before(creation(stage), move |forge| {
            forge.tag(REPO, "runtime-v1.4.0", &there, None);
        });
        // `other` began at main's head and so contains our commit
        stage.run_push(&merge, &[]).skips("superseded");
        assert_eq!(stage.tags()["runtime-v1.4.0"], aside);
    }

    fn a_lost_answer_is_recognised_as_our_own_tag(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::cut(creation(stage)).after_the_effect());
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0"]);
        assert_eq!(stage.asked(creation(stage)), 1, "it is not sent again");
    }

    fn an_answer_that_cannot_be_read_is_looked_after(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::status(creation(stage), 201).body("<html>").after_the_effect());
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        assert_eq!(stage.asked(creation(stage)), 1, "it is not sent again");
    }

    fn a_request_that_was_lost_is_sent_again(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::cut(creation(stage)));
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
    }

    fn eight_runs_of_one_commit_make_one_tag(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.widen_tag_race(Duration::from_millis(150));
        let runs = at_once(stage, &vec![merge.clone(); 8], &[]);
        let created = runs.iter().filter(|ran| ran.output("created") == "true").count();
        for ran in runs {
            assert_eq!(ran.succeeds().output("tag"), "runtime-v1.4.0");
        }
        assert_eq!(created, 1);
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0"]);
    }

    fn eight_runs_of_one_commit_start_one_workflow(stage: &Stage) {
        stage.released("1.3.9");
        stage.workflow("publish.yml");
        // the forge's clock is the tags' clock too: whoever finds a young tag lets its maker go on
        stage.now();
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.widen_tag_race(Duration::from_millis(150));
        let runs = at_once(stage, &vec![merge; 8], &[("dispatch", "publish.yml")]);
        for ran in runs {
            ran.succeeds();
        }
        let dispatched: Vec<_> =
            stage.forge.runs(REPO).into_iter().filter(|run| run.event == "workflow_dispatch").collect();
        assert_eq!(dispatched.len(), 1, "{dispatched:#?}");
    }

    fn eight_runs_of_different_commits_all_end_right(stage: &Stage) {
        let first = stage.released("1.3.9");
        let labels: [&[&str]; 8] = [
            &[],
            &["release:minor"],
            &["release:skip"],
            &[],
            &["release:major"],
            &[],
            &["release:minor"],
            &[],
        ];
        let commits: Vec<String> = labels
            .iter()
            .enumerate()
            .map(|(at, labels)| stage.merged(&format!("Change {at}"), labels, MergeStyle::Squash))
            .collect();
        stage.forge.widen_tag_race(Duration::from_millis(100));
        for ran in at_once(stage, &commits, &[("floating-tags", "major")]) {
            ran.succeeds();
        }
        let tags = stage.tags();
        let line: Vec<&String> = [&first].into_iter().chain(&commits).collect();
        let at = |commit: &String| line.iter().position(|one| *one == commit).expect("it is on main");
        let mut releases: Vec<(semver::Version, usize)> = tags
            .iter()
            .filter_map(|(name, commit)| Some((name.strip_prefix("runtime-v")?.parse().ok()?, at(commit))))
            .collect();
        releases.sort();
        let places: Vec<usize> = releases.iter().map(|(_, place)| *place).collect();
        assert!(places.is_sorted(), "a later version is at a later commit: {releases:?}");
        assert_eq!(
            places.iter().collect::<BTreeSet<_>>().len(),
            places.len(),
            "one release a commit: {releases:?}"
        );
        assert_eq!(releases.last().unwrap().1, 8, "the newest commit is released: {releases:?}");
        let highest = &releases.last().unwrap().0;
        assert!(highest.major == 2, "the major label counts: {releases:?}");
        assert_eq!(tags["runtime-v2"], commits[7], "the floating tag ends at the highest release");
    }
}

#[test]
fn a_creation_that_takes_effect_after_its_second_try_began_is_still_ours() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
    // within the pause before the second try, and after the look that precedes it
    stage.forge.fail(Fault::cut("refs.create").with_a_late_effect(Duration::from_millis(600)));
    stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
}

#[test]
fn those_who_always_lose_give_up_and_say_so() {
    let stage = Stage::new(Dialect::Gitea);
    stage.released("1.3.9");
    let theirs = stage.merged("Theirs", &["release:minor"], MergeStyle::Squash);
    let ours = stage.merged("Ours", &["release:minor"], MergeStyle::Squash);
    stage.forge.set_latency(Duration::from_millis(100));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for minor in 4.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                stage.forge.tag(REPO, &format!("runtime-v1.{minor}.0"), &theirs, None);
                thread::sleep(Duration::from_millis(50));
            }
        });
        let ran = stage.run_push(&ours, &[]);
        done.store(true, Ordering::Relaxed);
        ran.exits(1)
            .says("the repository's tags changed under this run 9 times")
            .says("run again: what is released stays");
    });
    assert!(!stage.tags().values().any(|commit| *commit == ours));
}

//! How a run ends that cannot go on: everything that is known is told.

use std::time::Duration;

use local_forge::{Conclusion, Dialect, Fault};

use crate::stage::{RUNTIMES, Stage, template, wait_until};

const BRANCH: &str = "bump/runtime-1.4.0";

/// A template with a pin.
fn pinned(stage: &Stage) -> String {
    let repo = template("hermes");
    stage.forge.repo(&repo);
    stage.forge.commit(&repo, "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
    repo
}

/// How often runs were listed.
fn looks(stage: &Stage) -> usize {
    stage.asked(stage.pick("runs.list", "runs.tasks"))
}

on_both! {
    fn a_run_that_is_ended_tells_nobody_more_and_what_is_known(stage: &Stage) {
        let repos = stage.templates();
        // what a runner sends first on either forge is enough
        let signal = stage.pick("INT", "TERM");
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("pace", "1/600s"), ("wait", "none"), ("ledger", "ledger.json")];
        let told = || repos.iter().map(|repo| stage.told(repo).len()).sum::<usize>();
        let started = stage.started(&given);
        wait_until(|| told() > 0);
        started.signal(signal);
        let ran = started.ends(stage).exits(1).says(&format!("the run was ended by SIG{signal}"));
        assert_eq!((told(), ran.output("failed-targets").split(',').count() >= 7), (1, true), "{}", ran.log);
        assert!(ran.summary.contains("not tried, since the run was ended"), "{}", ran.summary);
        assert!(stage.read("ledger.json").contains("interrupted"));
    }

    fn a_run_that_is_ended_while_a_run_is_followed_says_that_it_was_told(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.end_runs(Duration::from_mins(10), Conclusion::Success);
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str()), ("wait", "concluded")];
        let started = stage.started(&given);
        wait_until(|| !stage.told(&repo).is_empty());
        // the answer has come when the runs are looked at once more
        let looks = looks(stage);
        wait_until(|| self::looks(stage) > looks + 1);
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("it was told, and what came of it cannot be seen");
        assert_eq!(ran.output("failed-targets"), repo);
        stage.run(&[("repos", &repo)]).succeeds().says("an earlier run told it");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn a_run_that_is_ended_after_an_answer_was_lost_does_not_say_that_nobody_was_told(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.lag_run_lists(1000);
        stage.forge.fail(Fault::cut(stage.pick("repos.dispatch", "workflows.dispatch")).after_the_effect());
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str()), ("observation", "600")];
        let started = stage.started(&given);
        wait_until(|| !stage.told(&repo).is_empty());
        let looks = looks(stage);
        wait_until(|| self::looks(stage) > looks + 1);
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("it may have been told: the run was ended by SIGTERM");
        assert_eq!(ran.state(&repo), "failed: ambiguous");
        assert!(!ran.log.contains("not tried"), "{}", ran.log);
        stage.forge.lag_run_lists(0);
        stage.run(&[("repos", &repo)]).succeeds().says("an earlier run told it");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn a_bump_that_is_ended_between_two_steps_takes_no_further_one_and_says_how_far_it_came(stage: &Stage) {
        let repo = pinned(stage);
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str()), ("mode", "bump-pr"), ("pace", "1/600s")];
        let started = stage.started(&given);
        wait_until(|| stage.forge.heads(&repo).contains_key(BRANCH));
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("its bump was begun and is not done: the run was ended by SIGTERM");
        assert_eq!(ran.state(&repo), "failed: interrupted");
        assert_eq!(ran.target(&repo)["mode"], "bump-pr");
        assert!(stage.forge.pulls(&repo).is_empty());
        assert_eq!(stage.run(&[("repos", &repo), ("mode", "bump-pr")]).succeeds().state(&repo), "opened");
    }

    fn a_run_that_is_ended_while_checks_are_at_work_tells_of_the_pull_request_and_merges_nothing(stage: &Stage) {
        let repo = pinned(stage);
        let bump = [("repos", repo.as_str()), ("mode", "bump-pr")];
        stage.run(&bump).succeeds();
        stage.forge.set_status(&repo, &stage.forge.head(&repo, BRANCH), "ci", "pending");
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("auto-merge", "merge"), ("ledger", "ledger.json")];
        let checks = || stage.asked(stage.pick("graphql", "statuses.combined"));
        let before = checks();
        let started = stage.started(&[&bump[..], &given].concat());
        // one look of GitHub's is that at the target
        wait_until(|| checks() > before + 2);
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("its pull request is open, and was not merged: the run was ended by SIGTERM");
        assert_eq!(ran.state(&repo), "failed: interrupted");
        assert_eq!(ran.target(&repo)["mode"], "bump-pr");
        let link = ran.target(&repo)["links"][0].as_str().unwrap().to_owned();
        assert!(link.ends_with("/1") && ran.summary.contains(&link), "{}", ran.summary);
        assert!(!stage.forge.pulls(&repo)[0].merged);
    }

    fn a_run_that_is_ended_while_an_answer_is_awaited_does_not_wait_for_ever(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.fail(Fault::stall(stage.pick("graphql", "repos.get"), Duration::from_mins(1)));
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str())];
        let started = stage.started(&given);
        while stage.forge.waiting_faults() > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        started.signal("TERM");
        let ran = started.ends(stage).exits(1).says("was ended by SIGTERM before anybody was told");
        assert_eq!(ran.output("failed-targets"), repo);
        stage.forge.calm();
    }

    fn a_target_that_cannot_be_seen_fails_by_itself(stage: &Stage) {
        let repo = stage.template("hermes");
        for status in [500, 422] {
            stage.forge.fail(Fault::status(stage.pick("graphql", "repos.get"), status).body("{}").times(100));
            let ran = stage.run(&[("repos", &repo), ("ledger", "ledger.json")]).exits(1);
            assert_eq!(ran.state(&repo), "failed: unseen");
            assert_eq!(ran.output("failed-targets"), repo);
            assert!(ran.summary.contains(&repo));
            stage.read("ledger.json");
            stage.forge.calm();
        }
    }

    fn a_run_that_fails_before_anybody_is_told_names_them_for_a_retry(stage: &Stage) {
        stage.templates();
        let refused = stage.run(&[("token", "not-a-token-at-all")]).exits(1);
        let away = stage.run(&[("index-url", "http://127.0.0.1:9/simple/"), ("index-timeout", "0")]).exits(1);
        for ran in [refused, away] {
            assert_eq!(ran.output("failed-targets").split(',').count(), RUNTIMES.len());
            assert_eq!(ran.state(&template("hermes")), "failed: not-tried");
            assert!(ran.summary.contains("not tried"), "{}", ran.summary);
            let errors = ran.log.lines().filter(|line| line.starts_with("::error::") || line.starts_with("error: "));
            assert_eq!(errors.count(), 1, "{}", ran.log);
        }
    }

    fn when_nobody_is_told_it_is_no_partial_success_that_some_needed_no_telling(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.run(&[("repos", &repo), ("version", "1.5.0")]).succeeds();
        let both = format!("{repo},{}", template("crewai"));
        for on_partial in ["fail", "warn"] {
            let ran = stage.run(&[("repos", &both), ("on-partial", on_partial)]).exits(1);
            assert_eq!((ran.output("skipped"), ran.output("dispatched")), (repo.as_str(), ""));
        }
    }

    fn without_a_token_the_ledger_is_written_all_the_same(stage: &Stage) {
        stage.run_with(&[("version", "1.4.0"), ("ledger", "ledger.json")]).succeeds();
        assert!(stage.read("ledger.json").contains("no-token"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_first_process_of_a_container_hears_of_its_end_too() {
    // the kernel ignores a signal for which such a process has no handler: this asks for the handler itself
    let stage = Stage::new(Dialect::GitHub);
    let repo = stage.template("hermes");
    stage.forge.end_runs(Duration::from_mins(10), Conclusion::Success);
    let given = [
        ("version", "1.4.0"),
        ("token", stage.token.as_str()),
        ("repos", repo.as_str()),
        ("wait", "concluded"),
    ];
    let started = stage.started(&given);
    while stage.told(&repo).is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let caught = started.caught_signals();
    started.signal("TERM");
    started.ends(&stage).exits(1);
    for signal in [2, 15] {
        assert_eq!(caught >> (signal - 1) & 1, 1, "{caught:x}");
    }
}

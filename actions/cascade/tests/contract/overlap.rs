//! Two cascades at the same targets: every target ends at the later version.

use std::time::Duration;

use local_forge::{Conclusion, ForgeHandle};

use crate::stage::{SOURCE, Stage, template, wait_until};

fn tell(stage: &Stage, version: &str, repos: &str) -> crate::ran::Ran {
    stage.run_with(&[("version", version), ("token", &stage.token), ("repos", repos)])
}

/// Somebody else's cascade tells a version, and is not heard of again.
fn tell_by_hand(forge: &ForgeHandle, is_github: bool, repo: &str, version: &str, id: &str) {
    if is_github {
        let payload = serde_json::json!({ "runtime_version": version, "cascade_id": id, "source": SOURCE });
        forge.send_event(repo, "runtime-published", &payload);
    } else {
        forge.dispatch(repo, "publish-image.yml", &[("runtime_version", version), ("cascade_id", id)]);
    }
}

/// Version 1.5.0 is told while the next telling is on its way: the forge gets it first.
fn overtake(stage: &Stage, repo: &str) {
    let id = tell(stage, "1.5.0", &stage.template("crewai")).succeeds().output("cascade-id").to_owned();
    let (target, is_github) = (repo.to_owned(), stage.pick(true, false));
    stage.forge.before(stage.pick("repos.dispatch", "workflows.dispatch"), move |forge| {
        tell_by_hand(forge, is_github, &target, "1.5.0", &id);
    });
}

on_both! {
    fn a_target_that_another_cascade_has_told_meanwhile_holds_up_nobody_while_it_is_followed(stage: &Stage) {
        let repos = ["hermes", "crewai", "autogen"].map(|runtime| stage.template(runtime));
        let (second, list) = (repos[1].clone(), repos.join(","));
        let id = tell(stage, "1.4.0", &stage.template("openclaw")).succeeds().output("cascade-id").to_owned();
        stage.forge.end_runs_of(&second, Duration::from_hours(1), Conclusion::Success);
        // the second one waits for its turn meanwhile, until its look has grown old
        let (target, is_github) = (second.clone(), stage.pick(true, false));
        stage.forge.before(stage.pick("repos.dispatch", "workflows.dispatch"), move |forge| {
            tell_by_hand(forge, is_github, &target, "1.4.0", &id);
        });
        let started = stage.started(&[
            ("version", "1.4.0"), ("token", &stage.token), ("repos", &list), ("pace", "1/4s"), ("wait", "concluded"),
        ]);
        wait_until(|| !stage.told(&repos[2]).is_empty());
        started.kill();
        assert_eq!(stage.told(&second).len(), 1);
    }

    fn a_version_that_comes_too_late_is_not_told(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.5.0", &repo).succeeds();
        let ran = tell(stage, "1.4.0", &repo).succeeds();
        assert_eq!(ran.state(&repo), "superseded");
        assert_eq!(stage.last_told(&repo), "1.5.0");
        assert_eq!(ran.output("skipped"), repo);
    }

    fn a_rollback_is_told_and_told_once(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.4.0", &repo).succeeds();
        tell(stage, "1.5.0", &repo).succeeds();
        for _ in 0..2 {
            stage.run(&[("repos", &repo), ("allow-downgrade", "1.4.0")]).succeeds();
            assert_eq!(stage.last_told(&repo), "1.4.0");
        }
        assert_eq!(stage.told(&repo).len(), 3);
    }

    fn a_version_that_overtakes_between_look_and_telling_is_told_last(stage: &Stage) {
        let repo = stage.template("hermes");
        overtake(stage, &repo);
        let ran = tell(stage, "1.4.0", &repo).succeeds();
        assert_eq!(ran.state(&repo), "superseded", "{}", ran.log);
        assert_eq!(stage.last_told(&repo), "1.5.0");
    }

    fn a_version_that_overtakes_is_told_last_where_nothing_is_waited_for_too(stage: &Stage) {
        let repo = stage.template("hermes");
        overtake(stage, &repo);
        let ran = stage.run(&[("repos", &repo), ("wait", "none")]).succeeds();
        assert_eq!(ran.state(&repo), "superseded", "{}", ran.log);
        assert_eq!(stage.last_told(&repo), "1.5.0");
    }

    fn a_later_version_is_not_told_again_with_what_was_meant_for_an_earlier_one(stage: &Stage) {
        let repo = stage.template("hermes");
        overtake(stage, &repo);
        let given = [("repos", repo.as_str()), ("payload", "wheel=w-1.4.0")];
        let ran = stage.run(&given).exits(1).says("run the cascade of 1.5.0 again");
        assert_eq!(ran.state(&repo), "failed: contended");
        for run in stage.told(&repo).iter().filter(|run| run.inputs["runtime_version"] == "1.5.0") {
            assert!(run.inputs.get("wheel").is_none(), "{:?}", run.inputs);
        }
        tell(stage, "1.5.0", &repo).succeeds();
        assert_eq!(stage.last_told(&repo), "1.5.0");
    }

    fn a_later_version_that_an_earlier_one_followed_is_told_again_by_itself(stage: &Stage) {
        let repo = stage.template("hermes");
        let id = tell(stage, "1.4.0", &stage.template("crewai")).succeeds().output("cascade-id").to_owned();
        // 1.4.0 is told right after 1.5.0, by somebody who then is killed
        let (target, is_github) = (repo.clone(), stage.pick(true, false));
        let started = stage.started(&[("version", "1.5.0"), ("token", &stage.token), ("repos", &repo), ("wait", "concluded")]);
        while stage.told(&repo).is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        tell_by_hand(&stage.forge, is_github, &target, "1.4.0", &id);
        let ran = started.ends(stage).succeeds();
        assert!(["concluded", "started"].contains(&ran.state(&repo).as_str()), "{}", ran.log);
        tell(stage, "1.5.0", &repo).succeeds();
        assert_eq!(stage.last_told(&repo), "1.5.0");
    }

    fn a_version_that_was_told_four_days_ago_is_remembered(stage: &Stage) {
        let repo = stage.template("hermes");
        let now = jiff::Timestamp::now();
        for (days, version) in [(4, "1.5.0"), (20, "1.4.9")] {
            stage.forge.set_time(now - jiff::SignedDuration::from_hours(24 * days));
            tell(stage, version, &repo);
            stage.forge.set_time(now);
            let told = stage.told(&repo).len();
            let ran = tell(stage, "1.4.0", &repo).succeeds();
            assert_eq!((ran.state(&repo).as_str(), stage.told(&repo).len()), ("superseded", told));
            let again = tell(stage, version, &repo).succeeds();
            assert_eq!(stage.told(&repo).len(), told, "{}", again.log);
        }
    }

    fn a_release_that_is_told_twice_at_once_is_called_that(stage: &Stage) {
        let repo = stage.template("hermes");
        let id = tell(stage, "1.4.0", &stage.template("crewai")).succeeds().output("cascade-id").to_owned();
        let (target, is_github) = (repo.clone(), stage.pick(true, false));
        stage.forge.before(stage.pick("repos.dispatch", "workflows.dispatch"), move |forge| {
            tell_by_hand(forge, is_github, &target, "1.4.0", &id);
        });
        let ran = tell(stage, "1.4.0", &repo).succeeds().says("was told twice");
        assert_eq!(ran.state(&repo), "started");
    }

    fn a_job_that_is_run_again_at_once_waits_until_the_forge_shows_what_the_first_has_told(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.lag_run_lists(4);
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", repo.as_str())];
        let started = stage.started(&given);
        while stage.told(&repo).is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        started.kill();
        stage.run_with(&[&given[..], &[("GITHUB_RUN_ATTEMPT", "2")]].concat()).succeeds().says("an earlier run told it");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn cascades_at_the_same_time_end_with_every_target_at_the_later_version(stage: &Stage) {
        let repos = stage.templates();
        let list = repos.join(",");
        stage.forge.set_latency(std::time::Duration::from_millis(30));
        let token = stage.token.clone();
        let start = |version| stage.started(&[("version", version), ("token", &token), ("repos", &list)]);
        let (earlier, later) = (start("1.4.0"), start("1.5.0"));
        earlier.ends(stage).succeeds();
        later.ends(stage).succeeds();
        for repo in &repos {
            assert_eq!(stage.last_told(repo), "1.5.0", "{repo}: {:?}", stage.told(repo));
        }
    }

    fn bumps_at_the_same_time_end_with_one_pull_request_of_the_later_version(stage: &Stage) {
        stage.forge.repo("acme/server");
        stage.forge.commit("acme/server", "main", &[(".runtime-version", "1.3.0\n")], "feat: pin");
        stage.forge.set_latency(std::time::Duration::from_millis(30));
        let token = stage.token.clone();
        let start = |version| {
            stage.started(&[("version", version), ("token", &token), ("repos", "acme/server"), ("mode", "bump-pr")])
        };
        let (earlier, later) = (start("1.4.0"), start("1.5.0"));
        earlier.ends(stage).succeeds();
        later.ends(stage).succeeds();
        let pulls = stage.forge.pulls("acme/server");
        let open: Vec<_> = pulls.iter().filter(|pull| pull.open).map(|pull| pull.head.as_str()).collect();
        assert_eq!(open, ["bump/runtime-1.5.0"]);
    }

    fn a_run_that_is_killed_half_way_is_taken_up_again(stage: &Stage) {
        let repos: Vec<String> = (0..40).map(|number| format!("acme/template-{number}")).collect();
        for repo in &repos {
            stage.receiver(repo);
        }
        let list = repos.join(",");
        let token = stage.token.clone();
        stage.forge.set_latency(std::time::Duration::from_millis(20));
        let inputs = [("version", "1.4.0"), ("token", token.as_str()), ("repos", list.as_str()), ("concurrency", "4")];
        let started = stage.started(&inputs);
        while stage.writes() < 15 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        started.kill();
        std::thread::sleep(std::time::Duration::from_millis(200));
        let half = repos.iter().filter(|repo| !stage.told(repo).is_empty()).count();
        assert!((10..40).contains(&half), "{half}");
        stage.run_with(&inputs).succeeds();
        assert!(repos.iter().all(|repo| stage.told(repo).len() == 1));
    }

    fn another_source_has_cascades_of_its_own(stage: &Stage) {
        let repo = stage.template("hermes");
        tell(stage, "1.5.0", &repo).succeeds();
        stage.run(&[("repos", &repo), ("source", "acme/other")]).succeeds();
        assert_eq!(stage.last_told(&repo), "1.4.0");
        assert_eq!(template("hermes"), repo);
    }
}
